package value

import "math"

// concat is a + b where one is no number.
func concat(th *Thread, a, b Value) Value {
	switch x := a.(type) {
	case Str:
		switch y := b.(type) {
		case Str:
			th.Alloc(len(x) + len(y))
			return x + y
		case Markup:
			return joinMarkup(th, Escape(th, x), y)
		}
	case Markup:
		if _, ok := Text(b); ok {
			return joinMarkup(th, x, Escape(th, b))
		}
		raiseOperands("+", a, b)
	case Bytes:
		if y, ok := b.(Bytes); ok {
			th.Alloc(len(x) + len(y))
			return x + y
		}
		raiseUndefined(b)
		Raise(TypeError, "can't concat %s to bytes", b.TypeName())
	case *List:
		if y, ok := b.(*List); ok {
			return NewList(joinItems(th, x.Items(th), y.Items(th)))
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return NewTuple(joinItems(th, x.items, y.items)...)
		}
	default:
		raiseOperands("+", a, b)
	}
	raiseUndefined(b)
	name := a.TypeName()
	Raise(TypeError, "can only concatenate %s (not \"%s\") to %s", name, b.TypeName(), name)
	return nil
}

// joinMarkup puts together what is escaped already.
func joinMarkup(th *Thread, a, b Markup) Value {
	th.Alloc(len(a) + len(b))
	return a + b
}

func joinItems(th *Thread, a, b []Value) []Value {
	th.Alloc(valueSize * (len(a) + len(b)))
	return append(append(make([]Value, 0, len(a)+len(b)), a...), b...)
}

// multiplied is a * b where one is no number: a sequence times a count, in
// either order.
func multiplied(th *Thread, a, b Value) Value {
	switch {
	case repeatable(a) || isMarkup(a) && numberOf(b).integer():
		return repeatBy(th, a, b)
	case repeatable(b) || isMarkup(b) && numberOf(a).integer():
		return repeatBy(th, b, a)
	}
	raiseOperands("*", a, b)
	return nil
}

// isMarkup tells whether a value is Markup.
func isMarkup(v Value) bool {
	_, ok := v.(Markup)
	return ok
}

// repeatable tells whether a value is a sequence that Python repeats. Markup is
// not among them, as its class has a rule of its own.
func repeatable(v Value) bool {
	switch v.(type) {
	case Str, Bytes, *List, *Tuple:
		return true
	}
	return false
}

// repeatBy repeats a sequence. A negative count is zero.
func repeatBy(th *Thread, seq, count Value) Value {
	n, ok := index(count)
	if !ok {
		raiseUndefined(count)
		Raise(TypeError, "can't multiply sequence by non-int of type '%s'", count.TypeName())
	}
	if _, big := count.(*BigInt); big {
		Raise(Overflow, "cannot fit 'int' into an index-sized integer")
	}
	n = max(n, 0)
	switch s := seq.(type) {
	case Str:
		return Str(repeatText(th, string(s), n))
	case Markup:
		return Markup(repeatText(th, string(s), n))
	case Bytes:
		return Bytes(repeatText(th, string(s), n))
	case *List:
		return NewList(repeatItems(th, s.Items(th), n))
	case *Tuple:
		return NewTuple(repeatItems(th, s.items, n)...)
	}
	return nil
}

// repeatText charges for the text before it makes it.
func repeatText(th *Thread, s string, n int) string {
	if s == "" || n == 0 {
		return ""
	}
	size := times(len(s), n)
	th.Alloc(size)
	out := make([]byte, 0, size)
	for range n {
		out = append(out, s...)
	}
	return string(out)
}

// repeatItems repeats references: the items themselves are shared.
func repeatItems(th *Thread, items []Value, n int) []Value {
	size := times(len(items), n)
	th.Alloc(times(size, valueSize))
	out := make([]Value, 0, size)
	if size > 0 {
		for range n {
			out = append(out, items...)
		}
	}
	return out
}

// times multiplies sizes; math.MaxInt stands for all that is larger.
func times(a, b int) int {
	if a != 0 && b > math.MaxInt/a {
		return math.MaxInt
	}
	return a * b
}
