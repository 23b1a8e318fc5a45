package ui_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// A type that is added at run time has its pages at once, and loses them when it
// is deleted.
func TestObjectTypeByForms(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	b := s.signIn(t, "ann")
	form := url.Values{
		"app_label": {"firewall"}, "model": {"rule"}, "plural": {"rules"}, "group": {"Security"},
		"fields": {"- {name: name, kind: text, required: true, unique: true}\r\n- {name: action, kind: choice, choices: {allow: Allow, deny: Deny}, default: deny}\r\n- {name: device, kind: reference, to: dcim.site}\r\n"},
	}
	b.get(t, "/core/object-types/add/").shows(t, "- {name: name, kind: text", "Create object type")

	// A fault is said at the field, with its place.
	wrong := url.Values{"app_label": {"Fire Wall"}, "model": {"rule"}, "plural": {"rules"}, "fields": {"- name: a\n  kind: text\n  requird: true\n"}}
	b.post(t, "/core/object-types/add/", wrong).is(t, http.StatusUnprocessableEntity, "[3:3]", `id="id_fields_errors"`, "requird: true")
	wrong.Set("fields", "- {name: a, kind: reference, to: no.where}")
	b.post(t, "/core/object-types/add/", wrong).is(t, http.StatusUnprocessableEntity,
		"Enter lower-case letters, digits and underscores", "there is no object type &#34;no.where&#34;", `value="Fire Wall"`)

	made := b.post(t, "/core/object-types/add/", form)
	path := made.header.Get("Location")
	made.redirects(t, path)
	b.get(t, path).shows(t, "Rule was created.", `href="/firewall/rules/"`, "<b dir=\"auto\">Action</b>", "default &#34;deny&#34;", "Edit</a>", "/api/firewall/rules/")
	b.get(t, "/").shows(t, "Security", `href="/firewall/rules/add/"`)
	b.get(t, "/firewall/rules/").shows(t, "No rules yet")
	b.post(t, "/firewall/rules/add/", url.Values{"f_name": {"R1"}, "f_action": {"allow"}}).redirects(t, "/firewall/rules/1/")
	b.get(t, "/firewall/rules/1/").shows(t, "R1", "Allow")
	b.get(t, "/core/object-types/?q=firewall").shows(t, "firewall.rule", "your own")

	// What has objects stays.
	b.get(t, path+"delete/").shows(t, "There are 1 rule: it cannot be deleted before they are.")
	b.post(t, path+"delete/", url.Values{"confirm": {"1"}}).is(t, http.StatusConflict)

	edit := b.get(t, path+"edit/")
	edit.shows(t, `value="firewall"`, "disabled", "{name: action,", `name="revision" value="1"`)
	form.Set("revision", "1")
	form.Set("fields", "- {name: name, kind: text, required: true}\n- {name: priority, kind: integer, default: 100}\n")
	form.Set("label", "firewall rule")
	b.post(t, path+"edit/", form).redirects(t, path)
	b.get(t, "/firewall/rules/1/").shows(t, "Priority", "100")
	b.post(t, path+"edit/", form).is(t, http.StatusUnprocessableEntity, "Somebody else has changed this", `value="firewall"`)

	b.post(t, "/firewall/rules/1/delete/", url.Values{"confirm": {"1"}}).redirects(t, "/firewall/rules/")
	b.post(t, path+"delete/", url.Values{"confirm": {"1"}}).redirects(t, "/core/object-types/")
	b.get(t, "/firewall/rules/").is(t, http.StatusNotFound)
}

// The types that come with Bellhop are for reading.
func TestBuiltinObjectTypes(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addUser(t, "viewer", false, "core.view_objecttype")
	s.addHook(t, "all sites", "")
	site, err := s.Admin.ObjectTypes.Find(t.Context(), "name", "dcim.site")
	if err != nil {
		t.Fatal(err)
	}
	path := "/core/object-types/" + strconv.FormatInt(site.ID, 10) + "/"
	b := s.signIn(t, "ann")
	b.get(t, "/core/object-types/").shows(t, "dcim.site", "built in", "1–18 of 18 object types")
	page := b.get(t, path)
	page.shows(t, "0 sites", "all sites", "reference to", "Decommissioning", "at most 100 characters", "{name: slug,")
	if strings.Contains(page.body, path+"edit/") || strings.Contains(page.body, path+"delete/") {
		t.Error("a built-in type has buttons to change it")
	}
	for _, action := range []string{"edit/", "delete/"} {
		b.get(t, path+action).is(t, http.StatusConflict, "is built in")
	}
	b.post(t, path+"edit/", url.Values{"plural": {"x"}}).is(t, http.StatusConflict)
	b.post(t, path+"delete/", url.Values{"confirm": {"1"}}).is(t, http.StatusConflict)

	viewer := s.signIn(t, "viewer")
	list := viewer.get(t, "/core/object-types/")
	list.shows(t, "dcim.site")
	if strings.Contains(list.body, "add/") || strings.Contains(viewer.get(t, path).body, "all sites") {
		t.Error("the viewer sees more than they may")
	}
	viewer.post(t, "/core/object-types/add/", url.Values{"app_label": {"a"}}).is(t, http.StatusForbidden)
	viewer.get(t, path+"edit/").is(t, http.StatusForbidden)
}

// Markup in what describes a type is text.
func TestObjectTypesEscape(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	b := s.signIn(t, "ann")
	evil := `<script>alert(1)</script>`
	made := b.post(t, "/core/object-types/add/", url.Values{
		"app_label": {"lab"}, "model": {"thing"}, "plural": {"things"}, "label": {evil}, "label_plural": {evil}, "group": {evil},
		"fields": {`- {name: name, kind: text, label: "` + evil + `", help: "` + evil + `"}` + "\n" + `- {name: c, kind: choice, choices: {"` + evil + `": "` + evil + `"}}`},
	})
	path := made.header.Get("Location")
	made.redirects(t, path)
	for _, path := range []string{path, path + "edit/", path + "delete/", "/core/object-types/?q=lab", "/lab/things/", "/lab/things/add/", "/lab/things/?c=" + url.QueryEscape(evil)} {
		page := b.get(t, path)
		page.shows(t, "&lt;script&gt;")
		if strings.Contains(page.body, "<script>alert") {
			t.Errorf("%s: markup is live", path)
		}
	}
}
