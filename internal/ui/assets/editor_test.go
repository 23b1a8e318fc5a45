package assets_test

import (
	"fmt"
	"strings"
	"testing"

	"bellhop/internal/testkit/browser"
	"bellhop/internal/ui/assets"
)

// openEditor shows a form with an editor and a preview under the policy of pages
// with editors.
func openEditor(t *testing.T, value string) *browser.Page {
	t.Helper()
	files, err := assets.New()
	if err != nil {
		t.Fatal(err)
	}
	head := fmt.Sprintf(`<meta name="csp-nonce" content="n0nce"><script type="module" src="%s"></script>`, files.Path("editor.js"))
	return openWith(t, policy+"; style-src 'self' 'nonce-n0nce'", head, `
		<script type="application/json" id="context">{"event": "created", "data": {"name": "AMS1", "tags": [{"slug": "core"}], "site": {"region": null}}}</script>
		<form method="post" action="/done"><label for="id">Body template</label>
		<textarea id="id" name="body" class="form-control code" data-editor="jinja" data-completion="context"
			hx-post="/preview" hx-target="#preview" hx-trigger="input delay:50ms">`+value+`</textarea>
		<button>Save</button></form><div id="preview" aria-live="polite"></div>`)
}

const typed = `document.querySelector("textarea").value`

func TestEditorWritesToItsField(t *testing.T) {
	t.Parallel()
	p := openEditor(t, "first")
	p.WaitFor(`document.querySelector(".cm-content")?.getAttribute("aria-label") === "Body template"`)
	p.Click("Body template") // the label leads into the editor
	p.WaitFor(`document.activeElement.matches(".cm-content")`)
	p.Press("x")
	p.WaitFor(typed + ` === "xfirst"`)
	p.WaitText("preview of xfirst")
	// A script that changes the field changes what the editor shows.
	p.Eval(`(() => { const area = document.querySelector("textarea"); area.value = "one\ntwo three"; area.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	p.WaitFor(`document.querySelector(".cm-content").innerText.includes("two three")`)
	p.Press("\t")
	p.WaitFor(`document.activeElement.textContent === "Save"`)
}

func TestEditorShowsDiagnosticsOfPreview(t *testing.T) {
	t.Parallel()
	p := openEditor(t, "one\ntwo three")
	p.Click(".cm-content")
	p.WaitFor(`document.activeElement.matches(".cm-content")`)
	p.Press("x")
	p.WaitText("no such name")
	p.WaitFor(`document.querySelector(".cm-lintRange-error") && document.querySelector(".cm-lint-marker-error")`)
	for _, theme := range []string{"light", "dark"} {
		p.Theme(theme)
		p.WaitFor(`document.documentElement.dataset.bsTheme === "` + theme + `"`)
		p.Axe()
	}
}

func TestEditorProposesKeysOfContext(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, template, keys, want string }{
		{"name", "", "{{ev", "event"},
		{"property", "", "{{data.na", "name"},
		{"property of a property", "", "{{data.site.re", "region"},
		{"loop", "{% for t in data.tags %}", "{{t.sl", "slug"},
		{"filter", "", "{{event|header", "header_safe"},
	}
	p := openEditor(t, "")
	p.Click(".cm-content")
	p.WaitFor(`document.activeElement.matches(".cm-content")`)
	for _, c := range cases {
		p.Eval(`(() => { const area = document.querySelector("textarea"); area.value = ""; area.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
		p.Fill(".cm-content", c.template)
		p.Press(c.keys)
		p.WaitFor(`document.querySelector(".cm-tooltip-autocomplete [aria-selected=true] .cm-completionLabel")?.innerText === "` + c.want + `"`)
		labels := fmt.Sprint(p.Eval(`[...document.querySelectorAll(".cm-completionLabel")].map((label) => label.innerText)`))
		if strings.Count(labels, c.want) != 1 {
			t.Errorf("%s: proposed %s", c.name, labels)
		}
		p.Eval(`new Promise((done) => setTimeout(done, 100))`) // the list takes no Enter at once
		p.Press("\r")
		p.WaitFor(typed + `.includes("` + c.want + `")`)
	}
}

func TestEditorOfJSON(t *testing.T) {
	t.Parallel()
	files, err := assets.New()
	if err != nil {
		t.Fatal(err)
	}
	head := fmt.Sprintf(`<meta name="csp-nonce" content="n0nce"><script type="module" src="%s"></script>`, files.Path("editor.js"))
	p := openWith(t, policy+"; style-src 'self' 'nonce-n0nce'", head,
		`<label for="c">Conditions</label><textarea id="c" name="conditions" data-editor="json" readonly>{"attr": "x"}</textarea>`)
	p.WaitFor(`[...document.querySelectorAll(".cm-line span[class]")].some((span) => span.innerText === '"attr"')`)
	p.WaitFor(`document.querySelector(".cm-content").contentEditable === "false"`)
}
