package jinja_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"bellhop/jinja"
)

// maxExtra is what a hostile template may take beyond what was in use: the
// charged limit of 64 MiB, and something for what the collector has not seen
// yet.
const maxExtra = 80 << 20

// TestHostile renders templates that try to exhaust the machine. Each must end
// with a result or an error of ours; that it does so in time and memory is
// bounded by the limits, which the test holds against the heap's growth.
func TestHostile(t *testing.T) {
	var file struct {
		Hostile []struct {
			ID         string  `json:"id"`
			Attack     string  `json:"attack"`
			ContextRef string  `json:"context_ref"`
			Template   string  `json:"template"`
			Parts      [][]any `json:"template_parts"`
		} `json:"hostile"`
	}
	readJSON(t, "testdata/vectors/hostile.json", &file)
	if len(file.Hostile) == 0 {
		t.Fatal("no hostile templates")
	}
	env := newEnv(t, jinja.WithLimits(jinja.Limits{})) // the defaults
	ctxs := contexts(t)
	for _, h := range file.Hostile {
		t.Run(h.ID, func(t *testing.T) {
			source := h.Template
			var sourceSb40 strings.Builder
			for _, part := range h.Parts {
				sourceSb40.WriteString(strings.Repeat(part[0].(string), int(part[1].(float64))))
			}
			source += sourceSb40.String()
			peak := watchHeap(t)
			start := time.Now()
			out, err := render(env, source, ctxs[h.ContextRef])
			took, extra := time.Since(start), peak()
			var je *jinja.Error
			if err != nil && !errors.As(err, &je) {
				t.Errorf("%s: %.80s: not an error of ours: %v", h.Attack, source, err)
			}
			if len(out) > 4<<20 {
				t.Errorf("%s: %.80s: %d bytes of output", h.Attack, source, len(out))
			}
			if extra > maxExtra {
				t.Errorf("%s: %.80s: took %d MiB", h.Attack, source, extra>>20)
			}
			t.Logf("%v, %d KiB, %v", took, extra>>10, err)
		})
	}
}

// watchHeap samples the heap until the returned function is called, which
// gives the largest growth seen.
func watchHeap(t *testing.T) func() uint64 {
	t.Helper()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, peak := m.HeapAlloc, uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	sample := func() {
		runtime.ReadMemStats(&m)
		if m.HeapAlloc > base {
			peak = max(peak, m.HeapAlloc-base)
		}
	}
	go func() {
		defer close(done)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				sample()
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		sample()
		return peak
	}
}
