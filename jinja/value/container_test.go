package value

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDictKeepsOrderThroughChanges(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		d := NewDict(0)
		var keys []string // the model: the keys in order
		for range 400 {
			key := Value(Str(fmt.Sprint("k", rng.IntN(150))))
			if rng.IntN(3) == 0 {
				key = Int(rng.IntN(50))
			}
			text := Repr(th, key)
			i := slices.Index(keys, text)
			if rng.IntN(3) == 0 {
				if _, ok := d.Delete(th, key); ok != (i >= 0) {
					t.Fatalf("delete %s: %v", text, ok)
				}
				if i >= 0 {
					keys = slices.Delete(keys, i, i+1)
				}
				continue
			}
			d.Set(th, key, Str(text))
			if i < 0 {
				keys = append(keys, text)
			}
		}
		var got []string
		for k, v := range d.All(th) {
			got = append(got, Repr(th, k))
			if v != Str(Repr(th, k)) {
				t.Fatalf("%s has the value of %s", Repr(th, k), v)
			}
		}
		if !slices.Equal(got, keys) || d.Len(th) != len(keys) {
			t.Fatalf("%d keys %v, want %v", d.Len(th), got, keys)
		}
	}
}

func TestEqualNumbersAreOneKey(t *testing.T) {
	t.Parallel()
	th, d := newThread(t), NewDict(0)
	d.Set(th, True, Str("first"))
	d.Set(th, Float(1), Str("second"))
	d.Set(th, Int(1), Str("third"))
	d.Set(th, Float(1<<80), Str("big"))
	d.Set(th, Pow(th, Int(2), Int(80)), Str("big again"))
	d.Set(th, Markup("k"), Str("text"))
	d.Set(th, Str("k"), Str("text again"))
	d.Set(th, NewTuple(Int(1), Str("a")), Str("tuple"))
	d.Set(th, NewTuple(True, Markup("a")), Str("tuple again"))
	want := "{True: 'third', 1.2089258196146292e+24: 'big again', Markup('k'): 'text again', (1, 'a'): 'tuple again'}"
	if got := Repr(th, d); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSortIsStableAndFrugal(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 2, 31, 32, 33, 64, 65, 1000} {
		items := make([]Value, n)
		for i := range items {
			items[i] = NewTuple(Int(rng.IntN(10)), Int(i))
		}
		want := slices.Clone(items)
		first := func(v Value) Int { return v.(*Tuple).items[0].(Int) }
		slices.SortStableFunc(want, func(a, b Value) int { return int(first(a) - first(b)) })
		compared := 0
		Sort(th, items, func(a, b Value) bool { compared++; return first(a) < first(b) })
		if !slices.Equal(items, want) {
			t.Errorf("%d items: got %s", n, Repr(th, NewList(items)))
		}
		if n == 1000 && compared > 10_000 {
			t.Errorf("%d comparisons for 1000 items", compared)
		}
		compared = 0
		Sort(th, items, func(a, b Value) bool { compared++; return first(a) < first(b) })
		if compared > n {
			t.Errorf("%d comparisons for %d items that are in order", compared, n)
		}
	}
}

func TestReversedSortKeepsEqualItemsInOrder(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	items := []Value{Str("b1"), Str("a1"), Str("b2"), Str("a2")}
	SortBy(th, items, func(v Value) Value { return Slice(th, v, nil, Int(1), nil) }, true)
	if got := Repr(th, NewList(items)); got != "['b1', 'b2', 'a1', 'a2']" {
		t.Errorf("got %s", got)
	}
}

func TestContainersInsideThemselves(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	l, d := NewList(nil), NewDict(0)
	l.Append(th, l)
	l.Append(th, d)
	d.SetName("self", d)
	d.SetName("list", l)
	if got := Repr(th, l); got != "[[...], {'self': {...}, 'list': [...]}]" {
		t.Errorf("got %s", got)
	}
	v := NewDict(0)
	v.SetName("v", v.Values())
	if got := Repr(th, v); got != "{'v': dict_values([...])}" {
		t.Errorf("got %s", got)
	}
}

func TestLoopsSeeChanges(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	l := NewList([]Value{Int(0)})
	n := 0
	for it := Iterate(th, l); ; n++ {
		if _, ok := it.Next(); !ok {
			break
		}
		if n < 5 {
			l.Append(th, Int(n))
		}
	}
	if n != 6 {
		t.Errorf("%d turns, want 6", n)
	}
	d := NewDict(0)
	d.SetName("a", None)
	it := Iterate(th, d)
	it.Next()
	d.Set(th, Str("b"), None)
	if got := result(th, func() Value { it.Next(); return None }); got != "!other: dictionary changed size during iteration" {
		t.Errorf("got %s", got)
	}
}

func TestBindFollowsPython(t *testing.T) {
	t.Parallel()
	sig := Signature{
		Name: "f", PosOnly: 1, KeyOnly: 1,
		Params: []Param{{Name: "a"}, {Name: "b", Default: Int(2)}, {Name: "c", Default: Int(3)}},
	}
	open := sig
	open.Rest, open.RestNamed = true, true
	one := []Value{Int(1)}
	for _, c := range []struct {
		name string
		sig  *Signature
		args Args
		want string
	}{
		{"defaults", &sig, Args{Pos: one}, "[1, 2, 3] [] []"},
		{"by name", &sig, Args{Pos: one, Names: []string{"c", "b"}, Named: []Value{Int(8), Int(9)}}, "[1, 9, 8] [] []"},
		{"missing", &sig, Args{}, "!type: f() missing required argument: 'a'"},
		{"positional only", &sig, Args{Names: []string{"a"}, Named: one}, "!type: f() got an unexpected keyword argument 'a'"},
		{"keyword only", &sig, Args{Pos: []Value{Int(1), Int(2), Int(3)}}, "!type: f() takes 2 positional arguments but 3 were given"},
		{"twice", &sig, Args{Pos: []Value{Int(1), Int(2)}, Names: []string{"b"}, Named: one}, "!type: f() got multiple values for argument 'b'"},
		{"unknown", &sig, Args{Pos: one, Names: []string{"x"}, Named: one}, "!type: f() got an unexpected keyword argument 'x'"},
		{"rest", &open, Args{Pos: []Value{Int(1), Int(2), Int(7)}, Names: []string{"x"}, Named: one}, "[1, 2, 3] [7] [1]"},
	} {
		th := newThread(t)
		got := result(th, func() Value {
			b := c.sig.Bind(c.args, nil)
			return Str(Repr(th, NewList(b.Values)) + " " + Repr(th, NewList(b.Rest)) + " " + Repr(th, NewList(b.Named)))
		})
		if got != c.want && got != "'"+c.want+"'" {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
