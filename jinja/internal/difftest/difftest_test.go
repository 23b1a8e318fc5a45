//go:build difftest

package difftest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

var (
	count = flag.Int("n", 20_000, "templates to compare")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the first template; the others count up from it")
)

// contexts are those of the vectors that look like a webhook's.
func contexts(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	data, err := os.ReadFile("../../testdata/vectors/contexts.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Contexts map[string]json.RawMessage `json:"contexts"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file.Contexts
}

// paths gives the expressions that reach each value of a context.
func paths(at string, v any) []string {
	out := []string{at}
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			step := "." + k
			if at == "" {
				step = k
			} else if strings.Trim(k, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
				step = fmt.Sprintf("[%q]", k)
			}
			out = append(out, paths(at+step, v[k])...)
		}
	case []any:
		for i := range min(len(v), 2) {
			out = append(out, paths(fmt.Sprintf("%s[%d]", at, i), v[i])...)
		}
	}
	return out
}

// answer is what an engine made of a template.
type answer struct {
	Output  *string `json:"output"`
	Error   string  `json:"error"`
	Phase   string  `json:"phase"`
	Message string  `json:"message"`
}

func (a answer) String() string {
	if a.Output != nil {
		return fmt.Sprintf("%q", *a.Output)
	}
	return fmt.Sprintf("error %s at %s: %s", a.Error, a.Phase, a.Message)
}

// python is a process that renders with the real Jinja2.
type python struct {
	in  io.WriteCloser
	out *bufio.Reader
}

func startPython(t *testing.T, contexts map[string]json.RawMessage) *python {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/usr/bin/python3", "-W", "ignore", "testdata/render.py")
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0") // the order of sets
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("the real Jinja2 is needed (Debian's python3-jinja2): %v", err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	text := map[string]string{}
	for name, raw := range contexts {
		text[name] = string(raw)
	}
	p := &python{in: in, out: bufio.NewReaderSize(out, 1<<20)}
	if err := json.NewEncoder(in).Encode(text); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *python) render(template, context string) (answer, error) {
	enc := json.NewEncoder(p.in)
	if err := enc.Encode(map[string]string{"template": template, "context": context}); err != nil {
		return answer{}, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return answer{}, fmt.Errorf("python ended: %w", err)
	}
	var a answer
	return a, json.Unmarshal(line, &a)
}

func ours(env *jinja.Environment, template string, vars *value.Dict) answer {
	text, err := func() (string, error) {
		tpl, err := env.Compile(template)
		if err != nil {
			return "", err
		}
		return tpl.RenderString(context.Background(), vars)
	}()
	if err == nil {
		return answer{Output: &text}
	}
	var je *jinja.Error
	if !errors.As(err, &je) {
		return answer{Error: "unknown", Message: err.Error()}
	}
	return answer{Error: string(je.Kind), Phase: string(je.Phase), Message: je.Message}
}

// documented reports whether a difference is one that docs/templates.md names:
// addresses in the text of objects, limits of ours, and templates that Python
// itself gave up.
func documented(template string, theirs, our answer) bool {
	switch {
	case theirs.Error == "timeout", theirs.Error == "memory":
		return true
	case theirs.Output != nil && address.MatchString(*theirs.Output):
		return true
	case address.MatchString(theirs.Message):
		return our.Output == nil
	case our.Error == "limit", strings.Contains(our.Message, "complex"), strings.Contains(our.Message, "'set object' has no"):
		return true
	case theirs.Output != nil && our.Output != nil:
		return showsObject.MatchString(template)
	}
	return false
}

// address finds the addresses in the text of objects, and in what pprint shows
// for a container inside itself.
var address = regexp.MustCompile(`(?i) at 0x|<Recursion on \w+ with id=`)

// showsObject finds templates that print or measure something whose text has an
// address in Python: a method that is not called, an iterator, an object.
var showsObject = regexp.MustCompile(`\|\s*reverse|\.(items|keys|values|get|index|count|copy)\b[^(]`)

func same(theirs, our answer) bool {
	if theirs.Output != nil && our.Output != nil {
		return *theirs.Output == *our.Output
	}
	return theirs.Output == nil && our.Output == nil && theirs.Error == our.Error && theirs.Phase == our.Phase
}

// TestAgainstPython compares random templates. Each is made from a seed of its
// own, which a failure names.
func TestAgainstPython(t *testing.T) {
	all := contexts(t)
	var names []string
	reach, vars := map[string][]string{}, map[string]*value.Dict{}
	for name, raw := range all {
		names = append(names, name)
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		reach[name] = paths("", v)[1:]
		if len(reach[name]) == 0 {
			reach[name] = []string{"data"}
		}
		parsed, err := value.ParseJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		vars[name] = parsed.(*value.Dict)
	}
	slices.Sort(names)
	env, err := jinja.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d templates from seed %d", *count, *seed)

	const workers = 2
	var wg sync.WaitGroup
	var mu sync.Mutex
	excused, failed, fine := 0, 0, 0
	for w := range workers {
		p := startPython(t, all)
		wg.Go(func() {
			for i := w; i < *count; i += workers {
				s := *seed + uint64(i)
				name := names[s%uint64(len(names))]
				template := NewGenerator(s, reach[name]).Template()
				theirs, err := p.render(template, name)
				if err != nil {
					t.Errorf("seed %d: %v\n%s", s, err, template)
					return
				}
				our := ours(env, template, vars[name])
				mu.Lock()
				switch {
				case same(theirs, our):
					if theirs.Output != nil {
						fine++
					}
				case documented(template, theirs, our):
					excused++
				default:
					failed++
					if failed <= 50 {
						t.Errorf("seed %d, context %s:\n%s\nJinja2: %v\nours:   %v", s, name, template, theirs, our)
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("%d templates, %d rendered alike without an error, %d documented differences, %d others", *count, fine, excused, failed)
}
