package value

// Reversed is Python's reversed(v): an iterator from the last element to the
// first, or nil for what cannot be walked backwards. A list is read while it is
// walked, so that changes show.
func Reversed(th *Thread, v Value) *Iterator {
	switch v := v.(type) {
	case *List:
		i := len(v.Items(th))
		return NewIterator("list_reverseiterator", func() (Value, bool) {
			i--
			items := v.Items(th)
			if i < 0 || i >= len(items) {
				i = -1
				return nil, false
			}
			return items[i], true
		})
	case *Dict:
		return reversedItems(th, "dict_reversekeyiterator", v)
	case *DictView:
		return reversedItems(th, [...]string{
			"dict_reversekeyiterator", "dict_reversevalueiterator", "dict_reverseitemiterator",
		}[v.kind], v)
	case *Tuple, Str, Markup, Bytes:
		return reversedItems(th, "reversed", v)
	case *Range:
		i := v.Len()
		return NewIterator("range_iterator", func() (Value, bool) {
			if i--; i < 0 {
				i = 0
				return nil, false
			}
			return v.At(i), true
		})
	case *Undefined:
		v.mustPass(th)
		return reversedItems(th, "reversed", v)
	}
	return nil
}

func reversedItems(th *Thread, kind string, v Value) *Iterator {
	items := Collect(th, v)
	return NewIterator(kind, func() (Value, bool) {
		n := len(items)
		if n == 0 {
			return nil, false
		}
		last := items[n-1]
		items = items[:n-1]
		if s, ok := last.(Str); ok && isMarkup(v) {
			return Markup(s), true // by index, where walking forwards gives plain text
		}
		return last, true
	})
}
