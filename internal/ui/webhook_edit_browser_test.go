package ui_test

import (
	"fmt"
	"strings"
	"testing"

	testbrowser "bellhop/internal/testkit/browser"
	"bellhop/internal/webhook"
)

const (
	bodyEditor = `css=textarea[name=body_template] + .editor .cm-content`
	inPreview  = `document.querySelector("#preview").innerText.includes(%q)`
)

// Somebody writes a webhook: the preview follows, faults are shown at their lines,
// and the conditions say on which changes they hold and why not on others.
func TestWebhookIsWrittenInABrowser(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1", "status": "active"}`)
	s.addObject(t, "dcim.site", `{"name": "AMS2", "slug": "ams2", "status": "planned"}`)
	p := testbrowser.Start(t)
	openAs(s, p, "ann")
	p.Open(s.URL() + "/extras/webhooks/add/")
	p.WaitText("Give a URL to see the request.")
	p.Fill("Name", "Sites to chat")
	p.Fill("Search Object types", "dcim.site")
	p.WaitFor(`document.querySelectorAll("#when fieldset:first-of-type .form-check:not([hidden])").length === 1`)
	p.Click(`css=input[value="dcim.site"]`)
	p.Fill("URL", "https://receiver.example/hook")
	p.WaitFor(fmt.Sprintf(inPreview, "POST /hook HTTP/1.1"))

	// A fault is in the list with its line, and marked in the editor.
	p.Click(bodyEditor)
	p.Press("Site {{ data.name | uper }}")
	p.WaitFor(fmt.Sprintf(inPreview, "Body template, line 1"))
	p.WaitFor(fmt.Sprintf(inPreview, "; did you mean upper?"))
	p.WaitFor(`document.querySelector("textarea[name=body_template] + .editor .cm-lint-marker-error") !== null`)
	p.Eval(`(() => { const area = document.querySelector("textarea[name=body_template]"); area.value = "Site {{ data.name | lower }}"; area.dispatchEvent(new Event("input", { bubbles: true })); })()`)
	p.WaitFor(fmt.Sprintf(inPreview, "Site ams2"))
	p.WaitFor(`document.querySelector(".cm-lint-marker-error") === null`)

	// The builder writes the JSON; the last changes are tried at once.
	p.Click("Add a condition")
	p.Fill("Path", "status.value")
	p.Fill("Value", "active")
	if got := p.Eval(`JSON.stringify(JSON.parse(document.querySelector("#id_conditions").value))`); got != `{"and":[{"attr":"status.value","value":"active"}]}` {
		t.Errorf("conditions %v", got)
	}
	p.WaitText("Matches 1 of 2")
	p.WaitFor(`document.querySelector("#conditions-trial").innerText.includes('seen "planned"')`)
	p.Click("Match")
	p.WaitFor(fmt.Sprintf(inPreview, "Not fired"))
	p.Click("Preview with change 1")
	p.WaitFor(fmt.Sprintf(inPreview, "AMS1 (dcim.site), created"))
	p.WaitFor(`!document.querySelector("#preview").innerText.includes("Not fired")`)

	// And the other way: JSON that is typed is in the rows.
	p.Eval(`(() => { const area = document.querySelector("#id_conditions"); area.value = '{"or": [{"attr": "name", "op": "in", "value": ["AMS1", "1"], "negate": true}]}'; area.dispatchEvent(new Event("input", { bubbles: true })); })()`)
	p.WaitFor(`document.querySelector(".condition-row [aria-label=Value]")?.value === '["AMS1","1"]'`)
	p.WaitText("Matches 1 of 2")

	// A name of the context goes into the template.
	p.Click(bodyEditor)
	p.Press("x")
	p.Click("Context")
	p.Click(`css=[data-insert="data.slug"]`)
	p.WaitFor(`document.querySelector("textarea[name=body_template]").value.includes("{{ data.slug }}")`)
	checkLooks(p)

	p.Click("css=button.btn-primary")
	p.WaitText("Created the webhook Sites to chat.")
	wh := s.webhook(t, 1)
	if wh.Name != "Sites to chat" || !strings.Contains(wh.BodyTemplate, "data.slug") || !strings.Contains(string(wh.Conditions), `"negate":true`) {
		t.Errorf("webhook %+v", wh)
	}
	for _, path := range []string{"/extras/webhooks/1/test/", "/extras/lab/"} {
		p.Open(s.URL() + path)
		checkLooks(p)
	}
}

// The same without scripts: the buttons ask the server for the page with what they
// show.
func TestWebhookIsWrittenWithoutScripts(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	p := testbrowser.Start(t)
	p.DisableJS()
	openAs(s, p, "ann")
	p.Open(s.URL() + "/extras/webhooks/add/")
	p.Fill("Name", "Sites to chat")
	p.Click(`css=input[value="dcim.site"]`)
	p.Fill("URL", "https://receiver.example/hook")
	p.Fill("Body template", "Site {{ data.name }")
	p.Click("Show the preview")
	p.WaitText("Body template, line 1")
	p.Fill("Body template", "Site {{ data.name }}")
	p.Fill("Conditions", `{"attr": "name", "value": "AMS2"}`)
	p.Click("Try them on the last 200 changes")
	p.WaitText("Matches 0 of 1")
	p.WaitText("Site AMS1")
	p.Click("Match")
	p.WaitText("Not fired")
	p.Click("css=button.btn-primary")
	p.WaitText("Created the webhook Sites to chat.")
	if wh := s.webhook(t, 1); wh.BodyTemplate != "Site {{ data.name }}" || wh.Events != webhook.AllEvents {
		t.Errorf("webhook %+v", wh)
	}
}
