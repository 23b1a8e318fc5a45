package ui

import (
	"testing"

	"bellhop/internal/webhook"
)

// The list of reasons is closed: each is explained, in words of its own.
func TestEveryReasonIsExplained(t *testing.T) {
	t.Parallel()
	titles := map[string]webhook.Reason{}
	for _, reason := range webhook.Reasons() {
		e, explained := explanations[reason]
		if !explained || e.Short == "" || e.Title == "" || e.What == "" || e.Do == "" {
			t.Errorf("%s is not explained: %+v", reason, e)
		}
		if other, taken := titles[e.Title]; taken {
			t.Errorf("%s and %s have the same title", reason, other)
		}
		titles[e.Title] = reason
	}
	if len(explanations) != len(webhook.Reasons()) {
		t.Errorf("%d explanations for %d reasons", len(explanations), len(webhook.Reasons()))
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason           webhook.Reason
		status, attempts int
		want             string
	}{
		{webhook.ReasonNone, 0, 0, "not tried yet"},
		{webhook.ReasonNone, 204, 1, "204"},
		{webhook.ReasonStatus5xx, 503, 2, "503 receiver's error"},
		{webhook.ReasonTimeout, 0, 1, "timeout"},
	} {
		if got := result(tc.reason, tc.status, tc.attempts); got != tc.want {
			t.Errorf("%s %d after %d: %q, want %q", tc.reason, tc.status, tc.attempts, got, tc.want)
		}
	}
}
