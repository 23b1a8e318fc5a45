package syntax

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vector is a case of the conformance vectors (testdata/vectors/README.md), as
// far as it concerns parsing.
type vector struct {
	ID           string `json:"id"`
	Template     string `json:"template"`
	Phase        string `json:"phase"`
	Error        string `json:"error"`
	ErrorMessage string `json:"error_message"`
}

func vectors(tb testing.TB) []vector {
	tb.Helper()
	paths, err := filepath.Glob("../../testdata/vectors/*.json")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no vectors: %v", err)
	}
	var all []vector
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		var file struct {
			Cases []vector `json:"cases"`
		}
		if err := json.Unmarshal(data, &file); err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		all = append(all, file.Cases...)
	}
	return all
}

// refusedHere reports whether Jinja2's parser refuses the template. Whether a
// filter or test exists and what constants fold to is the compiler's question.
func (v vector) refusedHere() bool {
	return v.Phase == "compile" && v.Error == "syntax" &&
		!strings.HasPrefix(v.ErrorMessage, "No filter named") &&
		!strings.HasPrefix(v.ErrorMessage, "No test named")
}

// TestVectors: what Jinja2 refuses to load is refused here, and nothing else.
func TestVectors(t *testing.T) {
	t.Parallel()
	refused := 0
	for _, v := range vectors(t) {
		if v.refusedHere() {
			refused++
		}
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(v.Template, Options{})
			if !v.refusedHere() {
				if err != nil {
					t.Errorf("Parse(%q) = %v, want no error", v.Template, err)
				}
				return
			}
			if err == nil {
				t.Fatalf("Parse(%q) succeeded, want an error like %q", v.Template, v.ErrorMessage)
			}
			if refused, _ := errors.AsType[*Error](err); refused.Kind != KindSyntax {
				t.Errorf("Parse(%q) = %v of kind %v, want KindSyntax", v.Template, err, refused.Kind)
			}
		})
	}
	if refused < 100 {
		t.Errorf("only %d vectors that cannot be parsed, the folder holds more", refused)
	}
}
