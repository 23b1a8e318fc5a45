package value

import (
	"math"
	"math/big"
)

// form is how a number is held.
type form uint8

const (
	notNumber form = iota
	small          // fits int64
	large          // *big.Int, beyond int64
	float
)

// number is a Value taken as a number; bools count as integers.
type number struct {
	form form
	i    int64
	n    *big.Int
	f    float64
}

func numberOf(v Value) number {
	switch v := v.(type) {
	case Int:
		return number{form: small, i: int64(v)}
	case Float:
		return number{form: float, f: float64(v)}
	case Bool:
		if v {
			return number{form: small, i: 1}
		}
		return number{form: small}
	case *BigInt:
		return number{form: large, n: &v.n}
	}
	return number{}
}

func (x number) integer() bool { return x.form == small || x.form == large }

// big gives an integer of either form.
func (x number) big() *big.Int {
	if x.form == large {
		return x.n
	}
	return big.NewInt(x.i)
}

func (x number) zero() bool {
	return x.form == small && x.i == 0 || x.form == float && x.f == 0
}

// float gives the nearest float. It raises Python's OverflowError for an
// integer beyond all floats.
func (x number) float() float64 {
	switch x.form {
	case small:
		return float64(x.i)
	case large:
		return bigFloat(x.n)
	}
	return x.f
}

func bigFloat(n *big.Int) float64 {
	f, _ := new(big.Float).SetInt(n).Float64()
	if math.IsInf(f, 0) {
		Raise(Overflow, "int too large to convert to float")
	}
	return f
}

// compareNumbers orders two numbers exactly, also an integer and a float that
// do not fit each other's form. ordered is false when one is NaN.
func compareNumbers(a, b number) (order int, ordered bool) {
	switch {
	case a.form == small && b.form == small:
		return compare(a.i, b.i), true
	case a.form == float && b.form == float:
		return compare(a.f, b.f), a.f == a.f && b.f == b.f
	case a.form == float:
		order, ordered = compareIntFloat(b, a.f)
		return -order, ordered
	case b.form == float:
		return compareIntFloat(a, b.f)
	}
	return a.big().Cmp(b.big()), true
}

// exact is the bound up to which every integer is a float.
const exact = 1 << 53

func compareIntFloat(a number, f float64) (order int, ordered bool) {
	switch {
	case f != f:
		return 0, false
	case math.IsInf(f, 0):
		return -compare(f, 0), true
	case a.form == small && -exact <= a.i && a.i <= exact:
		return compare(float64(a.i), f), true
	}
	floor := math.Floor(f)
	if c := a.big().Cmp(bigFromFloat(floor)); c != 0 || floor == f {
		return c, true
	}
	return -1, true
}

func compare[T int64 | float64 | int](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// index takes v as an index or a count: Python's __index__. It reports false
// for what is no integer; integers beyond an int are clamped.
func index(v Value) (int, bool) {
	switch v := v.(type) {
	case Int:
		return int(v), true
	case Bool:
		if v {
			return 1, true
		}
		return 0, true
	case *BigInt:
		if v.n.Sign() < 0 {
			return math.MinInt, true
		}
		return math.MaxInt, true
	}
	return 0, false
}

// mustIndex is index for arguments: it raises Python's TypeError for what is no
// integer and an OverflowError for what is too large.
func mustIndex(v Value) int {
	i, ok := index(v)
	if !ok {
		Raise(TypeError, "'%s' object cannot be interpreted as an integer", v.TypeName())
	}
	if _, large := v.(*BigInt); large {
		Raise(Overflow, "Python int too large to convert to C ssize_t")
	}
	return i
}

// The floats that are no numbers.
var (
	nan              = Float(math.NaN())
	infinity         = Float(math.Inf(1))
	negativeInfinity = Float(math.Inf(-1))
)
