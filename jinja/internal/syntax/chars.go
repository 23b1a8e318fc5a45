package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isSpace reports whether r is white space for Python's str.strip and \s,
// which both count the separators U+001C to U+001F but not U+200B.
func isSpace(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r == ' ' || '\t' <= r && r <= '\r' || 0x1c <= r && r <= 0x1f
	case r < 0x1680:
		return r == 0x85 || r == 0xa0
	default:
		return r == 0x1680 || 0x2000 <= r && r <= 0x200a || r == 0x2028 || r == 0x2029 ||
			r == 0x202f || r == 0x205f || r == 0x3000
	}
}

// skipSpace returns the first offset from off on that is not white space.
func skipSpace(s string, off int) int {
	for off < len(s) {
		r, size := rune(s[off]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[off:])
		}
		if !isSpace(r) {
			break
		}
		off += size
	}
	return off
}

func trimSpaceRight(s string) string { return strings.TrimRightFunc(s, isSpace) }

// notXID holds the code points of ID_Start that XID_Start leaves out because
// their normal form is no identifier.
var notXID = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x037a, Hi: 0x037a, Stride: 1},
		{Lo: 0x2e2f, Hi: 0x2e2f, Stride: 1},
		{Lo: 0x309b, Hi: 0x309c, Stride: 1},
		{Lo: 0xfc5e, Hi: 0xfc63, Stride: 1},
		{Lo: 0xfdfa, Hi: 0xfdfb, Stride: 1},
		{Lo: 0xfe70, Hi: 0xfe7e, Stride: 2},
	},
}

// continueOnly holds the code points of ID_Start that XID_Start leaves out but
// XID_Continue has.
var continueOnly = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0e33, Hi: 0x0e33, Stride: 1},
		{Lo: 0x0eb3, Hi: 0x0eb3, Stride: 1},
		{Lo: 0xff9e, Hi: 0xff9f, Stride: 1},
	},
}

// isNameStart reports whether an identifier of Python may begin with r.
func isNameStart(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
	}
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start) && !unicode.In(r, notXID, continueOnly)
}

// isNamePart reports whether an identifier of Python may hold r after its start.
func isNamePart(r rune) bool {
	if r < utf8.RuneSelf {
		return isNameStart(r) || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start,
		unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) && !unicode.Is(notXID, r)
}

// nameEnd returns where the identifier that begins at off ends.
func nameEnd(s string, off int) int {
	for off < len(s) {
		r, size := rune(s[off]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[off:])
		}
		if !isNamePart(r) {
			break
		}
		off += size
	}
	return off
}

// isSurrogate reports whether s begins with a surrogate's three-byte form, which
// package utf8 takes for an error.
func isSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xed && 0xa0 <= s[1] && s[1] <= 0xbf && 0x80 <= s[2] && s[2] <= 0xbf
}

// decodeRune is utf8.DecodeRuneInString for WTF-8.
func decodeRune(s string) (rune, int) {
	if isSurrogate(s) {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return utf8.DecodeRuneInString(s)
}

// appendRune is utf8.AppendRune for WTF-8.
func appendRune(b []byte, r rune) []byte {
	if 0xd800 <= r && r <= 0xdfff {
		return append(b, 0xed, 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
	}
	return utf8.AppendRune(b, r)
}

// countRunes returns the number of code points of s; it holds for WTF-8 too.
func countRunes(s string) int {
	n := 0
	for i := range len(s) {
		if s[i]&0xc0 != 0x80 {
			n++
		}
	}
	return n
}
