package pytext

import (
	"slices"
	"strings"
)

// stringHeader is what one piece of a split text costs beside its bytes, which
// it shares with the text.
const stringHeader = 16

// Split is Python's s.split(sep, maxSplit) for a given sep; a negative maxSplit
// sets no bound. An empty sep is a ValueError.
func Split(s, sep string, maxSplit int, charge Charge) ([]string, error) {
	if sep == "" {
		return nil, valueError("empty separator")
	}
	splits := countUpTo(s, sep, maxSplit)
	charge.bytes(mulSizes(splits+1, stringHeader))
	return splitN(s, sep, splits), nil
}

// RSplit is Python's s.rsplit(sep, maxSplit): like [Split], but it splits at
// the last separators.
func RSplit(s, sep string, maxSplit int, charge Charge) ([]string, error) {
	if sep == "" {
		return nil, valueError("empty separator")
	}
	splits := countUpTo(s, sep, maxSplit)
	charge.bytes(mulSizes(splits+1, stringHeader))
	return rsplitN(s, sep, splits), nil
}

// countUpTo counts the separators in s, up to limit if that is not negative.
func countUpTo(s, sep string, limit int) int {
	n := countMatches(s, sep)
	if limit >= 0 {
		n = min(n, limit)
	}
	return n
}

// SplitSpace is Python's s.split(None, maxSplit): words between runs of white
// space. What a bound leaves over keeps its trailing white space.
func SplitSpace(s string, maxSplit int, charge Charge) []string {
	count := countWords(s)
	if maxSplit >= 0 {
		count = min(count, addSizes(maxSplit, 1))
	}
	charge.bytes(mulSizes(count, stringHeader))
	words := make([]string, 0, count)
	for len(words) < count {
		s = LStrip(s)
		if len(words) == maxSplit {
			words = append(words, s)
			break
		}
		end := indexFunc(s, IsSpace)
		words = append(words, s[:end])
		s = s[end:]
	}
	return words
}

// RSplitSpace is Python's s.rsplit(None, maxSplit): like [SplitSpace], but a
// bound leaves over the beginning, with its leading white space.
func RSplitSpace(s string, maxSplit int, charge Charge) []string {
	count := countWords(s)
	if maxSplit >= 0 {
		count = min(count, addSizes(maxSplit, 1))
	}
	charge.bytes(mulSizes(count, stringHeader))
	words := make([]string, 0, count)
	for len(words) < count {
		s = RStrip(s)
		if len(words) == maxSplit {
			words = append(words, s)
			break
		}
		word := s[lastIndexFunc(s, IsSpace):]
		words = append(words, word)
		s = s[:len(s)-len(word)]
	}
	slices.Reverse(words)
	return words
}

// countWords counts the runs of other than white space.
func countWords(s string) int {
	n, inWord := 0, false
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		i += size
		space := IsSpace(r)
		if !space && !inWord {
			n++
		}
		inWord = !space
	}
	return n
}

// indexFunc returns the offset of the first code point that is wanted, or len(s).
func indexFunc(s string, wanted func(rune) bool) int {
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		if wanted(r) {
			return i
		}
		i += size
	}
	return len(s)
}

// lastIndexFunc returns the offset behind the last code point that is wanted, or 0.
func lastIndexFunc(s string, wanted func(rune) bool) int {
	for s != "" {
		r, size := DecodeLastRune(s)
		if wanted(r) {
			break
		}
		s = s[:len(s)-size]
	}
	return len(s)
}

// SplitLines is Python's s.splitlines(keepEnds). Beside \n, \r and \r\n lines
// end at \v, \f, \x1c to \x1e, \x85, U+2028 and U+2029.
func SplitLines(s string, keepEnds bool, charge Charge) []string {
	count := 0
	for rest := s; rest != ""; count++ {
		_, _, rest = cutLine(rest)
	}
	charge.bytes(mulSizes(count, stringHeader))
	lines := make([]string, 0, count)
	for s != "" {
		line, ending, rest := cutLine(s)
		if keepEnds {
			line += ending
		}
		lines = append(lines, line)
		s = rest
	}
	return lines
}

// cutLine cuts the first line and its ending off s.
func cutLine(s string) (line, ending, rest string) {
	end := indexFunc(s, isLineEnd)
	_, size := DecodeRune(s[end:])
	if strings.HasPrefix(s[end:], "\r\n") {
		size = 2
	}
	return s[:end], s[end : end+size], s[end+size:]
}

func isLineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\x1c', '\x1d', '\x1e', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// Partition is Python's s.partition(sep). An empty sep is a ValueError.
func Partition(s, sep string) (before, found, after string, err error) {
	if sep == "" {
		return "", "", "", valueError("empty separator")
	}
	if i := byteIndex(s, sep); i >= 0 {
		return s[:i], sep, s[i+len(sep):], nil
	}
	return s, "", "", nil
}

// RPartition is Python's s.rpartition(sep). An empty sep is a ValueError.
func RPartition(s, sep string) (before, found, after string, err error) {
	if sep == "" {
		return "", "", "", valueError("empty separator")
	}
	if i := lastByteIndex(s, sep); i >= 0 {
		return s[:i], sep, s[i+len(sep):], nil
	}
	return "", "", s, nil
}
