package pytext

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// Repr returns Python's repr of a str. The quotes are single ones unless the
// text has a single but no double one.
func Repr(s string) string { return quote(s, isPrintable) }

// ASCII returns Python's ascii of a str: [Repr] with all non-ASCII escaped.
func ASCII(s string) string {
	return quote(s, func(r rune) bool { return r < utf8.RuneSelf && isPrintable(r) })
}

// ReprBytes returns Python's repr of a bytes object.
func ReprBytes(b []byte) string {
	q := quoteFor(string(b))
	out := append(make([]byte, 0, len(b)+3), 'b', q)
	for _, c := range b {
		switch {
		case c == q || c == '\\':
			out = append(out, '\\', c)
		case c >= ' ' && c < 0x7F:
			out = append(out, c)
		default:
			out = appendEscape(out, rune(c))
		}
	}
	return string(append(out, q))
}

// quote writes s between the quotes that suit it and escapes what plain refuses.
func quote(s string, plain func(rune) bool) string {
	if isPlain(s) {
		return "'" + s + "'"
	}
	q := quoteFor(s)
	out := append(make([]byte, 0, len(s)+2), q)
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		switch {
		case r == rune(q) || r == '\\':
			out = append(out, '\\', byte(r))
		case plain(r):
			out = append(out, s[i:i+size]...)
		default:
			out = appendEscape(out, r)
		}
		i += size
	}
	return string(append(out, q))
}

// isPlain reports whether s is printable ASCII that needs no escape, as most
// texts are.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7F || c == '\'' || c == '\\' {
			return false
		}
	}
	return true
}

// quoteFor returns the quote that suits s.
func quoteFor(s string) byte {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

// appendEscape appends the shortest escape of r that repr uses.
func appendEscape(b []byte, r rune) []byte {
	switch r {
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	letter, digits := byte('x'), 2
	switch {
	case r > 0xFFFF:
		letter, digits = 'U', 8
	case r > 0xFF:
		letter, digits = 'u', 4
	}
	b = append(b, '\\', letter)
	for shift := (digits - 1) * 4; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[r>>shift&0xF])
	}
	return b
}

func escapeRune(r rune) string { return string(appendEscape(nil, r)) }

func itoa(n int) string { return strconv.Itoa(n) }
