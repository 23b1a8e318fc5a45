package value

import (
	"fmt"
	"math/big"

	"bellhop/jinja/internal/pytext"
)

// textIter walks the code points of a text.
type textIter struct{ rest string }

func (it *textIter) Next() (Value, bool) {
	if it.rest == "" {
		return nil, false
	}
	_, n := pytext.DecodeRune(it.rest)
	c := it.rest[:n]
	it.rest = it.rest[n:]
	return Str(c), true
}

// bytesIter walks bytes, which are integers in Python.
type bytesIter struct{ rest string }

func (it *bytesIter) Next() (Value, bool) {
	if it.rest == "" {
		return nil, false
	}
	c := it.rest[0]
	it.rest = it.rest[1:]
	return Int(c), true
}

type rangeIter struct {
	r    *Range
	i, n int64
}

func (it *rangeIter) Next() (Value, bool) {
	if it.i >= it.n {
		return nil, false
	}
	it.i++
	return it.r.At(it.i - 1), true
}

// bigFromFloat gives the integer that a finite float with no fraction is.
func bigFromFloat(f float64) *big.Int {
	n, _ := big.NewFloat(f).Int(nil)
	return n
}

// identity tells objects apart that are equal only to themselves.
func identity(key any) string { return fmt.Sprintf("%p", key) }
