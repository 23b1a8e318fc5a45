package webhook_test

import (
	"slices"
	"testing"
	"time"

	"bellhop/internal/webhook"
)

// TestSchedule has the steps of product.md section 6.
func TestSchedule(t *testing.T) {
	t.Parallel()
	steps := []time.Duration{
		5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
	}
	for i, step := range steps {
		failure := webhook.Failure{Attempts: i + 1, MaxAttempts: 8, Reason: webhook.ReasonTimeout}
		for random, factor := range map[float64]float64{0: 0.8, 0.5: 1, 0.999999: 1.2} {
			state, wait := failure.Next(random)
			want := time.Duration(float64(step) * factor)
			if state != webhook.Scheduled || (wait-want).Abs() > step/100 {
				t.Errorf("after attempt %d with %v: %s, %v; want %v", i+1, random, state, wait, want)
			}
		}
	}
}

func TestNextAttempt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		failure webhook.Failure
		state   webhook.State
		wait    time.Duration
	}{
		{"last attempt", webhook.Failure{Attempts: 8, MaxAttempts: 8, Reason: webhook.ReasonTimeout}, webhook.Failed, 0},
		{"beyond the steps", webhook.Failure{Attempts: 20, MaxAttempts: 30, Reason: webhook.ReasonTimeout}, webhook.Scheduled, 10 * time.Hour},
		{"gone", webhook.Failure{Attempts: 1, MaxAttempts: 8, Reason: webhook.ReasonGone}, webhook.Failed, 0},
		{"render error", webhook.Failure{Attempts: 1, MaxAttempts: 8, Reason: webhook.ReasonRender}, webhook.Failed, 0},
		{"blocked", webhook.Failure{Attempts: 1, MaxAttempts: 8, Reason: webhook.ReasonBlocked}, webhook.Failed, 0},
		{"status 4xx is retried", webhook.Failure{Attempts: 1, MaxAttempts: 8, Reason: webhook.ReasonStatus4xx}, webhook.Scheduled, 5 * time.Second},
		{"redirect is retried", webhook.Failure{Attempts: 1, MaxAttempts: 8, Reason: webhook.ReasonRedirect}, webhook.Scheduled, 5 * time.Second},
		{"too large is retried", webhook.Failure{Attempts: 1, MaxAttempts: 8, Reason: webhook.ReasonResponseTooLarge}, webhook.Scheduled, 5 * time.Second},
		{"retry-after within", webhook.Failure{Attempts: 2, MaxAttempts: 8, Reason: webhook.ReasonRateLimited, RetryAfter: 90 * time.Second}, webhook.Scheduled, 90 * time.Second},
		{"retry-after too short", webhook.Failure{Attempts: 2, MaxAttempts: 8, Reason: webhook.ReasonRateLimited, RetryAfter: time.Second}, webhook.Scheduled, time.Minute},
		{"retry-after too long", webhook.Failure{Attempts: 2, MaxAttempts: 8, Reason: webhook.ReasonStatus5xx, RetryAfter: time.Hour}, webhook.Scheduled, 2 * time.Minute},
	} {
		if state, wait := c.failure.Next(0.5); state != c.state || wait != c.wait {
			t.Errorf("%s: %s, %v; want %s, %v", c.name, state, wait, c.state, c.wait)
		}
	}
}

// TestTransitions is the table of docs/state-machine.md.
func TestTransitions(t *testing.T) {
	t.Parallel()
	allowed := map[webhook.State][]webhook.State{
		webhook.Queued:    {webhook.Started, webhook.Canceled},
		webhook.Started:   {webhook.Queued, webhook.Scheduled, webhook.Finished, webhook.Failed, webhook.Canceled},
		webhook.Scheduled: {webhook.Started, webhook.Queued, webhook.Canceled},
		webhook.Finished:  {webhook.Queued},
		webhook.Failed:    {webhook.Queued},
		webhook.Canceled:  {webhook.Queued},
	}
	for _, from := range webhook.States {
		may := make(map[webhook.State]bool)
		for _, to := range allowed[from] {
			may[to] = true
		}
		for _, to := range webhook.States {
			if got := from.CanBecome(to); got != may[to] {
				t.Errorf("%s to %s: %v, want %v", from, to, got, may[to])
			}
		}
	}
	if webhook.State(0).CanBecome(webhook.Queued) || webhook.State(99).CanBecome(webhook.Queued) {
		t.Error("a state that is none has transitions")
	}
}

func TestWordsRoundTrip(t *testing.T) {
	t.Parallel()
	for _, state := range webhook.States {
		if parsed, ok := webhook.ParseState(state.String()); !ok || parsed != state {
			t.Errorf("state %s reads as %s", state, parsed)
		}
	}
	for _, reason := range webhook.Reasons() {
		if parsed, ok := webhook.ParseReason(reason.String()); !ok || parsed != reason {
			t.Errorf("reason %s reads as %s", reason, parsed)
		}
	}
	for _, queue := range webhook.Queues {
		if parsed, ok := webhook.ParseQueue(queue.String()); !ok || parsed != queue {
			t.Errorf("queue %s reads as %s", queue, parsed)
		}
	}
	for word, want := range map[string]webhook.Event{
		"created": webhook.Created, "update": webhook.Updated, "object_deleted": webhook.Deleted, "job_started": 0, "": 0,
	} {
		if got, ok := webhook.ParseEvent(word); got != want || ok != (want != 0) {
			t.Errorf("event %q reads as %s", word, got)
		}
	}
}

// The waits are those of product.md section 6, the last one repeated.
func TestRetryTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name         string
		spent, limit int
		want         []time.Duration
	}{
		{"none made", 0, 4, []time.Duration{5 * time.Second, 65 * time.Second, 365 * time.Second}},
		{"six made", 6, 9, []time.Duration{10 * time.Hour, 20 * time.Hour}},
		{"the next is the last", 7, 8, nil},
		{"more made than allowed now", 9, 8, nil},
	} {
		var want []time.Time
		for _, wait := range tc.want {
			want = append(want, at.Add(wait))
		}
		if got := webhook.RetryTimes(at, tc.spent, tc.limit); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", tc.name, got, want)
		}
	}
}
