package jinja

import (
	"slices"
	"strings"

	"bellhop/jinja/internal/pytext"
	"bellhop/jinja/value"
)

// The filters that have to do with HTML and URLs.

func filterEscape(st *state, v value.Value, _ value.Bound) value.Value {
	return value.Escape(&st.th, v)
}

func filterForceescape(st *state, v value.Value, _ value.Bound) value.Value {
	return value.Escape(&st.th, st.plain(v))
}

func filterSafe(st *state, v value.Value, _ value.Bound) value.Value {
	if isMarkup(v) {
		return v
	}
	return value.Markup(value.ToText(&st.th, v))
}

func filterStriptags(st *state, v value.Value, _ value.Bound) value.Value {
	s := value.ToText(&st.th, v)
	st.th.Alloc(2 * len(s))
	return value.Str(pytext.StripTags(s))
}

func filterTojson(st *state, v value.Value, c value.Bound) value.Value {
	o := value.JSONOptions{SortKeys: true, EscapeHTML: true}
	tab, isTab := value.Text(c.Values[0])
	u, undefined := c.Values[0].(*value.Undefined)
	_, isText := value.Text(v)
	switch {
	case isTab:
		o.Tab, o.Lines = tab, true
	case c.Values[0] == value.None, isText: // to which Python does not look at the indent
	case undefined:
		u.Raise()
	default:
		o.Indent, o.Lines = int(integer(c.Values[0])), true
	}
	start := len(st.out)
	st.out = value.AppendJSON(&st.th, st.out, v, o)
	return value.Markup(st.capture(start))
}

func filterURLEncode(st *state, v value.Value, _ value.Bound) value.Value {
	if _, ok := value.Text(v); ok || !iterable(v) {
		return value.Str(st.quoteURL(v, false))
	}
	if d, ok := v.(*value.Dict); ok {
		v = d.ItemsView()
	}
	start := len(st.out)
	for i, it := 0, value.Iterate(&st.th, v); ; i++ {
		pair, ok := it.Next()
		if !ok {
			return value.Str(st.capture(start))
		}
		st.th.Step()
		kv := st.unpack(pair, 2)
		if i > 0 {
			st.write("&")
		}
		st.write(st.quoteURL(kv[0], true))
		st.write("=")
		st.write(st.quoteURL(kv[1], true))
	}
}

func (st *state) quoteURL(v value.Value, query bool) string {
	s := value.ToText(&st.th, v)
	if b, ok := v.(value.Bytes); ok {
		s = string(b)
	}
	st.th.Alloc(3 * len(s))
	text, err := pytext.QuoteURL(s, query)
	raised(err)
	return text
}

// iterable reports whether Python's iter(v) would work.
func iterable(v value.Value) bool {
	switch v.(type) {
	case value.Str, value.Markup, value.Bytes, *value.List, *value.Tuple, *value.Dict, *value.DictView,
		*value.Range, *value.Iterator, *value.Set, *value.Undefined, value.Iterable:
		return true
	}
	return false
}

func filterXMLAttr(st *state, v value.Value, c value.Bound) value.Value {
	start := len(st.out)
	items := st.pairs(v)
	for _, item := range items {
		kv := st.unpack(item, 2)
		if _, undefined := kv[1].(*value.Undefined); undefined || kv[1] == value.None {
			continue
		}
		name, ok := value.Text(kv[0])
		if !ok {
			value.Raise(value.TypeError, "expected string or bytes-like object, got '%s'", kv[0].TypeName())
		}
		raised(pytext.CheckAttributeName(name))
		if len(st.out) > start || value.Truth(&st.th, c.Values[0]) {
			st.write(" ")
		}
		st.print(value.Escape(&st.th, kv[0]))
		st.write(`="`)
		st.print(value.Escape(&st.th, kv[1]))
		st.write(`"`)
	}
	return st.text(st.capture(start))
}

func filterURLize(st *state, v value.Value, c value.Bound) value.Value {
	limit, nofollow, target, rel, schemes := c.Values[0], c.Values[1], c.Values[2], c.Values[3], c.Values[4]
	o := pytext.URLizeOptions{Escaped: isMarkup(v)}
	words := []string{"noopener"}
	if value.Truth(&st.th, nofollow) {
		words = append(words, "nofollow")
	}
	if value.Truth(&st.th, rel) {
		words = append(words, st.relations(rel)...)
	}
	slices.Sort(words)
	o.Rel = strings.Join(slices.Compact(words), " ")
	if limit != value.None {
		o.Trim = func(url string) string { return st.trimURL(url, limit) }
	}
	if value.Truth(&st.th, target) {
		o.Target = value.ToText(&st.th, target)
	}
	if schemes != value.None {
		for _, s := range value.Collect(&st.th, schemes) {
			scheme, _ := value.Text(s)
			if !pytext.IsURIScheme(scheme) {
				value.Raise(value.Other, "%s is not a valid URI scheme prefix.", value.Repr(&st.th, s))
			}
			o.ExtraSchemes = append(o.ExtraSchemes, scheme)
		}
	}
	return st.text(pytext.URLize(value.ToText(&st.th, v), o, st.alloc))
}

// relations splits what goes into an attribute rel.
func (st *state) relations(v value.Value) []string {
	s, ok := value.Text(v)
	if _, isBytes := v.(value.Bytes); isBytes {
		value.Raise(value.TypeError, "'<' not supported between instances of 'str' and 'bytes'")
	} else if !ok {
		raiseNoAttribute(v, "split")
	}
	return pytext.SplitSpace(s, -1, st.alloc)
}

// trimURL cuts a shown URL to a number of code points, from the end if it is
// negative. Like Python it takes for a number what compares with one, and
// looks at it only where there is an URL.
func (st *state) trimURL(url string, limit value.Value) string {
	if !value.Order(&st.th, value.GT, value.Int(pytext.RuneCount(url)), limit) {
		return url
	}
	shown, _ := value.Text(value.Slice(&st.th, value.Str(url), nil, limit, nil))
	return shown + "..."
}
