package syntax

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// parseError returns the error that Parse has to return for source.
func parseError(t *testing.T, source string, opts Options) *Error {
	t.Helper()
	tpl, err := Parse(source, opts)
	if tpl != nil {
		t.Fatalf("Parse(%.80q) = %s, want an error", source, dump(tpl))
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("Parse(%.80q): error %v is no *Error", source, err)
	}
	return e
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		// What was expected and what was there instead.
		{"{{ a b }}", "line 1, column 6: expected '}}', found 'b'"},
		{"{{ a 'b' }}", `line 1, column 6: expected '}}', found string "b"`},
		{"{{ }}", "line 1, column 4: expected an expression, found '}}'"},
		{"\n {% if a", "line 2, column 9: expected '%}', found the end of the template"},
		{"{{ x|1 }}", "line 1, column 6: expected the name of a filter, found '1'"},
		{"{{ f(1 2) }}", "line 1, column 8: expected ',' or ')', found '2'"},
		{"{% for x of y %}{% endfor %}", "line 1, column 10: expected 'in', found 'of'"},
		{"{{ " + strings.Repeat("n", 99) + " x }}", "line 1, column 104: expected '}}', found 'x'"},
		{"{{ x " + strings.Repeat("n", 99) + " }}", "line 1, column 6: expected '}}', found '" + strings.Repeat("n", 40) + "...'"},
		// Habits from other languages.
		{"{{ a && b }}", "line 1, column 6: unexpected character '&'; write 'and' for a logical and"},
		{"{{ a || b }}", "line 1, column 7: expected the name of a filter, found '|'; write 'or' for a logical or"},
		{"{% if a = 1 %}{% endif %}", "line 1, column 9: expected '%}', found '='; write '==' to compare, {% set %} to assign"},
		{"{{ {{ a }} }}", "line 1, column 9: expected ':', found '}'; a dict is written {key: value}; {{ }} cannot stand inside of a tag"},
		{"{{ a }", "line 1, column 6: unexpected '}': no bracket is open; write '}}' to end the tag"},
		// Unknown and misplaced tags.
		{"{% fro x in y %}", "line 1, column 4: unknown tag 'fro'; did you mean 'for'?"},
		{"{% If x %}", "line 1, column 4: unknown tag 'If'; did you mean 'if'?"},
		{"{% if x %}{% edn %}", "line 1, column 14: unknown tag 'edn'; did you mean 'elif', 'else' or 'endif'?"},
		{"{% for x in y %}{% ednfor %}", "line 1, column 20: unknown tag 'ednfor'; did you mean 'endfor'?"},
		{"{% elsif x %}", "line 1, column 4: unknown tag 'elsif'; did you mean 'elif'?"},
		{"{% csrf_token %}", "line 1, column 4: unknown tag 'csrf_token'"},
		{"{% do x %}", "line 1, column 4: unknown tag 'do'; write {% set _ = ... %} to evaluate an expression only"},
		{"{% trans %}", "line 1, column 4: unknown tag 'trans'; translations are not available"},
		{"{% endif %}", "line 1, column 4: unexpected tag 'endif': no 'if' waits for it"},
		{
			"{% for x in y %}\n{% if x %}{% endfor %}",
			"line 2, column 14: unexpected tag 'endfor': another tag has to be closed first; " +
				"'if' at line 2, column 1 is open and needs 'elif', 'else' or 'endif'",
		},
		{
			"{% if a %}{% else %}{% else %}{% endif %}",
			"line 1, column 24: unexpected tag 'else': no 'if' or 'for' waits for it; 'if' at line 1, column 1 is open and needs 'endif'",
		},
		// What is never closed is reported where it was opened.
		{"\n {% for x in y %}{{ x }}", "line 2, column 2: 'for' is never closed; expected 'endfor' or 'else'"},
		{"a {# b", "line 1, column 3: comment is never closed; close it with '#}'"},
		{"a {% raw %}{{ x }}", "line 1, column 3: raw block is never closed; close it with '{% endraw %}'"},
		{"{{ f('a }}", "line 1, column 6: string is never closed: no second ' follows"},
		{"{{ [f(1 }}", "line 1, column 9: unexpected '}': '(' at line 1, column 6 has to be closed first"},
		// Checks of the tree.
		{"{{ f(a=1, a=2) }}", `line 1, column 11: keyword argument "a" is given twice`},
		{"{% macro m(a, a) %}{% endmacro %}", `line 1, column 15: parameter "a" is declared twice`},
		{"{% block a %}{% endblock %}\n{% block a %}{% endblock %}", `line 2, column 1: block "a" is already defined at line 1, column 1`},
		{"{{ x[1:2, 3] }}", "line 1, column 7: a slice cannot be one of several subscripts"},
		{"{% set x.y[0] = 1 %}", "line 1, column 11: expected '=' or '%}', found '['"},
		{"{% set 'x' = 1 %}", "line 1, column 8: cannot assign to this expression; only names and tuples of names can be assigned to"},
		// String escapes are reported where they are.
		{`{{ 'abc\u12' }}`, `line 1, column 8: escape \u needs 4 hexadecimal digits`},
		{`{{ '\N{NO SUCH}' }}`, `line 1, column 5: unknown character name in \N{NO SUCH}`},
	}
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			t.Parallel()
			err := parseError(t, tt.source, Options{})
			if err.Error() != tt.want || err.Kind != KindSyntax {
				t.Errorf("Parse(%q)\n got  %v (kind %d)\n want %s", tt.source, err, err.Kind, tt.want)
			}
		})
	}
}

func TestManyKeywords(t *testing.T) {
	t.Parallel()
	var args strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&args, "k%d=1, ", i)
	}
	if _, err := Parse("{{ f("+args.String()+") }}", Options{}); err != nil {
		t.Error(err)
	}
	for _, again := range []string{"k0", "k7", "k8", "k9", "k999"} {
		if err := parseError(t, "{{ f("+args.String()+again+"=2) }}", Options{}); !strings.Contains(err.Message, "twice") {
			t.Errorf("%s twice: %v", again, err)
		}
	}
}

// TestNamespaceTuples: Jinja2 3.1.5 and later; the trees of TestTrees are older.
func TestNamespaceTuples(t *testing.T) {
	t.Parallel()
	tests := []struct{ source, want string }{
		{"{% set n.a, b = x %}", `(set (tuple (ns n a) "b"!) "x")`},
		{"{% set b, n.a = x %}", `(set (tuple "b"! (ns n a)) "x")`},
		{"{% set n.a, n.b %}{% endset %}", `(setblock (tuple (ns n a) (ns n b)) _)`},
	}
	for _, tt := range tests {
		tpl, err := Parse(tt.source, Options{})
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.source, err)
			continue
		}
		if got := dump(tpl); got != tt.want {
			t.Errorf("Parse(%q) = %s, want %s", tt.source, got, tt.want)
		}
	}
	for _, source := range []string{"{% for n.a in x %}{% endfor %}", "{% with n.a = 1 %}{% endwith %}", "{% set (n.a, b) = x %}", "{% set true.a = x %}"} {
		parseError(t, source, Options{})
	}
}

func TestExtensions(t *testing.T) {
	t.Parallel()
	both := Options{Do: true, LoopControls: true}
	ok := []struct{ source, want string }{
		{"{% do f(1), 2 %}", `(do (tuple (call "f" (const 1)) (const 2)))`},
		{"{% for a in b %}{% if a %}{% break %}{% endif %}{% endfor %}", `(for "a"! "b" _ (body (if (when "a" (break)))))`},
		{"{% for a in b %}{% filter f %}{% continue %}{% endfilter %}{% endfor %}", `(for "a"! "b" _ (body (filterblock (filter _ f) (continue))))`},
		{
			"{% for a in b %}{% for c in d %}{% else %}{% break %}{% endfor %}{% endfor %}",
			`(for "a"! "b" _ (body (for "c"! "d" _ (else (break)))))`,
		},
	}
	for _, tt := range ok {
		tpl, err := Parse(tt.source, both)
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.source, err)
			continue
		}
		if got := dump(tpl); got != tt.want {
			t.Errorf("Parse(%q) = %s, want %s", tt.source, got, tt.want)
		}
		if err := parseError(t, tt.source, Options{}); !strings.HasPrefix(err.Message, "unknown tag") {
			t.Errorf("Parse(%q) without extensions: %v", tt.source, err)
		}
	}
	for _, source := range []string{
		"{% break %}",
		"{% for a in b %}{% else %}{% continue %}{% endfor %}",
		"{% for a in b %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}",
		"{% for a in b %}{% call m() %}{% break %}{% endcall %}{% endfor %}",
		"{% for a in b %}{% block c scoped %}{% break %}{% endblock %}{% endfor %}",
		"{% for a in b %}{% for c in d recursive %}{% else %}{% break %}{% endfor %}{% endfor %}",
	} {
		if err := parseError(t, source, both); err.Message != "'break' and 'continue' need a loop around them" {
			t.Errorf("Parse(%q): %v", source, err)
		}
	}
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	tpl, err := Parse("{% block a %}{% block b scoped %}{% endblock %}{% endblock %}{% if x %}{% block c %}{% endblock %}{% endif %}", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, block := range tpl.Blocks {
		names = append(names, block.Name)
	}
	if got := strings.Join(names, " "); got != "a b c" {
		t.Errorf("blocks %q, want a b c", got)
	}
}
