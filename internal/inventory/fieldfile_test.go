package inventory_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/inventory"
	"bellhop/internal/webhook"
)

// What is written is read back as it was, for every built-in type.
func TestFieldsThereAndBack(t *testing.T) {
	t.Parallel()
	types, err := inventory.BuiltinTypes()
	if err != nil {
		t.Fatal(err)
	}
	own, err := inventory.ParseFields([]byte(`
- {name: a, kind: text, label: "a: {b}", default: "x # y", help: 'it''s "so"'}
- {name: b, kind: decimal, places: 2, default: 1.5, min: -1, max: 2.5}
- {name: c, kind: boolean, default: true}
- {name: d, kind: json, default: {"k": [1, null, "x"]}}
- {name: e, kind: choice, choices: {"1": "Yes", "no": "true", "x y": "a, b"}, default: "1"}
`))
	if err != nil {
		t.Fatal(err)
	}
	types = append(types, webhook.ObjectType{AppLabel: "own", Model: "type", Fields: own})
	for _, typ := range types {
		text, err := inventory.FormatFields(typ.Fields)
		if err != nil {
			t.Fatalf("%s: %v", typ.Name(), err)
		}
		if lines := strings.Count(string(text), "\n"); lines != len(typ.Fields) {
			t.Errorf("%s: %d lines for %d fields", typ.Name(), lines, len(typ.Fields))
		}
		again, err := inventory.ParseFields(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", typ.Name(), err, text)
		}
		if diff := cmp.Diff(typ.Fields, again); diff != "" {
			t.Errorf("%s: %s\n%s", typ.Name(), diff, text)
		}
	}
}

func TestParseFieldsSaysWhere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"an unknown key", "- name: a\n  kind: text\n  requird: true\n", "[3:3]"},
		{"no YAML", "- {name: a, kind: text\n", "[1:"},
		{"no list", "name: a\n", "[1:"},
		{"an alias", "- {name: a, kind: json, default: &x [1]}\n- {name: b, kind: json, default: *x}\n", "[1:34]"},
		{"lists in lists", strings.Repeat("[", 10_000), "[1:51] lists"},
		{"lists in lists by lines", strings.Repeat("- ", 10_000), "[1:101] lists"},
		{"too much", strings.Repeat("# comment\n", 20_000), "this text has more than 131072 bytes"},
		{"not a number", "- {name: a, kind: text, max_length: many}\n", "[1:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := inventory.ParseFields([]byte(tt.text))
			if got := fields(err)["fields"]; len(got) != 1 || !strings.HasPrefix(got[0], tt.want) || strings.Contains(got[0], "\n") {
				t.Errorf("%q, want it to begin with %s", got, tt.want)
			}
		})
	}
	if got, err := inventory.ParseFields([]byte(`[{"name": "a", "kind": "integer", "min": 1}]`)); err != nil || len(got) != 1 || got[0].Kind != webhook.FieldInteger {
		t.Errorf("JSON: %+v, %v", got, err)
	}
	if got, err := inventory.ParseFields(nil); err != nil || len(got) != 0 {
		t.Errorf("nothing: %+v, %v", got, err)
	}
}

// Whatever is sent, the answer is fields that can be written and read again, or a
// message.
func FuzzParseFields(f *testing.F) {
	f.Add("- {name: a, kind: text, default: \"x\"}\n")
	f.Add("- name: a\n  kind: choice\n  choices: {a: A, 1: \"yes\"}\n  min: -1.5\n")
	f.Add(`[{"name": "a", "kind": "json", "default": {"b": [1, null, true, 1e400]}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := inventory.ParseFields([]byte(text))
		if err != nil {
			if len(fields(err)["fields"]) == 0 {
				t.Errorf("the error is for nobody: %v", err)
			}
			return
		}
		if _, err := inventory.FormatFields(parsed); err != nil {
			t.Errorf("cannot be written: %v", err)
		}
	})
}
