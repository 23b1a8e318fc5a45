package rawjson_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/rawjson"
)

type member struct{ Name, Value string }

func members(text string) (list []member) {
	for name, value := range rawjson.Members([]byte(text)) {
		list = append(list, member{string(name), string(value)})
	}
	return list
}

func TestMembers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		want       []member
	}{
		{"empty", ` { } `, nil},
		{"scalars", `{"a":1,"b" : -2.5e3 , "c":null,"d":true}`, []member{{"a", "1"}, {"b", "-2.5e3"}, {"c", "null"}, {"d", "true"}}},
		{"containers", `{"a": {"x": [1, {"y": "}"}]}, "b": [ ], "c":{}}`, []member{{"a", `{"x": [1, {"y": "}"}]}`}, {"b", "[ ]"}, {"c", "{}"}}},
		{"strings", `{"a": "x\"y", "b": "\\", "c": "{,"}`, []member{{"a", `"x\"y"`}, {"b", `"\\"`}, {"c", `"{,"`}}},
		{"escaped name", `{"\u0061\n": 1, "ä": 2}`, []member{{"a\n", "1"}, {"ä", "2"}}},
		{"twice", `{"a": 1, "a": 2}`, []member{{"a", "1"}, {"a", "2"}}},
		{"no object", `[1]`, nil},
		{"nothing", ``, nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, members(tc.text)); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

// What Go's own decoder makes of a valid text is what the functions must find.
func FuzzAgainstDecoder(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, {"b": "c\\\"d"}], "": null}`, `[{}, [], "", 0, -1e9, true]`, `"\ud800"`, ` [ 1 , 2 ] `, `{"a":{"b":{"c":[[[]]]}}}`, `{`, `["`, `{"a"`, "[\"\xff\"]",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		elements := slices.Collect(rawjson.Elements(text)) // must end, valid or not
		found := map[string]json.RawMessage{}
		for name, value := range rawjson.Members(text) {
			found[string(name)] = value
		}
		if !json.Valid(text) {
			return
		}
		var list []json.RawMessage
		if json.Unmarshal(text, &list) == nil && !slices.EqualFunc(list, elements, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
			t.Errorf("elements of %s: got %s, want %s", text, elements, list)
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(text, &object) == nil && object != nil {
			if diff := cmp.Diff(object, found); diff != "" {
				t.Errorf("members of %s (-want +got):\n%s", text, diff)
			}
		}
		var want string
		isText := len(bytes.TrimSpace(text)) > 0 && bytes.TrimSpace(text)[0] == '"' && json.Unmarshal(text, &want) == nil
		if got, ok := rawjson.Text(bytes.TrimSpace(text)); ok != isText || got != want {
			t.Errorf("text %s: got %q, %t, want %q, %t", text, got, ok, want, isText)
		}
	})
}
