package ui_test

import (
	"net/http"
	"strings"
	"testing"
)

// A page far behind the last one is an empty one, however far it is.
func TestPagesFarBehindTheLast(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	s.addWebhook(t, "alpha", nil)
	b := s.signIn(t, "root")
	for page, shown := range map[string]bool{
		"": true, "x": true, "0": true, "-9223372036854775808": true, "1": true,
		"2": false, "9223372036854775807": false, "4611686018427387905": false, "99999999999999999999": false,
	} {
		for _, size := range []string{"", "&per_page=250"} {
			got := b.get(t, "/extras/webhooks/?page="+page+size)
			got.is(t, http.StatusOK)
			if strings.Contains(got.body, ">alpha<") != shown {
				t.Errorf("page %q%s shows the only webhook: %t", page, size, !shown)
			}
		}
	}
}
