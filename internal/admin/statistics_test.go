package admin_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/store/storetest"
	"bellhop/internal/webhook"
)

// attempted records an attempt of webhook 1 that ended at a moment.
func attempted(t *testing.T, s store.Store, state webhook.State, at time.Time) {
	t.Helper()
	list, err := storetest.NewSuite(s).Enqueue(t.Context(), at, 1, 1, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	claims, err := s.Claim(t.Context(), "w", list)
	if err != nil || len(claims) != 1 {
		t.Fatalf("claim: %v, error %v", claims, err)
	}
	status := 500
	if state == webhook.Finished {
		status = 204
	}
	if _, err := s.Settle(t.Context(), []store.Settlement{storetest.Outcome(claims[0], state, status, at)}); err != nil {
		t.Fatal(err)
	}
}

func TestStatisticsHaveEveryPeriod(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hour := admin.Ranges[1]
	now := time.Now()
	attempted(t, b.Store, webhook.Finished, now)
	attempted(t, b.Store, webhook.Failed, now.Add(-30*time.Minute))
	attempted(t, b.Store, webhook.Finished, now.Add(-90*time.Minute))
	for _, id := range []int64{0, 1} {
		s, err := b.Admin.Statistics(t.Context(), hour, id)
		if err != nil {
			t.Fatal(err)
		}
		one := webhook.Histogram{0: 1}
		if diff := cmp.Diff(webhook.Statistics{Finished: 1, Latency: one}, s.Before); diff != "" {
			t.Errorf("webhook %d, the hour before (-want +got):\n%s", id, diff)
		}
		if diff := cmp.Diff(webhook.Statistics{Finished: 1, Failed: 1, Latency: webhook.Histogram{0: 2}}, s.Total); diff != "" {
			t.Errorf("webhook %d, the hour (-want +got):\n%s", id, diff)
		}
		if len(s.Periods) != 60 {
			t.Fatalf("webhook %d: %d periods, want 60", id, len(s.Periods))
		}
		for i, period := range s.Periods[1:] {
			if got := period.Start.Sub(s.Periods[i].Start); got != time.Minute {
				t.Fatalf("period %d begins %v after the one before", i+1, got)
			}
		}
	}
	s, err := b.Admin.Statistics(t.Context(), hour, 2)
	if err != nil || s.Total.Attempts() != 0 || len(s.Periods) != 60 {
		t.Errorf("another webhook: %d attempts in %d periods, error %v", s.Total.Attempts(), len(s.Periods), err)
	}
}

func TestWaiting(t *testing.T) {
	t.Parallel()
	b := setup(t)
	w, err := b.Admin.Waiting(t.Context())
	if diff := cmp.Diff(admin.Waiting{}, w); err != nil || diff != "" {
		t.Errorf("of nothing: error %v (-want +got)\n%s", err, diff)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	suite := storetest.NewSuite(b.Store)
	for object, age := range []time.Duration{time.Minute, time.Hour, -time.Hour} {
		if _, err := suite.Enqueue(t.Context(), now.Add(-age), int64(object+1), 1, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	attempted(t, b.Store, webhook.Scheduled, now)
	w, err = b.Admin.Waiting(t.Context())
	want := admin.Waiting{Queued: 3, Scheduled: 1, Due: now.Add(-time.Hour)}
	if diff := cmp.Diff(want, w); err != nil || diff != "" {
		t.Errorf("error %v (-want +got)\n%s", err, diff)
	}
}

func TestConcerns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	bad, fine := webhook.New(), webhook.New()
	for name, wh := range map[string]*webhook.Webhook{"bad": &bad, "fine": &fine} {
		wh.Name, wh.PayloadURL = name, "http://receiver.example/"
	}
	made, err := b.Admin.Webhooks.Create(t.Context(), admin.System(webhook.UUID{}), []webhook.Webhook{bad, fine})
	if err != nil {
		t.Fatal(err)
	}
	// Deliveries are the first webhook's: the suite numbers webhooks from 1.
	attempted(t, b.Store, webhook.Failed, time.Now())
	got, err := b.Admin.Concerns(t.Context())
	want := []admin.Concern{{WebhookID: made[0].ID, Name: "bad", Enabled: true, Health: webhook.Health{State: webhook.HealthUnknown}, Failed: 1}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v (-want +got)\n%s", err, diff)
	}
}

func TestSuccessesAreByHour(t *testing.T) {
	t.Parallel()
	b := setup(t)
	now := time.Now()
	attempted(t, b.Store, webhook.Finished, now)
	attempted(t, b.Store, webhook.Failed, now)
	attempted(t, b.Store, webhook.Finished, now.Add(-23*time.Hour))
	attempted(t, b.Store, webhook.Finished, now.Add(-25*time.Hour))
	found, err := b.Admin.Successes(t.Context(), []int64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	if none := found[2]; none.Total.Attempts() != 0 || len(none.Periods) != 24 {
		t.Errorf("a webhook without attempts has %d in %d periods", none.Total.Attempts(), len(none.Periods))
	}
	if diff := cmp.Diff(webhook.Statistics{Finished: 2, Failed: 1}, found[1].Total); diff != "" {
		t.Errorf("the day (-want +got):\n%s", diff)
	}
	periods := found[1].Periods
	if len(periods) != 24 || periods[0].Attempts() != 1 || periods[23].Share() != 0.5 {
		t.Errorf("%d periods, the first with %d attempts, the last with a share of %v", len(periods), periods[0].Attempts(), periods[23].Share())
	}
}

func TestStatisticsHaveBacklogs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := time.Now().Add(-5 * time.Minute)
	err := b.Store.Update(t.Context(), func(tx store.Tx) error { return tx.NoteBacklog(at, 7, 90*time.Second) })
	if err != nil {
		t.Fatal(err)
	}
	s, err := b.Admin.Statistics(t.Context(), admin.Hour, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, period := range s.Periods {
		noted := s.Backlogs[i]
		switch same := period.Start.Equal(at.UTC().Truncate(time.Minute)); {
		case same && (noted == nil || noted.Waiting != 7 || noted.Oldest != 90*time.Second):
			t.Errorf("noted %+v, want 7 and 90 s", noted)
		case !same && noted != nil:
			t.Errorf("noted %+v at %v", noted, period.Start)
		}
	}
	if s, err = b.Admin.Statistics(t.Context(), admin.Hour, 1); err != nil || s.Backlogs != nil {
		t.Errorf("of a webhook: %v, error %v", s.Backlogs, err)
	}
}
