package value

import "slices"

// valueSize is what a Value takes in a slice, in bytes.
const valueSize = 16

// List is Python's list.
type List struct {
	items  []Value
	frozen bool
}

// Tuple is Python's tuple. It is immutable.
type Tuple struct {
	items []Value
	names *[]string // of the items, in a named tuple
}

// NewList makes a list of the given items, which it keeps. The caller charges
// for them.
func NewList(items []Value) *List { return &List{items: items} }

// NewTuple makes a tuple of the given items, which it keeps. The caller
// charges for them.
func NewTuple(items ...Value) *Tuple { return &Tuple{items: items} }

// NewPair makes a tuple of two items in one piece of memory.
func NewPair(a, b Value) *Tuple {
	p := &struct {
		tuple Tuple
		items [2]Value
	}{items: [2]Value{a, b}}
	p.tuple.items = p.items[:]
	return &p.tuple
}

// NewNamedTuple is [NewTuple] with names under which the items can be had as
// attributes, as those of groupby's groups.
func NewNamedTuple(names []string, items ...Value) *Tuple { return &Tuple{items: items, names: &names} }

// named finds an item of a named tuple.
func (t *Tuple) named(name string) (Value, bool) {
	if t.names != nil {
		if i := slices.Index(*t.names, name); i >= 0 {
			return t.items[i], true
		}
	}
	return nil, false
}

// TypeName implements [Value].
func (*List) TypeName() string { return "list" }

// TypeName implements [Value].
func (*Tuple) TypeName() string { return "tuple" }

// Items gives the items of the list as th sees it. They must not be changed.
func (l *List) Items(th *Thread) []Value { return l.view(th).items }

// Items gives the items. They must not be changed.
func (t *Tuple) Items() []Value { return t.items }

// Append adds a value at the end.
func (l *List) Append(th *Thread, v Value) {
	th.Alloc(valueSize)
	l = l.own(th)
	l.items = append(l.items, v)
}

// SetItems replaces all items; the list keeps the slice, for which the caller
// charges.
func (l *List) SetItems(th *Thread, items []Value) { l.own(th).items = items }

// view is the list to read: the thread's copy of a frozen list if it has one.
func (l *List) view(th *Thread) *List {
	if l.frozen && th.private != nil {
		if own, ok := th.private[l]; ok {
			return own.(*List)
		}
	}
	return l
}

// own is the list to change: for a frozen one the thread's copy, made now if
// need be.
func (l *List) own(th *Thread) *List {
	if !l.frozen {
		return l
	}
	if v := l.view(th); v != l {
		return v
	}
	th.Alloc(valueSize * len(l.items))
	own := &List{items: append([]Value(nil), l.items...)}
	th.keep(l, own)
	return own
}

// keep records own as this thread's copy of a frozen container.
func (th *Thread) keep(shared, own Value) {
	if th.private == nil {
		th.private = make(map[Value]Value)
	}
	th.private[shared] = own
}

// listIter walks a list as Python does: by index, so that it sees what the
// loop's body appends.
type listIter struct {
	th *Thread
	l  *List
	i  int
}

func (it *listIter) Next() (Value, bool) {
	items := it.l.Items(it.th)
	if it.i >= len(items) {
		it.i = len(items)
		return nil, false
	}
	it.i++
	return items[it.i-1], true
}

// sliceIter walks values that nobody changes.
type sliceIter struct{ items []Value }

func (it *sliceIter) Next() (Value, bool) {
	if len(it.items) == 0 {
		return nil, false
	}
	v := it.items[0]
	it.items = it.items[1:]
	return v, true
}
