package bench

import (
	"slices"
	"time"
)

// Latency are percentiles of a time, in milliseconds.
type Latency struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
}

// percentiles sorts the times, and returns nil when there are none.
func percentiles(times []time.Duration) *Latency {
	if len(times) == 0 {
		return nil
	}
	slices.Sort(times)
	at := func(percent int) float64 {
		return times[min(len(times)-1, len(times)*percent/100)].Seconds() * 1e3
	}
	return &Latency{P50: at(50), P95: at(95), P99: at(99)}
}
