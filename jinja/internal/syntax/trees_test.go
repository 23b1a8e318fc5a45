package syntax

import (
	"cmp"
	"encoding/json"
	"os"
	"testing"
)

// TestTrees compares our trees with those of Jinja2's own parser.
func TestTrees(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(cmp.Or(os.Getenv("SYNTAX_TREES"), "testdata/trees.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases [][]*string
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		source, want := *c[0], c[1]
		tpl, err := Parse(source, Options{})
		switch {
		case want == nil && err == nil:
			t.Errorf("Parse(%q)\n got  %s\n want error %q", source, dump(tpl), *c[2])
		case want != nil && err != nil:
			t.Errorf("Parse(%q)\n got error %v\n want %s", source, err, *want)
		case want != nil && dump(tpl) != *want:
			t.Errorf("Parse(%q)\n got  %s\n want %s", source, dump(tpl), *want)
		}
	}
}
