package dispatch_test

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

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
