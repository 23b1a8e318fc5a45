package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// minute is the first whole minute of the suite's data.
var minute = start.Truncate(time.Minute)

// statistics reads statistics.
func (s *Suite) statistics(t *testing.T, query store.StatisticsQuery) []store.Period {
	t.Helper()
	var periods []store.Period
	s.view(t, func(tx store.Tx) (err error) {
		periods, err = tx.Statistics(query)
		return err
	})
	return periods
}

// attempted settles a delivery with an attempt that took a time.
func (s *Suite) attempted(t *testing.T, d webhook.Delivery, state webhook.State, took time.Duration, at time.Time) {
	t.Helper()
	status := 500
	if state == webhook.Finished {
		status = 200
	}
	settlement := Outcome(s.claim(t, d), state, status, at)
	settlement.Attempt.Timing.Total = took
	if !s.settle(t, settlement) {
		t.Error("a claim was lost")
	}
}

func testStatistics(t *testing.T, s *Suite) {
	list := s.enqueue(t, start, 1, 3)
	s.attempted(t, list[0], webhook.Finished, time.Millisecond, start)
	s.attempted(t, list[1], webhook.Scheduled, 3*time.Millisecond, start.Add(time.Second))
	s.attempted(t, s.delivery(t, list[1].ID), webhook.Failed, time.Hour, start.Add(2*time.Minute))
	// Nothing was sent: nothing is counted.
	if !s.settle(t, store.Settlement{Claim: s.claim(t, list[2]), State: webhook.Canceled, Time: start}) {
		t.Error("the cancel was lost")
	}
	first := webhook.Statistics{Finished: 1, Retried: 1, Latency: webhook.Histogram{0: 1, 2: 1}}
	last := webhook.Statistics{Failed: 1, Latency: webhook.Histogram{15: 1}}
	both := first
	both.Add(&last)
	hour := minute.Truncate(time.Hour)
	for name, c := range map[string]struct {
		query store.StatisticsQuery
		want  []store.Period
	}{
		"by minute": {
			store.StatisticsQuery{From: hour, Until: hour.Add(2 * time.Hour), Step: time.Minute},
			[]store.Period{{Start: minute, Statistics: first}, {Start: minute.Add(2 * time.Minute), Statistics: last}},
		},
		"by two hours": {
			store.StatisticsQuery{From: hour, Until: hour.Add(2 * time.Hour), Step: 2 * time.Hour},
			[]store.Period{{Start: minute.Truncate(2 * time.Hour), Statistics: both}},
		},
		"of a webhook": {
			store.StatisticsQuery{WebhookID: 1, From: hour, Until: hour.Add(2 * time.Hour), Step: time.Minute},
			[]store.Period{{Start: minute, Statistics: webhook.Statistics{Finished: 1, Latency: webhook.Histogram{0: 1}}}},
		},
		"until is left out": {
			store.StatisticsQuery{From: minute, Until: minute.Add(2 * time.Minute), Step: time.Minute},
			[]store.Period{{Start: minute, Statistics: first}},
		},
		"from is cut to its minute": {
			store.StatisticsQuery{From: start, Until: minute.Add(time.Minute), Step: time.Minute},
			[]store.Period{{Start: minute, Statistics: first}},
		},
		"without latency": {
			store.StatisticsQuery{From: hour, Until: hour.Add(time.Hour), Step: time.Hour, WithoutLatency: true},
			[]store.Period{{Start: hour, Statistics: webhook.Statistics{Finished: 1, Failed: 1, Retried: 1}}},
		},
		"another webhook": {store.StatisticsQuery{WebhookID: 3, From: hour, Until: hour.Add(2 * time.Hour), Step: time.Minute}, nil},
	} {
		if diff := cmp.Diff(c.want, s.statistics(t, c.query)); diff != "" {
			t.Errorf("%s: difference (-want +got):\n%s", name, diff)
		}
	}
	s.statisticsOfLostClaims(t)
}

// statisticsOfLostClaims checks that an outcome that came to nothing is not counted,
// and that an update that fails leaves nothing behind.
func (s *Suite) statisticsOfLostClaims(t *testing.T) {
	t.Helper()
	later := start.Add(24 * time.Hour)
	d := s.enqueue(t, later, 2, 1)[0]
	claim := s.claim(t, d)
	s.update(t, func(tx store.Tx) error {
		_, err := tx.Cancel(store.Compare{Path: "id", Op: store.Eq, Value: d.ID}, later, 1)
		return err
	})
	if s.settle(t, Outcome(claim, webhook.Finished, 200, later)) {
		t.Error("an ended delivery was settled")
	}
	if got := s.statistics(t, store.StatisticsQuery{From: later, Until: later.Add(time.Hour), Step: time.Minute}); got != nil {
		t.Errorf("counted %v", got)
	}
}

func testStatisticsBecomeHours(t *testing.T, s *Suite) {
	hour := minute.Truncate(time.Hour)
	at := []time.Time{hour, hour.Add(59 * time.Minute), hour.Add(60 * time.Minute), hour.Add(3 * time.Hour)}
	for i, moment := range at {
		s.attempted(t, s.enqueue(t, moment, int64(i), 1)[0], webhook.Finished, time.Millisecond, moment)
	}
	prune := func(minutes, hours time.Time) (n int) {
		s.update(t, func(tx store.Tx) (err error) {
			n, err = tx.PruneStatistics(minutes, hours, 3)
			return err
		})
		return n
	}
	count := func(n int) webhook.Statistics {
		return webhook.Statistics{Finished: n, Latency: webhook.Histogram{0: int64(n)}}
	}
	query := store.StatisticsQuery{WebhookID: 1, From: hour, Until: hour.Add(24 * time.Hour), Step: time.Minute}
	folded := []store.Period{
		{Start: hour, Statistics: count(2)}, {Start: hour.Add(time.Hour), Statistics: count(1)}, {Start: hour.Add(3 * time.Hour), Statistics: count(1)},
	}

	// Two hours, each of webhook 1 and of all. An hour that has not ended stays.
	before := hour.Add(2*time.Hour + 30*time.Minute)
	if n := prune(before, hour); n != 3 {
		t.Errorf("added up %d hours, want the limit 3", n)
	}
	if n := prune(before, hour); n != 1 {
		t.Errorf("added up %d hours, want the remaining one", n)
	}
	if n := prune(before, hour); n != 0 {
		t.Errorf("added up %d hours again", n)
	}
	if diff := cmp.Diff(folded, s.statistics(t, query)); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
	prune(before, hour.Add(time.Hour))
	if diff := cmp.Diff(folded[1:], s.statistics(t, query)); diff != "" {
		t.Errorf("after deleting the first hour (-want +got):\n%s", diff)
	}
	s.view(t, func(tx store.Tx) error {
		if _, err := tx.PruneStatistics(before, hour, 1); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("in a read-only transaction: error %v", err)
		}
		return nil
	})
}
