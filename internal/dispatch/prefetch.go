package dispatch

import (
	"context"
	"time"

	"bellhop/internal/render"
	"bellhop/internal/store"
)

// Bounds of what a read of a lane brings along: contexts are read some at a time
// until they have so many bytes. Workers read the others one by one.
const (
	prefetchChunk = 64
	prefetchBytes = 4 << 20
)

// prefetch reads the contexts of what was read from a lane, by change: together
// that costs a fraction of what each worker would spend on its own transaction.
// An error only leaves work to the workers.
func (d *Dispatcher) prefetch(ctx context.Context, l *lane, due []store.Due) map[int64]*render.Input {
	missing := d.scheduler.missingInputs(l, due, time.Now())
	inputs := make(map[int64]*render.Input, len(missing))
	for size := 0; len(missing) > 0 && size < prefetchBytes; {
		chunk := missing[:min(prefetchChunk, len(missing))]
		missing = missing[len(chunk):]
		contexts, err := d.store.Contexts(ctx, chunk)
		if err != nil {
			break
		}
		for change, body := range contexts {
			inputs[change] = &render.Input{Context: body}
			size += len(body)
		}
	}
	return inputs
}

// missingInputs returns the changes whose contexts a lane will want now, in its order,
// unless contexts fill what they may already.
func (s *scheduler) missingInputs(l *lane, due []store.Due, now time.Time) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inputBytes > maxInputBytes-prefetchBytes {
		return nil
	}
	known := make(map[int64]bool, l.ready.len())
	l.ready.each(func(e *entry) { known[e.ChangeID] = e.input != nil })
	var missing []int64
	first := make(map[object]bool)
	for i := range due {
		if o := (object{due[i].ObjectType, due[i].ObjectID}); o != (object{}) {
			if first[o] {
				continue // it waits behind another
			}
			first[o] = true
		}
		if id := due[i].ChangeID; isDue(&due[i].Delivery, now) && !known[id] && s.flights[due[i].ID] == nil && len(missing) < windowSize {
			known[id] = true
			missing = append(missing, id)
		}
	}
	return missing
}

// attach gives waiting entries the contexts that were read for them.
func (l *lane) attach(inputs map[int64]*render.Input) {
	l.ready.each(func(e *entry) {
		if e.input == nil {
			e.input = inputs[e.ChangeID]
		}
	})
}
