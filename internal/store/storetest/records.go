package storetest

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

func testRecords(t *testing.T, s *Suite) {
	wh := webhook.New()
	wh.Name = "Sites ✓"
	wh.Trigger = webhook.Trigger{
		ObjectTypes: []string{"dcim.site"}, Events: webhook.EventSet(webhook.Created, webhook.Deleted),
		Conditions: webhook.RawJSON(`{"and":[{"attr":"status.value","value":"active"}]}`),
	}
	wh.PayloadURL, wh.BodyTemplate, wh.Secret = "https://h.example/{{ data.id }}", "  kept \n", "s3cret"
	wh.Queue, wh.RateLimit, wh.Ordered, wh.Tags = webhook.QueueLow, 2.5, true, []string{"ops"}
	wh.Created = start
	s.update(t, func(tx store.Tx) error { return tx.Webhooks().Create(&wh) })
	if wh.ID == 0 || wh.Revision != 1 {
		t.Fatalf("created with id %d, revision %d", wh.ID, wh.Revision)
	}
	s.view(t, func(tx store.Tx) error {
		for name, get := range map[string]func() (webhook.Webhook, error){
			"get":  func() (webhook.Webhook, error) { return tx.Webhooks().Get(wh.ID) },
			"find": func() (webhook.Webhook, error) { return tx.Webhooks().Find("name", wh.Name) },
		} {
			got, err := get()
			if diff := cmp.Diff(wh, got); err != nil || diff != "" {
				t.Errorf("%s: error %v, difference (-want +got):\n%s", name, err, diff)
			}
		}
		return nil
	})
	wh.Name, wh.Enabled = "renamed", false
	s.update(t, func(tx store.Tx) error { return tx.Webhooks().Update(&wh) })
	s.view(t, func(tx store.Tx) error {
		got, err := tx.Webhooks().Get(wh.ID)
		if err != nil || got.Revision != 2 || got.Name != "renamed" || got.Enabled {
			t.Errorf("after update: %+v, error %v", got, err)
		}
		if _, err := tx.Webhooks().Find("name", "Sites ✓"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("old name: error %v, want not found", err)
		}
		return nil
	})
	s.update(t, func(tx store.Tx) error { return tx.Webhooks().Delete(wh.ID) })
	for name, fn := range map[string]func(store.Tx) error{
		"get":    func(tx store.Tx) error { _, err := tx.Webhooks().Get(wh.ID); return err },
		"update": func(tx store.Tx) error { return tx.Webhooks().Update(&wh) },
		"delete": func(tx store.Tx) error { return tx.Webhooks().Delete(wh.ID) },
	} {
		if err := s.Update(t.Context(), fn); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s after delete: error %v, want not found", name, err)
		}
	}
	testOtherRecords(t, s)
}

// testOtherRecords stores one of each other kind.
func testOtherRecords(t *testing.T, s *Suite) {
	s.update(t, func(tx store.Tx) error {
		user := webhook.User{Username: "jo", Active: true, Groups: []int64{1}, Permissions: []webhook.Permission{"extras.view_webhook"}}
		token := webhook.Token{UserID: 1, KeyHash: "abc", Expires: start}
		objectType := webhook.ObjectType{AppLabel: "dcim", Model: "site", Plural: "sites", Fields: []webhook.Field{{Name: "name", Kind: webhook.FieldText}}}
		entry := webhook.AuditEntry{Time: start, UserName: "jo", Action: "create", Kind: "extras.webhook", After: webhook.RawJSON(`{"name":"x"}`)}
		return errors.Join(
			tx.Users().Create(&user), tx.Tokens().Create(&token), tx.ObjectTypes().Create(&objectType), tx.Audit().Create(&entry),
			tx.Groups().Create(&webhook.Group{Name: "ops"}), tx.Tags().Create(&webhook.Tag{Name: "Ops", Slug: "ops"}),
			tx.EventRules().Create(&webhook.EventRule{Name: "rule", WebhookID: 7, Trigger: webhook.Trigger{Events: webhook.AllEvents}}),
		)
	})
	s.view(t, func(tx store.Tx) error {
		user, err1 := tx.Users().Find("username", "jo")
		token, err2 := tx.Tokens().Find("key_hash", "abc")
		objectType, err3 := tx.ObjectTypes().Find("plural", "dcim/sites")
		rule, err4 := tx.EventRules().Find("name", "rule")
		entries, err5 := tx.Audit().List(store.Query{Limit: 10})
		if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
			return err
		}
		if user.Permissions[0] != "extras.view_webhook" || !token.Expires.Equal(start) || objectType.Name() != "dcim.site" ||
			rule.Events != webhook.AllEvents || entries.Count != 1 || entries.Items[0].UserName != "jo" {
			t.Errorf("read back: %+v %+v %+v %+v %+v", user, token, objectType, rule, entries)
		}
		return nil
	})
}

// site makes an object with a unique name.
func site(name, document string) store.Object {
	return store.Object{Document: webhook.RawJSON(document), Keys: []store.Key{{Name: "name", Value: name}}}
}

func testUniqueKeys(t *testing.T, s *Suite) {
	first, second := site("A", `{"name":"A"}`), site("B", `{"name":"B"}`)
	s.update(t, func(tx store.Tx) error {
		return errors.Join(tx.Objects("dcim.site").Create(&first), tx.Objects("dcim.site").Create(&second))
	})
	again := site("A", `{"name":"A"}`)
	err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Objects("dcim.site").Create(&again) })
	duplicate, ok := errors.AsType[*store.DuplicateError](err)
	if !errors.Is(err, store.ErrConflict) || !ok || duplicate.Key != "name" || duplicate.ID != first.ID {
		t.Errorf("create: error %v, want a duplicate of %d", err, first.ID)
	}
	second.Keys[0].Value = "A"
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Objects("dcim.site").Update(&second) }); !errors.Is(err, store.ErrConflict) {
		t.Errorf("update: error %v, want a conflict", err)
	}
	// The same key in another type, the record's own key, and a key that was
	// given up are free.
	other := site("A", `{"name":"A"}`)
	first.Document = webhook.RawJSON(`{"name":"A","x":1}`)
	s.update(t, func(tx store.Tx) error {
		return errors.Join(tx.Objects("dcim.region").Create(&other), tx.Objects("dcim.site").Update(&first))
	})
	s.update(t, func(tx store.Tx) error { return tx.Objects("dcim.site").Delete(first.ID) })
	second.Keys[0].Value = "A"
	s.update(t, func(tx store.Tx) error { return tx.Objects("dcim.site").Update(&second) })
}

func testReferences(t *testing.T, s *Suite) {
	region := store.Object{Document: webhook.RawJSON(`{"name":"R"}`)}
	s.update(t, func(tx store.Tx) error { return tx.Objects("dcim.region").Create(&region) })
	pointing := store.Object{
		Document:   webhook.RawJSON(`{"name":"S"}`),
		References: []store.Reference{{Field: "region", ToType: "dcim.region", ToID: region.ID}},
	}
	s.update(t, func(tx store.Tx) error { return tx.Objects("dcim.site").Create(&pointing) })

	err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Objects("dcim.region").Delete(region.ID) })
	referenced, ok := errors.AsType[*store.ReferencedError](err)
	want := []store.Reference{{FromType: "dcim.site", FromID: pointing.ID, Field: "region", ToType: "dcim.region", ToID: region.ID}}
	if !ok || !errors.Is(err, store.ErrConflict) || referenced.Count != 1 || cmp.Diff(want, referenced.Referrers) != "" {
		t.Fatalf("delete of a referenced object: %v", err)
	}
	pointing.References = nil
	s.update(t, func(tx store.Tx) error { return tx.Objects("dcim.site").Update(&pointing) })
	s.update(t, func(tx store.Tx) error { return tx.Objects("dcim.region").Delete(region.ID) })
}

var errGivenUp = errors.New("the caller gives up")

func testSequences(t *testing.T, s *Suite) {
	create := func(kind string, id int64) int64 {
		object := store.Object{ID: id, Document: webhook.RawJSON(`{}`)}
		s.update(t, func(tx store.Tx) error { return tx.Objects(kind).Create(&object) })
		return object.ID
	}
	got := []int64{create("a.b", 0), create("a.b", 0), create("c.d", 0), create("a.b", 10), create("a.b", 0)}
	if diff := cmp.Diff([]int64{1, 2, 1, 10, 11}, got); diff != "" {
		t.Errorf("ids (-want +got):\n%s", diff)
	}
	s.update(t, func(tx store.Tx) error { return tx.Objects("a.b").Delete(11) })
	if id := create("a.b", 0); id != 12 {
		t.Errorf("id after a delete is %d, want 12: ids are never given twice", id)
	}
	several := make([]store.Object, 3)
	together := func(result error) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			for i := range several {
				several[i] = store.Object{Document: webhook.RawJSON(`{}`)}
				if err := tx.Objects("e.f").Create(&several[i]); err != nil {
					return err
				}
			}
			return result
		})
	}
	if err := together(errGivenUp); !errors.Is(err, errGivenUp) {
		t.Fatal(err)
	}
	if err := together(nil); err != nil {
		t.Fatal(err)
	}
	if last := several[2].ID; several[1].ID != last-1 || several[0].ID != last-2 || create("e.f", 0) != last+1 {
		t.Errorf("ids within a transaction after one that was undone: %d, %d, %d", several[0].ID, several[1].ID, last)
	}
	taken := store.Object{ID: 10, Document: webhook.RawJSON(`{}`)}
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.Objects("a.b").Create(&taken) }); !errors.Is(err, store.ErrConflict) {
		t.Errorf("create with a taken id: error %v, want a conflict", err)
	}
}

// filterDocuments are objects 1, 2, 3 … of the filter tests.
var filterDocuments = []string{
	`{"name":"Zürich","status":"active","asn":65001,"tags":["a","b"],"custom_fields":{"owner":"ops"},"facility":"","up":true}`,
	`{"name":"BERN","status":"planned","asn":65002,"tags":[],"custom_fields":{"owner":null},"facility":null,"up":false}`,
	`{"name":"bern-2","status":"active","asn":1.5,"tags":["b"],"custom_fields":{},"latitude":"47.37","when":"2026-03-09T17:55:33.500000Z"}`,
	`{"name":"100%_x","status":"retired","asn":null,"tags":["a","c"],"when":"2026-03-09T17:55:33Z"}`,
}

func testFilters(t *testing.T, s *Suite) {
	s.update(t, func(tx store.Tx) error {
		for _, document := range filterDocuments {
			// Of the other kind none is asked for.
			for _, kind := range []string{"dcim.site", "dcim.rack"} {
				if err := tx.Objects(kind).Create(&store.Object{Document: webhook.RawJSON(document)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	cmpr := func(path string, op store.Op, value any) store.Filter {
		return store.Compare{Path: path, Op: op, Value: value}
	}
	moment := time.Date(2026, 3, 9, 17, 55, 33, 0, time.UTC)
	for _, c := range []struct {
		name   string
		filter store.Filter
		want   string
	}{
		{"all", nil, "1234"},
		{"and of none", store.And{}, "1234"},
		{"or of none", store.Or{}, ""},
		{"or", store.Or{cmpr("status", store.Eq, "active"), cmpr("name", store.Ic, "bern")}, "123"},
		{"eq", cmpr("status", store.Eq, "active"), "13"},
		{"eq null", cmpr("facility", store.Eq, nil), "234"},
		{"eq number", cmpr("asn", store.Eq, int64(65001)), "1"},
		{"eq float", cmpr("asn", store.Eq, 1.5), "3"},
		{"eq number with text", cmpr("asn", store.Eq, "65001"), ""},
		{"eq bool", cmpr("up", store.Eq, true), "1"},
		{"eq false", cmpr("up", store.Eq, false), "2"},
		{"not eq matches missing and null", store.Not{Filter: cmpr("asn", store.Eq, int64(65001))}, "234"},
		{"nested path", cmpr("custom_fields.owner", store.Eq, "ops"), "1"},
		{"ie", cmpr("name", store.Ie, "bern"), "2"},
		{"ie beyond ascii", cmpr("name", store.Ie, "ZÜRICH"), "1"},
		{"ic", cmpr("name", store.Ic, "BERN"), "23"},
		{"ic has no wildcards", cmpr("name", store.Ic, "%_"), "4"},
		{"isw", cmpr("name", store.Isw, "bern"), "23"},
		{"iew", cmpr("name", store.Iew, "-2"), "3"},
		{"iew of nothing", cmpr("name", store.Iew, ""), "1234"},
		{"not ic", store.Not{Filter: cmpr("name", store.Ic, "bern")}, "14"},
		{"lt", cmpr("asn", store.Lt, int64(65002)), "13"},
		{"lte", cmpr("asn", store.Lte, int64(65002)), "123"},
		{"gt", cmpr("asn", store.Gt, 1.5), "12"},
		{"gte", cmpr("asn", store.Gte, 1.5), "123"},
		{"text is not less than a number", cmpr("name", store.Gt, int64(0)), ""},
		{"gt on text", cmpr("when", store.Gt, "2026-01-01"), "34"},
		{"moment", cmpr("when", store.Eq, moment.Add(500*time.Millisecond)), "3"},
		{"moment without a fraction", cmpr("when", store.Eq, moment), "4"},
		{"since a moment", cmpr("when", store.Gte, moment), "34"},
		{"before a moment", cmpr("when", store.Lt, moment.Add(time.Second)), "34"},
		{"after a moment in another zone", cmpr("when", store.Gt, moment.In(time.FixedZone("", 3600))), "3"},
		{"no moment", cmpr("name", store.Gt, moment), ""},
		{"empty", cmpr("facility", store.Empty, true), "1234"},
		{"not empty", cmpr("status", store.Empty, false), "1234"},
		{"empty list", cmpr("tags", store.Empty, true), "2"},
		{"regex", cmpr("name", store.Regex, "^bern"), "3"},
		{"iregex", cmpr("name", store.IRegex, "^bern"), "23"},
		{"in", store.In{Path: "status", Values: []any{"planned", "retired"}}, "24"},
		{"in of none", store.In{Path: "status"}, ""},
		{"in ids", store.In{Path: "id", Values: []any{int64(1), int64(4), int64(99)}}, "14"},
		{"has", store.Has{Path: "tags", Value: "a"}, "14"},
		{"has on a text", store.Has{Path: "name", Value: "BERN"}, ""},
		{"and or", store.And{store.Has{Path: "tags", Value: "b"}, store.Or{cmpr("asn", store.Eq, 1.5), cmpr("up", store.Eq, true)}}, "13"},
		{"in of thousands", store.In{Path: "name", Values: append(slices.Repeat([]any{"x"}, 5000), "BERN")}, "2"},
		{"or of hundreds", slices.Repeat(store.Or{cmpr("status", store.Eq, "active"), cmpr("name", store.Ic, "bern")}, 200), "123"},
		{"quote in path", cmpr(`a"b.c'd`, store.Eq, "x"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, ids := listIDs(t, s, "dcim.site", store.Query{Where: c.filter, Limit: 100})
			if ids != c.want || page.Count != len(c.want) {
				t.Errorf("got %q (count %d), want %q", ids, page.Count, c.want)
			}
		})
	}
}

// testRefusedFilters asks for what no store answers.
func testRefusedFilters(t *testing.T, s *Suite) {
	name := func(op store.Op, value any) store.Filter { return store.Compare{Path: "name", Op: op, Value: value} }
	for what, filter := range map[string]store.Filter{
		"pattern": name(store.Regex, "("), "operator": name(99, "x"),
		"length":           slices.Repeat(store.Or{name(store.Ic, "x")}, 501),
		"length of parts":  slices.Repeat(store.And{slices.Repeat(store.Or{name(store.Ic, "x")}, 30)}, 30),
		"depth":            nestedRelated(10),
		"length of a list": store.In{Path: "name", Values: slices.Repeat([]any{"x"}, 20_001)},
	} {
		err := s.View(t.Context(), func(tx store.Tx) error {
			_, err := tx.Objects("dcim.site").List(store.Query{Where: filter})
			return err
		})
		if !errors.Is(err, store.ErrInvalidFilter) {
			t.Errorf("bad %s: error %v, want an invalid filter", what, err)
		}
	}
}

// nestedRelated is a filter of look-ups within look-ups.
func nestedRelated(depth int) store.Filter {
	var inner store.Filter
	for range depth {
		inner = store.Related{Path: "parent", ObjectType: "dcim.region", Where: inner}
	}
	return inner
}

// listIDs lists objects and returns the page with the ids run together.
func listIDs(t *testing.T, s *Suite, kind string, query store.Query) (store.Page[store.Object], string) {
	t.Helper()
	var page store.Page[store.Object]
	s.view(t, func(tx store.Tx) (err error) {
		page, err = tx.Objects(kind).List(query)
		return err
	})
	var ids strings.Builder
	for _, object := range page.Items {
		fmt.Fprint(&ids, object.ID)
	}
	return page, ids.String()
}

func testRelated(t *testing.T, s *Suite) {
	s.update(t, func(tx store.Tx) error {
		for kind, documents := range map[string][]string{
			"dcim.region":   {`{"slug":"eu"}`, `{"slug":"us","parent":1}`},
			"dcim.site":     {`{"region":1,"vlans":[7,9]}`, `{"region":2,"vlans":[]}`, `{"region":null,"tags":["b"]}`},
			"extras.tag":    {`{"slug":"a"}`, `{"slug":"b"}`},
			"dcim.rackrole": {`{"slug":"eu"}`},
		} {
			for _, document := range documents {
				if err := tx.Objects(kind).Create(&store.Object{Document: webhook.RawJSON(document)}); err != nil {
					return err
				}
			}
		}
		return tx.Objects("ipam.vlan").Create(&store.Object{ID: 9, Document: webhook.RawJSON(`{"vid":100}`)})
	})
	slug := func(s string) store.Filter { return store.Compare{Path: "slug", Op: store.Eq, Value: s} }
	for _, c := range []struct {
		name   string
		filter store.Filter
		want   string
	}{
		{"reference", store.Related{Path: "region", ObjectType: "dcim.region", Where: slug("eu")}, "1"},
		{"not", store.Not{Filter: store.Related{Path: "region", ObjectType: "dcim.region", Where: slug("eu")}}, "23"},
		{"list of references", store.Related{
			Path: "vlans", ObjectType: "ipam.vlan", Where: store.Compare{Path: "vid", Op: store.Eq, Value: int64(100)},
		}, "1"},
		{"by another field", store.Related{Path: "tags", ObjectType: "extras.tag", By: "slug", Where: store.Compare{
			Path: "id", Op: store.Eq, Value: int64(2),
		}}, "3"},
		{"two steps", store.Related{Path: "region", ObjectType: "dcim.region", Where: store.Related{
			Path: "parent", ObjectType: "dcim.region", Where: slug("eu"),
		}}, "2"},
	} {
		if _, ids := listIDs(t, s, "dcim.site", store.Query{Where: c.filter, Limit: 10}); ids != c.want {
			t.Errorf("%s: got %q, want %q", c.name, ids, c.want)
		}
	}
}

func testNetworks(t *testing.T, s *Suite) {
	s.update(t, func(tx store.Tx) error {
		for _, text := range []string{`"10.0.0.1/24"`, `"10.0.0.0/8"`, `"10.0.0.1/32"`, `"2001:db8::1/64"`, `null`, `"10"`} {
			err := tx.Objects("ipam.prefix").Create(&store.Object{Document: webhook.RawJSON(`{"net":` + text + `}`)})
			if err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		op     store.NetworkOp
		prefix string
		want   string
	}{
		{store.NetworkHost, "10.0.0.1/32", "13"},
		{store.NetworkHost, "2001:db8:0::1/128", "4"},
		{store.NetworkParent, "10.0.0.0/8", "123"},
		{store.NetworkParent, "10.0.0.0/24", "123"},
		{store.NetworkParent, "0.0.0.0/0", "123"},
		{store.NetworkParent, "::/0", "4"},
		{store.NetworkWithin, "10.0.0.0/8", "13"},
		{store.NetworkWithinOrEqual, "10.0.0.0/8", "123"},
		{store.NetworkContains, "10.0.0.7/32", "12"},
		{store.NetworkContains, "10.0.0.0/8", "2"},
		{store.NetworkContains, "::1/128", ""},
		{0, "10.0.0.0/8", ""},
	} {
		filter := store.Network{Path: "net", Op: c.op, Prefix: netip.MustParsePrefix(c.prefix)}
		if _, ids := listIDs(t, s, "ipam.prefix", store.Query{Where: filter, Limit: 10}); ids != c.want {
			t.Errorf("operator %d, %s: got %q, want %q", c.op, c.prefix, ids, c.want)
		}
	}
}

// testChanged finds objects by what happened to them.
func testChanged(t *testing.T, s *Suite) {
	request := webhook.UUID{15: 1}
	s.update(t, func(tx store.Tx) error {
		for id := range int64(3) {
			if err := tx.Objects("dcim.site").Create(&store.Object{Document: webhook.RawJSON(`{}`)}); err != nil {
				return err
			}
			change := webhook.Change{Time: start, Event: webhook.Created, ObjectType: "dcim.site", ObjectID: id + 1, Context: []byte(`{}`)}
			if id == 1 {
				change.RequestID = request
			}
			if err := tx.AddChange(&change); err != nil {
				return err
			}
		}
		return tx.AddChange(&webhook.Change{
			Time: start, Event: webhook.Updated, ObjectType: "dcim.region", ObjectID: 3, RequestID: request, Context: []byte(`{}`),
		})
	})
	by := store.Changed{ObjectType: "dcim.site", Where: store.Compare{Path: "request_id", Op: store.Eq, Value: request}}
	if _, ids := listIDs(t, s, "dcim.site", store.Query{Where: by, Limit: 10}); ids != "2" {
		t.Errorf("got %q, want 2", ids)
	}
	if _, ids := listIDs(t, s, "dcim.site", store.Query{Where: store.Not{Filter: by}, Limit: 10}); ids != "13" {
		t.Errorf("not: got %q, want 13", ids)
	}
}

func testPages(t *testing.T, s *Suite) {
	s.update(t, func(tx store.Tx) error {
		for _, group := range []string{"b", "a", "b", "a", "c"} {
			document := webhook.RawJSON(fmt.Sprintf(`{"group":%q}`, group))
			if err := tx.Objects("x.y").Create(&store.Object{Document: document}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		name  string
		query store.Query
		want  string
		count int
	}{
		{"by id", store.Query{Limit: 3}, "123", 5},
		{"second page", store.Query{Limit: 3, Offset: 3}, "45", 5},
		{"beyond the end", store.Query{Limit: 3, Offset: 30}, "", 5},
		{"only the count", store.Query{}, "", 5},
		{"not counted", store.Query{Limit: 1, NoCount: true}, "1", -1},
		{"ordered, ties by id", store.Query{Limit: 9, Order: []store.Order{{Path: "group"}}}, "24135", 5},
		{"descending", store.Query{Limit: 9, Order: []store.Order{{Path: "group", Desc: true}}}, "51324", 5},
		{"descending id", store.Query{Limit: 2, Order: []store.Order{{Path: "id", Desc: true}}}, "54", 5},
		{"two fields", store.Query{Limit: 9, Order: []store.Order{{Path: "group"}, {Path: "id", Desc: true}}}, "42315", 5},
	} {
		page, ids := listIDs(t, s, "x.y", c.query)
		if ids != c.want || page.Count != c.count {
			t.Errorf("%s: got %q, count %d; want %q, count %d", c.name, ids, page.Count, c.want, c.count)
		}
	}
}

func testSecrets(t *testing.T, s *Suite) {
	wh := webhook.New()
	wh.Name, wh.Secret = "signed", "LOOKATMEIMASECRETSTRING"
	s.update(t, func(tx store.Tx) error { return tx.Webhooks().Create(&wh) })
	s.view(t, func(tx store.Tx) error {
		got, err := tx.Webhooks().Get(wh.ID)
		if err != nil || got.Secret != wh.Secret {
			t.Errorf("secret read back as %q, error %v", got.Secret, err)
		}
		stored, err := tx.Webhooks().List(store.Query{
			Where: store.Compare{Path: "secret", Op: store.Ic, Value: "LOOKATME"}, Limit: 1,
		})
		if err != nil || stored.Count != 0 {
			t.Errorf("the secret is stored in clear: %d matches, error %v", stored.Count, err)
		}
		return nil
	})
}

func testSettings(t *testing.T, s *Suite) {
	s.update(t, func(tx store.Tx) error {
		return errors.Join(tx.PutSetting("a", []byte("1")), tx.PutSetting("b", []byte{}), tx.PutSetting("a", []byte("2")))
	})
	s.update(t, func(tx store.Tx) error {
		a, err1 := tx.Setting("a")
		b, err2 := tx.Setting("b")
		if string(a) != "2" || len(b) != 0 || errors.Join(err1, err2) != nil {
			t.Errorf("settings %q %q, errors %v %v", a, b, err1, err2)
		}
		return tx.PutSetting("a", nil)
	})
	s.view(t, func(tx store.Tx) error {
		if _, err := tx.Setting("a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("deleted setting: error %v", err)
		}
		return nil
	})
}

func testIdempotency(t *testing.T, s *Suite) {
	answer := store.Idempotent{Scope: "jo", Key: "k1", Digest: []byte{1}, Status: 201, Body: []byte("[1]"), Created: start}
	s.update(t, func(tx store.Tx) error { return tx.PutIdempotent(answer) })
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutIdempotent(answer) }); !errors.Is(err, store.ErrConflict) {
		t.Errorf("second time: error %v, want a conflict", err)
	}
	other := answer
	other.Scope = "sam"
	s.update(t, func(tx store.Tx) error { return tx.PutIdempotent(other) })
	s.view(t, func(tx store.Tx) error {
		got, err := tx.Idempotent("jo", "k1")
		if diff := cmp.Diff(answer, got); err != nil || diff != "" {
			t.Errorf("error %v, difference:\n%s", err, diff)
		}
		if _, err := tx.Idempotent("jo", "k2"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unknown key: error %v", err)
		}
		return nil
	})
	s.update(t, func(tx store.Tx) error {
		n, err := tx.PruneIdempotent(start.Add(time.Second), 1)
		if n != 1 {
			t.Errorf("pruned %d, want 1", n)
		}
		return err
	})
}
