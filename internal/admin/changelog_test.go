package admin_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// addHook makes a webhook for created sites, with conditions if there are any.
func addHook(t *testing.T, a *admin.Admin, name, conditions string) webhook.Webhook {
	t.Helper()
	wh := webhook.New()
	wh.Name, wh.PayloadURL, wh.Enabled = name, "http://127.0.0.1:1/", true
	wh.ObjectTypes, wh.Events = []string{"dcim.site"}, webhook.EventSet(webhook.Created)
	if conditions != "" {
		wh.Conditions = json.RawMessage(conditions)
	}
	made, err := a.Webhooks.Create(t.Context(), admin.System(webhook.UUID{}), []webhook.Webhook{wh})
	if err != nil {
		t.Fatal(err)
	}
	return made[0]
}

// write runs writes of objects as one request.
func write(t *testing.T, b *app.Backend, request webhook.UUID, fn func(*inventory.Session) error) {
	t.Helper()
	if err := b.Inventory.Do(t.Context(), inventory.Request{ID: request, UserName: "ann"}, fn); err != nil {
		t.Fatal(err)
	}
}

func createSites(bodies ...string) func(*inventory.Session) error {
	return func(s *inventory.Session) error {
		for _, body := range bodies {
			if _, err := s.Create("dcim.site", []byte(body)); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestChangeLog(t *testing.T) {
	t.Parallel()
	b := setup(t)
	all := addHook(t, b.Admin, "all", "")
	addHook(t, b.Admin, "planned only", `{"attr": "status.value", "value": "planned"}`)
	write(t, b, webhook.UUID{1}, createSites(`{"name":"A","slug":"a"}`, `{"name":"B","slug":"b"}`))
	write(t, b, webhook.UUID{2}, func(s *inventory.Session) error {
		_, err := s.Update("dcim.site", 1, []byte(`{"status":"planned"}`), false)
		return err
	})

	page, err := b.Admin.ChangeLog(t.Context(), store.Query{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		Repr              string
		Fired, Considered int
		Deliveries        int
	}
	var got []line
	for _, e := range page.Items {
		got = append(got, line{e.ObjectRepr, e.Count(webhook.Fired), len(e.Verdicts), len(e.Deliveries)})
	}
	want := []line{{"A", 1, 2, 1}, {"B", 1, 2, 1}, {"A", 0, 0, 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if id := page.Items[0].Deliveries[0].WebhookID; id != all.ID {
		t.Errorf("the delivery is of webhook %d, want %d", id, all.ID)
	}

	detail, err := b.Admin.ChangeDetail(t.Context(), page.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if detail.Previous != 0 || detail.Next != page.Items[2].ID {
		t.Errorf("previous %d, next %d; want 0 and %d", detail.Previous, detail.Next, page.Items[2].ID)
	}
	if len(detail.Related) != 1 || detail.Related[0].ObjectRepr != "B" {
		t.Errorf("related %+v", detail.Related)
	}
	if _, ok := detail.Deliveries[detail.Verdicts[0].DeliveryID]; !ok {
		t.Errorf("no delivery for %+v among %+v", detail.Verdicts[0], detail.Deliveries)
	}
	last, err := b.Admin.ChangeDetail(t.Context(), page.Items[2].ID)
	if err != nil {
		t.Fatal(err)
	}
	if last.Previous != page.Items[0].ID || last.Next != 0 || len(last.Related) != 0 {
		t.Errorf("previous %d, next %d, %d related", last.Previous, last.Next, len(last.Related))
	}

	made, err := b.Admin.ChangesOfRequest(t.Context(), webhook.UUID{1})
	if err != nil || len(made) != 2 || made[0].ObjectRepr != "A" || len(made[1].Verdicts) != 2 {
		t.Errorf("changes of the request: %+v, %v", made, err)
	}
	if none, err := b.Admin.ChangesOfRequest(t.Context(), webhook.UUID{9}); err != nil || len(none) != 0 {
		t.Errorf("changes of no request: %+v, %v", none, err)
	}
}

// What would fire now is answered for the webhooks of now, and nothing is sent.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	b := setup(t)
	write(t, b, webhook.UUID{1}, createSites(`{"name":"A","slug":"a"}`))
	addHook(t, b.Admin, "all", "")
	addHook(t, b.Admin, "planned only", `{"attr": "status.value", "value": "planned"}`)
	other := webhook.New()
	other.Name, other.PayloadURL, other.Enabled = "another type", "http://127.0.0.1:1/", true
	other.ObjectTypes, other.Events = []string{"dcim.device"}, webhook.AllEvents
	off := webhook.New()
	off.Name, off.PayloadURL, off.Enabled = "off", "http://127.0.0.1:1/", false
	off.ObjectTypes, off.Events = []string{"dcim.site"}, webhook.AllEvents
	late := off
	late.Name, late.Enabled, late.Events = "updates", true, webhook.EventSet(webhook.Updated)
	made, err := b.Admin.Webhooks.Create(t.Context(), admin.System(webhook.UUID{}), []webhook.Webhook{other, off, late})
	if err != nil {
		t.Fatal(err)
	}
	rule := webhook.EventRule{
		Name: "a rule", Enabled: true, WebhookID: made[0].ID,
		Trigger: webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents},
	}
	if _, err := b.Admin.EventRules.Create(t.Context(), admin.System(webhook.UUID{}), []webhook.EventRule{rule}); err != nil {
		t.Fatal(err)
	}

	change, err := b.Admin.Change(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	answers, err := b.Admin.Evaluate(t.Context(), &change)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	var order []string
	for _, v := range answers {
		got[v.Name] = v.Outcome.String() + ": " + v.Reason
		order = append(order, v.Name)
	}
	want := map[string]string{
		"all":          "fired: ",
		"off":          "not fired: It is not enabled.",
		"updates":      "not fired: Event created is not among its events.",
		"a rule":       "fired: ",
		"planned only": got["planned only"], // package condition's words
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"all", "off", "planned only", "updates", "a rule"}, order); diff != "" {
		t.Error(diff)
	}
	for _, v := range answers {
		if v.Name == "planned only" && (v.Outcome != webhook.NotFired || v.Reason == "" || v.Tree == nil) {
			t.Errorf("%+v", v)
		}
	}
	if page, err := b.Admin.Deliveries(t.Context(), store.Query{Limit: 1}); err != nil || page.Count != 0 {
		t.Errorf("%d deliveries after a dry run, %v", page.Count, err)
	}
}
