package jinja_test

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// marked finds the templates of docs/templates.md that are tested: a comment
// with what it is, then the template, then for examples what it gives.
var marked = regexp.MustCompile("(?s)<!-- (recipe|example): (\\S+) (\\S+)(?: \\S+)? -->\n```jinja\n(.*?)\n```\n(?:\n```text\n(.*?)\n```\n)?")

// recipe is a template of the page.
type recipe struct{ template, shown string }

// readRecipes gives the page's templates by name and part. The part of an
// example is "example".
func readRecipes(t *testing.T) (page string, recipes map[[2]string]recipe) {
	t.Helper()
	data, err := os.ReadFile("../docs/templates.md")
	if err != nil {
		t.Fatal(err)
	}
	page, recipes = string(data), map[[2]string]recipe{}
	for _, m := range marked.FindAllStringSubmatch(page, -1) {
		part := m[3]
		if m[1] == "example" {
			part = "example"
		}
		recipes[[2]string{m[2], part}] = recipe{template: m[4], shown: m[5]}
	}
	if n := strings.Count(page, "```jinja"); n != len(recipes) {
		t.Fatalf("the page has %d templates, of which %d are marked with different names", n, len(recipes))
	}
	return page, recipes
}

// recipeExpectations are what the real Jinja2 makes of the page's templates.
type recipeExpectations struct {
	Builtin struct{ Filters, Tests []string }
	Cases   []struct{ Name, Part, Context, Expected string }
}

func readExpectations(t *testing.T) (want recipeExpectations) {
	t.Helper()
	readJSON(t, "testdata/recipes/expected.json", &want)
	return want
}

// environmentFilter is the filter env of testdata/recipes/gen.py.
func environmentFilter(_ context.Context, v value.Value, _ []value.Value) (value.Value, error) {
	name, err := value.String(v)
	return value.Str("value of " + name), err
}

// TestRecipes renders every template of docs/templates.md and holds it against
// the real Jinja2, and against what its receiver takes.
func TestRecipes(t *testing.T) {
	t.Parallel()
	env := newEnv(t,
		jinja.WithFilter("env", jinja.Filter{Func: environmentFilter}),
		jinja.WithFilter("header_safe", jinja.Filter{Func: headerSafe}))
	ctxs := contexts(t)
	_, recipes := readRecipes(t)
	tested := map[[2]string]bool{}
	for _, c := range readExpectations(t).Cases {
		key := [2]string{c.Name, c.Part}
		tested[key] = true
		t.Run(c.Name+"/"+c.Part+"/"+c.Context, func(t *testing.T) {
			t.Parallel()
			got, err := render(env, recipes[key].template, ctxs[c.Context])
			if err != nil {
				t.Fatal(err)
			}
			if got != c.Expected {
				t.Errorf("got\n%s\nwant\n%s", got, c.Expected)
			}
			if c.Part == "example" && got != recipes[key].shown {
				t.Errorf("got\n%s\nthe page shows\n%s", got, recipes[key].shown)
			}
			accepted(t, c.Part, got)
		})
	}
	for key := range recipes {
		if !tested[key] {
			t.Errorf("%v has no expectation: run testdata/recipes/gen.py", key)
		}
	}
}

// accepted checks the form of a part of a request.
func accepted(t *testing.T, part, text string) {
	t.Helper()
	switch part {
	case "body":
		if !json.Valid([]byte(text)) {
			t.Errorf("not JSON:\n%s", text)
		}
	case "form":
		if values, err := url.ParseQuery(text); err != nil || len(values) == 0 {
			t.Errorf("not a form: %v\n%s", err, text)
		}
	case "url":
		if u, err := url.Parse(text); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("not a URL: %v\n%s", err, text)
		}
	case "headers":
		for line := range strings.SplitSeq(text, "\n") {
			if name, content, ok := strings.Cut(line, ": "); !ok || name == "" || strings.ContainsAny(name, " \t") || content == "" {
				t.Errorf("not a header: %q", line)
			}
		}
	}
}

// TestPageNamesEverything looks for each of Jinja2's filters and tests in the
// page's tables, and tries whether it exists.
func TestPageNamesEverything(t *testing.T) {
	t.Parallel()
	page, _ := readRecipes(t)
	builtin := readExpectations(t).Builtin
	section := func(title string) string {
		_, rest, _ := strings.Cut(page, "\n## "+title+"\n")
		text, _, _ := strings.Cut(rest, "\n## ")
		return text
	}
	check := func(what, text string, names []string) {
		for _, name := range names {
			if !regexp.MustCompile("(?m)^\\|[^|]*`" + regexp.QuoteMeta(name) + "[`(]").MatchString(text) {
				t.Errorf("%s %s has no row", what, name)
			}
			got, err := render(newEnv(t), "{{ name is "+what+" }}", vars(t, []byte(`{"name": "`+name+`"}`)))
			if err != nil || got != "True" {
				t.Errorf("%s %s does not exist: %q, %v", what, name, got, err)
			}
		}
	}
	check("filter", section("Filters"), builtin.Filters)
	check("test", section("Tests"), builtin.Tests)
}
