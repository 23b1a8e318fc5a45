package webhook

import "time"

// Statistics are what came of the attempts of some time.
type Statistics struct {
	// Finished counts attempts that were answered with a 2xx, Failed those after
	// which the delivery was given up, Retried those that will be followed by
	// another.
	Finished, Failed, Retried int
	// Latency is how long the attempts took in all, the failed ones included.
	Latency Histogram
}

// Attempts is how many there were.
func (s *Statistics) Attempts() int { return s.Finished + s.Failed + s.Retried }

// Share is the part of the attempts that finished, from 0 to 1; 0 of none.
func (s *Statistics) Share() float64 {
	if s.Attempts() == 0 {
		return 0
	}
	return float64(s.Finished) / float64(s.Attempts())
}

// Add adds those of another time.
func (s *Statistics) Add(other *Statistics) {
	s.Finished += other.Finished
	s.Failed += other.Failed
	s.Retried += other.Retried
	for i, n := range other.Latency {
		s.Latency[i] += n
	}
}

// Count adds one attempt, after which its delivery has the state.
func (s *Statistics) Count(state State, took time.Duration) {
	switch state {
	case Finished:
		s.Finished++
	case Failed, Canceled:
		s.Failed++
	default:
		s.Retried++
	}
	s.Latency.Count(took)
}

// latencyBounds are the upper bounds of a [Histogram]'s parts, from a receiver on
// the same host to the longest timeout that a webhook may have. The last part has
// none. Stores keep the counts by position, so the bounds never change.
var latencyBounds = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond,
	10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond,
	time.Second, 2 * time.Second, 5 * time.Second,
	10 * time.Second, 30 * time.Second, time.Minute,
}

// Histogram counts durations by size. Histograms of several times and webhooks
// can be added up, which quantiles cannot.
type Histogram [len(latencyBounds) + 1]int64

// Count adds one duration.
func (h *Histogram) Count(d time.Duration) {
	for i, bound := range latencyBounds {
		if d <= bound {
			h[i]++
			return
		}
	}
	h[len(latencyBounds)]++
}

// Quantile estimates the duration that the share q of all, from 0 to 1, do not
// exceed: exact to the part that it is in, in proportion within that. It reports
// false when there are none. Beyond the last bound it says no more than that.
func (h *Histogram) Quantile(q float64) (time.Duration, bool) {
	var total int64
	for _, n := range h {
		total += n
	}
	if total == 0 {
		return 0, false
	}
	rank := q * float64(total)
	var below time.Duration
	for i, bound := range latencyBounds {
		if n := float64(h[i]); rank <= n && n > 0 {
			return below + time.Duration(float64(bound-below)*max(rank, 0)/n), true
		}
		rank -= float64(h[i])
		below = bound
	}
	return below, true
}
