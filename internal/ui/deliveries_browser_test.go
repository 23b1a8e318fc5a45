package ui_test

import (
	"fmt"
	"net/http"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// A receiver fails; somebody finds the failed task and the reason, the webhook's
// address is mended, and the retry finishes before their eyes.
func TestFailedTaskIsMendedInTheBrowser(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	bad, good := startReceiver(t, http.StatusGone), startReceiver(t, http.StatusOK)
	wh := s.addWebhookTo(t, "Mirror", bad.URL, nil)
	s.addSite(t, "AMS1", "ams1")
	s.deliveries(t, webhook.Failed, 1)

	p := s.browse(t, "ann")
	p.Open(s.URL() + "/core/background-queues/")
	p.Click(`css=a[href$="queue=default&state=failed"]`)
	p.WaitText("AMS1")
	p.Press("j")
	p.Press("\r")
	p.WaitText("The receiver wants no more of this")
	p.WaitText("What to do")
	delivery, _ := p.Eval(`location.href`).(string)

	_, err := s.Admin.Webhooks.Update(t.Context(), admin.System(webhook.UUID{3}), []admin.Edit[webhook.Webhook]{{ID: wh.ID, Apply: func(wh *webhook.Webhook) error {
		wh.PayloadURL = good.URL + "/mended"
		return nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	p.Click("Compare")
	p.WaitText("compared with what would be sent now")
	p.WaitFor(`document.querySelector("#comparison").innerText.includes("/mended")`)
	p.Open(delivery)
	p.Click("Retry now")
	p.Click("Retry 1 delivery") // the question
	p.WaitText("It is sent as soon as its turn comes.")
	p.WaitText("The receiver accepted it")
	p.WaitText("Attempt 2: 200")

	// Two attempts are compared on the page of one, without loading it anew.
	p.Click("Attempt 2: 200")
	p.WaitFor(`location.pathname.endsWith("/attempts/2/")`)
	p.Eval(`document.body.dataset.kept = "yes"`)
	p.Select("Compare its request with", "Attempt 1")
	p.Click("Compare")
	p.WaitText("Attempt 1 compared with Attempt 2")
	if p.Eval(`document.body.dataset.kept`) != "yes" {
		t.Error("the page was loaded anew")
	}
	checkLooks(p)
}

// Thousands of deliveries: filtered, selected by the keyboard and as a whole, and
// retried.
func TestBulkRetryInTheBrowser(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	r := startReceiver(t, http.StatusGone)
	s.addWebhookTo(t, "Mirror", r.URL, nil)
	for i := range 60 {
		s.addSite(t, fmt.Sprintf("Site %d", i), fmt.Sprintf("site-%d", i))
	}
	s.deliveries(t, webhook.Failed, 60)
	r.status.Store(http.StatusOK)

	p := s.browse(t, "ann")
	p.Open(s.URL() + "/extras/deliveries/?state=failed&per_page=50")
	p.WaitText("Site 59")
	for range 3 {
		p.Press("j")
	}
	p.Press("x")
	p.Press("k")
	p.Press("x")
	p.WaitFor(`document.querySelector("[data-selected-count]").innerText === "2"`)
	p.Click("Retry now")
	p.WaitText("Retried 2 deliveries.")
	s.deliveries(t, webhook.Finished, 2)
	s.deliveries(t, webhook.Failed, 58)

	p.Open(s.URL() + "/extras/deliveries/?state=failed&per_page=50")
	p.Click("Select all rows")
	p.Click("all that match")
	p.WaitFor(`document.querySelector("[data-selected-count]").innerText === "all"`)
	p.Click("Retry now")
	p.WaitText("Retry 58 deliveries?")
	p.Axe()
	p.Click("Retry 58 deliveries")
	p.WaitText("Retried 58 deliveries.")
	s.deliveries(t, webhook.Finished, 60)
	p.WaitText("Nothing matches")
	p.Click("Clear the filters")
	p.WaitText("Site 59")
	s.addSite(t, "Newcomer", "newcomer")
	p.WaitText("1 new delivery: show")
	p.Click("1 new delivery: show")
	p.WaitText("Newcomer")
	for _, path := range []string{"/extras/deliveries/", "/core/background-queues/", "/core/background-workers/"} {
		p.Open(s.URL() + path)
		checkLooks(p)
	}
}
