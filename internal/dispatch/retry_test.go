package dispatch_test

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// TestRetriedByHandHasAllItsTime retries old deliveries while their receiver is
// still down: their schedule begins anew, also where attempts are free.
func TestRetriedByHandHasAllItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 0, nil, io.ErrUnexpectedEOF }
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.MaxAttempts = 4 }) // tried for six minutes
		const deliveries = 20
		for i := range deliveries {
			b.change("site", int64(i))
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if states := b.states(); states[webhook.Failed] != deliveries {
			t.Fatalf("states %v, want all failed", states)
		}
		var list []webhook.Delivery
		err := b.store.Update(t.Context(), func(tx store.Tx) (err error) {
			list, err = tx.Requeue(nil, time.Now(), 100)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		b.Requeued(list)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if states := b.states(); states[webhook.Failed] != 0 {
			t.Errorf("states %v five minutes after the retry, want none given up", states)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if states := b.states(); states[webhook.Failed] != deliveries {
			t.Errorf("states %v an hour after the retry, want all given up", states)
		}
	})
}

// TestRetriedBeforeHeard retries by hand what has just ended, between the commit of
// that and the scheduler's hearing of it: it is sent at once, and not when the audit
// finds it or when its earlier retry would have been due.
func TestRetriedBeforeHeard(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 500} {
		for _, ordered := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				racy := &racyStore{}
				b := setup(t, func(o *dispatch.Options) { racy.Store, o.Store = o.Store, racy })
				defer b.finish()
				b.net.answer = func(*http.Request) (int, http.Header, error) { return status, nil, nil }
				var once sync.Once
				racy.settled = func() {
					once.Do(func() {
						var list []webhook.Delivery
						err := racy.Update(t.Context(), func(tx store.Tx) (err error) {
							list, err = tx.Requeue(nil, time.Now(), 1)
							return err
						})
						if err != nil || len(list) != 1 {
							t.Errorf("retried %d, error %v", len(list), err)
						}
						b.Requeued(list)
						time.Sleep(time.Second) // the lane is read
					})
				}
				b.start()
				b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = ordered })
				b.change("site", 1)
				time.Sleep(3 * time.Second) // less than the first step
				synctest.Wait()
				if n := len(b.net.requests("site")); n != 2 {
					t.Errorf("status %d, ordered %v: %d requests, want 2", status, ordered, n)
				}
			})
		}
	}
}
