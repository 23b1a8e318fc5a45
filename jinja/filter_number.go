package jinja

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"bellhop/jinja/internal/pytext"
	"bellhop/jinja/value"
)

// maxDigits is the longest text that Python turns into an integer.
const maxDigits = 4300

// parseInt is Python's int(s, base) on text.
func (st *state) parseInt(s string, base int) value.Value {
	if pytext.RuneCount(s) > maxDigits && base&(base-1) != 0 {
		value.Raise(value.ValueError, "Exceeds the limit (%d digits) for integer string conversion", maxDigits)
	}
	st.th.Alloc(len(s))
	n, err := pytext.ParseInt(s, base)
	raised(err)
	return value.NewInt(n)
}

// parseFloat is Python's float(s) on text.
func (st *state) parseFloat(s string) float64 {
	st.th.Alloc(len(s))
	f, err := pytext.ParseFloat(s)
	raised(err)
	return f
}

// toFloat is Python's float(v).
func (st *state) toFloat(v value.Value) float64 {
	switch v := v.(type) {
	case value.Float:
		return float64(v)
	case value.Int:
		return float64(v)
	case value.Bool:
		if v {
			return 1
		}
		return 0
	case *value.BigInt:
		f, _ := new(big.Float).SetInt(v.Big()).Float64()
		if math.IsInf(f, 0) {
			value.Raise(value.Overflow, "int too large to convert to float")
		}
		return f
	case value.Str:
		return st.parseFloat(string(v))
	case value.Markup:
		return st.parseFloat(string(v))
	case value.Bytes:
		return st.parseFloat(string(v))
	case *value.Undefined:
		v.Raise()
	}
	value.Raise(value.TypeError, "float() argument must be a string or a real number, not '%s'", v.TypeName())
	return 0
}

// toInt is Python's int(v).
func (st *state) toInt(v value.Value) value.Value {
	switch v := v.(type) {
	case value.Int, *value.BigInt:
		return v
	case value.Bool:
		return value.Int(integer(v))
	case value.Float:
		return truncated(float64(v))
	case value.Bytes:
		return st.parseInt(string(v), 10)
	case *value.Undefined:
		v.Raise()
	}
	value.Raise(value.TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%s'", v.TypeName())
	return nil
}

// truncated is int(f).
func truncated(f float64) value.Value {
	switch {
	case math.IsNaN(f):
		value.Raise(value.ValueError, "cannot convert float NaN to integer")
	case math.IsInf(f, 0):
		value.Raise(value.Overflow, "cannot convert float infinity to integer")
	}
	n, _ := big.NewFloat(f).Int(nil)
	return value.NewInt(n)
}

// convertible runs a conversion and reports whether it worked. Only Python's
// TypeError and ValueError mean that it did not; anything else goes on.
func convertible(f func()) bool {
	err := value.Try(f)
	var raised *value.Error
	if err != nil && errors.As(err, &raised) && (raised.Kind == value.TypeError || raised.Kind == value.ValueError) {
		return false
	}
	if err != nil {
		panic(err)
	}
	return true
}

func filterInt(st *state, v value.Value, c value.Bound) (out value.Value) {
	if convertible(func() {
		if s, ok := value.Text(v); ok {
			out = st.parseInt(s, int(integer(c.Values[1])))
		} else {
			out = st.toInt(v)
		}
	}) {
		return out
	}
	if convertible(func() { out = truncated(st.toFloat(v)) }) {
		return out
	}
	return c.Values[0]
}

func filterFloat(st *state, v value.Value, c value.Bound) (out value.Value) {
	if convertible(func() { out = value.Float(st.toFloat(v)) }) {
		return out
	}
	return c.Values[0]
}

func filterAbs(st *state, v value.Value, _ value.Bound) value.Value {
	switch v := v.(type) {
	case value.Float:
		return value.Float(math.Abs(float64(v)))
	case value.Int, value.Bool, *value.BigInt:
		if value.Order(&st.th, value.LT, v, value.Int(0)) {
			return value.Neg(&st.th, v)
		}
		return value.Plus(&st.th, v)
	}
	value.Raise(value.TypeError, "bad operand type for abs(): '%s'", v.TypeName())
	return nil
}

func filterRound(st *state, v value.Value, c value.Bound) value.Value {
	precision := c.Values[0]
	switch method, _ := value.Text(c.Values[1]); method {
	case "common":
		return st.round(v, precision)
	case "ceil":
		return st.roundTo(v, precision, math.Ceil)
	case "floor":
		return st.roundTo(v, precision, math.Floor)
	}
	st.mustHash(c.Values[1]) // Python looks it up in a set
	value.Raise(value.Other, "method must be common, ceil or floor")
	return nil
}

// roundTo is func(v * 10**precision) / 10**precision.
func (st *state) roundTo(v, precision value.Value, f func(float64) float64) value.Value {
	unit := value.Pow(&st.th, value.Int(10), precision)
	var whole value.Value
	switch scaled := value.Mul(&st.th, v, unit).(type) {
	case value.Float:
		whole = truncated(f(float64(scaled)))
	case value.Int, *value.BigInt:
		whole = scaled
	default:
		value.Raise(value.TypeError, "must be real number, not %s", scaled.TypeName())
	}
	return value.Div(&st.th, whole, unit)
}

// round is Python's round(v, precision).
func (st *state) round(v, precision value.Value) value.Value {
	switch v := v.(type) {
	case value.Float:
		if precision == value.None {
			return truncated(math.RoundToEven(float64(v)))
		}
		return value.Float(roundFloat(float64(v), digits(precision)))
	case value.Int, value.Bool, *value.BigInt:
		whole := st.toInt(v)
		if precision == value.None || digits(precision) >= 0 {
			return whole
		}
		return st.roundInt(whole, -digits(precision))
	}
	value.Raise(value.TypeError, "type %s doesn't define __round__ method", v.TypeName())
	return nil
}

// digits is a precision, of which more than a few hundred makes no difference.
func digits(v value.Value) int {
	const most, least = 400, -400_000
	if n, big := v.(*value.BigInt); big {
		if n.Big().Sign() < 0 {
			return least
		}
		return most
	}
	return int(min(max(integer(v), least), most))
}

// roundFloat rounds to a number of decimals, half to even, exactly.
func roundFloat(f float64, decimals int) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 || decimals > 323 {
		return f
	}
	if decimals >= 0 {
		r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', decimals, 64), 64)
		if err != nil {
			value.Raise(value.Overflow, "rounded value too large to represent")
		}
		return r
	}
	if decimals < -309 {
		return math.Copysign(0, f)
	}
	n, _ := big.NewFloat(f).Int(nil)
	exact := new(big.Float).SetInt(n).Cmp(big.NewFloat(f)) == 0
	r, _ := new(big.Float).SetInt(roundHalfEven(n, -decimals, !exact)).Float64()
	if math.IsInf(r, 0) {
		value.Raise(value.Overflow, "rounded value too large to represent")
	}
	return math.Copysign(math.Abs(r), f)
}

func (st *state) roundInt(v value.Value, zeros int) value.Value {
	n := big.NewInt(0)
	switch v := v.(type) {
	case value.Int:
		n.SetInt64(int64(v))
	case *value.BigInt:
		n.Set(v.Big())
	}
	if zeros > len(n.Text(10)) {
		return value.Int(0)
	}
	return value.NewInt(roundHalfEven(n, zeros, false))
}

// roundHalfEven rounds n to a multiple of 10^zeros, half to even. more says
// that the number has a fraction beyond n, so that a half is more than one.
func roundHalfEven(n *big.Int, zeros int, more bool) *big.Int {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(zeros)), nil)
	sign := n.Sign()
	q, r := new(big.Int).QuoRem(new(big.Int).Abs(n), unit, new(big.Int))
	switch half := new(big.Int).Lsh(r, 1).Cmp(unit); {
	case half > 0, half == 0 && (more || q.Bit(0) == 1):
		q.Add(q, big.NewInt(1))
	}
	q.Mul(q, unit)
	if sign < 0 {
		q.Neg(q)
	}
	return q
}

// filterFilesizeformat prints a number of bytes with a decimal or binary prefix.
func filterFilesizeformat(st *state, v value.Value, c value.Bound) value.Value {
	size, base, infix := st.toFloat(v), 1000.0, ""
	letters := "kMGTPEZY"
	if value.Truth(&st.th, c.Values[0]) {
		base, infix, letters = 1024, "i", "KMGTPEZY"
	}
	switch {
	case size == 1:
		return value.Str("1 Byte")
	case size < base:
		return value.Str(value.ToText(&st.th, truncated(size)) + " Bytes")
	}
	// Python compares with the exact powers, which floats beyond 10^22 are not.
	unit := value.Value(value.Int(base))
	for i, letter := range letters {
		unit = value.Mul(&st.th, unit, value.Int(base))
		if i == len(letters)-1 || value.Order(&st.th, value.LT, value.Float(size), unit) {
			shown := st.toFloat(value.Div(&st.th, value.Float(base*size), unit))
			text := strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(shown, 'f', 1, 64)), "+") // inf, nan
			return value.Str(text + " " + string(letter) + infix + "B")
		}
	}
	return nil
}
