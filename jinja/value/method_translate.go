package value

import (
	"bellhop/jinja/internal/pytext"
)

// maxRune is the largest code point.
const maxRune = 0x10FFFF

// strTranslate is str.translate: the table is anything with items, by code
// point: a text or a code point to put instead, or None to drop it.
func strTranslate(th *Thread, self Value, c Bound) Value {
	table := c.Values[0]
	return Str(pytext.Translate(selfText(th, self), func(r rune) (string, bool) {
		th.Step()
		requireItems(table)
		to, ok := item(th, table, Int(r))
		if !ok {
			return "", false
		}
		switch to := to.(type) {
		case NoneType:
			return "", true
		case Str, Markup:
			return textArg(to), true
		}
		code, ok := index(to)
		if !ok {
			Raise(TypeError, "character mapping must return integer, None or str")
		}
		if code < 0 || code > maxRune {
			Raise(ValueError, "character mapping must be in range(0x110000)")
		}
		return pytext.RuneString(rune(code)), true
	}, charge(th)))
}

// requireItems raises a TypeError for values that have no items.
func requireItems(v Value) {
	switch v := v.(type) {
	case *Dict, *List, *Tuple, Str, Markup, Bytes, *Range, Indexer:
	case *Undefined:
		v.Raise()
	default:
		Raise(TypeError, "'%s' object is not subscriptable", v.TypeName())
	}
}

// strMakeTrans is str.maketrans: a table of a dict, or of two texts of equal
// length and a third one of what to drop.
func strMakeTrans(th *Thread, _ Value, c Bound) Value {
	if !given(c.Values[1]) {
		d, ok := c.Values[0].(*Dict)
		if !ok {
			Raise(TypeError, "if you give only one argument to maketrans it must be a dict")
		}
		return tableOfDict(th, d)
	}
	from, ok := Text(c.Values[0])
	if !ok {
		Raise(TypeError, "first maketrans argument must be a string if there is a second argument")
	}
	to, drop := textArg(c.Values[1]), ""
	if given(c.Values[2]) {
		drop = textArg(c.Values[2])
	}
	if pytext.RuneCount(from) != pytext.RuneCount(to) {
		Raise(ValueError, "the first two maketrans arguments must have equal length")
	}
	out := NewDict(0)
	for from != "" {
		r, n := pytext.DecodeRune(from)
		q, m := pytext.DecodeRune(to)
		th.Step()
		out.Set(th, Int(r), Int(q))
		from, to = from[n:], to[m:]
	}
	for drop != "" {
		r, n := pytext.DecodeRune(drop)
		th.Step()
		out.Set(th, Int(r), None)
		drop = drop[n:]
	}
	return out
}

// tableOfDict is a table of a dict whose keys are characters or code points.
func tableOfDict(th *Thread, d *Dict) *Dict {
	out := NewDict(0)
	for k, v := range d.All(th) {
		th.Step()
		if s, ok := Text(k); ok {
			r, n := pytext.DecodeRune(s)
			if n == 0 || n != len(s) {
				Raise(ValueError, "string keys in translate table must be of length 1")
			}
			k = Int(r)
		} else if _, ok := index(k); !ok {
			Raise(TypeError, "keys in translate table must be strings or integers")
		}
		out.Set(th, k, v)
	}
	return out
}
