package value

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestMethodsAreThoseOfPython(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"str_methods.json", "bytes_methods.json", "other_methods.json", "format_calls.json"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			var cases []struct {
				Value  pyValue
				Method string
				Args   []pyValue
				Kwargs map[string]pyValue
				Want   json.RawMessage
				After  json.RawMessage
			}
			load(t, file, &cases)
			for _, c := range cases {
				th := newThread(t)
				self := c.Value.decode(t)
				args := Args{Pos: decodeAll(t, c.Args)}
				for _, name := range slices.Sorted(maps.Keys(c.Kwargs)) {
					args.Names = append(args.Names, name)
					args.Named = append(args.Named, c.Kwargs[name].decode(t))
				}
				want := pyText(t, c.Want)
				got := result(th, func() Value { return Invoke(th, self, NewAttr(c.Method), args) })
				if !agree(got, want) {
					t.Errorf("%s.%s%s%s:\n got %s\nwant %s", c.Value, c.Method, c.Args, c.Kwargs, got, want)
				}
				if c.After != nil && !strings.HasPrefix(want, "!") {
					if got, want := Repr(th, self), pyText(t, c.After); got != want {
						t.Errorf("%s after %s%s: got %s, want %s", c.Value, c.Method, c.Args, got, want)
					}
				}
			}
		})
	}
}
