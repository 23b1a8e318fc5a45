package admin_test

import (
	"net/http"
	"testing"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/testkit/fill"
	"bellhop/internal/webhook"
)

// pastDeliveries is more than one batch of a bulk action.
const pastDeliveries = 2500

// countIn adds up the counters of some states.
func countIn(t *testing.T, a *admin.Admin, states ...webhook.State) int {
	t.Helper()
	counts, err := a.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range counts {
		for _, state := range states {
			if c.State == state {
				n += c.N
			}
		}
	}
	return n
}

// Bulk actions reach everything that matches, in as many transactions as it takes,
// and nothing else.
func TestBulkActionsReachAll(t *testing.T) {
	t.Parallel()
	backend := setup(t)
	a, by := backend.Admin, admin.System(webhook.UUID{1})
	err := fill.Write(t.Context(), backend.Store, fill.Past{
		Deliveries: pastDeliveries, Webhooks: 3, URL: "http://receiver.example/", End: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	equals := func(path string, value any) store.Filter {
		return store.Compare{Path: path, Op: store.Eq, Value: value}
	}
	finished, queued := countIn(t, a, webhook.Finished), countIn(t, a, webhook.Queued)
	if finished < 2000 || queued == 0 {
		t.Fatalf("%d finished and %d queued deliveries to begin with", finished, queued)
	}
	if n, err := a.Retry(t.Context(), by, equals("reason", "tls")); n != 0 || err != nil {
		t.Errorf("retried %d of a reason that none has, error %v", n, err)
	}
	if n, err := a.Retry(t.Context(), by, equals("state", "finished")); n != finished || err != nil {
		t.Errorf("retried %d of %d, error %v", n, finished, err)
	}
	if now := countIn(t, a, webhook.Queued); now != queued+finished {
		t.Errorf("%d are queued, want %d", now, queued+finished)
	}
	undone := countIn(t, a, webhook.Queued, webhook.Scheduled)
	if n, err := a.Cancel(t.Context(), by, nil); n != undone || err != nil {
		t.Errorf("canceled %d of %d, error %v", n, undone, err)
	}
	if n, err := a.DeleteDeliveries(t.Context(), by, equals("state", "failed")); err != nil || n+countIn(t, a, webhook.Canceled) != pastDeliveries {
		t.Errorf("deleted %d failed ones, error %v", n, err)
	}
	if n, err := a.DeleteDeliveries(t.Context(), by, nil); err != nil || n == 0 || countIn(t, a, webhook.States...) != 0 {
		t.Errorf("deleted %d, error %v; %d are left", n, err, countIn(t, a, webhook.States...))
	}
}

func TestQueues(t *testing.T) {
	t.Parallel()
	backend := setup(t)
	err := fill.Write(t.Context(), backend.Store, fill.Past{
		Deliveries: 300, Webhooks: 3, URL: "http://receiver.example/", End: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	queues, err := backend.Admin.Queues(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for i, q := range queues {
		if q.Queue != webhook.Queues[i] {
			t.Errorf("queue %d is %s", i, q.Queue)
		}
		for _, n := range q.States {
			total += n
		}
		// What is scheduled is due in a year, so only queued ones are.
		if waits := q.States[webhook.Queued] > 0; waits == q.Oldest.IsZero() || q.Oldest.After(time.Now()) {
			t.Errorf("%s: %d are queued, the oldest is due since %v", q.Queue, q.States[webhook.Queued], q.Oldest)
		}
	}
	if total != 300 {
		t.Errorf("%d deliveries in all queues", total)
	}
}

// What would be sent now is made of the webhook as it is now, and keeps secrets.
func TestProspect(t *testing.T) {
	t.Parallel()
	backend := setup(t)
	a, by := backend.Admin, admin.System(webhook.UUID{1})
	wh := webhook.New()
	wh.Name, wh.PayloadURL, wh.Secret = "Mirror", "http://receiver.example/in", "s3cret"
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
	made, err := a.Webhooks.Create(t.Context(), by, []webhook.Webhook{wh})
	if err != nil {
		t.Fatal(err)
	}
	request := inventory.Request{ID: webhook.UUID{2}, UserName: "ann", Method: http.MethodPost, Path: "/api/"}
	err = backend.Inventory.Do(t.Context(), request, func(s *inventory.Session) error {
		_, err := s.Create("dcim.site", []byte(`{"name": "AMS1", "slug": "ams1"}`))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := a.Deliveries(t.Context(), store.Query{Limit: 1})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%d deliveries, error %v", len(page.Items), err)
	}
	id := page.Items[0].ID
	edit := func(apply func(*webhook.Webhook)) {
		t.Helper()
		_, err := a.Webhooks.Update(t.Context(), by, []admin.Edit[webhook.Webhook]{{ID: made[0].ID, Apply: func(wh *webhook.Webhook) error {
			apply(wh)
			return nil
		}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	edit(func(wh *webhook.Webhook) {
		wh.BodyTemplate, wh.AdditionalHeaders = "{{ data.name }}", "Authorization: Bearer token"
	})
	got, err := a.Prospect(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Body) != "AMS1" || got.Method != http.MethodPost || got.URL != "http://receiver.example/in" {
		t.Errorf("%s %s %q", got.Method, got.URL, got.Body)
	}
	want := map[string]string{
		"Authorization": webhook.MaskedSecret, "X-Hook-Signature": webhook.MaskedSecret, "webhook-signature": webhook.MaskedSecret,
		"webhook-id": id.String(), "Host": "receiver.example", "Content-Length": "4",
	}
	for _, h := range got.Header {
		if value, told := want[h.Name]; told {
			if h.Value != value {
				t.Errorf("%s: %s, want %s", h.Name, h.Value, value)
			}
			delete(want, h.Name)
		}
	}
	if len(want) > 0 {
		t.Errorf("headers that are missing: %v", want)
	}
	edit(func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ data.name.no.more }}" })
	if _, err := a.Prospect(t.Context(), id); webhook.CodeOf(err) != webhook.CodeConflict {
		t.Errorf("a template that does not work: error %v", err)
	}
	if err := a.Webhooks.Delete(t.Context(), by, []admin.Edit[webhook.Webhook]{{ID: made[0].ID}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Prospect(t.Context(), id); webhook.CodeOf(err) != webhook.CodeConflict {
		t.Errorf("a webhook that is gone: error %v", err)
	}
}
