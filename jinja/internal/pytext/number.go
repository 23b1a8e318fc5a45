package pytext

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxIntDigits is the greatest number of decimal digits that Python converts
// between int and str (sys.set_int_max_str_digits). Bases that are powers of
// two have no limit.
const MaxIntDigits = 4300

// maxIntBits is the length of the greatest integer of MaxIntDigits digits.
const maxIntBits = 14285

// IntText returns the decimal text of n, or Python's ValueError if it has more
// than [MaxIntDigits] digits.
func IntText(n *big.Int) (string, error) {
	const refusal = "Exceeds the limit (4300 digits) for integer string conversion; " +
		"use sys.set_int_max_str_digits() to increase the limit"
	if n.IsInt64() {
		return strconv.FormatInt(n.Int64(), 10), nil
	}
	if n.BitLen() > maxIntBits {
		return "", valueError(refusal)
	}
	text := n.String()
	if len(strings.TrimPrefix(text, "-")) > MaxIntDigits {
		return "", valueError(refusal)
	}
	return text, nil
}

// ParseFloat is Python's float(s): surrounding white space, underscores between
// digits, decimal digits of any script, inf, infinity and nan are allowed.
// What is out of range is an infinity or zero, as in Python.
func ParseFloat(s string) (float64, error) {
	refused := func() error { return valueError("could not convert string to float: %s", Repr(s)) }
	text, ok := asciiNumber(s)
	if !ok {
		return 0, refused()
	}
	body := strings.TrimLeft(text, "+-")
	if len(text)-len(body) > 1 {
		return 0, refused()
	}
	switch strings.ToLower(body) {
	case "nan":
		return math.NaN(), nil // Go refuses one with a sign
	case "inf", "infinity":
	default:
		if !isFloatLiteral(body) {
			return 0, refused()
		}
	}
	// The only error left is a range, with an infinity as the result.
	f, _ := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return f, nil
}

// isFloatLiteral reports whether s is digits with a point and an exponent, each
// optional, and underscores only between digits.
func isFloatLiteral(s string) bool {
	mantissa, exp := s, "0"
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exp = s[:i], s[i+1:]
		if exp != "" && (exp[0] == '+' || exp[0] == '-') {
			exp = exp[1:]
		}
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	if point && whole == "" {
		whole = "0"
	} else if point && fraction == "" {
		fraction = "0"
	}
	return isDigits(whole) && (!point || isDigits(fraction)) && isDigits(exp)
}

// isDigits reports whether s is ASCII digits with single underscores between.
func isDigits(s string) bool {
	afterDigit := false
	for i := range len(s) {
		isDigit := '0' <= s[i] && s[i] <= '9'
		if !isDigit && (s[i] != '_' || !afterDigit) {
			return false
		}
		afterDigit = isDigit
	}
	return afterDigit
}

// ParseInt is Python's int(s, base) with a base of 0 (by prefix) or 2 to 36. It
// allows what [ParseFloat] allows around and in the digits and the prefixes 0b,
// 0o and 0x where they fit the base.
func ParseInt(s string, base int) (*big.Int, error) {
	if base < 0 || base == 1 || base > 36 {
		return nil, valueError("int() base must be >= 2 and <= 36, or 0")
	}
	refused := func() error {
		shown := truncateRunes(Repr(s), 200)
		return valueError("invalid literal for int() with base %d: %s", base, shown)
	}
	text, ok := asciiNumber(s)
	if !ok {
		return nil, refused()
	}
	negative := strings.HasPrefix(text, "-")
	if negative || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	text, radix, ok := cutPrefix(text, base)
	if !ok {
		return nil, refused()
	}
	digits, rest := scanDigits(text, radix)
	if radix&(radix-1) != 0 && len(digits) > MaxIntDigits {
		return nil, valueError("Exceeds the limit (%d digits) for integer string conversion: value has %d digits; "+
			"use sys.set_int_max_str_digits() to increase the limit", MaxIntDigits, len(digits))
	}
	if len(digits) == 0 || rest != "" {
		return nil, refused()
	}
	n := intOfDigits(digits, radix)
	if base == 0 && radix == 10 && digits[0] == 0 && n.Sign() != 0 {
		return nil, refused() // a C octal literal: neither 10 nor 8 is meant for sure
	}
	if negative {
		n.Neg(n)
	}
	return n, nil
}

// cutPrefix removes the prefix of a literal in the base and returns the base
// that the digits are in. An underscore may follow a prefix.
func cutPrefix(text string, base int) (digits string, radix int, ok bool) {
	radix = base
	if len(text) > 1 && text[0] == '0' {
		named := 0
		switch text[1] | 0x20 {
		case 'b':
			named = 2
		case 'o':
			named = 8
		case 'x':
			named = 16
		}
		if named != 0 && (base == named || base == 0) {
			return strings.TrimPrefix(text[2:], "_"), named, true
		}
	}
	if radix == 0 {
		radix = 10
	}
	return text, radix, !strings.HasPrefix(text, "_")
}

// scanDigits returns the values of the digits that text starts with, without
// the single underscores between them, and the rest of the text. The rest is
// not empty if an underscore stands wrong.
func scanDigits(text string, radix int) (digits []byte, rest string) {
	digits = make([]byte, 0, len(text))
	for i := range len(text) {
		if text[i] == '_' && i > 0 && i < len(text)-1 && text[i-1] != '_' {
			continue
		}
		v, ok := digitValue(text[i])
		if !ok || v >= radix {
			return digits, text[i:]
		}
		digits = append(digits, byte(v))
	}
	return digits, ""
}

func digitValue(c byte) (int, bool) {
	switch lower := c | 0x20; {
	case '0' <= c && c <= '9':
		return int(c - '0'), true
	case 'a' <= lower && lower <= 'z':
		return int(lower-'a') + 10, true
	}
	return 0, false
}

// intOfDigits returns the number that the digits, most significant first, make.
// [big.Int.SetString] takes quadratic time, so it serves only where the number
// of digits is limited; powers of two, which are not, are packed here.
func intOfDigits(digits []byte, radix int) *big.Int {
	if radix&(radix-1) != 0 {
		text := make([]byte, len(digits))
		for i, d := range digits {
			text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[d]
		}
		n, _ := new(big.Int).SetString(string(text), radix) // digits are checked
		return n
	}
	width := len(strconv.FormatInt(int64(radix-1), 2))
	packed := make([]byte, (len(digits)*width+7)/8) // big-endian
	for i, d := range digits {
		bit := (len(digits) - 1 - i) * width
		at := len(packed) - 1 - bit/8
		shifted := uint16(d) << (bit % 8)
		packed[at] |= byte(shifted)
		if high := byte(shifted >> 8); high != 0 {
			packed[at-1] |= high
		}
	}
	return new(big.Int).SetBytes(packed)
}

// asciiNumber trims white space and turns decimal digits of any script into
// ASCII ones. It fails on any other non-ASCII text. The separators \x1c to \x1f
// are no white space here, other than for str.strip.
func asciiNumber(s string) (string, bool) {
	isBlank := func(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' || r >= utf8.RuneSelf && IsSpace(r) }
	s = strings.TrimFunc(s, isBlank)
	if IsASCII(s) {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if r >= utf8.RuneSelf {
			if !isDecimal(r) {
				return "", false
			}
			r = '0' + decimalValue(r)
		}
		out = append(out, byte(r))
	}
	return string(out), true
}

// decimalValue returns the value of a decimal digit. Unicode keeps each
// script's ten digits together, and where its ranges touch they stay aligned.
func decimalValue(r rune) rune {
	for _, part := range unicode.Nd.R16 {
		if r <= rune(part.Hi) {
			return (r - rune(part.Lo)) % 10
		}
	}
	for _, part := range unicode.Nd.R32 {
		if r <= rune(part.Hi) {
			return (r - rune(part.Lo)) % 10
		}
	}
	return 0
}
