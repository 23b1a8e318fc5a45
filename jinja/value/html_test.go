package value

import (
	"encoding/json"
	"testing"
)

func TestEscapeIsThatOfMarkupsafe(t *testing.T) {
	t.Parallel()
	var cases [][2]json.RawMessage
	load(t, "escape.json", &cases)
	for _, c := range cases {
		th := newThread(t)
		want := pyText(t, c[1])
		if got := result(th, func() Value { return Escape(th, pyValue(c[0]).decode(t)) }); got != want {
			t.Errorf("escape(%s): got %s, want %s", c[0], got, want)
		}
	}
}
