package ui_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	testbrowser "bellhop/internal/testkit/browser"
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
	p := testbrowser.Start(t)
	p.Open(s.URL() + "/")
	p.Fill("User name", "ann")
	p.Fill("Password", password)
	p.Click("Sign in")
	p.WaitText("Three steps to the first delivery")

	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	p.WaitText("1 of 1 attempt")
	if p.Eval(`document.querySelectorAll("#outcomes-title").length`) != 1.0 {
		t.Error("there is not one chart of outcomes")
	}
	broken.Store(true)
	s.addObject(t, "dcim.site", `{"name": "AMS2", "slug": "ams2"}`)
	p.WaitText("1 of 2 attempts")
	p.WaitFor(`document.querySelector("[aria-labelledby=attention]").innerText.includes("Ticket system")`)
	for _, theme := range []string{"light", "dark"} {
		p.Theme(theme)
		p.WaitFor(`document.documentElement.dataset.bsTheme === "` + theme + `"`)
		for _, width := range []int{1280, 390} {
			p.Viewport(width, 900)
			p.WaitFor(`document.documentElement.scrollWidth <= innerWidth`)
			p.Axe()
		}
	}

	p.Viewport(1280, 900)
	p.Click("Live")
	p.WaitText("Paused")
	s.addObject(t, "dcim.site", `{"name": "AMS3", "slug": "ams3"}`)
	p.Press("p")
	p.WaitText("1 of 3 attempts")
}
