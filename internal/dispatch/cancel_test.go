package dispatch_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// cancelAll cancels what is undone, as a person does.
func (b *bench) cancelAll() {
	b.t.Helper()
	b.cancel(store.In{Path: "state", Values: []any{"queued", "scheduled", "started"}})
}

func (b *bench) cancel(filter store.Filter) {
	b.t.Helper()
	var list []webhook.Delivery
	err := b.store.Update(b.t.Context(), func(tx store.Tx) (err error) {
		list, err = tx.Cancel(filter, time.Now(), 1000)
		return err
	})
	if err != nil {
		b.t.Error(err)
	}
	b.Canceled(list)
}

// TestCanceledWhileRead cancels what waits just after a lane was read: nothing of
// what was read is sent.
func TestCanceledWhileRead(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b, reading := setupReading(t)
			defer b.finish()
			b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = ordered })
			b.quiet = true
			for i := range 5 {
				b.change("site", int64(i))
			}
			var once sync.Once
			reading.due = func([]store.Due) { once.Do(b.cancelAll) }
			b.start()
			time.Sleep(time.Minute)
			synctest.Wait()
			if n := len(b.net.requests("site")); n != 0 {
				t.Errorf("ordered %v: %d requests for deliveries that were canceled before", ordered, n)
			}
		})
	}
}

// TestCanceledBehindAnother cancels a delivery of an ordered lane that waits behind
// another one of its object, which ends before the lane could be read again.
func TestCanceledBehindAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, reading := setupReading(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(time.Second)
			return 200, nil, nil
		}
		b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = true })
		b.change("site", 1)
		second := b.change("site", 1)
		b.start()
		time.Sleep(900 * time.Millisecond) // the first is being sent
		synctest.Wait()
		reading.due = func([]store.Due) { time.Sleep(time.Second) }
		b.cancel(store.ByID(second[0].ID))
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(b.net.requests("site")); n != 1 {
			t.Errorf("%d requests, want one: the second delivery was canceled", n)
		}
	})
}

// TestWebhookDeletedWhileRead deletes a webhook just after its lane was read.
func TestWebhookDeletedWhileRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, reading := setupReading(t)
		defer b.finish()
		wh := b.webhook("site")
		b.quiet = true
		for i := range 5 {
			b.change("site", int64(i))
		}
		var once sync.Once
		reading.due = func([]store.Due) {
			once.Do(func() {
				if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Delete(wh.ID) }); err != nil {
					t.Error(err)
				}
				b.reload()
				b.cancelAll()
			})
		}
		b.start()
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(b.net.requests("site")); n != 0 {
			t.Errorf("%d requests to a webhook that was deleted before", n)
		}
	})
}

// TestAnnouncedWhileRead announces, while a lane is being read that is about to
// have more than a window, the one that does not fit.
func TestAnnouncedWhileRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, reading := setupReading(t)
		defer b.finish()
		b.net.answer = hang
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency, wh.Timeout = 1, 100 })
		b.change("site", 0) // is being sent
		for i := range 999 {
			b.change("site", int64(i))
		}
		synctest.Wait()
		var once sync.Once
		reading.due = func([]store.Due) {
			once.Do(func() {
				b.change("site", 0)
				b.change("site", 0) // does not fit
				b.net.mu.Lock()
				b.net.answer = nil
				b.net.mu.Unlock()
			})
		}
		b.Requeued([]webhook.Delivery{{WebhookID: 1}}) // makes it read
		time.Sleep(101 * time.Second)
		synctest.Wait()
		if n := b.states()[webhook.Finished]; n != 1001 {
			t.Errorf("%d deliveries finished, want 1001", n)
		}
	})
}
