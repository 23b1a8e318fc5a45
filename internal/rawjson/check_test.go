package rawjson_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"bellhop/internal/rawjson"
)

// The depth counts open containers, not values, and the first fault in the text
// is the one that is told.
func TestCheckDepth(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat(`[{"a":`, n/2) + "1" + strings.Repeat("}]", n/2) }
	cases := []struct {
		name, text string
		depth      int
		want       error
	}{
		{"scalar", "1", 0, nil},
		{"as deep as may be", nested(4), 4, nil},
		{"one deeper", nested(6), 5, rawjson.ErrTooDeep},
		{"side by side", `[[],[],[{}]]`, 3, nil},
		{"brackets in strings", `["[[[[", "{{{{"]`, 1, nil},
		{"deep before broken", `[[[[1`, 3, rawjson.ErrTooDeep},
		{"broken before deep", `[x, [[[`, 3, rawjson.ErrSyntax},
		{"a bomb", strings.Repeat("[", 1<<20), 100, rawjson.ErrTooDeep},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if err := rawjson.Check([]byte(tc.text), tc.depth); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

// FuzzCheck compares with Go's own validator, which has no bound on depth that
// counts here.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		``, ` `, `{}`, ` [ ] `, `{"a" : [1, -0.5e+3, true, null, "x\"\\\u00e9"]}`, `[1,]`, `{"a":1,}`, `{"a"}`, `{a:1}`, `01`, `-`, `1.`, `1e`,
		`.5`, `+1`, `"\x"`, `"\u12g4"`, "\"\x01\"", "\"\xff\"", `"abc`, `tru`, `nullx`, `[1 2]`, `{"a":1 "b":2}`, `[}`, `{]`, `1 2`, "\ufeff1", `"\u`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := rawjson.Check(text, 1<<20)
		if want := json.Valid(text); (err == nil) != want {
			t.Errorf("%q: got %v, json.Valid says %t", text, err, want)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	text := []byte(`{"object_type": "dcim.site", "event": "created", "data": {"id": 5, "name": "AMS1", "tags": [{"id": 1, "slug": "core"}],` +
		` "comments": "` + strings.Repeat("some text ", 60) + `", "latitude": 52.37, "status": {"value": "active", "label": "Active"}}}`)
	b.Run("Check", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if rawjson.Check(text, 100) != nil {
				b.Fatal("not valid")
			}
		}
	})
	b.Run("json.Valid", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if !json.Valid(text) {
				b.Fatal("not valid")
			}
		}
	})
}
