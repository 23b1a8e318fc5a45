package syntax

import (
	"slices"
	"strings"
)

// innerTags are the tags that continue or end others, with the tags they belong to.
var innerTags = map[string][]string{
	"elif": {"if"}, "else": {"if", "for"}, "endif": {"if"}, "endfor": {"for"},
	"endset": {"set"}, "endwith": {"with"}, "endmacro": {"macro"}, "endcall": {"call"},
	"endfilter": {"filter"}, "endautoescape": {"autoescape"}, "endblock": {"block"},
	"endraw": {"raw"},
}

// outerTags are the tags that begin a statement.
var outerTags = []string{
	"autoescape", "block", "call", "extends", "filter", "for", "from", "if", "import",
	"include", "macro", "print", "raw", "set", "with",
}

// unknownTag fails at the name of a tag that cannot stand where it does.
func (p *parser) unknownTag(name token) {
	openers, isInner := innerTags[name.text]
	if !isInner {
		p.fail(name.pos, p.tagHint(name.text), "unknown tag %s", name)
		return
	}
	hint := ""
	if len(p.open) > 0 {
		innermost := p.open[len(p.open)-1]
		hint = "'" + innermost.name + "' at " + innermost.pos.String() + " is open and needs " + alternatives(innermost.ends)
	}
	for _, open := range p.open {
		if slices.Contains(open.ends, name.text) {
			p.fail(name.pos, hint, "unexpected tag %s: another tag has to be closed first", name)
			return
		}
	}
	p.fail(name.pos, hint, "unexpected tag %s: no %s waits for it", name, alternatives(openers))
}

// tagHint says what an unknown tag may have been meant to be.
func (p *parser) tagHint(name string) string {
	switch name {
	case "do":
		return "write {% set _ = ... %} to evaluate an expression only"
	case "break", "continue":
		return "use the loop's filter, {% for ... if ... %}, or an {% if %}"
	case "trans", "pluralize", "endtrans":
		return "translations are not available"
	case "raw":
		return "a raw tag holds nothing else and does not end with '+%}'"
	case "elseif", "elsif":
		return "did you mean 'elif'?"
	}
	candidates := outerTags
	if len(p.open) > 0 {
		candidates = slices.Concat(p.open[len(p.open)-1].ends, outerTags)
	}
	if near := nearest(name, candidates); near != "" {
		return "did you mean '" + near + "'?"
	}
	if len(p.open) > 0 && (strings.HasPrefix(name, "end") || editDistance(name, "end") < 2) {
		return "did you mean " + alternatives(p.open[len(p.open)-1].ends) + "?"
	}
	return ""
}

// nearest returns the candidate that takes the fewest edits to reach, the first
// of several, or "" if all are too far away to be meant.
func nearest(name string, candidates []string) string {
	const maxLen = 20
	if len(name) > maxLen {
		return ""
	}
	name = strings.ToLower(name)
	best, bestEdits := "", 3
	for _, candidate := range candidates {
		if edits := editDistance(name, candidate); edits < bestEdits && edits < len(candidate) && 2*edits <= len(name) {
			best, bestEdits = candidate, edits
		}
	}
	return best
}

// editDistance returns how many bytes have to be inserted, deleted, replaced or
// swapped with their neighbour to make b of a.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

// alternatives writes names as 'a', 'b' or 'c'.
func alternatives(names []string) string {
	var text strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text.WriteString(" or ")
		default:
			text.WriteString(", ")
		}
		text.WriteString("'" + name + "'")
	}
	return text.String()
}
