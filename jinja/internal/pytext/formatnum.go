package pytext

import (
	"math"
	"math/big"
	"strings"
)

// FormatStr is Python's format of a str.
func FormatStr(s string, spec Spec, charge Charge) (string, error) {
	const where = "not allowed in string format specifier"
	switch {
	case spec.Type != 's':
		return "", spec.unknownType()
	case spec.Sign == ' ':
		return "", valueError("Space " + where)
	case spec.Sign != 0:
		return "", valueError("Sign " + where)
	case spec.NoNeg0:
		return "", valueError("Negative zero coercion (z) " + where)
	case spec.Alt:
		return "", valueError("Alternate form (#) " + where)
	case spec.Align == '=':
		return "", valueError("'=' alignment " + where)
	}
	if spec.Prec >= 0 {
		s = truncateRunes(s, spec.Prec)
	}
	return align(s, "", RuneCount(s), spec, '<', charge), nil
}

// align fills a text of count code points up to the width; what '=' fills goes
// behind the sign.
func align(s, sign string, count int, spec Spec, natural rune, charge Charge) string {
	missing := max(spec.Width, 0) - count - len(sign)
	if missing <= 0 {
		return sign + s
	}
	fill := RuneString(spec.Fill)
	how := spec.Align
	if how == 0 {
		how = natural
	}
	switch how {
	case '<':
		return pad(sign+s, 0, missing, fill, charge)
	case '^':
		return pad(sign+s, missing/2, missing-missing/2, fill, charge)
	case '=':
		return sign + pad(s, missing, 0, fill, charge)
	default:
		return pad(sign+s, missing, 0, fill, charge)
	}
}

// numeral is the text of a number in the parts that formatting tells apart.
type numeral struct {
	sign   string // with the prefix of the base
	digits string // before the point: what may be grouped
	rest   string // point, fraction, exponent, percent sign, or "inf" and "nan"
}

// FormatInt is Python's format of an int. The types of floats convert it, with
// an OverflowError if it is too large.
func FormatInt(n *big.Int, spec Spec, charge Charge) (string, error) {
	switch spec.Type {
	case 'b', 'c', 'd', 'n', 'o', 'x', 'X':
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		f, err := intToFloat(n)
		if err != nil {
			return "", err
		}
		return FormatFloatSpec(f, spec, charge)
	default:
		return "", spec.unknownType()
	}
	switch {
	case spec.Prec >= 0:
		return "", valueError("Precision not allowed in integer format specifier")
	case spec.NoNeg0:
		return "", valueError("Negative zero coercion (z) not allowed in integer format specifier")
	case spec.Type == 'c':
		return formatChar(n, spec, charge)
	}
	digits, prefix, err := intDigits(n, spec.Type, charge)
	if err != nil {
		return "", err
	}
	num := numeral{sign: signOf(n.Sign() < 0, spec.Sign), digits: digits}
	if spec.Alt {
		num.sign += prefix
	}
	return num.format(spec, charge), nil
}

// formatChar formats the code point n.
func formatChar(n *big.Int, spec Spec, charge Charge) (string, error) {
	switch {
	case spec.Sign != 0:
		return "", valueError("Sign not allowed with integer format specifier 'c'")
	case spec.Alt:
		return "", valueError("Alternate form (#) not allowed with integer format specifier 'c'")
	case !n.IsInt64():
		return "", overflowError("Python int too large to convert to C long")
	case !isCodePoint(n):
		return "", overflowError("%c arg not in range(0x110000)")
	}
	return align(RuneString(rune(n.Int64())), "", 1, spec, '>', charge), nil
}

func isCodePoint(n *big.Int) bool {
	return n.IsInt64() && n.Int64() >= 0 && n.Int64() <= 0x10FFFF
}

// intDigits returns the digits of |n| in the base of an integer type and the
// prefix of that base.
func intDigits(n *big.Int, verb rune, charge Charge) (digits, prefix string, err error) {
	base := 10
	switch verb {
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	}
	if base == 10 {
		digits, err = IntText(n)
	} else {
		charge.bytes(n.BitLen() + 1) // enough even for base 2
		digits = n.Text(base)
	}
	if verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	return strings.TrimPrefix(digits, "-"), prefix, err
}

// intToFloat rounds n to a float as Python's float(n).
func intToFloat(n *big.Int) (float64, error) {
	f, _ := new(big.Float).SetInt(n).Float64()
	if math.IsInf(f, 0) {
		return 0, overflowError("int too large to convert to float")
	}
	return f, nil
}

// FormatFloatSpec is Python's format of a float.
func FormatFloatSpec(f float64, spec Spec, charge Charge) (string, error) {
	verb := spec.Type
	l := floatLayout{prec: spec.Prec, alt: spec.Alt}
	percent := ""
	switch verb {
	case 0:
		l.verb, l.point0 = 'r', true
	case 'n':
		l.verb = 'g'
	case '%':
		l.verb, percent = 'f', "%"
		f *= 100
	case 'e', 'E', 'f', 'F', 'g', 'G':
		l.verb = byte(verb | 0x20)
	default:
		return "", spec.unknownType()
	}
	switch {
	case spec.Prec > math.MaxInt32:
		return "", valueError("precision too big")
	case spec.Prec < 0 && l.verb != 'r':
		l.prec = 6
	case spec.Prec >= 0 && l.verb == 'r':
		l.verb = 'g'
	}
	num := floatNumeral(f, l, spec.Sign, charge)
	if spec.NoNeg0 && strings.HasPrefix(num.sign, "-") && !strings.ContainsAny(num.digits+mantissaOf(num.rest), "123456789in") {
		num.sign = signOf(false, spec.Sign)
	}
	num.rest += percent
	if verb == 'E' || verb == 'F' || verb == 'G' {
		num.rest = strings.ToUpper(num.rest)
	}
	return num.format(spec, charge), nil
}

// mantissaOf returns a numeral's rest without the exponent.
func mantissaOf(rest string) string {
	mantissa, _, _ := strings.Cut(rest, "e")
	return mantissa
}

// floatNumeral writes f in a layout and takes the text apart.
func floatNumeral(f float64, l floatLayout, plus rune, charge Charge) numeral {
	text, special := nonFinite(f)
	if !special {
		charge.bytes(l.size())
		text = floatText(f, l)
	}
	body, negative := strings.CutPrefix(text, "-")
	whole := indexFunc(body, func(r rune) bool { return r < '0' || r > '9' })
	return numeral{signOf(negative, plus), body[:whole], body[whole:]}
}

// signOf returns the sign to print: a minus, or what plus asks for instead.
func signOf(negative bool, plus rune) string {
	switch {
	case negative:
		return "-"
	case plus == '+' || plus == ' ':
		return string(plus)
	}
	return ""
}

// format groups and aligns the number. Zeros that fill are grouped too.
func (n numeral) format(spec Spec, charge Charge) string {
	size := 3
	if strings.ContainsRune("boxX", spec.Type) {
		size = 4
	}
	digits := len(n.digits)
	if spec.Fill == '0' && spec.Align == '=' && digits > 0 {
		digits = max(digits, spec.Width-len(n.sign)-len(n.rest))
		if spec.Grouping != 0 {
			digits = max(len(n.digits), digitsFor(digits, size))
		}
	}
	charge.bytes(addSizes(mulSizes(digits, 2), len(n.rest)))
	text := strings.Repeat("0", digits-len(n.digits)) + n.digits
	if spec.Grouping != 0 {
		text = group(text, byte(spec.Grouping), size)
	}
	text += n.rest
	return align(text, n.sign, len(text), spec, '>', charge)
}

// digitsFor returns how many digits fill at least width with separators between
// groups of size. No separator stands first, so that one more may be needed.
func digitsFor(width, size int) int {
	n := width - width/(size+1)
	if n > 0 && n+(n-1)/size < width {
		n++
	}
	return n
}

// group puts separators between groups of size digits.
func group(digits string, separator byte, size int) string {
	var out strings.Builder
	out.Grow(len(digits) + len(digits)/size)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%size == 0 {
			out.WriteByte(separator)
		}
		out.WriteByte(digits[i])
	}
	return out.String()
}
