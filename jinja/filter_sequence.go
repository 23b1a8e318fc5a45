package jinja

import (
	"math/rand/v2"
	"slices"

	"bellhop/jinja/value"
)

// The filters on sequences. Where the real filter is a generator function, so
// is ours: nothing happens, not even the check of its arguments, before the
// first element is asked for.

// generator gives a one-shot iterator; start runs when the first element is
// asked for.
func generator(start func() func() (value.Value, bool)) value.Value {
	var next func() (value.Value, bool)
	return value.NewIterator("generator", func() (value.Value, bool) {
		if next == nil {
			next = start()
		}
		return next()
	})
}

func ended() (value.Value, bool) { return nil, false }

func filterBatch(st *state, v value.Value, c value.Bound) value.Value {
	count, fill := c.Values[0], c.Values[1]
	return generator(func() func() (value.Value, bool) {
		b := &batches{st: st, it: value.Iterate(&st.th, v), count: count, fill: fill}
		return b.next
	})
}

// batches makes rows of count elements. Whether a row is full shows only when
// there is an element too many, which starts the next row.
type batches struct {
	st          *state
	it          value.Iter
	count, fill value.Value
	row         []value.Value
}

func (b *batches) next() (value.Value, bool) {
	st, count, fill := b.st, b.count, b.fill
	for {
		item, ok := b.it.Next()
		if !ok {
			break
		}
		st.th.Step()
		st.th.Alloc(16)
		full := b.row
		if value.Equal(&st.th, value.Int(len(full)), count) {
			b.row = []value.Value{item}
			return value.NewList(full), true
		}
		b.row = append(b.row, item)
	}
	row := b.row
	b.row = nil
	if len(row) == 0 {
		return nil, false
	}
	if fill != value.None && value.Order(&st.th, value.LT, value.Int(len(row)), count) {
		missing := integer(count) - int64(len(row))
		st.th.Alloc(int(min(missing, 1<<40)) * 16)
		for range missing {
			row = append(row, fill)
		}
	}
	return value.NewList(row), true
}

func filterSlice(st *state, v value.Value, c value.Bound) value.Value {
	count, fill := c.Values[0], c.Values[1]
	return generator(func() func() (value.Value, bool) {
		items := value.Collect(&st.th, v)
		value.FloorDiv(&st.th, value.Int(len(items)), count) // raises what Python's division does
		n := int(integer(count))
		if n < 0 {
			return ended
		}
		size, extra := len(items)/n, len(items)%n
		i, from := 0, 0
		return func() (value.Value, bool) {
			if i >= n {
				return nil, false
			}
			to := from + size
			if i < extra {
				to++
			}
			st.th.Step()
			st.th.Alloc(16 * (to - from + 1))
			row := append([]value.Value(nil), items[from:to]...)
			if fill != value.None && i >= extra {
				row = append(row, fill)
			}
			from, i = to, i+1
			return value.NewList(row), true
		}
	})
}

func filterFirst(st *state, v value.Value, _ value.Bound) value.Value {
	if first, ok := value.Iterate(&st.th, v).Next(); ok {
		return first
	}
	return &value.Undefined{Hint: "No first item, sequence was empty."}
}

func filterLast(st *state, v value.Value, _ value.Bound) value.Value {
	it := value.Reversed(&st.th, v)
	if it == nil {
		value.Raise(value.TypeError, "'%s' object is not reversible", v.TypeName())
	}
	if last, ok := it.Next(); ok {
		return last
	}
	return &value.Undefined{Hint: "No last item, sequence was empty."}
}

func filterRandom(st *state, v value.Value, _ value.Bound) value.Value {
	n := value.Length(&st.th, v)
	if n == 0 {
		return &value.Undefined{Hint: "No random item, sequence was empty."}
	}
	i := value.Int(rand.IntN(n))
	switch v := v.(type) {
	case value.Str, value.Markup, value.Bytes, *value.List, *value.Tuple, *value.Range:
		return value.GetItem(&st.th, v, i)
	case *value.Dict: // taken for a sequence
		if item, ok := v.Get(&st.th, i); ok {
			return item
		}
		value.Raise(value.Other, "KeyError: %d", i)
	}
	value.Raise(value.TypeError, "'%s' object is not subscriptable", v.TypeName())
	return nil
}

func filterLength(st *state, v value.Value, _ value.Bound) value.Value {
	return value.Int(value.Length(&st.th, v))
}

func filterList(st *state, v value.Value, _ value.Bound) value.Value {
	return value.NewList(value.Collect(&st.th, v))
}

func filterItems(st *state, v value.Value, _ value.Bound) value.Value {
	return generator(func() func() (value.Value, bool) {
		switch v := v.(type) {
		case *value.Undefined:
			return ended
		case *value.Dict:
			return value.Iterate(&st.th, v.ItemsView()).Next
		}
		value.Raise(value.TypeError, "Can only get item pairs from a mapping.")
		return nil
	})
}

func filterReverse(st *state, v value.Value, _ value.Bound) value.Value {
	if _, ok := value.Text(v); ok {
		return value.Slice(&st.th, v, nil, nil, value.Int(-1))
	}
	if it := value.Reversed(&st.th, v); it != nil {
		return it
	}
	var items []value.Value
	if !convertible(func() { items = value.Collect(&st.th, v) }) {
		value.Raise(value.Other, "argument must be iterable")
	}
	slices.Reverse(items)
	return value.NewList(items)
}

func filterJoin(st *state, v value.Value, c value.Bound) value.Value {
	sep, attribute := c.Values[0], c.Values[1]
	get := st.getter(attribute, false, nil)
	if !st.escape.on {
		between := value.ToText(&st.th, sep)
		start := len(st.out)
		it := value.Iterate(&st.th, v)
		for first := true; ; first = false {
			item, ok := it.Next()
			if !ok {
				return value.Str(st.capture(start))
			}
			if !first {
				st.write(between)
			}
			st.print(get(item))
		}
	}
	items := value.Collect(&st.th, v)
	markup := isMarkup(sep)
	for i := range items {
		items[i] = get(items[i])
		markup = markup || isMarkup(items[i])
	}
	start := len(st.out)
	for i, item := range items {
		if i > 0 {
			st.printEscaped(sep, markup)
		}
		st.printEscaped(item, markup)
	}
	text := st.capture(start)
	if markup {
		return value.Markup(text)
	}
	return value.Str(text)
}

func isMarkup(v value.Value) bool {
	_, ok := v.(value.Markup)
	return ok
}

func (st *state) printEscaped(v value.Value, escape bool) {
	if escape {
		v = value.Escape(&st.th, v)
	}
	st.print(v)
}

func filterSum(st *state, v value.Value, c value.Bound) value.Value {
	get, total := st.getter(c.Values[0], false, nil), c.Values[1]
	switch total.(type) {
	case value.Str, value.Markup:
		value.Raise(value.TypeError, "sum() can't sum strings [use ''.join(seq) instead]")
	case value.Bytes:
		value.Raise(value.TypeError, "sum() can't sum bytes [use b''.join(seq) instead]")
	}
	for it := value.Iterate(&st.th, v); ; {
		item, ok := it.Next()
		if !ok {
			return total
		}
		st.th.Step()
		total = value.Add(&st.th, total, get(item))
	}
}

func filterUnique(st *state, v value.Value, c value.Bound) value.Value {
	fold, attribute := !value.Truth(&st.th, c.Values[0]), c.Values[1]
	return generator(func() func() (value.Value, bool) {
		get, seen := st.getter(attribute, fold, nil), value.NewDict(0)
		it := value.Iterate(&st.th, v)
		return func() (value.Value, bool) {
			for {
				item, ok := it.Next()
				if !ok {
					return nil, false
				}
				st.th.Step()
				key := get(item)
				if _, ok := seen.Get(&st.th, key); ok {
					continue
				}
				seen.Set(&st.th, key, value.None)
				return item, true
			}
		}
	})
}

func filterMin(st *state, v value.Value, c value.Bound) value.Value {
	return st.extreme(v, c, value.LT)
}

func filterMax(st *state, v value.Value, c value.Bound) value.Value {
	return st.extreme(v, c, value.GT)
}

func (st *state) extreme(v value.Value, c value.Bound, op value.CompareOp) value.Value {
	get := st.getter(c.Values[1], !value.Truth(&st.th, c.Values[0]), nil)
	it := value.Iterate(&st.th, v)
	best, ok := it.Next()
	if !ok {
		return &value.Undefined{Hint: "No aggregated item, sequence was empty."}
	}
	for bestKey := get(best); ; {
		item, ok := it.Next()
		if !ok {
			return best
		}
		st.th.Step()
		if key := get(item); value.Order(&st.th, op, key, bestKey) {
			best, bestKey = item, key
		}
	}
}
