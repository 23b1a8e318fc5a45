package dispatch

import (
	"time"

	"bellhop/internal/webhook"
)

// Probing: after probeAfter failures in a row, each of another delivery than the
// one before, a lane sends one request at a time, at intervals that double from
// firstProbe to lastProbe. One delivery that fails by itself keeps its schedule.
const (
	probeAfter = 10
	firstProbe = 2 * time.Second
	lastProbe  = time.Minute
)

// probation decides when a lane only probes its receiver.
type probation struct {
	failures int
	lastID   webhook.UUID
	interval time.Duration
	next     time.Time
	since    time.Time // when probing began
}

// closed reports whether the lane only probes.
func (p *probation) closed() bool { return p.interval > 0 }

// opens returns when the next request may go; zero means now.
func (p *probation) opens(running int) time.Time {
	if !p.closed() || running > 0 {
		return time.Time{}
	}
	return p.next
}

// learn takes the outcome of an exchange that began at a time. Only reasons that
// speak about the receiver count: any answer that is not a server's error shows
// that it is there. What was on its way when probing began is no probe, so that
// a burst of failures does not silence a receiver for long.
func (p *probation) learn(id webhook.UUID, reason webhook.Reason, began, now time.Time) {
	switch {
	case reason == webhook.ReasonRender || reason == webhook.ReasonBlocked:
		return
	case !reason.Unreachable():
		*p = probation{}
		return
	case p.closed() && began.Before(p.since):
		return
	case p.closed():
		p.interval = min(2*p.interval, lastProbe)
		p.next = now.Add(p.interval)
		return
	case id != p.lastID:
		p.failures++
		p.lastID = id
	}
	if p.failures >= probeAfter {
		p.interval = firstProbe
		p.next = now.Add(p.interval)
		p.since = now
	}
}
