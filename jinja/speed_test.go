//go:build difftest

package jinja_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"bellhop/jinja/value"
)

// BenchmarkAgainstPython renders the templates of testdata/bench with kept
// templates in both engines, in turn on the same machine, and reports how many
// times as fast as Python ours is ("x-python"). It needs python3-jinja2.
func BenchmarkAgainstPython(b *testing.B) {
	data := benchContext(b)
	file := filepath.Join(b.TempDir(), "context.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		b.Fatal(err)
	}
	python := map[string]float64{}
	vars := vars(b, data)
	for name, tpl := range benchTemplates(b) {
		b.Run(name, func(b *testing.B) {
			if python[name] == 0 {
				out, err := exec.CommandContext(b.Context(), "/usr/bin/python3", "testdata/bench/bench.py", file, name).Output()
				if err != nil {
					b.Fatalf("the real Jinja2 is needed (Debian's python3-jinja2): %v", err)
				}
				if err := json.Unmarshal(out, &python); err != nil {
					b.Fatal(err)
				}
			}
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tpl.RenderString(ctx, vars); err != nil {
					b.Fatal(err)
				}
			}
			ours := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(python[name], "python-ns/op")
			b.ReportMetric(python[name]/ours, "x-python")
		})
	}
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := value.ParseJSON(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
