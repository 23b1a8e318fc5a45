package value

import "bellhop/jinja/internal/pytext"

// markupMethods are the methods in which markupsafe's Markup differs from str:
// they escape the texts they are given and make Markup.
var markupMethods = tableOf(
	escaping("capitalize"),
	escaping("center"),
	escaping("expandtabs"),
	escaping("ljust"),
	escaping("lower"),
	escaping("lstrip"),
	escaping("partition"),
	escaping("replace"),
	escaping("rjust"),
	escaping("rpartition"),
	escaping("rstrip"),
	escaping("strip"),
	escaping("swapcase"),
	escaping("title"),
	escaping("translate"),
	escaping("upper"),
	escaping("zfill"),
	safe("rsplit"),
	safe("split"),
	safe("splitlines"),
	positional("join", markupJoin, required("seq")),
	named("escape", markupEscape, required("s")),
	positional("striptags", markupStripTags),
	positional("unescape", markupUnescape),
)

// escaping makes the Markup form of a str method: texts among the arguments
// are escaped, texts in the result are Markup.
func escaping(name string) *Method {
	m := *strMethods[name]
	run := m.Func
	all := name == "partition" || name == "rpartition" // they escape whatever they get
	if all {
		m.PosOnly = 0 // they are written in Python
	}
	m.Func = func(th *Thread, self Value, c Bound) Value {
		values := make([]Value, len(c.Values))
		for i, v := range c.Values {
			switch v.(type) {
			case Str, HTMLer:
				v = Escape(th, v)
			default:
				if all {
					v = Escape(th, v)
				}
			}
			values[i] = v
		}
		c.Values = values
		return asMarkup(run(th, self, c))
	}
	return &m
}

// safe makes the Markup form of a str method whose arguments are not escaped.
func safe(name string) *Method {
	m := *strMethods[name]
	run := m.Func
	m.Func = func(th *Thread, self Value, c Bound) Value { return asMarkup(run(th, self, c)) }
	return &m
}

// asMarkup marks the text of a fresh result as safe, also inside a list or
// tuple.
func asMarkup(v Value) Value {
	var items []Value
	switch v := v.(type) {
	case Str:
		return Markup(v)
	case *List:
		items = v.items
	case *Tuple:
		items = v.items
	}
	for i, e := range items {
		if s, ok := e.(Str); ok {
			items[i] = Markup(s)
		}
	}
	return v
}

// markupJoin takes anything, not just texts: it escapes what it joins.
func markupJoin(th *Thread, self Value, c Bound) Value {
	sep := string(self.(Markup))
	var out []byte
	it := Iterate(th, c.Values[0])
	for first := true; ; first = false {
		v, ok := it.Next()
		if !ok {
			return Markup(out)
		}
		th.Step()
		text := Escape(th, v)
		out = th.grow(out, len(sep)+len(text))
		if !first {
			out = append(out, sep...)
		}
		out = append(out, text...)
	}
}

func markupEscape(th *Thread, _ Value, c Bound) Value { return Escape(th, c.Values[0]) }

func markupStripTags(th *Thread, self Value, _ Bound) Value {
	return Str(StripTags(th, selfText(th, self)))
}

// markupUnescape gives plain text, in which entities are replaced.
func markupUnescape(th *Thread, self Value, _ Bound) Value {
	s := selfText(th, self)
	th.Alloc(len(s))
	return Str(pytext.Unescape(s))
}

// StripTags is markupsafe's striptags: a text without tags and comments, white
// space folded, entities replaced.
func StripTags(th *Thread, s string) string {
	th.Alloc(2 * len(s))
	return pytext.StripTags(s)
}
