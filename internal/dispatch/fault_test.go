package dispatch_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// faultyStore fails on demand.
type faultyStore struct {
	store.Store
	settle, due, contexts atomic.Bool
	// permits, when set, lets a settlement happen for each value in it.
	permits chan struct{}
}

var errDisk = errors.New("no space left on device")

func (s *faultyStore) Settle(ctx context.Context, list []store.Settlement) ([]bool, error) {
	if s.settle.Load() {
		return nil, errDisk
	}
	if s.permits != nil {
		<-s.permits
	}
	return s.Store.Settle(ctx, list)
}

func (s *faultyStore) Due(ctx context.Context, query store.DueQuery) ([]store.Due, error) {
	if s.due.Load() {
		return nil, errDisk
	}
	return s.Store.Due(ctx, query)
}

func (s *faultyStore) Contexts(ctx context.Context, changes []int64) (map[int64][]byte, error) {
	if s.contexts.Load() {
		return nil, errDisk
	}
	return s.Store.Contexts(ctx, changes)
}

// setupFaulty is setup with a store that can fail.
func setupFaulty(t *testing.T) (*bench, *faultyStore) {
	t.Helper()
	faulty := &faultyStore{}
	b := setup(t, func(o *dispatch.Options) {
		faulty.Store = o.Store
		o.Store = faulty
	})
	return b, faulty
}

// TestStoreComesBack lets the store fail in every place for a while: what was
// sent is not sent again, what was not is sent later.
func TestStoreComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, faulty := setupFaulty(t)
		defer b.finish()
		b.webhook("site")
		b.quiet = true // everything is read from the store
		for i := range 5 {
			b.change("site", int64(i))
		}
		faulty.due.Store(true)
		b.start()
		time.Sleep(5 * time.Second)
		if n := len(b.net.requests("site")); n != 0 {
			t.Fatalf("%d requests although nothing could be read", n)
		}
		faulty.due.Store(false)
		faulty.contexts.Store(true)
		time.Sleep(5 * time.Second)
		if n := len(b.net.requests("site")); n != 0 {
			t.Fatalf("%d requests although no context could be read", n)
		}
		faulty.contexts.Store(false)
		faulty.settle.Store(true)
		time.Sleep(time.Minute)
		if n := len(b.net.requests("site")); n != 5 {
			t.Fatalf("%d requests while nothing could be recorded, want 5", n)
		}
		faulty.settle.Store(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if states := b.states(); len(b.net.requests("site")) != 5 || states[webhook.Finished] != 5 {
			t.Errorf("%d requests, states %v; want 5 sent once", len(b.net.requests("site")), states)
		}
	})
}

// TestUnrecordedIsBounded checks how many requests are out whose outcomes are not
// durable, which is what a crash makes be sent twice: one for each worker, and two
// batches, neither larger than the number of workers. More deliveries wait, and the
// store takes its time for every batch.
func TestUnrecordedIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const workers, deliveries = 8, 200
		faulty := &faultyStore{permits: make(chan struct{})}
		b := setup(t, func(o *dispatch.Options) {
			faulty.Store = o.Store
			o.Store, o.Workers = faulty, workers
		})
		defer b.finish()
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 100 })
		for i := range deliveries {
			b.change("site", int64(i))
		}
		most, recorded := 0, 0
		for recorded < deliveries {
			time.Sleep(time.Second)
			synctest.Wait()
			recorded = b.states()[webhook.Finished]
			most = max(most, len(b.net.requests("site"))-recorded)
			if recorded < deliveries {
				faulty.permits <- struct{}{}
			}
		}
		if most > 3*workers {
			t.Errorf("%d requests were not recorded at one time, want at most %d", most, 3*workers)
		}
		if n := len(b.net.requests("site")); n != deliveries {
			t.Errorf("%d requests for %d deliveries", n, deliveries)
		}
	})
}

// TestStopWithDeadStore checks that a drain ends although outcomes cannot be
// recorded; the deliveries stay queued for the next start.
func TestStopWithDeadStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, faulty := setupFaulty(t)
		defer b.finish()
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 100 })
		faulty.settle.Store(true)
		for i := range 100 {
			b.change("site", int64(i))
		}
		time.Sleep(time.Second)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_ = b.Stop(ctx) // whether something had to be cut does not matter here
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("stop took %v", took)
		}
		if states := b.states(); states[webhook.Queued] != 100 {
			t.Errorf("states %v, want all queued", states)
		}
	})
}

// TestChangedWebhookIsTriedAtOnce checks that mending a webhook ends its
// receiver's probation.
func TestChangedWebhookIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(r *http.Request) (int, http.Header, error) {
			if r.URL.Host == "site" {
				return 0, nil, errors.New("connection refused")
			}
			return 200, nil, nil
		}
		b.start()
		wh := b.webhook("site")
		for i := range 100 {
			b.change("site", int64(i))
		}
		time.Sleep(20 * time.Minute)
		wh.PayloadURL = "http://elsewhere/"
		if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Update(&wh) }); err != nil {
			t.Fatal(err)
		}
		b.reload()
		time.Sleep(time.Second)
		synctest.Wait()
		// Those that were probed wait for their own time, at most a minute.
		if n := len(b.net.requests("elsewhere")); n < 60 {
			t.Errorf("%d requests in the first second, want most of 100", n)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 100 {
			t.Errorf("states %v", states)
		}
	})
}
