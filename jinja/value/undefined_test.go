package value

import (
	"errors"
	"testing"
)

// The expectations are those of jinja2.Undefined, ChainableUndefined,
// DebugUndefined and StrictUndefined.
func TestUndefinedPolicies(t *testing.T) {
	t.Parallel()
	name := &Undefined{Name: "x"}
	ops := []struct {
		name string
		run  func(th *Thread) Value
	}{
		{"str", func(th *Thread) Value { return Str(ToText(th, name)) }},
		{"str of an attribute", func(th *Thread) Value { return Str(ToText(th, GetName(th, NewDict(0), "k"))) }},
		{"str of an element", func(th *Thread) Value { return Str(ToText(th, GetItem(th, NewList(nil), Int(3)))) }},
		{"str of a hint", func(th *Thread) Value { return Str(ToText(th, &Undefined{Hint: "why"})) }},
		{"repr", func(th *Thread) Value { return Str(Repr(th, name)) }},
		{"bool", func(th *Thread) Value { return Bool(Truth(th, name)) }},
		{"len", func(th *Thread) Value { return Int(Length(th, name)) }},
		{"list", func(th *Thread) Value { return NewList(Collect(th, name)) }},
		{"equal", func(th *Thread) Value { return Bool(Equal(th, Int(1), name)) }},
		{"in", func(th *Thread) Value { return Bool(Contains(th, name, Int(1))) }},
		{"hash", func(th *Thread) Value { return GetItem(th, NewDict(0), name) }},
		{"attribute", func(th *Thread) Value { return GetAttr(th, name, NewAttr("a")) }},
		{"item", func(th *Thread) Value { return GetItem(th, name, Int(1)) }},
		{"slice", func(th *Thread) Value { return Slice(th, name, nil, nil, nil) }},
		{"call", func(th *Thread) Value { return Call(th, name, Args{}) }},
		{"add", func(th *Thread) Value { return Add(th, Int(1), name) }},
		{"escape", func(th *Thread) Value { return Escape(th, name) }},
		{"dunder", func(th *Thread) Value { return Str(ToText(th, GetName(th, name, "__class__"))) }},
	}
	const raised = "!undefined: 'x' is undefined"
	want := map[UndefinedPolicy][]string{
		Lenient: {
			"''", "''", "''", "''", "'Undefined'", "False", "0", "[]", "False", "False", "Undefined",
			raised, raised, raised, raised, raised, "Markup('')", "''",
		},
		Chainable: {
			"''", "''", "''", "''", "'Undefined'", "False", "0", "[]", "False", "False", "Undefined",
			"Undefined", "Undefined", "Undefined", raised, raised, "Markup('')", "''",
		},
		Debug: {
			"'{{ x }}'", `"{{ no such element: dict object['k'] }}"`, "'{{ no such element: list object[3] }}'",
			"'{{ undefined value printed: why }}'", "'Undefined'", "False", "0", "[]", "False", "False", "Undefined",
			raised, raised, raised, raised, raised, "Markup('{{ x }}')",
			`"{{ undefined value printed: access to attribute '__class__' of 'DebugUndefined' object is unsafe. }}"`,
		},
		Strict: {
			raised, "!undefined: 'dict object' has no attribute 'k'", "!undefined: list object has no element 3",
			"!undefined: why", "'Undefined'", raised, raised, raised, raised, raised, raised,
			raised, raised, raised, raised, raised, raised,
			"!security: access to attribute '__class__' of 'StrictUndefined' object is unsafe.",
		},
	}
	for policy, results := range want {
		for i, op := range ops {
			th := newThread(t)
			th.Undefined = policy
			if got := result(th, func() Value { return op.run(th) }); got != results[i] {
				t.Errorf("policy %d, %s: got %s, want %s", policy, op.name, got, results[i])
			}
		}
	}
}

func TestMessagesNameTheOwner(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	for _, c := range []struct {
		v    Value
		key  Value
		want string
	}{
		{None, Str("a"), "'None' has no attribute 'a'"},
		{None, Int(5), "None has no element 5"},
		{Markup("m"), Str("foo"), "'markupsafe.Markup object' has no attribute 'foo'"},
		{NewDict(0), NewList(nil), "dict object has no element []"},
		{NewDict(0), Str("it's"), `'dict object' has no attribute "it's"`},
		{NewDict(0).Keys(), Str("foo"), "'dict_keys object' has no attribute 'foo'"},
		{thing{}, Str("foo"), "'jinja2.test.Thing object' has no attribute 'foo'"},
	} {
		err := Try(func() { Add(th, GetItem(th, c.v, c.key), Int(1)) })
		if e, ok := errors.AsType[*Error](err); !ok || e.Message != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// thing is an object as an engine adds them.
type thing struct{}

func (thing) TypeName() string { return "Thing" }

func (thing) Module() string { return "jinja2.test" }

func (thing) Attr(_ *Thread, name string) (Value, bool) {
	return Int(1), name == "one" || name == "_hidden"
}

func (thing) Item(_ *Thread, key Value) (Value, bool) {
	return Int(2), key == Str("two") || key == Str("one")
}

func (thing) Len(*Thread) int { return 9 }

func (thing) Truth(*Thread) bool { return false }

func (thing) Print(*Thread) string { return "<thing>" }

func (thing) HTML(*Thread) Markup { return "<i>" }

func (thing) Call(_ *Thread, args Args) Value { return Int(len(args.Pos)) }

func TestObjectsOfAnEngine(t *testing.T) {
	t.Parallel()
	th := newThread(t)
	for _, c := range []struct {
		name string
		run  func() Value
		want string
	}{
		{"attribute first", func() Value { return GetName(th, thing{}, "one") }, "1"},
		{"item first", func() Value { return GetItem(th, thing{}, Str("one")) }, "2"},
		{"attribute, then item", func() Value { return GetName(th, thing{}, "two") }, "2"},
		{"neither", func() Value { return GetName(th, thing{}, "three") }, "Undefined"},
		{
			"underscore", func() Value { return Add(th, GetName(th, thing{}, "_hidden"), Int(1)) },
			"!security: access to attribute '_hidden' of 'Thing' object is unsafe.",
		},
		{
			"dunder", func() Value { return Add(th, GetName(th, thing{}, "__class__"), Int(1)) },
			"!security: access to attribute '__class__' of 'Thing' object is unsafe.",
		},
		{"length", func() Value { return Int(Length(th, thing{})) }, "9"},
		{"truth", func() Value { return Bool(Truth(th, thing{})) }, "False"},
		{"print", func() Value { return Str(ToText(th, thing{})) }, "'<thing>'"},
		{"escape", func() Value { return Escape(th, thing{}) }, "Markup('<i>')"},
		{"call", func() Value { return Call(th, thing{}, Args{Pos: []Value{None, None}}) }, "2"},
		{"walk", func() Value { return NewList(Collect(th, thing{})) }, "!type: 'Thing' object is not iterable"},
	} {
		if got := result(th, c.run); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
