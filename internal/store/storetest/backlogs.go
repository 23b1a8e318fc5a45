package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/store"
)

func testBacklogs(t *testing.T, s *Suite) {
	hour := minute.Truncate(time.Hour)
	s.update(t, func(tx store.Tx) error {
		return errors.Join(
			tx.NoteBacklog(hour, 5, 0),
			tx.NoteBacklog(hour.Add(59*time.Second), 3, 90*time.Second), // the same minute
			tx.NoteBacklog(hour.Add(time.Minute), 7, time.Minute),
			tx.NoteBacklog(hour.Add(time.Hour), 1, 0),
		)
	})
	check := func(what string, from time.Time, step time.Duration, want ...store.BacklogPeriod) {
		t.Helper()
		s.view(t, func(tx store.Tx) error {
			got, err := tx.Backlogs(from, hour.Add(2*time.Hour), step)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: error %v, difference (-want +got):\n%s", what, err, diff)
			}
			return nil
		})
	}
	last := store.BacklogPeriod{Start: hour.Add(time.Hour), Waiting: 1}
	first := store.BacklogPeriod{Start: hour, Waiting: 7, Oldest: 90 * time.Second}
	check("by minute", hour, time.Minute,
		store.BacklogPeriod{Start: hour, Waiting: 5, Oldest: 90 * time.Second},
		store.BacklogPeriod{Start: hour.Add(time.Minute), Waiting: 7, Oldest: time.Minute}, last)
	check("by hour", hour, time.Hour, first, last)
	check("later", hour.Add(time.Hour), time.Minute, last)

	prune := func(minutes, hours time.Time) {
		t.Helper()
		s.update(t, func(tx store.Tx) error {
			_, err := tx.PruneStatistics(minutes, hours, 10)
			return err
		})
	}
	prune(hour.Add(90*time.Minute), hour) // the second hour has not ended
	check("minutes made an hour", hour, time.Minute, first, last)
	prune(hour.Add(90*time.Minute), hour.Add(time.Hour))
	check("an hour deleted", hour, time.Minute, last)
	s.view(t, func(tx store.Tx) error {
		if err := tx.NoteBacklog(hour, 1, 0); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("in a read-only transaction: error %v", err)
		}
		return nil
	})
}
