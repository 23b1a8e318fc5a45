package jinja_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// vector is a case of testdata/vectors; see the README there.
type vector struct {
	ID           string   `json:"id"`
	Group        string   `json:"group"`
	Level        int      `json:"level"`
	Template     string   `json:"template"`
	ContextRef   string   `json:"context_ref"`
	Filters      []string `json:"filters"`
	Expected     *string  `json:"expected"`
	Error        string   `json:"error"`
	ErrorMessage string   `json:"error_message"`
	Phase        string   `json:"phase"`
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// contexts gives the named contexts, parsed by the engine's own reader.
func contexts(t testing.TB) map[string]*value.Dict {
	t.Helper()
	var file struct {
		Contexts map[string]json.RawMessage `json:"contexts"`
	}
	readJSON(t, "testdata/vectors/contexts.json", &file)
	out := map[string]*value.Dict{}
	for name, raw := range file.Contexts {
		out[name] = vars(t, raw)
	}
	return out
}

func vars(t testing.TB, raw []byte) *value.Dict {
	t.Helper()
	v, err := value.ParseJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	return v.(*value.Dict)
}

// headerSafe is the filter of that name: text without control characters.
func headerSafe(_ context.Context, v value.Value, _ []value.Value) (value.Value, error) {
	text, err := value.String(v)
	return value.Str(strings.Map(func(r rune) rune {
		if r < 32 || r == 127 {
			return -1
		}
		return r
	}, text)), err
}

// newEnv makes an environment that a busy machine cannot run out of time.
func newEnv(t testing.TB, opts ...jinja.Option) *jinja.Environment {
	t.Helper()
	patient := jinja.WithLimits(jinja.Limits{Time: time.Minute})
	env, err := jinja.New(append([]jinja.Option{patient}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// check renders a vector and says what is wrong, or nothing.
func (v *vector) check(env *jinja.Environment, vars *value.Dict) string {
	got, err := render(env, v.Template, vars)
	if v.Expected != nil {
		if err != nil {
			return fmt.Sprintf("got error %v\nwant %q", err, *v.Expected)
		}
		if got != *v.Expected {
			return fmt.Sprintf("got  %q\nwant %q", got, *v.Expected)
		}
		return ""
	}
	want := fmt.Sprintf("error %s at %s (%s)", v.Error, v.Phase, v.ErrorMessage)
	if err == nil {
		return fmt.Sprintf("got  %q\nwant %s", got, want)
	}
	var je *jinja.Error
	if !errors.As(err, &je) || string(je.Kind) != v.Error || string(je.Phase) != v.Phase {
		return fmt.Sprintf("got  %v\nwant %s", err, want)
	}
	return ""
}

func render(env *jinja.Environment, template string, vars *value.Dict) (string, error) {
	tpl, err := env.Compile(template)
	if err != nil {
		return "", err
	}
	return tpl.RenderString(context.Background(), vars)
}

// TestVectors holds the engine against what the real Jinja2 makes of some
// thousand templates, and of those that the differential fuzzer has found.
func TestVectors(t *testing.T) {
	t.Parallel()
	plain := newEnv(t)
	withFilter := newEnv(t, jinja.WithFilter("header_safe", jinja.Filter{Func: headerSafe}))
	ctxs := contexts(t)
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	files = append(files, "testdata/found.json")
	var total, passed atomic.Int64
	t.Cleanup(func() { t.Logf("%d of %d vectors pass", passed.Load(), total.Load()) })
	for _, file := range files {
		var group struct {
			Cases []vector `json:"cases"`
		}
		readJSON(t, file, &group)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			for _, v := range group.Cases {
				total.Add(1)
				env := plain
				if len(v.Filters) > 0 {
					env = withFilter
				}
				if wrong := v.check(env, ctxs[v.ContextRef]); wrong != "" {
					t.Errorf("%s (level %d): %s\n%s", v.ID, v.Level, v.Template, wrong)
					continue
				}
				passed.Add(1)
			}
		})
	}
}
