package value

import (
	"strings"
	"unicode/utf8"

	"bellhop/jinja/internal/pytext"
)

// codec is an encoding of text as bytes.
type codec struct {
	name string
	// limit is the first code point that the encoding does not have.
	limit rune
	// unfit says why not.
	unfit string
}

// findCodec finds an encoding by one of Python's names for it. UTF-8, ASCII and
// Latin-1 are there.
func findCodec(name string) codec {
	switch strings.ReplaceAll(strings.ToLower(name), "_", "-") {
	case "utf-8", "utf8", "u8":
		return codec{"utf-8", maxRune + 1, "surrogates not allowed"}
	case "ascii", "us-ascii":
		return codec{"ascii", 0x80, "ordinal not in range(128)"}
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1":
		return codec{"latin-1", 0x100, "ordinal not in range(256)"}
	}
	Raise(Other, "unknown encoding: %s", name)
	return codec{}
}

// has tells whether the encoding has a code point.
func (c codec) has(r rune) bool { return r < c.limit && (r < 0xD800 || r > 0xDFFF) }

// strEncode is str.encode.
func strEncode(th *Thread, self Value, c Bound) Value {
	s, name, onError := selfText(th, self), textArg(c.Values[0]), textArg(c.Values[1])
	enc := findCodec(name)
	th.Alloc(len(s))
	out := make([]byte, 0, len(s))
	for i, rest := 0, s; rest != ""; i++ {
		r, n := pytext.DecodeRune(rest)
		switch {
		case !enc.has(r):
			out = append(out, enc.substitute(th, r, i, onError)...)
		case enc.name == "utf-8":
			out = append(out, rest[:n]...)
		default:
			out = append(out, byte(r))
		}
		rest = rest[n:]
	}
	return Bytes(out)
}

// substitute is what stands for a code point that the encoding does not have.
func (c codec) substitute(th *Thread, r rune, at int, onError string) string {
	th.Alloc(10)
	escape := strings.Trim(pytext.ASCII(pytext.RuneString(r)), "'")
	switch onError {
	case "strict":
		Raise(ValueError, "'%s' codec can't encode character '%s' in position %d: %s", c.name, escape, at, c.unfit)
	case "ignore":
		return ""
	case "replace":
		return "?"
	case "backslashreplace":
		return escape
	case "xmlcharrefreplace":
		return "&#" + string(AppendText(th, nil, Int(r))) + ";"
	case "surrogatepass":
		if c.name == "utf-8" {
			return pytext.RuneString(r)
		}
	}
	Raise(Other, "unknown error handler name '%s'", onError)
	return ""
}

// bytesDecode is bytes.decode.
func bytesDecode(th *Thread, self Value, c Bound) Value {
	b := selfBytes(th, self)
	name, onError := textArg(c.Values[0]), textArg(c.Values[1])
	if b == "" {
		return Str("") // whatever the encoding is
	}
	enc := findCodec(name)
	th.Alloc(2 * len(b))
	if enc.name == "utf-8" && utf8.ValidString(b) {
		return Str(b)
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		r, n := rune(b[i]), 1
		if enc.name == "utf-8" {
			r, n = utf8.DecodeRuneInString(b[i:])
		}
		switch bad := r == utf8.RuneError && n == 1 || r >= enc.limit; {
		case !bad:
			out = utf8.AppendRune(out, r)
		case onError == "ignore":
		case onError == "replace":
			out = utf8.AppendRune(out, utf8.RuneError)
		default:
			Raise(ValueError, "'%s' codec can't decode byte 0x%02x in position %d: invalid byte", enc.name, b[i], i)
		}
		i += n
	}
	return Str(out)
}
