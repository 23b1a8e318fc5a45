package value

// Iterator is a one-shot generator, as Jinja2's map and select give: it can be
// walked once, has no length and is always true.
type Iterator struct {
	// Kind is Python's name of the type: "generator", "list_reverseiterator".
	Kind string
	next func() (Value, bool)
}

// NewIterator makes an iterator of a function, which must go on reporting
// false once it has.
func NewIterator(kind string, next func() (Value, bool)) *Iterator {
	return &Iterator{Kind: kind, next: next}
}

// TypeName implements [Value].
func (it *Iterator) TypeName() string { return it.Kind }

// Next implements [Iter].
func (it *Iterator) Next() (Value, bool) { return it.next() }

// Range is Python's range.
type Range struct {
	Start, Stop, Step int64
}

// TypeName implements [Value].
func (*Range) TypeName() string { return "range" }

// Len is the number of integers in the range.
func (r *Range) Len() int64 {
	switch {
	case r.Step > 0 && r.Start < r.Stop:
		return (r.Stop-r.Start-1)/r.Step + 1
	case r.Step < 0 && r.Start > r.Stop:
		return (r.Start-r.Stop-1)/-r.Step + 1
	}
	return 0
}

// At is the i-th integer.
func (r *Range) At(i int64) Int { return Int(r.Start + i*r.Step) }

type viewKind int

const (
	viewKeys viewKind = iota
	viewValues
	viewItems
)

// DictView is what dict.keys(), values() and items() give: a live view.
type DictView struct {
	dict *Dict
	kind viewKind
}

// TypeName implements [Value].
func (v *DictView) TypeName() string {
	return [...]string{"dict_keys", "dict_values", "dict_items"}[v.kind]
}

// Keys gives the view of the keys.
func (d *Dict) Keys() *DictView { return &DictView{d, viewKeys} }

// Values gives the view of the values.
func (d *Dict) Values() *DictView { return &DictView{d, viewValues} }

// ItemsView gives the view of the items, as tuples.
func (d *Dict) ItemsView() *DictView { return &DictView{d, viewItems} }

// dictIter walks a dict and notices when its size changes under it.
type dictIter struct {
	th   *Thread
	d    *Dict
	kind viewKind
	i, n int
}

func newDictIter(th *Thread, d *Dict, kind viewKind) *dictIter {
	return &dictIter{th: th, d: d, kind: kind, n: d.Len(th)}
}

func (it *dictIter) Next() (Value, bool) {
	d := it.d.view(it.th)
	if it.n < 0 {
		return nil, false
	}
	if d.live != it.n {
		it.n = -1
		Raise(Other, "dictionary changed size during iteration")
	}
	for it.i < len(d.entries) {
		e := &d.entries[it.i]
		it.i++
		switch {
		case e.key == nil:
			it.th.Step()
		case it.kind == viewKeys:
			return e.key, true
		case it.kind == viewValues:
			return e.value, true
		default:
			it.th.Alloc(3 * valueSize)
			return NewPair(e.key, e.value), true
		}
	}
	it.n = -1
	return nil, false
}

// Iterate walks v as Python's for does. It raises a TypeError for a value that
// cannot be walked. The iterator charges nothing by itself: whoever turns it
// charges a step a turn.
func Iterate(th *Thread, v Value) Iter {
	switch v := v.(type) {
	case *List:
		return &listIter{th: th, l: v}
	case *Tuple:
		return &sliceIter{v.items}
	case *Dict:
		return newDictIter(th, v, viewKeys)
	case *DictView:
		return newDictIter(th, v.dict, v.kind)
	case *Set:
		return v.walk(th)
	case Str:
		return &textIter{rest: string(v)}
	case Markup:
		return &textIter{rest: string(v)}
	case Bytes:
		return &bytesIter{rest: string(v)}
	case *Range:
		return &rangeIter{r: v, n: v.Len()}
	case *Iterator:
		return v
	case *Undefined:
		v.mustPass(th)
		return &sliceIter{}
	case Iterable:
		return v.Iterate(th)
	}
	Raise(TypeError, "'%s' object is not iterable", v.TypeName())
	return nil
}

// Collect walks v into a slice, charging for each element. The slice is the
// caller's.
func Collect(th *Thread, v Value) []Value {
	switch v := v.(type) {
	case *List:
		return collected(th, v.Items(th))
	case *Tuple:
		return collected(th, v.items)
	}
	var out []Value
	for it := Iterate(th, v); ; {
		e, ok := it.Next()
		if !ok {
			return out
		}
		th.Step()
		th.Alloc(valueSize)
		out = append(out, e)
	}
}

func collected(th *Thread, items []Value) []Value {
	th.Charge(len(items))
	th.Alloc(valueSize * len(items))
	return append([]Value(nil), items...)
}
