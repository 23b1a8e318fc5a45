//go:build difftest

package jinja_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkAgainstPython renders the templates of testdata/bench with kept
// templates in both engines, in turn on the same machine, and reports how many
// times as fast as Python ours is ("x-python"). Of each it takes the fastest of
// several rounds, which what else the machine does disturbs least. It needs
// python3-jinja2.
func BenchmarkAgainstPython(b *testing.B) {
	data := benchContext(b)
	file := filepath.Join(b.TempDir(), "context.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		b.Fatal(err)
	}
	vars := vars(b, data)
	for name, tpl := range benchTemplates(b) {
		b.Run(name, func(b *testing.B) {
			ctx := context.Background()
			render := func() {
				if _, err := tpl.RenderString(ctx, vars); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				render()
			}
			b.StopTimer()
			// In turn, because the machine itself is now faster, now slower.
			ours, theirs := fastest(render), python(b, file, name)
			for range 3 {
				ours, theirs = min(ours, fastest(render)), min(theirs, python(b, file, name))
			}
			b.ReportMetric(float64(ours.Nanoseconds()), "best-ns/op")
			b.ReportMetric(theirs, "python-ns/op")
			b.ReportMetric(theirs/float64(ours.Nanoseconds()), "x-python")
		})
	}
}

// fastest gives the time of a call in the best of some rounds.
func fastest(f func()) time.Duration {
	const rounds, calls = 40, 500
	best := time.Duration(math.MaxInt64)
	for range rounds {
		start := time.Now()
		for range calls {
			f()
		}
		best = min(best, time.Since(start)/calls)
	}
	return best
}

// python gives the nanoseconds that the real Jinja2 takes for a template.
func python(b *testing.B, context, name string) float64 {
	b.Helper()
	out, err := exec.CommandContext(b.Context(), "/usr/bin/python3", "testdata/bench/bench.py", context, name).Output()
	if err != nil {
		b.Fatalf("the real Jinja2 is needed (Debian's python3-jinja2): %v", err)
	}
	var times map[string]float64
	if err := json.Unmarshal(out, &times); err != nil {
		b.Fatal(err)
	}
	return times[name]
}
