package pytext

import (
	"unicode"
	"unicode/utf8"
)

//go:generate sh -c "python3.11 gen/tables.py > tables.go && gofmt -w tables.go"

// IsSpace reports whether Python's str.strip and str.split take r for white
// space. The set has the separators \x1c to \x1f, which [unicode.IsSpace] lacks.
func IsSpace(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || '\t' <= r && r <= '\r' || '\x1c' <= r && r <= '\x1f'
	}
	return unicode.IsSpace(r)
}

// IsWord reports whether r matches \w of Python's re in a str pattern.
func IsWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return isAlnum(r)
}

// The predicates below are for one code point. They take Go's tables, which may
// be of a newer Unicode, only for what Python's version has assigned.

func isAlpha(r rune) bool { return unicode.IsLetter(r) && isAssigned(r) }

func isDecimal(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9'
	}
	return unicode.Is(unicode.Nd, r) && isAssigned(r)
}

func isDigit(r rune) bool { return isDecimal(r) || unicode.Is(digitNotDecimal, r) }

func isNumeric(r rune) bool { return isDecimal(r) || unicode.Is(numericNotDecimal, r) }

func isAlnum(r rune) bool { return isAlpha(r) || isNumeric(r) }

func isLower(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z'
	}
	return unicode.Is(unicode.Ll, r) && isAssigned(r) || unicode.Is(otherLower, r)
}

func isUpper(r rune) bool {
	if r < utf8.RuneSelf {
		return 'A' <= r && r <= 'Z'
	}
	return (unicode.Is(unicode.Lu, r) || unicode.Is(unicode.Other_Uppercase, r)) && isAssigned(r)
}

func isTitle(r rune) bool { return unicode.Is(unicode.Lt, r) && isAssigned(r) }

func isCased(r rune) bool { return isLower(r) || isUpper(r) || isTitle(r) }

func isPrintable(r rune) bool {
	if r < utf8.RuneSelf {
		return ' ' <= r && r < 0x7F
	}
	return unicode.IsPrint(r) && isAssigned(r)
}

func isAssigned(r rune) bool { return r < utf8.RuneSelf || unicode.Is(assigned, r) }

// isCaseIgnorable reports whether a search for the neighbouring letter of a
// sigma looks past r.
func isCaseIgnorable(r rune) bool {
	return unicode.Is(ignorablePunctuation, r) ||
		unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) && isAssigned(r)
}

func isIdentifierStart(r rune) bool {
	if r < utf8.RuneSelf {
		return IsWord(r) && !isDecimal(r)
	}
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start) &&
		!unicode.Is(notIdentifierStart, r) && isAssigned(r)
}

func isIdentifierPart(r rune) bool {
	if r < utf8.RuneSelf {
		return IsWord(r)
	}
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start,
		unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) &&
		!unicode.Is(notIdentifierPart, r) && isAssigned(r)
}

// all reports whether s is not empty and wanted is true for each code point.
func all(s string, wanted func(rune) bool) bool {
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		if !wanted(r) {
			return false
		}
		i += size
	}
	return s != ""
}

// IsAlpha is Python's str.isalpha.
func IsAlpha(s string) bool { return all(s, isAlpha) }

// IsAlnum is Python's str.isalnum.
func IsAlnum(s string) bool { return all(s, isAlnum) }

// IsDecimal is Python's str.isdecimal: digits that make decimal numbers.
func IsDecimal(s string) bool { return all(s, isDecimal) }

// IsDigit is Python's str.isdigit: [IsDecimal] and superscripts and the like.
func IsDigit(s string) bool { return all(s, isDigit) }

// IsNumeric is Python's str.isnumeric: [IsDigit] and fractions, Roman and
// Chinese numerals.
func IsNumeric(s string) bool { return all(s, isNumeric) }

// IsSpaceText is Python's str.isspace.
func IsSpaceText(s string) bool { return all(s, IsSpace) }

// IsPrintable is Python's str.isprintable, which is true for the empty text.
func IsPrintable(s string) bool { return s == "" || all(s, isPrintable) }

// IsIdentifier is Python's str.isidentifier. It is true for keywords.
func IsIdentifier(s string) bool {
	r, size := DecodeRune(s)
	return size > 0 && isIdentifierStart(r) && (size == len(s) || all(s[size:], isIdentifierPart))
}

// IsLower is Python's str.islower: all cased code points are lower case and
// there is at least one.
func IsLower(s string) bool {
	return allCased(s, isLower)
}

// IsUpper is Python's str.isupper: all cased code points are upper case and
// there is at least one.
func IsUpper(s string) bool {
	return allCased(s, isUpper)
}

func allCased(s string, wanted func(rune) bool) bool {
	seen := false
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		switch {
		case wanted(r):
			seen = true
		case isCased(r):
			return false
		}
		i += size
	}
	return seen
}

// IsTitle is Python's str.istitle: capitals start words, all else is lower
// case, and there is at least one cased code point.
func IsTitle(s string) bool {
	seen, inWord := false, false
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		switch {
		case isUpper(r) || isTitle(r):
			if inWord {
				return false
			}
			seen, inWord = true, true
		case isLower(r):
			if !inWord {
				return false
			}
			seen = true
		default:
			inWord = false
		}
		i += size
	}
	return seen
}
