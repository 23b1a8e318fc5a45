package wire

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"bellhop/internal/sign"
	"bellhop/internal/webhook"
)

// Kind says how a part of two requests differs.
type Kind string

// The kinds.
const (
	Same    Kind = "same"
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
	// Hidden is a header whose values are both masked, so that nobody can tell.
	Hidden Kind = "hidden"
	// Expected is a header that differs by its nature: the attempt's moment.
	Expected Kind = "expected"
	// Gap stands between lines of a body for equal ones that are left out.
	Gap Kind = "gap"
)

// Part is one value of both requests; the value of a side that lacks it is
// empty.
type Part struct {
	Kind     Kind
	Name     string
	Old, New string
}

// Line is a line of the bodies: of both for [Same], of the old for [Removed], of
// the new for [Added].
type Line struct {
	Kind Kind
	Text string
}

// Difference is what tells two requests apart.
type Difference struct {
	Method, URL Part
	// Headers has every header of both, in the order of the new request, then
	// those that only the old one has.
	Headers []Part
	// Body has the lines that differ with some around; nil for equal bodies.
	Body []Line
	// Pretty says that both bodies are JSON and were indented to be compared.
	Pretty bool
	// Spacing says that the bodies are the same JSON, written differently.
	Spacing bool
	// Binary says that the bodies differ and one of them is no text.
	Binary bool
	// Cut says that there are more lines than are given.
	Cut bool
}

// maxLines bounds the lines of a body's difference.
const maxLines = 2000

// Compare finds the differences between two requests as they are kept.
func Compare(old, next *webhook.SentRequest) Difference {
	d := Difference{
		Method:  part("", old.Method, next.Method),
		URL:     part("", old.URL, next.URL),
		Headers: compareHeaders(old.Header, next.Header),
	}
	d.compareBodies(old.Body, next.Body)
	return d
}

// Equal reports whether nothing differs but what differs by its nature.
func (d *Difference) Equal() bool {
	differs := func(p Part) bool { return p.Kind == Added || p.Kind == Removed || p.Kind == Changed }
	return !differs(d.Method) && !differs(d.URL) && !slices.ContainsFunc(d.Headers, differs) &&
		len(d.Body) == 0 && !d.Spacing && !d.Binary
}

func part(name, old, next string) Part {
	kind := Changed
	if old == next {
		kind = Same
	}
	return Part{Kind: kind, Name: name, Old: old, New: next}
}

// compareHeaders pairs headers by name, those of one name in their order: HTTP
// gives the order of different names no meaning.
func compareHeaders(old, next []webhook.Header) []Part {
	rest := slices.Clone(old)
	var parts []Part
	for _, h := range next {
		i := slices.IndexFunc(rest, func(o webhook.Header) bool { return strings.EqualFold(o.Name, h.Name) })
		if i < 0 {
			parts = append(parts, Part{Kind: Added, Name: h.Name, New: h.Value})
			continue
		}
		p := part(h.Name, rest[i].Value, h.Value)
		switch {
		case p.Kind == Same && h.Value == webhook.MaskedSecret:
			p.Kind = Hidden
		case p.Kind == Changed && strings.EqualFold(h.Name, sign.TimestampHeader):
			p.Kind = Expected
		}
		parts = append(parts, p)
		rest = slices.Delete(rest, i, i+1)
	}
	for _, h := range rest {
		parts = append(parts, Part{Kind: Removed, Name: h.Name, Old: h.Value})
	}
	return parts
}

func (d *Difference) compareBodies(old, next []byte) {
	if bytes.Equal(old, next) {
		return
	}
	if !isShellText(old) || !isShellText(next) {
		d.Binary = true
		return
	}
	// Bodies made by Bellhop are one long line; only indented they can be read.
	oldPretty, oldOK := pretty(old)
	nextPretty, nextOK := pretty(next)
	if oldOK && nextOK {
		d.Pretty = true
		d.Spacing = bytes.Equal(oldPretty, nextPretty)
		old, next = oldPretty, nextPretty
	}
	d.Body, d.Cut = diffLines(old, next)
}

// pretty indents JSON. Numbers, order and escapes stay as they are.
func pretty(body []byte) ([]byte, bool) {
	var b bytes.Buffer
	if len(body) == 0 || json.Indent(&b, body, "", "  ") != nil {
		return nil, false
	}
	return b.Bytes(), true
}

// CompareTexts finds the lines that differ between two texts, with some around;
// there are none when they are the same. cut says that there are more.
func CompareTexts(old, next string) (lines []Line, cut bool) {
	return diffLines([]byte(old), []byte(next))
}

// diffLines reads the unified form, whose lines begin with a sign.
func diffLines(old, next []byte) (lines []Line, cut bool) {
	unified := diff.Diff("old", ended(old), "new", ended(next))
	number := 0
	for line := range strings.Lines(string(unified)) {
		number++
		line = strings.TrimSuffix(line, "\n")
		switch {
		case number <= 3 || line == "": // names of the two sides
			continue
		case len(lines) == maxLines:
			return lines, true
		}
		switch line[0] {
		case '@':
			if len(lines) > 0 {
				lines = append(lines, Line{Kind: Gap})
			}
		case '+':
			lines = append(lines, Line{Added, line[1:]})
		case '-':
			lines = append(lines, Line{Removed, line[1:]})
		case ' ':
			lines = append(lines, Line{Same, line[1:]})
		}
	}
	return lines, false
}

// ended gives the last line an end, the lack of which a difference would have to
// talk about.
func ended(text []byte) []byte {
	if len(text) == 0 || text[len(text)-1] == '\n' {
		return text
	}
	return append(slices.Clip(text), '\n')
}
