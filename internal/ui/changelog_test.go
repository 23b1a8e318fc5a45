package ui_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// addHook makes a webhook for sites whose receiver is not there.
func (s *site) addHook(t *testing.T, name, conditions string) webhook.Webhook {
	t.Helper()
	wh := webhook.New()
	wh.Name, wh.PayloadURL, wh.Enabled = name, "http://127.0.0.1:1/", true
	wh.ObjectTypes, wh.Events = []string{"dcim.site"}, webhook.EventSet(webhook.Created, webhook.Updated)
	if conditions != "" {
		wh.Conditions = json.RawMessage(conditions)
	}
	made, err := s.Admin.Webhooks.Create(t.Context(), admin.System(webhook.UUID{3}), []webhook.Webhook{wh})
	if err != nil {
		t.Fatal(err)
	}
	return made[0]
}

// update changes an object, as a request to the REST API would.
func (s *site) update(t *testing.T, objectType string, id int64, body string) {
	t.Helper()
	request := inventory.Request{ID: webhook.UUID{4}, UserName: "ann", Method: "PATCH", Path: "/api/"}
	err := s.Inventory.Do(t.Context(), request, func(session *inventory.Session) error {
		_, err := session.Update(objectType, id, []byte(body), false)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestChangeLog(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	b := s.signIn(t, "ann")
	b.get(t, "/core/changelog/").shows(t, "No changes yet")
	s.addHook(t, "all sites", "")
	s.addHook(t, "planned only", `{"and": [{"attr": "status.value", "value": "planned"}]}`)
	s.addObject(t, "dcim.region", `{"name":"Europe","slug":"europe"}`)
	s.addObject(t, "dcim.site", `{"name":"AMS1","slug":"ams1"}`)
	s.update(t, "dcim.site", 1, `{"name":"AMS2","custom_fields":{"owner":"bob"}}`)

	list := b.get(t, "/core/changelog/")
	list.shows(t, ">AMS1</a>", ">AMS2</a>", ">Europe</a>", "1 of 2 fired", "none listens", `href="/core/changelog/3/"`)
	if strings.Index(list.body, ">AMS2</a>") > strings.Index(list.body, ">AMS1</a>") {
		t.Error("the newest change is not the first one")
	}
	for query, want := range map[string][]string{
		"object_type=dcim.region":                {"Europe"},
		"event=updated":                          {"AMS2"},
		"object=ams":                             {"AMS2", "AMS1"},
		"object_type=dcim.site&object_id=1":      {"AMS2", "AMS1"},
		"user=nobody":                            nil,
		"q=europ":                                {"Europe"},
		"request_id=" + webhook.UUID{4}.String(): {"AMS2"},
		"from=2001-01-01T00:00&event=created":    {"AMS1", "Europe"},
		"until=2001-01-01":                       nil,
		"per_page=25&before=1":                   nil,
	} {
		found := b.get(t, "/core/changelog/?"+query)
		if want == nil {
			found.shows(t, map[bool]string{true: "No changes yet", false: "Nothing matches"}[strings.HasSuffix(query, "before=1")])
		}
		for _, name := range []string{"AMS1", "AMS2", "Europe"} {
			wanted := false
			for _, w := range want {
				wanted = wanted || w == name
			}
			if strings.Contains(found.body, ">"+name+"</a>") != wanted {
				t.Errorf("?%s: %s shown %t, want %t", query, name, !wanted, wanted)
			}
		}
	}
	b.get(t, "/core/changelog/?from=yesterday").is(t, http.StatusUnprocessableEntity, "is no date and time")
	b.get(t, "/core/changelog/?request_id=7").is(t, http.StatusUnprocessableEntity, "is no UUID")
}

func TestChange(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addUser(t, "viewer", false, "core.view_objectchange")
	s.addHook(t, "all sites", "")
	s.addHook(t, "planned only", `{"and": [{"attr": "status.value", "value": "planned"}]}`)
	s.addObject(t, "dcim.site", `{"name":"AMS1","slug":"ams1"}`)
	s.update(t, "dcim.site", 1, `{"name":"AMS2","custom_fields":{"owner":"bob"}}`)
	b := s.signIn(t, "ann")

	b.get(t, "/core/changelog/2/").shows(t, "<h1 class=\"page-title long\">AMS2 was updated</h1>",
		// what changed
		`<tr class="diff-changed">`, `&#34;AMS1&#34;`, `&#34;AMS2&#34;`, `<tr class="diff-added">`, "custom_fields.owner",
		// who was asked, and the condition that was not met with the value seen
		"1 of 2 fired", "all sites", "planned only", `status.value eq &#34;planned&#34;`, `found <code dir="auto">&#34;active&#34;</code>`,
		`href="/extras/deliveries/`,
		// around it
		`rel="prev" href="/core/changelog/1/"`, `href="/dcim/sites/1/"`, `href="/extras/webhooks/1/test/?change=2"`,
	)
	b.get(t, "/core/changelog/1/").shows(t, `rel="next" href="/core/changelog/2/"`)
	b.get(t, "/core/changelog/99/").is(t, http.StatusNotFound)
	b.get(t, "/core/changelog/x/").is(t, http.StatusNotFound)

	// Evaluated again, it is the webhooks of now that count.
	_, err := s.Admin.Webhooks.Update(t.Context(), admin.System(webhook.UUID{5}), []admin.Edit[webhook.Webhook]{
		{ID: 1, Apply: func(wh *webhook.Webhook) error { wh.Enabled = false; return nil }},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.get(t, "/core/changelog/2/?evaluate=1").shows(t, "1 of 2 fired", "It is not enabled.")
	part := b.do(t, http.MethodGet, "/core/changelog/2/?evaluate=1", nil, http.Header{"Hx-Request": {"true"}, "Hx-Target": {"div#evaluated"}})
	part.shows(t, "It is not enabled.")
	if strings.Contains(part.body, "<html") {
		t.Error("a part of the page is a whole page")
	}

	// Who may see changes only gets no links to what they may not see.
	viewer := s.signIn(t, "viewer")
	page := viewer.get(t, "/core/changelog/2/")
	page.shows(t, "AMS2 was updated", "all sites")
	for _, link := range []string{`href="/dcim/sites/1/"`, `href="/extras/webhooks/`, `href="/extras/deliveries/`} {
		if strings.Contains(page.body, link) {
			t.Errorf("the viewer's page has %s", link)
		}
	}
	s.addUser(t, "stranger", false)
	s.signIn(t, "stranger").get(t, "/core/changelog/").is(t, http.StatusForbidden)
	s.signIn(t, "stranger").get(t, "/core/changelog/2/").is(t, http.StatusForbidden)
}

// Names and values that are markup are text on every page of the log.
func TestChangeLogEscapes(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	evil := `<script>alert("x")</script>`
	s.addHook(t, evil, `{"attr": "name", "value": "<img src=x>"}`)
	body, err := json.Marshal(map[string]any{"name": evil, "slug": "x", "custom_fields": map[string]string{evil: evil}})
	if err != nil {
		t.Fatal(err)
	}
	s.addObject(t, "dcim.site", string(body))
	b := s.signIn(t, "ann")
	for _, path := range []string{"/core/changelog/", "/core/changelog/1/?evaluate=1", "/core/changelog/?" + url.Values{"object": {evil}}.Encode()} {
		page := b.get(t, path)
		page.shows(t, "&lt;script&gt;")
		if strings.Contains(page.body, "<script>alert") || strings.Contains(page.body, "<img src=x") {
			t.Errorf("%s: markup is live", path)
		}
	}
}

// Pages of a list by key lead on and back without a count.
func TestChangeLogPages(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	for i := range 60 {
		s.addObject(t, "dcim.region", `{"name":"R","slug":"r`+string(rune('a'+i%26))+string(rune('a'+i/26))+`"}`)
	}
	b := s.signIn(t, "ann")
	b.get(t, "/core/changelog/?per_page=25").shows(t, `rel="next" href="/core/changelog/?before=36&amp;per_page=25"`)
	b.get(t, "/core/changelog/?before=36&per_page=25").shows(t, `href="/core/changelog/11/"`, `rel="prev" href="/core/changelog/?after=35&amp;per_page=25"`)
	b.get(t, "/core/changelog/?after=35&per_page=25").shows(t, `href="/core/changelog/60/"`, `href="/core/changelog/36/"`)
}

// A loop that was stopped stands out, with what to do about it.
func TestStoppedVerdict(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	hook := s.addHook(t, "echo", "")
	change := webhook.Change{
		Event: webhook.Updated, ObjectType: "dcim.site", ObjectID: 1, ObjectRepr: "AMS1", Context: []byte(`{"data": null, "snapshots": {"prechange": null, "postchange": null}}`),
		Verdicts: []webhook.Verdict{{WebhookID: hook.ID, Name: hook.Name, Outcome: webhook.Stopped, Reason: "Stopped: a loop. 16 deliveries led to it."}},
	}
	if err := s.Store.Update(t.Context(), func(tx store.Tx) error { return tx.AddChange(&change) }); err != nil {
		t.Fatal(err)
	}
	b := s.signIn(t, "ann")
	b.get(t, "/core/changelog/").shows(t, "0 of 1 fired", "1 stopped")
	b.get(t, "/core/changelog/1/").shows(t, "Stopped</span>", "Stopped: a loop. 16 deliveries led to it.", "makes changes that fire it again", "came without snapshots")
}
