package jinja_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// mutators change what they were given in every way that templates have.
var mutators = []string{
	"{% set _ = list.append(4) %}{% set _ = list.insert(0, 'first') %}{{ list }}",
	"{% set _ = list.pop() %}{% set _ = list.reverse() %}{% set _ = list.remove(1) %}{{ list }}",
	"{% set _ = list.extend([9, 8]) %}{% set _ = list.sort() %}{{ list }}{% set _ = list.clear() %}{{ list }}",
	"{% set _ = data.update({'name': 'changed', 'new': 1}) %}{{ data }}{% set _ = data.pop('tags') %}{{ data }}",
	"{% set _ = data.setdefault('more', []).append(1) %}{{ data.more }}{% set _ = data.popitem() %}{{ data }}{% set _ = data.clear() %}{{ data }}",
	"{% set _ = data.tags.append('z') %}{% set t = data.tags %}{% set _ = t.append('y') %}{{ data.tags }}{{ t }}{{ data }}",
	"{% for x in tree %}{% set _ = x.c.append({'n': 'grown', 'c': []}) %}{% set _ = x.update({'n': 'seen'}) %}{% endfor %}{{ tree }}",
	"{% set c = data.copy() %}{% set _ = c.update({'name': 'copy'}) %}{% set _ = c.tags.append('shared') %}{{ c }}{{ data }}",
	"{% set l = [data, list] %}{% set _ = l[1].append(l[0].name) %}{% set _ = l[0].update({'l': l[1]}) %}{{ list }}{{ data }}",
	"{% set _ = shared.append(1) %}{{ shared }}{% macro m(x) %}{% set _ = x.append('m') %}{{ x }}{% endmacro %}{{ m(shared) }}{{ m(list) }}",
	"{{ list|map('string')|list }}{{ data.tags|sort|join(',') }}{{ tree|map(attribute='n')|list }}{{ data|tojson }}{{ data|dictsort }}",
}

// shareVars is the context that mutators change.
func shareVars(t testing.TB) *value.Dict {
	t.Helper()
	return vars(t, []byte(`{"list": [1, 2, 3], "data": {"name": "sw-01", "status": {"value": "active"}, "tags": ["x", "y"]},
		"tree": [{"n": "a", "c": [{"n": "a1", "c": []}]}, {"n": "b", "c": []}]}`))
}

func shareEnv(t testing.TB) *jinja.Environment {
	t.Helper()
	shared, err := value.ParseJSON([]byte(`["global"]`))
	if err != nil {
		t.Fatal(err)
	}
	return newEnv(t, jinja.WithGlobal("shared", shared))
}

// TestSharedContext renders templates that change what they were given: the
// next render, of whatever template, must not notice.
func TestSharedContext(t *testing.T) {
	t.Parallel()
	env, shared := shareEnv(t), shareVars(t)
	before, err := value.String(shared)
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range mutators {
		alone, err := render(shareEnv(t), source, shareVars(t))
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		for range 2 {
			if got, err := render(env, source, shared); err != nil || got != alone {
				t.Errorf("%s\nwith a shared context: %q, %v\nalone: %q", source, got, err, alone)
			}
		}
		if after, _ := value.String(shared); after != before {
			t.Fatalf("%s changed the context\nfrom %s\nto   %s", source, before, after)
		}
	}
}

// TestConcurrentRenders renders templates in eight goroutines at once over one
// context. The race detector sees what the results do not show.
func TestConcurrentRenders(t *testing.T) {
	t.Parallel()
	env, shared := shareEnv(t), shareVars(t)
	templates := make([]*jinja.Template, len(mutators))
	want := make([]string, len(mutators))
	for i, source := range mutators {
		tpl, err := env.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		templates[i] = tpl
		if want[i], err = tpl.RenderString(t.Context(), shareVars(t)); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := range 50 {
				i := (g + n) % len(templates)
				var b strings.Builder
				if err := templates[i].Render(t.Context(), &b, shared); err != nil || b.String() != want[i] {
					t.Errorf("%s\ngot  %q, %v\nwant %q", mutators[i], b.String(), err, want[i])
				}
			}
		})
	}
	wg.Wait()
}

// TestConcurrentCompiles compiles and loads in one environment at once.
func TestConcurrentCompiles(t *testing.T) {
	t.Parallel()
	loader := mapLoader{"base": "<{% block a %}{% endblock %}>", "lib": "{% macro m(x) %}[{{ x }}]{% endmacro %}"}
	env := newEnv(t, jinja.WithLoader(loader))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 20 {
				source := fmt.Sprintf("{%% extends 'base' %%}{%% import 'lib' as l %%}{%% block a %%}{{ l.m(%d) }}{%% endblock %%}", g)
				got, err := render(env, source, nil)
				if want := fmt.Sprintf("<[%d]>", g); err != nil || got != want {
					t.Errorf("got %q, %v, want %q", got, err, want)
				}
			}
		})
	}
	wg.Wait()
}

// TestEnvironmentKeepsItsOwn makes two environments with different options: none
// sees the other's, nor are the built-in tables changed.
func TestEnvironmentKeepsItsOwn(t *testing.T) {
	t.Parallel()
	shout := jinja.Filter{Func: constFilter("SHOUT")}
	loud := newEnv(t, jinja.WithFilter("upper", shout), jinja.WithGlobal("range", value.Str("none left")))
	plain := newEnv(t)
	const source = "{{ 'a'|upper }}{{ range }}"
	if got, err := render(loud, source, nil); err != nil || got != "SHOUTnone left" {
		t.Errorf("with options: %q, %v", got, err)
	}
	if got, err := render(plain, "{{ 'a'|upper }}{{ range(2)|list }}", nil); err != nil || got != "A[0, 1]" {
		t.Errorf("without options: %q, %v", got, err)
	}
}
