package ui_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// data is an object's REST representation.
func (s *site) data(t *testing.T, objectType string, id int64) string {
	t.Helper()
	var object inventory.Object
	err := s.Inventory.View(t.Context(), "", func(r *inventory.Reader) (err error) {
		object, err = r.Get(objectType, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(object.Data)
}

// has fails unless an object's REST representation has all the parts.
func (s *site) has(t *testing.T, objectType string, id int64, parts ...string) {
	t.Helper()
	data := s.data(t, objectType, id)
	for _, part := range parts {
		if !strings.Contains(data, part) {
			t.Errorf("%s %d lacks %s: %s", objectType, id, part, data)
		}
	}
}

// changes counts the changes that there are.
func (s *site) changes(t *testing.T) int {
	t.Helper()
	page, err := s.Admin.Changes(t.Context(), store.Query{}, false)
	if err != nil {
		t.Fatal(err)
	}
	return page.Count
}

// An object is made, seen, changed, cloned and deleted with forms alone, and what
// fires is said.
func TestObjectByForms(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addHook(t, "all sites", "")
	s.addObject(t, "dcim.region", `{"name":"Europe","slug":"europe"}`)
	tag := webhook.Tag{Name: "Lab", Slug: "lab", Color: "ff9800"}
	if _, err := s.Admin.Tags.Create(t.Context(), admin.System(webhook.UUID{7}), []webhook.Tag{tag}); err != nil {
		t.Fatal(err)
	}
	b := s.signIn(t, "ann")
	b.get(t, "/dcim/sites/").shows(t, "No sites yet", `href="/dcim/sites/add/"`)
	b.get(t, "/dcim/sites").is(t, http.StatusTemporaryRedirect)
	b.get(t, "/dcim/sites/add/").shows(t, `value="active" selected`, `value="Europe #1"`, `name="f_tags" value="lab"`, "Create site")

	refused := b.post(t, "/dcim/sites/add/", url.Values{"f_name": {"AMS1"}, "f_latitude": {"91"}, "f_custom_fields": {"{"}})
	refused.is(t, http.StatusUnprocessableEntity, `value="AMS1"`, "This is not valid JSON: line 1, column 1: unexpected end")
	refused = b.post(t, "/dcim/sites/add/", url.Values{"f_name": {"AMS1"}, "f_latitude": {"91"}})
	refused.is(t, http.StatusUnprocessableEntity, "This field is required.", "Ensure this value is less than or equal to 90.", `href="#id_f_slug"`)

	b.post(t, "/dcim/sites/add/", url.Values{
		"f_name": {"AMS1"}, "f_slug": {"ams1"}, "f_status": {"planned"}, "f_region": {"Europe #1"}, "f_latitude": {"52.37"},
		"f_comments": {"one\r\ntwo"}, "f_tags": {"lab"}, "f_custom_fields": {`{"owner": "ann"}`}, "f_time_zone": {""},
	}).redirects(t, "/dcim/sites/1/")
	s.has(t, "dcim.site", 1, `"status":{"value":"planned"`, `"display":"Europe"`, `"latitude":52.37`, `"comments":"one\ntwo"`, `"slug":"lab"`, `"owner":"ann"`, `"time_zone":null`)
	page := b.get(t, "/dcim/sites/1/")
	page.shows(t, "AMS1 was created. 1 webhook fired.", "See the delivery", `href="/extras/deliveries/`,
		`href="/dcim/regions/1/"`, "Planned", `href="/dcim/sites/?tag=lab"`, "all sites", `href="/dcim/sites/add/?clone=1"`, "owner")
	b.get(t, "/dcim/regions/1/").shows(t, `href="/dcim/sites/?region=%231"`)

	// Saved as it is, nothing happens.
	edit := b.get(t, "/dcim/sites/1/edit/")
	edit.shows(t, `name="revision" value="1"`, `value="52.37"`)
	before := s.changes(t)
	same := url.Values{
		"revision": {"1"}, "f_name": {"AMS1"}, "f_slug": {"ams1"}, "f_status": {"planned"}, "f_region": {"Europe #1"}, "f_latitude": {"52.37"},
		"f_comments": {"one\r\ntwo"}, "f_tags": {"lab"}, "f_custom_fields": {"{\r\n  \"owner\": \"ann\"\r\n}"},
	}
	b.post(t, "/dcim/sites/1/edit/", same).redirects(t, "/dcim/sites/1/")
	b.get(t, "/dcim/sites/1/").shows(t, "nothing was different")
	if after := s.changes(t); after != before {
		t.Errorf("%d changes were recorded for nothing", after-before)
	}

	same.Set("f_status", "active")
	same.Set("f_region", "")
	same.Del("f_tags")
	b.post(t, "/dcim/sites/1/edit/", same).redirects(t, "/dcim/sites/1/")
	s.has(t, "dcim.site", 1, `"status":{"value":"active"`, `"region":null`, `"tags":[]`, `"latitude":52.37`)
	// Who has not seen that undoes nothing.
	b.post(t, "/dcim/sites/1/edit/", same).is(t, http.StatusUnprocessableEntity, "Somebody else has changed this")

	clone := b.get(t, "/dcim/sites/add/?clone=1")
	clone.shows(t, `value="52.37"`)
	if strings.Contains(clone.body, `value="AMS1"`) {
		t.Error("a clone has the unique name of its source")
	}
	b.get(t, "/dcim/sites/1/delete/").shows(t, "Delete site AMS1?", "This cannot be undone.", "Delete site</button>")
	b.post(t, "/dcim/sites/1/delete/", url.Values{"revision": {"2"}, "confirm": {"1"}}).redirects(t, "/dcim/sites/")
	b.get(t, "/dcim/sites/").shows(t, "AMS1 was deleted. No webhook fired.", "See why")
	b.get(t, "/dcim/sites/1/").is(t, http.StatusNotFound)
}

// What others refer to is not deleted, and the page says what does.
func TestObjectInUse(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addObject(t, "dcim.region", `{"name":"Europe","slug":"europe"}`)
	s.addObject(t, "dcim.site", `{"name":"AMS1","slug":"ams1","region":1}`)
	b := s.signIn(t, "ann")
	b.get(t, "/dcim/regions/1/delete/").shows(t, "Sites: 1 that refer to it as Region.")
	b.post(t, "/dcim/regions/1/delete/", url.Values{"confirm": {"1"}}).is(t, http.StatusConflict, "AMS1 (1)")
	s.has(t, "dcim.region", 1, "Europe")
}

func TestObjectList(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addObject(t, "dcim.region", `{"name":"Europe","slug":"europe"}`)
	s.addObject(t, "dcim.site", `{"name":"AMS1","slug":"ams1","region":1}`)
	s.addObject(t, "dcim.site", `{"name":"FRA1","slug":"fra1","status":"planned","description":"Main hall"}`)
	b := s.signIn(t, "ann")
	for query, want := range map[string]string{
		"":                               "AMS1 FRA1",
		"sort=-display":                  "FRA1 AMS1",
		"q=HALL":                         "FRA1",
		"status=planned":                 "FRA1",
		"status=planned&status=active":   "AMS1 FRA1",
		"region=europe":                  "AMS1",
		"region=%231":                    "AMS1",
		"region=none":                    "FRA1",
		"tag=nothing":                    "",
		"q=ams&status=planned":           "",
		"sort=status&per_page=25&page=1": "AMS1 FRA1",
	} {
		page := b.get(t, "/dcim/sites/?"+query)
		if page.status != http.StatusOK {
			t.Errorf("?%s: status %d", query, page.status)
		}
		var got []string
		first, second := strings.Index(page.body, ">AMS1</a>"), strings.Index(page.body, ">FRA1</a>")
		switch {
		case first >= 0 && second >= 0 && first < second:
			got = []string{"AMS1", "FRA1"}
		case first >= 0 && second >= 0:
			got = []string{"FRA1", "AMS1"}
		case first >= 0:
			got = []string{"AMS1"}
		case second >= 0:
			got = []string{"FRA1"}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("?%s shows %v, want %s", query, got, want)
		}
	}
	b.get(t, "/dcim/sites/?q=nothing").shows(t, "Nothing matches")
	b.get(t, "/nothing/at-all/").is(t, http.StatusNotFound)
	b.get(t, "/dcim/nothing/1/").is(t, http.StatusNotFound)
}

func TestObjectsInBulk(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addHook(t, "all sites", "")
	tag := webhook.Tag{Name: "Lab", Slug: "lab", Color: "ff9800"}
	if _, err := s.Admin.Tags.Create(t.Context(), admin.System(webhook.UUID{7}), []webhook.Tag{tag}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		s.addObject(t, "dcim.site", fmt.Sprintf(`{"name":"S%d","slug":"s%d","facility":"old"}`, i, i))
	}
	b := s.signIn(t, "ann")
	b.post(t, "/dcim/sites/bulk/", url.Values{"action": {"edit"}}).is(t, http.StatusUnprocessableEntity, "Nothing was selected.")
	form := b.post(t, "/dcim/sites/bulk/", url.Values{"action": {"edit"}, "id": {"1", "2"}})
	form.shows(t, "Edit 2 sites", "Change 2 sites", `name="id" value="1"`, `name="id" value="2"`, `name="f_status"`)
	if strings.Contains(form.body, `name="f_slug"`) {
		t.Error("a unique field can be set on several objects")
	}
	b.post(t, "/dcim/sites/bulk/", url.Values{"action": {"edit"}, "confirm": {"1"}, "id": {"1", "2"}, "f_latitude": {"200"}}).
		is(t, http.StatusUnprocessableEntity, "less than or equal to 90")
	b.post(t, "/dcim/sites/bulk/", url.Values{
		"action": {"edit"}, "confirm": {"1"}, "id": {"1", "2"}, "f_status": {"retired"}, "empty": {"facility"}, "add_tags": {"lab"},
	}).redirects(t, "/dcim/sites/")
	for _, id := range []int64{1, 2} {
		s.has(t, "dcim.site", id, `"value":"retired"`, `"facility":""`, `"slug":"lab"`)
	}
	s.has(t, "dcim.site", 3, `"value":"active"`, `"facility":"old"`)
	b.get(t, "/dcim/sites/").shows(t, "Changed 2 sites. 2 webhooks fired.", "request_id=")

	// All that match, by the filter of the list.
	b.post(t, "/dcim/sites/bulk/", url.Values{"action": {"delete"}, "all": {"2"}, "query": {"status=retired"}}).
		shows(t, "Delete 2 sites?", "<li>S0</li>", "<li>S1</li>", `name="id" value="1"`)
	b.post(t, "/dcim/sites/bulk/", url.Values{"action": {"delete"}, "confirm": {"1"}, "id": {"1", "2"}}).redirects(t, "/dcim/sites/")
	b.get(t, "/dcim/sites/").shows(t, "Deleted 2 sites.", "1–1 of 1 site")
	b.post(t, "/dcim/sites/bulk/", url.Values{"action": {"explode"}, "id": {"3"}}).is(t, http.StatusUnprocessableEntity)
}

// Who may only look finds no button, and is refused when pressing it all the
// same.
func TestObjectsReadOnly(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "viewer", false, "dcim.view_site")
	s.addObject(t, "dcim.region", `{"name":"Europe","slug":"europe"}`)
	s.addObject(t, "dcim.site", `{"name":"AMS1","slug":"ams1","region":1}`)
	b := s.signIn(t, "viewer")
	list := b.get(t, "/dcim/sites/")
	list.shows(t, "AMS1")
	page := b.get(t, "/dcim/sites/1/")
	page.shows(t, "AMS1", "Europe")
	for _, part := range []string{"add/", "edit/", "delete/", "bulk/", `href="/dcim/regions/`, "Latest changes", "Webhooks that listen"} {
		if strings.Contains(list.body+page.body, part) {
			t.Errorf("the viewer's pages have %s", part)
		}
	}
	for _, path := range []string{"/dcim/sites/add/", "/dcim/sites/1/edit/", "/dcim/sites/1/delete/", "/dcim/regions/", "/dcim/regions/1/", "/dcim/regions/options/"} {
		b.get(t, path).is(t, http.StatusForbidden)
	}
	for path, form := range map[string]url.Values{
		"/dcim/sites/add/":      {"f_name": {"X"}, "f_slug": {"x"}},
		"/dcim/sites/1/edit/":   {"f_name": {"X"}},
		"/dcim/sites/1/delete/": {"confirm": {"1"}},
		"/dcim/sites/bulk/":     {"action": {"delete"}, "confirm": {"1"}, "id": {"1"}},
	} {
		b.post(t, path, form).is(t, http.StatusForbidden)
	}
	b.post(t, "/dcim/sites/bulk/", url.Values{"action": {"edit"}, "confirm": {"1"}, "id": {"1"}, "f_status": {"retired"}}).is(t, http.StatusForbidden)
	s.has(t, "dcim.site", 1, `"name":"AMS1"`, `"value":"active"`)
}

// An object without a schema is edited as its JSON, whose order stays.
func TestSchemalessObject(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	order := webhook.ObjectType{AppLabel: "shop", Model: "order", Plural: "orders", Schemaless: true, DisplayField: "number"}
	if _, err := s.Admin.ObjectTypes.Create(t.Context(), admin.System(webhook.UUID{8}), []webhook.ObjectType{order}); err != nil {
		t.Fatal(err)
	}
	b := s.signIn(t, "ann")
	b.get(t, "/shop/orders/").shows(t, "No orders yet")
	b.post(t, "/shop/orders/add/", url.Values{"f_document": {"[1]"}}).is(t, http.StatusUnprocessableEntity, "Enter a JSON object")
	b.post(t, "/shop/orders/add/", url.Values{"f_document": {"{\r\n \"number\": \"A-17\",\n \"zeta\": 1,}"}}).
		is(t, http.StatusUnprocessableEntity, "This is not valid JSON: line 3")
	b.post(t, "/shop/orders/add/", url.Values{"f_document": {`{"number": "A-17", "zeta": 1, "alpha": {"b": 1.10}}`}}).redirects(t, "/shop/orders/1/")
	s.has(t, "shop.order", 1, `"number":"A-17","zeta":1,"alpha":{"b":1.10}`)
	b.get(t, "/shop/orders/1/").shows(t, "<h1 class=\"page-title long\" dir=\"auto\">A-17</h1>", "zeta")
	b.post(t, "/shop/orders/1/edit/", url.Values{"revision": {"1"}, "f_document": {`{"number": "A-18", "id": 99}`}}).redirects(t, "/shop/orders/1/")
	if data := s.data(t, "shop.order", 1); !strings.Contains(data, `"number":"A-18"`) || strings.Contains(data, "zeta") {
		t.Errorf("after the edit: %s", data)
	}
}

// Every kind of field goes through its form and comes back.
func TestEveryKindOfField(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	types, err := inventory.ParseTypes([]byte(`
- name: lab.thing
  plural: things
  fields:
    - {name: name, kind: text, required: true}
    - {name: revision, kind: text}
    - {name: count, kind: integer, default: 3}
    - {name: share, kind: decimal, places: 2, nullable: true}
    - {name: live, kind: boolean}
    - {name: maybe, kind: boolean, nullable: true}
    - {name: born, kind: date, nullable: true}
    - {name: seen, kind: datetime, nullable: true}
    - {name: color, kind: choice, choices: {red: Red, blue: Blue}}
    - {name: colors, kind: multichoice, choices: {red: Red, blue: Blue}}
    - {name: home, kind: reference, to: dcim.region, nullable: true}
    - {name: homes, kind: references, to: dcim.region}
    - {name: address, kind: ipaddress, nullable: true}
    - {name: net, kind: ipprefix, nullable: true}
    - {name: extra, kind: json, nullable: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Admin.ObjectTypes.Create(t.Context(), admin.System(webhook.UUID{8}), types); err != nil {
		t.Fatal(err)
	}
	s.addObject(t, "dcim.region", `{"name":"Europe","slug":"europe"}`)
	s.addObject(t, "dcim.region", `{"name":"Asia","slug":"asia"}`)
	b := s.signIn(t, "ann")
	b.post(t, "/lab/things/add/", url.Values{"f_name": {"empty"}, "f_count": {"3"}}).redirects(t, "/lab/things/1/")
	s.has(t, "lab.thing", 1, `"count":3,"share":null,"live":false,"maybe":null,"born":null,"seen":null,"color":null,"colors":[],"home":null,"homes":[]`)
	b.get(t, "/lab/things/1/").shows(t, "empty")
	full := url.Values{
		"f_name": {"full"}, "f_revision": {"r1"}, "f_count": {"7"}, "f_share": {"0.5"}, "f_live": {"true"}, "f_maybe": {"false"},
		"f_born": {"2026-03-09"}, "f_seen": {"2026-03-09T17:55"}, "f_color": {"red"}, "f_colors": {"red", "blue"},
		"f_home": {"Asia"}, "f_homes": {"Europe #1", "Asia #2"}, "f_address": {"192.0.2.1"}, "f_net": {"192.0.2.0/24"}, "f_extra": {`{"a": [1, 2]}`},
	}
	b.post(t, "/lab/things/add/", full).redirects(t, "/lab/things/2/")
	s.has(t, "lab.thing", 2, `"revision":"r1","count":7,"share":0.5,"live":true,"maybe":false,"born":"2026-03-09","seen":"2026-03-09T17:55:00.000000Z"`,
		`"color":{"value":"red"`, `"value":"blue"`, `"home":{"id":2`, `"homes":[{"id":1`, `"address":"192.0.2.1/32"`, `"net":"192.0.2.0/24"`, `"extra":{"a":[1,2]}`)
	b.get(t, "/lab/things/2/").shows(t, `href="/dcim/regions/2/"`, "Blue", "192.0.2.1/32", "0.5")
	b.get(t, "/lab/things/2/edit/").shows(t, `value="2026-03-09T17:55"`, `value="Asia #2" selected`, `name="f_maybe"`, `name="revision" value="1"`, `name="f_revision"`)

	// All of it can be emptied again.
	b.post(t, "/lab/things/2/edit/", url.Values{"revision": {"1"}, "f_name": {"full"}, "f_count": {"7"}}).redirects(t, "/lab/things/2/")
	s.has(t, "lab.thing", 2, `"revision":"","count":7,"share":null,"live":false,"maybe":null,"born":null,"seen":null,"color":null,"colors":[],"home":null,"homes":[],"address":null,"net":null,"extra":null`)
	b.post(t, "/lab/things/add/", url.Values{"f_name": {"x"}, "f_home": {"Atlantis"}}).
		is(t, http.StatusUnprocessableEntity, "Related object not found using the provided attributes", `id="id_f_home_errors"`)
}

// A field that refers to many objects is a text with suggestions.
func TestReferenceToMany(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	request := inventory.Request{ID: webhook.UUID{2}, UserName: "ann"}
	err := s.Inventory.Do(t.Context(), request, func(session *inventory.Session) error {
		for i := range 120 {
			if _, err := session.Create("dcim.region", fmt.Appendf(nil, `{"name":"R%03d","slug":"r%d"}`, i, i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := s.signIn(t, "ann")
	b.get(t, "/dcim/sites/add/").shows(t, `list="id_f_region_list"`, `hx-get="/dcim/regions/options/"`)
	options := b.get(t, "/dcim/regions/options/?f_region=r11")
	options.shows(t, `<option value="R110 #111">`, `<option value="R119 #120">`)
	if strings.Contains(options.body, "R000") || strings.Contains(options.body, "<html") {
		t.Errorf("options: %s", options.body)
	}
	b.post(t, "/dcim/sites/add/", url.Values{"f_name": {"A"}, "f_slug": {"a"}, "f_region": {"R110 #111"}}).redirects(t, "/dcim/sites/1/")
	b.get(t, "/dcim/sites/1/edit/").shows(t, `value="R110 #111"`)
}

// Markup in every text of an object is text on every page.
func TestObjectsEscape(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	evil := `<script>alert(1)</script>" onmouseover="x`
	b := s.signIn(t, "ann")
	b.post(t, "/dcim/sites/add/", url.Values{
		"f_name": {evil}, "f_slug": {"x"}, "f_description": {evil}, "f_comments": {evil}, "f_facility": {"javascript:alert(1)"},
		"f_custom_fields": {`{"<script>alert(1)</script>": "<script>alert(1)</script>"}`},
	}).redirects(t, "/dcim/sites/1/")
	for _, path := range []string{"/dcim/sites/1/", "/dcim/sites/", "/dcim/sites/1/edit/", "/dcim/sites/1/delete/", "/dcim/sites/?q=script"} {
		page := b.get(t, path)
		page.shows(t, "&lt;script&gt;")
		for _, live := range []string{"<script>alert", `" onmouseover`, `href="javascript:`} {
			if strings.Contains(page.body, live) {
				t.Errorf("%s: %s is live", path, live)
			}
		}
	}
}
