package ui

import (
	"html/template"
	"math"
	"net/url"
	"strconv"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/ui/chart"
	"bellhop/internal/webhook"
)

// activity is what came of attempts over a time, as charts.
type activity struct {
	admin.Statistics
	Ranges []rangeLink
	// Self is the page with its range.
	Self   string
	Charts []chartView
}

type rangeLink struct {
	Label, Path string
	Active      bool
}

// chartView is a chart with its numbers as a table.
type chartView struct {
	Title   string
	Drawing template.HTML
	Legend  []chart.Series
	Table   chart.Table
	Empty   bool
}

// newActivity returns the activity of a webhook, or of all for 0, over the range
// that the query names; path is the page's.
func (v *view) newActivity(path string, webhookID int64) (*activity, error) {
	chosen, name := admin.Hour, v.r.URL.Query().Get("range")
	for _, r := range admin.Ranges {
		if r.Name == name {
			chosen = r
		}
	}
	statistics, err := v.ui.options.Admin.Statistics(v.ctx, chosen, webhookID)
	if err != nil {
		return nil, err
	}
	a := &activity{
		Statistics: statistics, Self: path + "?range=" + chosen.Name,
		Charts: []chartView{v.outcomes(&statistics, webhookID), latencies(&statistics)},
	}
	if webhookID == 0 {
		a.Charts = append(a.Charts, backlogs(&statistics)...)
	}
	for _, r := range admin.Ranges {
		a.Ranges = append(a.Ranges, rangeLink{r.Label, path + "?range=" + r.Name, r.Name == chosen.Name})
	}
	return a, nil
}

// outcomes draws what came of attempts over time; its bars lead to deliveries.
func (v *view) outcomes(s *admin.Statistics, webhookID int64) chartView {
	c := chart.Chart{
		ID: "outcomes", Title: "Attempts by outcome",
		Description: "How many attempts finished, will be retried or were given up, over the last " + s.Range.Span + ".",
		Series: []chart.Series{
			{Name: "finished", Class: "finished"}, {Name: "to be retried", Class: "retried"}, {Name: "given up", Class: "failed"},
		},
		Format: func(n float64) string { return rate(n) },
	}
	for _, period := range s.Periods {
		c.Labels = append(c.Labels, periodLabel(s.Range, period))
		c.Links = append(c.Links, v.ui.url(deliveriesAt(s.Range, period, webhookID)))
		for i, n := range []int{period.Finished, period.Retried, period.Failed} {
			c.Series[i].Values = append(c.Series[i].Values, float64(n))
		}
	}
	return chartView{c.Title, c.StackedBars(), c.Series, c.Table(), s.Total.Attempts() == 0}
}

// latencies draws how long attempts took over time.
func latencies(s *admin.Statistics) chartView {
	c := chart.Chart{
		ID: "latency", Title: "Latency of attempts",
		Description: "The time that half, 95 and 99 of 100 attempts took at most, over the last " + s.Range.Span + ".",
		Series: []chart.Series{
			{Name: "p50", Class: "p50"}, {Name: "p95", Class: "p95"}, {Name: "p99", Class: "p99"},
		},
		Format: func(seconds float64) string { return shortDuration(time.Duration(seconds * float64(time.Second))) },
	}
	for _, period := range s.Periods {
		c.Labels = append(c.Labels, periodLabel(s.Range, period))
		for i, q := range []float64{0.5, 0.95, 0.99} {
			value := math.NaN()
			if d, ok := period.Latency.Quantile(q); ok {
				value = d.Seconds()
			}
			c.Series[i].Values = append(c.Series[i].Values, value)
		}
	}
	return chartView{c.Title, c.Lines(), c.Series, c.Table(), s.Total.Attempts() == 0}
}

// backlogs draws what waited over time, and for how long the oldest was due.
func backlogs(s *admin.Statistics) []chartView {
	waiting := chart.Chart{
		ID: "waiting", Title: "Waiting",
		Description: "The most deliveries that waited at once, over the last " + s.Range.Span + ".",
		Series:      []chart.Series{{Name: "waiting", Class: "waiting"}},
		Format:      rate,
	}
	oldest := chart.Chart{
		ID: "oldest", Title: "Age of the oldest",
		Description: "For how long the delivery that waited longest had been due, over the last " + s.Range.Span + ".",
		Series:      []chart.Series{{Name: "overdue", Class: "overdue"}},
		Format:      func(seconds float64) string { return coarse(time.Duration(seconds * float64(time.Second))) },
	}
	empty := true
	for i, period := range s.Periods {
		n, age := math.NaN(), math.NaN()
		if b := s.Backlogs[i]; b != nil {
			n, age, empty = float64(b.Waiting), b.Oldest.Seconds(), false
		}
		for _, part := range []struct {
			c *chart.Chart
			v float64
		}{{&waiting, n}, {&oldest, age}} {
			part.c.Labels = append(part.c.Labels, periodLabel(s.Range, period))
			part.c.Series[0].Values = append(part.c.Series[0].Values, part.v)
		}
	}
	return []chartView{
		{waiting.Title, waiting.StackedBars(), waiting.Series, waiting.Table(), empty},
		{oldest.Title, oldest.Lines(), oldest.Series, oldest.Table(), empty},
	}
}

// periodLabel names a period as shortly as its range allows, in UTC.
func periodLabel(r admin.Range, p store.Period) string {
	if r.Length <= 24*time.Hour {
		return p.Start.Format("15:04")
	}
	return p.Start.Format("2 Jan 15:04")
}

// deliveriesAt is the list of deliveries of a webhook, or of all for 0, made in a
// period.
func deliveriesAt(r admin.Range, p store.Period, webhookID int64) string {
	query := url.Values{
		"since": {p.Start.Format("2006-01-02T15:04")}, "until": {p.Start.Add(r.Step).Format("2006-01-02T15:04")},
	}
	if webhookID != 0 {
		query.Set("webhook", strconv.FormatInt(webhookID, 10))
	}
	return deliveriesPath + "?" + query.Encode()
}

// success is how a webhook's attempts of the last day went, for a row of a list.
type success struct {
	// Share is of attempts that finished; empty when there were none.
	Share   string
	Drawing template.HTML
}

// successOf returns the success of webhooks by their ids, and nothing to those who
// may not see deliveries.
func (v *view) successOf(hooks []webhook.Webhook) (map[int64]success, error) {
	if !v.may(webhook.ActionView, admin.KindDelivery) {
		return nil, nil //nolint:nilnil // a map that is only read
	}
	ids := make([]int64, len(hooks))
	for i := range hooks {
		ids[i] = hooks[i].ID
	}
	found, err := v.ui.options.Admin.Successes(v.ctx, ids)
	list := make(map[int64]success, len(found))
	for id, s := range found {
		if s.Total.Attempts() == 0 {
			continue
		}
		shares := make([]float64, len(s.Periods))
		for i := range s.Periods {
			shares[i] = math.NaN()
			if s.Periods[i].Attempts() > 0 {
				shares[i] = s.Periods[i].Share()
			}
		}
		list[id] = success{percent(s.Total.Share()), chart.Shares(shares)}
	}
	return list, err
}

// rate writes a number of things with at most one place after the point.
func rate(n float64) string {
	if n != math.Trunc(n) && n < 100 {
		return strconv.FormatFloat(n, 'f', 1, 64)
	}
	return groupDigits(int(math.Round(n)))
}

// percent writes a share, exactly enough that what is not all is not called all.
func percent(share float64) string {
	if share > 0.99 && share < 1 {
		return strconv.FormatFloat(math.Floor(share*10000)/100, 'f', 2, 64) + " %"
	}
	return strconv.FormatFloat(share*100, 'f', 1, 64) + " %"
}
