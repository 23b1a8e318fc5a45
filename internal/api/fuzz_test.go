package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// serve answers a request without a network.
func (s *server) serve(t testing.TB, method, target, body string, header map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Skip("no request line can have it")
	}
	for name, value := range header {
		r.Header[name] = []string{value}
	}
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, r)
	return w
}

func asAdmin() map[string]string { return map[string]string{"Authorization": "Token " + adminKey} }

// FuzzQuery asks every kind of list for anything: filters, look-ups, orders,
// pages. Whatever it is, it is answered in JSON, as a page or as a refusal, and is
// no fault of the server; the links to other pages are answered, too.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{
		"", "limit=1", "limit=1&ordering=-name&q=a", "limit=0&offset=-1", "limit=99999999999999999999&offset=9223372036854775807", "ordering=-name,,nothing,-", "q=%00%ff", "brief=1&fields=id,,x&omit=id",
		"name__ic=a&name__nic=b&name__regex=(", "name__regex=(a%2B)%2B%24&name__iregex=%5Cp", "id=1&id=2&id__gte=x", "id__lt=1e400", "created__gte=0000-00-00",
		"cf_a__ic=1&cf_'; drop table x--=1", "tag=a&tag__n=b", "state=failed&reason=x", "time_after=9999-12-31T23:59:59Z", "object_id=0x1", "a__b__c__=1&__=1&n=",
		"created_by_request=x", "name=%27%20OR%201=1", "address=10.0.0.0/99&address=::/0",
	} {
		f.Add(query)
	}
	s := setup(f)
	for path, body := range map[string]string{
		"dcim/sites": `[{"name": "a", "slug": "a"}, {"name": "b", "slug": "b"}, {"name": "ü", "slug": "c"}]`,
		"extras/webhooks": `[{"name": "a", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://127.0.0.1:1/"},
			{"name": "b", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://127.0.0.1:1/"}]`,
	} {
		if w := s.serve(f, http.MethodPost, "/api/"+path+"/", body, asAdmin()); w.Code != http.StatusCreated {
			f.Fatalf("%s: status %d, body %s", path, w.Code, w.Body)
		}
	}
	lists := []string{
		"dcim/sites", "ipam/ip-addresses", "extras/webhooks", "extras/event-rules", "extras/tags", "extras/deliveries", "core/object-changes",
		"core/object-types", "core/background-tasks", "users/users", "users/tokens",
	}
	f.Fuzz(func(t *testing.T, query string) {
		if _, err := url.ParseQuery(query); err != nil || strings.ContainsAny(query, " #\x7f") || strings.ContainsFunc(query, func(r rune) bool { return r < ' ' }) {
			return // no request line can have it
		}
		for _, list := range lists {
			target := "/api/" + list + "/?" + query
			for range 3 {
				w := s.serve(t, http.MethodGet, target, "", asAdmin())
				if w.Code != http.StatusOK && (w.Code != http.StatusBadRequest || target != "/api/"+list+"/?"+query) || !json.Valid(w.Body.Bytes()) {
					t.Errorf("%s?%s: %s: status %d, body %.300s", list, query, target, w.Code, w.Body)
				}
				var page page
				if w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), &page) != nil || page.Next == nil {
					break
				}
				target = *page.Next
			}
		}
	})
}

// FuzzCredentials calls with any Authorization header: it lets in with the very key
// of a token after "Token", and with nothing else.
func FuzzCredentials(f *testing.F) {
	for _, header := range []string{
		"", "Token " + adminKey, "token  " + viewerKey + " ", "Token " + strings.ToUpper(adminKey), "Token", "Token ", "Token a b", "Bearer " + adminKey,
		"Basic YWRtaW46YWRtaW4=", "Token " + inactiveKey, "Token " + adminKey[1:], "Token " + adminKey + "0", "Token \x00", "Token %", "Token *", adminKey,
	} {
		f.Add(header)
	}
	s := setup(f)
	keys := map[string]bool{adminKey: true, readOnlyKey: true, viewerKey: true, editorKey: true}
	f.Fuzz(func(t *testing.T, header string) {
		scheme, key, _ := strings.Cut(header, " ")
		want := http.StatusForbidden
		if strings.EqualFold(scheme, "Token") && keys[strings.TrimSpace(key)] {
			want = http.StatusOK
		}
		w := s.serve(t, http.MethodGet, "/api/dcim/sites/", "", map[string]string{"Authorization": header})
		if w.Code != want || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: status %d, want %d; body %.300s", header, w.Code, want, w.Body)
		}
		if key = strings.TrimSpace(key); len(key) > 20 && strings.Contains(w.Body.String(), key) {
			t.Errorf("%q is told back: %.300s", header, w.Body)
		}
	})
}

// FuzzCause makes a change with anything in the headers that say what caused it.
// The change is taken in any case, and part of a chain only with the id of a
// delivery, in hexadecimal and dashes.
func FuzzCause(f *testing.F) {
	s := setup(f)
	body := `{"name": "a", "content_types": ["dcim.rack"], "type_create": true, "payload_url": "http://127.0.0.1:1/"}`
	change := `{"object_type": "dcim.rack", "object_id": 1, "event": "created", "data": {}}`
	answer := func(t testing.TB, w *httptest.ResponseRecorder, status int, into any) {
		t.Helper()
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil || w.Code != status {
			t.Fatalf("status %d, want %d; error %v, body %s", w.Code, status, err, w.Body)
		}
	}
	var made struct{ ID int64 }
	answer(f, s.serve(f, http.MethodPost, "/api/extras/webhooks/", body, asAdmin()), http.StatusCreated, &made)
	answer(f, s.serve(f, http.MethodPost, "/api/core/object-changes/", change, asAdmin()), http.StatusCreated, &made)
	var deliveries struct{ Results []struct{ ID string } }
	answer(f, s.serve(f, http.MethodGet, "/api/extras/deliveries/", "", asAdmin()), http.StatusOK, &deliveries)
	known := deliveries.Results[0].ID
	for _, text := range []string{known, strings.ToUpper(known), "{" + known + "}", strings.ReplaceAll(known, "-", ""), " " + known, known + "\x00", "", "0", known[:35], "urn:uuid:" + known} {
		f.Add(text, "")
		f.Add("", text)
	}
	f.Fuzz(func(t *testing.T, delivery, request string) {
		header := asAdmin()
		header["Webhook-Id"], header["X-Request-Id"] = delivery, request
		answer(t, s.serve(t, http.MethodPost, "/api/core/object-changes/", change, header), http.StatusCreated, &made)
		var verdicts struct{ Results []struct{ Round int } }
		path := fmt.Sprintf("/api/core/object-changes/%d/verdicts/", made.ID)
		answer(t, s.serve(t, http.MethodGet, path, "", asAdmin()), http.StatusOK, &verdicts)
		want := 0
		if strings.EqualFold(delivery, known) {
			want = 1
		}
		if got := verdicts.Results[0].Round; got != want {
			t.Errorf("webhook-id %q, X-Request-ID %q: round %d, want %d", delivery, request, got, want)
		}
	})
}
