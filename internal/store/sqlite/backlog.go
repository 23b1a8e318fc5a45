package sqlite

import (
	"fmt"
	"time"

	"bellhop/internal/store"
)

// NoteBacklog implements [store.Pipeline].
func (t *tx) NoteBacklog(at time.Time, waiting int, oldest time.Duration) error {
	_, err := t.write(`INSERT INTO backlog (minutes, start, waiting, oldest) VALUES (1, ?, ?, ?)
		ON CONFLICT DO UPDATE SET waiting = max(waiting, excluded.waiting), oldest = max(oldest, excluded.oldest)`,
		at.Unix()/60, int64(waiting), int64(oldest/time.Second))
	if err != nil {
		return fmt.Errorf("note backlog: %w", err)
	}
	return nil
}

// Backlogs implements [store.Pipeline].
func (t *tx) Backlogs(from, until time.Time, step time.Duration) ([]store.BacklogPeriod, error) {
	length := max(int64(step/time.Minute), 1)
	var periods []store.BacklogPeriod
	err := t.conn.query(func(r row) error {
		periods = append(periods, store.BacklogPeriod{
			Start: time.Unix(r.int(0)*60, 0).UTC(), Waiting: int(r.int(1)), Oldest: time.Duration(r.int(2)) * time.Second,
		})
		return nil
	}, `SELECT start / ? * ? AS period, max(waiting), max(oldest) FROM backlog
		WHERE minutes IN (1, 60) AND start >= ? AND start < ? GROUP BY period ORDER BY period`,
		length, length, from.Unix()/60, until.Unix()/60)
	if err != nil {
		return nil, fmt.Errorf("backlogs: %w", err)
	}
	return periods, nil
}

// pruneBacklogs makes hours of minutes before one moment, which begins an hour, and
// deletes hours before another; both are in minutes since 1970.
func (t *tx) pruneBacklogs(minutes, hours int64) error {
	for _, step := range []struct {
		query  string
		before int64
	}{
		{`INSERT INTO backlog (minutes, start, waiting, oldest)
			SELECT 60, start / 60 * 60 AS hour, max(waiting), max(oldest) FROM backlog WHERE minutes = 1 AND start < ? GROUP BY hour
			ON CONFLICT DO UPDATE SET waiting = max(waiting, excluded.waiting), oldest = max(oldest, excluded.oldest)`, minutes},
		{`DELETE FROM backlog WHERE minutes = 1 AND start < ?`, minutes},
		{`DELETE FROM backlog WHERE minutes = 60 AND start < ?`, hours},
	} {
		if _, err := t.write(step.query, step.before); err != nil {
			return fmt.Errorf("prune backlogs: %w", err)
		}
	}
	return nil
}
