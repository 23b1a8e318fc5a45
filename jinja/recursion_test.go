package jinja_test

import (
	"errors"
	"strings"
	"testing"

	"bellhop/jinja"
)

// TestEndlessRecursion holds templates that call themselves in every way there
// is. Each must end with an error; a Go stack overflow would end the process.
func TestEndlessRecursion(t *testing.T) {
	t.Parallel()
	loader := mapLoader{
		"self": "{% include 'self' %}", "a": "{% include 'b' %}", "b": "{% include 'a' %}",
		"up": "{% extends 'up' %}", "up1": "{% extends 'up2' %}", "up2": "{% extends 'up1' %}",
		"import": "{% import 'import' as i with context %}", "import1": "{% import 'import2' as i %}", "import2": "{% import 'import1' as i %}",
		"macro": "{% macro m() %}{% import 'macro' as l %}{{ l.m() }}{% endmacro %}{{ m() }}",
		"block": "{% block a %}{% include 'block' %}{% endblock %}",
	}
	tests := map[string]string{
		"macro":                 "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
		"two macros":            "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
		"macro in expressions":  "{% macro m() %}{{ [m()|upper ~ 'x', {'a': m()}] }}{% endmacro %}{{ m() }}",
		"macro by map":          "{% macro m(x) %}{{ x|map('upper')|list }}{{ m(x) }}{% endmacro %}{{ m('a') }}",
		"macro by namespace":    "{% set ns = namespace() %}{% macro m() %}{{ ns.m() }}{% endmacro %}{% set ns.m = m %}{{ m() }}",
		"caller":                "{% macro m() %}{{ caller() }}{% endmacro %}{% macro r() %}{% call m() %}{{ r() }}{% endcall %}{% endmacro %}{{ r() }}",
		"call block":            "{% macro m() %}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
		"block":                 "{% block a %}{{ self.a() }}{% endblock %}",
		"two blocks":            "{% block a %}{{ self.b() }}{% endblock %}{% block b %}{{ self.a() }}{% endblock %}",
		"recursive loop":        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
		"recursive loop by set": "{% for x in [1] recursive %}{% set l = loop %}{{ l([l]) }}{% endfor %}",
		"include":               "{% include 'self' %}",
		"include in a circle":   "{% include 'a' %}",
		"extends":               "{% extends 'up' %}",
		"extends in a circle":   "{% extends 'up1' %}",
		"import":                "{% import 'import' as i %}",
		"import in a circle":    "{% import 'import1' as i %}",
		"macro that imports":    "{% import 'macro' as i %}",
		"block that includes":   "{% include 'block' %}",
		"lists in each other":   "{% set a, b = [], [] %}{% set _ = a.append(b) %}{% set _ = b.append(a) %}{{ a == b }}",
		"list in itself, json":  "{% set l = [] %}{% set _ = l.append(l) %}{{ l|tojson }}",
		"dict in itself, json":  "{% set d = {} %}{% set _ = d.update({'d': d}) %}{{ d|tojson }}",
		"list in itself, loop":  "{% set l = [] %}{% set _ = l.append(l) %}{% for x in l recursive %}{{ loop(x) }}{% endfor %}",
	}
	for name, source := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, depth := range []int{0, 20, 2000} {
				env := newEnv(t, jinja.WithLoader(loader), jinja.WithLimits(jinja.Limits{Depth: depth}))
				_, err := render(env, source, nil)
				je, ok := errors.AsType[*jinja.Error](err)
				if !ok || je.Phase != jinja.PhaseRender {
					t.Errorf("depth %d: got %v, want an error of the render", depth, err)
				}
			}
		})
	}
}

// TestDeepSource holds sources whose trees are deep.
func TestDeepSource(t *testing.T) {
	t.Parallel()
	const n = 20_000
	env := newEnv(t)
	for name, source := range map[string]string{
		"brackets":    "{{ " + strings.Repeat("[", n) + strings.Repeat("]", n) + " }}",
		"parentheses": "{{ " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n) + " }}",
		"minus":       "{{ " + strings.Repeat("-", n) + "1 }}",
		"not":         "{{ " + strings.Repeat("not ", n) + "1 }}",
		"calls":       "{{ f" + strings.Repeat("()", n) + " }}",
		"attributes":  "{{ a" + strings.Repeat(".a", n) + " }}",
		"filters":     "{{ a" + strings.Repeat("|e", n) + " }}",
		"sums":        "{{ 1" + strings.Repeat("+1", n) + " }}",
		"powers":      "{{ 1" + strings.Repeat("**1", n) + " }}",
		"inline ifs":  "{{ 1" + strings.Repeat(" if 1 else 1", n) + " }}",
		"ifs":         strings.Repeat("{% if 1 %}", n) + strings.Repeat("{% endif %}", n),
		"elifs":       "{% if 1 %}" + strings.Repeat("{% elif 1 %}", n) + "{% endif %}",
		"loops":       strings.Repeat("{% for x in y %}", n) + strings.Repeat("{% endfor %}", n),
		"dicts":       "{{ " + strings.Repeat("{1:", n) + "1" + strings.Repeat("}", n) + " }}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := render(env, source, nil); err != nil {
				if _, ok := errors.AsType[*jinja.Error](err); !ok {
					t.Errorf("not an error of ours: %v", err)
				}
			}
		})
	}
}
