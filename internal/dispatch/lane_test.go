package dispatch_test

import (
	"fmt"
	"io"
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

// TestProbing checks that a dead receiver costs its deliveries no attempts, is
// asked ever more rarely, and is served at once when it is back.
func TestProbing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		var alive atomic.Bool
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			if alive.Load() {
				return 200, nil, nil
			}
			return 0, nil, io.ErrUnexpectedEOF
		}
		b.start()
		b.webhook("site")
		for i := range 300 {
			b.change("site", int64(i))
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		asked := len(b.net.requests("site"))
		// Up to 16 at once before the lane notices, then a probe a minute.
		if asked > 150 {
			t.Errorf("a dead receiver was asked %d times in two hours", asked)
		}
		if states := b.states(); states[webhook.Failed] > 0 || states[webhook.Queued]+states[webhook.Scheduled] != 300 {
			t.Errorf("states %v", states)
		}
		spent := 0
		err := b.store.View(t.Context(), func(tx store.Tx) error {
			page, err := tx.Deliveries(store.Query{Limit: 300})
			for _, d := range page.Items {
				spent += d.Spent
			}
			return err
		})
		if err != nil || spent > 30 {
			t.Errorf("%d attempts spent on a dead receiver, error %v", spent, err)
		}
		alive.Store(true)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 300 {
			t.Errorf("two minutes after it is back: %v", states)
		}
	})
}

func TestConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		var mu sync.Mutex
		running, most := 0, 0
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return 200, nil, nil
		}
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 3 })
		for i := range 12 {
			b.change("site", int64(i))
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if states := b.states(); most != 3 || states[webhook.Finished] != 12 {
			t.Errorf("at most %d at once, want 3; states %v", most, states)
		}
	})
}

// TestQueues checks the shares of the queues when workers are scarce.
func TestQueues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, func(o *dispatch.Options) { o.Workers = 1 })
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(10 * time.Millisecond)
			return 200, nil, nil
		}
		for name, queue := range map[string]webhook.Queue{"low": webhook.QueueLow, "default": webhook.QueueDefault, "high": webhook.QueueHigh} {
			b.webhook(name, func(wh *webhook.Webhook) { wh.Queue = queue })
			for i := range 200 {
				b.change(name, int64(i))
			}
		}
		b.start()
		time.Sleep(1700 * time.Millisecond)
		synctest.Wait()
		high, normal, low := len(b.net.requests("high")), len(b.net.requests("default")), len(b.net.requests("low"))
		if high < 110 || normal < 35 || low < 8 {
			t.Errorf("of 170 requests %d were high, %d default, %d low; want about 120, 40, 10", high, normal, low)
		}
	})
}

// TestBacklog starts on a store with more waiting than a lane's window holds,
// while more comes in, and wants each delivered exactly once.
func TestBacklog(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{false, true} {
		t.Run(fmt.Sprintf("ordered %v", ordered), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				defer b.finish()
				b.net.answer = func(*http.Request) (int, http.Header, error) {
					time.Sleep(time.Millisecond)
					return 200, nil, nil
				}
				b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = ordered })
				for i := range 2500 {
					b.change("site", int64(i%50))
				}
				b.start()
				for i := range 500 {
					b.change("site", int64(i%50))
				}
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				got := b.net.requests("site")
				seen := make(map[string]bool)
				for _, r := range got {
					seen[r.header.Get("Webhook-Id")] = true
				}
				if len(got) != 3000 || len(seen) != 3000 || b.states()[webhook.Finished] != 3000 {
					t.Errorf("%d requests for %d deliveries, states %v; want 3000 each", len(got), len(seen), b.states())
				}
			})
		})
	}
}

// TestLostAnnouncement checks that the audit finds what nobody announced.
func TestLostAnnouncement(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.start()
		b.webhook("site")
		time.Sleep(time.Second)
		b.quiet = true
		b.change("site", 1)
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if n := len(b.net.requests("site")); n != 1 {
			t.Errorf("%d requests after the audit, want 1", n)
		}
	})
}
