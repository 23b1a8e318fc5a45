package pytext

import "math"

// At returns the code point with index i as text: Python's s[i]. A negative
// index counts from the end; ok is false outside the text.
func At(s string, i int) (char string, ok bool) {
	if i < 0 {
		for ; i < -1 && len(s) > 0; i++ {
			_, size := DecodeLastRune(s)
			s = s[:len(s)-size]
		}
		_, size := DecodeLastRune(s)
		return s[len(s)-size:], size > 0
	}
	if IsASCII(s) {
		if i >= len(s) {
			return "", false
		}
		return s[i : i+1], true
	}
	s = s[runeOffset(s, i):]
	_, size := DecodeRune(s)
	return s[:size], size > 0
}

// SliceIndices resolves Python's [start:stop:step] for a sequence of n
// elements: the selected elements are first, first+step, … (count of them). A
// nil start or stop was left out. A bound beyond an int may be clamped to
// [math.MinInt] or [math.MaxInt] by the caller. A step of zero is a ValueError.
func SliceIndices(n int, start, stop *int, step int) (first, count int, err error) {
	if step == 0 {
		return 0, 0, valueError("slice step cannot be zero")
	}
	step = max(step, -math.MaxInt)
	low, high := 0, n // the range of a bound
	if step < 0 {
		low, high = -1, n-1
	}
	bound := func(p *int, absent int) int {
		switch {
		case p == nil:
			return absent
		case *p < 0:
			return max(*p+n, low)
		default:
			return min(*p, high)
		}
	}
	if step > 0 {
		first = bound(start, low)
		if last := bound(stop, high); first < last {
			count = (last-first-1)/step + 1
		}
		return first, count, nil
	}
	first = bound(start, high)
	if last := bound(stop, low); first > last {
		count = (first-last-1)/-step + 1
	}
	return first, count, nil
}

// Slice returns s[start:stop:step] by code points, with the arguments and the
// error of [SliceIndices].
func Slice(s string, start, stop *int, step int) (string, error) {
	ascii := IsASCII(s)
	n := len(s)
	if !ascii {
		n = RuneCount(s)
	}
	first, count, err := SliceIndices(n, start, stop, step)
	if err != nil || count == 0 {
		return "", err
	}
	if !ascii {
		first = runeOffset(s, first)
	}
	if step == 1 {
		rest := s[first:]
		if ascii {
			return rest[:count], nil
		}
		return rest[:runeOffset(rest, count)], nil
	}
	out := make([]byte, 0, min(len(s), count*4))
	for at := first; ; {
		_, size := DecodeRune(s[at:])
		out = append(out, s[at:at+size]...)
		if count--; count == 0 {
			return string(out), nil
		}
		if ascii {
			at += step
		} else {
			at = moveRunes(s, at, step)
		}
	}
}

// moveRunes returns the byte offset n code points after, or -n before, the
// offset at. The target must exist.
func moveRunes(s string, at, n int) int {
	if n > 0 {
		return at + runeOffset(s[at:], n)
	}
	for ; n < 0; n++ {
		_, size := DecodeLastRune(s[:at])
		at -= size
	}
	return at
}
