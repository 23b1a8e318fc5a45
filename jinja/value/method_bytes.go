package value

import (
	"encoding/hex"
	"slices"
	"strings"

	"bellhop/jinja/internal/pytext"
)

// bytesMethods are the methods of bytes. Most are those of str, on a text that
// stands for the bytes.
var bytesMethods = tableOf(
	onText("capitalize"), onText("lower"), onText("swapcase"), onText("title"), onText("upper"),
	onText("isalnum"), onText("isalpha"), onText("isdigit"), onText("islower"), onText("isspace"), onText("istitle"), onText("isupper"),
	searchingBytes("count"), searchingBytes("find"), searchingBytes("index"), searchingBytes("rfind"), searchingBytes("rindex"),
	onText("startswith"), onText("endswith"), onText("removeprefix"), onText("removesuffix"),
	onText("strip"), onText("lstrip"), onText("rstrip"),
	onText("center"), onText("ljust"), onText("rjust"), onText("zfill"), onText("expandtabs"),
	onText("split"), onText("rsplit"), onText("partition"), onText("rpartition"), onText("replace"),

	positional("isascii", bytesIsASCII),
	named("splitlines", bytesSplitLines, optional("keepends", False)),
	positional("join", bytesJoin, required("iterable")),
	&Method{Signature{Name: "translate", Params: []Param{required("table"), optional("delete", Bytes(""))}, PosOnly: 1}, bytesTranslate},
	positional("maketrans", bytesMakeTrans, required("from"), required("to")),
	named("decode", bytesDecode, optional("encoding", Str("utf-8")), optional("errors", Str("strict"))),
	positional("fromhex", bytesFromHex, required("string")),
	named("hex", bytesHex, optional("sep", absent{}), optional("bytes_per_sep", Int(1))),
)

// private is the first of the code points that stand for the bytes that str
// takes for something else than bytes do: those beyond ASCII, which are neither
// letters nor digits nor white space in bytes, and some controls. No property
// of characters holds for code points of private use.
const private = 0xE000

// bytesText gives a text with one code point for each byte.
func bytesText(th *Thread, b string) string {
	plain := func(c byte) bool { return c < 0x80 && (c < 0x1C || c > 0x1F) }
	th.Alloc(3 * len(b))
	out := make([]byte, 0, len(b))
	for i := range len(b) {
		if plain(b[i]) {
			out = append(out, b[i])
		} else {
			out = append(out, pytext.RuneString(private+rune(b[i]))...)
		}
	}
	return string(out)
}

// textBytes is the inverse of bytesText.
func textBytes(th *Thread, s string) Bytes {
	th.Alloc(len(s))
	out := make([]byte, 0, len(s))
	for s != "" {
		r, n := pytext.DecodeRune(s)
		out = append(out, byte(r)) // private use begins at a multiple of 256
		s = s[n:]
	}
	return Bytes(out)
}

// onText makes a method of bytes of the method of str with that name.
func onText(name string) *Method { return adapted(name, textArgument) }

// searchingBytes makes one that looks for bytes, or for one byte given as an
// integer.
func searchingBytes(name string) *Method {
	return adapted(name, func(th *Thread, v Value) Value {
		if _, ok := index(v); ok {
			v = Bytes([]byte{oneByte(v)})
		}
		return textArgument(th, v)
	})
}

// adapted makes a method of bytes of one of str, whose first argument first
// translates.
func adapted(name string, first func(th *Thread, v Value) Value) *Method {
	m := strMethods[name]
	sig := m.Signature
	sig.Params = slices.Clone(sig.Params)
	for i, p := range sig.Params {
		if s, ok := p.Default.(Str); ok {
			sig.Params[i].Default = Bytes(s)
		}
	}
	return &Method{sig, func(th *Thread, self Value, c Bound) Value {
		args := slices.Clone(c.Values)
		for i, v := range args {
			if i == 0 {
				args[i] = first(th, v)
			} else {
				args[i] = textArgument(th, v)
			}
		}
		return bytesResult(th, m.Func(th, Str(bytesText(th, string(self.(Bytes)))), Bound{Values: args}))
	}}
}

// textArgument gives the argument of a method of str for one of bytes. Text is
// an error, among the choices of startswith only where it is reached.
func textArgument(th *Thread, v Value) Value {
	switch v := v.(type) {
	case Bytes:
		return Str(bytesText(th, string(v)))
	case *Tuple:
		items := Collect(th, v)
		for i, e := range items {
			if b, ok := e.(Bytes); ok {
				items[i] = Str(bytesText(th, string(b)))
			} else {
				items[i] = None
			}
		}
		return NewTuple(items...)
	case Str, Markup:
		bytesArg(v)
	}
	return v
}

// bytesResult gives the result of a method of bytes for one of str.
func bytesResult(th *Thread, v Value) Value {
	switch v := v.(type) {
	case Str:
		return textBytes(th, string(v))
	case *List:
		return NewList(bytesResults(th, v.items))
	case *Tuple:
		return NewTuple(bytesResults(th, v.items)...)
	}
	return v
}

func bytesResults(th *Thread, items []Value) []Value {
	for i, v := range items {
		items[i] = bytesResult(th, v)
	}
	return items
}

// oneByte takes an integer that is a byte.
func oneByte(v Value) byte {
	i, ok := index(v)
	if !ok {
		Raise(TypeError, "a bytes-like object is required, not '%s'", v.TypeName())
	}
	if i < 0 || i > 255 {
		Raise(ValueError, "byte must be in range(0, 256)")
	}
	return byte(i)
}

func bytesArg(v Value) string {
	b, ok := v.(Bytes)
	if !ok {
		Raise(TypeError, "a bytes-like object is required, not '%s'", v.TypeName())
	}
	return string(b)
}

// selfBytes is the bytes that a method was called on. Reading them is charged.
func selfBytes(th *Thread, self Value) string {
	b := string(self.(Bytes))
	th.Charge(len(b) >> 10)
	return b
}

func bytesIsASCII(th *Thread, self Value, _ Bound) Value {
	return Bool(pytext.IsASCII(selfBytes(th, self)))
}

// bytesSplitLines is bytes.splitlines. Unlike text, bytes have no other line
// ends than \n, \r and both.
func bytesSplitLines(th *Thread, self Value, c Bound) Value {
	keep, rest := mustIndex(c.Values[0]) != 0, selfBytes(th, self)
	var lines []Value
	for rest != "" {
		end := strings.IndexAny(rest, "\r\n")
		next := end + 1
		switch {
		case end < 0:
			end, next = len(rest), len(rest)
		case strings.HasPrefix(rest[end:], "\r\n"):
			next++
		}
		if keep {
			end = next
		}
		th.Alloc(2 * valueSize)
		lines = append(lines, Bytes(rest[:end]))
		rest = rest[next:]
	}
	return NewList(lines)
}

// bytesJoin is bytes.join.
func bytesJoin(th *Thread, self Value, c Bound) Value {
	sep := string(self.(Bytes))
	items := Collect(th, c.Values[0])
	parts := make([]string, len(items))
	size := 0
	for i, v := range items {
		b, ok := v.(Bytes)
		if !ok {
			Raise(TypeError, "sequence item %d: expected a bytes-like object, %s found", i, v.TypeName())
		}
		parts[i] = string(b)
		size += len(b) + len(sep)
	}
	th.Alloc(size)
	return Bytes(strings.Join(parts, sep))
}

// bytesTranslate is bytes.translate: table has a byte for each, or is None.
func bytesTranslate(th *Thread, self Value, c Bound) Value {
	b, table := selfBytes(th, self), ""
	if c.Values[0] != None {
		if table = bytesArg(c.Values[0]); len(table) != 256 {
			Raise(ValueError, "translation table must be 256 characters long")
		}
	}
	var drop [256]bool
	for _, d := range []byte(bytesArg(c.Values[1])) {
		drop[d] = true
	}
	th.Alloc(len(b))
	out := make([]byte, 0, len(b))
	for _, k := range []byte(b) {
		switch {
		case drop[k]:
		case table != "":
			out = append(out, table[k])
		default:
			out = append(out, k)
		}
	}
	return Bytes(out)
}

// bytesMakeTrans is bytes.maketrans.
func bytesMakeTrans(th *Thread, _ Value, c Bound) Value {
	from, to := bytesArg(c.Values[0]), bytesArg(c.Values[1])
	if len(from) != len(to) {
		Raise(ValueError, "maketrans arguments must have same length")
	}
	th.Charge(len(from) >> 10)
	table := make([]byte, 256)
	for i := range table {
		table[i] = byte(i)
	}
	for i := range len(from) {
		table[from[i]] = to[i]
	}
	return Bytes(table)
}

// bytesFromHex is bytes.fromhex: pairs of digits, with white space between.
func bytesFromHex(th *Thread, _ Value, c Bound) Value {
	s := textArg(c.Values[0])
	th.Alloc(2 * len(s))
	var out []byte
	for s = strings.TrimLeft(s, asciiSpace); s != ""; s = strings.TrimLeft(s, asciiSpace) {
		pair, err := hex.DecodeString(s[:min(2, len(s))])
		if err != nil {
			Raise(ValueError, "non-hexadecimal number found in fromhex() arg")
		}
		out = append(out, pair...)
		s = s[2:]
	}
	return Bytes(out)
}

// asciiSpace is the white space of bytes.
const asciiSpace = " \t\n\r\v\f"

// bytesHex is bytes.hex. A separator stands between groups of bytes, counted
// from the right, or from the left if their size is negative.
func bytesHex(th *Thread, self Value, c Bound) Value {
	b := selfBytes(th, self)
	sep, group := "", mustIndex(c.Values[1])
	if given(c.Values[0]) {
		sep = hexSeparator(th, c.Values[0])
	}
	th.Alloc(3 * len(b))
	var out strings.Builder
	for i := range len(b) {
		at := len(b) - i
		if group < 0 {
			at = i
		}
		if i > 0 && group != 0 && at%group == 0 {
			out.WriteString(sep)
		}
		out.WriteString(hex.EncodeToString([]byte{b[i]}))
	}
	return Str(out.String())
}

// hexSeparator takes one ASCII character, as text or bytes.
func hexSeparator(th *Thread, v Value) string {
	if Length(th, v) != 1 {
		Raise(ValueError, "sep must be length 1.")
	}
	s, ok := Text(v)
	if b, isBytes := v.(Bytes); isBytes {
		s, ok = string(b), true
	}
	if !ok {
		Raise(TypeError, "sep must be str or bytes.")
	}
	if s[0] >= 0x80 {
		Raise(ValueError, "sep must be ASCII.")
	}
	return s
}
