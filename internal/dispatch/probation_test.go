package dispatch

import (
	"testing"
	"time"

	"bellhop/internal/webhook"
)

// TestProbesAlone checks that only probes lengthen the interval between probes:
// what was on its way when probing began says nothing new.
func TestProbesAlone(t *testing.T) {
	t.Parallel()
	var p probation
	var id webhook.UUID
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	fail := func(began, now time.Duration) {
		id[0]++ // another delivery each time
		p.learn(id, webhook.ReasonStatus5xx, start.Add(began), start.Add(now))
	}
	for range probeAfter {
		fail(0, time.Second)
	}
	if !p.closed() || p.interval != firstProbe {
		t.Fatalf("after %d failures: closed %v, interval %v", probeAfter, p.closed(), p.interval)
	}
	for range 16 {
		fail(500*time.Millisecond, 1100*time.Millisecond)
	}
	if p.interval != firstProbe || !p.opens(0).Equal(start.Add(time.Second+firstProbe)) {
		t.Errorf("after stragglers: interval %v, next %v", p.interval, p.opens(0))
	}
	fail(3*time.Second, 3*time.Second)
	if p.interval != 2*firstProbe {
		t.Errorf("after a failed probe: interval %v, want %v", p.interval, 2*firstProbe)
	}
	p.learn(id, webhook.ReasonNone, start.Add(7*time.Second), start.Add(7*time.Second))
	if p.closed() {
		t.Error("still closed after a success")
	}
}
