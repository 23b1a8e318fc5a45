package pytext

import (
	"fmt"
	"math"
	"strings"
)

// Spec is a parsed specification of Python's format mini-language:
// [[fill]align][sign][z][#][0][width][grouping][.precision][type].
type Spec struct {
	Fill     rune // a space if none is given
	Align    rune // '<', '>', '=', '^', or 0 for the type's own
	Sign     rune // '+', '-', ' ', or 0
	NoNeg0   bool // z: a zero that rounding made loses its minus
	Alt      bool // #
	Width    int  // in code points, or -1
	Grouping rune // ',', '_', or 0
	Prec     int  // or -1
	Type     rune // 0 only for a float without a type

	typeName string // of the formatted object, for errors
}

// ParseSpec parses what follows the colon of a replacement field. typeName is
// the Python type of the object to format: "float", "int" and "bool" have
// defaults of their own, all others count as str.
func ParseSpec(text, typeName string) (Spec, error) {
	spec := Spec{Fill: ' ', Width: -1, Prec: -1, Type: 's', typeName: typeName}
	rightAligned := true
	switch typeName {
	case "float":
		spec.Type = 0
	case "int", "bool":
		spec.Type = 'd'
	default:
		rightAligned = false
	}
	rest, filled := spec.cutAlign(text)
	spec.Sign, rest = cutAny(rest, "+- ")
	spec.NoNeg0, rest = cutFlag(rest, 'z')
	spec.Alt, rest = cutFlag(rest, '#')
	if zero, after := cutFlag(rest, '0'); zero && !filled {
		spec.Fill, rest = '0', after
		if spec.Align == 0 && rightAligned {
			spec.Align = '='
		}
	}
	var err error
	if spec.Width, rest, err = cutInt(rest); err != nil {
		return Spec{}, err
	}
	if rest, err = spec.cutGrouping(rest); err != nil {
		return Spec{}, err
	}
	if point, after := cutFlag(rest, '.'); point {
		if spec.Prec, rest, err = cutInt(after); err != nil {
			return Spec{}, err
		}
		if spec.Prec < 0 {
			return Spec{}, valueError("Format specifier missing precision")
		}
	}
	if rest != "" {
		r, size := DecodeRune(rest)
		if size < len(rest) {
			return Spec{}, valueError("Invalid format specifier '%s' for object of type '%s'", text, typeName)
		}
		spec.Type = r
	}
	return spec, spec.checkGrouping()
}

// cutAlign takes the alignment off text, with the fill if one stands before it.
func (spec *Spec) cutAlign(text string) (rest string, filled bool) {
	const aligns = "<>=^"
	fill, size := DecodeRune(text)
	if align, rest := cutAny(text[size:], aligns); align != 0 {
		spec.Fill, spec.Align = fill, align
		return rest, true
	}
	spec.Align, rest = cutAny(text, aligns)
	return rest, false
}

// cutGrouping takes the separator of thousands off text.
func (spec *Spec) cutGrouping(text string) (rest string, err error) {
	both := valueError("Cannot specify both ',' and '_'.")
	comma, rest := cutFlag(text, ',')
	if comma {
		spec.Grouping = ','
	}
	if underscore, after := cutFlag(rest, '_'); underscore {
		if comma {
			return "", both
		}
		spec.Grouping, rest = '_', after
		if strings.HasPrefix(rest, ",") {
			return "", both
		}
	}
	return rest, nil
}

// checkGrouping refuses a separator with a type that has no thousands.
func (spec *Spec) checkGrouping() error {
	if spec.Grouping == 0 || spec.Type == 0 || strings.ContainsRune("deEfFgG%", spec.Type) ||
		spec.Grouping == '_' && strings.ContainsRune("boxX", spec.Type) {
		return nil
	}
	return valueError("Cannot specify '%c' with %s.", spec.Grouping, quoteCode(spec.Type))
}

// unknownType returns the error for a type that the object does not have.
func (spec *Spec) unknownType() error {
	return valueError("Unknown format code %s for object of type '%s'", quoteCode(spec.Type), spec.typeName)
}

// quoteCode quotes a format code as the messages of the mini-language do.
func quoteCode(r rune) string {
	if r > ' ' && r < 0x80 {
		return "'" + string(r) + "'"
	}
	return fmt.Sprintf(`'\x%x'`, r)
}

// cutAny cuts the first code point off s if it is one of the ASCII choices.
func cutAny(s, choices string) (rune, string) {
	if s == "" || strings.IndexByte(choices, s[0]) < 0 {
		return 0, s
	}
	return rune(s[0]), s[1:]
}

// cutFlag cuts the flag off s if that begins with it.
func cutFlag(s string, flag byte) (bool, string) {
	if s == "" || s[0] != flag {
		return false, s
	}
	return true, s[1:]
}

// cutInt cuts a number in decimal digits of any script off s: -1 if there is
// none.
func cutInt(s string) (int, string, error) {
	n := -1
	for s != "" {
		r, size := DecodeRune(s)
		if !isDecimal(r) {
			break
		}
		digit := int(decimalValue(r))
		if n = max(n, 0); n > (math.MaxInt-digit)/10 {
			return 0, "", valueError("Too many decimal digits in format string")
		}
		n = n*10 + digit
		s = s[size:]
	}
	return n, s, nil
}
