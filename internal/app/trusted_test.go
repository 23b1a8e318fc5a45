package app_test

import (
	"net/http"
	"net/netip"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/config"
	"bellhop/internal/webhook"
)

// A token that is bound to a network works behind a proxy that is trusted, for clients
// in that network alone.
func TestTokenBehindTrustedProxy(t *testing.T) {
	t.Parallel()
	p := params(t)
	p.Options.Server.TrustedProxy = []config.Network{{Prefix: netip.MustParsePrefix("127.0.0.1/32")}}
	a := start(t, p)
	by := admin.System(webhook.UUID{1})
	users, err := a.Admin.Users.Create(t.Context(), by, []webhook.User{{Username: "jo", Active: true, Superuser: true}})
	if err != nil {
		t.Fatal(err)
	}
	const key = "0000000000000000000000000000000000000042"
	token := webhook.Token{UserID: users[0].ID, AllowedIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	if err := admin.SetTokenKey(&token, key); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Admin.Tokens.Create(t.Context(), by, []webhook.Token{token}); err != nil {
		t.Fatal(err)
	}
	for client, want := range map[string]int{"192.0.2.7": http.StatusOK, "203.0.113.5": http.StatusForbidden, "192.0.2.7, 203.0.113.5": http.StatusForbidden} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL()+"/api/extras/webhooks/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Token "+key)
		request.Header.Set("X-Forwarded-For", client)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if response.Body.Close(); response.StatusCode != want {
			t.Errorf("from %s: status %d, want %d", client, response.StatusCode, want)
		}
	}
}
