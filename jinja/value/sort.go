package value

import "slices"

// runLength is the length of the pieces that are sorted by insertion before
// merging begins.
const runLength = 32

// Sort sorts items in place, stably and in O(n log n), as list.sort does. It
// charges a step per comparison; less may raise. The items must not be
// reachable by less.
func Sort(th *Thread, items []Value, less func(a, b Value) bool) {
	s := sorter{th: th, less: less}
	n := len(items)
	for lo := 0; lo < n; lo += runLength {
		s.insertion(items[lo:min(lo+runLength, n)])
	}
	if n <= runLength {
		return
	}
	th.Alloc(valueSize * n)
	spare := make([]Value, n)
	for width := runLength; width < n; width *= 2 {
		for lo := 0; lo < n; lo += 2 * width {
			mid, hi := min(lo+width, n), min(lo+2*width, n)
			s.merge(spare[lo:hi], items[lo:mid], items[mid:hi])
		}
		copy(items, spare)
	}
}

type sorter struct {
	th   *Thread
	less func(a, b Value) bool
}

func (s *sorter) before(a, b Value) bool {
	s.th.Step()
	return s.less(a, b)
}

// insertion sorts a short run by binary insertion. Elements that are already
// in order cost one comparison each.
func (s *sorter) insertion(run []Value) {
	for i := 1; i < len(run); i++ {
		v := run[i]
		if !s.before(v, run[i-1]) {
			continue
		}
		lo, hi := 0, i-1
		for lo < hi {
			mid := (lo + hi) / 2
			if s.before(v, run[mid]) {
				hi = mid
			} else {
				lo = mid + 1
			}
		}
		copy(run[lo+1:i+1], run[lo:i])
		run[lo] = v
	}
}

// merge writes two sorted runs to dst as one. Runs that are already in order
// cost one comparison.
func (s *sorter) merge(dst, left, right []Value) {
	if len(right) == 0 || !s.before(right[0], left[len(left)-1]) {
		copy(dst[copy(dst, left):], right)
		return
	}
	for i := range dst {
		if len(right) == 0 || len(left) > 0 && !s.before(right[0], left[0]) {
			dst[i], left = left[0], left[1:]
		} else {
			dst[i], right = right[0], right[1:]
		}
	}
}

// SortBy sorts items by Python's < on what key gives for each, or on the items
// if key is nil. Reverse keeps equal items in their order, too.
func SortBy(th *Thread, items []Value, key func(Value) Value, reverse bool) {
	if key != nil {
		th.Alloc(3 * valueSize * len(items))
		all := make([]keyed, len(items))
		for i, v := range items {
			th.Step()
			all[i] = keyed{key: key(v), value: v}
			items[i] = &all[i]
		}
	}
	if reverse {
		slices.Reverse(items)
	}
	if key == nil {
		Sort(th, items, func(a, b Value) bool { return Order(th, LT, a, b) })
	} else {
		Sort(th, items, func(a, b Value) bool { return Order(th, LT, a.(*keyed).key, b.(*keyed).key) })
	}
	if reverse {
		slices.Reverse(items)
	}
	if key != nil {
		for i, v := range items {
			items[i] = v.(*keyed).value
		}
	}
}

// keyed is an item beside its key while a sort runs.
type keyed struct{ key, value Value }

// TypeName implements [Value].
func (*keyed) TypeName() string { return "object" }
