package pytext

import "strings"

// The functions in this file look into s[start:end], with bounds as Python's
// str methods take them: code points, from the end if negative, nil if absent.

// window is the part s[start:end] of a text.
type window struct {
	text string
	from int // index of the first code point in the whole text
}

// windowOf cuts the window out of s. It fails if start is behind end, where
// Python finds not even the empty text.
func windowOf(s string, start, end *int) (window, bool) {
	if start == nil && end == nil {
		return window{text: s}, true
	}
	n := RuneCount(s)
	bound := func(p *int, absent int) int {
		switch {
		case p == nil:
			return absent
		case *p < 0:
			return max(*p+n, 0)
		}
		return *p
	}
	from, to := bound(start, 0), min(bound(end, n), n)
	if from > to {
		return window{}, false
	}
	s = s[runeOffset(s, from):]
	return window{s[:runeOffset(s, to-from)], from}, true
}

// Find is Python's s.find(sub, start, end): the index of the first code point
// of the first sub, or -1.
func Find(s, sub string, start, end *int) int {
	return find(s, sub, start, end, byteIndex)
}

// RFind is Python's s.rfind(sub, start, end): like [Find], but of the last sub.
func RFind(s, sub string, start, end *int) int {
	return find(s, sub, start, end, lastByteIndex)
}

func find(s, sub string, start, end *int, index func(s, sub string) int) int {
	w, ok := windowOf(s, start, end)
	if !ok {
		return -1
	}
	i := index(w.text, sub)
	if i < 0 {
		return -1
	}
	return w.from + RuneCount(w.text[:i])
}

// Index is Python's s.index(sub, start, end): [Find] with a ValueError for -1.
func Index(s, sub string, start, end *int) (int, error) {
	return found(Find(s, sub, start, end))
}

// RIndex is Python's s.rindex(sub, start, end): [RFind] with a ValueError for -1.
func RIndex(s, sub string, start, end *int) (int, error) {
	return found(RFind(s, sub, start, end))
}

func found(i int) (int, error) {
	if i < 0 {
		return 0, valueError("substring not found")
	}
	return i, nil
}

// Count is Python's s.count(sub, start, end): how often sub occurs without
// overlap. An empty sub is found before, between and after all code points.
func Count(s, sub string, start, end *int) int {
	w, ok := windowOf(s, start, end)
	switch {
	case !ok:
		return 0
	case sub == "":
		return RuneCount(w.text) + 1
	}
	return countMatches(w.text, sub)
}

// HasPrefix is Python's s.startswith(prefix, start, end) for one prefix.
func HasPrefix(s, prefix string, start, end *int) bool {
	w, ok := windowOf(s, start, end)
	return ok && strings.HasPrefix(w.text, prefix)
}

// HasSuffix is Python's s.endswith(suffix, start, end) for one suffix.
func HasSuffix(s, suffix string, start, end *int) bool {
	w, ok := windowOf(s, start, end)
	return ok && strings.HasSuffix(w.text, suffix)
}
