package dispatch

import (
	"context"
	"errors"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxBatch bounds how many outcomes share a settlement, settleRetry is the first
// wait after a store that could not take them, maxSettleRetry the longest.
const (
	maxBatch       = 256
	settleRetry    = 100 * time.Millisecond
	maxSettleRetry = 10 * time.Second
)

// record takes outcomes until the channel is closed and settles them in batches:
// while one is being written, the next gathers.
func (d *Dispatcher) record(ctx context.Context) {
	batch := make([]*record, 0, cap(d.records))
	for r := range d.records {
		batch = append(batch[:0], r)
	gather:
		for len(batch) < cap(batch) {
			select {
			case r, ok := <-d.records:
				if !ok {
					break gather
				}
				batch = append(batch, r)
			default:
				break gather
			}
		}
		d.settle(ctx, batch)
	}
}

// settle makes a batch durable, however often that takes: what was sent must not
// be forgotten. Only the end of ctx makes it give up; the claims then end with
// the process, and the deliveries are sent again.
func (d *Dispatcher) settle(ctx context.Context, batch []*record) {
	settlements := make([]store.Settlement, 0, len(batch))
	settled := make([]*record, 0, len(batch))
	var released []store.Claim
	for _, r := range batch {
		switch {
		case r.lost:
		case r.release:
			released = append(released, r.settlement.Claim)
		default:
			settlements = append(settlements, r.settlement)
			settled = append(settled, r)
		}
	}
	if err := d.store.Release(ctx, released); err != nil {
		d.log.Error("claims could not be released", "error", err)
	}
	if len(settlements) > 0 {
		kept, err := d.persist(ctx, settlements)
		if err != nil {
			d.log.Error("attempts were not recorded", "attempts", len(settlements), "error", err)
		}
		for i, r := range settled {
			r.lost = err != nil || !kept[i]
		}
	}
	for _, r := range batch {
		if r.lost {
			r.settlement.State = webhook.Canceled // it is not ours any more
		}
	}
	d.scheduler.settled(batch, time.Now())
	for _, r := range batch {
		d.logAttempt(r)
		if d.observe != nil && r.settlement.Attempt != nil {
			d.observe(Event{Delivery: r.flight.Delivery, Attempt: r.settlement.Attempt, State: r.settlement.State, Due: r.settlement.Due})
		}
	}
}

// persist settles, with growing pauses while the store fails.
func (d *Dispatcher) persist(ctx context.Context, settlements []store.Settlement) ([]bool, error) {
	for wait := settleRetry; ; wait = min(2*wait, maxSettleRetry) {
		kept, err := d.store.Settle(ctx, settlements)
		if err == nil || ctx.Err() != nil || errors.Is(err, store.ErrClosed) {
			return kept, err
		}
		d.log.Error("attempts cannot be recorded; trying again", "attempts", len(settlements), "wait", wait, "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// Event tells an observer about a recorded attempt.
type Event struct {
	// Delivery is as it was before the attempt, State and Due as after it.
	Delivery webhook.Delivery
	Attempt  *webhook.Attempt
	State    webhook.State
	Due      time.Time
}
