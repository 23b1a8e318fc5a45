package manifest

import (
	"encoding/json"
	"testing"
)

func decode(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// What a server shows must be known again in what a file says.
func TestSame(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, field, file, server string
		want                      bool
	}{
		{"equal texts", "name", `"a"`, `"a"`, true},
		{"other text", "name", `"a"`, `"b"`, false},
		{"choice", "status", `"active"`, `{"value": "active", "label": "Active"}`, true},
		{"other choice", "status", `"planned"`, `{"value": "active", "label": "Active"}`, false},
		{"tags", "tags", `[{"slug": "x"}]`, `[{"id": 1, "url": "u", "display": "X", "name": "X", "slug": "x", "color": "aa"}]`, true},
		{"sets in another order", "content_types", `["b", "a"]`, `["a", "b"]`, true},
		{"other set", "content_types", `["b"]`, `["a", "b"]`, false},
		{"conditions by key", "conditions", `{"and": [{"value": 1, "attr": "a"}]}`, `{"and": [{"attr": "a", "value": 1}]}`, true},
		{"conditions in another order", "conditions", `{"and": [{"attr": "a"}, {"attr": "b"}]}`, `{"and": [{"attr": "b"}, {"attr": "a"}]}`, false},
		{"a false that counts", "conditions", `{"attr": "a", "value": false}`, `{"attr": "a"}`, false},
		{"masked secret", "secret", `"********"`, `"********"`, true},
		{
			"type field without what is empty", "fields", `[{"name": "a", "kind": "text"}]`,
			`[{"name": "a", "label": "A", "kind": "text", "required": false, "nullable": false}]`, true,
		},
		{
			"type field that was required", "fields", `[{"name": "a", "kind": "text"}]`,
			`[{"name": "a", "label": "A", "kind": "text", "required": true}]`, false,
		},
		{
			"type field with another label", "fields", `[{"name": "a", "label": "B", "kind": "text"}]`,
			`[{"name": "a", "label": "A", "kind": "text"}]`, false,
		},
		{"type field gone", "fields", `[]`, `[{"name": "a", "kind": "text"}]`, false},
		{"type fields that are none", "fields", `"a"`, `[]`, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := same(tc.field, decode(t, tc.file), decode(t, tc.server)); got != tc.want {
				t.Errorf("got %t, want %t", got, tc.want)
			}
		})
	}
}

func TestWritableFieldsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	var fields orderedFields
	text := `{"z": {"read_only": false}, "id": {"read_only": true}, "a": {"read_only": false, "choices": [{"value": 1}]}}`
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	if len(fields) != 2 || fields[0] != "z" || fields[1] != "a" {
		t.Errorf("got %v, want z and a", fields)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("webhooks:\n  - name: a\n"))
	f.Add([]byte("webhooks: {a: [1]}\n"))
	f.Add([]byte("? [a]\n: b\n"))
	f.Add([]byte("name,content_types,payload_url\na,\"dcim.site,dcim.rack\",http://x/\n"))
	f.Add([]byte(`{"results": [{"name": "a", "action_type": {"value": "webhook", "label": "Webhook"}}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := parse(file)
		if err != nil {
			return
		}
		for name := range got.sections {
			switch name {
			case "object_types", "webhooks", "event_rules":
			default:
				t.Errorf("section %q was accepted", name)
			}
		}
	})
}
