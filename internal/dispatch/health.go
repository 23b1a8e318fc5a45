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

// health is what a lane knows about its receiver.
type health struct {
	failures int
	lastID   webhook.UUID
	interval time.Duration
	next     time.Time
	since    time.Time // when probing began
}

// closed reports whether the lane only probes.
func (h *health) closed() bool { return h.interval > 0 }

// opens returns when the next request may go; zero means now.
func (h *health) opens(running int) time.Time {
	if !h.closed() || running > 0 {
		return time.Time{}
	}
	return h.next
}

// learn takes the outcome of an exchange that began at a time. Only reasons that
// speak about the receiver count: any answer that is not a server's error shows
// that it is there. What was on its way when probing began is no probe, so that
// a burst of failures does not silence a receiver for long.
func (h *health) learn(id webhook.UUID, reason webhook.Reason, began, now time.Time) {
	switch {
	case reason == webhook.ReasonCanceled || reason == webhook.ReasonRender || reason == webhook.ReasonInternal || reason == webhook.ReasonBlocked:
		return
	case !reason.Unreachable():
		*h = health{}
		return
	case h.closed() && began.Before(h.since):
		return
	case h.closed():
		h.interval = min(2*h.interval, lastProbe)
		h.next = now.Add(h.interval)
		return
	case id != h.lastID:
		h.failures++
		h.lastID = id
	}
	if h.failures >= probeAfter {
		h.interval = firstProbe
		h.next = now.Add(h.interval)
		h.since = now
	}
}
