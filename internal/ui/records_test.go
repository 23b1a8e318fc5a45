package ui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

func TestTags(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	b.get(t, "/extras/tags/").shows(t, "No tags yet", "Add a tag")
	b.post(t, "/extras/tags/add/", url.Values{"name": {"Blue"}, "slug": {"not a slug"}, "color": {"0000ff"}}).
		is(t, http.StatusUnprocessableEntity, "Enter a valid &#34;slug&#34;", `value="Blue"`, `href="#id_slug"`)
	b.post(t, "/extras/tags/add/", url.Values{"name": {"Blue"}, "slug": {"blue"}, "color": {"#0000FF"}}).redirects(t, "/extras/tags/1/")
	b.get(t, "/extras/tags/1/").shows(t, "Added tag Blue.", "#0000ff")
	b.get(t, "/extras/tags/?q=blu").shows(t, "1–1 of 1 tag")
	form := url.Values{"name": {"Navy"}, "slug": {"navy"}, "color": {"000080"}, "revision": {"1"}}
	b.post(t, "/extras/tags/1/edit/", form).redirects(t, "/extras/tags/1/")
	// Somebody else had the form open meanwhile.
	form.Set("name", "Green")
	b.post(t, "/extras/tags/1/edit/", form).is(t, http.StatusUnprocessableEntity, "Somebody else has changed this")
	b.get(t, "/extras/tags/1/delete/").shows(t, "Delete the tag Navy?", "taken off everything")
	b.post(t, "/extras/tags/1/delete/", nil).redirects(t, "/extras/tags/")
	b.get(t, "/extras/tags/1/").is(t, http.StatusNotFound)
	b.get(t, "/core/audit-log/?kind=extras.tag").shows(t, "Create", "Update", "Delete", "Navy")
	b.get(t, "/core/audit-log/3/").shows(t, "diff-changed", "&#34;Blue&#34;", "&#34;Navy&#34;")
}

func TestUsersAndGroups(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	b.post(t, "/users/groups/add/", url.Values{"name": {"Watchers"}, "permissions": {"extras.view_webhook"}}).redirects(t, "/users/groups/1/")
	b.post(t, "/users/users/add/", url.Values{"username": {"eve"}, "password": {"short"}, "is_active": {"true"}}).
		is(t, http.StatusUnprocessableEntity, "too short", `value="eve"`)
	b.post(t, "/users/users/add/", url.Values{
		"username": {"eve"}, "password": {password}, "is_active": {"true"}, "groups": {"1"},
	}).redirects(t, "/users/users/3/")
	page := b.get(t, "/users/users/3/")
	page.shows(t, "eve", "Watchers")
	if strings.Contains(page.body, "pbkdf2") {
		t.Error("the hash of a password is shown")
	}
	eve := s.signIn(t, "eve")
	eve.get(t, "/extras/webhooks/").shows(t, "No webhooks yet")
	eve.get(t, "/users/users/").is(t, http.StatusForbidden)
	eve.post(t, "/users/users/3/edit/", url.Values{"username": {"eve"}, "is_superuser": {"true"}}).is(t, http.StatusForbidden)
	// Saved without a password: it stays, and so do the sessions.
	b.post(t, "/users/users/3/edit/", url.Values{"username": {"eve"}, "is_active": {"true"}, "groups": {"1"}}).redirects(t, "/users/users/3/")
	eve.get(t, "/user/").shows(t, "eve")
	b.post(t, "/users/users/3/edit/", url.Values{"username": {"eve"}, "groups": {"1"}}).redirects(t, "/users/users/3/")
	eve.get(t, "/user/").redirects(t, "/login/?next=%2Fuser%2F")
	b.get(t, "/users/groups/1/delete/").shows(t, "1 member loses its permissions.")
	b.post(t, "/users/users/2/delete/", nil).redirects(t, "/users/users/") // oneself: the session ends with it
	b.get(t, "/users/users/").redirects(t, "/login/?next=%2Fusers%2Fusers%2F")
}

// What is off is shown as off, in lists and on pages.
func TestSwitchesOfRecords(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	b.post(t, "/users/users/add/", url.Values{"username": {"zoe"}}).redirects(t, "/users/users/3/")
	for _, path := range []string{"/users/users/?q=zoe", "/users/users/3/"} {
		if page := b.get(t, path).main(); strings.Contains(page, " Yes<") || strings.Count(page, " No<") < 2 {
			t.Errorf("%s: zoe is neither active nor a superuser, but the page says\n%s", path, page)
		}
	}
	b.get(t, "/users/users/?q=root").shows(t, " Yes</span>")
}

// Who manages users cannot give more than they have.
func TestUserManagerCannotRaiseThemselves(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "manager", false, "users.view_user", "users.add_user", "users.change_user", "users.view_permission")
	b := s.signIn(t, "manager")
	b.post(t, "/users/users/add/", url.Values{"username": {"tool"}, "is_active": {"true"}, "permissions": {"extras.add_webhook"}}).
		is(t, http.StatusUnprocessableEntity, "You may only grant permissions that you have yourself")
	b.post(t, "/users/users/add/", url.Values{"username": {"tool"}, "is_active": {"true"}, "is_superuser": {"true"}}).redirects(t, "/users/users/3/")
	tool, err := s.Admin.Users.Get(t.Context(), 3)
	if err != nil || tool.Superuser {
		t.Errorf("made %+v, error %v", tool, err)
	}
}

func TestTokensAreShownOnce(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	own := []webhook.Permission{"users.view_token", "users.add_token", "users.delete_token", "users.change_token"}
	s.addUser(t, "ann", false, own...)
	b := s.signIn(t, "ann")
	b.post(t, "/users/tokens/add/", url.Values{"description": {"ci"}, "allowed_ips": {"nonsense"}}).
		is(t, http.StatusUnprocessableEntity, "is no network")
	b.post(t, "/users/tokens/add/", url.Values{"user": {"1"}}).is(t, http.StatusForbidden, "Only a superuser")
	made := b.post(t, "/users/tokens/add/", url.Values{"description": {"ci"}, "write_enabled": {"true"}, "expires": {"2099-01-02T03:04"}})
	made.shows(t, "The key is shown only now.")
	key := regexp.MustCompile(`[0-9a-f]{40}`).FindString(made.body)
	who, err := s.Admin.Authenticate(t.Context(), key)
	if err != nil || who.UserName != "ann" {
		t.Fatalf("the key is %v's, error %v", who, err)
	}
	list := b.get(t, "/users/tokens/")
	list.shows(t, "ci", "1–1 of 1 token") // not the administrator's
	if strings.Contains(list.body, key) {
		t.Error("the key is shown again")
	}
	b.get(t, "/users/tokens/1/").is(t, http.StatusNotFound)
	b.post(t, "/users/tokens/1/delete/", nil).is(t, http.StatusNotFound)
	b.post(t, "/users/tokens/2/delete/", nil).redirects(t, "/users/tokens/")
	if _, err := s.Admin.Authenticate(t.Context(), key); err == nil {
		t.Error("a deleted token counts")
	}
}

func TestEventRules(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	wh := s.addWebhook(t, "alpha", func(wh *webhook.Webhook) { wh.Trigger = webhook.Trigger{} })
	form := url.Values{
		"name": {"racks"}, "enabled": {"true"}, "action_object_id": {strconv.FormatInt(wh.ID, 10)}, "object_types": {"dcim.rack"},
		"event_types": {"created"}, "conditions": {`{"and": [`},
	}
	b.post(t, "/extras/event-rules/add/", form).is(t, http.StatusUnprocessableEntity, "Conditions")
	form.Set("conditions", `{"and": [{"attr": "status", "value": "active"}]}`)
	b.post(t, "/extras/event-rules/add/", form).redirects(t, "/extras/event-rules/1/")
	b.get(t, "/extras/event-rules/1/").shows(t, "On create of racks, when the conditions hold.", ">alpha</a>")
	b.get(t, fmt.Sprintf("/extras/webhooks/%d/", wh.ID)).shows(t, "event rule <bdi>racks</bdi>")
	b.get(t, fmt.Sprintf("/extras/webhooks/%d/delete/", wh.ID)).shows(t, "1 event rule goes with it.")
}

func TestConfigurationIsForSuperusers(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	s.addUser(t, "all", false, "*")
	s.signIn(t, "all").get(t, "/core/configuration/").is(t, http.StatusForbidden)
	page := s.signIn(t, "root").get(t, "/core/configuration/")
	page.shows(t, "admin-token", "Database on disk", "default")
	if strings.Contains(page.body, "0123456789abcdef") {
		t.Error("a secret is shown")
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	s.addUser(t, "sites", false, "dcim.view_site")
	s.addWebhook(t, "Berlin watcher", nil)
	s.addObject(t, "dcim.site", `{"name": "Berlin", "slug": "berlin"}`)
	s.signIn(t, "root").get(t, "/search/?q=berl").shows(t, "Berlin watcher", `href="/dcim/sites/1/"`)
	// A tag is no webhook, though its description is like the search.
	b := s.signIn(t, "root")
	b.post(t, "/extras/tags/add/", url.Values{"name": {"x"}, "slug": {"x"}, "color": {"#00aa00"}, "description": {"only here"}}).redirects(t, "/extras/tags/1/")
	b.get(t, "/search/?q=only+here").shows(t, "Nothing matches")
	page := s.signIn(t, "sites").get(t, "/search/?q=berl")
	page.shows(t, `href="/dcim/sites/1/"`)
	if strings.Contains(page.body, "watcher") {
		t.Error("somebody finds what they may not view")
	}
}

// Sessions end when their time is over, and the user's with the user.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", false)
	b := s.signIn(t, "ann")
	b.get(t, "/user/").shows(t, "ann")
	if err := s.Admin.Users.Delete(t.Context(), admin.System(webhook.UUID{1}), []admin.Edit[webhook.User]{{ID: 2}}); err != nil {
		t.Fatal(err)
	}
	b.get(t, "/user/").redirects(t, "/login/?next=%2Fuser%2F")
}
