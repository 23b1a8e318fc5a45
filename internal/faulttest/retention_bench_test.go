package faulttest

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// BenchmarkRetention measures how long clients wait for an answer while retention
// deletes old deliveries as fast as it does, and on the same server when nothing is
// left to delete.
func BenchmarkRetention(b *testing.B) {
	const clients, requests = 4, 250
	for b.Loop() {
		dir := b.TempDir()
		start(b, dir, 0).stop(b)
		for range 10 {
			addOld(b, dir)
		}
		s := start(b, dir, 1)
		deleting := latencies(b, s, "a", clients, requests)
		b.ReportMetric(float64(countLive(b, s)), "left-after-it")
		await(b, "retention to end", func() bool { return countLive(b, s) == 0 })
		idle := latencies(b, s, "b", clients, requests)
		s.stop(b)
		for name, list := range map[string][]time.Duration{"deleting": deleting, "idle": idle} {
			b.ReportMetric(float64(list[len(list)/2].Microseconds())/1000, "p50-ms-"+name)
			b.ReportMetric(float64(list[len(list)*99/100].Microseconds())/1000, "p99-ms-"+name)
		}
	}
}

// latencies creates sites and returns how long each answer took, sorted.
func latencies(t testing.TB, s *server, prefix string, clients, requests int) []time.Duration {
	t.Helper()
	var mu sync.Mutex
	var list []time.Duration
	var running sync.WaitGroup
	for c := range clients {
		running.Go(func() {
			for i := range requests {
				name := fmt.Sprintf("%s-%d-%d", prefix, c, i)
				began := time.Now()
				err := s.api.Do(t.Context(), http.MethodPost, "dcim/sites/", map[string]string{"name": name, "slug": name}, nil)
				took := time.Since(began)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				list = append(list, took)
				mu.Unlock()
			}
		})
	}
	running.Wait()
	slices.Sort(list)
	return list
}

// countLive asks a running server how many old deliveries are left.
func countLive(t testing.TB, s *server) int {
	t.Helper()
	var page struct{ Count int }
	path := fmt.Sprintf("extras/deliveries/?limit=1&webhook_id=%d", oldWebhook)
	if err := s.api.Do(t.Context(), http.MethodGet, path, nil, &page); err != nil {
		t.Fatal(err)
	}
	return page.Count
}
