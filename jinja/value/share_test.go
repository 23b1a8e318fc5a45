package value

import (
	"sync"
	"testing"
)

// TestFrozenContextIsSharedByManyThreads reads and changes one context in many
// goroutines: each sees its own changes, none those of another. The race
// detector watches.
func TestFrozenContextIsSharedByManyThreads(t *testing.T) {
	t.Parallel()
	root, err := ParseJSON(deviceUpdated(t))
	if err != nil {
		t.Fatal(err)
	}
	before := Repr(newThread(t), root)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 20 {
				changeContext(t, root.(*Dict), g)
			}
		})
	}
	wg.Wait()
	if after := Repr(newThread(t), root); after != before {
		t.Errorf("the shared context has changed:\n got %s\nwant %s", after, before)
	}
}

// changeContext is what a template may do to a context.
func changeContext(t *testing.T, root *Dict, g int) {
	th := newThread(t)
	invoke := func(v Value, name string, args ...Value) Value {
		return Invoke(th, v, NewAttr(name), Args{Pos: args})
	}
	data := GetAttr(th, root, NewAttr("data"))
	tags := GetItem(th, data, Str("tags"))
	n := Length(th, tags)
	items := data.(*Dict).Len(th)
	invoke(tags, "append", Int(g))
	invoke(data, "update", NewDict(0))
	invoke(data, "pop", Str("tags"))
	invoke(data, "setdefault", Str("added"), Int(g))
	invoke(root, "clear")
	if Length(th, tags) != n+1 || GetItem(th, tags, Int(-1)) != Int(g) {
		t.Errorf("appended to %d tags: now %s", n, Repr(th, tags))
	}
	if got, _ := data.(*Dict).Lookup(th, "added"); got != Int(g) || data.(*Dict).Len(th) != items {
		t.Errorf("data has %v under the new key and %d items", got, data.(*Dict).Len(th))
	}
	if root.Len(th) != 0 {
		t.Errorf("%d keys are left after clear", root.Len(th))
	}
	if other := newThread(t); Length(other, tags) != n {
		t.Error("another thread sees the change")
	}
}

func TestFreezeReachesAllBelow(t *testing.T) {
	t.Parallel()
	inner := NewList([]Value{Int(1)})
	d := NewDict(1)
	d.SetName("t", NewTuple(inner))
	Freeze(d)
	th := newThread(t)
	inner.Append(th, Int(2))
	if got := Repr(th, d); got != "{'t': ([1, 2],)}" {
		t.Errorf("the thread that appended sees %s", got)
	}
	if got := Repr(newThread(t), d); got != "{'t': ([1],)}" {
		t.Errorf("another thread sees %s", got)
	}
}
