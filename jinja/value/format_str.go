package value

import "bellhop/jinja/internal/pytext"

// Format is str.format in Jinja2's sandbox: the attributes and items that its
// fields name are those that a template may see. A Markup escapes what it puts
// in and stays Markup.
func Format(th *Thread, format Value, args Args) Value {
	f := formatter{th: th, args: args.Pos, lookup: func(name string) (Value, bool) {
		for i, n := range args.Names {
			if n == name {
				return args.Named[i], true
			}
		}
		return nil, false
	}}
	return f.run(format)
}

// FormatMap is str.format_map in Jinja2's sandbox.
func FormatMap(th *Thread, format, mapping Value) Value {
	f := formatter{th: th, lookup: func(name string) (Value, bool) {
		return subscript(th, mapping, Str(name)), true
	}}
	return f.run(format)
}

// formatter is one call of str.format.
type formatter struct {
	th     *Thread
	args   []Value
	lookup func(name string) (Value, bool)
	escape bool // the format is Markup

	auto   int  // the next argument of an unnamed field
	manual bool // a field was numbered
}

// formatDepth is how deep fields may stand in the specifications of others. The
// innermost cannot even have an empty one, so that they fail at this depth.
const formatDepth = 2

func (f *formatter) run(format Value) Value {
	text, _ := Text(format)
	if _, ok := format.(Markup); ok {
		f.escape = true
		return Markup(f.format(text, formatDepth))
	}
	return Str(f.format(text, formatDepth))
}

// format replaces the fields of a text, in which depth more levels of fields
// may stand in specifications.
func (f *formatter) format(text string, depth int) string {
	f.th.Charge(len(text) >> 10)
	var out []byte
	for piece, err := range pytext.FormatPieces(text) {
		if err != nil {
			RaiseText(err)
		}
		f.th.Step()
		out = append(f.th.grow(out, len(piece.Literal)), piece.Literal...)
		if piece.Field == nil {
			continue
		}
		field := f.field(piece.Field, depth)
		out = append(f.th.grow(out, len(field)), field...)
	}
	return string(out)
}

// field gives the text of a replacement field.
func (f *formatter) field(field *pytext.Field, depth int) string {
	v := f.value(f.number(field.Name))
	switch field.Conversion {
	case 0:
	case 's':
		v = Str(ToText(f.th, v))
	case 'r':
		v = Str(Repr(f.th, v))
	case 'a':
		v = Str(asciiRepr(f.th, v))
	default:
		Raise(ValueError, "Unknown conversion specifier %s", pytext.RuneString(field.Conversion))
	}
	if depth == 0 {
		Raise(ValueError, "Max string recursion exceeded")
	}
	spec := ""
	if field.Spec != "" {
		spec = f.format(field.Spec, depth-1)
	}
	if !f.escape {
		return FormatValue(f.th, v, spec)
	}
	return f.escaped(v, spec)
}

// escaped formats a value for Markup.
func (f *formatter) escaped(v Value, spec string) string {
	switch v := v.(type) {
	case Markup:
		if spec != "" {
			Raise(ValueError, "Unsupported format specification for Markup.")
		}
		return string(v)
	case HTMLer:
		if spec != "" {
			Raise(ValueError, "Format specifier %s given, but %s does not define __html_format__.", spec, v.TypeName())
		}
		return string(v.HTML(f.th))
	}
	return EscapeText(f.th, FormatValue(f.th, v, spec))
}

// number gives an unnamed field the number of the next argument. The two ways
// of numbering must not be mixed.
func (f *formatter) number(name string) string {
	const mixed = "cannot switch from manual field specification to automatic field numbering"
	switch {
	case name == "":
		if f.manual {
			Raise(ValueError, mixed)
		}
		f.auto++
		return string(AppendText(f.th, nil, Int(f.auto-1)))
	case pytext.IsDigit(name):
		if f.auto > 0 {
			Raise(ValueError, mixed)
		}
		f.manual = true
	}
	return name
}

// value looks up what the name of a field stands for.
func (f *formatter) value(name string) Value {
	first, rest, err := pytext.SplitFieldName(name)
	if err != nil {
		RaiseText(err)
	}
	v := f.argument(first)
	for key, err := range rest {
		if err != nil {
			RaiseText(err)
		}
		f.th.Step()
		switch {
		case key.IsAttr:
			v = GetName(f.th, v, key.Name)
		case key.IsIndex:
			v = GetItem(f.th, v, Int(key.Index))
		default:
			v = GetItem(f.th, v, Str(key.Name))
		}
	}
	return v
}

// argument looks up what a field name begins with.
func (f *formatter) argument(key pytext.FieldKey) Value {
	if key.IsIndex {
		if key.Index >= len(f.args) {
			Raise(Other, "tuple index out of range")
		}
		return f.args[key.Index]
	}
	v, ok := f.lookup(key.Name)
	if !ok {
		Raise(Other, "%s", quoteName(key.Name))
	}
	return v
}

// asciiRepr is Python's ascii(v).
func asciiRepr(th *Thread, v Value) string {
	if s, ok := v.(Str); ok {
		th.Alloc(len(s))
		return pytext.ASCII(string(s))
	}
	return escapeNonASCII(th, Repr(th, v))
}

// escapeNonASCII replaces what is not ASCII in a repr by its escapes.
func escapeNonASCII(th *Thread, s string) string {
	if pytext.IsASCII(s) {
		return s
	}
	th.Alloc(len(s))
	var out []byte
	for s != "" {
		r, n := pytext.DecodeRune(s)
		if r < 0x80 {
			out = append(out, s[:n]...)
		} else {
			escape := pytext.ASCII(s[:n])
			out = append(out, escape[1:len(escape)-1]...)
		}
		s = s[n:]
	}
	th.Alloc(len(out))
	return string(out)
}
