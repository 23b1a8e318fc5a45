package pytext

import (
	"strings"
	"unicode/utf8"
)

const (
	surrogateMin = 0xD800
	surrogateMax = 0xDFFF
)

// DecodeRune returns the first code point of s and its width in bytes. Unlike
// [utf8.DecodeRuneInString] it knows lone surrogates. A byte that belongs to no
// code point is (utf8.RuneError, 1); the empty string is (utf8.RuneError, 0).
func DecodeRune(s string) (r rune, size int) {
	if len(s) > 0 && s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && isSurrogate(s) {
		return surrogateAt(s), 3
	}
	return r, size
}

// DecodeLastRune returns the last code point of s and its width in bytes, with
// the rules of [DecodeRune].
func DecodeLastRune(s string) (r rune, size int) {
	r, size = utf8.DecodeLastRuneInString(s)
	if r == utf8.RuneError && len(s) >= 3 && isSurrogate(s[len(s)-3:]) {
		return surrogateAt(s[len(s)-3:]), 3
	}
	return r, size
}

// isSurrogate reports whether s starts with the three-byte form of a surrogate.
func isSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2] >= 0x80 && s[2] <= 0xBF
}

// surrogateAt decodes the surrogate that s starts with.
func surrogateAt(s string) rune {
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
}

// AppendRune appends the code point r to b, a surrogate in its three-byte form.
func AppendRune(b []byte, r rune) []byte {
	if r >= surrogateMin && r <= surrogateMax {
		return append(b, 0xED, 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F))
	}
	return utf8.AppendRune(b, r)
}

// RuneString returns the text of the one code point r.
func RuneString(r rune) string {
	var buf [utf8.UTFMax]byte
	return string(AppendRune(buf[:0], r))
}

// RuneCount returns the number of code points in s: Python's len.
func RuneCount(s string) int {
	const lead = 0xED // of all surrogates
	if strings.IndexByte(s, lead) < 0 {
		return utf8.RuneCountInString(s)
	}
	n := 0
	for i := 0; i < len(s); n++ {
		_, size := DecodeRune(s[i:])
		i += size
	}
	return n
}

// IsASCII reports whether s has only ASCII characters: str.isascii.
func IsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// runeOffset returns the byte offset of the code point with index n, or len(s)
// if s has no more than n code points.
func runeOffset(s string, n int) int {
	off := 0
	for ; n > 0 && off < len(s); n-- {
		_, size := DecodeRune(s[off:])
		off += size
	}
	return off
}

// truncateRunes returns the first n code points of s.
func truncateRunes(s string, n int) string {
	off := 0
	for ; n > 0 && off < len(s); n-- {
		_, size := DecodeRune(s[off:])
		off += size
	}
	return s[:off]
}

// CheckUTF8 returns Python's UnicodeEncodeError for text that cannot be encoded
// as UTF-8 because it holds surrogates, and nil for all other text.
func CheckUTF8(s string) error {
	if utf8.ValidString(s) {
		return nil
	}
	index := 0
	for i := 0; i < len(s); index++ {
		r, size := DecodeRune(s[i:])
		if r < surrogateMin || r > surrogateMax {
			i += size
			continue
		}
		run := 0
		for isSurrogate(s[i+3*run:]) {
			run++
		}
		message := "'utf-8' codec can't encode "
		if run == 1 {
			message += "character '" + escapeRune(r) + "' in position " + itoa(index)
		} else {
			message += "characters in position " + itoa(index) + "-" + itoa(index+run-1)
		}
		return &Error{Class: "UnicodeEncodeError", Message: message + ": surrogates not allowed"}
	}
	return nil
}
