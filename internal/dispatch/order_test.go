package dispatch_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// orderWitness fails a test when the deliveries of an object come out of order: two
// at once, an older one after a newer one, or a newer one before the older was
// accepted.
type orderWitness struct {
	t *testing.T

	mu       sync.Mutex
	busy     map[string]bool
	last     map[string]string
	accepted map[string]bool
}

func witness(t *testing.T) *orderWitness {
	t.Helper()
	return &orderWitness{t: t, busy: make(map[string]bool), last: make(map[string]string), accepted: make(map[string]bool)}
}

// watch makes a receiver's answers visible to the witness. Requests take
// a while, so that two at once meet.
func (o *orderWitness) watch(b *bench, status func() int) {
	b.net.answer = func(r *http.Request) (int, http.Header, error) {
		object, id := r.Header.Get("X-Object"), r.Header.Get("Webhook-Id")
		o.mu.Lock()
		last := o.last[object]
		if o.busy[object] || id < last || id > last && last != "" && !o.accepted[last] {
			o.t.Errorf("object %s: %s while busy %v after %s, accepted %v", object, id, o.busy[object], last, o.accepted[last])
		}
		o.busy[object], o.last[object] = true, max(last, id)
		o.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
		answer := status()
		o.mu.Lock()
		defer o.mu.Unlock()
		o.busy[object] = false
		o.accepted[id] = o.accepted[id] || answer == 200
		return answer, nil, nil
	}
}

// inOrder makes a webhook's lane ordered and has it tell the object.
func inOrder(wh *webhook.Webhook) {
	wh.Ordered, wh.MaxAttempts, wh.AdditionalHeaders = true, 100, "X-Object: {{ data.id }}"
}

// racyStore runs functions in the moments between a step of the store and the
// dispatcher's hearing of it.
type racyStore struct {
	store.Store
	settled, claiming func()
}

func (s *racyStore) Settle(ctx context.Context, list []store.Settlement) ([]bool, error) {
	kept, err := s.Store.Settle(ctx, list)
	if s.settled != nil {
		s.settled()
	}
	return kept, err
}

func (s *racyStore) Claim(ctx context.Context, worker string, list []webhook.Delivery) ([]store.Claim, error) {
	if s.claiming != nil {
		s.claiming()
	}
	return s.Store.Claim(ctx, worker, list)
}

// TestOrderWhenReadBeforeHeard reads an ordered lane again and again in the time
// between an outcome's commit and the scheduler's hearing of it: the read lets the
// next delivery go, and hearing of it must not let another one go.
func TestOrderWhenReadBeforeHeard(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		racy := &racyStore{settled: func() { time.Sleep(3 * time.Millisecond) }}
		b := setup(t, func(o *dispatch.Options) { racy.Store, o.Store = o.Store, racy })
		defer b.finish()
		witness(t).watch(b, func() int { return 200 })
		b.start()
		b.webhook("site", inOrder)
		for range 200 {
			b.change("site", 1) // each makes the lane read
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := b.states()[webhook.Finished]; n != 200 {
			t.Errorf("%d deliveries finished, want 200", n)
		}
	})
}

// TestOrderWhenRetriedByHand retries a delivery by hand in the very moment in which
// it is claimed because it is due. What was sent then counts for nothing, and the
// object's next delivery has to wait.
func TestOrderWhenRetriedByHand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		racy := &racyStore{}
		b := setup(t, func(o *dispatch.Options) { racy.Store, o.Store = o.Store, racy })
		defer b.finish()
		n := 0
		witness(t).watch(b, func() int {
			if n++; n%3 != 0 {
				return 500
			}
			return 200
		})
		b.start()
		b.webhook("site", inOrder)
		var mu sync.Mutex
		racy.claiming = func() {
			mu.Lock()
			defer mu.Unlock()
			var list []webhook.Delivery
			err := racy.Update(t.Context(), func(tx store.Tx) (err error) {
				list, err = tx.Requeue(store.Compare{Path: "state", Op: store.Eq, Value: "scheduled"}, time.Now(), 100)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			b.Requeued(list)
		}
		for range 20 {
			b.change("site", 1)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 20 {
			t.Errorf("states %v, want 20 finished", states)
		}
	})
}

// TestOrderOfManyObjects has 20 objects with 12 changes each, and a receiver that
// refuses one request in seven, before a lane that is read page by page.
func TestOrderOfManyObjects(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		var mu sync.Mutex
		n := 0
		witness(t).watch(b, func() int {
			mu.Lock()
			defer mu.Unlock()
			if n++; n%7 == 0 {
				return 500
			}
			return 200
		})
		b.webhook("site", inOrder)
		for i := range 120 {
			b.change("site", int64(i%20))
		}
		b.start()
		for i := range 120 {
			b.change("site", int64(i%20))
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 240 {
			t.Errorf("states %v, want 240 finished", states)
		}
		objects := make(map[string]bool)
		for _, r := range b.net.requests("site") {
			objects[r.header.Get("X-Object")] = true
			if !strings.Contains(r.body, fmt.Sprintf(`"id": %s,`, r.header.Get("X-Object"))) {
				t.Fatalf("object %s in body %s", r.header.Get("X-Object"), r.body)
			}
		}
		if len(objects) != 20 {
			t.Errorf("%d objects seen, want 20", len(objects))
		}
	})
}
