package jinja_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// A template is compiled once and rendered often, over values that were read
// once.
func Example() {
	env, err := jinja.New()
	if err != nil {
		log.Fatal(err)
	}
	tpl, err := env.Compile("{{ data.name }} is {{ data.status.value }}{% if tags %}: {{ tags|sort|join(', ') }}{% endif %}\n")
	if err != nil {
		log.Fatal(err)
	}
	parsed, err := value.ParseJSON([]byte(`{"data": {"name": "ams1", "status": {"value": "active"}}, "tags": ["core", "access"]}`))
	if err != nil {
		log.Fatal(err)
	}
	vars, ok := parsed.(*value.Dict)
	if !ok {
		log.Fatal("the variables must be a JSON object")
	}
	if err := tpl.Render(context.Background(), os.Stdout, vars); err != nil {
		log.Fatal(err)
	}
	// Output: ams1 is active: access, core
}

// Variables can also be built by hand.
func ExampleTemplate_RenderString() {
	env, err := jinja.New()
	if err != nil {
		log.Fatal(err)
	}
	tpl, err := env.Compile("{{ hosts|length }} hosts: {{ hosts|join(' and ') }}")
	if err != nil {
		log.Fatal(err)
	}
	vars := value.NewDict(1)
	vars.SetName("hosts", value.NewList([]value.Value{value.Str("web1"), value.Str("web2")}))
	text, err := tpl.RenderString(context.Background(), vars)
	fmt.Println(text, err)
	// Output: 2 hosts: web1 and web2 <nil>
}

// A filter of the caller's own, with a parameter that may be left out.
func ExampleWithFilter() {
	vlan := jinja.Filter{
		Params: []value.Param{{Name: "prefix", Default: value.Str("vlan")}},
		Func: func(_ context.Context, v value.Value, args []value.Value) (value.Value, error) {
			id, ok := v.(value.Int)
			if !ok || id < 1 || id > 4094 {
				return nil, &value.Error{Kind: value.ValueError, Message: "a VLAN has a number from 1 to 4094"}
			}
			prefix, err := value.String(args[0])
			return value.Str(fmt.Sprintf("%s%04d", prefix, id)), err
		},
	}
	env, err := jinja.New(jinja.WithFilter("vlan", vlan))
	if err != nil {
		log.Fatal(err)
	}
	for _, source := range []string{"{{ 12|vlan }}", "{{ 12|vlan('v') }}", "{{ 12|vlan(prefix='x') }}", "{{ 9999|vlan }}"} {
		tpl, err := env.Compile(source)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(tpl.RenderString(context.Background(), nil))
	}
	// Output:
	// vlan0012 <nil>
	// v0012 <nil>
	// x0012 <nil>
	//  value: a VLAN has a number from 1 to 4094 (line 1)
}

// A test of the caller's own.
func ExampleWithTest() {
	private := jinja.Test{Func: func(_ context.Context, v value.Value, _ []value.Value) (bool, error) {
		text, ok := value.Text(v)
		return ok && len(text) > 3 && text[:3] == "10.", nil
	}}
	env, err := jinja.New(jinja.WithTest("private", private))
	if err != nil {
		log.Fatal(err)
	}
	tpl, err := env.Compile("{{ ['10.0.0.1', '192.0.2.1']|select('private')|list }}")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tpl.RenderString(context.Background(), nil))
	// Output: ['10.0.0.1'] <nil>
}

// library loads templates from a map.
type library map[string]string

// Load implements [jinja.Loader].
func (l library) Load(name string) (string, error) {
	if source, ok := l[name]; ok {
		return source, nil
	}
	return "", jinja.ErrTemplateNotFound
}

// With a loader, templates can extend, include and import others.
func ExampleWithLoader() {
	env, err := jinja.New(jinja.WithLoader(library{
		"card":   "{% import 'macros' as m %}{{ m.title(name) }} {% block text %}{% endblock %}",
		"macros": "{% macro title(x) %}*{{ x|upper }}*{% endmacro %}",
	}))
	if err != nil {
		log.Fatal(err)
	}
	tpl, err := env.Compile("{% extends 'card' %}{% set name = 'ams1' %}{% block text %}is up{% endblock %}")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tpl.RenderString(context.Background(), nil))
	// Output: *AMS1* is up <nil>
}

// A template that never ends is stopped, by the limits or by its context.
func ExampleWithLimits() {
	env, err := jinja.New(jinja.WithLimits(jinja.Limits{Steps: 10_000}))
	if err != nil {
		log.Fatal(err)
	}
	tpl, err := env.Compile("{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}")
	if err != nil {
		log.Fatal(err)
	}
	_, err = tpl.RenderString(context.Background(), nil)
	fmt.Println(err)
	// Output: limit: template takes more than 10000 steps (line 1)
}

// Errors say what is wrong, and where.
func ExampleError() {
	env, err := jinja.New()
	if err != nil {
		log.Fatal(err)
	}
	_, err = env.Compile("Name:\n  {{ data.name|uper }}")
	fmt.Println(err)
	if e, ok := errors.AsType[*jinja.Error](err); ok {
		fmt.Println(e.Kind, e.Phase, e.Line, e.Column, e.Suggestions)
		fmt.Println(e.Snippet)
	}
	// Output:
	// syntax: no filter named 'uper'; did you mean 'upper'? (line 2)
	// syntax compile 2 16 [upper]
	//   {{ data.name|uper }}
}

// What is undefined prints nothing, unless the environment is strict.
func ExampleWithUndefined() {
	for _, policy := range []jinja.UndefinedPolicy{value.Lenient, value.Chainable, value.Debug, value.Strict} {
		env, err := jinja.New(jinja.WithUndefined(policy))
		if err != nil {
			log.Fatal(err)
		}
		tpl, err := env.Compile("[{{ nmae }}]")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(tpl.RenderString(context.Background(), nil))
	}
	// Output:
	// [] <nil>
	// [] <nil>
	// [{{ nmae }}] <nil>
	//  undefined: 'nmae' is undefined (line 1)
}
