package dispatch

import (
	"context"
	"time"

	"bellhop/internal/store"
)

// Retention says how long records are kept. A zero duration means for ever.
type Retention struct {
	// Deliveries in a final state go with their attempts this long after
	// their end.
	Deliveries time.Duration
	// Changes go this long after they were made, once no delivery refers to
	// them.
	Changes time.Duration
	// Idempotent answers go this long after they were given.
	Idempotent time.Duration
}

// How long statistics are kept: by the minute for the last day and the day before
// that it is compared with, by the hour for two months.
const (
	minuteStatistics = 50 * time.Hour
	hourStatistics   = 62 * 24 * time.Hour
)

// Janitor settings: batches are small, so that other writers wait for
// milliseconds only, with a pause between them.
const (
	retainInterval = 10 * time.Minute
	retainBatch    = 200
	retainPause    = 20 * time.Millisecond
)

// retain deletes what is old, at intervals.
func (d *Dispatcher) retain(ctx context.Context) {
	for {
		now := time.Now()
		for _, rule := range []struct {
			what  string
			age   time.Duration
			prune func(tx store.Tx, before time.Time) (int, error)
		}{
			{"deliveries", d.retention.Deliveries, func(tx store.Tx, before time.Time) (int, error) {
				return tx.PruneDeliveries(before, retainBatch)
			}},
			{"changes", d.retention.Changes, func(tx store.Tx, before time.Time) (int, error) {
				return tx.PruneChanges(before, retainBatch)
			}},
			{"idempotency keys", d.retention.Idempotent, func(tx store.Tx, before time.Time) (int, error) {
				return tx.PruneIdempotent(before, retainBatch)
			}},
			{"statistics", minuteStatistics, func(tx store.Tx, before time.Time) (int, error) {
				return tx.PruneStatistics(before, now.Add(-hourStatistics), retainBatch)
			}},
		} {
			if rule.age <= 0 {
				continue
			}
			if err := d.prune(ctx, now.Add(-rule.age), rule.prune); err != nil && ctx.Err() == nil {
				d.log.Error("old records could not be deleted", "what", rule.what, "error", err)
			}
		}
		if !pause(ctx, retainInterval) {
			return
		}
	}
}

// prune deletes batches until one is not full.
func (d *Dispatcher) prune(ctx context.Context, before time.Time, batch func(store.Tx, time.Time) (int, error)) error {
	for {
		n := 0
		err := d.store.Update(ctx, func(tx store.Tx) (err error) {
			n, err = batch(tx, before)
			return err
		})
		if err != nil || n < retainBatch {
			return err
		}
		if !pause(ctx, retainPause) {
			return nil
		}
	}
}

// pause waits, and reports false when ctx ended.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
