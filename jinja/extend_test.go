package jinja_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// constFilter gives the same whatever it gets.
func constFilter(text string) func(context.Context, value.Value, []value.Value) (value.Value, error) {
	return func(context.Context, value.Value, []value.Value) (value.Value, error) { return value.Str(text), nil }
}

var errInventory = errors.New("inventory is away")

// ownEnv has filters and tests of every sort.
func ownEnv(t *testing.T) *jinja.Environment {
	t.Helper()
	show := func(_ context.Context, v value.Value, args []value.Value) (value.Value, error) {
		parts := make([]string, 0, 1+len(args))
		for _, a := range append([]value.Value{v}, args...) {
			text, err := value.String(a)
			if err != nil {
				return nil, err
			}
			parts = append(parts, text)
		}
		return value.Str(strings.Join(parts, "/")), nil
	}
	fail := func(err error) jinja.Filter {
		return jinja.Filter{Func: func(context.Context, value.Value, []value.Value) (value.Value, error) { return nil, err }}
	}
	return newEnv(t,
		jinja.WithFilter("show", jinja.Filter{
			Params: []value.Param{{Name: "must"}, {Name: "may", Default: value.Str("default")}}, Func: show,
		}),
		jinja.WithFilter("plain", jinja.Filter{Func: show}),
		jinja.WithFilter("nothing", jinja.Filter{Func: func(context.Context, value.Value, []value.Value) (value.Value, error) { return nil, nil }}),
		jinja.WithFilter("typed", fail(&value.Error{Kind: value.TypeError, Message: "wants a number"})),
		jinja.WithFilter("wrapped", fail(fmt.Errorf("asking: %w", &value.Error{Kind: value.ValueError, Message: "out of range"}))),
		jinja.WithFilter("away", fail(fmt.Errorf("asking: %w", errInventory))),
		jinja.WithTest("longer", jinja.Test{
			Params: []value.Param{{Name: "than", Default: value.Int(3)}},
			Func: func(_ context.Context, v value.Value, args []value.Value) (bool, error) {
				text, ok := value.Text(v)
				if !ok {
					return false, &value.Error{Kind: value.TypeError, Message: "wants text"}
				}
				return len(text) > int(args[0].(value.Int)), nil
			},
		}),
		jinja.WithTest("away", jinja.Test{Func: func(context.Context, value.Value, []value.Value) (bool, error) { return true, errInventory }}),
	)
}

func TestOwnFiltersAndTests(t *testing.T) {
	t.Parallel()
	env := ownEnv(t)
	tests := []struct {
		source, want string
		wantKind     jinja.Kind // of an error
		wantErr      error
		wantMessage  string
	}{
		{source: "{{ 1|show(2) }}", want: "1/2/default"},
		{source: "{{ 1|show(2, 3) }}", want: "1/2/3"},
		{source: "{{ 1|show(must=2) }}", want: "1/2/default"},
		{source: "{{ 1|show(may=3, must=2) }}", want: "1/2/3"},
		{source: "{{ 1|show(*[2, 3]) }}", want: "1/2/3"},
		{source: "{{ 1|show(**{'must': 2}) }}", want: "1/2/default"},
		{source: "{{ 1|show('a' ~ 1)|upper }}", want: "1/A1/DEFAULT"},
		{source: "{{ [1, 2]|map('show', 'x')|join(' ') }}", want: "1/x/default 2/x/default"},
		{source: "{% filter show(2) %}text{% endfilter %}", want: "text/2/default"},
		{source: "{{ nope|plain }}.", want: "."},
		{source: "{{ 1|nothing }}{{ 1|nothing is none }}", want: "NoneTrue"},
		{source: "{{ 'show' is filter }}{{ 'longer' is test }}{{ 'other' is filter }}", want: "TrueTrueFalse"},
		{source: "{{ 1|show }}", wantKind: jinja.KindType, wantMessage: "must"},
		{source: "{{ 1|show(1, 2, 3) }}", wantKind: jinja.KindType, wantMessage: "show()"},
		{source: "{{ 1|show(1, other=3) }}", wantKind: jinja.KindType, wantMessage: "other"},
		{source: "{{ 1|show(1, must=3) }}", wantKind: jinja.KindType, wantMessage: "must"},
		{source: "{{ 1|typed }}", wantKind: jinja.KindType, wantMessage: "wants a number"},
		{source: "{{ 1|wrapped }}", wantKind: jinja.KindValue, wantMessage: "out of range"},
		{source: "{{ 1|away }}", wantKind: jinja.KindOther, wantErr: errInventory, wantMessage: "asking: inventory is away"},
		{source: "{{ 'abcd' is longer }}{{ 'abcd' is longer(4) }}{{ 'abcd' is longer(than=2) }}{{ 'abc' is not longer }}", want: "TrueFalseTrueTrue"},
		{source: "{{ ['a', 'abcd']|select('longer')|join }}{{ ['a', 'abcd']|reject('longer', 1)|join }}", want: "abcda"},
		{source: "{{ [{'n': 'abcd'}]|selectattr('n', 'longer')|list|length }}", want: "1"},
		{source: "{{ 1 is longer }}", wantKind: jinja.KindType, wantMessage: "wants text"},
		{source: "{{ 1 is away }}", wantKind: jinja.KindOther, wantErr: errInventory},
		{source: "{% if 1 is away %}{% endif %}", wantKind: jinja.KindOther, wantErr: errInventory},
		{source: "{{ 'a' is longer(1, 2) }}", wantKind: jinja.KindType},
	}
	for _, tt := range tests {
		t.Run(tt.source, func(t *testing.T) {
			t.Parallel()
			got, err := render(env, tt.source, nil)
			if tt.wantKind == "" {
				if err != nil || got != tt.want {
					t.Errorf("got %q, %v, want %q", got, err, tt.want)
				}
				return
			}
			je, ok := errors.AsType[*jinja.Error](err)
			if !ok || je.Kind != tt.wantKind || je.Phase != jinja.PhaseRender || !strings.Contains(je.Message, tt.wantMessage) {
				t.Errorf("got %v, want kind %s with %q", err, tt.wantKind, tt.wantMessage)
			}
			if tt.wantErr != nil && !errors.Is(err, tt.wantErr) {
				t.Errorf("got %v, which does not wrap %v", err, tt.wantErr)
			}
		})
	}
}

// TestOwnFilterSeesContext: what a filter waits for must end with the render.
func TestOwnFilterSeesContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	env := newEnv(t, jinja.WithFilter("who", jinja.Filter{Func: func(ctx context.Context, _ value.Value, _ []value.Value) (value.Value, error) {
		return value.Str(ctx.Value(key{}).(string)), nil
	}}))
	tpl, err := env.Compile("{{ 1|who }}")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tpl.RenderString(context.WithValue(t.Context(), key{}, "caller"), nil); err != nil || got != "caller" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOptionErrors(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]jinja.Option{
		"filter without function": jinja.WithFilter("f", jinja.Filter{}),
		"filter without name":     jinja.WithFilter("", jinja.Filter{Func: constFilter("")}),
		"test without function":   jinja.WithTest("t", jinja.Test{}),
	} {
		if env, err := jinja.New(opt); err == nil || env != nil {
			t.Errorf("%s: got %v, %v", name, env, err)
		}
	}
}

// failingLoader knows no template and cannot even say so.
type failingLoader struct{}

// Load implements [jinja.Loader].
func (failingLoader) Load(name string) (string, error) {
	return "", fmt.Errorf("reading %s: %w", name, errInventory)
}

// TestLoaderFails: a loader's own failure is not a missing template, so that
// neither "ignore missing" nor a list hides it.
func TestLoaderFails(t *testing.T) {
	t.Parallel()
	env := newEnv(t, jinja.WithLoader(failingLoader{}))
	for _, source := range []string{
		"{% include 'a' %}", "{% include 'a' ignore missing %}", "{% include ['a', 'b'] %}", "{% import 'a' as a %}",
		"{% from 'a' import a %}", "{% extends 'a' %}",
	} {
		_, err := render(env, source, nil)
		je, ok := errors.AsType[*jinja.Error](err)
		if !ok || je.Kind != jinja.KindOther || !errors.Is(err, errInventory) || !strings.Contains(je.Message, "a cannot be loaded") {
			t.Errorf("%s: got %v, want the loader's error", source, err)
		}
	}
}

// countingLoader counts how often it is asked.
type countingLoader struct{ asked int }

// Load implements [jinja.Loader].
func (l *countingLoader) Load(string) (string, error) {
	l.asked++
	return "x", nil
}

// TestLoaderIsAskedOncePerRender: what changes behind a loader shows in the next
// render, and is the same throughout one.
func TestLoaderIsAskedOncePerRender(t *testing.T) {
	t.Parallel()
	loader := &countingLoader{}
	tpl, err := newEnv(t, jinja.WithLoader(loader)).Compile("{% for i in range(3) %}{% include 'a' %}{% endfor %}")
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		if got, err := tpl.RenderString(t.Context(), nil); err != nil || got != "xxx" || loader.asked != n+1 {
			t.Errorf("render %d: %q, %v, loader asked %d times", n+1, got, err, loader.asked)
		}
	}
}
