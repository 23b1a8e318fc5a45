package jinja_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"bellhop/jinja"
)

// TestErrors checks all that an error tells.
func TestErrors(t *testing.T) {
	t.Parallel()
	env := newEnv(t, jinja.WithLoader(mapLoader{
		"broken": "fine\n{% if %}", "fails": "ok\n  {{ 1 // 0 }}", "lib": "{% macro m(x) %}\n{{ x.y.z }}{% endmacro %}",
		"base": "\n{% block a %}{{ nope.x }}{% endblock %}", "typo": "{{ 1|uper }}", "outer": "\n\n{% include 'broken' %}",
	}))
	tests := []struct {
		name, source string
		want         jinja.Error
	}{
		{"never closed", "a\n{{ x", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseCompile, Line: 2, Column: 5, Snippet: "{{ x", Message: "expected '}}', found the end of the template"}},
		{"unknown filter", "\n {{ name|uper }}", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseCompile, Line: 2, Column: 10, Snippet: " {{ name|uper }}", Suggestions: []string{"upper"}, Message: "no filter named 'uper'"}},
		{"unknown filter with several near ones", "{{ 1|selec }}", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseCompile, Line: 1, Column: 6, Snippet: "{{ 1|selec }}", Suggestions: []string{"select", "selectattr"}, Message: "no filter named 'selec'"}},
		{"unknown filter with none near", "{{ name|zzzzzz }}", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseCompile, Line: 1, Column: 9, Snippet: "{{ name|zzzzzz }}", Message: "no filter named 'zzzzzz'"}},
		{"unknown test", "{{ name is definde }}", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseCompile, Line: 1, Column: 9, Snippet: "{{ name is definde }}", Suggestions: []string{"defined"}, Message: "no test named 'definde'"}},
		{"unknown filter in a branch", "{% if true %}{{ 1|uper }}{% endif %}", jinja.Error{Kind: jinja.KindOther, Phase: jinja.PhaseRender, Line: 1, Column: 19, Snippet: "{% if true %}{{ 1|uper }}{% endif %}", Suggestions: []string{"upper"}, Message: "no filter named 'uper'"}},
		{"undefined", "x\r\n  {{ nope.x }}", jinja.Error{Kind: jinja.KindUndefined, Phase: jinja.PhaseRender, Line: 2, Column: 10, Snippet: "  {{ nope.x }}", Message: "'nope' is undefined"}},
		{"column counts code points", "{{ 'é€😀' ~ nope.x }}", jinja.Error{Kind: jinja.KindUndefined, Phase: jinja.PhaseRender, Line: 1, Column: 16, Snippet: "{{ 'é€😀' ~ nope.x }}", Message: "'nope' is undefined"}},
		{"security", "{{ ''.__class__.x }}", jinja.Error{Kind: jinja.KindSecurity, Phase: jinja.PhaseRender, Line: 1, Column: 16, Snippet: "{{ ''.__class__.x }}", Message: "access to attribute '__class__' of 'str' object is unsafe."}},
		{"overflow", "{{ range(1000000) }}", jinja.Error{Kind: jinja.KindOverflow, Phase: jinja.PhaseRender, Line: 1, Column: 9, Snippet: "{{ range(1000000) }}", Message: "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000)."}},
		{"value", "{% set a, b = [1] %}", jinja.Error{Kind: jinja.KindValue, Phase: jinja.PhaseRender, Line: 1, Column: 8, Snippet: "{% set a, b = [1] %}", Message: "not enough values to unpack (expected 2, got 1)"}},
		{"type", "{{ none + 1 }}", jinja.Error{Kind: jinja.KindType, Phase: jinja.PhaseRender, Line: 1, Column: 9, Snippet: "{{ none + 1 }}", Message: "unsupported operand type(s) for +: 'NoneType' and 'int'"}},
		{"template not found", "\n{% include 'nowhere' %}", jinja.Error{Kind: jinja.KindTemplateNotFound, Phase: jinja.PhaseRender, Line: 2, Column: 1, Snippet: "{% include 'nowhere' %}", Message: "template nowhere not found"}},
		{"in an included template", "x\n{% include 'fails' %}", jinja.Error{Kind: jinja.KindOther, Phase: jinja.PhaseRender, Template: "fails", Line: 2, Column: 8, Snippet: "  {{ 1 // 0 }}", Message: "integer division or modulo by zero"}},
		{"in a parent's block", "{% extends 'base' %}", jinja.Error{Kind: jinja.KindUndefined, Phase: jinja.PhaseRender, Template: "base", Line: 2, Column: 21, Snippet: "{% block a %}{{ nope.x }}{% endblock %}", Message: "'nope' is undefined"}},
		{"in an imported macro", "{% import 'lib' as l %}{{ l.m(1) }}", jinja.Error{Kind: jinja.KindUndefined, Phase: jinja.PhaseRender, Template: "lib", Line: 2, Column: 7, Snippet: "{{ x.y.z }}{% endmacro %}", Message: "'int object' has no attribute 'y'"}},
		{"after an include", "{% include 'lib' %}\n{{ nope.x }}", jinja.Error{Kind: jinja.KindUndefined, Phase: jinja.PhaseRender, Line: 2, Column: 8, Snippet: "{{ nope.x }}", Message: "'nope' is undefined"}},
		{"broken included template", "{% include 'broken' %}", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseRender, Template: "broken", Line: 2, Column: 7, Snippet: "{% if %}", Message: "expected an expression, found '%}'"}},
		{"broken template two includes down", "{% include 'outer' %}", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseRender, Template: "broken", Line: 2, Column: 7, Snippet: "{% if %}", Message: "expected an expression, found '%}'"}},
		{"typo in an included template", "{% include 'typo' %}", jinja.Error{Kind: jinja.KindSyntax, Phase: jinja.PhaseRender, Template: "typo", Line: 1, Column: 6, Snippet: "{{ 1|uper }}", Suggestions: []string{"upper"}, Message: "no filter named 'uper'"}},
		{"long line", "{{ nope.x }}" + strings.Repeat("é", 500), jinja.Error{Kind: jinja.KindUndefined, Phase: jinja.PhaseRender, Line: 1, Column: 8, Snippet: "{{ nope.x }}" + strings.Repeat("é", 94) + "…", Message: "'nope' is undefined"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := render(env, tt.source, nil)
			got, ok := errors.AsType[*jinja.Error](err)
			if !ok {
				t.Fatalf("got %v, want %v", err, &tt.want)
			}
			w := tt.want
			if got.Kind != w.Kind || got.Phase != w.Phase || got.Message != w.Message || got.Template != w.Template ||
				got.Line != w.Line || got.Column != w.Column || got.Snippet != w.Snippet || !slices.Equal(got.Suggestions, w.Suggestions) || got.Err != nil {
				t.Errorf("got  %+v\nwant %+v", *got, w)
			}
		})
	}
}

// TestMisspelt gives names that people get wrong; the error must name the right
// one.
func TestMisspelt(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	for source, want := range map[string]string{
		"{{ x|tojosn }}": "'tojson'", "{{ x|to_json }}": "'tojson'", "{{ x|defualt(1) }}": "'default'", "{{ x|lenght }}": "'length'",
		"{{ x|Upper }}": "'upper'", "{{ x|repalce('a', 'b') }}": "'replace'", "{{ x is undefinde }}": "'undefined'", "{{ x is nummber }}": "'number'",
		"{% fi x %}": "'if'", "{% if x %}{% esle %}": "'else'", "{% elseif x %}": "'elif'", "{% for x in y %}{% endofr %}": "'endfor'", "{% inclued 'x' %}": "'include'",
	} {
		_, err := render(env, source, nil)
		if err == nil || !strings.Contains(err.Error(), "did you mean "+want) {
			t.Errorf("%s: got %v, want a hint at %s", source, err, want)
		}
	}
}

// TestErrorText checks the line that people see.
func TestErrorText(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*jinja.Error{
		"type: no":             {Kind: jinja.KindType, Message: "no"},
		"type: no (line 3)":    {Kind: jinja.KindType, Message: "no", Line: 3},
		"type: no (a, line 3)": {Kind: jinja.KindType, Message: "no", Template: "a", Line: 3},
		"syntax: no filter named 'x'; did you mean 'a' or 'b'? (line 3)": {Kind: jinja.KindSyntax, Message: "no filter named 'x'", Suggestions: []string{"a", "b"}, Line: 3},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
