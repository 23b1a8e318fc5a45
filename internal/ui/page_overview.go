package ui

import (
	"math"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// overviewPages are the first page: how it goes and what needs somebody.
func overviewPages() []page {
	return []page{{"GET /{$}", signedIn, (*view).showOverview}}
}

// overviewPage is the view model of the overview. What the person may not see is
// nil.
type overviewPage struct {
	*activity
	Figures  []figure
	Concerns []admin.Concern
	// MoreConcerns is how many are not shown.
	MoreConcerns int
	// MaySee says whether anything can be shown at all, SeesWebhooks whether the
	// concerns can.
	MaySee, SeesWebhooks bool
	Start                *startSteps
}

// maxConcerns is how many webhooks that need somebody are named, the worst first.
const maxConcerns = 20

// figure is one number with what it is compared with.
type figure struct {
	Label, Value, Note string
	Path               string // where it leads, or empty
	Bad                bool
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
	v.listen(live.Overview)
	if p.MaySee {
		if err := v.fillOverview(&p); err != nil {
			return err
		}
	}
	return v.render("overview", "Overview", &p)
}

func (v *view) fillOverview(p *overviewPage) (err error) {
	use := v.ui.options.Admin
	if p.activity, err = v.newActivity("/", 0); err != nil {
		return err
	}
	waiting, err := use.Waiting(v.ctx)
	if err != nil {
		return err
	}
	p.Figures = overviewFigures(&p.Statistics, waiting)
	if p.SeesWebhooks = v.may(webhook.ActionView, admin.KindWebhook); p.SeesWebhooks {
		if p.Concerns, err = use.Concerns(v.ctx); err != nil {
			return err
		}
		p.MoreConcerns = max(0, len(p.Concerns)-maxConcerns)
		p.Concerns = p.Concerns[:len(p.Concerns)-p.MoreConcerns]
	}
	if p.Total.Attempts()+p.Before.Attempts() == 0 {
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
		share := s.Total.Share()
		success.Value, success.Bad = percent(share), share < 0.95
		success.Note = groupDigits(s.Total.Finished) + " of " + plural(n, "attempt", "attempts")
		success.Path = "/extras/deliveries/?state=failed"
		if before := s.Before.Share(); s.Before.Attempts() > 0 {
			success.Note += ", " + trend(success.Value, percent(before), share > before, s.Range.Span)
		}
	}
	latency := figure{Label: "Latency p95", Value: "—", Note: "no attempts in the last " + s.Range.Span}
	if p95, ok := s.Total.Latency.Quantile(0.95); ok {
		median, _ := s.Total.Latency.Quantile(0.5)
		latency.Value, latency.Note = "≈ "+shortDuration(p95), "half take "+shortDuration(median)+" or less"
		if before, ok := s.Before.Latency.Quantile(0.95); ok {
			latency.Note += ", " + trend(latency.Value, "≈ "+shortDuration(before), p95 > before, s.Range.Span)
		}
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

// trend says what a figure was in the time before, and which way it went.
func trend(now, before string, up bool, span string) string {
	arrow := "▼"
	switch {
	case now == before:
		return "as in the " + span + " before"
	case up:
		arrow = "▲"
	}
	return arrow + " " + before + " in the " + span + " before"
}

// compared says how a number stands to that of the time before.
func compared(now, before float64, span string) string {
	switch {
	case before == 0 && now == 0:
		return "none in the " + span + " before either"
	case before == 0:
		return "none in the " + span + " before"
	case now == 0:
		return "▼ " + groupDigits(int(before)) + " in the " + span + " before"
	}
	switch change := now/before - 1; {
	case math.Abs(change) < 0.005:
		return "as in the " + span + " before"
	case change >= 2:
		return "▲ " + groupDigits(int(math.Round(change+1))) + " times the " + span + " before"
	case change > 0:
		return "▲ " + percent(change) + " on the " + span + " before"
	default:
		return "▼ " + percent(-change) + " on the " + span + " before"
	}
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
