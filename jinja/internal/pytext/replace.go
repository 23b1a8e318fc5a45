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
