package ui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bellhop/internal/store"
	"bellhop/internal/ui"
	"bellhop/internal/webhook"
)

// fill puts something for the wildcards of a pattern into it.
func fill(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.NewReplacer(
		"{app}", "dcim", "{plural}", "sites", "{$}", "", "{n}", "1", "{queue}", "default",
		"/deliveries/{id}", "/deliveries/01a204dc-e40f-7745-b4c6-d1b151390b43",
		"/background-tasks/{id}", "/background-tasks/01a204dc-e40f-7745-b4c6-d1b151390b43",
		"{id}", "1",
	).Replace(path)
	return method, path
}

// viewAll are the permissions to view everything and change nothing.
func viewAll(t *testing.T, s *site) []webhook.Permission {
	t.Helper()
	all, err := s.Admin.Permissions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var view []webhook.Permission
	for _, p := range all {
		if strings.Contains(string(p), ".view_") {
			view = append(view, p)
		}
	}
	return view
}

// Every page is held against who may ask for it: strangers are sent to sign in,
// people without permissions are refused, and who may only view changes nothing,
// whatever they send.
func TestAccessToEveryPage(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "nobody", false)
	s.addUser(t, "viewer", false, viewAll(t, s)...)
	s.addWebhook(t, "alpha", nil)
	s.addObject(t, "dcim.site", `{"name": "Berlin", "slug": "berlin"}`)
	stranger, nobody, viewer := s.anonymous(t), s.signIn(t, "nobody"), s.signIn(t, "viewer")
	before := s.fingerprint(t)
	routes := ui.Routes()
	if len(routes) < 60 {
		t.Fatalf("only %d routes", len(routes))
	}
	for _, route := range routes {
		if route.Public {
			continue
		}
		method, path := fill(route.Pattern)
		ask := func(b *browser) answer { return b.do(t, method, path, url.Values{"confirm": {"1"}}, nil) }
		if a := ask(stranger); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login/") {
			t.Errorf("%s for a stranger: %d to %q", route.Pattern, a.status, a.header.Get("Location"))
		}
		if a := ask(nobody); !route.Personal && a.status != http.StatusForbidden {
			t.Errorf("%s without permissions: %d", route.Pattern, a.status)
		}
		a := ask(viewer)
		mayView := route.Personal || route.Action == string(webhook.ActionView)
		switch {
		case a.status >= http.StatusInternalServerError:
			t.Errorf("%s for a viewer: %d", route.Pattern, a.status)
		case !mayView && a.status != http.StatusForbidden:
			t.Errorf("%s for a viewer: %d, want 403", route.Pattern, a.status)
		case mayView && method == http.MethodGet && a.status == http.StatusForbidden && !strings.Contains(path, "/test/"):
			t.Errorf("%s for a viewer: %d", route.Pattern, a.status)
		}
	}
	if after := s.fingerprint(t); after != before {
		t.Errorf("something changed: %+v, before %+v", after, before)
	}
}

// fingerprint is what tells whether anything was changed.
type fingerprint struct{ audit, changes, deliveries int }

func (s *site) fingerprint(t *testing.T) fingerprint {
	t.Helper()
	audit, err1 := s.Admin.AuditLog(t.Context(), store.Query{})
	changes, err2 := s.Admin.Changes(t.Context(), store.Query{}, false)
	deliveries, err3 := s.Admin.Deliveries(t.Context(), store.Query{})
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return fingerprint{audit.Count, changes.Count, deliveries.Count}
}

// An editor looks after webhooks and sites; an administrator, who is a superuser, may
// do everything. What an editor may do is written down here by path, beside what the
// pages say of themselves.
func TestEditorsAndAdministrators(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	var edit []webhook.Permission
	for _, kind := range []string{"extras.%s_webhook", "extras.%s_eventrule", "extras.%s_tag", "dcim.%s_site"} {
		for _, action := range []string{"view", "add", "change", "delete"} {
			edit = append(edit, webhook.Permission(fmt.Sprintf(kind, action)))
		}
	}
	edit = append(edit, "extras.view_delivery", "extras.change_delivery", "core.view_objectchange")
	s.addUser(t, "editor", false, edit...)
	s.addUser(t, "administrator", true)
	s.addWebhook(t, "alpha", nil)
	s.addObject(t, "dcim.site", `{"name": "Berlin", "slug": "berlin"}`)
	mayEdit := func(path string) bool {
		if path == "/extras/webhooks/export/" {
			return false // the file has object types as well
		}
		for _, own := range []string{"/extras/webhooks/", "/extras/lab/", "/extras/event-rules/", "/extras/tags/", "/dcim/sites/", "/search/", "/live/", "/help/"} {
			if strings.HasPrefix(path, own) {
				return true
			}
		}
		for _, seen := range []string{"/extras/deliveries/", "/core/background-"} {
			if strings.HasPrefix(path, seen) {
				return !strings.HasSuffix(path, "/delete/")
			}
		}
		return strings.HasPrefix(path, "/core/changelog/") || strings.HasPrefix(path, "/user/") || path == "/"
	}
	editor, administrator := s.signIn(t, "editor"), s.signIn(t, "administrator")
	for _, route := range ui.Routes() {
		method, path := fill(route.Pattern)
		if route.Public {
			continue
		}
		a := editor.do(t, method, path, nil, nil)
		if refused := a.status == http.StatusForbidden; refused == mayEdit(path) || a.status >= http.StatusInternalServerError {
			t.Errorf("%s for an editor: %d", route.Pattern, a.status)
		}
		a = administrator.do(t, method, path, nil, nil)
		if a.status == http.StatusForbidden || a.status >= http.StatusInternalServerError || strings.HasPrefix(a.header.Get("Location"), "/login/") {
			t.Errorf("%s for an administrator: %d", route.Pattern, a.status)
		}
	}
	// Whoever may delete sites may not delete manufacturers by their paths.
	s.addObject(t, "dcim.manufacturer", `{"name": "Acme", "slug": "acme"}`)
	before := s.fingerprint(t)
	editor.post(t, "/dcim/manufacturers/1/delete/", url.Values{"confirm": {"1"}}).is(t, http.StatusForbidden)
	editor.post(t, "/dcim/manufacturers/bulk/", url.Values{"id": {"1"}, "action": {"delete"}, "confirm": {"1"}}).is(t, http.StatusForbidden)
	// Nor may an editor make an editor.
	editor.post(t, "/users/users/add/", url.Values{"username": {"eve"}, "password": {password}}).is(t, http.StatusForbidden)
	editor.post(t, "/users/tokens/add/", url.Values{"user": {"1"}}).is(t, http.StatusForbidden)
	if after := s.fingerprint(t); after != before {
		t.Errorf("something changed: %+v, before %+v", after, before)
	}
}
