package value

// Set is Python's set, which templates make only by a difference of dict views. It keeps
// the order of insertion.
type Set struct{ elems Dict }

// TypeName implements [Value].
func (*Set) TypeName() string { return "set" }

// setDifference is a - b as sets. Two sets have a difference, and a view of
// keys or items has one with any iterable, on either side.
func setDifference(th *Thread, a, b Value) Value {
	_, undefined := a.(*Undefined)
	_, sets := asSet(a)
	if _, set := a.(*Set); set {
		_, sets = asSet(b)
	}
	if undefined || !sets && !isView(b) {
		raiseOperands("-", a, b)
	}
	out := new(Set)
	for it := Iterate(th, a); ; {
		e, ok := it.Next()
		if !ok {
			break
		}
		th.Step()
		out.elems.Set(th, e, None)
	}
	for it := Iterate(th, b); ; {
		e, ok := it.Next()
		if !ok {
			return out
		}
		th.Step()
		out.elems.Delete(th, e)
	}
}

// isView tells whether a value is a view that Python takes for a set.
func isView(v Value) bool {
	view, ok := v.(*DictView)
	return ok && view.kind != viewValues
}

// setLike is what Python compares as a set: sets and the views of keys and
// items.
type setLike interface {
	Value
	size(th *Thread) int
	has(th *Thread, v Value) bool
	walk(th *Thread) Iter
}

func asSet(v Value) (setLike, bool) {
	switch v := v.(type) {
	case *Set:
		return v, true
	case *DictView:
		return v, v.kind != viewValues
	}
	return nil, false
}

func (s *Set) size(*Thread) int { return s.elems.live }

// has looks for a set as for a frozen one, as Python does, which no set here
// has.
func (s *Set) has(th *Thread, v Value) bool {
	if _, set := v.(*Set); set {
		return false
	}
	_, ok := s.elems.Get(th, v)
	return ok
}

func (s *Set) walk(th *Thread) Iter { return newDictIter(th, &s.elems, viewKeys) }

func (v *DictView) size(th *Thread) int { return v.dict.Len(th) }

func (v *DictView) has(th *Thread, e Value) bool {
	switch v.kind {
	case viewKeys:
		_, ok := v.dict.Get(th, e)
		return ok
	case viewItems:
		t, ok := e.(*Tuple)
		if !ok || len(t.items) != 2 {
			return false
		}
		got, ok := v.dict.Get(th, t.items[0])
		return ok && Equal(th, got, t.items[1])
	}
	return containsElement(th, newDictIter(th, v.dict, v.kind), e)
}

func (v *DictView) walk(th *Thread) Iter { return newDictIter(th, v.dict, v.kind) }

// subset reports whether every element of a is in b.
func subset(th *Thread, a, b setLike) bool {
	for it := a.walk(th); ; {
		e, ok := it.Next()
		if !ok {
			return true
		}
		th.Step()
		if !b.has(th, e) {
			return false
		}
	}
}

func compareSets(th *Thread, op CompareOp, a, b setLike) bool {
	if op == GT || op == GE {
		op, a, b = op.swap(), b, a
	}
	n, m := a.size(th), b.size(th)
	if op == LT && n >= m || n > m {
		return false
	}
	return subset(th, a, b)
}
