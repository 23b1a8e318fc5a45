package value

import "bellhop/jinja/internal/pytext"

// HTMLer is a Value with a text form that is safe HTML already: Python's
// __html__.
type HTMLer interface {
	Value
	HTML(th *Thread) Markup
}

// Escape is markupsafe.escape: the text of v with &, <, >, ' and " replaced.
// Markup stays as it is.
func Escape(th *Thread, v Value) Markup {
	switch v := v.(type) {
	case Markup:
		return v
	case HTMLer:
		return v.HTML(th)
	case *Undefined:
		if th.Undefined == Chainable {
			return ""
		}
	}
	return Markup(EscapeText(th, ToText(th, v)))
}

// EscapeText replaces &, <, >, ' and " in a text. What it makes is charged for.
func EscapeText(th *Thread, s string) string {
	n := escapedLen(s)
	if n == len(s) {
		return s
	}
	th.Alloc(n)
	return pytext.Escape(s)
}

// escapedLen is the length of a text after escaping.
func escapedLen(s string) int {
	n := len(s)
	for i := range len(s) {
		switch s[i] {
		case '&', '\'', '"':
			n += 4
		case '<', '>':
			n += 3
		}
	}
	return n
}
