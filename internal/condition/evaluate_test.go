package condition_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/condition"
)

func compile(t testing.TB, definition string) *condition.Set {
	t.Helper()
	set, err := condition.Compile([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// NetBox 4.7's rules for snapshots and for changes without data, where the
// vectors have no case (netbox documentation of the operators; section 5.7 of
// the behaviour notes).
func TestSnapshots(t *testing.T) {
	t.Parallel()
	const (
		create = `{"prechange": null, "postchange": {"status": "active", "tags": ["a"], "cf": {"x": 1}}}`
		update = `{"prechange": {"status": "planned", "asn": 1, "gone": 1, "cf": null}, "postchange": {"status": "active", "asn": 1.0, "cf": {"x": 1}}}`
		remove = `{"prechange": {"status": "active"}, "postchange": null}`
		job    = `{"prechange": null, "postchange": null}`
	)
	cases := []struct {
		name, condition, data, snapshots string
		want                             condition.Result
	}{
		{"changed on create", `{"attr": "status", "op": "changed"}`, `{}`, create, condition.Fired},
		{"unchanged on create", `{"attr": "status", "op": "unchanged"}`, `{}`, create, condition.NotFired},
		{"changed on delete", `{"attr": "status", "op": "changed"}`, `{}`, remove, condition.Fired},
		{"changed compares as Python", `{"attr": "asn", "op": "changed"}`, `{}`, update, condition.NotFired},
		{"attribute in one snapshot only", `{"attr": "gone", "op": "changed"}`, `{}`, update, condition.Fired},
		{"below null on one side", `{"attr": "cf.x", "op": "changed"}`, `{}`, update, condition.Fired},
		{"attribute in neither", `{"attr": "nope", "op": "changed"}`, `{}`, update, condition.Unresolved},
		{"attribute in neither, negated", `{"attr": "nope", "op": "changed", "negate": true}`, `{}`, update, condition.Unresolved},
		{"both snapshots null", `{"attr": "status", "op": "changed"}`, `{}`, job, condition.Unresolved},
		{"no snapshots", `{"attr": "status", "op": "changed"}`, `{}`, "", condition.Unresolved},
		{"the snapshot itself on create", `{"attr": "snapshots.prechange", "value": null}`, `{}`, create, condition.Fired},
		{"null snapshot is null", `{"attr": "snapshots.prechange.status", "value": null}`, `{}`, create, condition.Fired},
		{"null snapshot with in", `{"attr": "snapshots.prechange.status", "value": [null], "op": "in"}`, `{}`, create, condition.Fired},
		{"null snapshot with gt", `{"attr": "snapshots.prechange.status", "value": 1, "op": "gt"}`, `{}`, create, condition.NotFired},
		{"null snapshot with regex, negated", `{"attr": "snapshots.prechange.status", "value": ".", "op": "regex", "negate": true}`, `{}`, create, condition.Fired},
		{"misspelt path in a null snapshot", `{"attr": "snapshots.prechange.statsu", "value": null}`, `{}`, create, condition.Unresolved},
		{"null snapshot on delete", `{"attr": "snapshots.postchange.status", "value": null}`, `{}`, remove, condition.Fired},
		{"null snapshot beside a null one", `{"attr": "snapshots.prechange.status", "value": null}`, `{}`, job, condition.Unresolved},
		{"unknown snapshot", `{"attr": "snapshots.before.status", "value": null}`, `{}`, update, condition.Unresolved},
		{"no data", `{"attr": "a", "value": 1}`, `null`, "", condition.NotFired},
		{"no data, negated", `{"attr": "a", "value": 1, "negate": true}`, `null`, "", condition.NotFired},
		{"no data, changed", `{"attr": "a", "op": "changed"}`, `null`, update, condition.NotFired},
		{"no data, siblings count", `{"or": [{"attr": "a", "value": 1}, {"and": []}]}`, `null`, "", condition.Fired},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			verdict := compile(t, tc.condition).Evaluate(parse(t, tc.data), parse(t, tc.snapshots))
			if verdict.Result != tc.want {
				t.Errorf("got %v (%s), want %v", verdict.Result, verdict.Reason, tc.want)
			}
		})
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	const data = `{"name": "Zürich \"1\"", "status": {"value": "planned"}, "asn": 65001, "lat": 65001.0, "region": null, "tags": [{"slug": "a"}, {"name": "b"}, 7]}`
	const snapshots = `{"prechange": {"status": "planned"}, "postchange": {"status": "active"}}`
	cases := []struct{ name, condition, want string }{
		{"met", `{"and": [{"attr": "asn", "value": 65001}]}`, `all conditions are met`},
		{"bare, met", `{"attr": "asn", "value": 65001}`, `asn eq 65001 is true: seen 65001`},
		{"bare, not met", `{"attr": "lat", "value": 1, "op": "lt"}`, `lat lt 1 is false: seen 65001.0`},
		{"first that fails", `{"and": [{"attr": "asn", "value": 65001}, {"attr": "status.value", "value": "active"}, {"attr": "nope", "value": 1}]}`, `status.value eq "active" is false: seen "planned"`},
		{"negated", `{"and": [{"attr": "status.value", "value": ["planned"], "op": "in", "negate": true}]}`, `status.value not in ["planned"] is false: seen "planned"`},
		{"alternative", `{"or": [{"attr": "asn", "value": 1}, {"attr": "asn", "value": 65001}]}`, `asn eq 65001 is true: seen 65001`},
		{"no alternative", `{"or": [{"attr": "asn", "value": 1}, {"attr": "asn", "value": 2}]}`, `none of the alternatives is met`},
		{"missing key", `{"and": [{"attr": "status.lable", "value": 1}]}`, `status.lable eq 1 cannot be evaluated: there is no key "lable" at "status"`},
		{"below null", `{"attr": "region.name", "value": "x"}`, `region.name eq "x" cannot be evaluated: null has no key "name" at "region"`},
		{"below text", `{"attr": "name.x.y", "value": "x"}`, `name.x.y eq "x" cannot be evaluated: a string has no key "x" at "name"`},
		{"item without key", `{"attr": "tags.slug", "value": "x"}`, `tags.slug eq "x" cannot be evaluated: item 1: there is no key "slug" at "tags"`},
		{"no order", `{"attr": "name", "value": 1, "op": "gt"}`, `name gt 1 cannot be evaluated: '>' not supported between instances of 'str' and 'int'`},
		{"regex on null", `{"attr": "region", "value": "a", "op": "regex"}`, `region regex "a" cannot be evaluated: expected string, got 'NoneType'`},
		{"unchanged", `{"attr": "status", "op": "unchanged"}`, `status unchanged is false: seen "planned" → "active"`},
		{"other letters stay", `{"attr": "name", "value": "<ü>"}`, `name eq "<ü>" is false: seen "Zürich \"1\""`},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			verdict := compile(t, tc.condition).Evaluate(parse(t, data), parse(t, snapshots))
			if verdict.Reason != tc.want {
				t.Errorf("got  %s\nwant %s", verdict.Reason, tc.want)
			}
		})
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	set := compile(t, `{"and": [
		{"or": [{"attr": "a", "value": 2}, {"attr": "a", "value": 1}]},
		{"attr": "b", "value": "x", "op": "regex", "negate": true},
		{"attr": "c", "value": null}
	]}`)
	tree := set.Evaluate(parse(t, `{"a": 1, "b": "xyz"}`), nil).Tree
	const drawn = `false: and
  true: or
    false: a eq 2 (seen: 1)
    true: a eq 1 (seen: 1)
  false: b not regex "x" (seen: "xyz")
  not evaluated: c eq null
`
	if diff := cmp.Diff(drawn, tree.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stored, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var read condition.Node
	if err := json.Unmarshal(stored, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree, &read); diff != "" {
		t.Errorf("not the same after JSON (-want +got):\n%s", diff)
	}
	const leaf = `{"path":"conditions.and[1]","op":"regex","attr":"b","negate":true,"expected":"\"x\"","seen":"\"xyz\"","result":"false"}`
	if !strings.Contains(string(stored), leaf) {
		t.Errorf("%s\ndoes not contain\n%s", stored, leaf)
	}
}

// The explanation is stored with every change, so neither large values nor
// large definitions may make it large.
func TestTreeIsBounded(t *testing.T) {
	t.Parallel()
	var members []string
	for i := range 1000 {
		members = append(members, fmt.Sprintf(`{"attr": "x.%d", "value": "", "op": "contains"}`, i))
	}
	fields := map[string]string{}
	for i := range 1000 {
		fields[strconv.Itoa(i)] = strings.Repeat("ü", 10_000)
	}
	data, err := json.Marshal(map[string]any{"x": fields, strings.Repeat("k", 10_000): 1})
	if err != nil {
		t.Fatal(err)
	}
	verdict := compile(t, `{"and": [`+strings.Join(members, ",")+`]}`).Evaluate(parse(t, string(data)), nil)
	stored, err := json.Marshal(verdict.Tree)
	if err != nil {
		t.Fatal(err)
	}
	if verdict.Result != condition.Fired || len(stored) > 64<<10 || verdict.Tree.Omitted != 901 {
		t.Errorf("result %v, %d bytes, %d omitted", verdict.Result, len(stored), verdict.Tree.Omitted)
	}
}

// Many expensive patterns in one set must not add up to a hang.
func TestManyRegularExpressionsEnd(t *testing.T) {
	t.Parallel()
	member := `{"attr": "x", "value": "(a+)+(?=b)", "op": "regex", "negate": true}`
	definition := `{"and": [` + strings.Repeat(member+",", 700) + member + `]}`
	data := parse(t, `{"x": "`+strings.Repeat("a", 5000)+`"}`)
	if verdict := compile(t, definition).Evaluate(data, nil); verdict.Result != condition.Unresolved {
		t.Errorf("got %v", verdict.Result)
	}
}

func TestEvaluateConcurrently(t *testing.T) {
	t.Parallel()
	set := compile(t, `{"and": [{"attr": "tags.slug", "value": "a", "op": "contains"}, {"attr": "name", "value": "\\bSi", "op": "regex"}]}`)
	data := parse(t, `{"name": "Site", "tags": [{"slug": "a"}]}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if got := set.Evaluate(data, nil); got.Result != condition.Fired {
					t.Errorf("got %v (%s)", got.Result, got.Reason)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzEvaluate(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add([]byte(v.Conditions), []byte(v.Data), []byte(v.Snapshots))
	}
	f.Fuzz(func(t *testing.T, definition, data, snapshots []byte) {
		set, err := condition.Compile(definition)
		if err != nil {
			return
		}
		verdict := set.Evaluate(parseAny(data), parseAny(snapshots))
		if verdict.Result == condition.NotEvaluated {
			t.Error("no result")
		}
		if set.IsEmpty() {
			return
		}
		if stored, err := json.Marshal(verdict.Tree); err != nil || len(stored) > 256<<10 {
			t.Errorf("%d bytes, %v", len(stored), err)
		}
		if verdict.Reason == "" || len(verdict.Reason) > 2000 {
			t.Errorf("reason of %d bytes", len(verdict.Reason))
		}
	})
}
