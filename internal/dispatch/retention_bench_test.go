package dispatch_test

import (
	"testing"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/testkit/fill"
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
			old := time.Now().Add(-48 * time.Hour)
			for _, id := range []int64{1, 0} {
				if err := fill.Ended(b.Context(), l.store, id, old, b.N); err != nil {
					b.Fatal(err)
				}
			}
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
