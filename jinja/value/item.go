package value

import "bellhop/jinja/internal/pytext"

// GetItem is v[key] in a template: the item if v has it, else for a text key
// the attribute of that name, else an Undefined. A key of the wrong type is
// missing, not an error.
func GetItem(th *Thread, v Value, key Value) Value {
	e, ok := item(th, v, key)
	if ok {
		return e
	}
	k := kindOf(v)
	name, isText := Text(key)
	if !isText {
		return &Undefined{Key: key, Owner: ownerOf(v, k)}
	}
	if m := memberOf(k, name); m.present() {
		return m.of(th, v, name)
	}
	if t, isTuple := v.(*Tuple); isTuple {
		e, ok = t.named(name)
	} else {
		e, ok = ofObject(th, v, name, false)
	}
	if ok {
		return e
	}
	return &Undefined{Name: name, Owner: ownerOf(v, k)}
}

// item is Python's v[key], with false for a TypeError or LookupError.
func item(th *Thread, v, key Value) (Value, bool) {
	switch v := v.(type) {
	case *Dict:
		if name, ok := key.(Str); ok {
			return v.Lookup(th, string(name))
		}
		if !hashable(th, key) {
			return nil, false
		}
		return v.Get(th, key)
	case *Undefined:
		return v.access(th), true
	}
	i, ok := index(key)
	if !ok {
		if o, is := v.(Indexer); is {
			return o.Item(th, key)
		}
		return nil, false
	}
	switch v := v.(type) {
	case *List:
		return elementAt(v.Items(th), i)
	case *Tuple:
		return elementAt(v.items, i)
	case Str:
		th.Charge(len(v) >> 10)
		c, ok := pytext.At(string(v), i)
		return Str(c), ok
	case Markup:
		th.Charge(len(v) >> 10)
		c, ok := pytext.At(string(v), i)
		return Markup(c), ok
	case Bytes:
		if i = fromEnd(i, len(v)); 0 <= i && i < len(v) {
			return Int(v[i]), true
		}
	case *Range:
		n := int(v.Len())
		if i = fromEnd(i, n); 0 <= i && i < n {
			return v.At(int64(i)), true
		}
	case Indexer:
		return v.Item(th, key)
	}
	return nil, false
}

// elementAt gives an element by an index that may count from the end.
func elementAt(items []Value, i int) (Value, bool) {
	i = fromEnd(i, len(items))
	if i < 0 || i >= len(items) {
		return nil, false
	}
	return items[i], true
}

// fromEnd resolves an index that counts from the end.
func fromEnd(i, n int) int {
	if i < 0 {
		i += n
	}
	return i
}

// hashable tells whether a value can be a dict's key.
func hashable(th *Thread, v Value) bool {
	switch v := v.(type) {
	case *List, *Dict, *Set:
		return false
	case *DictView:
		return v.kind == viewValues
	case *Tuple:
		th.Enter()
		for _, e := range v.items {
			th.Step()
			if !hashable(th, e) {
				return false
			}
		}
		th.Leave()
	}
	return true
}

// Slice is v[start:stop:step]; a part that was left out is nil. It raises a
// TypeError for values that have no slices and for parts that are no integers.
func Slice(th *Thread, v, start, stop, step Value) Value {
	switch v := v.(type) {
	case Str:
		return Str(sliceText(th, string(v), start, stop, step))
	case Markup:
		return Markup(sliceText(th, string(v), start, stop, step))
	case Bytes:
		return Bytes(sliceBytes(th, string(v), start, stop, step))
	case *List:
		return NewList(sliceItems(th, v.Items(th), start, stop, step))
	case *Tuple:
		return NewTuple(sliceItems(th, v.items, start, stop, step)...)
	case *Range:
		return sliceRange(v, start, stop, step)
	case *Dict:
		Raise(TypeError, "unhashable type: 'slice'")
	case *Undefined:
		return v.access(th)
	}
	Raise(TypeError, "'%s' object is not subscriptable", v.TypeName())
	return nil
}

func sliceIndices(n int, start, stop, step Value) (first, count, by int) {
	by = sliceStep(step)
	first, count, err := pytext.SliceIndices(n, sliceBound(start), sliceBound(stop), by)
	if err != nil {
		RaiseText(err)
	}
	return first, count, by
}

// sliceStep reads a step, the first thing that Python looks at.
func sliceStep(step Value) int {
	p := sliceBound(step)
	switch {
	case p == nil:
		return 1
	case *p == 0:
		Raise(ValueError, "slice step cannot be zero")
	}
	return *p
}

// sliceRange is a slice of a range, which is a range again. Its end is the
// slice's own, whether or not the range gets there.
func sliceRange(r *Range, start, stop, step Value) *Range {
	n := int(r.Len())
	first, _, by := sliceIndices(n, start, stop, step)
	end := n
	if by < 0 {
		end = -1
	}
	if p := sliceBound(stop); p != nil {
		end = min(max(fromEnd(*p, n), min(end, 0)), max(n-1, end))
	}
	return &Range{Start: int64(r.At(int64(first))), Stop: int64(r.At(int64(end))), Step: r.Step * int64(by)}
}

// sliceBound gives a part of a slice, or nil if it is absent or None.
func sliceBound(v Value) *int {
	if v == nil || v == None {
		return nil
	}
	i, ok := index(v)
	if !ok {
		Raise(TypeError, "slice indices must be integers or None or have an __index__ method")
	}
	return &i
}

// sliceText slices by code points. A step of one shares the text, others copy.
func sliceText(th *Thread, s string, start, stop, step Value) string {
	th.Charge(len(s) >> 10)
	by := sliceStep(step)
	if by != 1 {
		th.Alloc(len(s))
	}
	out, err := pytext.Slice(s, sliceBound(start), sliceBound(stop), by)
	if err != nil {
		RaiseText(err)
	}
	return out
}

// sliceBytes slices by bytes.
func sliceBytes(th *Thread, s string, start, stop, step Value) string {
	first, count, by := sliceIndices(len(s), start, stop, step)
	if by == 1 {
		return s[first : first+count]
	}
	th.Alloc(count)
	out := make([]byte, count)
	for i := range out {
		out[i] = s[first+i*by]
	}
	return string(out)
}

// sliceItems copies a part of a list or tuple.
func sliceItems(th *Thread, items []Value, start, stop, step Value) []Value {
	first, count, by := sliceIndices(len(items), start, stop, step)
	th.Alloc(valueSize * count)
	out := make([]Value, count)
	for i := range out {
		out[i] = items[first+i*by]
	}
	return out
}

// Sized is an object with a length.
type Sized interface {
	Value
	Len(th *Thread) int
}

// Length is Python's len(v); a text's length is in code points. It raises a
// TypeError for values without a length.
func Length(th *Thread, v Value) int {
	switch v := v.(type) {
	case Str:
		th.Charge(len(v) >> 10)
		return pytext.RuneCount(string(v))
	case Markup:
		th.Charge(len(v) >> 10)
		return pytext.RuneCount(string(v))
	case Bytes:
		return len(v)
	case *List:
		return len(v.Items(th))
	case *Tuple:
		return len(v.items)
	case *DictView:
		return v.dict.Len(th)
	case *Set:
		return v.elems.live
	case *Range:
		return int(v.Len())
	case *Undefined:
		v.mustPass(th)
		return 0
	case Sized: // and *Dict
		return v.Len(th)
	}
	Raise(TypeError, "object of type '%s' has no len()", v.TypeName())
	return 0
}
