package admin

import (
	"cmp"
	"context"
	"slices"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Range is a time up to now that statistics are shown for.
type Range struct {
	// Name is the range's word in URLs, Label what people read, Span what follows
	// "the last".
	Name, Label, Span string
	Length            time.Duration
	// Step is how long each period of it is.
	Step time.Duration
}

// Hour is the range that is shown when none is asked for.
var Hour = Range{"1h", "1 hour", "hour", time.Hour, time.Minute}

// Ranges are the ranges there are, the shortest first. The first two are in
// minutes; all fit what package dispatch keeps statistics for, twice over.
var Ranges = []Range{
	{"15m", "15 minutes", "15 minutes", 15 * time.Minute, time.Minute},
	Hour,
	{"24h", "24 hours", "24 hours", 24 * time.Hour, 15 * time.Minute},
	{"7d", "7 days", "7 days", 7 * 24 * time.Hour, 2 * time.Hour},
	{"30d", "30 days", "30 days", 30 * 24 * time.Hour, 12 * time.Hour},
}

// Statistics are what came of the attempts of a range.
type Statistics struct {
	Range Range
	// Periods follow each other without gaps; the last one is under way.
	Periods []store.Period
	// Backlogs are the most that waited in each of the periods, of all webhooks;
	// nil where nothing was noted. Those of a single webhook are not kept.
	Backlogs []*store.BacklogPeriod
	// Total sums the periods, Before a time of the same length before them.
	Total, Before webhook.Statistics
}

// Statistics returns what came of the attempts of a webhook, or of all for 0.
func (a *Admin) Statistics(ctx context.Context, r Range, webhookID int64) (Statistics, error) {
	s := Statistics{Range: r}
	from, until := r.bounds()
	query := store.StatisticsQuery{WebhookID: webhookID, From: from, Until: until, Step: r.Step}
	var found, before []store.Period
	var backlogs []store.BacklogPeriod
	err := a.store.View(ctx, func(tx store.Tx) (err error) {
		if found, err = tx.Statistics(query); err != nil {
			return err
		}
		if webhookID == 0 {
			if backlogs, err = tx.Backlogs(from, until, r.Step); err != nil {
				return err
			}
		}
		query.From, query.Until = from.Add(-r.Length), from
		before, err = tx.Statistics(query)
		return err
	})
	if err != nil {
		return s, err
	}
	s.fill(from, until, found)
	if webhookID == 0 {
		s.Backlogs = make([]*store.BacklogPeriod, len(s.Periods))
		for i := range backlogs {
			s.Backlogs[backlogs[i].Start.Sub(from)/r.Step] = &backlogs[i]
		}
	}
	for i := range before {
		s.Before.Add(&before[i].Statistics)
	}
	return s, nil
}

// bounds are the range's beginning and end, at multiples of its step.
func (r Range) bounds() (from, until time.Time) {
	until = now().Truncate(r.Step).Add(r.Step)
	return until.Add(-r.Length), until
}

// fill makes periods without gaps of those that were found, and sums them.
func (s *Statistics) fill(from, until time.Time, found []store.Period) {
	for start := from; start.Before(until); start = start.Add(s.Range.Step) {
		period := store.Period{Start: start}
		if len(found) > 0 && found[0].Start.Equal(start) {
			period, found = found[0], found[1:]
		}
		s.Total.Add(&period.Statistics)
		s.Periods = append(s.Periods, period)
	}
}

// Day is the last 24 hours, hour by hour.
var Day = Range{"24h", "24 hours", "24 hours", 24 * time.Hour, time.Hour}

// Successes returns what came of the attempts of webhooks over the [Day], by their
// ids; without Before and without latencies, so that it is cheap for a whole list.
func (a *Admin) Successes(ctx context.Context, webhookIDs []int64) (map[int64]Statistics, error) {
	list := make(map[int64]Statistics, len(webhookIDs))
	from, until := Day.bounds()
	err := a.store.View(ctx, func(tx store.Tx) error {
		for _, id := range webhookIDs {
			found, err := tx.Statistics(store.StatisticsQuery{WebhookID: id, From: from, Until: until, Step: Day.Step, WithoutLatency: true})
			if err != nil {
				return err
			}
			s := Statistics{Range: Day}
			s.fill(from, until, found)
			list[id] = s
		}
		return nil
	})
	return list, err
}

// Waiting is what is not done yet.
type Waiting struct {
	// Queued are due, Started being sent, Scheduled wait for their next attempt.
	Queued, Started, Scheduled int
	// Due is since when the one that has waited longest has been due; zero when
	// none is due.
	Due time.Time
}

// Waiting returns what is not done yet, of all webhooks.
func (a *Admin) Waiting(ctx context.Context) (w Waiting, err error) {
	counts, err := a.Counts(ctx)
	if err != nil {
		return w, err
	}
	for _, count := range counts {
		switch count.State {
		case webhook.Queued:
			w.Queued += count.N
		case webhook.Started:
			w.Started += count.N
		case webhook.Scheduled:
			w.Scheduled += count.N
		}
	}
	backlog, err := a.Backlog(ctx)
	for _, b := range backlog {
		if b.NextDue.Before(now()) && (w.Due.IsZero() || b.NextDue.Before(w.Due)) {
			w.Due = b.NextDue
		}
	}
	return w, err
}

// Concern is a webhook that somebody should look at.
type Concern struct {
	WebhookID int64
	Name      string
	Enabled   bool
	// Health is how its receiver is doing.
	Health webhook.Health
	// Failed counts its deliveries that were given up and wait for a person.
	Failed int
}

// maxConcerns bounds the webhooks that Concerns looks at.
const maxConcerns = 5000

// Concerns returns the webhooks whose receivers fail, or that have deliveries that
// were given up, the worst first.
func (a *Admin) Concerns(ctx context.Context) ([]Concern, error) {
	var hooks store.Page[webhook.Webhook]
	var counts []store.Count
	err := a.store.View(ctx, func(tx store.Tx) (err error) {
		if counts, err = tx.Counts(); err != nil {
			return err
		}
		hooks, err = tx.Webhooks().List(store.Query{Limit: maxConcerns, NoCount: true})
		return err
	})
	if err != nil {
		return nil, err
	}
	failed := map[int64]int{}
	for _, count := range counts {
		if count.State == webhook.Failed {
			failed[count.WebhookID] += count.N
		}
	}
	ids := make([]int64, len(hooks.Items))
	for i := range hooks.Items {
		ids[i] = hooks.Items[i].ID
	}
	health := a.Health(ids...)
	var list []Concern
	for i := range hooks.Items {
		wh := &hooks.Items[i]
		c := Concern{WebhookID: wh.ID, Name: wh.Name, Enabled: wh.Enabled, Health: health[wh.ID], Failed: failed[wh.ID]}
		if c.Failing() || c.Failed > 0 {
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b Concern) int {
		return cmp.Or(cmp.Compare(b.badness(), a.badness()), cmp.Compare(b.Failed, a.Failed), cmp.Compare(a.Name, b.Name))
	})
	return list, nil
}

// Failing reports whether its receiver fails now.
func (c Concern) Failing() bool { return c.badness() > 0 }

// badness is 0 for a receiver that does not fail, and more the worse it is.
func (c Concern) badness() int {
	switch c.Health.State {
	case webhook.HealthProbation:
		return 2
	case webhook.HealthFailing:
		return 1
	}
	return 0
}
