package value

import (
	"math"
	"strings"

	"bellhop/jinja/internal/pytext"
)

// Percent is Python's format % arg for text and bytes: printf-style formatting
// with one value, a tuple of them, or a mapping for conversions with keys. A
// Markup escapes what it puts in and stays Markup.
func Percent(th *Thread, format, arg Value) Value {
	p := percenter{th: th, mapping: isMapping(arg), arg: arg, args: []Value{arg}}
	if t, ok := arg.(*Tuple); ok {
		p.args = t.items
	}
	switch f := format.(type) {
	case Markup:
		p.escape = true
		return Markup(p.format(string(f)))
	case Bytes:
		p.bytes = true
		if _, ok := arg.(Bytes); ok {
			p.mapping = false
		}
		return textBytes(th, p.format(bytesText(th, string(f))))
	}
	text, _ := Text(format)
	return Str(p.format(text))
}

// isMapping tells whether Python takes a value for a mapping here: what has
// items, but for tuples and texts.
func isMapping(v Value) bool {
	switch v.(type) {
	case *Dict, *List, *Range, Bytes, *Undefined, Indexer:
		return true
	}
	return false
}

// percenter is one formatting.
type percenter struct {
	th      *Thread
	arg     Value
	args    []Value // what is still to be formatted
	mapping bool
	escape  bool // the format is Markup
	bytes   bool // the format stands for bytes, see bytesText
}

func (p *percenter) format(format string) string {
	p.th.Charge(len(format) >> 10)
	var out []byte
	for piece, err := range pytext.PercentPieces(format, p.mapping) {
		p.th.Step()
		text := piece.Literal
		if c := piece.Conversion; c != nil {
			p.prepare(c)
			if err != nil {
				RaiseText(err)
			}
			text = p.convert(c)
		}
		out = append(p.th.grow(out, len(text)), text...)
	}
	if len(p.args) > 0 && !p.mapping {
		Raise(TypeError, "not all arguments converted during string formatting")
	}
	return string(out)
}

// next takes an argument.
func (p *percenter) next() Value {
	if len(p.args) == 0 {
		Raise(TypeError, "not enough arguments for format string")
	}
	v := p.args[0]
	p.args = p.args[1:]
	return v
}

// prepare takes the arguments of a conversion that come before its value.
func (p *percenter) prepare(c *pytext.Conversion) {
	if c.HasKey {
		var key Value = Str(c.Key)
		if p.bytes {
			key = textBytes(p.th, c.Key)
		}
		p.args = []Value{subscript(p.th, p.arg, key)}
	}
	if c.WidthArg {
		c.SetWidth(p.star(math.MaxInt, "ssize_t"))
	}
	if c.PrecArg {
		c.SetPrec(p.star(math.MaxInt32, "int"))
	}
}

// star takes an argument that is a width or a precision, which must fit a C
// type.
func (p *percenter) star(most int, ctype string) int {
	v := p.next()
	n, ok := index(v)
	if !ok || p.escape {
		Raise(TypeError, "* wants int")
	}
	if _, large := v.(*BigInt); large || n > most || n < -most-1 {
		Raise(Overflow, "Python int too large to convert to C %s", ctype)
	}
	return n
}

func (p *percenter) convert(c *pytext.Conversion) string {
	if *c == (pytext.Conversion{Prec: -1, Verb: '%', Index: c.Index}) {
		return "%"
	}
	v := p.next()
	if p.bytes && strings.ContainsRune("bsrc", c.Verb) {
		return p.convertBytes(c, v)
	}
	switch c.Verb {
	case 's':
		return c.FormatText(p.safe(ToText(p.th, v), v), charge(p.th))
	case 'r':
		return c.FormatText(p.safe(Repr(p.th, v), nil), charge(p.th))
	case 'a':
		text := asciiRepr(p.th, v)
		if p.escape {
			text = escapeNonASCII(p.th, p.safe(Repr(p.th, v), nil))
		}
		return c.FormatText(text, charge(p.th))
	case 'c':
		return p.char(c, v)
	case 'd', 'i', 'u':
		return p.decimal(c, v)
	case 'o', 'x', 'X':
		return p.integer(c, v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		return c.FormatFloat(p.float(v), charge(p.th))
	}
	RaiseText(c.UnsupportedVerb())
	return ""
}

// convertBytes is what differs in the conversions of bytes: %r is %a, %s takes
// bytes only and is %b as well, a character is a byte.
func (p *percenter) convertBytes(c *pytext.Conversion, v Value) string {
	b, isBytes := v.(Bytes)
	switch {
	case c.Verb == 'r':
		return c.FormatText(asciiRepr(p.th, v), charge(p.th))
	case c.Verb == 'c' && isBytes && len(b) == 1:
	case c.Verb == 'c':
		i, ok := index(v)
		if !ok {
			Raise(TypeError, "%%c requires an integer in range(256) or a single byte")
		}
		if i < 0 || i > 255 {
			Raise(Overflow, "%%c arg not in range(256)")
		}
		b = Bytes([]byte{byte(i)})
	case !isBytes:
		Raise(TypeError, "%%b requires a bytes-like object, not '%s'", v.TypeName())
	}
	return c.FormatText(bytesText(p.th, string(b)), charge(p.th))
}

// safe escapes a text that stands for v if the format is Markup and v is not.
func (p *percenter) safe(text string, v Value) string {
	if !p.escape {
		return text
	}
	switch v.(type) {
	case Markup, HTMLer:
		return string(Escape(p.th, v))
	}
	return EscapeText(p.th, text)
}

// char formats one character or code point.
func (p *percenter) char(c *pytext.Conversion, v Value) string {
	if s, ok := Text(v); ok && !p.escape && pytext.RuneCount(s) == 1 {
		return c.FormatText(s, charge(p.th))
	}
	n := numberOf(v)
	if !n.integer() || p.escape {
		Raise(TypeError, "%%c requires int or char")
	}
	return check(c.FormatChar(n.big(), charge(p.th)))
}

// decimal formats any number as an integer, and in Markup a text, too.
func (p *percenter) decimal(c *pytext.Conversion, v Value) string {
	n := numberOf(v)
	switch s, isText := digitsOf(v); {
	case n.integer():
		return check(c.FormatInt(n.big(), charge(p.th)))
	case n.form == float:
		return check(c.FormatInt(truncated(n.f), charge(p.th)))
	case isText && p.escape:
		p.th.Charge(len(s) >> 6)
		return check(c.FormatInt(check(pytext.ParseInt(s, 10)), charge(p.th)))
	}
	raiseUndefined(v)
	Raise(TypeError, "%%%c format: a real number is required, not %s", c.Verb, v.TypeName())
	return ""
}

// digitsOf gives what Python's int and float read as text.
func digitsOf(v Value) (string, bool) {
	if b, ok := v.(Bytes); ok {
		return string(b), true
	}
	return Text(v)
}

// integer formats integers only: Python asks for __index__ here.
func (p *percenter) integer(c *pytext.Conversion, v Value) string {
	n := numberOf(v)
	if !n.integer() || p.escape {
		Raise(TypeError, "%%%c format: an integer is required, not %s", c.Verb, v.TypeName())
	}
	return check(c.FormatInt(n.big(), charge(p.th)))
}

// float takes any number, and in Markup a text, too.
func (p *percenter) float(v Value) float64 {
	n := numberOf(v)
	switch s, isText := digitsOf(v); {
	case n.form != notNumber:
		return n.float()
	case isText && p.escape:
		p.th.Charge(len(s) >> 6)
		return check(pytext.ParseFloat(s))
	case !p.bytes:
		raiseUndefined(v)
	}
	Raise(TypeError, "must be real number, not %s", v.TypeName())
	return 0
}
