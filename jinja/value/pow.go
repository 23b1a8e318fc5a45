package value

import (
	"math"
	"math/big"
)

// Pow is Python's a ** b. A negative exponent makes a float. It raises a Limit
// before it makes an integer that is too large, and an Other where Python
// would give a complex number.
func Pow(th *Thread, a, b Value) Value {
	x, y := numberOf(a), numberOf(b)
	switch {
	case x.form == notNumber || y.form == notNumber:
		raiseOperands("** or pow()", a, b)
	case x.integer() && y.integer() && !y.negative():
		return intPow(th, x, y)
	}
	return Float(floatPow(th, x.float(), y.float()))
}

func (x number) negative() bool {
	return x.form == small && x.i < 0 || x.form == large && x.n.Sign() < 0
}

// intPow raises an integer to a power that is not negative.
func intPow(th *Thread, x, y number) Value {
	if x.form == small && -1 <= x.i && x.i <= 1 {
		if x.i == -1 && y.big().Bit(0) == 0 || y.zero() {
			return Int(1)
		}
		return Int(x.i)
	}
	bits := math.MaxInt / 2
	if y.form == small {
		if size := lowerLog2(x) * float64(y.i); size < float64(bits) {
			bits = int(size)
		}
	}
	th.allowBits(bits)
	th.Charge(1 + (bits>>6)*(bits>>6)>>10)
	return NewInt(new(big.Int).Exp(x.big(), y.big(), nil))
}

// lowerLog2 is the logarithm of an integer's absolute value, rounded down
// where it is large.
func lowerLog2(x number) float64 {
	if x.form == small {
		return math.Log2(math.Abs(float64(x.i)))
	}
	return float64(x.n.BitLen() - 1)
}

// floatPow is Python's float power. Whatever the platform's math.Pow gives,
// the result is the float nearest to the true power, as a good C library's is.
func floatPow(th *Thread, x, y float64) float64 {
	r := math.Pow(x, y)
	switch {
	case x == 0 && y < 0:
		Raise(Other, "0.0 cannot be raised to a negative power")
	case math.IsInf(x, 0) || math.IsInf(y, 0) || x == 0 || y == 0 || x == 1 || x != x || y != y:
		return r
	case x < 0 && y != math.Trunc(y):
		Raise(Other, "the power is a complex number, which templates cannot hold")
	case math.IsInf(r, 0):
		Raise(Overflow, "(34, 'Numerical result out of range')")
	case r == 0:
		return r
	case y == 1:
		return x
	}
	th.Charge(16)
	exact := exactPow(math.Abs(x), y)
	if math.IsInf(exact, 0) {
		Raise(Overflow, "(34, 'Numerical result out of range')")
	}
	return math.Copysign(exact, r)
}

// powBits is the precision in which powers are computed before the one
// rounding: twice a float's, and room for the exponent.
const powBits = 192

// exactPow computes x**y = exp(y·ln x) for a positive x.
func exactPow(x, y float64) float64 {
	f, _ := bigExp(newBig(0).Mul(newBig(y), bigLog(x))).Float64()
	return f
}

// newBig is a number in the precision of powers.
func newBig(f float64) *big.Float { return new(big.Float).SetPrec(powBits).SetFloat64(f) }

// bigLog is the natural logarithm: e·ln 2 + 2·atanh((m-1)/(m+1)) for x = m·2^e.
func bigLog(x float64) *big.Float {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	z := newBig(0).Quo(newBig(m-1), newBig(0).Add(newBig(m), newBig(1)))
	sum := doubleAtanh(z)
	return sum.Add(sum, newBig(0).Mul(newBig(float64(e)), ln2()))
}

// ln2 is 2·atanh(1/3).
func ln2() *big.Float { return doubleAtanh(newBig(0).Quo(newBig(1), newBig(3))) }

// doubleAtanh sums 2·(z + z³/3 + z⁵/5 + …) for |z| ≤ 1/3.
func doubleAtanh(z *big.Float) *big.Float {
	square := newBig(0).Mul(z, z)
	power := newBig(0).Set(z)
	sum := newBig(0).Set(z)
	for k := 3.0; power.Sign() != 0; k += 2 {
		power.Mul(power, square)
		term := newBig(0).Quo(power, newBig(k))
		if term.Sign() == 0 || term.MantExp(nil) < sum.MantExp(nil)-powBits {
			break
		}
		sum.Add(sum, term)
	}
	return sum.Add(sum, sum)
}

// bigExp is e**v: v is reduced by multiples of ln 2 and by 2^-8, the rest is a
// Taylor series squared eight times.
func bigExp(v *big.Float) *big.Float {
	const halvings = 8
	n, _ := newBig(0).Quo(v, ln2()).Float64()
	n = math.Round(n)
	rest := newBig(0).Sub(v, newBig(0).Mul(newBig(n), ln2()))
	rest.SetMantExp(rest, -halvings)
	sum, term := newBig(1), newBig(1)
	for k := 1.0; term.Sign() != 0 && term.MantExp(nil) > -powBits; k++ {
		term.Mul(term, rest)
		term.Quo(term, newBig(k))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(n))
}
