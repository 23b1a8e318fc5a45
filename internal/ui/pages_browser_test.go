package ui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bellhop/internal/store"
	testbrowser "bellhop/internal/testkit/browser"
	"bellhop/internal/webhook"
)

const (
	// arabic and hebrew are names that are written from right to left.
	arabic = "مركز بيانات الرياض ١٢٣"
	hebrew = "חוות שרתים (ראשי)"
)

// visit is a kind of page, and what is done there before it is looked at.
type visit struct {
	path string
	act  func(*testbrowser.Page)
}

// visits are pages as links lead to them.
func visits(paths ...string) []visit {
	list := make([]visit, len(paths))
	for i, path := range paths {
		list[i].path = path
	}
	return list
}

// refuse sends a form as it is, which is refused.
func refuse(p *testbrowser.Page) {
	p.Click("css=main form[method=post] .btn-primary")
	p.WaitFor(`document.querySelector("[role=alert]") !== null`)
}

// confirm ticks the first row of a list and asks to delete it.
func confirm(p *testbrowser.Page) {
	p.Click("css=tbody input[name=id]")
	p.Click("css=button[value=delete]")
	p.WaitFor(`document.querySelector("[name=confirm]") !== null`)
}

// open opens what the page shows on request.
func open(p *testbrowser.Page) {
	p.Eval(`document.querySelectorAll("main details:not(.menu)").forEach((details) => { details.open = true })`)
}

// Each kind of page is looked at by a real browser and by axe, in both themes, wide
// and narrow, with names and answers that are as bad as can be: nothing
// serious, no error in the console, nothing that the policy refuses, and nothing
// to scroll to at the side.
func TestEveryPageInABrowser(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	seedEvil(t, s)
	seedUnwieldy(t, s)
	deliveries, err := s.Admin.Deliveries(t.Context(), store.Query{Limit: 1})
	if err != nil || len(deliveries.Items) == 0 {
		t.Fatalf("%d deliveries, error %v", len(deliveries.Items), err)
	}
	delivery := fmt.Sprintf("/extras/deliveries/%s/", deliveries.Items[0].ID)
	all := visits(
		"/", "/user/", "/search/?q=evil", "/nowhere/", "/?range=30d",
		"/extras/webhooks/", "/extras/webhooks/1/", "/extras/webhooks/1/edit/", "/extras/webhooks/1/test/", "/extras/webhooks/1/delete/",
		"/extras/webhooks/2/", "/extras/webhooks/2/edit/", "/extras/webhooks/add/?clone=3",
		"/extras/webhooks/import/", "/extras/lab/", "/extras/event-rules/", "/extras/event-rules/1/", "/extras/event-rules/1/edit/",
		"/extras/tags/", "/extras/tags/1/", "/extras/tags/1/edit/", "/extras/tags/1/delete/",
		"/core/changelog/", "/core/changelog/?q=nowhere", "/core/changelog/2/?evaluate=1",
		"/extras/deliveries/", "/extras/deliveries/?state=failed", delivery, delivery+"delete/", delivery+"attempts/1/",
		"/core/background-queues/", "/core/background-tasks/", "/core/background-workers/",
		"/core/object-types/", "/core/object-types/1/", "/core/object-types/add/",
		"/dcim/sites/", "/dcim/sites/1/", "/dcim/sites/1/edit/", "/dcim/sites/2/", "/dcim/sites/1/delete/", "/dcim/devices/add/",
		"/users/users/", "/users/users/2/", "/users/users/1/edit/", "/users/groups/", "/users/groups/1/", "/users/groups/1/edit/",
		"/users/tokens/", "/users/tokens/1/", "/users/tokens/add/",
		"/core/audit-log/", "/core/audit-log/1/", "/core/configuration/",
	)
	all = append(all,
		visit{"/core/changelog/1/", open}, visit{delivery + "attempts/1/?with=now", open},
		visit{"/extras/webhooks/add/", refuse}, visit{"/extras/event-rules/add/", refuse}, visit{"/extras/tags/add/", refuse},
		visit{"/users/users/add/", refuse}, visit{"/core/object-types/add/", refuse}, visit{"/dcim/sites/add/", refuse},
		visit{"/extras/webhooks/import/", refuse}, visit{"/user/", refuse},
		visit{"/extras/deliveries/", confirm}, visit{"/extras/webhooks/", confirm}, visit{"/dcim/sites/", confirm},
		visit{"/dcim/sites/", func(p *testbrowser.Page) {
			p.Click("css=tbody input[name=id]")
			p.Click("css=button[value=edit]")
			p.WaitText("Edit 1 site")
		}},
		visit{"/extras/deliveries/", func(p *testbrowser.Page) { p.Click("Filters") }},
		visit{"/extras/webhooks/1/", func(p *testbrowser.Page) { p.Click("More") }},
		visit{"/", func(p *testbrowser.Page) {
			p.Press("?")
			p.WaitFor(`document.querySelector("#keyboard-help").open`)
		}},
	)
	lookAt(t, s, "root", all)
}

// Pages without anything to show say so, and are as well formed as the others.
func TestEmptyPagesInABrowser(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	s.addUser(t, "nobody", false)
	lookAt(t, s, "root", visits(
		"/", "/search/", "/search/?q=x", "/extras/webhooks/", "/extras/webhooks/?q=x", "/extras/webhooks/add/", "/extras/lab/",
		"/extras/event-rules/", "/extras/deliveries/", "/core/changelog/", "/core/background-queues/", "/core/background-workers/",
		"/extras/tags/", "/dcim/sites/", "/users/groups/",
	))
	lookAt(t, s, "nobody", visits("/", "/user/", "/extras/webhooks/"))
}

// seedUnwieldy stores names from right to left, and names and URLs as long as they
// may be and without a space.
func seedUnwieldy(t *testing.T, s *site) {
	t.Helper()
	for _, name := range []string{arabic, hebrew, strings.Repeat("Unbroken", 18)} {
		s.addWebhook(t, name, func(wh *webhook.Webhook) {
			wh.PayloadURL = "http://127.0.0.1:1/" + strings.Repeat("a", 480)
			wh.Description, wh.MaxAttempts = name, 1
			wh.Conditions = []byte(`{"and": [{"attr": "name", "value": "` + strings.Repeat("long", 200) + `"}]}`)
			wh.BodyTemplate = strings.Repeat("x", 2000)
		})
	}
	s.addArabicType(t, "root", strings.Repeat("Group", 20))
	s.addObject(t, "dcim.site", `{"name": "`+arabic+`", "slug": "arabic", "description": "`+hebrew+`", "comments": "`+strings.Repeat("long", 500)+`"}`)
}

// addArabicType makes somebody add an object type whose names are written from right
// to left.
func (s *site) addArabicType(t *testing.T, who, group string) {
	t.Helper()
	fields := `[{"name": "name", "kind": "text", "required": true, "label": "` + arabic + `", "help": "` + hebrew + `"}]`
	s.signIn(t, who).post(t, "/core/object-types/add/", url.Values{
		"app_label": {"arabic"}, "model": {"thing"}, "plural": {"things"}, "label": {arabic}, "label_plural": {arabic},
		"group": {group}, "fields": {fields},
	})
	if types := s.Inventory.Types(); types.Get("arabic.thing") == nil {
		t.Fatal("the object type was refused")
	}
}

// lookAt signs somebody in and looks at pages in both themes, wide and narrow: at one
// wide and light, then narrow and dark, at the next one wide and dark, then narrow and
// light.
func lookAt(t *testing.T, s *site, who string, all []visit) {
	t.Helper()
	p := testbrowser.Start(t)
	p.AllowStatus(http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity) // of the pages themselves
	wide, narrow := look{"light", 1280}, look{"dark", 390}
	at := func(v visit) {
		show(p, wide)
		p.Open(s.URL() + v.path)
		if v.act != nil {
			v.act(p)
		}
		checkPage(t, p, v.path, wide)
		show(p, narrow)
		checkPage(t, p, v.path, narrow)
		wide.theme, narrow.theme = narrow.theme, wide.theme
	}
	p.Open(s.URL() + "/login/")
	at(visit{path: "/login/"})
	openAs(s, p, who)
	for _, v := range all {
		at(v)
	}
}

// checkPage fails the test for what is serious about a page in a browser.
func checkPage(t *testing.T, p *testbrowser.Page, path string, l look) {
	t.Helper()
	what := fmt.Sprintf("%s, %s and %d wide", path, l.theme, l.width)
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

// A name from right to left does not move what stands beside it.
func TestRightToLeftNames(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	wh := s.addWebhook(t, arabic, func(wh *webhook.Webhook) { wh.PayloadURL, wh.Description = "http://127.0.0.1:1/", hebrew })
	s.addObject(t, "dcim.site", `{"name": "`+hebrew+`", "slug": "hebrew"}`)
	p := s.browse(t, "ann")
	p.Open(s.URL() + "/core/changelog/1/")
	p.WaitText("was created")
	const textBeside = `((element, text) => {
		const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
		while (walker.nextNode()) {
			const from = walker.currentNode.data.indexOf(text);
			if (from < 0) continue;
			const range = document.createRange();
			range.setStart(walker.currentNode, from);
			range.setEnd(walker.currentNode, from + text.length);
			const {left, right} = range.getBoundingClientRect();
			return [left, right];
		}
		return null;
	})`
	leftOf := func(selector, text string) float64 {
		t.Helper()
		place, ok := p.Eval(fmt.Sprintf(`%s(document.querySelector(%q), %q)`, textBeside, selector, text)).([]any)
		if !ok {
			t.Fatalf("%s has no text %q", selector, text)
		}
		left, _ := place[0].(float64)
		return left
	}
	order := func(selector string, texts ...string) {
		t.Helper()
		var lefts []float64
		for _, text := range texts {
			lefts = append(lefts, leftOf(selector, text))
		}
		if !slices.IsSorted(lefts) {
			t.Errorf("%s shows %q from left to right at %v", selector, texts, lefts)
		}
	}
	begins := func(cell, text string) {
		t.Helper()
		left, _ := p.Eval(fmt.Sprintf(`document.querySelector(%q).getBoundingClientRect().left`, cell)).(float64)
		if gap := leftOf(cell, text) - left; gap > 20 {
			t.Errorf("the text %q begins %v pixels beside its cell", text, gap)
		}
	}
	order("h1", hebrew, "was created")
	p.Open(s.URL() + fmt.Sprintf("/extras/webhooks/%d/", wh.ID))
	order(".breadcrumb", "Webhooks", arabic)
	if p.Eval(`[...document.querySelectorAll(".breadcrumb li")].every((item) => getComputedStyle(item).direction === "ltr")`) != true {
		t.Error("a step of the breadcrumb has its slash on the wrong side")
	}
	p.Click("Disable")
	p.WaitText("is disabled")
	order(".alert", arabic, "is disabled")
	s.addArabicType(t, "ann", hebrew)
	p.Open(s.URL() + "/core/object-types/?q=arabic")
	order("tbody", arabic, "arabic.thing", hebrew, "your own")
	begins("td:nth-child(3)", hebrew)
	p.Open(s.URL() + "/extras/webhooks/")
	begins("td:nth-child(2)", hebrew)
}
