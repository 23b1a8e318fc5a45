package pytext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sigma is the one letter whose lower case depends on its neighbours.
const (
	sigma      = 'Σ'
	smallSigma = 'σ'
	finalSigma = 'ς'
)

// Dotted is 'İ', the one letter whose lower case is two code points.
const (
	dotted      = '\u0130'
	dottedLower = "i\u0307"
)

// Upper is Python's str.upper: full case mapping ("ß" gives "SS").
func Upper(s string) string {
	if IsASCII(s) {
		return strings.ToUpper(s)
	}
	return mapRunes(s, func(b []byte, r rune, _ int) []byte { return appendUpper(b, r) })
}

// Lower is Python's str.lower: full case mapping, with the final sigma.
func Lower(s string) string {
	if IsASCII(s) {
		return strings.ToLower(s)
	}
	return mapRunes(s, func(b []byte, r rune, at int) []byte { return appendLower(b, r, s, at) })
}

// Capitalize is Python's str.capitalize: the first code point in title case,
// all others in lower case.
func Capitalize(s string) string {
	return mapRunes(s, func(b []byte, r rune, at int) []byte {
		if at == 0 {
			return appendTitle(b, r)
		}
		return appendLower(b, r, s, at)
	})
}

// SwapCase is Python's str.swapcase.
func SwapCase(s string) string {
	return mapRunes(s, func(b []byte, r rune, at int) []byte {
		switch {
		case isUpper(r):
			return appendLower(b, r, s, at)
		case isLower(r):
			return appendUpper(b, r)
		default:
			return AppendRune(b, r)
		}
	})
}

// CaseFold is Python's str.casefold.
func CaseFold(s string) string {
	if IsASCII(s) {
		return strings.ToLower(s)
	}
	return mapRunes(s, func(b []byte, r rune, _ int) []byte {
		if to, ok := foldSpecial[r]; ok {
			return append(b, to...)
		}
		if r == dotted {
			return append(b, dottedLower...)
		}
		return appendSimple(b, r, unicode.ToLower(r))
	})
}

// Title is the method str.title: every cased code point after an uncased one
// gets title case, all others lower case ("they're" gives "They'Re").
func Title(s string) string {
	inWord := false
	return mapRunes(s, func(b []byte, r rune, at int) []byte {
		first := !inWord
		inWord = isCased(r)
		if first {
			return appendTitle(b, r)
		}
		return appendLower(b, r, s, at)
	})
}

// TitleFilter is Jinja2's filter title: words start only at the beginning and
// after hyphen, white space, "(", "{", "[" and "<" ("they're" gives "They're").
func TitleFilter(s string) string {
	startsWord := func(r rune) bool { return strings.ContainsRune("-({[<", r) || IsSpace(r) }
	var out strings.Builder
	out.Grow(len(s))
	for s != "" {
		first, size := DecodeRune(s)
		// A piece is a run of separators or a run of anything else.
		separator := startsWord(first)
		end := size
		for end < len(s) {
			r, n := DecodeRune(s[end:])
			if startsWord(r) != separator {
				break
			}
			end += n
		}
		out.WriteString(Upper(s[:size]))
		out.WriteString(Lower(s[size:end]))
		s = s[end:]
	}
	return out.String()
}

// mapRunes builds the text that appendMapped makes of each code point r of s;
// at is the byte offset of r.
func mapRunes(s string, appendMapped func(b []byte, r rune, at int) []byte) string {
	out := make([]byte, 0, len(s))
	for at := 0; at < len(s); {
		r, size := DecodeRune(s[at:])
		out = appendMapped(out, r, at)
		at += size
	}
	return string(out)
}

func appendUpper(b []byte, r rune) []byte {
	if r >= utf8.RuneSelf {
		if to, ok := upperSpecial[r]; ok {
			return append(b, to...)
		}
	}
	return appendSimple(b, r, unicode.ToUpper(r))
}

func appendTitle(b []byte, r rune) []byte {
	if r >= utf8.RuneSelf {
		if to, ok := titleSpecial[r]; ok {
			return append(b, to...)
		}
	}
	return appendSimple(b, r, unicode.ToTitle(r))
}

// appendLower appends the lower case of r, which stands at the offset at of s.
func appendLower(b []byte, r rune, s string, at int) []byte {
	switch {
	case r == dotted:
		return append(b, dottedLower...)
	case r == sigma && isFinal(s, at):
		return utf8.AppendRune(b, finalSigma)
	case r == sigma:
		return utf8.AppendRune(b, smallSigma)
	}
	return appendSimple(b, r, unicode.ToLower(r))
}

// appendSimple appends to, the mapping of r, if Python's Unicode has them both.
func appendSimple(b []byte, r, to rune) []byte {
	if to != r && isAssigned(r) && isAssigned(to) {
		r = to
	}
	return AppendRune(b, r)
}

// isFinal reports whether the sigma at the offset at of s ends a word: a cased
// letter before it and none after it, case-ignorable code points disregarded.
// Runs of these are searched at most twice in all, from the sigma on each side,
// since a sigma ends the search of another one.
func isFinal(s string, at int) bool {
	before := s[:at]
	for {
		r, size := DecodeLastRune(before)
		if size == 0 {
			return false
		}
		if !isCaseIgnorable(r) {
			if !isCased(r) {
				return false
			}
			break
		}
		before = before[:len(before)-size]
	}
	after := s[at+len(string(sigma)):]
	for {
		r, size := DecodeRune(after)
		if size == 0 {
			return true
		}
		if !isCaseIgnorable(r) {
			return !isCased(r)
		}
		after = after[size:]
	}
}
