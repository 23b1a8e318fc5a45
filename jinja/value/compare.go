package value

import (
	"strings"

	"bellhop/jinja/internal/pytext"
)

// CompareOp is an ordering operator.
type CompareOp uint8

// The ordering operators.
const (
	LT CompareOp = iota
	LE
	GT
	GE
)

// String gives the operator as Python writes it.
func (op CompareOp) String() string { return [...]string{"<", "<=", ">", ">="}[op] }

// swap gives the operator for exchanged operands.
func (op CompareOp) swap() CompareOp { return [...]CompareOp{GT, GE, LT, LE}[op] }

// holds tells whether the operator holds for operands that compare as order.
func (op CompareOp) holds(order int) bool {
	switch op {
	case LT:
		return order < 0
	case LE:
		return order <= 0
	case GT:
		return order > 0
	}
	return order >= 0
}

// Equal is Python's a == b. Containers are compared deeply, at the cost of a
// step per element. Undefined equals Undefined only, and raises under the
// Strict policy.
func Equal(th *Thread, a, b Value) bool {
	switch x := a.(type) {
	case Str:
		if y, ok := Text(b); ok {
			return equalText(th, string(x), y)
		}
	case Markup:
		if y, ok := Text(b); ok {
			return equalText(th, string(x), y)
		}
	case Int, Bool, Float, *BigInt:
		if y := numberOf(b); y.form != notNumber {
			order, ordered := compareNumbers(numberOf(a), y)
			return ordered && order == 0
		}
	case *Undefined:
		x.mustPass(th)
		_, ok := b.(*Undefined)
		return ok
	}
	if u, ok := b.(*Undefined); ok {
		u.mustPass(th)
		return false
	}
	if a == b {
		return true
	}
	th.Enter()
	equal := equalContainers(th, a, b)
	th.Leave()
	return equal
}

// equalText charges for texts of equal length only: others differ at once.
func equalText(th *Thread, a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	th.Charge(len(a) >> 10)
	return a == b
}

// equalContainers compares two values that are not the same object.
func equalContainers(th *Thread, a, b Value) bool {
	switch a := a.(type) {
	case *List:
		b, ok := b.(*List)
		return ok && equalItems(th, a.Items(th), b.Items(th))
	case *Tuple:
		b, ok := b.(*Tuple)
		return ok && equalItems(th, a.items, b.items)
	case *Dict:
		b, ok := b.(*Dict)
		return ok && equalDicts(th, a, b)
	case *Range:
		b, ok := b.(*Range)
		return ok && a.key() == b.key()
	case *BoundMethod:
		b, ok := b.(*BoundMethod)
		return ok && a.Self == b.Self && a.Method == b.Method
	}
	x, okx := asSet(a)
	y, oky := asSet(b)
	return okx && oky && x.size(th) == y.size(th) && subset(th, x, y)
}

// equalItems compares sequences element by element.
func equalItems(th *Thread, a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		th.Step()
		if !Equal(th, a[i], b[i]) {
			return false
		}
	}
	return true
}

// equalDicts compares dicts whatever their order is.
func equalDicts(th *Thread, a, b *Dict) bool {
	if a.Len(th) != b.Len(th) {
		return false
	}
	for k, v := range a.All(th) {
		th.Step()
		if w, ok := b.Get(th, k); !ok || !Equal(th, v, w) {
			return false
		}
	}
	return true
}

// Order is Python's a < b and its like. It raises a TypeError for values that
// have no order.
func Order(th *Thread, op CompareOp, a, b Value) bool {
	switch x := a.(type) {
	case Int:
		if y, ok := b.(Int); ok {
			return op.holds(compare(int64(x), int64(y)))
		}
	case Str, Markup:
		x1, _ := Text(a)
		if y, ok := Text(b); ok {
			th.Charge(min(len(x1), len(y)) >> 10)
			return op.holds(strings.Compare(x1, y))
		}
	case Bytes:
		if y, ok := b.(Bytes); ok {
			th.Charge(min(len(x), len(y)) >> 10)
			return op.holds(strings.Compare(string(x), string(y)))
		}
	case *List:
		if y, ok := b.(*List); ok {
			return orderItems(th, op, x.Items(th), y.Items(th))
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return orderItems(th, op, x.items, y.items)
		}
	}
	x, y := numberOf(a), numberOf(b)
	if x.form != notNumber && y.form != notNumber {
		order, ordered := compareNumbers(x, y)
		return ordered && op.holds(order)
	}
	if x, ok := asSet(a); ok {
		if y, ok := asSet(b); ok {
			return compareSets(th, op, x, y)
		}
	}
	raiseUndefined(a, b)
	Raise(TypeError, "'%s' not supported between instances of '%s' and '%s'", op, a.TypeName(), b.TypeName())
	return false
}

// orderItems compares sequences by their first different elements.
func orderItems(th *Thread, op CompareOp, a, b []Value) bool {
	th.Enter()
	result := op.holds(compare(len(a), len(b)))
	for i := range min(len(a), len(b)) {
		th.Step()
		if !Equal(th, a[i], b[i]) {
			result = Order(th, op, a[i], b[i])
			break
		}
	}
	th.Leave()
	return result
}

// raiseUndefined raises the error of the first Undefined among the operands.
func raiseUndefined(operands ...Value) {
	for _, v := range operands {
		if u, ok := v.(*Undefined); ok {
			u.Raise()
		}
	}
}

// Contains is Python's item in container. An iterator is consumed up to the
// item. It raises a TypeError for a container that cannot be searched.
func Contains(th *Thread, container, item Value) bool {
	switch c := container.(type) {
	case Str, Markup:
		text, _ := Text(c)
		sub, ok := Text(item)
		if !ok {
			Raise(TypeError, "'in <string>' requires string as left operand, not %s", item.TypeName())
		}
		th.Charge(len(text) >> 10)
		return pytext.Contains(text, sub)
	case *Dict:
		_, ok := c.Get(th, item)
		return ok
	case *DictView:
		return c.has(th, item)
	case *Set:
		return c.has(th, item)
	case Bytes:
		return bytesContain(th, string(c), item)
	case *Range:
		if n := numberOf(item); n.form != notNumber {
			return c.has(n)
		}
	case *Undefined:
		c.mustPass(th)
		return false
	case *List, *Tuple, *Iterator, Iterable:
	default:
		Raise(TypeError, "argument of type '%s' is not iterable", container.TypeName())
	}
	return containsElement(th, Iterate(th, container), item)
}

// containsElement turns an iterator until an element is equal.
func containsElement(th *Thread, it Iter, item Value) bool {
	for {
		e, ok := it.Next()
		if !ok {
			return false
		}
		th.Step()
		if Equal(th, e, item) {
			return true
		}
	}
}

// bytesContain looks for bytes in bytes, or for one byte as an integer.
func bytesContain(th *Thread, b string, item Value) bool {
	th.Charge(len(b) >> 10)
	if sub, ok := item.(Bytes); ok {
		return pytext.Contains(b, string(sub))
	}
	return strings.IndexByte(b, oneByte(item)) >= 0
}

// has tells whether a number is in the range.
func (r *Range) has(n number) bool {
	_, ok := r.indexOf(n)
	return ok
}

// indexOf gives the place of a number in the range.
func (r *Range) indexOf(n number) (int64, bool) {
	switch n.form {
	case float:
		if n.f != float64(int64(n.f)) || n.f < -exact || n.f > exact {
			return 0, false
		}
		n.i = int64(n.f)
	case large:
		return 0, false
	}
	size := r.Len()
	if size == 0 {
		return 0, false
	}
	i := (n.i - r.Start) / r.Step
	return i, i >= 0 && i < size && int64(r.At(i)) == n.i
}
