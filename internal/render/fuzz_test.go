package render_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"bellhop/internal/render"
	"bellhop/internal/webhook"
)

// FuzzData puts hostile data into headers, URL and body: whatever it is, no
// header line and no request line can be broken out of.
func FuzzData(f *testing.F) {
	for _, text := range []string{"", "a", "a\r\nX-Evil: 1", "a\u2028b: c", "\x00", ":", "//evil/", "@evil/", "ü 😀", "%0d%0a", "\ud7ff", strings.Repeat("x", 5000)} {
		f.Add(text)
	}
	e, err := render.New(render.Options{UserAgent: "Bellhop/fuzz"})
	if err != nil {
		f.Fatal(err)
	}
	wh := webhook.New()
	wh.PayloadURL = "http://h.example/{{ x }}?q={{ x }}"
	wh.AdditionalHeaders = "X-A: {{ x }}\n{{ x }}: 1\n{{ x }}"
	wh.BodyTemplate = "{{ x }}"
	plan, err := e.Compile(&wh)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		context, err := json.Marshal(map[string]string{"x": text})
		if err != nil {
			return
		}
		r, err := plan.Request(t.Context(), &render.Input{Context: context})
		if err != nil {
			return
		}
		if r.URL.Host != "h.example" || r.URL.Scheme != "http" {
			t.Errorf("%q moved the URL to %s", text, r.URL)
		}
		header := make(http.Header)
		for _, h := range r.Header {
			if strings.ContainsFunc(h.Name+h.Value, func(c rune) bool { return c < 0x20 && c != '\t' || c == 0x7f }) {
				t.Errorf("%q gave the header %q: %q", text, h.Name, h.Value)
			}
			header[h.Name] = append(header[h.Name], h.Value)
		}
		// net/http must agree, or every such delivery would fail on the wire.
		request := &http.Request{Method: r.Method, URL: r.URL, Header: header}
		if err := request.Write(new(strings.Builder)); err != nil {
			t.Errorf("%q cannot be written: %v", text, err)
		}
	})
}
