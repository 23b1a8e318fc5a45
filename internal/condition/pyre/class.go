package pyre

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
)

// classMembers returns what \d, \s or \w contains, for use within brackets.
// Python's str methods decide: isdecimal, isspace, and isalnum or underscore,
// so combining marks are no word characters, unlike in other engines.
func classMembers(c class) string {
	const asciiSpace = "\t-\r "
	switch {
	case c.letter == 'd' && c.ascii:
		return "0-9"
	case c.letter == 'd':
		return `\p{Nd}`
	case c.letter == 's' && c.ascii:
		return asciiSpace
	case c.letter == 's':
		return asciiSpace + "\x1c-\x1f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
	case c.ascii:
		return "0-9A-Z_a-z"
	}
	return `\p{L}\p{N}_`
}

// parseRanges returns the characters of a class, written for Go's regexp, as
// pairs in order.
func parseRanges(expr string) []rune {
	parsed, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil // only expressions made in this package come here
	}
	switch parsed.Op {
	case syntax.OpCharClass:
		return parsed.Rune
	case syntax.OpLiteral:
		if parsed.Flags&syntax.FoldCase == 0 && len(parsed.Rune) == 1 {
			return []rune{parsed.Rune[0], parsed.Rune[0]}
		}
	}
	return nil
}

// dotless and dotted i, which Python's re counts as one letter when it ignores
// case, while Unicode's simple folding keeps them apart.
const turkishI = "iI\u0130\u0131"

// fold adds to pairs of characters all that differ from them in case only.
func fold(pairs []rune, ascii bool) []rune {
	if ascii {
		return foldASCII(pairs)
	}
	folded := make([]rune, 0, 2*len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		low, high := pairs[i], pairs[i+1]
		if low == high {
			folded = append(folded, orbit(low)...)
			continue
		}
		set := writer{}
		set.ranges([]rune{low, high})
		folded = append(folded, parseRanges("(?i)["+set.String()+"]")...)
		for _, r := range turkishI {
			if low <= r && r <= high {
				folded = append(folded, orbit('i')...)
				break
			}
		}
	}
	return folded
}

// foldASCII is fold under (?a): letters beyond ASCII have no case then.
func foldASCII(pairs []rune) []rune {
	folded := slices.Clip(pairs)
	for i := 0; i+1 < len(pairs); i += 2 {
		if low, high := max(pairs[i], 'A'), min(pairs[i+1], 'Z'); low <= high {
			folded = append(folded, low|0x20, high|0x20)
		}
		if low, high := max(pairs[i], 'a'), min(pairs[i+1], 'z'); low <= high {
			folded = append(folded, low&^0x20, high&^0x20)
		}
	}
	return folded
}

// orbit returns a character and all that differ from it in case only, as pairs.
func orbit(r rune) []rune {
	if strings.ContainsRune(turkishI, r) {
		return []rune{'i', 'i', 'I', 'I', '\u0130', '\u0130', '\u0131', '\u0131'}
	}
	pairs := []rune{r, r}
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		pairs = append(pairs, other, other)
	}
	return pairs
}
