package dispatch_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// TestPutInOrderInFlight puts a webhook in order while a delivery is being sent that
// was read without its object: what waits behind it goes as soon as it has ended.
func TestPutInOrderInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(5 * time.Second)
			return 200, nil, nil
		}
		wh := b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 1 })
		b.quiet = true
		b.change("site", 1)
		b.change("site", 1)
		b.start()
		time.Sleep(time.Second)
		wh.Ordered = true
		if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Update(&wh) }); err != nil {
			t.Fatal(err)
		}
		b.reload()
		time.Sleep(10 * time.Second) // less than the audit's interval
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 2 {
			t.Errorf("states %v, want both finished", states)
		}
	})
}
