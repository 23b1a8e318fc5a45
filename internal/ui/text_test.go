package ui

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestReadableJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, document, want string }{
		{"nothing escaped", `{"a": "b"}`, `{"a": "b"}`},
		{"letters", `{"Z\u00fcrich": "\u0645\u0631\u0643\u0632"}`, `{"Zürich": "مركز"}`},
		{"a pair of surrogates", `"\ud83d\udc69!"`, `"👩!"`},
		{"halves of a pair stay", `["\ud83d", "\udc69\ud83d", "\ud83d\n"]`, `["\ud83d", "\udc69\ud83d", "\ud83d\n"]`},
		{"what JSON needs escaped stays", `"\u0022\u005c\n\""`, `"\u0022\u005c\n\""`},
		{"a backslash before u is no escape", `"\\u00fc"`, `"\\u00fc"`},
		{"what cannot be seen stays", `"\u202e\u200d\u00a0\u0000"`, `"\u202e\u200d\u00a0\u0000"`},
		{"numbers", `[1.50, 12345678901234567890]`, `[1.50, 12345678901234567890]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := readableJSON([]byte(c.document)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// However an escape is cut off, nothing breaks, and what was JSON means the same.
func FuzzReadableJSON(f *testing.F) {
	for _, seed := range []string{`"\u00fc"`, `"\ud83d\udc69"`, `"\ud83d\u"`, `\`, `"\\\u00fc`, `\u12`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		got := readableJSON(document)
		var before, after any
		if json.Unmarshal(document, &before) != nil {
			return
		}
		if err := json.Unmarshal([]byte(got), &after); err != nil {
			t.Fatalf("%q became %q: %v", document, got, err)
		}
		first, _ := json.Marshal(before) // what was decoded always encodes
		second, _ := json.Marshal(after)
		if !bytes.Equal(first, second) {
			t.Errorf("%q became %q", document, got)
		}
	})
}

func TestIsolate(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Berlin":          "Berlin",
		"Zürich 東京":       "Zürich 東京",
		"מרכז":            "\u2068מרכז\u2069",
		"a مركز":          "\u2068a مركز\u2069",
		"\u202egnp.exe":   "\u2068\u202egnp.exe\u2069",
		"\U0001e900 adlm": "\u2068\U0001e900 adlm\u2069",
	} {
		if got := isolate(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}
