package assets_test

import (
	"fmt"
	"testing"

	"bellhop/internal/testkit/browser"
	"bellhop/internal/ui/assets"
)

// openConditions shows the builder above conditions.
func openConditions(t *testing.T, conditions string) *browser.Page {
	t.Helper()
	files, err := assets.New()
	if err != nil {
		t.Fatal(err)
	}
	return openWith(t, policy, fmt.Sprintf(`<script type="module" src="%s"></script>`, files.Path("conditions.js")),
		fmt.Sprintf(`<label>JSON <textarea id="json">%s</textarea></label><div data-conditions="json" data-context="none" hidden></div>`, conditions))
}

// isJSON waits until the text area has conditions.
func isJSON(p *browser.Page, want string) {
	p.WaitFor(fmt.Sprintf(`JSON.stringify(JSON.parse(document.querySelector("#json").value)) === %q`, want))
}

// Conditions move with the keyboard: past each other, into a group and out of it,
// with the focus on the button that goes on, and it is said where they are.
func TestConditionsMove(t *testing.T) {
	t.Parallel()
	const a, b, c = `{"attr":"a","value":1}`, `{"attr":"b","value":2}`, `{"attr":"c","value":3}`
	p := openConditions(t, `{"and":[`+a+`,{"or":[`+b+`]},`+c+`]}`)
	p.WaitFor(`document.querySelectorAll(".condition-row").length === 3`)
	p.Axe()
	said := func(text string) {
		t.Helper()
		p.WaitFor(fmt.Sprintf(`document.querySelector("[data-announce]").textContent === %q`, text))
	}
	down := `document.activeElement.getAttribute("aria-label") === "Move the condition down"`

	p.WaitFor(`document.querySelector("[aria-label='Move the condition up']").disabled`)
	p.Click("Move the condition down")
	isJSON(p, `{"and":[{"or":[`+a+`,`+b+`]},`+c+`]}`)
	said("Moved into the group: now 1 of 2")
	p.WaitFor(down)
	p.Press("\r")
	isJSON(p, `{"and":[{"or":[`+b+`,`+a+`]},`+c+`]}`)
	said("Moved down: now 2 of 2")
	p.Press("\r")
	isJSON(p, `{"and":[{"or":[`+b+`]},`+a+`,`+c+`]}`)
	said("Moved out of the group: now 2 of 3")
	p.Press("\r")
	isJSON(p, `{"and":[{"or":[`+b+`]},`+c+`,`+a+`]}`)
	// At the end the way back has the focus.
	p.WaitFor(`document.activeElement.getAttribute("aria-label") === "Move the condition up"`)
	p.Click("Move the group down")
	isJSON(p, `{"and":[`+c+`,{"or":[`+b+`]},`+a+`]}`)
}

// A group that is as deep as the builder goes is passed, not entered.
func TestConditionsDoNotMoveTooDeep(t *testing.T) {
	t.Parallel()
	const leaf, group = `{"attr":"a","value":1}`, `{"or":[{"attr":"b","value":2}]}`
	p := openConditions(t, `{"and":[{"and":[{"and":[{"and":[`+leaf+`,`+group+`]}]}]}]}`)
	p.WaitFor(`document.querySelectorAll(".condition-row").length === 2`)
	p.Click("Move the condition down")
	isJSON(p, `{"and":[{"and":[{"and":[{"and":[`+`{"or":[`+leaf+`,{"attr":"b","value":2}]}`+`]}]}]}]}`)
	// The group with two conditions cannot enter another beside it.
	p.Eval(`(() => { const area = document.querySelector("#json"); area.value = '{"and":[{"and":[{"and":[{"and":[` + group + `,{"or":[]}]}]}]}]}'; area.dispatchEvent(new Event("input", { bubbles: true })); })()`)
	p.WaitFor(`document.querySelectorAll(".condition-row").length === 1`)
	p.Eval(`document.querySelector(".condition-row").closest(".condition-group").querySelector("[aria-label='Move the group down']").click()`)
	isJSON(p, `{"and":[{"and":[{"and":[{"and":[{"or":[]},`+group+`]}]}]}]}`)
}
