package jinja_test

import (
	"encoding/json"
	"errors"
	"testing"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// environmentCase is a case of testdata/environments: a template with what its
// environment has, and what the real Jinja2 makes of it.
type environmentCase struct {
	Name      string       `json:"name"`
	Main      string       `json:"main"`
	Set       string       `json:"set"` // names templates of the file
	Templates mapLoader    `json:"templates"`
	Options   *environment `json:"options"`
	Expected  *string      `json:"expected"`
	Error     string       `json:"error"`
	Phase     string       `json:"phase"`
	Message   string       `json:"message"`
}

type environment struct {
	Autoescape bool                       `json:"autoescape"`
	Undefined  string                     `json:"undefined"`
	Extensions []string                   `json:"extensions"`
	Globals    map[string]json.RawMessage `json:"globals"`
}

// mapLoader loads from a map.
type mapLoader map[string]string

// Load implements [jinja.Loader].
func (m mapLoader) Load(name string) (string, error) {
	source, ok := m[name]
	if !ok {
		return "", jinja.ErrTemplateNotFound
	}
	return source, nil
}

var policies = map[string]jinja.UndefinedPolicy{
	"": value.Lenient, "lenient": value.Lenient, "chainable": value.Chainable, "debug": value.Debug, "strict": value.Strict,
}

var extensions = map[string]func() jinja.Option{
	"loopcontrols": jinja.WithLoopControls, "do": jinja.WithDo,
}

// environment makes the environment of a case.
func (c *environmentCase) environment(t *testing.T) *jinja.Environment {
	t.Helper()
	var opts []jinja.Option
	if c.Templates != nil {
		opts = append(opts, jinja.WithLoader(c.Templates))
	}
	if c.Options == nil {
		return newEnv(t, opts...)
	}
	opts = append(opts, jinja.WithUndefined(policies[c.Options.Undefined]))
	if c.Options.Autoescape {
		opts = append(opts, jinja.WithAutoescape())
	}
	for _, name := range c.Options.Extensions {
		opts = append(opts, extensions[name]())
	}
	for name, raw := range c.Options.Globals {
		v, err := value.ParseJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		opts = append(opts, jinja.WithGlobal(name, v))
	}
	return newEnv(t, opts...)
}

// TestEnvironments holds what NetBox's environment lacks (loaders, extensions,
// autoescaping, undefined policies, globals) against the real Jinja2.
func TestEnvironments(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"cases", "random"} {
		var cases struct {
			Context json.RawMessage      `json:"context"`
			Sets    map[string]mapLoader `json:"sets"`
			Cases   []environmentCase    `json:"cases"`
		}
		readJSON(t, "testdata/environments/"+file+".json", &cases)
		context := vars(t, cases.Context)
		for _, c := range cases.Cases {
			if c.Set != "" {
				c.Templates = cases.Sets[c.Set]
			}
			t.Run(file+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				c.check(t, context)
			})
		}
	}
}

func (c *environmentCase) check(t *testing.T, context *value.Dict) {
	t.Helper()
	got, err := render(c.environment(t), c.Main, context)
	if c.Expected != nil {
		switch {
		case err != nil:
			t.Errorf("got error %v\nwant %q\n%s\n%v", err, *c.Expected, c.Main, c.Templates)
		case got != *c.Expected:
			t.Errorf("got  %q\nwant %q\n%s\n%v", got, *c.Expected, c.Main, c.Templates)
		}
		return
	}
	je, ok := errors.AsType[*jinja.Error](err)
	if !ok || string(je.Kind) != c.Error || string(je.Phase) != c.Phase {
		t.Errorf("got %q, error %v\nwant %s at %s (%s)\n%s\n%v", got, err, c.Error, c.Phase, c.Message, c.Main, c.Templates)
	}
}
