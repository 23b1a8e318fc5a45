package dispatch_test

import (
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/store"
)

// TestBacklogIsNoted checks that what waits, and since when, is noted every minute,
// and nothing once it is delivered.
func TestBacklogIsNoted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.webhook("site")
		b.quiet = true // so that it waits for the audit
		b.start()
		time.Sleep(time.Second)
		began := time.Now().Truncate(time.Minute)
		b.change("site", 1)
		b.change("site", 2)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		var got []store.BacklogPeriod
		err := b.store.View(t.Context(), func(tx store.Tx) (err error) {
			got, err = tx.Backlogs(began, time.Now().Add(time.Minute), time.Minute)
			return err
		})
		if err != nil || len(got) < 2 {
			t.Fatalf("noted %+v, error %v", got, err)
		}
		first, last := got[0], got[len(got)-1]
		if first.Waiting != 2 || first.Oldest < 28*time.Second || first.Oldest > 30*time.Second {
			t.Errorf("before the audit sent them: %+v, want 2 that were due for 29 s", first)
		}
		if last.Waiting != 0 || last.Oldest != 0 {
			t.Errorf("afterwards: %+v, want nothing", last)
		}
	})
}
