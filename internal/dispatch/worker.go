package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"bellhop/internal/render"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// errGone means that a change was deleted before its delivery was sent.
var errGone = errors.New("the change is gone")

// worker sends one delivery after the other.
type worker struct {
	number int
	// wake is written by the scheduler, once each time that the worker went
	// idle; its capacity is 1, so that the scheduler never waits.
	wake chan struct{}
	// ctx is that of its exchanges, one after the other, until cut ends one of
	// them: to make one for each would cost more than to choose a delivery. The
	// scheduler's mutex guards both.
	ctx context.Context
	cut context.CancelCauseFunc
	// current is what it is sending, for those who look; nil when it waits.
	current atomic.Pointer[WorkerStatus]
	done    atomic.Int64
	failed  atomic.Int64
	busy    atomic.Int64 // nanoseconds
}

// WorkerStatus is what a worker is doing.
type WorkerStatus struct {
	Name string
	// DeliveryID and Since are zero when it waits.
	DeliveryID webhook.UUID
	WebhookID  int64
	Since      time.Time
	// Succeeded and Failed count its attempts.
	Succeeded, Failed int64
	// Busy is the time that those took.
	Busy time.Duration
}

// work runs until the scheduler stops.
func (d *Dispatcher) work(ctx context.Context, w *worker) {
	for {
		f, flightCtx := d.scheduler.next(ctx, w)
		if f == nil {
			return
		}
		began := time.Now()
		w.current.Store(&WorkerStatus{DeliveryID: f.ID, WebhookID: f.WebhookID, Since: began})
		r := d.deliver(flightCtx, f)
		w.busy.Add(int64(time.Since(began)))
		if r.settlement.Attempt != nil && r.settlement.Attempt.Reason == webhook.ReasonNone {
			w.done.Add(1)
		} else {
			w.failed.Add(1)
		}
		w.current.Store(nil)
		d.records <- r
	}
}

// deliver makes one attempt and decides what follows.
func (d *Dispatcher) deliver(ctx context.Context, f *flight) *record {
	r := &record{flight: f}
	claims, err := d.store.Claim(ctx, d.exchange.Worker, []webhook.Delivery{f.Delivery})
	if err == nil && len(claims) == 0 {
		// Somebody else holds it, or it was ended: then it is not ours.
		d.scheduler.answered(f, webhook.ReasonCanceled, 0, time.Now())
		r.lost = true
		return r
	}
	if err == nil {
		r.settlement.Claim = claims[0]
		err = d.loadInput(ctx, f)
	}
	var outcome Outcome
	switch {
	case err == nil:
		outcome = d.exchange.perform(ctx, f.hook, Task{DeliveryID: f.ID, Number: f.Attempts + 1, Input: f.input})
	case errors.Is(err, errGone):
		outcome.Attempt = d.exchange.faultyAttempt(f, err)
	default:
		d.log.Error("delivery could not be read", "delivery", f.ID, "error", err)
		outcome.Attempt = nil
	}
	if outcome.Panic != nil {
		d.log.Error("attempt panicked", "delivery", f.ID, "webhook", f.WebhookID, "stack", string(outcome.Panic))
	}
	now := time.Now()
	d.decide(r, outcome, d.scheduler.nextProbe(f), now)
	if warning, warn := d.scheduler.answered(f, reasonOf(outcome), usedUp(r, now), now); warn {
		d.warn(f, warning)
	}
	return r
}

// loadInput reads the change's context if nobody has it in memory.
func (d *Dispatcher) loadInput(ctx context.Context, f *flight) error {
	if f.input != nil {
		return nil
	}
	contexts, err := d.store.Contexts(ctx, []int64{f.ChangeID})
	if err != nil {
		return err
	}
	body, ok := contexts[f.ChangeID]
	if !ok {
		return errGone
	}
	f.input = &render.Input{Context: body}
	return nil
}

// faultyAttempt is the attempt of a delivery that no request can be made for.
func (x *Exchange) faultyAttempt(f *flight, err error) *webhook.Attempt {
	return &webhook.Attempt{
		DeliveryID: f.ID, Number: f.Attempts + 1, Start: time.Now().UTC().Truncate(time.Microsecond),
		WebhookRevision: f.hook.Revision, Worker: x.Worker, Reason: webhook.ReasonInternal, Error: err.Error(),
	}
}

func reasonOf(o Outcome) webhook.Reason {
	if o.Attempt == nil {
		return webhook.ReasonInternal
	}
	return o.Attempt.Reason
}

// decide fills the settlement: what state the delivery goes to, and when it is
// due again. nextProbe is 0 unless the receiver is on probation.
func (d *Dispatcher) decide(r *record, o Outcome, nextProbe time.Duration, now time.Time) {
	s, f := &r.settlement, r.flight
	s.Attempt, s.Time, s.Due = o.Attempt, now.UTC().Truncate(time.Microsecond), f.Due
	switch reason := reasonOf(o); {
	case o.Attempt == nil:
		r.release, s.State, s.Due = true, f.State, now.Add(releaseDelay)
	case reason == webhook.ReasonNone:
		s.State = webhook.Finished
	case reason == webhook.ReasonCanceled && !o.Wrote:
		r.release, s.State, s.Attempt = true, f.State, nil
	case reason == webhook.ReasonCanceled:
		// Cut by a shutdown: the receiver may have seen it, so the attempt is
		// recorded, but it is not the receiver's fault.
		s.State, s.Free = webhook.Queued, true
		s.Due = s.Time
	case f.input == nil:
		s.State = webhook.Failed // its change is gone
	case nextProbe > 0 && reason.Unreachable() && now.Sub(f.Began()) < f.hook.patience():
		s.State, s.Free, s.Due = webhook.Scheduled, true, s.Time.Add(nextProbe)
	case nextProbe > 0 && reason.Unreachable():
		s.State = webhook.Failed
	default:
		failure := webhook.Failure{
			Attempts: f.Spent + 1, MaxAttempts: f.hook.MaxAttempts, Reason: reason, RetryAfter: o.RetryAfter,
		}
		state, wait := failure.Next(d.random())
		s.State, s.Due = state, s.Time.Add(wait)
	}
}

// releaseDelay keeps a delivery whose context could not be read from being tried
// again at once.
const releaseDelay = time.Second

// logAttempt writes the one line that each attempt gets.
func (d *Dispatcher) logAttempt(r *record) {
	a := r.settlement.Attempt
	if a == nil {
		return
	}
	level := slog.LevelInfo
	if a.Reason == webhook.ReasonInternal {
		level = slog.LevelError
	}
	ctx := context.WithoutCancel(d.lifetime)
	if !d.log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 9)
	attrs = append(attrs,
		slog.String("delivery", a.DeliveryID.String()), slog.Int64("webhook", r.flight.WebhookID), slog.Int("attempt", a.Number),
		slog.String("state", r.settlement.State.String()), slog.Int("status", a.Response.Status), slog.Duration("took", a.Timing.Total))
	if a.Reason != webhook.ReasonNone {
		attrs = append(attrs, slog.String("reason", a.Reason.String()), slog.String("error", a.Error))
	}
	if r.settlement.State == webhook.Scheduled {
		attrs = append(attrs, slog.Time("next", r.settlement.Due))
	}
	d.log.LogAttrs(ctx, level, "attempt", attrs...)
}

// record is an outcome on its way to the recorder.
type record struct {
	flight     *flight
	settlement store.Settlement
	// release gives the claim back without writing anything.
	release bool
	// lost says that the delivery was not ours, or not any more.
	lost bool
}

// name is how a worker is called.
func (d *Dispatcher) name(w *worker) string { return fmt.Sprintf("%s.%d", d.exchange.Worker, w.number) }
