package jinja

import (
	"fmt"

	"bellhop/jinja/value"
)

// loop is the variable loop, Jinja2's LoopContext. It looks one element ahead
// only when asked to.
type loop struct {
	st      *state
	source  value.Value // what is looped over
	it      value.Iter
	index0  int
	depth0  int
	current value.Value
	before  value.Value // nil at the first element
	after   value.Value // nil unless looked at
	length  int         // known once counted
	counted bool
	changed []value.Value // the last arguments of loop.changed
	asked   bool          // loop.changed was called before
	code    *loopCode     // of a recursive loop, with the frame around it
	frame   *frame
}

// advance goes to the next element.
func (l *loop) advance() bool {
	v := l.after
	if v == nil {
		var ok bool
		if v, ok = l.it.Next(); !ok {
			return false
		}
	}
	l.after = nil
	l.index0++
	l.before, l.current = l.current, v
	return true
}

// peek looks at the next element; nil at the end.
func (l *loop) peek() value.Value {
	if l.after == nil {
		if v, ok := l.it.Next(); ok {
			l.after = v
		}
	}
	return l.after
}

// len is the number of elements. What has no length is read to its end.
func (l *loop) len() int {
	if l.counted {
		return l.length
	}
	switch v := l.source.(type) {
	case *value.Iterator, *value.Undefined:
		rest := value.Collect(&l.st.th, value.NewIterator("generator", l.it.Next))
		l.length = len(rest) + l.index0 + 1
		if l.after != nil {
			l.length++
		}
		l.it = value.Iterate(&l.st.th, value.NewList(rest))
	default:
		l.length = value.Length(&l.st.th, v)
	}
	l.counted = true
	return l.length
}

// TypeName implements [value.Value].
func (*loop) TypeName() string { return "LoopContext" }

// Module implements [value.Moduled].
func (*loop) Module() string { return "jinja2.runtime" }

// Print implements [value.Printer].
func (l *loop) Print(*value.Thread) string {
	return fmt.Sprintf("<LoopContext %d/%d>", l.index0+1, l.len())
}

// Iterate implements [value.Iterable]: a template that walks loop itself takes
// elements away from it.
func (l *loop) Iterate(*value.Thread) value.Iter { return (*loopPairs)(l) }

// loopPairs walks a loop as Python does: each element with the loop.
type loopPairs loop

func (p *loopPairs) Next() (value.Value, bool) {
	l := (*loop)(p)
	if !l.advance() {
		return nil, false
	}
	return value.NewTuple(l.current, l), true
}

// Len gives len(loop).
func (l *loop) Len(*value.Thread) int { return l.len() }

// Attr implements [value.Attributer].
func (l *loop) Attr(_ *value.Thread, name string) (value.Value, bool) {
	switch name {
	case "index":
		return value.Int(l.index0 + 1), true
	case "index0":
		return value.Int(l.index0), true
	case "first":
		return value.Bool(l.index0 == 0), true
	case "last":
		return value.Bool(l.peek() == nil), true
	case "length":
		return value.Int(l.len()), true
	case "revindex":
		return value.Int(l.len() - l.index0), true
	case "revindex0":
		return value.Int(l.len() - l.index0 - 1), true
	case "depth":
		return value.Int(l.depth0 + 1), true
	case "depth0":
		return value.Int(l.depth0), true
	case "previtem":
		return orUndefined(l.before, "there is no previous item"), true
	case "nextitem":
		return orUndefined(l.peek(), "there is no next item"), true
	case "cycle":
		return l.st.method(l, name, l.cycle), true
	case "changed":
		return l.st.method(l, name, l.hasChanged), true
	}
	return nil, false
}

func orUndefined(v value.Value, hint string) value.Value {
	if v == nil {
		return &value.Undefined{Hint: hint}
	}
	return v
}

func (l *loop) cycle(c value.Bound) value.Value {
	if len(c.Rest) == 0 {
		value.Raise(value.TypeError, "no items for cycling given")
	}
	return c.Rest[l.index0%len(c.Rest)]
}

// hasChanged tells whether its arguments differ from those of the last call.
func (l *loop) hasChanged(c value.Bound) value.Value {
	same := l.asked && len(l.changed) == len(c.Rest)
	for i := 0; same && i < len(c.Rest); i++ {
		same = value.Equal(&l.st.th, l.changed[i], c.Rest[i])
	}
	if !same {
		l.st.th.Alloc(16 * len(c.Rest))
		l.changed, l.asked = append([]value.Value(nil), c.Rest...), true
	}
	return value.Bool(!same)
}

// Call implements [value.Callable]: a recursive loop runs itself one level
// further down.
func (l *loop) Call(th *value.Thread, args value.Args) value.Value {
	sig := value.Signature{Name: "__call__", Params: []value.Param{{Name: "iterable"}}}
	c := sig.Bind(args, nil)
	if l.code == nil {
		value.Raise(value.TypeError, "The loop must have the 'recursive' marker to be called recursively.")
	}
	return l.st.recurse(l.code, l.frame, c.Values[0], l.depth0+1)
}
