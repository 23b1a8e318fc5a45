package pytext

import "strings"

// LJust is Python's s.ljust(width, fill). A fill that is not one code point is
// a TypeError.
func LJust(s string, width int, fill string, charge Charge) (string, error) {
	return justify(s, width, fill, charge, func(int) int { return 0 })
}

// RJust is Python's s.rjust(width, fill), with the error of [LJust].
func RJust(s string, width int, fill string, charge Charge) (string, error) {
	return justify(s, width, fill, charge, func(missing int) int { return missing })
}

// Center is Python's s.center(width, fill), with the error of [LJust]. An odd
// code point goes to the left if the width is odd too, else to the right.
func Center(s string, width int, fill string, charge Charge) (string, error) {
	return justify(s, width, fill, charge, func(missing int) int {
		return missing/2 + missing&width&1
	})
}

// justify fills s up to width, with as much on the left as left says of what is
// missing.
func justify(s string, width int, fill string, charge Charge, left func(missing int) int) (string, error) {
	if _, size := DecodeRune(fill); size == 0 || size != len(fill) {
		return "", typeError("The fill character must be exactly one character long")
	}
	length := RuneCount(s)
	if width <= length {
		return s, nil
	}
	missing := width - length
	before := left(missing)
	return pad(s, before, missing-before, fill, charge), nil
}

// pad puts fill before and after s, as often as said.
func pad(s string, before, after int, fill string, charge Charge) string {
	size := addSizes(len(s), mulSizes(addSizes(before, after), len(fill)))
	charge.bytes(size)
	var out strings.Builder
	out.Grow(size)
	for range before {
		out.WriteString(fill)
	}
	out.WriteString(s)
	for range after {
		out.WriteString(fill)
	}
	return out.String()
}

// ZFill is Python's s.zfill(width): zeros after the sign.
func ZFill(s string, width int, charge Charge) string {
	length := RuneCount(s)
	if width <= length {
		return s
	}
	missing := width - length
	size := addSizes(len(s), missing)
	charge.bytes(size)
	sign := ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = s[:1], s[1:]
	}
	return sign + strings.Repeat("0", missing) + s
}

// ExpandTabs is Python's s.expandtabs(tabSize): spaces up to the next multiple
// of tabSize, counted from the last \n or \r. Without a positive tabSize tabs
// vanish.
func ExpandTabs(s string, tabSize int, charge Charge) string {
	if !strings.Contains(s, "\t") {
		return s
	}
	size := len(s)
	eachTab(s, tabSize, func(_ string, spaces int) { size = addSizes(size-1, spaces) })
	charge.bytes(size)
	var out strings.Builder
	out.Grow(size)
	eachTab(s, tabSize, func(before string, spaces int) {
		out.WriteString(before)
		for range spaces {
			out.WriteByte(' ')
		}
	})
	out.WriteString(s[strings.LastIndexByte(s, '\t')+1:])
	return out.String()
}

// eachTab calls yield for each tab of s with the text since the tab before and
// the number of spaces that replace the tab.
func eachTab(s string, tabSize int, yield func(before string, spaces int)) {
	for {
		before, after, ok := strings.Cut(s, "\t")
		if !ok {
			return
		}
		spaces := 0
		if tabSize > 0 {
			// The tab before ended at a multiple of tabSize, a line begins at 0.
			line := before[strings.LastIndexAny(before, "\n\r")+1:]
			spaces = tabSize - RuneCount(line)%tabSize
		}
		yield(before, spaces)
		s = after
	}
}
