package ui_test

import (
	"fmt"
	"testing"

	"bellhop/internal/store"
	testbrowser "bellhop/internal/testkit/browser"
)

// Each kind of page is looked at by a real browser and by axe, in both themes,
// wide and narrow, with names and answers that are as bad as can be: nothing
// serious, no error in the console, nothing that the policy refuses, and nothing
// to scroll to at the side.
func TestEveryPageInABrowser(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	seedEvil(t, s)
	deliveries, err := s.Admin.Deliveries(t.Context(), store.Query{Limit: 1})
	if err != nil || len(deliveries.Items) == 0 {
		t.Fatalf("%d deliveries, error %v", len(deliveries.Items), err)
	}
	delivery := deliveries.Items[0].ID
	paths := []string{
		"/", "/user/", "/search/?q=evil",
		"/extras/webhooks/", "/extras/webhooks/1/", "/extras/webhooks/1/edit/", "/extras/webhooks/1/test/", "/extras/webhooks/1/delete/",
		"/extras/webhooks/import/", "/extras/lab/", "/extras/event-rules/1/edit/", "/extras/tags/", "/extras/tags/1/",
		"/core/changelog/", "/core/changelog/1/", "/extras/deliveries/", fmt.Sprintf("/extras/deliveries/%s/", delivery),
		fmt.Sprintf("/extras/deliveries/%s/attempts/1/", delivery),
		"/core/background-queues/", "/core/background-workers/", "/core/object-types/", "/core/object-types/1/",
		"/dcim/sites/", "/dcim/sites/1/", "/dcim/sites/1/edit/", "/dcim/devices/add/",
		"/users/users/", "/users/users/1/edit/", "/users/groups/1/", "/users/tokens/", "/users/tokens/add/",
		"/core/audit-log/", "/core/audit-log/1/", "/core/configuration/",
	}
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			p := testbrowser.Start(t)
			p.Theme(theme)
			p.Open(s.URL() + "/login/")
			p.Axe()
			p.Fill("User name", "root")
			p.Fill("Password", password)
			p.Click("Sign in")
			p.WaitFor(`document.querySelector("h1") !== null && location.pathname === "/"`)
			for _, width := range []int{1280, 390} {
				p.Viewport(width, 900)
				for _, path := range paths {
					p.Open(s.URL() + path)
					checkPage(t, p, fmt.Sprintf("%s, %d wide", path, width))
				}
			}
		})
	}
}

// checkPage fails the test for what is serious about a page in a browser.
func checkPage(t *testing.T, p *testbrowser.Page, what string) {
	t.Helper()
	for _, finding := range p.AxeFindings() {
		t.Errorf("%s: %s", what, finding)
	}
	if over, _ := p.Eval(`document.documentElement.scrollWidth - innerWidth`).(float64); over > 0 {
		t.Errorf("%s: %v pixels too wide", what, over)
	}
	if p.Eval(`document.querySelectorAll("[data-evil]").length`) != 0.0 {
		t.Errorf("%s: stored markup is live", what)
	}
}
