package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzQuery asks every kind of list for anything: filters, look-ups, orders,
// pages. Whatever it is, it is answered in JSON, as a page or as a refusal, and is
// no fault of the server.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{
		"", "limit=0&offset=-1", "limit=99999999999999999999&offset=9223372036854775807", "ordering=-name,,nothing,-", "q=%00%ff", "brief=1&fields=id,,x&omit=id",
		"name__ic=a&name__nic=b&name__regex=(", "name__regex=(a%2B)%2B%24&name__iregex=%5Cp", "id=1&id=2&id__gte=x", "id__lt=1e400", "created__gte=0000-00-00",
		"cf_a__ic=1&cf_'; drop table x--=1", "tag=a&tag__n=b", "state=failed&reason=x", "time_after=9999-12-31T23:59:59Z", "object_id=0x1", "a__b__c__=1&__=1&n=",
		"created_by_request=x", "name=%27%20OR%201=1", "address=10.0.0.0/99&address=::/0",
	} {
		f.Add(query)
	}
	s := setup(f)
	lists := []string{
		"dcim/sites", "ipam/ip-addresses", "extras/webhooks", "extras/event-rules", "extras/tags", "extras/deliveries", "core/object-changes",
		"core/object-types", "core/background-tasks", "users/users", "users/tokens",
	}
	f.Fuzz(func(t *testing.T, query string) {
		if _, err := url.ParseQuery(query); err != nil || strings.ContainsAny(query, " #\x7f") || strings.ContainsFunc(query, func(r rune) bool { return r < ' ' }) {
			return // no request line can have it
		}
		for _, list := range lists {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/api/"+list+"/?"+query, http.NoBody)
			if err != nil {
				return
			}
			r.Header.Set("Authorization", "Token "+adminKey)
			r.RemoteAddr = "127.0.0.1:1"
			w := httptest.NewRecorder()
			s.api.ServeHTTP(w, r)
			if w.Code != http.StatusOK && w.Code != http.StatusBadRequest || !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s?%s: status %d, body %.300s", list, query, w.Code, w.Body)
			}
		}
	})
}
