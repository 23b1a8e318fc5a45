package sqlite

import (
	"fmt"
	"maps"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// statisticKey is a webhook, or 0 for all together, and a minute since 1970.
type statisticKey struct {
	webhook int64
	minute  int64
}

// statistics are what a group adds to the stored statistics.
type statistics map[statisticKey]webhook.Statistics

func (s statistics) clone() statistics { return maps.Clone(s) }

// countAttempt counts the attempt of a settlement.
func (t *tx) countAttempt(s *store.Settlement) {
	if s.Attempt == nil {
		return
	}
	if t.statistics == nil {
		t.statistics = make(statistics)
	}
	minute := s.Time.Unix() / 60
	for _, id := range []int64{0, s.Claim.Delivery.WebhookID} {
		key := statisticKey{id, minute}
		sum := t.statistics[key]
		sum.Count(s.State, s.Attempt.Timing.Total)
		t.statistics[key] = sum
	}
}

const (
	statisticColumns = `finished, failed, retried, latency_0, latency_1, latency_2, latency_3, latency_4, latency_5, latency_6,
		latency_7, latency_8, latency_9, latency_10, latency_11, latency_12, latency_13, latency_14, latency_15`
	statisticSums    = statisticCounts + ", " + statisticLatency
	statisticCounts  = `sum(finished), sum(failed), sum(retried)`
	statisticLatency = `sum(latency_0), sum(latency_1), sum(latency_2), sum(latency_3),
		sum(latency_4), sum(latency_5), sum(latency_6), sum(latency_7), sum(latency_8), sum(latency_9), sum(latency_10),
		sum(latency_11), sum(latency_12), sum(latency_13), sum(latency_14), sum(latency_15)`
	statisticAdd = ` ON CONFLICT DO UPDATE SET finished = finished + excluded.finished, failed = failed + excluded.failed,
		retried = retried + excluded.retried, latency_0 = latency_0 + excluded.latency_0, latency_1 = latency_1 + excluded.latency_1,
		latency_2 = latency_2 + excluded.latency_2, latency_3 = latency_3 + excluded.latency_3, latency_4 = latency_4 + excluded.latency_4,
		latency_5 = latency_5 + excluded.latency_5, latency_6 = latency_6 + excluded.latency_6, latency_7 = latency_7 + excluded.latency_7,
		latency_8 = latency_8 + excluded.latency_8, latency_9 = latency_9 + excluded.latency_9, latency_10 = latency_10 + excluded.latency_10,
		latency_11 = latency_11 + excluded.latency_11, latency_12 = latency_12 + excluded.latency_12, latency_13 = latency_13 + excluded.latency_13,
		latency_14 = latency_14 + excluded.latency_14, latency_15 = latency_15 + excluded.latency_15`
)

// flushStatistics writes each minute of a webhook that the group added to once.
func (t *tx) flushStatistics() error {
	for key, sum := range t.statistics {
		args := make([]any, 0, 5+len(sum.Latency))
		args = append(args, key.webhook, key.minute, int64(sum.Finished), int64(sum.Failed), int64(sum.Retried))
		for _, n := range sum.Latency {
			args = append(args, n)
		}
		_, err := t.conn.exec(`INSERT INTO statistic (webhook_id, minutes, start, `+statisticColumns+`)
			VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`+statisticAdd, args...)
		if err != nil {
			return fmt.Errorf("statistics: %w", err)
		}
	}
	return nil
}

// Statistics implements [store.Pipeline].
func (t *tx) Statistics(query store.StatisticsQuery) ([]store.Period, error) {
	step := max(int64(query.Step/time.Minute), 1)
	sums := statisticCounts
	if !query.WithoutLatency {
		sums += ", " + statisticLatency
	}
	var periods []store.Period
	err := t.conn.query(func(r row) error {
		p := store.Period{Start: time.Unix(r.int(0)*60, 0).UTC()}
		p.Finished, p.Failed, p.Retried = int(r.int(1)), int(r.int(2)), int(r.int(3))
		if !query.WithoutLatency {
			for i := range p.Latency {
				p.Latency[i] = r.int(4 + i)
			}
		}
		periods = append(periods, p)
		return nil
	}, `SELECT start / ? * ? AS period, `+sums+` FROM statistic
		WHERE webhook_id = ? AND minutes IN (1, 60) AND start >= ? AND start < ? GROUP BY period ORDER BY period`,
		step, step, query.WebhookID, query.From.Unix()/60, query.Until.Unix()/60)
	if err != nil {
		return nil, fmt.Errorf("statistics: %w", err)
	}
	return periods, nil
}

// PruneStatistics implements [store.Pipeline].
func (t *tx) PruneStatistics(minutes, hours time.Time, limit int) (int, error) {
	ids, err := t.statisticWebhooks()
	if err != nil {
		return 0, err
	}
	folded, before := 0, minutes.Unix()/3600*60
	if err := t.pruneBacklogs(before, hours.Unix()/60); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := t.write(`DELETE FROM statistic WHERE webhook_id = ? AND minutes = 60 AND start < ?`, id, hours.Unix()/60); err != nil {
			return folded, fmt.Errorf("delete old statistics: %w", err)
		}
		for folded < limit {
			found, err := t.foldHour(id, before)
			if err != nil {
				return folded, fmt.Errorf("fold statistics of webhook %d: %w", id, err)
			}
			if !found {
				break
			}
			folded++
		}
	}
	return folded, nil
}

// statisticWebhooks jumps from one webhook to the next: there are a few, with
// thousands of rows each.
func (t *tx) statisticWebhooks() ([]int64, error) {
	var ids []int64
	err := t.conn.query(func(r row) error {
		ids = append(ids, r.int(0))
		return nil
	}, `WITH RECURSIVE ids (id) AS (
		SELECT min(webhook_id) FROM statistic
		UNION ALL SELECT (SELECT min(webhook_id) FROM statistic WHERE webhook_id > id) FROM ids WHERE id IS NOT NULL
	) SELECT id FROM ids WHERE id IS NOT NULL`)
	if err != nil {
		return nil, fmt.Errorf("webhooks with statistics: %w", err)
	}
	return ids, nil
}

// foldHour adds the minutes of the webhook's first hour up to one row. It reports
// false when there are no minutes before the one given.
func (t *tx) foldHour(id, before int64) (bool, error) {
	var first int64
	found, err := t.conn.queryOne(func(r row) { first = r.int(0) / 60 * 60 },
		`SELECT start FROM statistic WHERE webhook_id = ? AND minutes = 1 AND start < ? ORDER BY start LIMIT 1`, id, before)
	if err != nil || !found {
		return false, err
	}
	if _, err = t.write(`INSERT INTO statistic (webhook_id, minutes, start, `+statisticColumns+`)
		SELECT ?, 60, ?, `+statisticSums+` FROM statistic WHERE webhook_id = ? AND minutes = 1 AND start >= ? AND start < ? `+statisticAdd,
		id, first, id, first, first+60); err != nil {
		return false, err
	}
	_, err = t.write(`DELETE FROM statistic WHERE webhook_id = ? AND minutes = 1 AND start >= ? AND start < ?`, id, first, first+60)
	return true, err
}
