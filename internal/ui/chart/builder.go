package chart

import (
	"html/template"
	"strconv"
	"strings"
)

// builder writes markup. All that is not its callers' own literal text goes
// through escaped or attribute.
type builder struct{ strings.Builder }

func (b *builder) text(literal string) *builder {
	b.WriteString(literal)
	return b
}

func (b *builder) escaped(text string) *builder { return b.text(template.HTMLEscapeString(text)) }

func (b *builder) attribute(name, value string) *builder {
	return b.text(" " + name + `="`).escaped(value).text(`"`)
}

func (b *builder) number(name string, value float64) *builder {
	return b.attribute(name, decimal(value))
}

// html hands out the markup. It is safe by construction: see builder.
func (b *builder) html() template.HTML { return template.HTML(b.String()) } //nolint:gosec // escaped where it was written

// decimal writes a number with at most two places.
func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}
