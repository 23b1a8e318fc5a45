package value

import (
	"math/big"

	"bellhop/jinja/internal/pytext"
)

// FormatValue is Python's format(v, spec): numbers and texts by the format
// mini-language, other values only with an empty spec. It raises Python's
// errors for a spec that does not suit the value.
func FormatValue(th *Thread, v Value, spec string) string {
	if spec == "" {
		return ToText(th, v)
	}
	name := v.TypeName()
	th.Charge(1 + len(spec)>>6)
	switch v := v.(type) {
	case Str:
		return check(pytext.FormatStr(string(v), check(pytext.ParseSpec(spec, name)), charge(th)))
	case Markup:
		return check(pytext.FormatStr(string(v), check(pytext.ParseSpec(spec, name)), charge(th)))
	case Float:
		return check(pytext.FormatFloatSpec(float64(v), check(pytext.ParseSpec(spec, name)), charge(th)))
	case Int, Bool, *BigInt:
		return check(pytext.FormatInt(numberOf(v).big(), check(pytext.ParseSpec(spec, name)), charge(th)))
	}
	Raise(TypeError, "unsupported format string passed to %s.__format__", name)
	return ""
}

// truncated is Python's int(f).
func truncated(f float64) *big.Int {
	switch {
	case f != f:
		Raise(ValueError, "cannot convert float NaN to integer")
	case f-f != 0:
		Raise(Overflow, "cannot convert float infinity to integer")
	}
	n, _ := big.NewFloat(f).Int(nil)
	return n
}

// subscript is Python's v[key] with its errors.
func subscript(th *Thread, v, key Value) Value {
	if e, ok := item(th, v, key); ok {
		return e
	}
	switch v.(type) {
	case *Dict:
		Raise(Other, "%s", shortRepr(key))
	case *List, *Tuple, *Range, Bytes:
		if _, ok := index(key); !ok {
			Raise(TypeError, "%s indices must be integers or slices, not %s", v.TypeName(), key.TypeName())
		}
		Raise(Other, "%s index out of range", v.TypeName())
	case Str, Markup:
		Raise(TypeError, "string indices must be integers, not '%s'", key.TypeName())
	}
	Raise(TypeError, "'%s' object is not subscriptable", v.TypeName())
	return nil
}
