package value

import "slices"

// listMethods are the methods of list. Those that change it go through own, so
// that a frozen list stays as it is.
var listMethods = tableOf(
	positional("append", listAppend, required("object")),
	positional("clear", listClear),
	positional("copy", listCopy),
	positional("count", seqCount, required("value")),
	positional("extend", listExtend, required("iterable")),
	positional("index", listIndex, required("value"), optional("start", None), optional("stop", None)),
	positional("insert", listInsert, required("index"), required("object")),
	positional("pop", listPop, optional("index", Int(-1))),
	positional("remove", listRemove, required("value")),
	positional("reverse", listReverse),
	&Method{Signature{
		Name: "sort", Params: []Param{optional("key", None), optional("reverse", False)}, KeyOnly: 2,
	}, listSort},
)

// tupleMethods are the methods of tuple.
var tupleMethods = tableOf(
	positional("count", seqCount, required("value")),
	positional("index", tupleIndex, required("value"), optional("start", None), optional("stop", None)),
)

// listAppend gives None, which templates rely on: {% if l.append(x) %}.
func listAppend(th *Thread, self Value, c Bound) Value {
	self.(*List).Append(th, c.Values[0])
	return None
}

func listClear(th *Thread, self Value, _ Bound) Value {
	self.(*List).SetItems(th, nil)
	return None
}

func listCopy(th *Thread, self Value, _ Bound) Value { return NewList(Collect(th, self)) }

// seqCount is count of list, tuple and range.
func seqCount(th *Thread, self Value, c Bound) Value {
	n := 0
	for it := Iterate(th, self); ; {
		e, ok := it.Next()
		if !ok {
			return Int(n)
		}
		th.Step()
		if Equal(th, e, c.Values[0]) {
			n++
		}
	}
}

// listExtend collects before it adds, so that l.extend(l) ends.
func listExtend(th *Thread, self Value, c Bound) Value {
	more := Collect(th, c.Values[0])
	l := self.(*List).own(th)
	l.items = append(l.items, more...)
	return None
}

// listIndex raises a ValueError for a value that is not there.
func listIndex(th *Thread, self Value, c Bound) Value {
	i := find(th, self.(*List).Items(th), c)
	if i < 0 {
		Raise(ValueError, "%s is not in list", shortRepr(c.Values[0]))
	}
	return Int(i)
}

func tupleIndex(th *Thread, self Value, c Bound) Value {
	i := find(th, self.(*Tuple).items, c)
	if i < 0 {
		Raise(ValueError, "tuple.index(x): x not in tuple")
	}
	return Int(i)
}

// find looks for the first argument between the bounds that follow it.
func find(th *Thread, items []Value, c Bound) int {
	start, stop := 0, len(items)
	if len(c.Values) == 3 {
		start = clampIndex(c.Values[1], len(items), 0)
		stop = clampIndex(c.Values[2], len(items), len(items))
	}
	for i := start; i < stop; i++ {
		th.Step()
		if Equal(th, items[i], c.Values[0]) {
			return i
		}
	}
	return -1
}

// clampIndex takes a bound of a search in n items.
func clampIndex(v Value, n, missing int) int {
	p := bound(v)
	if p == nil {
		return missing
	}
	return min(max(fromEnd(*p, n), 0), n)
}

// listInsert puts a value before a place; a place beyond an end is that end.
func listInsert(th *Thread, self Value, c Bound) Value {
	l := self.(*List).own(th)
	i := clampIndex(Int(mustIndex(c.Values[0])), len(l.items), 0)
	th.Alloc(valueSize)
	th.Charge(len(l.items) >> 6)
	l.items = slices.Insert(l.items, i, c.Values[1])
	return None
}

// listPop takes the last item out, or the one at a place. Python's IndexError
// is of kind Other.
func listPop(th *Thread, self Value, c Bound) Value {
	i := mustIndex(c.Values[0])
	l := self.(*List).own(th)
	if len(l.items) == 0 {
		Raise(Other, "pop from empty list")
	}
	v, ok := elementAt(l.items, i)
	if !ok {
		Raise(Other, "pop index out of range")
	}
	i = fromEnd(i, len(l.items))
	th.Charge((len(l.items) - i) >> 6)
	l.items = slices.Delete(l.items, i, i+1)
	return v
}

// listRemove takes the first equal item out.
func listRemove(th *Thread, self Value, c Bound) Value {
	l := self.(*List).own(th)
	i := find(th, l.items, c)
	if i < 0 {
		Raise(ValueError, "list.remove(x): x not in list")
	}
	th.Charge((len(l.items) - i) >> 6)
	l.items = slices.Delete(l.items, i, i+1)
	return None
}

func listReverse(th *Thread, self Value, _ Bound) Value {
	l := self.(*List).own(th)
	th.Charge(len(l.items) >> 6)
	slices.Reverse(l.items)
	return None
}

// listSort sorts a copy and puts that in, so that a key function that looks at
// the list sees it unsorted, where Python shows it empty.
func listSort(th *Thread, self Value, c Bound) Value {
	items := Collect(th, self)
	var key func(Value) Value
	if f := c.Values[0]; f != None {
		key = func(v Value) Value { return Call(th, f, Args{Pos: []Value{v}}) }
	}
	SortBy(th, items, key, mustIndex(c.Values[1]) != 0)
	self.(*List).SetItems(th, items)
	return None
}
