package pytext

import "strings"

// Replace is Python's s.replace(old, new, count); a negative count replaces
// all. An empty old stands before every code point and at the end.
func Replace(s, old, new string, count int, charge Charge) string {
	found := RuneCount(s) + 1
	if old != "" {
		found = countMatches(s, old)
	}
	if count < 0 || count > found {
		count = found
	}
	if count == 0 || old == new {
		return s
	}
	size := addSizes(len(s)-count*len(old), mulSizes(count, len(new)))
	charge.bytes(size)
	if old != "" && isCheap(s, old) {
		return strings.Replace(s, old, new, count)
	} else if old != "" {
		return strings.Join(splitN(s, old, count), new) // few pieces: old is long
	}
	var out strings.Builder
	out.Grow(size)
	for ; count > 0; count-- {
		out.WriteString(new)
		_, n := DecodeRune(s)
		out.WriteString(s[:n])
		s = s[n:]
	}
	out.WriteString(s)
	return out.String()
}

// Translate is Python's s.translate over a function: it gives the text that
// stands for a code point, or false to leave that alone.
func Translate(s string, mapping func(rune) (string, bool), charge Charge) string {
	out := builder{charge: charge}
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		piece, ok := mapping(r)
		if !ok {
			piece = s[i : i+size]
		}
		out.write(piece)
		i += size
	}
	return out.String()
}

// Indent is Jinja2's filter indent: every line but the first begins with
// prefix; first includes that one, blank includes empty lines. All line ends
// become \n, and one at the end of s is kept.
func Indent(s, prefix string, first, blank bool, charge Charge) string {
	s += "\n" // so that the end of the text counts as a line
	size, lines := 0, 0
	for rest := s; rest != ""; lines++ {
		line, _, after := cutLine(rest)
		size += len(line) + 1
		rest = after
	}
	size = addSizes(size, mulSizes(lines, len(prefix)))
	charge.bytes(size)
	var out strings.Builder
	out.Grow(size)
	for i := range lines {
		line, _, after := cutLine(s)
		s = after
		if i > 0 {
			out.WriteByte('\n')
		}
		if i == 0 && first || i > 0 && (blank || line != "") {
			out.WriteString(prefix)
		}
		out.WriteString(line)
	}
	return out.String()
}
