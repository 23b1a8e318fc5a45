package yamltext_test

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"bellhop/internal/yamltext"
)

func TestToJSON(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, text, want, fault string }{
		{name: "mapping", text: "a: 1\nb: [x, 'y']\n", want: `{"a": 1, "b": ["x", "y"]}` + "\n"},
		{name: "JSON", text: `{"a": null}`, want: `{"a": null}` + "\n"},
		{name: "syntax", text: "a: [1\n", fault: "[1:4] "},
		{name: "alias", text: "a: &x [1]\nb: *x\n", fault: "[1:4] anchors, aliases and tags are not taken"},
		{name: "alias bomb", text: "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", fault: "anchors"},
		{name: "tag", text: "a: !!binary x\n", fault: "[1:4] anchors, aliases and tags"},
		{name: "flow lists within each other", text: strings.Repeat("[", 51), fault: "[1:51] lists and mappings are nested too deeply"},
		{name: "block lists within each other", text: strings.Repeat("- ", 51) + "x", fault: "nested too deeply"},
		{name: "too long", text: strings.Repeat("x", 1001), fault: "more than 1000 bytes"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := yamltext.ToJSON([]byte(tc.text), 1000)
			switch {
			case tc.fault != "" && (err == nil || !strings.Contains(err.Error(), tc.fault)):
				t.Errorf("error %v, want %q", err, tc.fault)
			case tc.fault == "" && (err != nil || string(got) != tc.want):
				t.Errorf("got %q, error %v, want %q", got, err, tc.want)
			}
		})
	}
}

func TestUnmarshalIsStrictWhenAsked(t *testing.T) {
	t.Parallel()
	var into struct {
		A int `yaml:"a"`
	}
	err := yamltext.Unmarshal([]byte("a: 1\nb: 2\n"), 100, &into, yaml.Strict())
	if err == nil || !strings.HasPrefix(err.Error(), "[2:1] ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q", err)
	}
}

func FuzzToJSON(f *testing.F) {
	for _, text := range []string{"a: 1", "- [x, {y: z}]", "!", "&a *a", "? [a]\n: b", "|\n x"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		_, _ = yamltext.ToJSON(text, 1<<16) // must come back
	})
}
