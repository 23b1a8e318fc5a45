package dispatch

import (
	"context"
	"sync"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
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

// retain deletes what is old, at intervals. The rules run side by side: one after the
// other, changes would not be deleted at all for as long as deliveries end faster than
// old ones are deleted.
func (d *Dispatcher) retain(ctx context.Context) {
	for {
		now := time.Now()
		var rules sync.WaitGroup
		for _, rule := range []struct {
			what  string
			age   time.Duration
			prune func(ctx context.Context, before time.Time) error
		}{
			{"deliveries", d.retention.Deliveries, d.pruneDeliveries},
			{"changes", d.retention.Changes, d.pruneChanges},
			{"idempotency keys", d.retention.Idempotent, d.pruneAll(store.Tx.PruneIdempotent)},
			{"statistics", minuteStatistics, d.pruneAll(func(tx store.Tx, before time.Time, limit int) (int, error) {
				return tx.PruneStatistics(before, now.Add(-hourStatistics), limit)
			})},
		} {
			if rule.age <= 0 {
				continue
			}
			rules.Go(func() {
				if err := rule.prune(ctx, now.Add(-rule.age)); err != nil && ctx.Err() == nil {
					d.log.Error("old records could not be deleted", "what", rule.what, "error", err)
				}
			})
		}
		rules.Wait()
		if !pause(ctx, retainInterval) {
			return
		}
	}
}

func (d *Dispatcher) pruneDeliveries(ctx context.Context, before time.Time) error {
	return sweep(ctx, d.store,
		func(tx store.Tx, after webhook.UUID) ([]webhook.UUID, error) {
			return tx.OldDeliveries(before, after, retainBatch)
		},
		func(tx store.Tx, ids []webhook.UUID) (int, error) { return tx.PruneDeliveries(ids, before) })
}

func (d *Dispatcher) pruneChanges(ctx context.Context, before time.Time) error {
	return sweep(ctx, d.store,
		func(tx store.Tx, after int64) ([]int64, error) { return tx.OldChanges(before, after, retainBatch) },
		store.Tx.PruneChanges)
}

// sweep finds old records batch by batch and deletes each batch. Finding may mean
// to read past a million records that have to stay, so it is done beside the
// writer, and each time from where it ended; only the deletions take their turn
// there.
func sweep[ID any](
	ctx context.Context, s store.Store, find func(store.Tx, ID) ([]ID, error), remove func(store.Tx, []ID) (int, error),
) error {
	var after ID
	for {
		var ids []ID
		err := s.View(ctx, func(tx store.Tx) (err error) {
			ids, err = find(tx, after)
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		err = s.Update(ctx, func(tx store.Tx) error {
			_, err := remove(tx, ids)
			return err
		})
		if err != nil || len(ids) < retainBatch || !pause(ctx, retainPause) {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// pruneAll deletes batches of what needs no search until one is not full.
func (d *Dispatcher) pruneAll(batch func(store.Tx, time.Time, int) (int, error)) func(context.Context, time.Time) error {
	return func(ctx context.Context, before time.Time) error {
		for {
			n := 0
			err := d.store.Update(ctx, func(tx store.Tx) (err error) {
				n, err = batch(tx, before, retainBatch)
				return err
			})
			if err != nil || n < retainBatch || !pause(ctx, retainPause) {
				return err
			}
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
