package value

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"bellhop/jinja/internal/pytext"
)

// string reads a string, which is a part of the text if it has no escapes.
func (p *parser) string() (string, bool) {
	start := p.at + 1
	ascii := true
	for i := start; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			s := p.text[start:i]
			if !ascii && !p.checkUTF8(start, i) {
				return "", false
			}
			p.at = i + 1
			return s, true
		case c == '\\':
			return p.escaped(start, i)
		case c < ' ':
			return "", p.fail(i, "control characters in strings must be escaped")
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", p.fail(len(p.text), "expected '\"', the string has no end")
}

// checkUTF8 looks at what lies between two places of a string. Surrogates are
// no UTF-8; only escapes can make them.
func (p *parser) checkUTF8(start, end int) bool {
	if utf8.ValidString(p.text[start:end]) {
		return true
	}
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(p.text[i:end])
		if r == utf8.RuneError && n == 1 {
			return p.fail(i, "the text is not UTF-8")
		}
		i += n
	}
	return true
}

// escaped reads a string that has its first escape at i.
func (p *parser) escaped(start, i int) (string, bool) {
	var out []byte
	from := start
	for i < len(p.text) {
		switch c := p.text[i]; {
		case c == '"':
			if !p.checkUTF8(from, i) {
				return "", false
			}
			p.at = i + 1
			return string(append(out, p.text[from:i]...)), true
		case c < ' ':
			return "", p.fail(i, "control characters in strings must be escaped")
		case c != '\\':
			i++
		default:
			if !p.checkUTF8(from, i) {
				return "", false
			}
			out = append(out, p.text[from:i]...)
			r, n := p.escape(i)
			if n == 0 {
				return "", false
			}
			out = pytext.AppendRune(out, r)
			i += n
			from = i
		}
	}
	return "", p.fail(len(p.text), "expected '\"', the string has no end")
}

// escape reads the escape at i; a length of 0 reports a failure. A pair of
// surrogates is one character.
func (p *parser) escape(i int) (r rune, n int) {
	if i+1 == len(p.text) {
		p.fail(i+1, "expected '\"', the string has no end")
		return 0, 0
	}
	switch c := p.text[i+1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := p.hex4(i + 2)
		if !ok {
			p.fail(i, `expected four hexadecimal digits after \u`)
			return 0, 0
		}
		if r>>10 == 0xD800>>10 && strings.HasPrefix(p.text[i+6:], `\u`) {
			if low, ok := p.hex4(i + 8); ok && low>>10 == 0xDC00>>10 {
				return (r-0xD800)<<10 + (low - 0xDC00) + 0x10000, 12
			}
		}
		return r, 6
	}
	p.fail(i, "expected a valid escape")
	return 0, 0
}

// hex4 reads four hexadecimal digits.
func (p *parser) hex4(i int) (rune, bool) {
	if i+4 > len(p.text) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.text[i : i+4]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|' ' && c|' ' <= 'f':
			c = c | ' ' - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// digits gives the place behind the digits that begin at i.
func (p *parser) digits(i int) int {
	for i < len(p.text) && '0' <= p.text[i] && p.text[i] <= '9' {
		i++
	}
	return i
}

// number reads a number: with a fraction or an exponent it is a float, else an
// integer.
func (p *parser) number() (Value, bool) {
	start, i := p.at, p.at
	if p.text[i] == '-' {
		i++
		if strings.HasPrefix(p.text[i:], "Infinity") {
			p.at = i
			return p.word("Infinity", negativeInfinity)
		}
	}
	first := i
	i = p.digits(i)
	switch {
	case i == first:
		return nil, p.fail(i, "expected a digit")
	case p.text[first] == '0' && i > first+1:
		return nil, p.fail(first, "a number must not begin with 0")
	}
	integer := i
	if i < len(p.text) && p.text[i] == '.' {
		end := p.digits(i + 1)
		if end == i+1 {
			return nil, p.fail(end, "expected a digit")
		}
		i = end
	}
	if i < len(p.text) && p.text[i]|' ' == 'e' {
		exp := i + 1
		if exp < len(p.text) && (p.text[exp] == '+' || p.text[exp] == '-') {
			exp++
		}
		if i = p.digits(exp); i == exp {
			return nil, p.fail(i, "expected a digit")
		}
	}
	p.at = i
	if i > integer {
		// What is too large is infinite, as in Python.
		f, _ := strconv.ParseFloat(p.text[start:i], 64)
		return Float(f), true
	}
	return p.integer(start, first, i)
}

// integer makes the integer text[start:end], whose digits begin at first.
func (p *parser) integer(start, first, end int) (Value, bool) {
	if end-first <= 18 {
		n := int64(0)
		for _, c := range []byte(p.text[first:end]) {
			n = n*10 + int64(c-'0')
		}
		if first > start {
			n = -n
		}
		return Int(n), true
	}
	if end-first > pytext.MaxIntDigits {
		return nil, p.fail(start, fmt.Sprintf("an integer has more than %d digits", pytext.MaxIntDigits))
	}
	n, _ := new(big.Int).SetString(p.text[start:end], 10)
	return NewInt(n), true
}
