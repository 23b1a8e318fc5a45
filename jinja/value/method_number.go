package value

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// property reads an attribute that is no method.
type property = func(th *Thread, self Value) Value

// intMethods are the methods of int and bool.
var intMethods = tableOf(
	positional("as_integer_ratio", intRatio),
	positional("bit_count", intBitCount),
	positional("bit_length", intBitLength),
	positional("conjugate", intSelf),
	&Method{Signature{Name: "from_bytes", Params: byteParams("bytes"), KeyOnly: 1}, intFromBytes},
	&Method{Signature{Name: "to_bytes", Params: byteParams("length"), KeyOnly: 1}, intToBytes},
)

// intProperties make a bool an int, as real of Python's True is 1.
var intProperties = map[string]property{
	"real":        Plus,
	"numerator":   Plus,
	"imag":        func(*Thread, Value) Value { return Int(0) },
	"denominator": func(*Thread, Value) Value { return Int(1) },
}

// floatMethods are the methods of float.
var floatMethods = tableOf(
	positional("as_integer_ratio", floatRatio),
	positional("conjugate", func(_ *Thread, self Value, _ Bound) Value { return self }),
	positional("fromhex", floatFromHex, required("string")),
	positional("hex", floatHex),
	positional("is_integer", floatIsInteger),
)

var floatProperties = map[string]property{
	"real": Plus,
	"imag": func(*Thread, Value) Value { return Float(0) },
}

// rangeMethods are the methods of range.
var rangeMethods = tableOf(
	positional("count", seqCount, required("value")),
	positional("index", rangeIndex, required("value")),
)

var rangeProperties = map[string]property{
	"start": func(_ *Thread, self Value) Value { return Int(self.(*Range).Start) },
	"stop":  func(_ *Thread, self Value) Value { return Int(self.(*Range).Stop) },
	"step":  func(_ *Thread, self Value) Value { return Int(self.(*Range).Step) },
}

// generatorProperties are what the sandbox lets templates see of a generator.
var generatorProperties = map[string]property{
	"gi_running":   func(*Thread, Value) Value { return False },
	"gi_yieldfrom": func(*Thread, Value) Value { return None },
}

// byteParams are the parameters of to_bytes and from_bytes.
func byteParams(first string) []Param {
	p := required(first)
	if first == "length" {
		p = optional(first, Int(1))
	}
	return []Param{p, optional("byteorder", Str("big")), optional("signed", False)}
}

func intSelf(th *Thread, self Value, _ Bound) Value { return Plus(th, self) }

func intRatio(th *Thread, self Value, _ Bound) Value { return NewTuple(Plus(th, self), Int(1)) }

func intBitLength(_ *Thread, self Value, _ Bound) Value { return Int(bitLen(numberOf(self))) }

// intBitCount counts the ones of the absolute value.
func intBitCount(_ *Thread, self Value, _ Bound) Value {
	n := 0
	for _, word := range numberOf(self).big().Bits() {
		n += bits.OnesCount(uint(word))
	}
	return Int(n)
}

// littleEndian reads a byteorder argument.
func littleEndian(v Value) bool {
	switch textArg(v) {
	case "little":
		return true
	case "big":
		return false
	}
	Raise(ValueError, "byteorder must be either 'little' or 'big'")
	return false
}

// intToBytes is int.to_bytes: two's complement where the number is signed.
func intToBytes(th *Thread, self Value, c Bound) Value {
	size, little, signed := mustIndex(c.Values[0]), littleEndian(c.Values[1]), Truth(th, c.Values[2])
	if size < 0 {
		Raise(ValueError, "length argument must be non-negative")
	}
	th.Alloc(2 * min(size, math.MaxInt/16))
	n, room := numberOf(self).big(), 8*size
	switch {
	case n.Sign() < 0 && !signed:
		Raise(Overflow, "can't convert negative int to unsigned")
	case n.Sign() < 0 && new(big.Int).Not(n).BitLen() < room: // two's complement
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(room)))
	case n.Sign() < 0 || n.BitLen() > room || signed && n.BitLen() == room && room > 0:
		Raise(Overflow, "int too big to convert")
	}
	out := n.FillBytes(make([]byte, size))
	if little {
		slices.Reverse(out)
	}
	return Bytes(out)
}

// intFromBytes is int.from_bytes. Called on a bool it makes a bool.
func intFromBytes(th *Thread, self Value, c Bound) Value {
	little := littleEndian(c.Values[1])
	b := toBytes(th, c.Values[0])
	th.allowBits(times(len(b), 8))
	if little {
		slices.Reverse(b)
	}
	n := new(big.Int).SetBytes(b)
	if Truth(th, c.Values[2]) && len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	if _, ok := self.(Bool); ok {
		return Bool(n.Sign() != 0)
	}
	return NewInt(n)
}

// toBytes takes bytes, or integers that are bytes. The slice is the caller's.
func toBytes(th *Thread, v Value) []byte {
	switch v := v.(type) {
	case Bytes:
		th.Alloc(len(v))
		return []byte(v)
	case Str, Markup:
		Raise(TypeError, "cannot convert '%s' object to bytes", v.TypeName())
	}
	items := Collect(th, v)
	out := make([]byte, len(items))
	for i, item := range items {
		out[i] = oneByte(item)
	}
	return out
}

func floatIsInteger(_ *Thread, self Value, _ Bound) Value {
	f := float64(self.(Float))
	return Bool(f == math.Trunc(f) && !math.IsInf(f, 0))
}

// floatRatio gives the two integers whose quotient is exactly the float.
func floatRatio(_ *Thread, self Value, _ Bound) Value {
	r := new(big.Rat).SetFloat64(float64(self.(Float)))
	switch f := float64(self.(Float)); {
	case f != f:
		Raise(ValueError, "cannot convert NaN to integer ratio")
	case r == nil:
		Raise(Overflow, "cannot convert Infinity to integer ratio")
	}
	return NewTuple(NewInt(r.Num()), NewInt(r.Denom()))
}

// floatHex is float.hex: 13 hexadecimal digits after the point and a decimal
// exponent.
func floatHex(_ *Thread, self Value, _ Bound) Value {
	f := float64(self.(Float))
	switch {
	case math.IsInf(f, 0) || f != f:
		return Str(strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+"))
	case f == 0 && math.Signbit(f):
		return Str("-0x0.0p+0")
	case f == 0:
		return Str("0x0.0p+0")
	}
	fraction := math.Float64bits(f) & (1<<52 - 1)
	lead, exp := 1, int(math.Float64bits(f)>>52&0x7FF)-1023
	if exp == -1023 {
		lead, exp = 0, -1022
	}
	digits := strconv.FormatUint(1<<52|fraction, 16)[1:]
	text := "0x" + strconv.Itoa(lead) + "." + digits + "p"
	if exp >= 0 {
		text += "+"
	}
	if f < 0 {
		text = "-" + text
	}
	return Str(text + strconv.Itoa(exp))
}

// floatFromHex is float.fromhex.
func floatFromHex(th *Thread, _ Value, c Bound) Value {
	s := strings.ToLower(strings.TrimSpace(textArg(c.Values[0])))
	th.Alloc(len(s))
	sign, digits := "", s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, digits = s[:1], s[1:]
	}
	switch digits {
	case "inf", "infinity", "nan":
	default:
		digits = "0x" + strings.TrimPrefix(digits, "0x")
		if !strings.Contains(digits, "p") {
			digits += "p0"
		}
	}
	f, err := strconv.ParseFloat(sign+digits, 64)
	if math.IsInf(f, 0) && err != nil {
		Raise(Overflow, "hexadecimal value too large to represent as a float")
	}
	if err != nil || strings.Contains(digits, "_") {
		Raise(ValueError, "invalid hexadecimal floating-point string")
	}
	return Float(f)
}

// rangeIndex computes the place of a number instead of looking for it.
func rangeIndex(_ *Thread, self Value, c Bound) Value {
	if n := numberOf(c.Values[0]); n.form != notNumber {
		if i, ok := self.(*Range).indexOf(n); ok {
			return Int(i)
		}
	}
	Raise(ValueError, "%s is not in range", shortRepr(c.Values[0]))
	return nil
}
