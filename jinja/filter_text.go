package jinja

import (
	"math"
	"strings"

	"bellhop/jinja/internal/pytext"
	"bellhop/jinja/value"
)

// The filters on text. Most are a method of str after a conversion to text.

// soft gives v as text; Markup stays Markup, as with markupsafe's soft_str.
func (st *state) soft(v value.Value) value.Value {
	switch v.(type) {
	case value.Str, value.Markup:
		return v
	}
	return value.Str(value.ToText(&st.th, v))
}

// alloc is the thread's charge for the functions of package pytext.
func (st *state) alloc(n int) { st.th.Alloc(n) }

// raised passes a text function's error on.
func raised(err error) {
	if err != nil {
		value.RaiseText(err)
	}
}

// withMethod makes a filter that calls a method of str with the filter's
// arguments.
func withMethod(name string) func(*state, value.Value, value.Bound) value.Value {
	attr := value.NewAttr(name)
	return func(st *state, v value.Value, c value.Bound) value.Value {
		return value.Invoke(&st.th, st.soft(v), attr, value.Args{Pos: c.Values})
	}
}

// sameKind gives text as Markup if the value it was made from is Markup.
func sameKind(v value.Value, s string) value.Value {
	if isMarkup(v) {
		return value.Markup(s)
	}
	return value.Str(s)
}

func filterString(st *state, v value.Value, _ value.Bound) value.Value { return st.soft(v) }

func filterTitle(st *state, v value.Value, _ value.Bound) value.Value {
	s, _ := value.Text(st.soft(v))
	st.th.Alloc(2 * len(s))
	return value.Str(pytext.TitleFilter(s))
}

var attrReplace = value.NewAttr("replace")

func filterReplace(st *state, v value.Value, c value.Bound) value.Value {
	old, with, count := c.Values[0], c.Values[1], c.Values[2]
	if count == value.None {
		count = value.Int(-1)
	}
	if !st.escape.on {
		return value.Invoke(&st.th, st.plain(v), attrReplace, value.Args{Pos: []value.Value{st.plain(old), st.plain(with), count}})
	}
	if isMarkup(old) || isMarkup(with) && !isMarkup(v) {
		v = value.Escape(&st.th, v)
	}
	return value.Invoke(&st.th, st.soft(v), attrReplace, value.Args{Pos: []value.Value{st.soft(old), st.soft(with), count}})
}

// plain gives v as str, Markup too.
func (st *state) plain(v value.Value) value.Value {
	if _, ok := v.(value.Str); ok {
		return v
	}
	return value.Str(value.ToText(&st.th, v))
}

func filterFormat(st *state, v value.Value, c value.Bound) value.Value {
	if len(c.Rest) > 0 && len(c.Names) > 0 {
		value.Raise(value.Other, "can't handle positional and keyword arguments at the same time")
	}
	var args value.Value
	if len(c.Names) > 0 {
		d := value.NewDict(len(c.Names))
		for i, name := range c.Names {
			d.Set(&st.th, value.Str(name), c.Named[i])
		}
		args = d
	} else {
		st.th.Alloc(16 * len(c.Rest))
		args = value.NewTuple(append([]value.Value(nil), c.Rest...)...)
	}
	return value.Mod(&st.th, st.soft(v), args)
}

var attrSplitlines = value.NewAttr("splitlines")

// filterIndent indents lines. What it is given must be text: the real filter
// begins by adding a newline to it.
func filterIndent(st *state, v value.Value, c value.Bound) value.Value {
	width, first, blank := c.Values[0], value.Truth(&st.th, c.Values[1]), value.Truth(&st.th, c.Values[2])
	by := width
	if _, ok := value.Text(width); !ok {
		by = value.Mul(&st.th, value.Str(" "), width)
	}
	newline := sameKind(v, "\n")
	if isMarkup(v) {
		by = value.Markup(value.ToText(&st.th, by))
	}
	if _, list := v.(*value.List); list { // "+=" extends a list by any sequence
		raiseNoAttribute(v, "splitlines")
	}
	v = value.Add(&st.th, v, newline)
	lines := value.Collect(&st.th, value.Invoke(&st.th, v, attrSplitlines, value.Args{}))
	prefix, _ := value.Text(by)
	escaped := prefix
	if isMarkup(v) && !isMarkup(by) {
		escaped = value.EscapeText(&st.th, prefix)
	}
	start := len(st.out)
	for i, line := range lines {
		text, _ := value.Text(line)
		if i > 0 {
			st.write("\n")
		}
		if i == 0 && first || i > 0 && (blank || text != "") {
			st.write(escaped)
		}
		st.write(text)
	}
	return sameKind(v, st.capture(start))
}

// filterTruncate compares and subtracts as the real filter does, so that what
// is no number fails as it does there.
func filterTruncate(st *state, v value.Value, c value.Bound) value.Value {
	th := &st.th
	length, end, leeway := c.Values[0], c.Values[2], c.Values[3]
	if leeway == value.None {
		leeway = value.Int(5)
	}
	endLen := value.Int(value.Length(th, end))
	switch {
	case !value.Order(th, value.GE, length, endLen):
		value.Raise(value.Other, "expected length >= %d, got %s", endLen, value.ToText(th, length))
	case !value.Order(th, value.GE, leeway, value.Int(0)):
		value.Raise(value.Other, "expected leeway >= 0, got %s", value.ToText(th, leeway))
	}
	n := value.Int(value.Length(th, v))
	if value.Order(th, value.LE, n, value.Add(th, length, leeway)) {
		return v
	}
	cut := value.Slice(th, v, nil, value.Sub(th, length, endLen), nil)
	if !value.Truth(th, c.Values[1]) {
		s, ok := value.Text(cut)
		if !ok {
			raiseNoAttribute(v, "rsplit")
		}
		if i := strings.LastIndexByte(s, ' '); i >= 0 {
			s = s[:i]
		}
		cut = sameKind(v, s)
	}
	return value.Add(th, cut, end)
}

// filterWordwrap wraps lines. The real filter comes with text to what joins the
// lines and with a pattern for text to those of bytes.
func filterWordwrap(st *state, v value.Value, c value.Bound) value.Value {
	by := c.Values[2]
	if by == value.None {
		by = value.Str("\n")
	}
	lineEnd, ok := value.Text(by)
	if _, joins := by.(value.Bytes); !ok && !joins {
		raiseNoAttribute(by, "join")
	}
	s, isText := value.Text(v)
	b, isBytes := v.(value.Bytes)
	switch {
	case !isText && !isBytes:
		raiseNoAttribute(v, "splitlines")
	case s == "" && b == "":
		return value.Slice(&st.th, by, nil, value.Int(0), nil)
	case isBytes:
		value.Raise(value.TypeError, "cannot use a string pattern on a bytes-like object")
	case !ok:
		value.Raise(value.TypeError, "sequence item 0: expected a bytes-like object, str found")
	}
	o := pytext.WrapOptions{
		BreakWords: value.Truth(&st.th, c.Values[1]), BreakOnHyphen: value.Truth(&st.th, c.Values[3]), LineEnd: lineEnd,
	}
	o.Width, o.Fraction = st.lineWidth(c.Values[0])
	text, err := pytext.WordWrap(s, o, st.alloc)
	raised(err)
	return sameKind(by, text)
}

// lineWidth gives a width that may be a float.
func (st *state) lineWidth(v value.Value) (width int, fraction bool) {
	if !value.Order(&st.th, value.GT, v, value.Int(0)) {
		return 0, false
	}
	switch v := v.(type) {
	case value.Float:
		return int(min(float64(v), math.MaxInt32)), true
	case *value.BigInt:
		return math.MaxInt, false
	}
	return int(integer(v)), false
}

// raiseNoAttribute raises what Python's v.name does where v has no such
// attribute.
func raiseNoAttribute(v value.Value, name string) {
	if u, ok := v.(*value.Undefined); ok {
		u.Raise()
	}
	value.Raise(value.Other, "'%s' object has no attribute '%s'", v.TypeName(), name)
}

func filterWordcount(st *state, v value.Value, _ value.Bound) value.Value {
	s, _ := value.Text(st.soft(v))
	st.th.Charge(len(s) >> 10)
	return value.Int(pytext.WordCount(s))
}

func filterDefault(st *state, v value.Value, c value.Bound) value.Value {
	_, undefined := v.(*value.Undefined)
	if undefined || value.Truth(&st.th, c.Values[1]) && !value.Truth(&st.th, v) {
		return c.Values[0]
	}
	return v
}

func filterAttr(st *state, v value.Value, c value.Bound) value.Value {
	name, ok := value.Text(c.Values[0])
	if !ok {
		value.Raise(value.TypeError, "attribute name must be string, not '%s'", c.Values[0].TypeName())
	}
	attr := value.NewAttr(name)
	of := v
	if d, ok := v.(*value.Dict); ok {
		// Only attributes count, never the items of a dict.
		of = value.NewDict(0)
		if _, missing := value.GetAttr(&st.th, of, attr).(*value.Undefined); !missing {
			of = d
		}
	}
	var out value.Value
	get := func() { out = value.GetAttr(&st.th, of, attr) }
	if _, undefined := v.(*value.Undefined); !undefined || !strings.HasPrefix(name, "__") {
		get()
	} else if value.Try(get) != nil {
		// What Python may ask of any object is just missing here.
		return &value.Undefined{Name: name, Owner: "'Undefined'"}
	}
	return out
}
