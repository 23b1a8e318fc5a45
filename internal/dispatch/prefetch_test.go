package dispatch_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// readingStore counts how contexts are read.
type readingStore struct {
	store.Store
	calls, contexts atomic.Int64
}

func (s *readingStore) Contexts(ctx context.Context, changes []int64) (map[int64][]byte, error) {
	s.calls.Add(1)
	s.contexts.Add(int64(len(changes)))
	return s.Store.Contexts(ctx, changes)
}

// TestContextsAreReadTogether delivers what waited before the start: every change
// is read once, and not by a worker for each.
func TestContextsAreReadTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reading := &readingStore{}
		b := setup(t, func(o *dispatch.Options) {
			reading.Store = o.Store
			o.Store = reading
		})
		defer b.finish()
		b.webhook("site")
		b.quiet = true // everything is read from the store
		const waiting = 200
		for i := range waiting {
			b.change("site", int64(i))
		}
		b.start()
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != waiting {
			t.Fatalf("states %v, want %d finished", states, waiting)
		}
		if calls, contexts := reading.calls.Load(), reading.contexts.Load(); calls > 10 || contexts != waiting {
			t.Errorf("%d contexts were read %d at a time, want %d in few calls", contexts, contexts/calls, waiting)
		}
	})
}
