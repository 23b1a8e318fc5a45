package jinja_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// benchContext is the change of a device with 4 KB of JSON.
func benchContext(t testing.TB) []byte {
	t.Helper()
	var file struct {
		Contexts map[string]json.RawMessage `json:"contexts"`
	}
	readJSON(t, "testdata/vectors/contexts.json", &file)
	return file.Contexts["device_updated"]
}

// benchTemplates gives the templates of testdata/bench by name.
func benchTemplates(t testing.TB) map[string]*jinja.Template {
	t.Helper()
	env := newEnv(t)
	files, err := filepath.Glob("testdata/bench/*.j2")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	out := map[string]*jinja.Template{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tpl, err := env.Compile(string(source))
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".j2")] = tpl
	}
	return out
}

// BenchmarkRender renders templates of the kinds that users write over a 4 KB
// change of a device. Its ratios to Python's Jinja2 come from "make bench".
func BenchmarkRender(b *testing.B) {
	vars := vars(b, benchContext(b))
	for name, tpl := range benchTemplates(b) {
		b.Run(name, func(b *testing.B) {
			ctx := context.Background()
			var buf bytes.Buffer
			b.ReportAllocs()
			for b.Loop() {
				buf.Reset()
				if err := tpl.Render(ctx, &buf, vars); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDecode reads the context once with our reader and, to compare,
// walks it with encoding/json's token reader.
func BenchmarkDecode(b *testing.B) {
	data := benchContext(b)
	b.Run("value", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := value.ParseJSON(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			for dec := json.NewDecoder(bytes.NewReader(data)); ; {
				if _, err := dec.Token(); err != nil {
					break
				}
			}
		}
	})
}
