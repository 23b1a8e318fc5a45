package dispatch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// TestClockSetBack has deliveries in the store whose due time is to come, as after the
// clock was set back: what is queued does not wait for it.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := setup(t)
			defer b.finish()
			b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = ordered })
			b.quiet = true
			for i := range 5 {
				b.change("site", int64(i%2))
			}
			ahead := time.Now().Add(time.Hour)
			err := b.store.Update(t.Context(), func(tx store.Tx) error {
				_, err := tx.Cancel(nil, ahead, 10)
				if err == nil {
					_, err = tx.Requeue(nil, ahead, 10) // due when the clock was ahead
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			b.start()
			time.Sleep(time.Second)
			synctest.Wait()
			if states := b.states(); states[webhook.Finished] != 5 {
				t.Errorf("ordered %v: states %v, want all finished", ordered, states)
			}
		})
	}
}
