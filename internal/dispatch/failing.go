package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"bellhop/internal/store"
)

// failingSetting keeps since when receivers have only failed, by the ids of their
// webhooks, over restarts; rememberAfter is how long one must have failed for
// that, so that what comes and goes is not written each time.
const (
	failingSetting = "dispatch.failing"
	rememberAfter  = time.Minute
)

// recall reads what an earlier process has remembered.
func (d *Dispatcher) recall(ctx context.Context) error {
	failing := make(map[int64]time.Time)
	err := d.store.View(ctx, func(tx store.Tx) error {
		text, err := tx.Setting(failingSetting)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &failing)
	})
	if err != nil {
		return fmt.Errorf("read since when receivers fail: %w", err)
	}
	d.remembered = failing
	d.scheduler.mu.Lock()
	defer d.scheduler.mu.Unlock()
	for id, since := range failing {
		if l, ok := d.scheduler.lanes[id]; ok {
			l.health.failing = since
		}
	}
	return nil
}

// remember writes since when receivers have only failed, if that has changed.
// Only the inspector calls it.
func (d *Dispatcher) remember(ctx context.Context) error {
	failing := d.scheduler.failing(time.Now().Add(-rememberAfter))
	if maps.Equal(failing, d.remembered) {
		return nil
	}
	text, err := json.Marshal(failing)
	if err != nil {
		return err
	}
	if err := d.store.Update(ctx, func(tx store.Tx) error { return tx.PutSetting(failingSetting, text) }); err != nil {
		return fmt.Errorf("remember since when receivers fail: %w", err)
	}
	d.remembered = failing
	return nil
}

// failing returns since when lanes have only failed: those for which that began
// before a moment.
func (s *scheduler) failing(before time.Time) map[int64]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	failing := make(map[int64]time.Time)
	for id, l := range s.lanes {
		if since := l.health.failing; !since.IsZero() && since.Before(before) {
			failing[id] = since.UTC().Truncate(time.Microsecond)
		}
	}
	return failing
}

// disableHopeless disables webhooks whose receivers have only failed for too
// long: from the first failure to the last, not to now, for nobody knows how a
// receiver does that is sent nothing.
func (d *Dispatcher) disableHopeless(ctx context.Context) {
	if d.disable == nil || d.disableAfter <= 0 {
		return
	}
	hopeless := make(map[int64]time.Time)
	d.scheduler.mu.Lock()
	for id, l := range d.scheduler.lanes {
		h := &l.health
		if l.hook.Enabled && !h.failing.IsZero() && h.failure.Sub(h.failing) >= d.disableAfter {
			hopeless[id] = h.failing
		}
	}
	d.scheduler.mu.Unlock()
	for id, since := range hopeless {
		if err := d.disable(ctx, id, since); err != nil && ctx.Err() == nil {
			d.log.Error("webhook could not be disabled", "webhook", id, "failing_since", since, "error", err)
		}
	}
}
