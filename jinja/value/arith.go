package value

import (
	"math"
	"math/big"
)

// Add is Python's a + b: sums, and texts, lists and tuples put together. A
// Markup escapes the text it is added to. It raises for operands that do not
// add, and a Limit before it makes an integer that is too large.
func Add(th *Thread, a, b Value) Value {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			if sum := x + y; (sum > x) == (y > 0) {
				return sum
			}
		}
	}
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.form == notNumber || y.form == notNumber:
		return concat(th, a, b)
	case x.form == float || y.form == float:
		return Float(x.float() + y.float())
	}
	th.allowBits(max(bitLen(x), bitLen(y)) + 1)
	return NewInt(new(big.Int).Add(x.big(), y.big()))
}

// Sub is Python's a - b.
func Sub(th *Thread, a, b Value) Value {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			if diff := x - y; (diff < x) == (y > 0) {
				return diff
			}
		}
	}
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.form == notNumber || y.form == notNumber:
		return setDifference(th, a, b)
	case x.form == float || y.form == float:
		return Float(x.float() - y.float())
	}
	th.allowBits(max(bitLen(x), bitLen(y)) + 1)
	return NewInt(new(big.Int).Sub(x.big(), y.big()))
}

// Mul is Python's a * b: products, and sequences repeated.
func Mul(th *Thread, a, b Value) Value {
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.form == notNumber || y.form == notNumber:
		return multiplied(th, a, b)
	case x.form == float || y.form == float:
		return Float(x.float() * y.float())
	case x.form == small && y.form == small:
		if p, ok := mulInt64(x.i, y.i); ok {
			return Int(p)
		}
	}
	th.allowBits(bitLen(x) + bitLen(y) - 1)
	th.Charge(bitLen(x) >> 6 * (bitLen(y) >> 6) >> 10)
	return NewInt(new(big.Int).Mul(x.big(), y.big()))
}

// mulInt64 multiplies and reports whether the product fits.
func mulInt64(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	p := a * b
	if p/b != a || a == -1 && b == math.MinInt64 || b == -1 && a == math.MinInt64 {
		return 0, false
	}
	return p, true
}

// Div is Python's a / b, always a float. The quotient of integers is rounded
// once, however large they are.
func Div(th *Thread, a, b Value) Value {
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.form == notNumber || y.form == notNumber:
		raiseOperands("/", a, b)
	case y.zero() && (x.form == float || y.form == float):
		Raise(Other, "float division by zero")
	case y.zero():
		Raise(Other, "division by zero")
	case x.form == float || y.form == float:
		return Float(x.float() / y.float())
	case x.exact() && y.exact():
		return Float(float64(x.i) / float64(y.i))
	}
	th.Charge(1 + bitLen(x)>>10)
	if x.zero() {
		return Float(math.Copysign(0, float64(y.big().Sign())))
	}
	f, _ := new(big.Rat).SetFrac(x.big(), y.big()).Float64()
	if math.IsInf(f, 0) {
		Raise(Overflow, "integer division result too large for a float")
	}
	return Float(f)
}

// exact tells whether the number is an integer that floats hold exactly.
func (x number) exact() bool { return x.form == small && -exact <= x.i && x.i <= exact }

// FloorDiv is Python's a // b, rounded down.
func FloorDiv(th *Thread, a, b Value) Value {
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.form == notNumber || y.form == notNumber:
		raiseOperands("//", a, b)
	case y.zero() && (x.form == float || y.form == float):
		Raise(Other, "float floor division by zero")
	case y.zero():
		Raise(Other, "integer division or modulo by zero")
	case x.form == float || y.form == float:
		q, _ := floatDivMod(x.float(), y.float())
		return Float(q)
	case x.form == small && y.form == small && x.i != math.MinInt64:
		q, r := x.i/y.i, x.i%y.i
		if r != 0 && (r < 0) != (y.i < 0) {
			q--
		}
		return Int(q)
	}
	q, _ := bigDivMod(th, x, y)
	return NewInt(q)
}

// Mod is Python's a % b: the remainder, with the divisor's sign; for a text,
// printf-style formatting as [Percent].
func Mod(th *Thread, a, b Value) Value {
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.form == notNumber || y.form == notNumber:
		switch a.(type) {
		case Str, Markup, Bytes:
			return Percent(th, a, b)
		}
		raiseOperands("%", a, b)
	case y.zero() && (x.form == float || y.form == float):
		Raise(Other, "float modulo")
	case y.zero():
		Raise(Other, "integer modulo by zero")
	case x.form == float || y.form == float:
		_, r := floatDivMod(x.float(), y.float())
		return Float(r)
	case x.form == small && y.form == small:
		if y.i == -1 {
			return Int(0)
		}
		r := x.i % y.i
		if r != 0 && (r < 0) != (y.i < 0) {
			r += y.i
		}
		return Int(r)
	}
	_, r := bigDivMod(th, x, y)
	return NewInt(r)
}

// bigDivMod divides integers with the quotient rounded down.
func bigDivMod(th *Thread, x, y number) (q, r *big.Int) {
	th.Charge(1 + bitLen(x)>>10)
	d := y.big()
	q, r = new(big.Int).QuoRem(x.big(), d, new(big.Int))
	if r.Sign() != 0 && r.Sign() != d.Sign() {
		q.Sub(q, big.NewInt(1))
		r.Add(r, d)
	}
	return q, r
}

// floatDivMod divides floats with the quotient rounded down to a whole float.
// The remainder is exact but for the correction of its sign, and zeros carry
// the sign that Python gives them.
func floatDivMod(x, y float64) (q, r float64) {
	r = math.Mod(x, y)
	div := (x - r) / y
	switch {
	case r == 0:
		r = math.Copysign(0, y)
	case (r < 0) != (y < 0):
		r += y
		div--
	}
	if div == 0 {
		return math.Copysign(0, x/y), r
	}
	q = math.Floor(div)
	if div-q > 0.5 {
		q++
	}
	return q, r
}

// Neg is Python's -a.
func Neg(th *Thread, a Value) Value {
	x := numberOf(a)
	switch {
	case x.form == small && x.i != math.MinInt64:
		return Int(-x.i)
	case x.integer():
		return NewInt(new(big.Int).Neg(x.big()))
	case x.form == float:
		return Float(-x.f)
	}
	raiseUnary("-", a)
	return nil
}

// Plus is Python's +a.
func Plus(th *Thread, a Value) Value {
	switch x := numberOf(a); x.form {
	case small:
		return Int(x.i)
	case notNumber:
		raiseUnary("+", a)
	}
	return a
}

// raiseUnary raises what a sign gives for an operand that is no number.
func raiseUnary(op string, a Value) {
	raiseUndefined(a)
	Raise(TypeError, "bad operand type for unary %s: '%s'", op, a.TypeName())
}

// raiseOperands raises what an operator gives for operands that it cannot
// handle.
func raiseOperands(op string, a, b Value) {
	raiseUndefined(a, b)
	Raise(TypeError, "unsupported operand type(s) for %s: '%s' and '%s'", op, a.TypeName(), b.TypeName())
}

// bitLen is the number of bits of an integer's absolute value.
func bitLen(x number) int {
	if x.form == large {
		return x.n.BitLen()
	}
	return big.NewInt(x.i).BitLen()
}

// allowBits raises a Limit if integers of n bits are too large for the thread,
// and charges for one.
func (th *Thread) allowBits(n int) {
	if n > th.limits.IntBits {
		Raise(Limit, "template makes an integer of more than %d bits", th.limits.IntBits)
	}
	th.Alloc(n >> 3)
}
