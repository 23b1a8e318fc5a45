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
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// overviewPages are the first page: how it goes and what needs somebody.
func overviewPages() []page {
	return []page{{"GET /{$}", signedIn, (*view).showOverview}}
}

// defaultRange is shown when none is asked for.
const defaultRange = "1h"

// overviewPage is the view model of the overview. What the person may not see is
// nil.
type overviewPage struct {
	Ranges   []rangeLink
	Self     string // this page with its range
	Figures  []figure
	Charts   []chartView
	Concerns []admin.Concern
	// MaySee says whether anything can be shown at all.
	MaySee bool
	Start  *startSteps
}

type rangeLink struct {
	Label, Path string
	Active      bool
}

// figure is one number with what it is compared with.
type figure struct {
	Label, Value, Note string
	Path               string // where it leads, or empty
	Bad                bool
}

// chartView is a chart with its numbers as a table.
type chartView struct {
	Title   string
	Drawing template.HTML
	Legend  []chart.Series
	Table   chart.Table
	Empty   bool
}

// startSteps lead from an empty installation to a first delivery.
type startSteps struct {
	HasWebhook, HasChange bool
	MayAddWebhook         bool
	// Curl is a command that changes something.
	Curl string
}

func (v *view) showOverview() error {
	p := overviewPage{MaySee: v.may(webhook.ActionView, admin.KindDelivery)}
	chosen := admin.Ranges[0]
	name := v.r.URL.Query().Get("range")
	for _, r := range admin.Ranges {
		if r.Name == defaultRange {
			chosen = r
		}
	}
	for _, r := range admin.Ranges {
		if r.Name == name {
			chosen = r
		}
	}
	for _, r := range admin.Ranges {
		p.Ranges = append(p.Ranges, rangeLink{r.Label, "/?range=" + r.Name, r.Name == chosen.Name})
	}
	p.Self = "/?range=" + chosen.Name
	v.listen(live.Overview)
	if !p.MaySee {
		return v.render("overview", "Overview", &p)
	}
	if err := v.fillOverview(&p, chosen); err != nil {
		return err
	}
	return v.render("overview", "Overview", &p)
}

func (v *view) fillOverview(p *overviewPage, r admin.Range) error {
	use := v.ui.options.Admin
	statistics, err := use.Statistics(v.ctx, r, 0)
	if err != nil {
		return err
	}
	waiting, err := use.Waiting(v.ctx)
	if err != nil {
		return err
	}
	p.Figures = overviewFigures(&statistics, waiting)
	p.Charts = []chartView{v.outcomes(&statistics), v.latencies(&statistics)}
	if v.may(webhook.ActionView, admin.KindWebhook) {
		if p.Concerns, err = use.Concerns(v.ctx); err != nil {
			return err
		}
	}
	if statistics.Total.Attempts()+statistics.Before.Attempts() == 0 {
		p.Start, err = v.startSteps()
	}
	return err
}

// overviewFigures are the four numbers.
func overviewFigures(s *admin.Statistics, w admin.Waiting) []figure {
	minutes := s.Range.Length.Minutes()
	delivered := figure{
		Label: "Delivered a minute", Value: rate(float64(s.Total.Finished) / minutes),
		Note: compared(float64(s.Total.Finished), float64(s.Before.Finished), s.Range.Span),
	}
	success := figure{Label: "Success rate", Value: "—", Note: "no attempts in the last " + s.Range.Span}
	if n := s.Total.Attempts(); n > 0 {
		share := float64(s.Total.Finished) / float64(n)
		success.Value, success.Bad = percent(share), share < 0.95
		success.Note = groupDigits(s.Total.Finished) + " of " + plural(n, "attempt", "attempts")
		success.Path = "/extras/deliveries/?state=failed"
	}
	latency := figure{Label: "Latency p95", Value: "—", Note: "no attempts in the last " + s.Range.Span}
	if p95, ok := s.Total.Latency.Quantile(0.95); ok {
		median, _ := s.Total.Latency.Quantile(0.5)
		latency.Value, latency.Note = "≈ "+shortDuration(p95), "half take "+shortDuration(median)+" or less"
	}
	depth := figure{
		Label: "Waiting", Value: groupDigits(w.Queued + w.Scheduled + w.Started), Note: "nothing is due",
		Path: "/extras/deliveries/?state=queued&state=scheduled&state=started",
	}
	if age := time.Since(w.Due); !w.Due.IsZero() && age > time.Second {
		depth.Note, depth.Bad = "oldest due for "+coarse(age), age > 5*time.Minute
	}
	if w.Scheduled > 0 {
		depth.Note += ", " + groupDigits(w.Scheduled) + " will be retried"
	}
	return []figure{delivered, success, latency, depth}
}

// compared says how a number stands to that of the time before.
func compared(now, before float64, span string) string {
	switch {
	case before == 0 && now == 0:
		return "none in the " + span + " before either"
	case before == 0:
		return "none in the " + span + " before"
	}
	switch change := now/before - 1; {
	case math.Abs(change) < 0.005:
		return "as in the " + span + " before"
	case change > 0:
		return "▲ " + percent(change) + " on the " + span + " before"
	default:
		return "▼ " + percent(-change) + " on the " + span + " before"
	}
}

// outcomes draws what came of attempts over time.
func (v *view) outcomes(s *admin.Statistics) chartView {
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
		c.Links = append(c.Links, v.ui.url(deliveriesAt(s.Range, period)))
		for i, n := range []int{period.Finished, period.Retried, period.Failed} {
			c.Series[i].Values = append(c.Series[i].Values, float64(n))
		}
	}
	return chartView{c.Title, c.StackedBars(), c.Series, c.Table(), s.Total.Attempts() == 0}
}

// latencies draws how long attempts took over time.
func (v *view) latencies(s *admin.Statistics) chartView {
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

// periodLabel names a period as shortly as its range allows, in UTC.
func periodLabel(r admin.Range, p store.Period) string {
	if r.Length <= 24*time.Hour {
		return p.Start.Format("15:04")
	}
	return p.Start.Format("2 Jan 15:04")
}

// deliveriesAt is the list of deliveries made in a period.
func deliveriesAt(r admin.Range, p store.Period) string {
	query := url.Values{
		"since": {p.Start.Format("2006-01-02T15:04")}, "until": {p.Start.Add(r.Step).Format("2006-01-02T15:04")},
	}
	return "/extras/deliveries/?" + query.Encode()
}

// startSteps returns what is left to do in a new installation, or nil in one that
// has been used.
func (v *view) startSteps() (*startSteps, error) {
	use := v.ui.options.Admin
	counts, err := use.Counts(v.ctx)
	if err != nil {
		return nil, err
	}
	for _, count := range counts {
		if count.N > 0 {
			return nil, nil //nolint:nilnil // no steps: there were deliveries before
		}
	}
	hooks, err := use.Webhooks.List(v.ctx, store.Query{Limit: 1, NoCount: true})
	if err != nil {
		return nil, err
	}
	changes, err := use.Changes(v.ctx, store.Query{Limit: 1, NoCount: true}, false)
	if err != nil {
		return nil, err
	}
	return &startSteps{
		HasWebhook: len(hooks.Items) > 0, HasChange: len(changes.Items) > 0,
		MayAddWebhook: v.may(webhook.ActionAdd, admin.KindWebhook),
		Curl: `curl -X POST ` + v.base() + `/api/dcim/sites/ -H "Authorization: Token $TOKEN" \` + "\n" +
			`  -H "Content-Type: application/json" -d '{"name": "AMS1", "slug": "ams1", "status": "active"}'`,
	}, nil
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
