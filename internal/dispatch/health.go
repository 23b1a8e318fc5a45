package dispatch

import (
	"time"

	"bellhop/internal/webhook"
)

// health is what a lane knows about its receiver.
type health struct {
	probation probation
	// failures counts attempts in a row that failed, failing is when the first
	// of them did; zero while all is well.
	failures int
	failing  time.Time
	// reason and failure are of the last one.
	reason  webhook.Reason
	failure time.Time
	// well is when the first attempt succeeded after one that did not, success
	// when the last did.
	well, success time.Time
	// usedUp is the greatest part of a retry schedule, in percent, that was
	// warned about since the last success.
	usedUp int
}

// evidence is what an attempt says about its receiver.
type evidence struct {
	id     webhook.UUID
	reason webhook.Reason
	began  time.Time
	// usedUp is the part of its retry schedule that the delivery has used up,
	// in percent.
	usedUp int
}

// learn takes evidence. It reports whether people should be warned: each
// of the warning levels is worth one warning until the next success.
func (h *health) learn(e evidence, now time.Time) (warn bool) {
	switch e.reason {
	case webhook.ReasonCanceled, webhook.ReasonInterrupted, webhook.ReasonInternal:
		return false // not the receiver's doing
	case webhook.ReasonNone:
		if h.well.IsZero() || !h.failing.IsZero() {
			h.well = now
		}
		*h = health{well: h.well, success: now}
		return false
	}
	h.probation.learn(e.id, e.reason, e.began, now)
	if h.failing.IsZero() {
		h.failing = now
	}
	h.failures++
	h.reason, h.failure = e.reason, now
	if level := warningLevel(e.usedUp); level > h.usedUp {
		h.usedUp = level
		return true
	}
	return false
}

// warningLevel rounds down to what is warned about: half of a retry schedule,
// nine tenths, all of it.
func warningLevel(usedUp int) int {
	for _, level := range []int{100, 90, 50} {
		if usedUp >= level {
			return level
		}
	}
	return 0
}

// show returns what others may know. patience is how long a delivery is tried.
func (h *health) show(patience time.Duration) webhook.Health {
	shown := webhook.Health{
		State: webhook.HealthUnknown, Since: h.well, Failures: h.failures, Reason: h.reason,
		LastSuccess: h.success, LastFailure: h.failure, UsedUp: h.usedUp,
	}
	if !h.well.IsZero() {
		shown.State = webhook.HealthOK
	}
	if !h.failing.IsZero() {
		shown.State, shown.Since, shown.GivesUp = webhook.HealthFailing, h.failing, h.failing.Add(patience)
	}
	if h.probation.closed() {
		shown.State, shown.NextProbe = webhook.HealthProbation, h.probation.next
	}
	return shown
}

// Warning says that a delivery has used up a part of its attempts or of its
// time, the first since its receiver's last success that has used up as much.
type Warning struct {
	WebhookID int64
	Delivery  webhook.UUID
	// UsedUp is 50, 90, or 100 for a delivery that was given up, in percent.
	UsedUp int
	Reason webhook.Reason
	// Failing is when the receiver began to fail.
	Failing time.Time
}

// Health returns how the receivers of webhooks are doing, by the webhooks' ids.
// It has none of those that are not known (yet).
func (d *Dispatcher) Health(webhookIDs ...int64) map[int64]webhook.Health {
	s := d.scheduler
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make(map[int64]webhook.Health, len(webhookIDs))
	for _, id := range webhookIDs {
		if l, ok := s.lanes[id]; ok {
			list[id] = l.health.show(l.hook.patience())
		}
	}
	return list
}

// warn tells people about a delivery.
func (d *Dispatcher) warn(f *flight, w Warning) {
	text := "receiver keeps failing"
	if w.UsedUp == 100 {
		text = "delivery is given up"
	}
	d.log.Warn(text, "webhook", w.WebhookID, "name", f.hook.Name, "delivery", w.Delivery, "used_up", w.UsedUp,
		"reason", w.Reason, "failing_since", w.Failing)
	if d.warned != nil {
		d.warned(w)
	}
}

// usedUp returns how much of its retry schedule a delivery has used up with an
// attempt that failed, in percent. While its receiver is on probation, attempts
// are free and only time counts.
func usedUp(r *record, now time.Time) int {
	f, s := r.flight, &r.settlement
	switch {
	case s.State == webhook.Failed:
		return 100
	case s.State != webhook.Scheduled:
		return 0
	case s.Free:
		return int(min(99, 100*now.Sub(f.Began())/max(1, f.hook.patience())))
	}
	// With 8 attempts the seventh is worth 90 %: it is the last but one.
	spent, of := f.Spent+1, f.hook.MaxAttempts
	if spent >= max(1, of*90/100) {
		return 90
	}
	return 100 * spent / of
}
