package inventory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	"bellhop/internal/webhook"
)

// world is a service on a real store, with a clock that tests move.
type world struct {
	*inventory.Service
	store   *sqlite.Store
	now     time.Time
	changes []webhook.Change // recorded by the last request
	refuse  error            // what the recorder answers
	told    int              // how often a commit was told
}

// Record implements inventory.Recorder.
func (w *world) Record(_ context.Context, tx store.Tx, changes []webhook.Change) (func(), error) {
	w.changes = changes
	if w.refuse != nil {
		return nil, w.refuse
	}
	for i := range changes {
		changes[i].Context = []byte(`{}`)
		if err := tx.AddChange(&changes[i]); err != nil {
			return nil, err
		}
	}
	return func() { w.told++ }, nil
}

func setup(t testing.TB) *world {
	t.Helper()
	sealer, err := store.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir(), Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	w := &world{store: db, now: time.Date(2021, 3, 9, 17, 55, 33, 851_000_999, time.UTC)}
	w.Service = inventory.New(inventory.Options{Store: db, Recorder: w, Now: func() time.Time { return w.now }})
	if err := w.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.mustTags(t, webhook.Tag{Name: "Ops", Slug: "ops", Color: "9e9e9e"}, webhook.Tag{Name: "Alpha", Slug: "zulu"})
	return w
}

func (w *world) mustTags(t testing.TB, tags ...webhook.Tag) {
	t.Helper()
	err := w.store.Update(t.Context(), func(tx store.Tx) error {
		for _, tag := range tags {
			if err := tx.Tags().Create(&tag); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// putTypeUntold stores an object type without telling the service.
func (w *world) putTypeUntold(t testing.TB, ty webhook.ObjectType) webhook.ObjectType {
	t.Helper()
	err := w.store.Update(t.Context(), func(tx store.Tx) error {
		if ty.ID == 0 {
			return tx.ObjectTypes().Create(&ty)
		}
		return tx.ObjectTypes().Update(&ty)
	})
	if err != nil {
		t.Fatal(err)
	}
	return ty
}

// putType stores an object type and has the service read it.
func (w *world) putType(t testing.TB, ty webhook.ObjectType) webhook.ObjectType {
	t.Helper()
	ty = w.putTypeUntold(t, ty)
	if err := w.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return ty
}

// do runs one request; the changes it recorded are in w.changes.
func (w *world) do(t testing.TB, fn func(*inventory.Session) error) error {
	t.Helper()
	w.changes = nil
	id, err := webhook.ParseUUID("17af32f0-852a-46ca-a7d4-33ecd0c13de6")
	if err != nil {
		t.Fatal(err)
	}
	return w.Do(t.Context(), inventory.Request{ID: id, UserName: "jo", Method: "POST", Path: "/api/x/", BaseURL: "https://bh"}, fn)
}

func (w *world) create(t testing.TB, objectType, body string) inventory.Object {
	t.Helper()
	var object inventory.Object
	err := w.do(t, func(s *inventory.Session) (err error) {
		object, err = s.Create(objectType, []byte(body))
		return err
	})
	if err != nil {
		t.Fatalf("create %s %s: %v", objectType, body, err)
	}
	return object
}

func (w *world) update(t testing.TB, objectType string, id int64, body string) inventory.Object {
	t.Helper()
	var object inventory.Object
	err := w.do(t, func(s *inventory.Session) (err error) {
		object, err = s.Update(objectType, id, []byte(body), false)
		return err
	})
	if err != nil {
		t.Fatalf("update %s %d %s: %v", objectType, id, body, err)
	}
	return object
}

// fields returns the field messages of an error.
func fields(err error) map[string][]string {
	if refused, ok := errors.AsType[*webhook.Error](err); ok {
		return refused.Fields
	}
	return nil
}

// equalJSON compares two JSON texts byte for byte after taking the white space
// out, so that the order of keys counts.
func equalJSON(t *testing.T, what, want string, got []byte) {
	t.Helper()
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(want)); err != nil {
		t.Fatalf("%s: %v", want, err)
	}
	if diff := cmp.Diff(compact.String(), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestCreateRecordsAndShows(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(t, "dcim.region", `{"name": "Hessen", "slug": "he"}`)
	site := w.create(t, "dcim.site", `{"name": " FRA 1 ", "slug": "fra1", "region": {"slug": "he"}, "latitude": "50.11", "facility": 7,
		"tags": [{"name": "Ops"}, 2], "custom_fields": {"b": [1.50, {"x" : null}], "a": "ü"}, "id": 99, "url": "ignored", "nope": 1}`)

	const data = `{"id": 1, "url": "%[1]s/api/dcim/sites/1/", "display": "FRA 1", "name": "FRA 1", "slug": "fra1",
		"status": {"value": "active", "label": "Active"},
		"region": {"id": 1, "url": "%[1]s/api/dcim/regions/1/", "display": "Hessen", "name": "Hessen", "slug": "he"},
		"tenant": null, "facility": "7", "time_zone": null, "description": "", "physical_address": "", "shipping_address": "",
		"latitude": 50.11, "longitude": null, "comments": "",
		"tags": [{"id": 1, "url": "%[1]s/api/extras/tags/1/", "display": "Ops", "name": "Ops", "slug": "ops", "color": "9e9e9e"},
			{"id": 2, "url": "%[1]s/api/extras/tags/2/", "display": "Alpha", "name": "Alpha", "slug": "zulu", "color": ""}],
		"custom_fields": {"b": [1.50, {"x": null}], "a": "ü"},
		"created": "2021-03-09T17:55:33.851000Z", "last_updated": "2021-03-09T17:55:33.851000Z"}`
	equalJSON(t, "answer", fmt.Sprintf(data, "https://bh"), site.Data)
	if len(w.changes) != 1 {
		t.Fatalf("%d changes, want 1", len(w.changes))
	}
	change := w.changes[0]
	equalJSON(t, "data", fmt.Sprintf(data, ""), change.Data)
	equalJSON(t, "postchange", `{"created": "2021-03-09T17:55:33.851Z", "last_updated": "2021-03-09T17:55:33.851Z",
		"name": "FRA 1", "slug": "fra1", "status": "active", "region": 1, "tenant": null, "facility": "7", "time_zone": null,
		"description": "", "physical_address": "", "shipping_address": "", "latitude": "50.110000", "longitude": null, "comments": "",
		"custom_fields": {"b": [1.50, {"x": null}], "a": "ü"}, "tags": ["Alpha", "Ops"]}`, change.Postchange)
	if change.Event != webhook.Created || change.ObjectType != "dcim.site" || change.ObjectID != 1 || change.ObjectRepr != "FRA 1" ||
		change.Prechange != nil || change.UserName != "jo" || change.Request.Method != "POST" || change.RequestID.IsZero() || change.ID == 0 {
		t.Errorf("change %+v", change)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(t, "dcim.site", `{"name": "A", "slug": "a", "description": "x", "custom_fields": {"one": 1, "two": 2}, "tags": [1]}`)
	w.now = w.now.Add(time.Hour)

	w.update(t, "dcim.site", 1, `{"name": "A ", "status": "active", "custom_fields": {"two": 2}, "tags": [{"slug": "ops"}]}`)
	if w.changes != nil {
		t.Errorf("saving the same values recorded %+v", w.changes)
	}
	got := w.update(t, "dcim.site", 1, `{"status": "planned", "custom_fields": {"two": null}, "tags": []}`)
	if len(w.changes) != 1 || w.changes[0].Event != webhook.Updated {
		t.Fatalf("changes %+v", w.changes)
	}
	var pre, post, data map[string]any
	for text, into := range map[string]*map[string]any{
		string(w.changes[0].Prechange): &pre, string(w.changes[0].Postchange): &post, string(got.Data): &data,
	} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	var differ []string
	for name, value := range post {
		if !cmp.Equal(value, pre[name]) {
			differ = append(differ, name)
		}
	}
	slices.Sort(differ)
	if diff := cmp.Diff([]string{"custom_fields", "last_updated", "status", "tags"}, differ); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"one": 1.0, "two": nil}, post["custom_fields"]); diff != "" {
		t.Errorf("custom fields (-want +got):\n%s", diff)
	}
	if data["created"] != "2021-03-09T17:55:33.851000Z" || data["last_updated"] != "2021-03-09T18:55:33.851000Z" {
		t.Errorf("created %v, last updated %v", data["created"], data["last_updated"])
	}

	// PUT wants required fields, but leaves others alone.
	err := w.do(t, func(s *inventory.Session) error {
		_, err := s.Update("dcim.site", 1, []byte(`{"description": "y"}`), true)
		return err
	})
	want := map[string][]string{"name": {"This field is required."}, "slug": {"This field is required."}}
	if diff := cmp.Diff(want, fields(err)); diff != "" {
		t.Errorf("PUT without required fields (-want +got):\n%s", diff)
	}
}

func TestFoldingWithinARequest(t *testing.T) {
	t.Parallel()
	w := setup(t)
	site := func(name string) []byte { return fmt.Appendf(nil, `{"name": %q, "slug": %q}`, name, name) }
	w.create(t, "dcim.site", string(site("old")))
	w.create(t, "dcim.site", string(site("gone")))
	err := w.do(t, func(s *inventory.Session) error {
		created, err1 := s.Create("dcim.site", site("new"))
		_, err2 := s.Update("dcim.site", created.ID, []byte(`{"status": "planned"}`), false)
		_, err3 := s.Update("dcim.site", 1, []byte(`{"status": "planned"}`), false)
		_, err4 := s.Update("dcim.site", 1, []byte(`{"facility": "f"}`), false)
		_, err5 := s.Update("dcim.site", 2, []byte(`{"status": "planned"}`), false)
		err6 := s.Delete("dcim.site", 2)
		short, err7 := s.Create("dcim.site", site("short"))
		err8 := s.Delete("dcim.site", short.ID)
		_, err9 := s.Create("dcim.region", site("there"))
		_, err10 := s.Update("dcim.region", 1, []byte(`{"description": "x"}`), false)
		return errors.Join(err1, err2, err3, err4, err5, err6, err7, err8, err9, err10)
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range w.changes {
		status := func(snapshot json.RawMessage) string {
			var s struct{ Status, Facility, Description string }
			if snapshot == nil {
				return "null"
			}
			if err := json.Unmarshal(snapshot, &s); err != nil {
				t.Fatal(err)
			}
			return s.Status + s.Facility + s.Description
		}
		got = append(got, fmt.Sprintf("%s %s %d: %s → %s", c.Event, c.ObjectType, c.ObjectID, status(c.Prechange), status(c.Postchange)))
	}
	want := []string{
		"created dcim.site 3: null → planned",
		"updated dcim.site 1: active → plannedf",
		"deleted dcim.site 2: active → null",
		"created dcim.region 1: null → x",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}

	// There and back again is no change.
	err = w.do(t, func(s *inventory.Session) error {
		_, err1 := s.Update("dcim.site", 1, []byte(`{"status": "active"}`), false)
		_, err2 := s.Update("dcim.site", 1, []byte(`{"status": "planned"}`), false)
		return errors.Join(err1, err2)
	})
	if err != nil || w.changes != nil {
		t.Errorf("there and back: %v, %d changes", err, len(w.changes))
	}
}

func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	w := setup(t)
	count := func() int {
		n := 0
		err := w.View(t.Context(), "", func(r *inventory.Reader) error {
			page, err := r.List("dcim.site", store.Query{Limit: 10}, false)
			n = page.Count
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	err := w.do(t, func(s *inventory.Session) error {
		_, err := s.CreateAll("dcim.site", []json.RawMessage{
			[]byte(`{"name": "a", "slug": "a"}`), []byte(`{"name": "a", "slug": "b"}`), []byte(`[]`), []byte(`{"slug": "c c"}`),
		})
		return err
	})
	refused, ok := errors.AsType[*inventory.ItemErrors](err)
	if !ok {
		t.Fatalf("got %v, want ItemErrors", err)
	}
	got := make([]map[string][]string, len(refused.Items))
	for i, err := range refused.Items {
		got[i] = fields(err)
	}
	want := []map[string][]string{
		nil,
		{"name": {"site with this name already exists."}},
		{"non_field_errors": {"Invalid data. Expected a dictionary, but got list."}},
		{
			"name": {"This field is required."},
			"slug": {`Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.`},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if n := count(); n != 0 || w.changes != nil {
		t.Errorf("%d sites and %d changes after a refused list", n, len(w.changes))
	}

	told := w.told
	w.refuse = errors.New("no")
	if err := w.do(t, func(s *inventory.Session) error {
		_, err := s.Create("dcim.site", []byte(`{"name": "a", "slug": "a"}`))
		return err
	}); !errors.Is(err, w.refuse) || count() != 0 || w.told != told {
		t.Errorf("recorder failed: %v, %d sites, told of %d commits", err, count(), w.told-told)
	}
	w.refuse = nil
	w.create(t, "dcim.site", `{"name": "a", "slug": "a"}`)
	if w.told != told+1 {
		t.Errorf("told of %d commits, want 1", w.told-told)
	}
}

func TestDeleteReferenced(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(t, "dcim.site", `{"name": "A", "slug": "a"}`)
	w.create(t, "dcim.location", `{"name": "Room", "slug": "room", "site": 1}`)
	w.create(t, "ipam.vlan", `{"name": "V", "vid": 7, "site": {"name": "A"}}`)
	err := w.do(t, func(s *inventory.Session) error { return s.Delete("dcim.site", 1) })
	const want = "Unable to delete object. 2 dependent objects were found: Room (1), V (1)"
	if refused, ok := errors.AsType[*webhook.Error](err); !ok || refused.Code != webhook.CodeConflict || refused.Message != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if w.changes != nil {
		t.Error("a refused delete was recorded")
	}
	// The data of a deletion is the last state.
	w.create(t, "dcim.location", `{"name": "Rack room", "slug": "rr", "site": 1, "parent": 1}`)
	if err := w.do(t, func(s *inventory.Session) error {
		return s.DeleteAll("dcim.location", []json.RawMessage{[]byte(`{"id": 1}`), []byte(`{"id": "2"}`)})
	}); err != nil {
		t.Fatalf("parent and child together: %v", err)
	}
	if len(w.changes) != 2 || w.changes[0].ObjectID != 2 || w.changes[0].Event != webhook.Deleted || w.changes[0].Postchange != nil ||
		w.changes[0].Prechange == nil {
		t.Fatalf("%d changes, the first %+v", len(w.changes), w.changes[0])
	}
	// The parent was still there when the child was deleted.
	if !bytes.Contains(w.changes[0].Data, []byte(`"parent":{"id":1,"url":"/api/dcim/locations/1/","display":"Room",`)) {
		t.Errorf("data %s", w.changes[0].Data)
	}
	err = w.do(t, func(s *inventory.Session) error {
		return s.DeleteAll("dcim.location", []json.RawMessage{[]byte(`{"id": 1}`), []byte(`{}`)})
	})
	if refused, ok := errors.AsType[*inventory.ItemErrors](err); !ok || refused.Items[0] != nil || fields(refused.Items[1])["id"] == nil {
		t.Errorf("without an id: %v", err)
	}
	if err := w.do(t, func(s *inventory.Session) error { return s.Delete("dcim.location", 1) }); webhook.CodeOf(err) != webhook.CodeNotFound {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestSchemaless(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.putType(t, webhook.ObjectType{AppLabel: "shop", Model: "order", Plural: "orders", Label: "order", Schemaless: true, DisplayField: "number"})
	got := w.create(t, "shop.order", `{"zeta": {"b" : 1, "a": 12345678901234567890.0}, "number": 17, "id": 5, "alpha": null}`)
	equalJSON(t, "created", `{"id": 1, "url": "https://bh/api/shop/orders/1/", "display": "17", "zeta": {"b": 1, "a": 12345678901234567890.0},
		"number": 17, "alpha": null, "tags": [], "custom_fields": {},
		"created": "2021-03-09T17:55:33.851000Z", "last_updated": "2021-03-09T17:55:33.851000Z"}`, got.Data)
	equalJSON(t, "snapshot", `{"created": "2021-03-09T17:55:33.851Z", "last_updated": "2021-03-09T17:55:33.851Z",
		"zeta": {"b": 1, "a": 12345678901234567890.0}, "number": 17, "alpha": null, "custom_fields": {}, "tags": []}`, w.changes[0].Postchange)
	w.update(t, "shop.order", 1, `{"alpha": 1}`)
	if len(w.changes) != 1 {
		t.Error("no change")
	}
	err := w.do(t, func(s *inventory.Session) error {
		object, err := s.Update("shop.order", 1, []byte(`{"number": 18}`), true)
		if bytes.Contains(object.Data, []byte("zeta")) || object.Display != "18" {
			t.Errorf("PUT kept what was not given: %s", object.Data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Of equal names the last value counts, at the place of the first, however many
// members there are.
func TestManyMembers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.putType(t, webhook.ObjectType{AppLabel: "shop", Model: "order", Plural: "orders", Label: "order", Schemaless: true, DisplayField: "number"})
	for _, n := range []int{3, 30, 31, 32, 300} {
		sent, want := membersTwice(n)
		order := w.create(t, "shop.order", sent)
		order = w.update(t, "shop.order", order.ID, sent)
		site := w.create(t, "dcim.site", fmt.Sprintf(`{"name": "S%[1]d", "slug": "s%[1]d", "custom_fields": %[2]s}`, n, sent))
		for _, object := range []inventory.Object{order, site} {
			if !bytes.Contains(object.Data, []byte(want)) {
				t.Errorf("%d members: %.400s, want in it %.100s", n, object.Data, want)
			}
		}
	}
}

// membersTwice returns an object whose n members are there twice, and what should
// be in it then.
func membersTwice(n int) (sent, want string) {
	var first, last []string
	for i := range n {
		first = append(first, fmt.Sprintf(`"k%d":0`, i))
		last = append(last, fmt.Sprintf(`"k%d":%d`, i, i))
	}
	return "{" + strings.Join(append(first, last...), ",") + "}", strings.Join(last, ",")
}

func TestList(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(t, "tenancy.tenant", `{"name": "ACME", "slug": "acme"}`)
	for i := range 5 {
		w.create(t, "dcim.site", fmt.Sprintf(`{"name": "S%d", "slug": "s%d", "tenant": %d, "tags": [1]}`, i, i, 1))
	}
	err := w.View(t.Context(), "", func(r *inventory.Reader) error {
		where := store.And{
			store.Compare{Path: "name", Op: store.Gt, Value: "S1"},
			store.Has{Path: "tags", Value: "ops"},
			store.Related{Path: "tenant", ObjectType: "tenancy.tenant", Where: store.Compare{Path: "slug", Op: store.Eq, Value: "acme"}},
		}
		page, err := r.List("dcim.site", store.Query{Where: where, Order: []store.Order{{Path: "name", Desc: true}}, Limit: 2}, true)
		if err != nil {
			return err
		}
		if page.Count != 3 || len(page.Items) != 2 || page.Items[0].ID != 5 {
			t.Errorf("page %+v", page)
		}
		equalJSON(t, "brief", `{"id": 5, "url": "/api/dcim/sites/5/", "display": "S4", "name": "S4", "slug": "s4"}`, page.Items[0].Data)
		if _, err := r.Get("dcim.site", 99); webhook.CodeOf(err) != webhook.CodeNotFound {
			t.Errorf("unknown id: %v", err)
		}
		if _, err := r.Get("dcim.nothing", 1); webhook.CodeOf(err) != webhook.CodeNotFound {
			t.Errorf("unknown type: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
