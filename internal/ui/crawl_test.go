package ui_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// evil is markup that must be shown and never live, in every field that takes it.
const evil = `<script data-evil>1</script><img src=x data-evil onerror=1>" data-evil onclick="1' data-evil '`

// seedEvil stores markup everywhere, the answer of a receiver included.
func seedEvil(t *testing.T, s *site) {
	t.Helper()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("X-Evil", evil)
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("<html>" + evil))
	}))
	t.Cleanup(receiver.Close)
	s.addUser(t, evil, false)
	s.addUser(t, "root", true)
	wh := s.addWebhook(t, evil, func(wh *webhook.Webhook) {
		wh.PayloadURL = receiver.URL + "/" + url.PathEscape(evil)
		wh.Description, wh.BodyTemplate = evil, evil+"{{ data.name }}"
		wh.AdditionalHeaders = "X-Evil: " + evil
		wh.Conditions = []byte(`{"or": [{"attr": "name", "value": "\u003cscript data-evil>"}, {"attr": "name", "op": "contains", "value": "data-evil"}]}`)
		wh.MaxAttempts = 1
	})
	b := s.signIn(t, "root")
	b.post(t, "/extras/tags/add/", url.Values{"name": {evil}, "slug": {"evil"}, "color": {"ff0000"}, "description": {evil}}).redirects(t, "/extras/tags/1/")
	b.post(t, "/users/groups/add/", url.Values{"name": {evil}, "description": {evil}}).redirects(t, "/users/groups/1/")
	b.post(t, "/users/tokens/add/", url.Values{"description": {evil}}).shows(t, "shown only now")
	b.post(t, "/extras/event-rules/add/", url.Values{
		"name": {evil}, "description": {evil}, "action_object_id": {"1"}, "object_types": {"dcim.rack"}, "event_types": {"created"},
	}).redirects(t, "/extras/event-rules/1/")
	escaped := `"` + strings.ReplaceAll(evil, `"`, `\"`) + `"`
	s.addObject(t, "dcim.site", `{"name": `+escaped+`, "slug": "evil", "description": `+escaped+`, "comments": `+escaped+`, "tags": [{"slug": "evil"}], "physical_address": `+escaped+`}`)
	waitFor(t, func() bool {
		page, err := s.Admin.Deliveries(t.Context(), store.Query{Where: store.And{
			store.Compare{Path: "webhook", Op: store.Eq, Value: wh.ID}, store.Compare{Path: "state", Op: store.Eq, Value: "failed"},
		}})
		return err == nil && page.Count == 1
	})
}

// Every page that links lead to is fine, has a heading, and shows what people and
// receivers wrote as text.
func TestEveryPageByItsLinks(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	seedEvil(t, s)
	b := s.signIn(t, "root")
	seen := map[string]bool{}
	todo := []string{"/", "/extras/webhooks/1/test/", "/extras/webhooks/1/delete/", "/extras/lab/", "/search/?q=evil"}
	for len(todo) > 0 && len(seen) < 400 {
		path := todo[0]
		todo = todo[1:]
		page := kindOfPage(path)
		if seen[page] {
			continue
		}
		seen[page] = true
		a := b.get(t, path)
		if a.status == http.StatusSeeOther || a.status == http.StatusMovedPermanently {
			todo = append(todo, a.header.Get("Location"))
			continue
		}
		if a.status != http.StatusOK {
			t.Errorf("%s: status %d", path, a.status)
			continue
		}
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			continue
		}
		todo = append(todo, checkMarkup(t, path, a.body)...)
	}
	t.Logf("%d pages", len(seen))
	if len(seen) < 60 {
		t.Errorf("only %d pages were found: %v", len(seen), seen)
	}
}

// kindOfPage is what pages with the same template and the same parameters have in
// common, so that not every list is read in every order.
func kindOfPage(path string) string {
	target, err := url.Parse(path)
	if err != nil {
		return path
	}
	names := make([]string, 0, len(target.Query()))
	for name := range target.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return target.Path + "?" + strings.Join(names, "&")
}

// checkMarkup fails when something that was stored is live in a page, or when the
// page lacks what every page has. It returns the page's own links.
func checkMarkup(t *testing.T, path, body string) (links []string) {
	t.Helper()
	document, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	headings, ids := 0, map[string]bool{}
	for node := range document.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		if node.Data == "h1" {
			headings++
		}
		for _, attribute := range node.Attr {
			switch {
			case attribute.Key == "data-evil":
				t.Errorf("%s: stored markup is live in <%s>", path, node.Data)
			case strings.HasPrefix(attribute.Key, "on"), attribute.Key == "style", strings.HasPrefix(attribute.Key, "hx-on"):
				t.Errorf("%s: <%s %s> breaks the policy", path, node.Data, attribute.Key)
			case attribute.Key == "id" && ids[attribute.Val]:
				t.Errorf("%s: the id %q is there twice", path, attribute.Val)
			case attribute.Key == "id":
				ids[attribute.Val] = true
			case attribute.Key == "href" && strings.HasPrefix(attribute.Val, "/") && !strings.HasPrefix(attribute.Val, "//") &&
				!strings.HasPrefix(attribute.Val, "/api/") && !strings.HasPrefix(attribute.Val, "/static/"):
				link, _, _ := strings.Cut(attribute.Val, "#")
				links = append(links, link)
			case (attribute.Key == "href" || attribute.Key == "src" || attribute.Key == "action") && strings.Contains(strings.ToLower(attribute.Val), "javascript:"):
				t.Errorf("%s: a link is a script", path)
			}
		}
		if node.Data == "script" && node.FirstChild != nil && attribute(node, "type") != "application/json" {
			t.Errorf("%s: a script is in the page itself", path)
		}
	}
	if headings != 1 {
		t.Errorf("%s: %d h1", path, headings)
	}
	return links
}

func attribute(node *html.Node, key string) string {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
