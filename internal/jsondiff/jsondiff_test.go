package jsondiff_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/jsondiff"
)

// line is a difference as one row of a table.
type line struct{ Sign, Path, Before, After string }

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		before, after string
		want          []line
	}{
		{"the same in another order and spacing", `{"a": 1, "b": [1, 2]}`, `{"b":[1,2],"a":1}`, nil},
		{"nothing on either side", ``, `null`, nil},
		{"a scalar", `{"status":"planned"}`, `{"status":"active"}`, []line{{"~", "status", `"planned"`, `"active"`}}},
		{"to null", `{"region":7}`, `{"region":null}`, []line{{"~", "region", `7`, `null`}}},
		{"numbers that round alike", `{"n":0.1}`, `{"n":0.10000000000000001}`, []line{{"~", "n", `0.1`, `0.10000000000000001`}}},
		{
			"members in objects", `{"custom_fields":{"owner":"ann","rack":1}}`, `{"custom_fields":{"owner":"bob","row":2}}`,
			[]line{{"~", "custom_fields.owner", `"ann"`, `"bob"`}, {"+", "custom_fields.row", "", "2"}, {"-", "custom_fields.rack", "1", ""}},
		},
		{
			"removed members in their place", `{"a":1,"gone":2,"z":3}`, `{"a":0,"z":0}`,
			[]line{{"~", "a", "1", "0"}, {"-", "gone", "2", ""}, {"~", "z", "3", "0"}},
		},
		{"a list of plain values is one value", `{"tags":["a","b"]}`, `{"tags":["b"]}`, []line{{"~", "tags", `["a","b"]`, `["b"]`}}},
		{
			"other lists place by place", `{"l":[{"x":1},{"x":2}]}`, `{"l":[{"x":1},{"x":3},{"x":4}]}`,
			[]line{{"~", "l[1].x", "2", "3"}, {"+", "l[2].x", "", "4"}},
		},
		{"another type", `{"a":{"b":1}}`, `{"a":[1]}`, []line{{"~", "a", `{"b":1}`, `[1]`}}},
		{"created", ``, `{"name":"x","tags":[],"c":{}}`, []line{{"+", "name", "", `"x"`}, {"+", "tags", "", "[]"}, {"+", "c", "", "{}"}}},
		{"deleted", `{"name":"x"}`, `null`, []line{{"-", "name", `"x"`, ""}}},
		{"names that are no words", `{}`, `{"a.b":1,"":2,"é-1":3}`, []line{{"+", `["a.b"]`, "", "1"}, {"+", `[""]`, "", "2"}, {"+", "é-1", "", "3"}}},
		{"the document itself", `1`, `2`, []line{{"~", "", "1", "2"}}},
		{"a name twice: the last counts", `{"a":1,"a":2}`, `{"a":2}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			found, err := jsondiff.Compare([]byte(tt.before), []byte(tt.after))
			if err != nil {
				t.Fatal(err)
			}
			var got []line
			for _, d := range found {
				got = append(got, line{d.Kind.Sign(), d.Path, string(d.Before), string(d.After)})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompareRefusesWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{", "[1,]", "x"} {
		if _, err := jsondiff.Compare([]byte(text), nil); err == nil {
			t.Errorf("before %q: no error", text)
		}
		if _, err := jsondiff.Compare([]byte("{}"), []byte(text)); err == nil {
			t.Errorf("after %q: no error", text)
		}
	}
}

// Documents differ exactly when something is found, and the other way round the
// same is found with the signs turned.
func FuzzCompare(f *testing.F) {
	f.Add(`{"a":[{"b":1}],"c":"x"}`, `{"a":[{"b":2},3],"d":{}}`)
	f.Add(`[[[]]]`, `{"":{"":[]}}`)
	f.Add(`null`, `{"a":null}`)
	f.Fuzz(func(t *testing.T, before, after string) {
		there, err := jsondiff.Compare([]byte(before), []byte(after))
		back, err2 := jsondiff.Compare([]byte(after), []byte(before))
		if (err == nil) != (err2 == nil) || len(there) != len(back) && err == nil {
			t.Fatalf("%d there (%v), %d back (%v)", len(there), err, len(back), err2)
		}
		if err != nil {
			return
		}
		for _, d := range there {
			if d.Before != nil && !json.Valid(d.Before) || d.After != nil && !json.Valid(d.After) || d.Before == nil && d.After == nil {
				t.Errorf("difference %+v", d)
			}
		}
		if same, err := jsondiff.Compare([]byte(before), []byte(before)); err != nil || len(same) > 0 {
			t.Errorf("the same differs: %v, %v", same, err)
		}
	})
}
