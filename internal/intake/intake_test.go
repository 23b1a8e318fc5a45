package intake_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/intake"
	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	"bellhop/internal/webhook"
)

var now = time.Date(2026, 3, 9, 17, 55, 33, 0, time.UTC)

// fixture is a change and the context that Python made of it
// (testdata/gen.py).
type fixture struct {
	Name       string
	Event      webhook.Event
	Micros     int64
	ObjectType string `json:"object_type"`
	Username   string
	RequestID  webhook.UUID `json:"request_id"`
	Method     string
	Path       string
	Data       string
	Prechange  *string
	Postchange *string
	Want       string
}

func (f *fixture) change() webhook.Change {
	raw := func(text *string) webhook.RawJSON {
		if text == nil {
			return nil
		}
		return webhook.RawJSON(*text)
	}
	return webhook.Change{
		Time: time.UnixMicro(f.Micros), Event: f.Event, ObjectType: f.ObjectType, UserName: f.Username, RequestID: f.RequestID,
		Request: webhook.Request{Method: f.Method, Path: f.Path},
		Data:    webhook.RawJSON(f.Data), Prechange: raw(f.Prechange), Postchange: raw(f.Postchange),
	}
}

// TestContextAsPython compares every byte with Python's json.dumps.
func TestContextAsPython(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/contexts.json")
	if err != nil {
		t.Fatal(err)
	}
	var fixtures []fixture
	if err := json.Unmarshal(data, &fixtures); err != nil {
		t.Fatal(err)
	}
	in := intake.New(webhook.NewIDs(rand.Reader), nil, 0)
	for _, f := range fixtures {
		recorded, err := in.Prepare(f.change(), now)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		if diff := cmp.Diff(f.Want, string(recorded.Change.Context)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", f.Name, diff)
		}
		stored := webhook.Change{Context: recorded.Change.Context}
		if err := stored.Unpack(); err != nil || stored.Request != recorded.Change.Request ||
			(stored.Prechange == nil) != (f.Prechange == nil) || (stored.Postchange == nil) != (f.Postchange == nil) {
			t.Errorf("%s: unpacked %+v, error %v", f.Name, stored, err)
		}
	}
}

func TestBadDocuments(t *testing.T) {
	t.Parallel()
	in := intake.New(webhook.NewIDs(rand.Reader), nil, 0)
	for name, change := range map[string]webhook.Change{
		"data":      {Data: webhook.RawJSON(`{`)},
		"snapshot":  {Data: webhook.RawJSON(`{}`), Prechange: webhook.RawJSON(`{"a": NaN}`)},
		"injection": {Data: webhook.RawJSON(`{}, "event": "deleted"`)},
	} {
		_, err := in.Prepare(change, now)
		if webhook.CodeOf(err) != webhook.CodeInvalid {
			t.Errorf("%s: error %v, want invalid", name, err)
		}
	}
}

// announcer keeps what it hears.
type announcer struct{ deliveries []webhook.Delivery }

func (a *announcer) Announce(_ *webhook.Change, deliveries []webhook.Delivery) {
	a.deliveries = append(a.deliveries, deliveries...)
}

// desk is an intake on a store.
type desk struct {
	*intake.Intake
	store store.Store
	heard *announcer
}

func setup(t *testing.T, fill func(tx store.Tx) error) *desk {
	t.Helper()
	sealer, err := store.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir(), Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Update(t.Context(), fill); err != nil {
		t.Fatal(err)
	}
	heard := &announcer{}
	d := &desk{intake.New(webhook.NewIDs(rand.Reader), heard, rounds), s, heard}
	if err := d.Reload(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return d
}

// record takes a change all the way and returns it as the store has it.
func (d *desk) record(t *testing.T, change webhook.Change) (webhook.Change, []webhook.Delivery) {
	t.Helper()
	recorded, err := d.Prepare(change, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.store.Update(t.Context(), func(tx store.Tx) error { return d.Record(tx, recorded) }); err != nil {
		t.Fatal(err)
	}
	d.Announce(recorded)
	var stored webhook.Change
	err = d.store.View(t.Context(), func(tx store.Tx) (err error) {
		stored, err = tx.Change(recorded.Change.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return stored, recorded.Deliveries
}

// hook makes a webhook with a trigger.
func hook(name, conditions string, events ...webhook.Event) *webhook.Webhook {
	wh := webhook.New()
	wh.Name = name
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.EventSet(events...)}
	if conditions != "" {
		wh.Conditions = webhook.RawJSON(conditions)
	}
	return &wh
}

const ifActive = `{"attr": "status.value", "value": "active"}`

func TestVerdicts(t *testing.T) {
	t.Parallel()
	d := setup(t, func(tx store.Tx) error {
		disabled := hook("g disabled", "", webhook.Created)
		disabled.Enabled = false
		other := hook("h other type", "", webhook.Created)
		other.ObjectTypes = []string{"dcim.rack"}
		low := hook("a plain", "", webhook.Created, webhook.Updated)
		low.Queue = webhook.QueueLow
		return errors.Join(
			tx.Webhooks().Create(low),
			tx.Webhooks().Create(hook("b active", ifActive, webhook.Created)),
			tx.Webhooks().Create(hook("c planned", `{"attr": "status.value", "value": "planned"}`, webhook.Created)),
			tx.Webhooks().Create(hook("d lost path", `{"attr": "no.such", "value": 1}`, webhook.Created)),
			tx.Webhooks().Create(hook("e snapshot", `{"attr": "snapshots.postchange.status", "value": "active"}`, webhook.Created)),
			tx.Webhooks().Create(hook("f deletions", "", webhook.Deleted)),
			tx.Webhooks().Create(disabled), tx.Webhooks().Create(other),
		)
	})
	change := webhook.Change{
		Time: now, Event: webhook.Created, ObjectType: "dcim.site", ObjectID: 5, UserName: "jo",
		Data: webhook.RawJSON(`{"status": {"value": "active"}}`), Postchange: webhook.RawJSON(`{"status": "active"}`),
	}
	stored, deliveries := d.record(t, change)
	want := map[string]webhook.Outcome{
		"a plain": webhook.Fired, "b active": webhook.Fired, "c planned": webhook.NotFired, "d lost path": webhook.Unresolved, "e snapshot": webhook.Fired,
	}
	got := make(map[string]webhook.Outcome)
	ids := make(map[webhook.UUID]bool)
	for _, v := range stored.Verdicts {
		got[v.Name] = v.Outcome
		if fired := v.Outcome == webhook.Fired; fired == v.DeliveryID.IsZero() {
			t.Errorf("%s: %s with delivery %s", v.Name, v.Outcome, v.DeliveryID)
		}
		if v.Outcome != webhook.Fired && (v.Reason == "" || len(v.Tree) == 0) {
			t.Errorf("%s: no reason or tree: %+v", v.Name, v)
		}
		ids[v.DeliveryID] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	if len(deliveries) != 3 || len(d.heard.deliveries) != 3 || deliveries[0].Queue != webhook.QueueLow {
		t.Errorf("%d deliveries, %d announced", len(deliveries), len(d.heard.deliveries))
	}
	for i, delivery := range deliveries {
		if !ids[delivery.ID] || delivery.ChangeID != stored.ID || i > 0 && deliveries[i-1].ID.String() >= delivery.ID.String() {
			t.Errorf("delivery %d: %+v", i, delivery)
		}
	}
}

// TestEventRules checks that rules fire their webhook, once for a change however
// many match, and that rules of a disabled webhook do not count.
func TestEventRules(t *testing.T) {
	t.Parallel()
	d := setup(t, func(tx store.Tx) error {
		plain := webhook.New()
		plain.Name = "no trigger of its own"
		disabled := webhook.New()
		disabled.Name, disabled.Enabled = "disabled", false
		if err := errors.Join(tx.Webhooks().Create(&plain), tx.Webhooks().Create(&disabled)); err != nil {
			return err
		}
		rule := func(name string, webhookID int64, enabled bool, conditions string) error {
			r := webhook.EventRule{
				Name: name, Enabled: enabled, WebhookID: webhookID,
				Trigger: webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents},
			}
			if conditions != "" {
				r.Conditions = webhook.RawJSON(conditions)
			}
			return tx.EventRules().Create(&r)
		}
		return errors.Join(
			rule("z both", plain.ID, true, ""), rule("m active", plain.ID, true, ifActive), rule("a planned", plain.ID, true, `{"attr": "status.value", "value": "planned"}`),
			rule("off", plain.ID, false, ""), rule("of disabled", disabled.ID, true, ""), rule("without webhook", 0, true, ""),
		)
	})
	stored, deliveries := d.record(t, webhook.Change{
		Time: now, Event: webhook.Updated, ObjectType: "dcim.site", Data: webhook.RawJSON(`{"status": {"value": "active"}}`),
	})
	var got []string
	for _, v := range stored.Verdicts {
		text := v.Name + ": " + v.Outcome.String()
		if !v.DeliveryID.IsZero() {
			text += ", delivered"
		}
		got = append(got, text)
	}
	want := []string{"a planned: not fired", "m active: fired, delivered", "z both: fired"}
	if diff := cmp.Diff(want, got); diff != "" || len(deliveries) != 1 {
		t.Errorf("%d deliveries, verdicts (-want +got):\n%s", len(deliveries), diff)
	}
}

// TestReloadBetweenPrepareAndRecord checks that a change meets the triggers that
// are in force when it is recorded.
func TestReloadBetweenPrepareAndRecord(t *testing.T) {
	t.Parallel()
	d := setup(t, func(store.Tx) error { return nil })
	recorded, err := d.Prepare(webhook.Change{Time: now, Event: webhook.Created, ObjectType: "dcim.site", Data: webhook.RawJSON(`{}`)}, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Create(hook("new", "", webhook.Created)) }); err != nil {
		t.Fatal(err)
	}
	if err := d.Reload(t.Context(), d.store); err != nil {
		t.Fatal(err)
	}
	if err := d.store.Update(t.Context(), func(tx store.Tx) error { return d.Record(tx, recorded) }); err != nil {
		t.Fatal(err)
	}
	if len(recorded.Deliveries) != 1 || recorded.Deliveries[0].ID.IsZero() {
		t.Errorf("deliveries %+v, want one for the new webhook", recorded.Deliveries)
	}
}

// TestBrokenConditions checks that conditions that do not compile any more show
// in the verdict and stop nobody else.
func TestBrokenConditions(t *testing.T) {
	t.Parallel()
	d := setup(t, func(tx store.Tx) error {
		return errors.Join(tx.Webhooks().Create(hook("broken", `{"attr": "a", "op": "older", "value": 1}`, webhook.Created)),
			tx.Webhooks().Create(hook("healthy", "", webhook.Created)))
	})
	stored, deliveries := d.record(t, webhook.Change{Time: now, Event: webhook.Created, ObjectType: "dcim.site", Data: webhook.RawJSON(`{"a": 1}`)})
	if len(deliveries) != 1 || len(stored.Verdicts) != 2 || stored.Verdicts[0].Outcome != webhook.Unresolved || stored.Verdicts[0].Reason == "" {
		t.Errorf("%d deliveries, verdicts %+v", len(deliveries), stored.Verdicts)
	}
}
