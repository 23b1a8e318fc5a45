package ui_test

import (
	"fmt"
	"testing"

	testbrowser "bellhop/internal/testkit/browser"
)

// browse signs somebody in with a real browser.
func (s *site) browse(t *testing.T, name string) *testbrowser.Page {
	t.Helper()
	p := testbrowser.Start(t)
	openAs(s, p, name)
	return p
}

// openAs signs somebody in and leads to the overview.
func openAs(s *site, p *testbrowser.Page, name string) {
	p.Open(s.URL() + "/login/")
	p.Fill("User name", name)
	p.Fill("Password", password)
	p.Click("Sign in")
	p.WaitFor(`location.pathname === "/"`)
}

// look is a way to look at a page.
type look struct {
	theme string
	width int
}

// show turns the page that is open, and those opened from now on, into a look.
func show(p *testbrowser.Page, l look) {
	p.Theme(l.theme)
	p.WaitFor(fmt.Sprintf(`document.documentElement.dataset.bsTheme === %q`, l.theme))
	p.Viewport(l.width, 900)
}

// checkLooks runs axe on the page in each of the looks, where nothing may stand out
// of the window: by default in both themes and at both widths.
func checkLooks(p *testbrowser.Page, looks ...look) {
	if len(looks) == 0 {
		looks = []look{{"light", 390}, {"light", 1280}, {"dark", 390}, {"dark", 1280}}
	}
	for _, l := range looks {
		show(p, l)
		p.WaitFor(`document.documentElement.scrollWidth <= innerWidth`)
		p.Axe()
	}
}

// glance is checkLooks in each theme and at each width once.
func glance(p *testbrowser.Page) { checkLooks(p, look{"dark", 390}, look{"light", 1280}) }
