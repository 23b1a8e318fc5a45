package dispatch_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// readingStore counts how contexts are read, and runs a function when due deliveries
// were.
type readingStore struct {
	store.Store
	calls, contexts atomic.Int64
	due             func(read []store.Due)
}

func (s *readingStore) Due(ctx context.Context, query store.DueQuery) ([]store.Due, error) {
	list, err := s.Store.Due(ctx, query)
	if s.due != nil {
		s.due(list)
	}
	return list, err
}

func (s *readingStore) Contexts(ctx context.Context, changes []int64) (map[int64][]byte, error) {
	s.calls.Add(1)
	s.contexts.Add(int64(len(changes)))
	return s.Store.Contexts(ctx, changes)
}

// setupReading makes a bench whose store counts.
func setupReading(t *testing.T) (*bench, *readingStore) {
	t.Helper()
	reading := &readingStore{}
	b := setup(t, func(o *dispatch.Options) { reading.Store, o.Store = o.Store, reading })
	return b, reading
}

// TestContextsAreReadTogether delivers what waited before the start: every change
// is read once, and not by a worker for each.
func TestContextsAreReadTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, reading := setupReading(t)
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

// TestBurst announces more than a window to a receiver that is prompt: what was in
// memory already is not read again.
func TestBurst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, reading := setupReading(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(10 * time.Millisecond)
			return 200, nil, nil
		}
		b.webhook("site")
		b.start()
		b.change("site", 0) // shows that it is prompt
		time.Sleep(time.Second)
		const burst = 1100
		for i := range burst {
			b.change("site", int64(i))
		}
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != burst+1 {
			t.Fatalf("states %v, want %d finished", states, burst+1)
		}
		if n := reading.contexts.Load(); n != 0 {
			t.Errorf("%d contexts were read again, want none", n)
		}
	})
}

// TestAnnouncedDuringLastRead announces a delivery when the rest of a backlog has
// just been read, and is not known to be the rest yet: it must not wait for the
// audit.
func TestAnnouncedDuringLastRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, reading := setupReading(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(time.Millisecond)
			return 200, nil, nil
		}
		// At this rate nothing else happens to the lane while it is read.
		b.webhook("site", func(wh *webhook.Webhook) { wh.RateLimit = 100 })
		b.quiet = true
		const waiting = 1100 // a window and a part of one
		for i := range waiting {
			b.change("site", int64(i))
		}
		var once sync.Once
		reading.due = func(read []store.Due) {
			if len(read) < 1000 {
				once.Do(func() {
					b.quiet = false
					b.change("site", waiting)
				})
			}
		}
		b.start()
		time.Sleep(20 * time.Second) // less than the audit's interval
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != waiting+1 {
			t.Errorf("states %v, want %d finished", states, waiting+1)
		}
	})
}

// TestDrainedWhileRead delivers a burst while a window's worth of it is read: the lane
// has nothing more then, and what is announced next does not wait for the audit.
func TestDrainedWhileRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, reading := setupReading(t)
		defer b.finish()
		hold := make(chan struct{})
		close(hold)
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			<-hold
			return 200, nil, nil
		}
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 1 })
		b.start()
		b.change("site", 0) // shows that it is prompt
		synctest.Wait()
		hold = make(chan struct{})
		const burst = 1100
		for i := range burst {
			b.change("site", int64(i))
		}
		synctest.Wait()
		var once sync.Once
		reading.due = func([]store.Due) {
			once.Do(func() {
				close(hold)
				time.Sleep(time.Second)
			})
		}
		b.Requeued([]webhook.Delivery{{WebhookID: 1}}) // makes it read
		time.Sleep(2 * time.Second)
		b.change("site", burst)
		time.Sleep(time.Second) // less than the audit's interval
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != burst+2 {
			t.Errorf("states %v, want %d finished", states, burst+2)
		}
	})
}

// TestContextsOfWhatMayGo has deliveries that wait for their retry, or behind an
// earlier one of their object: to read the lane again is not to read their contexts.
func TestContextsOfWhatMayGo(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, reading := setupReading(t)
			defer b.finish()
			b.net.answer = func(*http.Request) (int, http.Header, error) { return 404, nil, nil }
			b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = ordered })
			b.start()
			const waiting = 100
			for range waiting {
				b.change("site", 1)
			}
			time.Sleep(time.Second)
			synctest.Wait()
			before := reading.contexts.Load()
			for range 10 {
				b.Requeued([]webhook.Delivery{{WebhookID: 1}}) // makes it read
				synctest.Wait()
			}
			if n := reading.contexts.Load() - before; n != 0 {
				t.Errorf("ordered %v: %d contexts were read that nobody wants yet", ordered, n)
			}
		})
	}
}
