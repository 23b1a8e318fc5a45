package pyre_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"bellhop/internal/condition/pyre"
)

// cases has what Python's re.match says; testdata/gen.py wrote it.
type cases struct {
	Texts []string
	Cases []struct {
		Pattern string
		Error   string
		Matches []int // indexes of texts
	}
}

func readCases(t testing.TB) cases {
	t.Helper()
	content, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var all cases
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// notSupported has the patterns that Python takes and we refuse, see doc.go.
var notSupported = []string{`\N{DIGIT ONE}`}

func TestAgainstPython(t *testing.T) {
	t.Parallel()
	all := readCases(t)
	for _, tc := range all.Cases {
		compiled, err := pyre.Compile(tc.Pattern)
		if slices.Contains(notSupported, tc.Pattern) {
			if err == nil {
				t.Errorf("%q: accepted", tc.Pattern)
			}
			continue
		}
		if tc.Error != "" {
			// Some of Python's messages have no position; ours always do.
			if err == nil || !strings.HasPrefix(err.Error()+" ", tc.Error+" ") {
				t.Errorf("%q: error %v, want %q", tc.Pattern, err, tc.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tc.Pattern, err)
			continue
		}
		for i, text := range all.Texts {
			got, err := compiled.Patient().Match(text)
			if want := slices.Contains(tc.Matches, i); got != want || err != nil {
				t.Errorf("%q on %q: got %v, %v, want %v", tc.Pattern, text, got, err, want)
			}
		}
	}
}

func TestRefusedForSize(t *testing.T) {
	t.Parallel()
	for name, pattern := range map[string]string{
		"long":   strings.Repeat("a", pyre.MaxPattern+1),
		"nested": strings.Repeat("(", 200) + strings.Repeat(")", 200),
	} {
		if _, err := pyre.Compile(pattern); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// No pattern may hang the caller, whatever it says.
func TestHostilePatternsEnd(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 5000) + "!"
	cases := []struct {
		name, pattern string
		text          string
		want          error
	}{
		{"linear engine", `(a+)+$`, text, nil},
		{"backtracking engine", `(a+)+(?=b)`, text, pyre.ErrTimeout},
		{"references", `(a*)*\1(?!!)b`, text, pyre.ErrTimeout},
		{"counts beyond the linear engine", `(?:a|aa){0,2000}[bc]`, text, pyre.ErrTimeout},
		{"large program on a long text", strings.Repeat("a{0,300}", 10) + "b", strings.Repeat("a", 1<<20), pyre.ErrTooLong},
		{"backtracking on a long text", `(?=a)`, strings.Repeat("a", 2<<20), pyre.ErrTooLong},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			compiled, err := pyre.Compile(tc.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if matched, err := compiled.Match(tc.text); matched || !errors.Is(err, tc.want) {
				t.Errorf("got %v, %v, want false, %v", matched, err, tc.want)
			}
		})
	}
}

// JSON can hold half of a surrogate pair; Python counts it as one character.
func TestLoneSurrogate(t *testing.T) {
	t.Parallel()
	const text = "a\xed\xa0\x80b"
	for pattern, want := range map[string]bool{"a.b$": true, "a...b$": false, "a(?=.b)": true} {
		compiled, err := pyre.Compile(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := compiled.Match(text); got != want || err != nil {
			t.Errorf("%q: got %v, %v, want %v", pattern, got, err, want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for i, tc := range readCases(f).Cases {
		if i < 300 { // those written by hand
			f.Add(tc.Pattern, "a\nb été 12")
		}
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		compiled, err := pyre.Compile(pattern)
		if err != nil {
			if err.Error() == "" {
				t.Error("error without a message")
			}
			if strings.HasPrefix(err.Error(), "pattern is not supported") {
				t.Errorf("%q: our own output does not compile: %v", pattern, err)
			}
			return
		}
		_, _ = compiled.Match(text)
	})
}
