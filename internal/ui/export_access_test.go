package ui_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"bellhop/internal/webhook"
)

// A file of webhooks is for those who may add all that is in one; others are
// refused as they are everywhere, and are not offered it.
func TestExportIsForThoseWhoMayAdd(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	wh := s.addWebhook(t, "alpha", nil)
	everything := []webhook.Permission{
		"extras.view_webhook", "extras.add_webhook", "extras.view_eventrule", "extras.add_eventrule",
		"core.view_objecttype", "core.add_objecttype",
	}
	for _, try := range []struct {
		name        string
		permissions []webhook.Permission
		status      int
	}{
		{"viewer", []webhook.Permission{"extras.view_webhook"}, http.StatusForbidden},
		{"adder", []webhook.Permission{"extras.view_webhook", "extras.add_webhook"}, http.StatusForbidden},
		{"blind", everything[:len(everything)-1], http.StatusForbidden},
		{"exporter", everything, http.StatusOK},
	} {
		s.addUser(t, try.name, false, try.permissions...)
		b := s.signIn(t, try.name)
		b.get(t, "/extras/webhooks/export/").is(t, try.status)
		b.post(t, "/extras/webhooks/bulk/", url.Values{"action": {"export"}, "id": {strconv.FormatInt(wh.ID, 10)}}).is(t, try.status)
		page := b.get(t, "/extras/webhooks/")
		if offered := strings.Contains(page.body, "/webhooks/export/") || strings.Contains(page.body, `value="export"`); offered != (try.status == http.StatusOK) {
			t.Errorf("%s is offered an export: %t", try.name, offered)
		}
	}
}
