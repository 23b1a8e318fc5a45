package condition_test

import (
	"encoding/json"
	"os"
	"testing"

	"bellhop/internal/condition"
	"bellhop/jinja/value"
)

// vector is a case whose expectation came from running NetBox 4.7's code.
type vector struct {
	ID         string
	Note       string
	Conditions json.RawMessage
	Data       json.RawMessage
	Snapshots  json.RawMessage
	Expected   json.RawMessage // true, false, "invalid" or "unresolved"
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	content, err := os.ReadFile("testdata/conditions.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != 130 {
		t.Fatalf("%d vectors, want 130", len(file.Vectors))
	}
	return file.Vectors
}

// parse reads JSON; an absent text is nil.
func parse(t testing.TB, text string) value.Value {
	t.Helper()
	if text == "" {
		return nil
	}
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestNetBoxVectors(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			want := string(v.Expected)
			set, err := condition.Compile(v.Conditions)
			if err != nil {
				if want != `"invalid"` {
					t.Errorf("%s: refused: %v, want %s", v.Conditions, err, want)
				}
				return
			}
			verdict := set.Evaluate(parse(t, string(v.Data)), parse(t, string(v.Snapshots)))
			got := verdict.Result.String()
			if verdict.Result == condition.Unresolved {
				got = `"unresolved"`
			}
			if got != want {
				t.Errorf("%s: got %s (%s), want %s", v.Conditions, got, verdict.Reason, want)
			}
			if verdict.Reason == "" || verdict.Tree == nil {
				t.Errorf("no explanation: %+v", verdict)
			}
		})
	}
}

// parseAny is parse for texts that may be no JSON.
func parseAny(text []byte) value.Value {
	v, err := value.ParseJSON(text)
	if err != nil {
		return nil
	}
	return v
}
