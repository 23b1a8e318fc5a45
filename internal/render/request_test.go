package render_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/render"
	"bellhop/internal/webhook"
	"bellhop/jinja"
)

const siteContext = `{"event": "created", "username": "jo", "data": {"id": 19, "name": "Z\u00fcrich", "evil": "a\r\nX-Evil: 1", "none": null}}`

func engine(t *testing.T) *render.Engine {
	t.Helper()
	e, err := render.New(render.Options{
		UserAgent: "Bellhop/test", Environment: []string{"HOOK_*"},
		LookupEnv: func(name string) (string, bool) { return "value of " + name, true },
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// request renders a webhook that is New but for what change sets.
func request(t *testing.T, change func(*webhook.Webhook)) (*render.Request, error) {
	t.Helper()
	wh := webhook.New()
	wh.PayloadURL = "https://h.example/in"
	change(&wh)
	plan, err := engine(t).Compile(&wh)
	if err != nil {
		return nil, err
	}
	return plan.Request(t.Context(), &render.Input{Context: []byte(siteContext)})
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	r, err := request(t, func(*webhook.Webhook) {})
	if err != nil {
		t.Fatal(err)
	}
	want := []webhook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "Bellhop/test"}}
	if diff := cmp.Diff(want, r.Header); diff != "" || r.Method != "POST" || r.URL.String() != "https://h.example/in" {
		t.Errorf("%s %s, headers (-want +got):\n%s", r.Method, r.URL, diff)
	}
	if string(r.Body) != siteContext || !r.BodyIsContext {
		t.Errorf("body %s", r.Body)
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`{"text": "{{ data.name }} by {{ username }}"}`: `{"text": "Zürich by jo"}`,
		"plain":                    "plain",
		" ":                        " ",
		"{# nothing #}":            "",
		"a\r\nb\n":                 "a\nb",
		"{{ 'HOOK_KEY'|env }}":     "value of HOOK_KEY",
		"{{ 'PATH'|env }}":         "None",
		"{{ data.none|tojson }}\t": "null\t",
	} {
		r, err := request(t, func(wh *webhook.Webhook) { wh.BodyTemplate = source })
		if err != nil || string(r.Body) != want || r.BodyIsContext {
			t.Errorf("%q: error %v, request %+v; want body %q", source, err, r, want)
		}
	}
}

// TestHeaders has NetBox's rules of section 6.3: first colon, strip, last
// duplicate wins, lines without a colon are skipped (4.6.6).
func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, template string
		want           string
	}{
		{"two lines", "X-A: 1\nX-B:2", "X-A=1 X-B=2"},
		{"first colon", "X-Time: 10:30", "X-Time=10:30"},
		{"no colon", "\n\nnothing\nX-A: 1\n", "X-A=1"},
		{"stripped", " X-A :\u00a0 1\t", "X-A=1"},
		{"last wins", "X-A: 1\nx-a: 2", "x-a=2"},
		{"replaces", "content-type: text/plain\nUser-Agent: me", "content-type=text/plain User-Agent=me"},
		{"never the signature", "X-Hook-Signature: forged\nWebhook-ID: x\nwebhook-Signature: y\nContent-Length: 3", ""},
		{"python's line ends", "X-A: 1\u2028X-B: 2\x0bX-C: 3\u0085X-D: 4", "X-A=1 X-B=2 X-C=3 X-D=4"},
		{"template", "X-Event: {{ event }}", "X-Event=created"},
		{"header_safe", "X-Evil: {{ data.evil|header_safe }}", "X-Evil=aX-Evil: 1"},
		{"empty value", "X-A:", "X-A="},
	} {
		r, err := request(t, func(wh *webhook.Webhook) { wh.AdditionalHeaders = c.template })
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, h := range r.Header {
			if h != (webhook.Header{Name: "Content-Type", Value: "application/json"}) && h != (webhook.Header{Name: "User-Agent", Value: "Bellhop/test"}) {
				got = append(got, h.Name+"="+h.Value)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestURL has what Python's requests makes of URLs (netbox.md section 6.4).
func TestURL(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"https://h.example/s/{{ data.id }}?n={{ data.name }}": "https://h.example/s/19?n=Z%C3%BCrich",
		"  http://h.example/a b":                              "http://h.example/a%20b",
		"http://h.example/a%20b%zz%":                          "http://h.example/a%20b%25zz%25",
		"http://h.example/x#fragment":                         "http://h.example/x",
		"http://h.example/{{ data.evil }}":                    "http://h.example/a%0D%0AX-Evil:%201",
		"HTTP://h.example":                                    "http://h.example",
		"http://host:8080?x=1":                                "http://host:8080?x=1",
	} {
		r, err := request(t, func(wh *webhook.Webhook) { wh.PayloadURL = source })
		if err != nil || r.URL.String() != want {
			t.Errorf("%q: got %v, error %v; want %s", source, r, err, want)
		}
	}
}

func TestErrorsNameTheField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, field string
		change      func(*webhook.Webhook)
	}{
		{"body does not compile", "body_template", func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ a" }},
		{"body does not render", "body_template", func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ 1 / 0 }}" }},
		{"body loops for ever", "body_template", func(wh *webhook.Webhook) {
			wh.BodyTemplate = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
		}},
		{"body is not UTF-8", "body_template", func(wh *webhook.Webhook) { wh.BodyTemplate = `{{ "\ud800" }}` }},
		{"header breaks out", "additional_headers", func(wh *webhook.Webhook) { wh.AdditionalHeaders = "X-A: {{ '\x01' }}" }},
		{"header name", "additional_headers", func(wh *webhook.Webhook) { wh.AdditionalHeaders = "X A: 1" }},
		{"header_safe is not for bodies", "body_template", func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ 1|header_safe }}" }},
		{"scheme", "payload_url", func(wh *webhook.Webhook) { wh.PayloadURL = "{{ 'file' }}:///etc/passwd" }},
		{"no host", "payload_url", func(wh *webhook.Webhook) { wh.PayloadURL = "http:///{{ 1 }}" }},
		{"bad host", "payload_url", func(wh *webhook.Webhook) { wh.PayloadURL = "http://[::1/{{ 1 }}" }},
		{"empty", "payload_url", func(wh *webhook.Webhook) { wh.PayloadURL = "{{ '' }}" }},
	} {
		_, err := request(t, c.change)
		failure, ok := errors.AsType[*render.Error](err)
		if !ok || failure.Field != c.field {
			t.Errorf("%s: error %v, want one of %s", c.name, err, c.field)
		}
	}
}

func TestCanceledRender(t *testing.T) {
	t.Parallel()
	wh := webhook.New()
	wh.PayloadURL, wh.BodyTemplate = "http://h.example", "{{ event }}"
	plan, err := engine(t).Compile(&wh)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = plan.Request(ctx, &render.Input{Context: []byte(siteContext)})
	if failure, ok := errors.AsType[*jinja.Error](err); !ok || failure.Kind != jinja.KindLimit {
		t.Errorf("error %v, want a limit", err)
	}
}
