package jinja

import (
	"strings"

	"bellhop/jinja/internal/pytext"
	"bellhop/jinja/value"
)

// getter gives what the parameter "attribute" of many filters asks for: the
// value itself, or what a path of names and numbers leads to. fold lowers text,
// for comparisons that ignore case. A non-nil missing replaces what is
// undefined on the way.
func (st *state) getter(attribute value.Value, fold bool, missing value.Value) func(value.Value) value.Value {
	path := st.path(attribute)
	switch {
	case len(path) == 0 && !fold:
		return func(v value.Value) value.Value { return v }
	case len(path) == 0:
		return st.fold
	case !fold:
		return func(v value.Value) value.Value { return st.follow(v, path, missing) }
	}
	return func(v value.Value) value.Value { return st.fold(st.follow(v, path, missing)) }
}

func (st *state) follow(v value.Value, path []value.Value, missing value.Value) value.Value {
	for _, part := range path {
		st.th.Step()
		v = value.GetItem(&st.th, v, part)
		if _, undefined := v.(*value.Undefined); undefined && missing != nil {
			v = missing
		}
	}
	return v
}

// fold lowers text and leaves everything else.
func (st *state) fold(v value.Value) value.Value {
	s, ok := value.Text(v)
	if !ok || isLower(s) {
		return v
	}
	st.th.Alloc(len(s))
	return value.Str(pytext.Lower(s))
}

// isLower reports whether a text is ASCII without capitals.
func isLower(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return true
}

// path splits an attribute: text at its dots, its numbers as integers.
func (st *state) path(attribute value.Value) []value.Value {
	if attribute == value.None {
		return nil
	}
	s, ok := value.Text(attribute)
	if !ok {
		return []value.Value{attribute}
	}
	if s != "" && s[0] > '9' && s[0] < 0x80 && !strings.Contains(s, ".") {
		return []value.Value{attribute} // a plain name, as nearly always
	}
	st.th.Alloc(32 * (strings.Count(s, ".") + 1))
	var path []value.Value
	for part := range strings.SplitSeq(s, ".") {
		if pytext.IsDigit(part) {
			path = append(path, st.parseInt(part, 10))
		} else {
			path = append(path, value.Str(part))
		}
	}
	return path
}

// filterSort sorts by one or several attributes. Python compares lists of keys,
// in which the first different pair decides; equal keys are never ordered.
func filterSort(st *state, v value.Value, c value.Bound) value.Value {
	fold := !value.Truth(&st.th, c.Values[1])
	gets := []func(value.Value) value.Value{st.getter(c.Values[2], fold, nil)}
	if s, ok := value.Text(c.Values[2]); ok {
		gets = gets[:0]
		for part := range strings.SplitSeq(s, ",") {
			st.th.Alloc(64)
			gets = append(gets, st.getter(value.Str(part), fold, nil))
		}
	}
	items := value.Collect(&st.th, v)
	reverse := integer(c.Values[0]) != 0 // where other flags may be anything
	keys, next := st.sortKeys(items, gets), -1
	key := func(value.Value) value.Value {
		next++
		return keys[next]
	}
	value.SortBy(&st.th, items, key, reverse)
	return value.NewList(items)
}

// sortKeys gives each element's key: a tuple, unless there is one attribute and
// it is text everywhere, which is in order whether equal or not.
func (st *state) sortKeys(items []value.Value, gets []func(value.Value) value.Value) []value.Value {
	st.th.Alloc(16 * len(items))
	keys := make([]value.Value, 0, len(items))
	allText := len(gets) == 1
	for _, item := range items {
		key := gets[0](item)
		if len(gets) > 1 {
			parts := []value.Value{key}
			for _, get := range gets[1:] {
				parts = append(parts, get(item))
			}
			st.th.Alloc(32 * len(parts))
			key = value.NewTuple(parts...)
		}
		_, text := value.Text(key)
		allText = allText && text
		keys = append(keys, key)
	}
	if allText || len(gets) > 1 {
		return keys
	}
	for i, key := range keys {
		st.th.Alloc(64)
		keys[i] = value.NewTuple(key)
	}
	return keys
}

// pairs gives the items of a dict, as v.items() in Python does.
func (st *state) pairs(v value.Value) []value.Value {
	switch v := v.(type) {
	case *value.Dict:
		return value.Collect(&st.th, v.ItemsView())
	case *value.Undefined:
		v.Raise()
	}
	value.Raise(value.Other, "'%s' object has no attribute 'items'", v.TypeName())
	return nil
}

func filterDictsort(st *state, v value.Value, c value.Bound) value.Value {
	by, place := c.Values[1], 0
	switch {
	case value.Equal(&st.th, by, value.Str("key")):
	case value.Equal(&st.th, by, value.Str("value")):
		place = 1
	default:
		value.Raise(value.Other, `You can only sort by either "key" or "value"`)
	}
	fold, reverse := !value.Truth(&st.th, c.Values[0]), integer(c.Values[2]) != 0
	key := func(item value.Value) value.Value {
		k := value.GetItem(&st.th, item, value.Int(place))
		if fold {
			k = st.fold(k)
		}
		return k
	}
	items := st.pairs(v)
	value.SortBy(&st.th, items, key, reverse)
	return value.NewList(items)
}

func filterGroupby(st *state, v value.Value, c value.Bound) value.Value {
	var missing value.Value
	if c.Values[1] != value.None {
		missing = c.Values[1]
	}
	fold := !value.Truth(&st.th, c.Values[2])
	key, plain := st.getter(c.Values[0], fold, missing), st.getter(c.Values[0], false, missing)
	var groups []value.Value
	var members []value.Value
	var current value.Value
	flush := func() {
		if len(members) == 0 {
			return
		}
		name := current
		if fold {
			name = plain(members[0])
		}
		st.th.Alloc(128)
		groups = append(groups, value.NewNamedTuple([]string{"grouper", "list"}, name, value.NewList(members)))
		members = nil
	}
	items := value.Collect(&st.th, v)
	value.SortBy(&st.th, items, key, false)
	for _, item := range items {
		k := key(item)
		if len(members) == 0 || !value.Equal(&st.th, current, k) {
			flush()
			current = k
		}
		st.th.Alloc(16)
		members = append(members, item)
	}
	flush()
	return value.NewList(groups)
}
