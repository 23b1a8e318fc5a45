package pytext

import (
	"slices"
	"strings"
)

// The standard library's searches compare the whole of sub at places that look
// promising. Text made to disappoint them costs the product of both lengths;
// where that is much, the functions of this file search in linear time.

// isCheap reports whether the standard library may search s for sub.
func isCheap(s, sub string) bool {
	const short, product = 64, 1 << 22
	return len(sub) <= short || len(s) <= product/len(sub)
}

// Contains reports whether sub is in s: Python's operator in for text.
func Contains(s, sub string) bool { return byteIndex(s, sub) >= 0 }

// byteIndex returns the byte offset of the first sub in s, or -1.
func byteIndex(s, sub string) int {
	if isCheap(s, sub) {
		return strings.Index(s, sub)
	}
	if found := matches(s, sub, 1); len(found) > 0 {
		return found[0]
	}
	return -1
}

// lastByteIndex returns the byte offset of the last sub in s, or -1.
func lastByteIndex(s, sub string) int {
	if isCheap(s, sub) {
		return strings.LastIndex(s, sub)
	}
	if found := matches(reversed(s), reversed(sub), 1); len(found) > 0 {
		return len(s) - len(sub) - found[0]
	}
	return -1
}

// countMatches counts sub, which is not empty, in s.
func countMatches(s, sub string) int {
	if isCheap(s, sub) {
		return strings.Count(s, sub)
	}
	return len(matches(s, sub, -1))
}

// splitN splits s at the first n places where sub, which is not empty, stands.
func splitN(s, sub string, n int) []string {
	if isCheap(s, sub) {
		return strings.SplitN(s, sub, n+1)
	}
	pieces := make([]string, 0, n+1)
	from := 0
	for _, at := range matches(s, sub, n) {
		pieces = append(pieces, s[from:at])
		from = at + len(sub)
	}
	return append(pieces, s[from:])
}

// rsplitN splits s at the last n places where sub, which is not empty, stands.
func rsplitN(s, sub string, n int) []string {
	pieces := make([]string, 0, n+1)
	cut := func(at int) {
		pieces = append(pieces, s[at+len(sub):])
		s = s[:at]
	}
	if isCheap(s, sub) {
		for range n {
			at := strings.LastIndex(s, sub)
			if at < 0 {
				break
			}
			cut(at)
		}
	} else {
		end := len(s) - len(sub)
		for _, at := range matches(reversed(s), reversed(sub), n) {
			cut(end - at)
		}
	}
	pieces = append(pieces, s)
	slices.Reverse(pieces)
	return pieces
}

// matches returns the byte offsets of the first limit places, or of all if that
// is negative, where sub stands in s without overlap. This is the algorithm of
// Knuth, Morris and Pratt; its table has four bytes for each one of sub.
func matches(s, sub string, limit int) []int {
	// border[i] is the length of the longest proper prefix of sub[:i+1] that
	// ends there too.
	border := make([]int32, len(sub))
	for i, k := 1, int32(0); i < len(sub); i++ {
		for k > 0 && sub[i] != sub[k] {
			k = border[k-1]
		}
		if sub[i] == sub[k] {
			k++
		}
		border[i] = k
	}
	var found []int
	matched := 0
	for i := range len(s) {
		if len(found) == limit {
			break
		}
		for matched > 0 && s[i] != sub[matched] {
			matched = int(border[matched-1])
		}
		if s[i] == sub[matched] {
			matched++
		}
		if matched == len(sub) {
			found = append(found, i+1-len(sub))
			matched = 0
		}
	}
	return found
}

// reversed returns the bytes of s in reverse order.
func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}
