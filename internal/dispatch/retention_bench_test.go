package dispatch_test

import (
	"bytes"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/store/storetest"
	"bellhop/internal/webhook"
)

// BenchmarkRetention is BenchmarkDeliver with old records in the store: as many
// deliveries as are made, and as many changes whose delivery has been deleted. First
// they are kept, then they are deleted meanwhile. It reports how much slower that is,
// and how many are deleted for each one that is made: with 1 or more of both, the
// database does not grow at full load.
func BenchmarkRetention(b *testing.B) {
	var kept float64
	for _, c := range []struct {
		name      string
		retention dispatch.Retention
	}{
		{"kept", dispatch.Retention{}},
		{"deleted", dispatch.Retention{Deliveries: 24 * time.Hour, Changes: 24 * time.Hour}},
	} {
		b.Run(c.name, func(b *testing.B) {
			l := newLine(b, c.retention)
			fillOld(b, l.store, b.N)
			l.start(b)
			deliveries, changes := count(b, l.store)
			run(b, l.arrived, l.post)
			rate := float64(b.N) / b.Elapsed().Seconds()
			if c.retention.Deliveries == 0 {
				kept = rate
				return
			}
			deliveriesLeft, changesLeft := count(b, l.store)
			b.ReportMetric(rate/kept, "x-kept")
			b.ReportMetric(float64(deliveries+b.N-deliveriesLeft)/float64(b.N), "deliveries-deleted/made")
			b.ReportMetric(float64(changes+b.N-changesLeft)/float64(b.N), "changes-deleted/made")
		})
	}
}

// fillOld stores n changes with a finished delivery each and n without one, all from
// two days ago.
func fillOld(b *testing.B, s store.Store, n int) {
	b.Helper()
	suite, old := storetest.NewSuite(s), time.Now().Add(-48*time.Hour)
	body := bytes.Repeat([]byte("x"), 1100)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				_, err := suite.Enqueue(b.Context(), old, i, 0, body)
				list, err2 := suite.Enqueue(b.Context(), old, i, 1, body)
				if err := errors.Join(err, err2); err != nil {
					b.Error(err)
					return
				}
				claims, err := s.Claim(b.Context(), "old", list)
				if err != nil || len(claims) != 1 {
					b.Errorf("%d claims, error %v", len(claims), err)
					return
				}
				if _, err := s.Settle(b.Context(), []store.Settlement{storetest.Outcome(claims[0], webhook.Finished, 200, old)}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// count returns how many deliveries and changes there are.
func count(b *testing.B, s store.Store) (deliveries, changes int) {
	b.Helper()
	err := s.View(b.Context(), func(tx store.Tx) error {
		made, err := tx.Deliveries(store.Query{})
		if err != nil {
			return err
		}
		recorded, err := tx.Changes(store.Query{})
		deliveries, changes = made.Count, recorded.Count
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return deliveries, changes
}
