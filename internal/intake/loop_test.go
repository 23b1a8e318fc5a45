package intake_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/intake"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// rounds is the limit of the desk's intake.
const rounds = 4

// siteChange is an update of a site with some cause.
func siteChange(request byte, cause webhook.Cause) webhook.Change {
	return webhook.Change{
		Time: now, Event: webhook.Updated, ObjectType: "dcim.site", ObjectID: 5, UserName: "robot",
		RequestID: webhook.UUID{request}, Data: webhook.RawJSON(`{}`), Cause: cause,
	}
}

func twoHooks(t *testing.T) *desk {
	t.Helper()
	return setup(t, func(tx store.Tx) error {
		return errors.Join(
			tx.Webhooks().Create(hook("a", "", webhook.Updated)),
			tx.Webhooks().Create(hook("b never", ifActive, webhook.Updated)),
		)
	})
}

// TestLoopIsStopped follows a receiver that makes a change for each delivery and
// passes on what it was sent, in each of the ways. The limit is 4: the first
// change and three more are delivered, the next one is recorded and stopped.
func TestLoopIsStopped(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]func(webhook.Change, webhook.Delivery) webhook.Cause{
		"webhook-id": func(_ webhook.Change, d webhook.Delivery) webhook.Cause { return webhook.Cause{Delivery: d.ID} },
		"request_id": func(c webhook.Change, _ webhook.Delivery) webhook.Cause { return webhook.Cause{Request: c.RequestID} },
		"both": func(c webhook.Change, d webhook.Delivery) webhook.Cause {
			return webhook.Cause{Delivery: d.ID, Request: c.RequestID}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := twoHooks(t)
			stored, deliveries := d.record(t, siteChange(1, webhook.Cause{}))
			for i := 1; i < rounds; i++ {
				if len(deliveries) != 1 || stored.Verdicts[0].Outcome != webhook.Fired {
					t.Fatalf("round %d: %d deliveries, verdict %+v", i-1, len(deliveries), stored.Verdicts[0])
				}
				stored, deliveries = d.record(t, siteChange(byte(i+1), cause(stored, deliveries[0])))
			}
			heard := len(d.heard.deliveries)
			last, none := d.record(t, siteChange(99, cause(stored, deliveries[0])))
			want := webhook.Verdict{
				WebhookID: 1, Name: "a", Outcome: webhook.Stopped, Round: rounds,
				Reason: "Stopped: a loop. 4 deliveries, each caused by the one before, have led to this change.",
			}
			if diff := cmp.Diff(want, last.Verdicts[0]); diff != "" {
				t.Errorf("verdict of round %d (-want +got):\n%s", rounds, diff)
			}
			if last.Verdicts[1].Outcome != webhook.Unresolved || strings.Contains(last.Verdicts[1].Reason, "loop") {
				t.Errorf("what does not fire anyway: %+v", last.Verdicts[1])
			}
			if len(none) != 0 || len(d.heard.deliveries) != heard {
				t.Errorf("%d deliveries, %d announced; want none", len(none), len(d.heard.deliveries)-heard)
			}
			// The next change of the same object by somebody else is delivered.
			if _, deliveries := d.record(t, siteChange(100, webhook.Cause{})); len(deliveries) != 1 {
				t.Error("a change without a cause is not delivered any more")
			}
		})
	}
}

// TestRoundsSurviveRestart checks that a loop gets no new rounds by a restart.
func TestRoundsSurviveRestart(t *testing.T) {
	t.Parallel()
	d := twoHooks(t)
	_, deliveries := d.record(t, siteChange(1, webhook.Cause{}))
	for i := range rounds - 1 {
		d.Intake = intake.New(webhook.NewIDs(rand.Reader), d.heard, rounds)
		if err := d.Reload(t.Context(), d.store); err != nil {
			t.Fatal(err)
		}
		_, deliveries = d.record(t, siteChange(byte(i+2), webhook.Cause{Delivery: deliveries[0].ID}))
	}
	if stored, deliveries := d.record(t, siteChange(99, webhook.Cause{Delivery: deliveries[0].ID})); len(deliveries) != 0 {
		t.Errorf("verdict %+v, want it stopped", stored.Verdicts[0])
	}
}

// TestNoLoop checks what is none: ids that mean nothing here, many changes with
// one cause, and a limit of 0.
func TestNoLoop(t *testing.T) {
	t.Parallel()
	d := twoHooks(t)
	fires := func(what string, change webhook.Change, round int) webhook.Delivery {
		t.Helper()
		stored, deliveries := d.record(t, change)
		if len(deliveries) != 1 || stored.Verdicts[0].Round != round {
			t.Fatalf("%s: %d deliveries, verdict %+v; want one in round %d", what, len(deliveries), stored.Verdicts[0], round)
		}
		return deliveries[0]
	}
	for range 3 * rounds {
		fires("one request's changes from elsewhere", siteChange(9, webhook.Cause{Request: webhook.UUID{9}}), 0)
		fires("foreign webhook-id", siteChange(1, webhook.Cause{Delivery: webhook.UUID{7}}), 0)
		fires("a proxy's request id", siteChange(2, webhook.Cause{Request: webhook.UUID{8}}), 0)
	}
	first := fires("usual", siteChange(3, webhook.Cause{}), 0)
	for range 3 * rounds {
		fires("one cause for all", siteChange(4, webhook.Cause{Delivery: first.ID}), 1)
	}
	d.Intake = intake.New(webhook.NewIDs(rand.Reader), d.heard, 0)
	if err := d.Reload(t.Context(), d.store); err != nil {
		t.Fatal(err)
	}
	last := first
	for range 3 * rounds {
		last = fires("no limit", siteChange(5, webhook.Cause{Delivery: last.ID}), 0)
	}
}
