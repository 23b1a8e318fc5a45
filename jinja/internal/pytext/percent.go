package pytext

import (
	"iter"
	"math"
	"math/big"
	"strings"
)

// PercentPiece is a part of a printf-style format: text or a conversion.
type PercentPiece struct {
	Literal    string
	Conversion *Conversion // nil for text
}

// Conversion is one conversion specifier of a printf-style format:
// %[(key)][flags][width][.precision][length]verb.
type Conversion struct {
	Key    string
	HasKey bool // a key, perhaps empty, was given

	Left  bool // -
	Plus  bool // +
	Space bool // space
	Alt   bool // #
	Zero  bool // 0

	Width    int  // in code points, 0 if none is given
	WidthArg bool // the width is the next argument: see [Conversion.SetWidth]
	Prec     int  // -1 if none is given
	PrecArg  bool // the precision is the next argument: see [Conversion.SetPrec]

	Verb  rune // what stands at the end; any code point
	Index int  // code point index of the verb in the format
}

// SetWidth sets a width that was an argument. A negative one aligns left.
func (c *Conversion) SetWidth(n int) {
	if n < 0 {
		c.Left = true
		n = max(n, -math.MaxInt)
		n = -n
	}
	c.Width = n
}

// SetPrec sets a precision that was an argument. A negative one counts as zero.
func (c *Conversion) SetPrec(n int) { c.Prec = max(n, 0) }

// PercentPieces parses a printf-style format piece by piece, as Python does,
// so that errors come in Python's order. mapping says whether the argument is a
// mapping, without which a key is a TypeError. "%%" is the text "%", but what
// has a '%' for its verb otherwise, such as "%5%", is a conversion.
//
// The sequence ends with the first error. The piece beside it holds what was
// read of its conversion: a key or stars in there take their arguments, with
// errors of their own, before the error.
func PercentPieces(format string, mapping bool) iter.Seq2[PercentPiece, error] {
	return func(yield func(PercentPiece, error) bool) {
		p := percentParser{rest: format}
		for p.rest != "" {
			piece, err := p.piece(mapping)
			if !yield(piece, err) || err != nil {
				return
			}
		}
	}
}

// percentParser reads a format from the left.
type percentParser struct {
	rest  string
	index int // code points read
}

// piece reads the text or the conversion that the format goes on with.
func (p *percentParser) piece(mapping bool) (PercentPiece, error) {
	literal, _, _ := strings.Cut(p.rest, "%")
	switch {
	case literal != "":
		p.index += RuneCount(literal)
		p.rest = p.rest[len(literal):]
		return PercentPiece{Literal: literal}, nil
	case strings.HasPrefix(p.rest, "%%"):
		p.skip(2)
		return PercentPiece{Literal: "%"}, nil
	}
	c, err := p.conversion(mapping)
	return PercentPiece{Conversion: c}, err
}

// conversion reads the conversion that the format goes on with.
func (p *percentParser) conversion(mapping bool) (*Conversion, error) {
	c := &Conversion{Prec: -1}
	p.skip(1)
	if strings.HasPrefix(p.rest, "(") {
		if err := p.key(c, mapping); err != nil {
			return c, err
		}
	}
	p.flags(c)
	var err error
	if c.Width, c.WidthArg, err = p.number(math.MaxInt, "width too big"); err != nil {
		return c, err
	}
	if strings.HasPrefix(p.rest, ".") {
		p.skip(1)
		if c.Prec, c.PrecArg, err = p.number(math.MaxInt32, "precision too big"); err != nil {
			return c, err
		}
	}
	if p.rest != "" && strings.IndexByte("hlL", p.rest[0]) >= 0 {
		p.skip(1)
	}
	if p.rest == "" {
		return c, valueError("incomplete format")
	}
	r, size := DecodeRune(p.rest)
	c.Verb, c.Index = r, p.index
	p.rest = p.rest[size:]
	p.index++
	return c, nil
}

// skip goes past n ASCII characters.
func (p *percentParser) skip(n int) {
	p.rest = p.rest[n:]
	p.index += n
}

// key reads a key, which may have balanced parentheses in it.
func (p *percentParser) key(c *Conversion, mapping bool) error {
	if !mapping {
		return typeError("format requires a mapping")
	}
	open := 0
	for i := range len(p.rest) {
		switch p.rest[i] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			c.Key, c.HasKey = p.rest[1:i], true
			p.index += RuneCount(p.rest[:i+1])
			p.rest = p.rest[i+1:]
			return nil
		}
	}
	return valueError("incomplete format key")
}

func (p *percentParser) flags(c *Conversion) {
	for ; p.rest != ""; p.skip(1) {
		switch p.rest[0] {
		case '-':
			c.Left = true
		case '+':
			c.Plus = true
		case ' ':
			c.Space = true
		case '#':
			c.Alt = true
		case '0':
			c.Zero = true
		default:
			return
		}
	}
}

// number reads digits up to limit or a star.
func (p *percentParser) number(limit int, tooBig string) (n int, star bool, err error) {
	if strings.HasPrefix(p.rest, "*") {
		p.skip(1)
		return 0, true, nil
	}
	for ; p.rest != "" && p.rest[0] >= '0' && p.rest[0] <= '9'; p.skip(1) {
		digit := int(p.rest[0] - '0')
		if n > (limit-digit)/10 {
			return 0, false, valueError("%s", tooBig)
		}
		n = n*10 + digit
	}
	return n, false, nil
}

// UnsupportedVerb returns the ValueError for a verb that Python does not know.
// It comes after the error for a missing argument.
func (c *Conversion) UnsupportedVerb() error {
	shown := c.Verb
	if shown < ' ' || shown > '~' {
		shown = '?'
	}
	return valueError("unsupported format character '%c' (0x%x) at index %d", shown, c.Verb, c.Index)
}

// FormatText formats a text for the verbs s, r and a, already converted, or the
// one character of the verb c, to which the precision does not apply.
func (c *Conversion) FormatText(s string, charge Charge) string {
	if c.Prec >= 0 && c.Verb != 'c' {
		s = truncateRunes(s, c.Prec)
	}
	return c.fill("", s, RuneCount(s), false, charge)
}

// FormatChar formats the code point n for the verb c.
func (c *Conversion) FormatChar(n *big.Int, charge Charge) (string, error) {
	if !isCodePoint(n) {
		return "", overflowError("%c arg not in range(0x110000)")
	}
	return c.FormatText(RuneString(rune(n.Int64())), charge), nil
}

// FormatInt formats n for the verbs d, i, u, o, x and X, and for those of
// floats, which convert it. The precision is the least number of digits.
func (c *Conversion) FormatInt(n *big.Int, charge Charge) (string, error) {
	if strings.ContainsRune("eEfFgG", c.Verb) {
		f, err := intToFloat(n)
		if err != nil {
			return "", err
		}
		return c.FormatFloat(f, charge), nil
	}
	if c.Prec > math.MaxInt32-3 {
		return "", overflowError("precision too large")
	}
	digits, prefix, err := intDigits(n, c.Verb, charge)
	if err != nil {
		return "", err
	}
	sign := signOf(n.Sign() < 0, c.plus())
	if c.Alt {
		sign += prefix
	}
	if missing := c.Prec - len(digits); missing > 0 {
		digits = pad(digits, missing, 0, "0", charge)
	}
	return c.fill(sign, digits, len(digits), c.Zero, charge), nil
}

// FormatFloat formats f for the verbs e, E, f, F, g and G.
func (c *Conversion) FormatFloat(f float64, charge Charge) string {
	l := floatLayout{verb: byte(c.Verb | 0x20), prec: c.Prec, alt: c.Alt}
	if l.prec < 0 {
		l.prec = 6
	}
	num := floatNumeral(f, l, c.plus(), charge)
	if c.Verb == 'E' || c.Verb == 'F' || c.Verb == 'G' {
		num.rest = strings.ToUpper(num.rest)
	}
	text := num.digits + num.rest
	return c.fill(num.sign, text, len(text), c.Zero, charge)
}

// plus returns the sign of numbers that are not negative, or 0.
func (c *Conversion) plus() rune {
	switch {
	case c.Plus:
		return '+'
	case c.Space:
		return ' '
	}
	return 0
}

// fill fills a text of count code points up to the width; zeros go behind the
// sign and never to the right.
func (c *Conversion) fill(sign, s string, count int, zeros bool, charge Charge) string {
	spec := Spec{Fill: ' ', Align: '>', Width: c.Width}
	switch {
	case c.Left:
		spec.Align = '<'
	case zeros:
		spec.Fill, spec.Align = '0', '='
	}
	return align(s, sign, count, spec, '>', charge)
}
