package pytext

import (
	"strings"
	"unicode/utf8"
)

// Strip is Python's s.strip(): without white space on both sides.
func Strip(s string) string { return LStrip(RStrip(s)) }

// LStrip is Python's s.lstrip().
func LStrip(s string) string {
	return s[indexFunc(s, func(r rune) bool { return !IsSpace(r) }):]
}

// RStrip is Python's s.rstrip().
func RStrip(s string) string {
	return s[:lastIndexFunc(s, func(r rune) bool { return !IsSpace(r) })]
}

// StripChars is Python's s.strip(chars): without any of chars on both sides.
func StripChars(s, chars string) string { return LStripChars(RStripChars(s, chars), chars) }

// LStripChars is Python's s.lstrip(chars).
func LStripChars(s, chars string) string {
	return s[indexFunc(s, notIn(chars)):]
}

// RStripChars is Python's s.rstrip(chars).
func RStripChars(s, chars string) string {
	return s[:lastIndexFunc(s, notIn(chars))]
}

// notIn returns the predicate of the code points that are not in chars. It asks
// a map where chars is long, lest the two lengths multiply.
func notIn(chars string) func(rune) bool {
	const scanned = 32 // bytes up to which a scan is cheaper than a map
	if len(chars) <= scanned {
		return func(r rune) bool {
			if r < utf8.RuneSelf {
				return strings.IndexByte(chars, byte(r)) < 0
			}
			return !strings.Contains(chars, RuneString(r))
		}
	}
	set := make(map[rune]bool)
	for i := 0; i < len(chars); {
		r, size := DecodeRune(chars[i:])
		set[r] = true
		i += size
	}
	return func(r rune) bool { return !set[r] }
}
