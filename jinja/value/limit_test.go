package value

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// doubled nests [x, x] n times: n lists that print as 2**n elements.
func doubled(n int) Value {
	v := Value(NewList([]Value{Str("x")}))
	for range n {
		v = NewList([]Value{v, v})
	}
	return v
}

// nested nests [[...]] n times.
func nested(n int) Value {
	v := Value(NewList(nil))
	for range n {
		v = NewList([]Value{v})
	}
	return v
}

// TestLimitsStopHostileWork runs what takes little text to ask for and endless
// work to do.
func TestLimitsStopHostileWork(t *testing.T) {
	t.Parallel()
	call := func(self Value, name string, args ...Value) func(th *Thread) {
		return func(th *Thread) { Invoke(th, self, NewAttr(name), Args{Pos: args}) }
	}
	const huge = Int(1) << 40
	megabyte := Str(strings.Repeat("a", 1<<20))
	for _, c := range []struct {
		name string
		run  func(th *Thread)
	}{
		{"repr of shared lists", func(th *Thread) { Repr(th, doubled(99)) }},
		{"equality of shared lists", func(th *Thread) { Equal(th, doubled(99), doubled(99)) }},
		{"order of shared lists", func(th *Thread) { Order(th, LT, doubled(99), doubled(99)) }},
		{"JSON of shared lists", func(th *Thread) { AppendJSON(th, nil, doubled(99), JSONOptions{}) }},
		{"JSON indent", func(th *Thread) { AppendJSON(th, nil, doubled(1), JSONOptions{Indent: 1 << 40}) }},
		{"repeated text", func(th *Thread) { Mul(th, Str("x"), huge) }},
		{"repeated empty tuple", func(th *Thread) { Mul(th, NewTuple(Int(1)), huge) }},
		{"repeated list", func(th *Thread) { Mul(th, huge, NewList([]Value{Int(1)})) }},
		{"power", func(th *Thread) { Pow(th, Int(10), Int(1_000_000)) }},
		{"power of a power", func(th *Thread) { Pow(th, Pow(th, Int(7), Int(2000)), Int(2000)) }},
		{"huge exponent", func(th *Thread) { Pow(th, Int(3), Pow(th, Int(10), Int(30))) }},
		{"repr of a long text many times", func(th *Thread) { Repr(th, Mul(th, NewList([]Value{megabyte}), Int(1000))) }},
		{"center", call(Str("x"), "center", huge)},
		{"zfill", call(Str("x"), "zfill", huge)},
		{"expandtabs", call(Str("\t"), "expandtabs", huge)},
		{"replace", call(megabyte, "replace", Str(""), megabyte)},
		{"join", call(megabyte, "join", megabyte)},
		{"to_bytes", call(Int(1), "to_bytes", huge)},
		{"format width", func(th *Thread) { FormatValue(th, Int(1), "1000000000000") }},
		{"format precision", func(th *Thread) { FormatValue(th, Float(1), ".1000000000f") }},
		{"str.format width", call(Str("{:{}}"), "format", Str("x"), huge)},
		{"printf width", func(th *Thread) { Mod(th, Str("%*d"), NewTuple(huge, Int(1))) }},
		{"printf precision", func(th *Thread) { Mod(th, Str("%.1000000000d"), Int(1)) }},
		{"search in many texts", func(th *Thread) {
			for {
				Contains(th, megabyte, Str("b"))
			}
		}},
		{"comparison of long texts", func(th *Thread) {
			for {
				Equal(th, megabyte, megabyte+"")
			}
		}},
		{"sort", func(th *Thread) {
			items := Collect(th, Mul(th, NewList([]Value{Int(1), Int(0)}), Int(1_000_000)))
			SortBy(th, items, nil, false)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			th := NewThread(t.Context(), Limits{Time: time.Minute})
			err := Try(func() { c.run(th) })
			if e, ok := errors.AsType[*Error](err); ok && e.Kind == Limit {
				return
			}
			t.Errorf("got %v, want a limit", err)
		})
	}
}

// TestNestingEndsInAnError goes deeper than the limit of depth, where Python
// has a RecursionError.
func TestNestingEndsInAnError(t *testing.T) {
	t.Parallel()
	deep := nested(1000)
	for name, run := range map[string]func(th *Thread){
		"repr":  func(th *Thread) { Repr(th, deep) },
		"equal": func(th *Thread) { Equal(th, deep, nested(1000)) },
		"order": func(th *Thread) { Order(th, LT, deep, nested(1000)) },
		"JSON":  func(th *Thread) { AppendJSON(th, nil, deep, JSONOptions{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Try(func() { run(newThread(t)) })
			if e, ok := errors.AsType[*Error](err); !ok || e.Kind != Other {
				t.Errorf("got %v, want Python's recursion error", err)
			}
		})
	}
}

func TestThreadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the server stops")
	cancel(cause)
	th := NewThread(ctx, Limits{})
	err := Try(func() { Repr(th, doubled(12)) })
	if e, ok := errors.AsType[*Error](err); !ok || e.Kind != Limit || !errors.Is(err, context.Canceled) ||
		!strings.Contains(e.Message, cause.Error()) {
		t.Errorf("got %v, want a limit because of %v", err, cause)
	}
}

func TestMethodsLeaveNoArgumentsBehind(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	split := NewAttr("split")
	for range 100 {
		Invoke(th, Str("a b"), split, Args{})
	}
	if len(th.args) != 0 {
		t.Errorf("%d arguments are left", len(th.args))
	}
	th.Reset(t.Context(), Limits{})
	if got := Repr(th, Invoke(th, Str("a b"), split, Args{})); got != "['a', 'b']" {
		t.Errorf("after a reset: %s", got)
	}
}
