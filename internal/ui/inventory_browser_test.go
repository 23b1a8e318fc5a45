package ui_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	testbrowser "bellhop/internal/testkit/browser"
)

// A newcomer adds a site by clicks only, is told that a webhook fired, and sees
// its delivery; a condition that does not match is explained; nothing of it is
// hidden from people who need other means.
func TestNewcomerSeesAWebhookFire(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addWebhookTo(t, "Ticket system", receiver.URL, nil)
	s.addHook(t, "planned only", `{"and": [{"attr": "status.value", "value": "planned"}]}`)
	p := s.browse(t, "ann")
	p.Click("Organization")
	p.Click("Sites")
	p.WaitText("No sites yet")
	p.Click("Add site")
	p.Fill("Name", "AMS1")
	p.Click("Create site")
	p.AllowStatus(http.StatusUnprocessableEntity)
	p.WaitText("This field is required.")
	p.Fill("#id_f_slug", "ams1")
	p.Click("Create site")
	p.WaitText("AMS1 was created. 1 webhook fired.")
	glance(p)
	p.Click("See the delivery")
	p.WaitText("Ticket system")
	p.WaitText("Finished")

	p.Open(s.URL() + "/core/changelog/")
	p.WaitText("1 of 2 fired")
	glance(p)
	p.Click("AMS1")
	p.WaitText("AMS1 was created")
	p.WaitText(`status.value eq "planned"`)
	p.Click("Evaluate again")
	p.WaitFor(`document.querySelectorAll("#evaluated li").length > 1`)
	p.Click("Context and default body, as JSON")
	glance(p)

	p.Open(s.URL() + "/dcim/sites/1/edit/")
	p.WaitText("Edit AMS1")
	p.Select("Status", "Planned")
	glance(p)
	p.Click("Save")
	p.WaitText("AMS1 was saved. 2 webhooks fired.")

	// In bulk, with the bar that appears when something is ticked.
	s.addObject(t, "dcim.site", `{"name":"a-very-long-name-`+longName+`","slug":"long","description":"`+longName+`"}`)
	p.Open(s.URL() + "/dcim/sites/")
	p.WaitText("of 2 sites")
	glance(p)
	p.Click("css=input[data-select-all]")
	p.WaitText("2 selected")
	p.Click("Edit…")
	p.WaitText("Edit 2 sites")
	glance(p)
	p.Select("Status", "Retired")
	p.Click("Change 2 sites")
	p.WaitText("Changed 2 sites.")
	p.Click("css=input[data-select-all]")
	p.Click("Delete…")
	p.WaitText("Delete 2 sites?")
	glance(p)
	p.Click("Delete 2 sites")
	p.WaitText("No sites yet")
}

// longName has no place to break.
const longName = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"

// A type that is described in the browser has its pages at once. Who may only
// look has no buttons there.
func TestNewTypeHasPages(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	p := testbrowser.Start(t)
	openAs(s, p, "ann")
	p.Open(s.URL() + "/core/object-types/")
	p.WaitText("dcim.site")
	glance(p)
	p.Click("Add an object type")
	p.Fill("App", "firewall")
	p.Fill("Model", "rule")
	p.Fill("Word in paths", "rules")
	p.Fill("Group", "Security")
	p.Fill("#id_fields", "- {name: name, kind: text, required: true}\n- {name: site, kind: reference, to: dcim.nowhere}\n")
	glance(p)
	p.AllowStatus(http.StatusUnprocessableEntity)
	p.Click("Create object type")
	p.WaitText(`there is no object type "dcim.nowhere"`)
	glance(p)
	p.Fill("#id_fields", "- {name: name, kind: text, required: true}\n- {name: action, kind: choice, choices: {allow: Allow, deny: Deny}}\n- {name: extra, kind: json, nullable: true}\n")
	p.Click("Create object type")
	p.WaitText("Rule was created.")
	glance(p)
	p.Click("See its objects")
	p.WaitText("No rules yet")
	p.Click("Add rule")
	p.Fill("Name", "R1")
	p.Select("Action", "Allow")
	glance(p)
	p.Click("Create rule")
	p.WaitText("R1 was created. No webhook fired.")

	s.addUser(t, "viewer", false, "firewall.view_rule")
	p.Click("css=[aria-label='Account of ann']")
	p.Click("Sign out")
	p.Fill("User name", "viewer")
	p.Fill("Password", password)
	p.Click("Sign in")
	p.WaitText("Overview")
	p.Open(s.URL() + "/firewall/rules/1/")
	p.WaitText("R1")
	if p.Eval(`document.querySelectorAll("main a[href*=edit], main a[href*=delete], main a[href*=add], main form[method=post]").length`) != 0.0 {
		t.Error("who may only look has buttons")
	}
	p.AllowStatus(http.StatusForbidden)
	p.Open(s.URL() + "/firewall/rules/1/edit/")
	p.WaitText("Not allowed")
}

// Without scripts the same forms work.
func TestObjectsWithoutScripts(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addHook(t, "all sites", "")
	p := testbrowser.Start(t)
	p.DisableJS()
	openAs(s, p, "ann")
	p.Open(s.URL() + "/dcim/sites/add/")
	p.Fill("Name", "AMS1")
	p.Fill("Slug", "ams1")
	p.Click("Create site")
	p.WaitText("AMS1 was created. 1 webhook fired.")
	p.Open(s.URL() + "/core/changelog/1/")
	p.Click("Evaluate again")
	p.WaitText("There are no conditions.")
	p.Open(s.URL() + "/dcim/sites/")
	p.Click("css=tbody [name=id]")
	p.Click("Delete…")
	p.Click("Delete 1 site")
	p.WaitText("No sites yet")
}
