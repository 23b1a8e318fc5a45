package syntax

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxIntDigits is how long a decimal integer Python converts from text.
const maxIntDigits = 4300

// number reads an integer or float. A float cannot begin after a dot: x.1.5 is
// item 5 of item 1.
func (l *lexer) number(tok token) (token, *Error) {
	start := l.off
	tok.kind = tokInt
	if start == 0 || l.src[start-1] != '.' {
		if end := floatEnd(l.src, start); end > 0 {
			l.off = end
			tok.kind, tok.text = tokFloat, l.src[start:end]
			return tok, nil
		}
	}
	l.off = intEnd(l.src, start)
	tok.text = l.src[start:l.off]
	return tok, nil
}

// floatEnd returns the end of the float at off, or 0 if there is none. It needs
// a fraction with digits on both sides or an exponent.
func floatEnd(s string, off int) int {
	isFloat := false
	end := digitsEnd(s, off)
	if end < len(s) && s[end] == '.' {
		if fraction := digitsEnd(s, end+1); fraction > end+1 {
			end, isFloat = fraction, true
		}
	}
	if end < len(s) && (s[end] == 'e' || s[end] == 'E') {
		exponent := end + 1
		if exponent < len(s) && (s[exponent] == '+' || s[exponent] == '-') {
			exponent++
		}
		if last := digitsEnd(s, exponent); last > exponent {
			end, isFloat = last, true
		}
	}
	if !isFloat {
		return 0
	}
	return end
}

// digitsEnd returns the end of the digits at off; single underscores may stand
// between them.
func digitsEnd(s string, off int) int {
	for {
		size := digitSize(s, off)
		if size == 0 {
			return off
		}
		off += size
		if off < len(s) && s[off] == '_' && digitSize(s, off+1) > 0 {
			off++
		}
	}
}

// digitSize returns the size of the decimal digit at off, in any script, or 0.
func digitSize(s string, off int) int {
	if off >= len(s) {
		return 0
	}
	if c := s[off]; c < utf8.RuneSelf {
		if '0' <= c && c <= '9' {
			return 1
		}
		return 0
	}
	r, size := utf8.DecodeRuneInString(s[off:])
	if !unicode.Is(unicode.Nd, r) {
		return 0
	}
	return size
}

// intEnd returns the end of the integer at off, which is at a digit. The prefix
// of a base without digits after it is no part of the integer, nor is anything
// but zeros after a leading zero.
func intEnd(s string, off int) int {
	if s[off] != '0' {
		return digitsEnd(s, off)
	}
	isDigit := func(off int) int {
		if off < len(s) && s[off] == '0' {
			return 1
		}
		return 0
	}
	begin := off + 1
	if begin < len(s) {
		if digit := baseDigits(s, s[begin]|0x20); digit != nil {
			if end := groupEnd(s, begin+1, digit); end > begin+1 {
				return end
			}
		}
	}
	return groupEnd(s, begin, isDigit)
}

// baseDigits returns a function that measures a digit of the base with that
// prefix letter, or nil if the letter is none.
func baseDigits(s string, prefix byte) func(off int) int {
	var last byte
	switch prefix {
	case 'b':
		last = '1'
	case 'o':
		last = '7'
	case 'x':
		return func(off int) int {
			if off < len(s) && 'a' <= s[off]|0x20 && s[off]|0x20 <= 'f' {
				return 1
			}
			return digitSize(s, off)
		}
	default:
		return nil
	}
	return func(off int) int {
		if off < len(s) && '0' <= s[off] && s[off] <= last {
			return 1
		}
		return 0
	}
}

// groupEnd returns the end of the digits at off, each of which may follow one
// underscore.
func groupEnd(s string, off int, digit func(off int) int) int {
	for {
		begin := off
		if begin < len(s) && s[begin] == '_' {
			begin++
		}
		size := digit(begin)
		if size == 0 {
			return off
		}
		off = begin + size
	}
}

// intValue returns the value of an integer literal: an int64, or a *big.Int if
// that is too small. It reports false if Python refuses to convert it.
func intValue(text string) (value any, ok bool) {
	text = plainDigits(text)
	base, digits := 10, text
	if len(text) > 1 && text[0] == '0' {
		switch text[1] | 0x20 {
		case 'b':
			base, digits = 2, text[2:]
		case 'o':
			base, digits = 8, text[2:]
		case 'x':
			base, digits = 16, text[2:]
		}
	}
	if base == 10 && len(digits) > maxIntDigits {
		return nil, false
	}
	if n, err := strconv.ParseInt(digits, base, 64); err == nil {
		return n, true
	}
	return new(big.Int).SetString(digits, base)
}

// floatValue returns the value of a float literal, infinity if it is too large.
// It reports false for digits other than ASCII's: Jinja2's lexer takes them, but
// then Python does not.
func floatValue(text string) (value float64, ok bool) {
	if countRunes(text) != len(text) {
		return 0, false
	}
	// Only ErrRange is possible, and then ParseFloat returns infinity or zero,
	// which is what Python makes of such a literal.
	value, _ = strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	return value, true
}

// plainDigits drops underscores and makes all digits ASCII.
func plainDigits(text string) string {
	if strings.IndexByte(text, '_') >= 0 {
		text = strings.ReplaceAll(text, "_", "")
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return r
		}
		return '0' + digitOf(r)
	}, text)
}

// digitOf returns the value of a decimal digit. Unicode keeps the ten digits of
// a script together and in order.
func digitOf(r rune) rune {
	for _, run := range unicode.Nd.R16 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10
		}
	}
	for _, run := range unicode.Nd.R32 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10
		}
	}
	return 0
}
