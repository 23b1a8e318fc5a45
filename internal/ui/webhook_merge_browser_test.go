package ui_test

import (
	"fmt"
	"net/http"
	"testing"

	"bellhop/internal/admin"
	testbrowser "bellhop/internal/testkit/browser"
	"bellhop/internal/webhook"
)

// Somebody writes while another saves: with scripts and without, the page shows both
// and takes a choice for each field.
func TestMergingInTheBrowser(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startSite(t)
			s.addUser(t, "ann", true)
			wh := s.addWebhook(t, "Sites", nil)
			p := testbrowser.Start(t)
			p.AllowStatus(http.StatusConflict)
			if !scripts {
				p.DisableJS()
			}
			openAs(s, p, "ann")
			p.Open(fmt.Sprintf("%s/extras/webhooks/%d/edit/", s.URL(), wh.ID))
			p.Fill("Name", "Mine")
			p.Fill("Description", "Also mine")
			_, err := s.Admin.Webhooks.Update(t.Context(), admin.System(webhook.UUID{3}), []admin.Edit[webhook.Webhook]{{ID: wh.ID, Apply: func(wh *webhook.Webhook) error {
				wh.Name, wh.Description, wh.Timeout = "Theirs", "Also theirs", 20
				return nil
			}}})
			if err != nil {
				t.Fatal(err)
			}
			p.Click("css=button.btn-primary")
			p.WaitText("Both of you have changed it")
			if scripts {
				checkLooks(p)
			}
			p.Click(`css=input[name=take_name][value=theirs]`)
			p.Click("css=button.btn-primary")
			p.WaitText("Saved the webhook Theirs.")
			if got := s.webhook(t, wh.ID); got.Name != "Theirs" || got.Description != "Also mine" || got.Timeout != 20 {
				t.Errorf("saved %+v", got)
			}
		})
	}
}
