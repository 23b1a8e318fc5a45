package value

import (
	"encoding/json"
	"testing"
)

func TestFormatSpecificationsAreThoseOfPython(t *testing.T) {
	t.Parallel()
	var cases [][2]json.RawMessage
	load(t, "format_spec.json", &cases)
	for _, c := range cases {
		var specs [][2]json.RawMessage
		decodeInto(t, c[1], &specs)
		for _, pair := range specs {
			th := newThread(t)
			spec, want := pyText(t, pair[0]), pyText(t, pair[1])
			got := result(th, func() Value { return Str(FormatValue(th, pyValue(c[0]).decode(t), spec)) })
			if !agree(got, want) {
				t.Errorf("format(%s, %q): got %s, want %s", c[0], spec, got, want)
			}
		}
	}
}

func TestPercentFormattingIsThatOfPython(t *testing.T) {
	t.Parallel()
	var cases [][2]json.RawMessage
	load(t, "percent.json", &cases)
	for _, c := range cases {
		var results [][2]json.RawMessage
		decodeInto(t, c[1], &results)
		for _, pair := range results {
			th := newThread(t)
			want := pyText(t, pair[1])
			got := result(th, func() Value { return Mod(th, pyValue(c[0]).decode(t), pyValue(pair[0]).decode(t)) })
			if !agree(got, want) {
				t.Errorf("%s %% %s: got %s, want %s", c[0], pair[0], got, want)
			}
		}
	}
}
