package ui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// addWebhook makes a webhook for sites, changed by edit.
func (s *site) addWebhook(t *testing.T, name string, edit func(*webhook.Webhook)) webhook.Webhook {
	t.Helper()
	wh := webhook.New()
	wh.Name, wh.PayloadURL = name, "http://127.0.0.1:9/"
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
	if edit != nil {
		edit(&wh)
	}
	made, err := s.Admin.Webhooks.Create(t.Context(), admin.System(webhook.UUID{1}), []webhook.Webhook{wh})
	if err != nil {
		t.Fatal(err)
	}
	return made[0]
}

func TestWebhookList(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	b.get(t, "/extras/webhooks/").shows(t, "No webhooks yet", "Add a webhook")
	s.addWebhook(t, "alpha", nil)
	s.addWebhook(t, "beta", func(wh *webhook.Webhook) { wh.Enabled = false })
	s.addWebhook(t, `<script>alert("x")</script>`, func(wh *webhook.Webhook) { wh.Trigger.ObjectTypes = []string{"dcim.device"} })

	all := b.get(t, "/extras/webhooks/")
	all.shows(t, "alpha", "beta", "1–3 of 3 webhooks", "&lt;script&gt;")
	if strings.Contains(all.body, "<script>alert") {
		t.Error("a name is markup")
	}
	for query, want := range map[string][]string{
		"?q=ALP":                    {"alpha"},
		"?enabled=false":            {"beta"},
		"?object_type=dcim.device":  {"&lt;script&gt;"},
		"?event=created&q=beta":     {"beta"},
		"?failing=true":             nil,
		"?failing=false&q=alpha":    {"alpha"},
		"?sort=-name&q=a&event=foo": nil,
	} {
		page := b.get(t, "/extras/webhooks/"+query)
		if want == nil {
			page.shows(t, "Nothing matches", "Clear the filters")
			continue
		}
		page.shows(t, append(want, fmt.Sprintf("1–%d of %s", len(want), map[bool]string{true: "1 webhook"}[len(want) == 1]))...)
	}
	if page := b.get(t, "/extras/webhooks/?sort=-name").body; strings.Index(page, ">beta<") > strings.Index(page, ">alpha<") {
		t.Error("not sorted by name, last first")
	}
}

func TestWebhookBulk(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	one, two := s.addWebhook(t, "one", nil), s.addWebhook(t, "two", nil)
	s.addWebhook(t, "three", nil)
	ids := []string{strconv.FormatInt(one.ID, 10), strconv.FormatInt(two.ID, 10)}
	enabled := func() (names []string) {
		for _, id := range []int64{one.ID, two.ID, two.ID + 1} {
			if wh, err := s.Admin.Webhooks.Get(t.Context(), id); err == nil && wh.Enabled {
				names = append(names, wh.Name)
			}
		}
		return names
	}
	bulk := "/extras/webhooks/bulk/"
	b.post(t, bulk, url.Values{"action": {"disable"}, "id": ids, "query": {"q=o"}}).redirects(t, "/extras/webhooks/?q=o")
	b.get(t, "/extras/webhooks/").shows(t, "Disabled 2 webhooks.")
	if got := enabled(); len(got) != 1 || got[0] != "three" {
		t.Errorf("enabled: %v", got)
	}
	// All that match, whatever was ticked.
	b.post(t, bulk, url.Values{"action": {"enable"}, "all": {"2"}, "query": {"enabled=false"}}).redirects(t, "/extras/webhooks/?enabled=false")
	if got := enabled(); len(got) != 3 {
		t.Errorf("enabled: %v", got)
	}
	b.post(t, bulk, url.Values{"action": {"delete"}, "id": ids}).shows(t, "Delete 2 webhooks?", "<li>one</li>", "<li>two</li>")
	if got := enabled(); len(got) != 3 {
		t.Errorf("deleted without being asked: %v", got)
	}
	b.post(t, bulk, url.Values{"action": {"delete"}, "id": ids, "confirm": {"1"}}).redirects(t, "/extras/webhooks/")
	if got := enabled(); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
	b.post(t, bulk, url.Values{"action": {"delete"}}).is(t, http.StatusUnprocessableEntity, "Nothing was selected.")
	b.post(t, bulk, url.Values{"action": {"enable"}, "id": {"x"}}).is(t, http.StatusUnprocessableEntity, "is no id")
	b.post(t, bulk, url.Values{"action": {"explode"}, "id": {strconv.FormatInt(two.ID+1, 10)}}).is(t, http.StatusUnprocessableEntity, "no such action")
}

func TestWebhookPage(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	const secret = "very secret indeed"
	wh := s.addWebhook(t, "alpha", func(wh *webhook.Webhook) {
		wh.Secret = secret
		wh.Trigger.ObjectTypes = []string{"dcim.site", "dcim.device"}
		wh.Trigger.Events = webhook.EventSet(webhook.Created, webhook.Updated)
		wh.Conditions = []byte(`{"and": [{"attr": "status.value", "value": "active"}]}`)
		wh.Enabled = false
	})
	path := fmt.Sprintf("/extras/webhooks/%d/", wh.ID)
	page := b.get(t, path)
	page.shows(t, "On create or update of sites and devices, when the conditions hold.", "status.value", "Nothing was sent yet.")
	if strings.Contains(page.body, secret) {
		t.Error("the secret is on the page")
	}
	b.post(t, path+"enabled/", url.Values{"enabled": {"true"}}).redirects(t, path)
	b.get(t, path).shows(t, "alpha is enabled: it fires from now on.")

	rotated := b.post(t, path+"rotate-secret/", nil)
	rotated.shows(t, "It is shown only now", "whsec_")
	stored, err := s.Admin.Webhooks.Get(t.Context(), wh.ID)
	if err != nil {
		t.Fatal(err)
	}
	if stored.Secret == secret || !strings.Contains(strings.ReplaceAll(rotated.body, "&#43;", "+"), stored.Secret) {
		t.Error("the page does not show the stored secret")
	}
	if strings.Contains(b.get(t, path).body, "whsec_") {
		t.Error("the secret is shown again")
	}
	b.get(t, path+"delete/").shows(t, "Delete 1 webhook?", "<li>alpha</li>")
	b.post(t, path+"delete/", nil).redirects(t, "/extras/webhooks/")
	b.get(t, path).is(t, http.StatusNotFound)
	b.get(t, "/extras/webhooks/x/").is(t, http.StatusNotFound)
}

func TestWebhookViewerChangesNothing(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "viewer", false, "extras.view_webhook")
	s.addUser(t, "nobody", false)
	wh := s.addWebhook(t, "alpha", nil)
	path := fmt.Sprintf("/extras/webhooks/%d/", wh.ID)
	viewer, nobody := s.signIn(t, "viewer"), s.signIn(t, "nobody")
	for _, page := range []answer{viewer.get(t, "/extras/webhooks/"), viewer.get(t, path)} {
		page.shows(t, "alpha")
		for _, button := range []string{"Delete…", `edit/"`, "Add a webhook", "New secret", ">Enable<", `name="id"`} {
			if strings.Contains(page.body, button) {
				t.Errorf("a viewer is offered %q", button)
			}
		}
	}
	id := strconv.FormatInt(wh.ID, 10)
	for _, try := range []struct {
		path string
		form url.Values
	}{
		{"/extras/webhooks/bulk/", url.Values{"action": {"disable"}, "id": {id}}},
		{"/extras/webhooks/bulk/", url.Values{"action": {"delete"}, "id": {id}, "confirm": {"1"}}},
		{path + "enabled/", url.Values{"enabled": {"false"}}},
		{path + "rotate-secret/", nil},
		{path + "delete/", nil},
		{"/extras/webhooks/import/", url.Values{"file": {"webhooks: []"}}},
		{"/extras/webhooks/import/apply/", url.Values{"file": {"webhooks: []"}}},
	} {
		viewer.post(t, try.path, try.form).is(t, http.StatusForbidden, "You do not have permission")
	}
	for _, path := range []string{"/extras/webhooks/", path, path + "delete/", "/extras/webhooks/export/"} {
		nobody.get(t, path).is(t, http.StatusForbidden)
	}
	after, err := s.Admin.Webhooks.Get(t.Context(), wh.ID)
	if err != nil || after.Revision != wh.Revision {
		t.Errorf("changed: %+v, error %v", after, err)
	}
}

func TestWebhookExportAndImport(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	b := s.signIn(t, "root")
	s.addWebhook(t, "alpha", func(wh *webhook.Webhook) { wh.Secret = "hidden" })
	beta := s.addWebhook(t, "beta", nil)

	file := b.get(t, "/extras/webhooks/export/")
	file.shows(t, "name: alpha", "name: beta")
	if strings.Contains(file.body, "hidden") || !strings.Contains(file.header.Get("Content-Disposition"), "bellhop.yaml") {
		t.Errorf("header %v:\n%s", file.header, file.body)
	}
	some := b.post(t, "/extras/webhooks/bulk/", url.Values{"action": {"export"}, "id": {strconv.FormatInt(beta.ID, 10)}})
	some.shows(t, "name: beta")
	if strings.Contains(some.body, "alpha") {
		t.Errorf("more than was selected:\n%s", some.body)
	}

	text := strings.ReplaceAll(some.body, "beta", "gamma")
	b.post(t, "/extras/webhooks/import/", url.Values{"file": {text}}).shows(t, "Create webhook &#34;gamma&#34;", "Do 1 step")
	if _, err := s.Admin.Webhooks.Find(t.Context(), "name", "gamma"); err == nil {
		t.Error("a plan was carried out")
	}
	b.post(t, "/extras/webhooks/import/apply/", url.Values{"file": {text}}).redirects(t, "/extras/webhooks/")
	if _, err := s.Admin.Webhooks.Find(t.Context(), "name", "gamma"); err != nil {
		t.Error(err)
	}
	b.post(t, "/extras/webhooks/import/", url.Values{"file": {text}}).shows(t, "everything in it is here already")
	b.post(t, "/extras/webhooks/import/", url.Values{"file": {"webhooks: ["}}).is(t, http.StatusUnprocessableEntity, "Not saved", "[1:")
	b.post(t, "/extras/webhooks/import/", nil).is(t, http.StatusUnprocessableEntity, "Choose a file")
	b.post(t, "/extras/webhooks/import/apply/", url.Values{"file": {"webhooks: [{name: delta, content_types: [dcim.site], type_create: true, payload_url: 'http://x/{{'}]"}}).
		is(t, http.StatusUnprocessableEntity, "payload_url")
}
