package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// str reads a string literal; the token's text is its value.
func (l *lexer) str(tok token) (token, *Error) {
	start := l.off
	quote := l.src[start]
	end := start + 1
	escaped := false
	for end < len(l.src) && l.src[end] != quote {
		if l.src[end] == '\\' {
			escaped = true
			end++
		}
		end++
	}
	if end >= len(l.src) {
		return token{}, l.errorf(start, "", "string is never closed: no second %c follows", quote)
	}
	tok.kind, tok.text = tokString, l.src[start+1:end]
	if escaped {
		value, err := l.unescape(start+1, end)
		if err != nil {
			return token{}, err
		}
		tok.text = value
	}
	l.off = end + 1
	return tok, nil
}

// unescape decodes src[start:end] as Jinja2 does: by Python's codec
// unicode-escape, after all that is not ASCII became escapes itself. Unknown
// escapes keep their backslash.
func (l *lexer) unescape(start, end int) (string, *Error) {
	s := l.src[start:end]
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		n := strings.IndexByte(s[i:], '\\')
		if n < 0 {
			out = append(out, s[i:]...)
			break
		}
		out = append(out, s[i:i+n]...)
		i += n
		size := 2
		switch c := s[i+1]; c {
		case '\n':
			// A backslash at the end of a line joins the lines.
		case '\\', '\'', '"':
			out = append(out, c)
		case 'a', 'b', 'f', 'n', 'r', 't', 'v':
			out = append(out, simpleEscape(c))
		case '0', '1', '2', '3', '4', '5', '6', '7':
			r, digits := octalEscape(s[i+1:])
			out = appendRune(out, r)
			size = 1 + digits
		case 'x', 'u', 'U', 'N':
			r, taken, problem := codePointEscape(s[i:])
			if problem != "" {
				return "", l.errorf(start+i, "", "%s", problem)
			}
			out = appendRune(out, r)
			size = taken
		default:
			out, size = appendUnknownEscape(out, s[i:])
		}
		i += size
	}
	return string(out), nil
}

// appendUnknownEscape keeps a backslash and what follows. A character that is
// not ASCII has become an escape by then, and the backslash before it quotes
// that escape's own: '\é' is the text \xe9.
func appendUnknownEscape(out []byte, s string) ([]byte, int) {
	if s[1] < utf8.RuneSelf {
		return append(out, s[:2]...), 2
	}
	r, size := decodeRune(s[1:])
	switch {
	case size == 1: // no UTF-8
		out = append(out, s[:2]...)
	case r < 0x100:
		out = fmt.Appendf(out, `\x%02x`, r)
	case r < 0x10000:
		out = fmt.Appendf(out, `\u%04x`, r)
	default:
		out = fmt.Appendf(out, `\U%08x`, r)
	}
	return out, 1 + size
}

func simpleEscape(c byte) byte {
	switch c {
	case 'a':
		return '\a'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return '\v'
	}
}

// octalEscape decodes up to three octal digits.
func octalEscape(s string) (r rune, digits int) {
	for digits < 3 && digits < len(s) && '0' <= s[digits] && s[digits] <= '7' {
		r = r*8 + rune(s[digits]-'0')
		digits++
	}
	return r, digits
}

// codePointEscape decodes \xXX, \uXXXX, \UXXXXXXXX or \N{NAME}, which s begins
// with.
func codePointEscape(s string) (r rune, size int, problem string) {
	switch s[1] {
	case 'x':
		return hexEscape(s, 2)
	case 'u':
		return hexEscape(s, 4)
	case 'U':
		return hexEscape(s, 8)
	default:
		return namedEscape(s)
	}
}

func hexEscape(s string, digits int) (r rune, size int, problem string) {
	size = 2 + digits
	var n uint32
	for i := 2; i < size; i++ {
		if i >= len(s) {
			return 0, 0, fmt.Sprintf("escape \\%c needs %d hexadecimal digits", s[1], digits)
		}
		digit, ok := hexDigit(s[i])
		if !ok {
			return 0, 0, fmt.Sprintf("escape \\%c needs %d hexadecimal digits", s[1], digits)
		}
		n = n<<4 | digit
	}
	if n > utf8.MaxRune {
		return 0, 0, fmt.Sprintf("escape %s is beyond the last code point, U+10FFFF", s[:size])
	}
	return rune(n), size, ""
}

func hexDigit(c byte) (uint32, bool) {
	switch {
	case '0' <= c && c <= '9':
		return uint32(c - '0'), true
	case 'a' <= c && c <= 'f':
		return uint32(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return uint32(c-'A') + 10, true
	}
	return 0, false
}

func namedEscape(s string) (r rune, size int, problem string) {
	if len(s) < 3 || s[2] != '{' {
		return 0, 0, `escape \N needs a character's name in braces`
	}
	length := strings.IndexByte(s[3:], '}')
	if length <= 0 {
		return 0, 0, `escape \N needs a character's name in braces`
	}
	name := s[3 : 3+length]
	r, ok := runeByName(name)
	if !ok {
		return 0, 0, fmt.Sprintf(`unknown character name in \N{%s}`, brief(name))
	}
	return r, length + 4, ""
}
