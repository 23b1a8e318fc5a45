package browser

import (
	_ "embed"
	"fmt"
)

//go:embed testdata/axe-core@4.14.1/axe.min.js
var axeScript string

// Axe fails the test when axe-core finds accessibility problems of the levels
// serious or critical on the page as it is now.
func (p *Page) Axe() {
	p.t.Helper()
	for _, finding := range p.AxeFindings() {
		p.t.Errorf("accessibility: %s", finding)
	}
}

// settled resolves when what the page shows is no longer on its way from one colour
// to another, as after a change of theme or a swap.
const settled = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
	.then(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)))`

// AxeFindings returns what axe-core finds at the levels serious and critical: rule,
// what is wrong, and where.
func (p *Page) AxeFindings() []string {
	p.t.Helper()
	if p.Eval(`typeof axe`) == "undefined" {
		p.Eval(axeScript + "\n;true")
	}
	findings, isList := p.Eval(settled + `.then(() => axe.run(document, {resultTypes: ["violations"]})).then((result) => result.violations
		.filter((violation) => ["serious", "critical"].includes(violation.impact))
		.flatMap((violation) => violation.nodes.map((node) =>
			violation.id + " at " + node.target.join(" ") + ": " + node.failureSummary + "\n  " + node.html.slice(0, 200))))`).([]any)
	if !isList {
		p.t.Fatal("axe-core gave no result")
	}
	texts := make([]string, 0, len(findings))
	for _, finding := range findings {
		texts = append(texts, fmt.Sprint(finding))
	}
	return texts
}
