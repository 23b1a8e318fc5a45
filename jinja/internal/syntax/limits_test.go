package syntax

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	repeat := strings.Repeat
	tests := []struct {
		name   string
		source func(n int) string
		max    int // the greatest n that is allowed
		opts   Options
	}{
		{"bytes", func(n int) string { return repeat("a", n) }, DefaultMaxSource, Options{}},
		{"bytes, option", func(n int) string { return repeat("a", n) }, 10, Options{MaxSource: 10}},
		// {{, }} and the end of the template are tokens too.
		{"tokens", func(n int) string { return "{{" + repeat("~ x", n)[1:] + "}}" }, (DefaultMaxTokens - 2) / 2, Options{}},
		{"tokens, option", func(n int) string { return "{{" + repeat("~ x", n)[1:] + "}}" }, 4, Options{MaxTokens: 10}},
		{"parentheses", func(n int) string { return "{{" + repeat("(", n) + "1" + repeat(")", n) + "}}" }, 100, Options{}},
		{"lists", func(n int) string { return "{{" + repeat("[", n) + repeat("]", n) + "}}" }, 100, Options{}},
		{"dicts", func(n int) string { return "{{" + repeat("{1:", n) + "1" + repeat("}", n) + "}}" }, 100, Options{}},
		{"items", func(n int) string { return "{{" + repeat("x[", n) + "1" + repeat("]", n) + "}}" }, 100, Options{}},
		{"calls", func(n int) string { return "{{" + repeat("f(", n) + repeat(")", n) + "}}" }, 100, Options{}},
		{"filters in filters", func(n int) string { return "{{ x" + repeat("|f(x", n) + repeat(")", n) + "}}" }, 100, Options{}},
		{"tags", func(n int) string { return repeat("{% if x %}", n) + repeat("{% endif %}", n) }, 100, Options{}},
		{"tags, option", func(n int) string { return repeat("{% with %}", n) + repeat("{% endwith %}", n) }, 5, Options{MaxDepth: 5}},
		// The tree has an Output above these, and the innermost operand below.
		{"minus", func(n int) string { return "{{ 1" + repeat("-1", n) + "}}" }, 398, Options{}},
		{"negations", func(n int) string { return "{{" + repeat(" -", n) + "1}}" }, 398, Options{}},
		{"nots", func(n int) string { return "{{" + repeat("not ", n) + "1}}" }, 398, Options{}},
		{"filters", func(n int) string { return "{{ x" + repeat("|f", n) + "}}" }, 398, Options{}},
		{"attributes", func(n int) string { return "{{ x" + repeat(".a", n) + "}}" }, 398, Options{}},
		{"tests", func(n int) string { return "{{ x" + repeat(" is t 1", n) + "}}" }, 398, Options{}},
		{"ors", func(n int) string { return "{{ x" + repeat(" or x", n) + "}}" }, 398, Options{}},
		{"inline ifs", func(n int) string { return "{{ x" + repeat(" if x else x", n) + "}}" }, 398, Options{}},
		{"filters before tests", func(n int) string { return "{{ x" + repeat("|f is t 1", n) + "}}" }, 199, Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(tt.source(tt.max), tt.opts); err != nil {
				t.Errorf("%d: %v", tt.max, err)
			}
			if err := parseError(t, tt.source(tt.max+1), tt.opts); err.Kind != KindLimit {
				t.Errorf("%d: %v of kind %d, want KindLimit", tt.max+1, err, err.Kind)
			}
		})
	}
}

// TestLong: what makes a template long but not deep has no limit of its own.
func TestLong(t *testing.T) {
	t.Parallel()
	repeat := strings.Repeat
	for name, source := range map[string]string{
		"tags":        repeat("{% if x %}{% endif %}", 10_000),
		"elifs":       "{% if x %}" + repeat("{% elif x %}", 20_000) + "{% endif %}",
		"comparisons": "{{ 1" + repeat("<1", 40_000) + "}}",
		"concat":      "{{ 1" + repeat("~1", 40_000) + "}}",
		"strings":     "{{" + repeat("'a'", 80_000) + "}}",
		"list":        "{{ [" + repeat("1,", 40_000) + "] }}",
		"dict":        "{{ {" + repeat("1:x,", 20_000) + "} }}",
		"arguments":   "{{ f(" + repeat("1,", 40_000) + ") }}",
		"digits":      "{{ 0x" + repeat("f", 200_000) + " }}",
		"dotted name": "{{ x|a" + repeat(".b", 40_000) + " }}",
		"comments":    repeat("{##}", 60_000),
		"raw":         repeat("{%raw%}{%endraw%}", 15_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(source, Options{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestIntegerDigits: Python converts decimal integers of up to 4300 digits only,
// but any hexadecimal one.
func TestIntegerDigits(t *testing.T) {
	t.Parallel()
	for _, digit := range []string{"1", "0"} {
		if _, err := Parse("{{ "+strings.Repeat(digit, 4300)+" }}", Options{}); err != nil {
			t.Error(err)
		}
		if err := parseError(t, "{{ "+strings.Repeat(digit, 4301)+" }}", Options{}); err.Kind != KindValue {
			t.Errorf("%v of kind %d, want KindValue", err, err.Kind)
		}
	}
}

// hostileTemplates are templates that try to exhaust an engine.
func hostileTemplates(tb testing.TB) []string {
	tb.Helper()
	data, err := os.ReadFile("../../testdata/vectors/hostile.json")
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		Hostile []struct {
			Template string              `json:"template"`
			Parts    [][]json.RawMessage `json:"template_parts"`
		} `json:"hostile"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	var sources []string
	for _, h := range file.Hostile {
		source := h.Template
		var sourceSb118 strings.Builder
		for _, part := range h.Parts {
			var text string
			var times int
			if err := errors.Join(json.Unmarshal(part[0], &text), json.Unmarshal(part[1], &times)); err != nil {
				tb.Fatal(err)
			}
			sourceSb118.WriteString(strings.Repeat(text, times))
		}
		source += sourceSb118.String()
		sources = append(sources, source)
	}
	return sources
}

// TestHostile: the tree of a hostile template is within the limits, if there is one.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, source := range hostileTemplates(t) {
		checkParse(t, source, Options{})
	}
}

// checkParse checks what holds for every source.
func checkParse(t *testing.T, source string, opts Options) {
	t.Helper()
	tpl, err := Parse(source, opts)
	if err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok || tpl != nil || e.Message == "" || e.Pos.Line < 1 || e.Pos.Column < 1 {
			t.Errorf("Parse(%.200q) = %v, %#v", source, tpl, err)
		}
		return
	}
	lines := int32(strings.Count(source, "\n") + strings.Count(source, "\r") + 1)
	maxDepth := levelCost * cmp.Or(opts.MaxDepth, DefaultMaxDepth)
	walk(tpl, func(n Node, depth int) {
		if depth >= maxDepth {
			t.Fatalf("Parse(%.200q): %T is %d nodes deep", source, n, depth)
		}
		if pos := n.Pos(); pos.Line < 1 || pos.Line > lines || pos.Column < 1 {
			t.Fatalf("Parse(%.200q): %T is at %v", source, n, pos)
		}
	})
}

// FuzzParse: no source makes Parse panic or break the limits.
func FuzzParse(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Template)
	}
	for _, source := range hostileTemplates(f) {
		if len(source) < 1000 {
			f.Add(source)
		}
	}
	f.Fuzz(func(t *testing.T, source string) {
		checkParse(t, source, Options{})
		checkParse(t, source, Options{Do: true, LoopControls: true, MaxTokens: 100, MaxDepth: 3})
	})
}
