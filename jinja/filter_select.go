package jinja

import "bellhop/jinja/value"

// The filters that apply another filter or a test to each element.

// kept copies a call's positional arguments, for a generator that runs after
// the call; binding has made the others for this call alone.
func kept(st *state, c value.Bound) value.Args {
	st.th.Alloc(16 * len(c.Rest))
	return value.Args{Pos: append([]value.Value(nil), c.Rest...), Names: c.Names, Named: c.Named}
}

func filterMap(st *state, v value.Value, c value.Bound) value.Value {
	args := kept(st, c)
	return generator(func() func() (value.Value, bool) {
		if !value.Truth(&st.th, v) {
			return ended
		}
		f, it := st.mapper(args), value.Iterate(&st.th, v)
		return func() (value.Value, bool) {
			item, ok := it.Next()
			if !ok {
				return nil, false
			}
			st.th.Step()
			return f(item), true
		}
	})
}

// mapper gives what map does to an element: look up an attribute, or apply a
// filter.
func (st *state) mapper(args value.Args) func(value.Value) value.Value {
	if len(args.Pos) == 0 && len(args.Names) > 0 {
		var attribute, missing value.Value
		for i, name := range args.Names {
			switch name {
			case "attribute":
				attribute = args.Named[i]
			case "default":
				if args.Named[i] != value.None {
					missing = args.Named[i]
				}
			default:
				defer value.Raise(value.Other, "Unexpected keyword argument '%s'", name)
			}
		}
		if attribute != nil {
			return st.getter(attribute, false, missing)
		}
	}
	if len(args.Pos) == 0 {
		value.Raise(value.Other, "map requires a filter argument")
	}
	name := args.Pos[0]
	args.Pos = args.Pos[1:]
	var f *filter
	return func(item value.Value) value.Value {
		if f == nil {
			f = lookup(st, "filter", st.tmpl.env.filters, name)
		}
		return f.apply(st, item, f.Bind(args, nil))
	}
}

// lookup finds a filter or test by a value that names it.
func lookup[T any](st *state, what string, table map[string]*T, v value.Value) *T {
	if name, ok := value.Text(v); ok {
		if f := table[name]; f != nil {
			return f
		}
		panic(&value.Error{
			Kind: value.Other, Message: "no " + what + " named '" + name + "'",
			Err: &unknownName{known: nearest(name, names(table))},
		})
	}
	if _, ok := v.(*value.Undefined); ok {
		value.Raise(value.Other, "no %s named by an undefined value; did you forget to quote its name?", what)
	}
	st.mustHash(v)
	value.Raise(value.Other, "no %s named %s", what, value.Repr(&st.th, v))
	return nil
}

// mustHash raises a TypeError for what cannot be the key of a dict.
func (st *state) mustHash(v value.Value) { value.NewDict(0).Get(&st.th, v) }

// selector makes the filters select, reject, selectattr and rejectattr.
func selector(keep, byAttribute bool) func(*state, value.Value, value.Bound) value.Value {
	return func(st *state, v value.Value, c value.Bound) value.Value {
		args := kept(st, c)
		return generator(func() func() (value.Value, bool) {
			if !value.Truth(&st.th, v) {
				return ended
			}
			check, it := st.checker(args, byAttribute), value.Iterate(&st.th, v)
			return func() (value.Value, bool) {
				for {
					item, ok := it.Next()
					if !ok {
						return nil, false
					}
					st.th.Step()
					if check(item) == keep {
						return item, true
					}
				}
			}
		})
	}
}

// checker gives what select asks of an element: its truth, or a test.
func (st *state) checker(args value.Args, byAttribute bool) func(value.Value) bool {
	get := func(v value.Value) value.Value { return v }
	if byAttribute {
		if len(args.Pos) == 0 {
			value.Raise(value.Other, "Missing parameter for attribute name")
		}
		get = st.getter(args.Pos[0], false, nil)
		args.Pos = args.Pos[1:]
	}
	if len(args.Pos) == 0 {
		return func(v value.Value) bool { return value.Truth(&st.th, get(v)) }
	}
	name := args.Pos[0]
	args.Pos = args.Pos[1:]
	var t *test
	return func(v value.Value) bool {
		v = get(v)
		if t == nil {
			t = lookup(st, "test", st.tmpl.env.tests, name)
		}
		return t.is(st, v, t.Bind(args, nil))
	}
}
