package render_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/render"
	"bellhop/internal/webhook"
)

func TestUndefined(t *testing.T) {
	t.Parallel()
	engine, err := render.New(render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const document = `{"event": "created", "data": {"name": "AMS1", "tenant": null, "tags": [], "site": {"slug": "a", "id": 1}}}`
	inData, inSite := []string{"name", "tenant", "tags", "site"}, []string{"slug", "id"}
	body := func(line, column int, name string, known ...string) []render.Undefined {
		return []render.Undefined{{Field: "body_template", Line: line, Column: column, Name: name, Known: known}}
	}
	for _, tt := range []struct {
		name, body string
		want       []render.Undefined
	}{
		{"nothing", "{{ data.name }}", nil},
		{"no template", "data.nme", nil},
		{"attribute", "a\n {{ data.nme }}", body(2, 5, "data.nme", inData...)},
		{"deeper", "{{ data.site.slg }}", body(1, 4, "data.site.slg", inSite...)},
		{"variable", "{{ evnt }}", body(1, 4, "evnt", "event", "data")},
		{"attribute of none", "{{ data.tenant.name }}", body(1, 4, "data.tenant.name")},
		{"in an expression", "{{ 'a' ~ data.nme }}", body(1, 10, "data.nme", inData...)},
		{"through a filter", "{{ data.nme | upper }}", body(1, 4, "data.nme", inData...)},
		{"after a test", "{% if data.foo %}x{% endif %}{{ data.nme }}", []render.Undefined{{Field: "body_template"}}},
		{"a test alone", "{% if data.foo %}x{% endif %}", nil},
		{"a default", "{{ data.nme | default('x') }}", nil},
		{"a loop over nothing", "{% for t in data.nme %}{{ t }}{% endfor %}", nil},
		{"a fault of another kind", "{{ data.no.such }}", nil},
		{"not compiling", "{{ data.nme", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wh := webhook.New()
			wh.BodyTemplate = tt.body
			got, err := engine.Undefined(t.Context(), &wh, &render.Input{Context: []byte(document)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("undefined (-want +got):\n%s", diff)
			}
		})
	}
}

// Each field has its own rules: header_safe is a filter of headers only.
func TestUndefinedInEveryField(t *testing.T) {
	t.Parallel()
	engine, err := render.New(render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wh := webhook.New()
	wh.PayloadURL, wh.AdditionalHeaders, wh.BodyTemplate = "http://a/{{ x }}", "X-A: {{ y | header_safe }}", "{{ z }}"
	got, err := engine.Undefined(t.Context(), &wh, &render.Input{Context: []byte(`{}`)})
	if err != nil || len(got) != 3 {
		t.Fatalf("undefined %+v, error %v", got, err)
	}
	for i, want := range []string{"x", "y", "z"} {
		if got[i].Name != want {
			t.Errorf("%s: name %q, want %q", got[i].Field, got[i].Name, want)
		}
	}
}
