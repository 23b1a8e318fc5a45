package pytext

import (
	"math"
	"strconv"
	"strings"
)

// FormatFloat returns Python's repr (and str) of a float: the shortest digits
// that read back as f, an exponent from 1e16 on and below 1e-4.
func FormatFloat(f float64) string {
	if s, ok := nonFinite(f); ok {
		return s
	}
	return floatText(f, floatLayout{verb: 'r', point0: true})
}

// nonFinite returns the text of an infinity or NaN.
func nonFinite(f float64) (string, bool) {
	switch {
	case math.IsNaN(f):
		return "nan", true
	case math.IsInf(f, 1):
		return "inf", true
	case math.IsInf(f, -1):
		return "-inf", true
	}
	return "", false
}

// floatLayout says how floatText writes a finite float.
type floatLayout struct {
	verb   byte // 'e', 'f', 'g', or 'r' for the shortest digits that read back
	prec   int  // digits after the point, for 'g' significant digits; not for 'r'
	alt    bool // keep the decimal point, for 'g' the trailing zeros too
	point0 bool // end what would look like an integer in ".0"
}

// size returns how many bytes the text may have: at most 309 digits stand
// before the point.
func (l floatLayout) size() int { return addSizes(l.prec, 320) }

// floatText writes a finite float. Exponents have at least two digits.
func floatText(f float64, l floatLayout) string {
	if l.verb == 'e' || l.verb == 'f' {
		text := strconv.FormatFloat(f, l.verb, l.prec, 64)
		if l.alt && l.prec == 0 {
			mantissa, exp, ok := strings.Cut(text, "e")
			if text = mantissa + "."; ok {
				text += "e" + exp
			}
		}
		return text
	}
	prec, limit := -1, 16
	if l.verb == 'g' {
		limit = max(l.prec, 1)
		prec = limit - 1
		if l.point0 {
			limit--
		}
	}
	digits, exp := significant(f, prec)
	if l.verb != 'g' || !l.alt {
		digits = digits[:1] + strings.TrimRight(digits[1:], "0")
	}
	text := layDigits(digits, exp, limit, l)
	if math.Signbit(f) {
		return "-" + text
	}
	return text
}

// significant returns the digits of |f| without a point and the decimal
// exponent of the first. With prec < 0 they are the shortest that read back,
// else prec digits follow the first.
func significant(f float64, prec int) (digits string, exp int) {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(math.Abs(f), 'e', prec, 64), "e")
	exp, _ = strconv.Atoi(exponent) // always digits
	return strings.Replace(mantissa, ".", "", 1), exp
}

// layDigits sets the point into digits, or appends an exponent if that is below
// -4 or if more than limit digits would stand before the point.
func layDigits(digits string, exp, limit int, l floatLayout) string {
	if exp < -4 || exp >= limit {
		text := digits[:1]
		if len(digits) > 1 || l.alt {
			text += "." + digits[1:]
		}
		sign := "+"
		if exp < 0 {
			sign, exp = "-", -exp
		}
		if exp < 10 {
			sign += "0"
		}
		return text + "e" + sign + strconv.Itoa(exp)
	}
	if exp < 0 {
		return "0." + strings.Repeat("0", -exp-1) + digits
	}
	if whole := exp + 1; len(digits) > whole {
		return digits[:whole] + "." + digits[whole:]
	}
	text := digits + strings.Repeat("0", exp+1-len(digits))
	switch {
	case l.point0:
		return text + ".0"
	case l.alt:
		return text + "."
	}
	return text
}
