package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

func testChanges(t *testing.T, s *Suite) {
	want := webhook.Change{
		Time: start, Event: webhook.Created, ObjectType: "dcim.site", ObjectID: 5, ObjectRepr: "Zürich", UserName: "jo",
		RequestID: webhook.UUID{1, 2, 3}, Context: []byte(`{"event": "created"}`),
		Verdicts: []webhook.Verdict{
			{WebhookID: 1, RuleID: 2, Name: "r", Outcome: webhook.NotFired, Reason: "no", Tree: webhook.RawJSON(`{"op":"eq"}`)},
			{WebhookID: 1 << 40, Name: "\"Zürich\"\\ \n\u2028 😀 <b>", Outcome: webhook.Fired, Reason: "\ttab", Round: 3, DeliveryID: webhook.UUID{0xfe, 15: 1}},
		},
	}
	s.update(t, func(tx store.Tx) error { return tx.AddChange(&want) })
	first := want.ID
	later := webhook.Change{Time: start.Add(time.Hour), Event: webhook.Deleted, ObjectType: "dcim.rack", ObjectID: 5, RequestID: webhook.UUID{9}}
	s.update(t, func(tx store.Tx) error { return tx.AddChange(&later) })
	if later.ID <= first {
		t.Errorf("ids %d, %d do not grow", first, later.ID)
	}
	s.view(t, func(tx store.Tx) error {
		got, err := tx.Change(first)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("error %v, difference (-want +got):\n%s", err, diff)
		}
		if _, err := tx.Change(99); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unknown change: error %v", err)
		}
		for name, c := range map[string]struct {
			filter store.Filter
			want   []int64
		}{
			"all":     {nil, []int64{first, later.ID}},
			"type":    {store.Compare{Path: "object_type", Op: store.Eq, Value: "dcim.rack"}, []int64{later.ID}},
			"event":   {store.Compare{Path: "event", Op: store.Eq, Value: "created"}, []int64{first}},
			"object":  {store.Compare{Path: "object_id", Op: store.Eq, Value: int64(5)}, []int64{first, later.ID}},
			"text id": {store.Compare{Path: "object_id", Op: store.Eq, Value: "5"}, []int64{first, later.ID}},
			"request": {store.Compare{Path: "request_id", Op: store.Eq, Value: webhook.UUID{9}}, []int64{later.ID}},
			"after":   {store.Compare{Path: "time", Op: store.Gt, Value: start}, []int64{later.ID}},
			"search":  {store.Compare{Path: "object_repr", Op: store.Ic, Value: "zÜ"}, []int64{first}},
		} {
			page, err := tx.Changes(store.Query{Where: c.filter, Limit: 10})
			var ids []int64
			for _, change := range page.Items {
				ids = append(ids, change.ID)
			}
			if err != nil || !slices.Equal(ids, c.want) || page.Count != len(c.want) {
				t.Errorf("%s: got %v, count %d, error %v; want %v", name, ids, page.Count, err, c.want)
			}
		}
		return nil
	})
	contexts, err := s.Contexts(t.Context(), []int64{first, 99})
	if err != nil || len(contexts) != 1 || string(contexts[first]) != string(want.Context) {
		t.Errorf("contexts %v, error %v", contexts, err)
	}
}

func testDeliveries(t *testing.T, s *Suite) {
	list := s.enqueue(t, start, 1, 2)
	if diff := cmp.Diff(list[1], s.delivery(t, list[1].ID)); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
	s.view(t, func(tx store.Tx) error {
		if _, err := tx.Delivery(webhook.UUID{1}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unknown delivery: error %v", err)
		}
		return nil
	})
}

// deliveries lists with a filter and returns the places of the results in list.
func (s *Suite) places(t *testing.T, list []webhook.Delivery, filter store.Filter) []int {
	t.Helper()
	var page store.Page[webhook.Delivery]
	s.view(t, func(tx store.Tx) (err error) {
		page, err = tx.Deliveries(store.Query{Where: filter, Limit: 100})
		return err
	})
	places := []int{}
	for _, d := range page.Items {
		places = append(places, slices.IndexFunc(list, func(other webhook.Delivery) bool { return other.ID == d.ID }))
	}
	if page.Count != len(places) {
		t.Errorf("%+v: count %d, want %d", filter, page.Count, len(places))
	}
	return places
}

func testDeliveryFilters(t *testing.T, s *Suite) {
	list := s.enqueue(t, start, 7, 5) // webhooks 1 … 5
	s.settle(t, Outcome(s.claim(t, list[0]), webhook.Finished, 200, start))
	s.settle(t, Outcome(s.claim(t, list[1]), webhook.Failed, 404, start.Add(time.Hour)))
	s.settle(t, Outcome(s.claim(t, list[2]), webhook.Scheduled, 503, start))
	s.claim(t, list[3])
	eq := func(path string, value any) store.Filter {
		return store.Compare{Path: path, Op: store.Eq, Value: value}
	}
	for _, c := range []struct {
		name   string
		filter store.Filter
		want   []int
	}{
		{"all", nil, []int{0, 1, 2, 3, 4}},
		{"finished", eq("state", "finished"), []int{0}},
		{"failed", eq("state", "failed"), []int{1}},
		{"scheduled", eq("state", "scheduled"), []int{2}},
		{"started", eq("state", "started"), []int{3}},
		{"queued leaves out started", eq("state", "queued"), []int{4}},
		{"states", store.In{Path: "state", Values: []any{"started", "failed"}}, []int{1, 3}},
		{"unknown state", eq("state", "lost"), []int{}},
		{"webhook", eq("webhook", int64(2)), []int{1}},
		{"webhook and state", store.And{eq("webhook", int64(2)), eq("state", "failed")}, []int{1}},
		{"webhook and other state", store.And{eq("webhook", int64(2)), eq("state", "finished")}, []int{}},
		{"reason", eq("reason", "status_5xx"), []int{2}},
		{"status", store.Compare{Path: "status_code", Op: store.Gte, Value: int64(400)}, []int{1, 2}},
		{"no status", eq("status_code", nil), []int{3, 4}},
		{"status below", store.Compare{Path: "status_code", Op: store.Lt, Value: int64(404)}, []int{0}},
		{"no reason", store.Compare{Path: "reason", Op: store.Empty, Value: true}, []int{0, 3, 4}},
		{"any reason", store.Compare{Path: "reason", Op: store.Empty, Value: false}, []int{1, 2}},
		{"no rule", eq("rule", nil), []int{0, 1, 2, 3, 4}},
		{"id", store.ByID(list[4].ID, list[0].ID), []int{0, 4}},
		{"id as text", eq("id", list[4].ID.String()), []int{4}},
		{"change", eq("change", list[0].ChangeID), []int{0, 1, 2, 3, 4}},
		{"object", store.And{eq("object_type", "dcim.site"), eq("object_id", int64(7))}, []int{0, 1, 2, 3, 4}},
		{"ended", store.Compare{Path: "ended", Op: store.Gt, Value: start}, []int{1}},
		{"queue", eq("queue", "default"), []int{0, 1, 2, 3, 4}},
		{"event", eq("event", "updated"), []int{0, 1, 2, 3, 4}},
		{"other event", store.In{Path: "event", Values: []any{"created", "deleted"}}, []int{}},
		{"text of the object", store.Compare{Path: "object_repr", Op: store.Ic, Value: "ITE 7"}, []int{0, 1, 2, 3, 4}},
	} {
		if got := s.places(t, list, c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	err := s.View(t.Context(), func(tx store.Tx) error {
		_, err := tx.Deliveries(store.Query{Where: eq("nonsense", 1)})
		return err
	})
	if !errors.Is(err, store.ErrInvalidFilter) {
		t.Errorf("unknown field: error %v", err)
	}
}

func testClaims(t *testing.T, s *Suite) {
	list := s.enqueue(t, start, 1, 3)
	claims, err := s.Claim(t.Context(), "w1", list[:2])
	if err != nil || len(claims) != 2 {
		t.Fatalf("claims %v, error %v", claims, err)
	}
	if again, err := s.Claim(t.Context(), "w2", list); err != nil || len(again) != 1 || again[0].Delivery.ID != list[2].ID {
		t.Errorf("second claim got %v, error %v; want the third delivery only", again, err)
	}
	if d := s.delivery(t, list[0].ID); d.State != webhook.Started {
		t.Errorf("a claimed delivery is %s, want started", d.State)
	}
	held, err := s.Claims(t.Context())
	if err != nil || len(held) != 3 || held[0].Worker != "w1" || held[2].Worker != "w2" {
		t.Errorf("held: %v, error %v", held, err)
	}
	if err := s.Release(t.Context(), claims); err != nil {
		t.Fatal(err)
	}
	if d := s.delivery(t, list[0].ID); d.State != webhook.Queued || d.Attempts != 0 {
		t.Errorf("a released delivery is %s with %d attempts, want queued with none", d.State, d.Attempts)
	}
	renewed := s.claim(t, list[0])
	if s.settle(t, Outcome(claims[0], webhook.Finished, 200, start)) {
		t.Error("a claim that was released settled a delivery")
	}
	if !s.settle(t, Outcome(renewed, webhook.Failed, 404, start)) {
		t.Error("the claim that is held was lost")
	}
}

func testSettle(t *testing.T, s *Suite) {
	d := s.enqueue(t, start, 1, 1)[0]
	at := start.Add(time.Second)
	if !s.settle(t, Outcome(s.claim(t, d), webhook.Scheduled, 503, at)) {
		t.Fatal("lost")
	}
	got := s.delivery(t, d.ID)
	want := d
	want.State, want.Attempts, want.Spent, want.Reason, want.StatusCode = webhook.Scheduled, 1, 1, webhook.ReasonStatus5xx, 503
	want.Due = at.Add(time.Minute)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after a failure (-want +got):\n%s", diff)
	}
	probe := Outcome(s.claim(t, got), webhook.Scheduled, 503, at)
	probe.Free = true
	s.settle(t, probe)
	if got = s.delivery(t, d.ID); got.Attempts != 2 || got.Spent != 1 {
		t.Errorf("after a free attempt: %d attempts, %d spent; want 2, 1", got.Attempts, got.Spent)
	}
	s.settle(t, Outcome(s.claim(t, got), webhook.Finished, 204, at))
	got = s.delivery(t, d.ID)
	if got.State != webhook.Finished || !got.Ended.Equal(at) || got.Reason != webhook.ReasonNone || got.StatusCode != 204 {
		t.Errorf("after success: %+v", got)
	}
	if claims, err := s.Claim(t.Context(), "w1", []webhook.Delivery{got}); err != nil || len(claims) != 0 {
		t.Errorf("a finished delivery was claimed: %v, error %v", claims, err)
	}
}

func testSettleAfterCancel(t *testing.T, s *Suite) {
	d := s.enqueue(t, start, 1, 1)[0]
	claim := s.claim(t, d)
	s.update(t, func(tx store.Tx) error {
		list, err := tx.Cancel(store.ByID(d.ID), start.Add(time.Second), 10)
		if len(list) != 1 || list[0].State != webhook.Canceled {
			t.Errorf("canceled: %+v", list)
		}
		return err
	})
	if s.settle(t, Outcome(claim, webhook.Finished, 200, start)) {
		t.Error("a canceled delivery was settled")
	}
	got := s.delivery(t, d.ID)
	if got.State != webhook.Canceled || got.Attempts != 1 {
		t.Errorf("got %s with %d attempts, want canceled with the attempt that took place", got.State, got.Attempts)
	}
	s.view(t, func(tx store.Tx) error {
		attempts, err := tx.Attempts(d.ID)
		if len(attempts) != 1 {
			t.Errorf("%d attempts recorded, want 1", len(attempts))
		}
		return err
	})
	if held, _ := s.Claims(t.Context()); len(held) != 0 {
		t.Errorf("still held: %v", held)
	}
}

// testSettleAfterDelete deletes a delivery between the reading of it and the claim.
func testSettleAfterDelete(t *testing.T, s *Suite) {
	d := s.enqueue(t, start, 1, 1)[0]
	s.update(t, func(tx store.Tx) error {
		list, err := tx.DeleteDeliveries(store.ByID(d.ID), 10)
		if len(list) != 1 || list[0].WebhookID != d.WebhookID {
			t.Errorf("deleted: %+v", list)
		}
		return err
	})
	claims, err := s.Claim(t.Context(), "w1", []webhook.Delivery{d})
	if err != nil {
		t.Fatal(err)
	}
	for _, claim := range claims {
		if s.settle(t, Outcome(claim, webhook.Finished, 200, start)) {
			t.Error("a deleted delivery was settled")
		}
	}
	if found, err := s.Inspect(t.Context()); err != nil || len(found.Problems) > 0 {
		t.Errorf("left behind: %v, error %v", found.Problems, err)
	}
}

func testDue(t *testing.T, s *Suite) {
	var list []webhook.Delivery
	for i := range 5 {
		list = append(list, s.enqueue(t, start.Add(time.Duration(i)*time.Second), int64(i), 2)[0])
	}
	s.settle(t, Outcome(s.claim(t, list[0]), webhook.Scheduled, 503, start)) // due in a minute
	s.settle(t, Outcome(s.claim(t, list[1]), webhook.Finished, 200, start))
	query := store.DueQuery{WebhookID: 1, Until: start.Add(3 * time.Second), Limit: 10}
	check := func(name string, want ...int) []store.Due {
		t.Helper()
		due, err := s.Due(t.Context(), query)
		got := []int{}
		for _, d := range due {
			got = append(got, slices.IndexFunc(list, func(o webhook.Delivery) bool { return o.ID == d.ID }))
			if query.InOrder && (d.ObjectType != "dcim.site" || d.ObjectID != int64(got[len(got)-1])) {
				t.Errorf("%s: object %s %d", name, d.ObjectType, d.ObjectID)
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, error %v; want %v", name, got, err, want)
		}
		return due
	}
	due := check("due by now", 2, 3)
	query.After = store.Position{Due: due[0].Due, ID: due[0].ID}
	check("after a position", 3)
	query.After, query.Until = store.Position{}, start.Add(time.Hour)
	check("later ones", 2, 3, 4, 0)
	query.Limit = 2
	check("limit", 2, 3)
	query.Limit, query.InOrder = 10, true
	check("in order", 0, 2, 3, 4)

	backlog, err := s.Backlog(t.Context())
	want := []store.Backlog{
		{WebhookID: 1, Undone: 4, NextDue: start.Add(2 * time.Second)}, {WebhookID: 2, Undone: 5, NextDue: start},
	}
	if diff := cmp.Diff(want, backlog); err != nil || diff != "" {
		t.Errorf("backlog: error %v, difference:\n%s", err, diff)
	}
}

func testDueInOrder(t *testing.T, s *Suite) {
	var list []webhook.Delivery
	for i := range 4 {
		list = append(list, s.enqueue(t, start.Add(time.Duration(i)*time.Second), 1, 1)[0])
	}
	s.settle(t, Outcome(s.claim(t, list[0]), webhook.Finished, 200, start))
	s.settle(t, Outcome(s.claim(t, list[1]), webhook.Scheduled, 503, start.Add(time.Hour)))
	due, err := s.Due(t.Context(), store.DueQuery{WebhookID: 1, InOrder: true, Limit: 2})
	if err != nil || len(due) != 2 || due[0].ID != list[1].ID || due[1].ID != list[2].ID {
		t.Fatalf("in order: %v, error %v; want the scheduled one and the one after", due, err)
	}
	due, err = s.Due(t.Context(), store.DueQuery{WebhookID: 1, InOrder: true, Limit: 2, After: store.Position{ID: due[1].ID}})
	if err != nil || len(due) != 1 || due[0].ID != list[3].ID {
		t.Errorf("the rest: %v, error %v", due, err)
	}
	if due, err := s.Due(t.Context(), store.DueQuery{WebhookID: 9, InOrder: true, Limit: 2}); err != nil || len(due) != 0 {
		t.Errorf("unknown webhook: %v, error %v", due, err)
	}
}

func testRequeueCancel(t *testing.T, s *Suite) {
	list := s.enqueue(t, start, 1, 5)
	s.settle(t, Outcome(s.claim(t, list[0]), webhook.Finished, 200, start))
	s.settle(t, Outcome(s.claim(t, list[1]), webhook.Failed, 404, start))
	s.settle(t, Outcome(s.claim(t, list[2]), webhook.Scheduled, 503, start))
	s.claim(t, list[3])
	now := start.Add(time.Hour)
	s.update(t, func(tx store.Tx) error {
		moved, err := tx.Requeue(nil, now, 2)
		if len(moved) != 2 {
			t.Errorf("requeued %d, want the limit of 2", len(moved))
		}
		more, err2 := tx.Requeue(nil, now, 10)
		if len(more) != 1 || more[0].ID != list[2].ID {
			t.Errorf("requeued %+v, want the third only: queued and started ones are passed over", more)
		}
		return errors.Join(err, err2)
	})
	for _, i := range []int{0, 1, 2} {
		d := s.delivery(t, list[i].ID)
		if d.State != webhook.Queued || d.Spent != 0 || d.Attempts != 1 || !d.Due.Equal(now) || !d.Ended.IsZero() || !d.Began().Equal(now) {
			t.Errorf("requeued: %+v", d)
		}
	}
	failed := store.Compare{Path: "reason", Op: store.Eq, Value: "status_4xx"}
	s.update(t, func(tx store.Tx) error {
		canceled, err := tx.Cancel(failed, now, 10)
		if len(canceled) != 1 || canceled[0].ID != list[1].ID {
			t.Errorf("canceled %+v, want the second", canceled)
		}
		deleted, err2 := tx.DeleteDeliveries(nil, 10)
		if len(deleted) != 4 {
			t.Errorf("deleted %d, want all but the started one", len(deleted))
		}
		return errors.Join(err, err2)
	})
	if got := s.places(t, list, nil); !slices.Equal(got, []int{3}) {
		t.Errorf("left: %v, want the started one", got)
	}
}

func testAttempts(t *testing.T, s *Suite) {
	d := s.enqueue(t, start, 1, 1)[0]
	first := Outcome(s.claim(t, d), webhook.Scheduled, 500, start)
	first.Attempt.Request.BodyIsContext = false
	first.Attempt.Response.Truncated, first.Attempt.Error = true, "500 Internal Server Error"
	s.settle(t, first)
	second := Outcome(s.claim(t, s.delivery(t, d.ID)), webhook.Finished, 200, start.Add(time.Minute))
	s.settle(t, second)
	second.Attempt.Request.Body = []byte(`{"event": "updated"}`) // the change's context
	s.view(t, func(tx store.Tx) error {
		got, err := tx.Attempts(d.ID)
		if diff := cmp.Diff([]webhook.Attempt{*first.Attempt, *second.Attempt}, got); err != nil || diff != "" {
			t.Errorf("error %v, difference (-want +got):\n%s", err, diff)
		}
		return nil
	})
}

func testLargeBodies(t *testing.T, s *Suite) {
	body := bytes.Repeat([]byte("Zürich 漢字 😀 \x00\n"), 50_000)
	list, err := s.Enqueue(t.Context(), start, 1, 1, body)
	if err != nil {
		t.Fatal(err)
	}
	outcome := Outcome(s.claim(t, list[0]), webhook.Finished, 200, start)
	outcome.Attempt.Request.Body, outcome.Attempt.Request.BodyIsContext = body, false
	s.settle(t, outcome)
	s.view(t, func(tx store.Tx) error {
		change, err := tx.Change(list[0].ChangeID)
		attempts, err2 := tx.Attempts(list[0].ID)
		if len(attempts) != 1 || !bytes.Equal(change.Context, body) || !bytes.Equal(attempts[0].Request.Body, body) {
			t.Error("a large body did not come back as it was")
		}
		return errors.Join(err, err2)
	})
}

func testCounters(t *testing.T, s *Suite) {
	list := s.enqueue(t, start, 1, 3)
	s.settle(t, Outcome(s.claim(t, list[0]), webhook.Finished, 200, start))
	s.update(t, func(tx store.Tx) error {
		if _, err := tx.Cancel(store.ByID(list[1].ID), start, 1); err != nil {
			return err
		}
		// The transaction sees its own changes.
		return checkCounts(t, tx, map[webhook.State]int{webhook.Finished: 1, webhook.Canceled: 1, webhook.Queued: 1})
	})
	err := s.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.DeleteDeliveries(nil, 10)
		return errors.Join(err, errRefused)
	})
	if !errors.Is(err, errRefused) {
		t.Fatal(err)
	}
	s.view(t, func(tx store.Tx) error {
		return checkCounts(t, tx, map[webhook.State]int{webhook.Finished: 1, webhook.Canceled: 1, webhook.Queued: 1})
	})
}

func checkCounts(t *testing.T, tx store.Tx, want map[webhook.State]int) error {
	t.Helper()
	counts, err := tx.Counts()
	got := make(map[webhook.State]int)
	for _, c := range counts {
		got[c.State] += c.N
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	return err
}

func testRetention(t *testing.T, s *Suite) {
	old := s.enqueue(t, start, 1, 1)[0]
	undone := s.enqueue(t, start, 2, 1)[0]
	recent := s.enqueue(t, start.Add(48*time.Hour), 3, 1)[0]
	s.settle(t, Outcome(s.claim(t, old), webhook.Finished, 200, start))
	s.settle(t, Outcome(s.claim(t, recent), webhook.Finished, 200, start.Add(48*time.Hour)))
	before := start.Add(24 * time.Hour)
	s.update(t, func(tx store.Tx) error {
		if ids, err := tx.OldChanges(before, 0, 10); err != nil || len(ids) != 0 {
			t.Errorf("old changes %v, error %v; want none: deliveries refer to them", ids, err)
		}
		if n, err := tx.PruneChanges([]int64{old.ChangeID}); err != nil || n != 0 {
			t.Errorf("pruned %d changes that deliveries refer to, error %v", n, err)
		}
		if ids, err := tx.OldDeliveries(before, old.ID, 10); err != nil || len(ids) != 0 {
			t.Errorf("old deliveries after the old one: %v, error %v", ids, err)
		}
		ids, err := tx.OldDeliveries(before, webhook.UUID{}, 10)
		if err != nil || !slices.Equal(ids, []webhook.UUID{old.ID}) {
			t.Errorf("old deliveries %v, error %v; want the old one", ids, err)
		}
		// Somebody may have retried what was old when it was looked for.
		if n, err := tx.PruneDeliveries([]webhook.UUID{old.ID, undone.ID, recent.ID}, before); err != nil || n != 1 {
			t.Errorf("pruned %d deliveries, error %v; want the old one", n, err)
		}
		changes, err := tx.OldChanges(before, 0, 10)
		if err != nil || !slices.Equal(changes, []int64{old.ChangeID}) {
			t.Errorf("old changes %v, error %v; want that of the old delivery", changes, err)
		}
		if after, err := tx.OldChanges(before, old.ChangeID, 10); err != nil || len(after) != 0 {
			t.Errorf("old changes after it: %v, error %v", after, err)
		}
		if n, err := tx.PruneChanges(changes); err != nil || n != 1 {
			t.Errorf("pruned %d changes, error %v; want one", n, err)
		}
		if ids, err := tx.OldChanges(start.Add(1000*time.Hour), 0, 10); err != nil || len(ids) != 0 {
			t.Errorf("old changes %v, error %v; want none: deliveries refer to the rest", ids, err)
		}
		return nil
	})
	s.view(t, func(tx store.Tx) error {
		_, gone := tx.Delivery(old.ID)
		attempts, err := tx.Attempts(old.ID)
		_, err1 := tx.Delivery(undone.ID)
		_, err2 := tx.Change(undone.ChangeID)
		_, err3 := tx.Delivery(recent.ID)
		if !errors.Is(gone, store.ErrNotFound) || len(attempts) != 0 {
			t.Errorf("the old delivery: error %v, %d attempts", gone, len(attempts))
		}
		page, err4 := tx.Changes(store.Query{})
		if page.Count != 2 {
			t.Errorf("%d changes counted, want 2", page.Count)
		}
		_, err5 := tx.OldDeliveries(before, webhook.UUID{}, 10) // looking needs no Update
		_, err6 := tx.OldChanges(before, 0, 10)
		return errors.Join(err, err1, err2, err3, err4, err5, err6)
	})
}

// testManyClaimants drains many deliveries with several workers; every delivery
// must be sent exactly once.
func testManyClaimants(t *testing.T, s *Suite) {
	const total, workers = 2000, 8
	for i := range total / 10 {
		s.enqueue(t, start.Add(time.Duration(i)*time.Millisecond), int64(i), 10)
	}
	var sent sync.Map
	var done atomic.Int64
	drain := func(ctx context.Context) error {
		for done.Load() < total {
			for id := range int64(10) {
				if err := s.drainOnce(ctx, id+1, &sent, &done); err != nil {
					return err
				}
			}
		}
		return nil
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			if err := drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done.Load() != total {
		t.Errorf("%d settled, want %d", done.Load(), total)
	}
	s.view(t, func(tx store.Tx) error { return checkCounts(t, tx, map[webhook.State]int{webhook.Finished: total}) })
}

// drainOnce takes what is due for a webhook and finishes it.
func (s *Suite) drainOnce(ctx context.Context, webhookID int64, sent *sync.Map, done *atomic.Int64) error {
	due, err := s.Due(ctx, store.DueQuery{WebhookID: webhookID, Until: start.Add(time.Hour), Limit: 20})
	if err != nil {
		return err
	}
	list := make([]webhook.Delivery, len(due))
	for i := range due {
		list[i] = due[i].Delivery
	}
	claims, err := s.Claim(ctx, "w", list)
	if err != nil {
		return err
	}
	settlements := make([]store.Settlement, len(claims))
	for i, claim := range claims {
		settlements[i] = Outcome(claim, webhook.Finished, 200, start)
		// A claim on stale knowledge settles nothing and so sends nothing twice.
		settlements[i].Attempt = nil
	}
	kept, err := s.Settle(ctx, settlements)
	for i, ok := range kept {
		if !ok {
			continue
		}
		if _, twice := sent.LoadOrStore(claims[i].Delivery.ID, true); twice {
			return errors.New("a delivery was finished twice")
		}
		done.Add(1)
	}
	return err
}
