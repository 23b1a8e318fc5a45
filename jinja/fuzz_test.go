package jinja_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellhop/jinja"
)

// fuzzLimits are small, so that a run tries many templates.
var fuzzLimits = jinja.Limits{Time: 2 * time.Second, Steps: 20_000, Memory: 4 << 20, Output: 64 << 10}

// FuzzRender renders anything as a template: nothing may panic, take longer or
// write more than the limits allow, or fail otherwise than with an [jinja.Error].
// The seeds are the vectors and the hostile templates. The same source also
// serves as a template that others include and extend.
func FuzzRender(f *testing.F) {
	seedTemplates(f)
	context := vars(f, fuzzContext(f))
	f.Fuzz(func(t *testing.T, source string, extensions bool) {
		opts := []jinja.Option{jinja.WithLimits(fuzzLimits), jinja.WithLoader(mapLoader{"self": source})}
		if extensions {
			opts = append(opts, jinja.WithLoopControls(), jinja.WithDo(), jinja.WithAutoescape())
		}
		env := newEnv(t, opts...)
		start := time.Now()
		out, err := render(env, source, context)
		if took := time.Since(start); took > 3*fuzzLimits.Time {
			t.Errorf("took %v", took)
		}
		if je, ok := errors.AsType[*jinja.Error](err); err != nil && (!ok || je.Kind == "" || je.Phase == "" || je.Message == "") {
			t.Errorf("not a whole error of ours: %#v", err)
		}
		if int64(len(out)) > fuzzLimits.Output {
			t.Errorf("wrote %d bytes", len(out))
		}
	})
}

// fuzzContext is the context with most kinds of values.
func fuzzContext(tb testing.TB) []byte {
	tb.Helper()
	var file struct {
		Contexts map[string]json.RawMessage `json:"contexts"`
	}
	readJSON(tb, "testdata/vectors/contexts.json", &file)
	return file.Contexts["values"]
}

// seedTemplates adds templates of every group of vectors.
func seedTemplates(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no vectors: %v", err)
	}
	for _, file := range files {
		var group struct {
			Cases   []vector `json:"cases"`
			Hostile []vector `json:"hostile"`
		}
		readJSON(f, file, &group)
		for i, v := range append(group.Cases, group.Hostile...) {
			if i%4 == 0 && len(v.Template) < 2000 {
				f.Add(v.Template, i%8 == 0)
			}
		}
	}
	for _, source := range []string{
		"{% include 'self' %}", "{% extends 'self' %}{% block a %}{{ super() }}{% endblock %}", "{% import 'self' as s %}{{ s }}{% macro m(a, b=1) %}{{ caller() }}{% endmacro %}",
		"{% for i in l recursive %}{% if i is odd %}{% continue %}{% endif %}{{ loop([i]) }}{% break %}{% else %}{% do 1 %}{% endfor %}",
		"{% autoescape i0 %}{{ s|e }}{% endautoescape %}{% block a scoped %}{{ self.a.super() }}{% endblock %}", strings.Repeat("{{ (", 50),
	} {
		f.Add(source, true)
	}
}
