package ui_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"bellhop/internal/webhook"
)

// Somebody watches the overview while deliveries succeed and fail: the numbers
// change by themselves, until updates are paused.
func TestOverviewIsLive(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusGone)
		}
	}))
	defer receiver.Close()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addWebhook(t, "Ticket system", func(wh *webhook.Webhook) { wh.PayloadURL = receiver.URL })
	p := s.browse(t, "ann")
	p.WaitText("Three steps to the first delivery")

	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	p.WaitText("1 of 1 attempt")
	if p.Eval(`document.querySelectorAll("#outcomes-title").length`) != 1.0 {
		t.Error("there is not one chart of outcomes")
	}
	p.Click("Show data")
	broken.Store(true)
	s.addObject(t, "dcim.site", `{"name": "AMS2", "slug": "ams2"}`)
	p.WaitText("1 of 2 attempts")
	if p.Eval(`document.querySelector("#overview details").open`) != true {
		t.Error("an update closed what was opened")
	}
	p.WaitFor(`document.querySelector("[aria-labelledby=attention]").innerText.includes("Ticket system")`)
	checkLooks(p)

	p.Open(s.URL() + "/extras/webhooks/")
	p.WaitFor(`document.querySelector("td:has(svg.spark .failed)")?.innerText.trim() === "50.0 %"`)
	p.Axe()
	p.Open(s.URL() + "/")
	p.Click("Live")
	p.WaitText("Paused")
	s.addObject(t, "dcim.site", `{"name": "AMS3", "slug": "ams3"}`)
	p.Press("p")
	p.WaitText("1 of 3 attempts")
}

// A list says how many new rows there are, of those that match its filter, and
// shows them when it is asked to.
func TestListsAnnounceNewRows(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	p := s.browse(t, "ann")
	p.WaitText("Three steps")
	p.Open(s.URL() + "/core/changelog/?object_type=dcim.site")
	p.WaitFor(`document.querySelector("#news")`)
	s.addObject(t, "dcim.region", `{"name": "Europe", "slug": "europe"}`)
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	p.WaitText("1 new change: show")
	p.Click("1 new change: show")
	p.WaitText("AMS1")
	s.addObject(t, "dcim.site", `{"name": "AMS2", "slug": "ams2"}`)
	s.addObject(t, "dcim.site", `{"name": "AMS3", "slug": "ams3"}`)
	p.WaitText("2 new changes: show")
	if p.Eval(`document.body.innerText.includes("AMS3")`) == true {
		t.Error("a new row was put into the list")
	}
	p.Click("2 new changes: show")
	p.WaitText("AMS3")
	p.WaitFor(`!document.body.innerText.includes("new change")`)
	p.Axe()
}
