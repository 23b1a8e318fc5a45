package value

import (
	"encoding/json"
	"testing"
)

func TestAccessIsThatOfTheSandbox(t *testing.T) {
	t.Parallel()
	var cases []struct {
		Value pyValue
		Attrs [][2]json.RawMessage
		Items [][2]json.RawMessage
	}
	load(t, "access.json", &cases)
	deep := func(f func(th *Thread) Value) string {
		th := newThread(t)
		var v Value
		if err := Try(func() { v = f(th) }); err != nil {
			return "!" + err.Error()
		}
		if _, ok := v.(*Undefined); ok {
			return "Undefined " + result(th, func() Value { return Add(th, v, Int(1)) })
		}
		return shown(th, v)
	}
	for _, c := range cases {
		for _, pair := range c.Attrs {
			name, want := pyText(t, pair[0]), pyText(t, pair[1])
			attr := NewAttr(name)
			if got := deep(func(th *Thread) Value { return GetAttr(th, c.Value.decode(t), attr) }); got != want {
				t.Errorf("%s.%s: got %s, want %s", c.Value, name, got, want)
			}
			if got := deep(func(th *Thread) Value { return GetName(th, c.Value.decode(t), name) }); got != want {
				t.Errorf("%s.%s by name: got %s, want %s", c.Value, name, got, want)
			}
		}
		for _, pair := range c.Items {
			want := pyText(t, pair[1])
			got := deep(func(th *Thread) Value { return GetItem(th, c.Value.decode(t), pyValue(pair[0]).decode(t)) })
			if got != want {
				t.Errorf("%s[%s]: got %s, want %s", c.Value, pair[0], got, want)
			}
		}
	}
}

func TestSlicesAreThoseOfPython(t *testing.T) {
	t.Parallel()
	var cases []struct {
		Value pyValue
		Part  []pyValue
		Want  json.RawMessage
	}
	load(t, "slice.json", &cases)
	for _, c := range cases {
		th := newThread(t)
		want := pyText(t, c.Want)
		got := result(th, func() Value {
			p := decodeAll(t, c.Part)
			return Slice(th, c.Value.decode(t), p[0], p[1], p[2])
		})
		if !agree(got, want) {
			t.Errorf("%s%s: got %s, want %s", c.Value, c.Part, got, want)
		}
	}
}
