package inventory_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// counted is a store that counts the look-ups of tags and objects, and the attempts
// to delete objects, which go on to the real one.
type counted struct {
	store.Store
	tags, gets, lists, deletes int
}

func (c *counted) Update(ctx context.Context, fn func(store.Tx) error) error {
	return c.Store.Update(ctx, func(tx store.Tx) error { return fn(countedTx{tx, c}) })
}

type countedTx struct {
	store.Tx
	c *counted
}

func (tx countedTx) Tags() store.Table[webhook.Tag] { return countedTags{tx.Tx.Tags(), tx.c} }
func (tx countedTx) Objects(t string) store.Table[store.Object] {
	return countedObjects{tx.Tx.Objects(t), tx.c}
}

type countedTags struct {
	store.Table[webhook.Tag]
	c *counted
}

func (t countedTags) Get(id int64) (webhook.Tag, error) {
	t.c.tags++
	return t.Table.Get(id)
}

func (t countedTags) Find(key, value string) (webhook.Tag, error) {
	t.c.tags++
	return t.Table.Find(key, value)
}

type countedObjects struct {
	store.Table[store.Object]
	c *counted
}

func (t countedObjects) Get(id int64) (store.Object, error) {
	t.c.gets++
	return t.Table.Get(id)
}

func (t countedObjects) List(query store.Query) (store.Page[store.Object], error) {
	t.c.lists++
	return t.Table.List(query)
}

func (t countedObjects) Delete(id int64) error {
	t.c.deletes++
	return t.Table.Delete(id)
}

func setupCounted(t *testing.T) (*world, *counted) {
	t.Helper()
	w := setup(t)
	c := &counted{Store: w.store}
	w.Service = inventory.New(inventory.Options{Store: c, Recorder: w})
	if err := w.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w, c
}

func again(text string) string { return strings.TrimSuffix(strings.Repeat(text+",", 1000), ",") }

// A body names the same tag or object as often as it likes; all writers wait while
// it is looked up.
func TestNamedAThousandTimes(t *testing.T) {
	t.Parallel()
	w, c := setupCounted(t)
	got := w.create(t, "dcim.site", `{"name": "A", "slug": "a", "tags": [`+again(`1`)+`,`+again(`{"slug": "ops"}`)+`, "1", {"id": 1, "x": 1}, {"id": 1, "x": 2}]}`)
	if c.tags > 2 || !strings.Contains(string(got.Data), `"tags":[{"id":1,`) {
		t.Errorf("%d look-ups of one tag, object %s", c.tags, got.Data)
	}
	w.create(t, "ipam.vlan", `{"name": "V", "vid": 7}`)
	w.create(t, "ipam.vlan", `{"name": "W", "vid": 8}`)
	w.create(t, "dcim.region", `{"name": "R", "slug": "r"}`)
	w.create(t, "dcim.manufacturer", `{"name": "M", "slug": "m"}`)
	c.lists = 0
	bodies := make([]json.RawMessage, 100)
	for i := range bodies {
		bodies[i] = fmt.Appendf(nil, `{"name": "S%d", "slug": "s%[1]d", "region": {"name": "R"}}`, i)
	}
	if err := w.do(t, func(s *inventory.Session) error {
		_, err := s.CreateAll("dcim.site", bodies)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if c.lists > 1 {
		t.Errorf("%d searches for one region", c.lists)
	}
}

// What was found is searched again once an object of its type was written.
func TestNamedAfterAWrite(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(t, "dcim.region", `{"name": "R", "slug": "r"}`)
	err := w.do(t, func(s *inventory.Session) error {
		if _, err := s.Create("dcim.site", []byte(`{"name": "A", "slug": "a", "region": {"name": "R"}}`)); err != nil {
			return err
		}
		if _, err := s.Update("dcim.region", 1, []byte(`{"name": "Q"}`), false); err != nil {
			return err
		}
		_, err := s.Create("dcim.site", []byte(`{"name": "B", "slug": "b", "region": {"name": "R"}}`))
		return err
	})
	if got := fmt.Sprint(fields(err)["region"]); got != `[Related object not found using the provided attributes: {"name": "R"}]` {
		t.Errorf("region is said to be %s", got)
	}
}

// A list of objects that refer to one another takes one deletion for each,
// in whatever order they are named.
func TestDeleteChain(t *testing.T) {
	t.Parallel()
	const length = 300
	w, c := setupCounted(t)
	bodies, keys := make([]json.RawMessage, length), make([]json.RawMessage, length)
	for i := range bodies {
		bodies[i] = fmt.Appendf(nil, `{"name": "R%d", "slug": "r%[1]d", "parent": %d}`, i, i)
		keys[i] = fmt.Appendf(nil, `{"id": %d}`, i+1)
	}
	bodies[0] = json.RawMessage(`{"name": "R0", "slug": "r0"}`)
	for _, all := range []func(s *inventory.Session) error{
		func(s *inventory.Session) error {
			_, err := s.CreateAll("dcim.region", bodies)
			return err
		},
		func(s *inventory.Session) error { return s.DeleteAll("dcim.region", keys) },
	} {
		if err := w.do(t, all); err != nil {
			t.Fatal(err)
		}
	}
	if c.deletes != length {
		t.Errorf("%d attempts to delete %d objects", c.deletes, length)
	}
}

// The way up a deep tree is gone for a new parent only.
func TestDeepTree(t *testing.T) {
	t.Parallel()
	w, c := setupCounted(t)
	bodies := make([]json.RawMessage, 300)
	for i := range bodies {
		bodies[i] = fmt.Appendf(nil, `{"name": "R%d", "slug": "r%[1]d", "parent": %d}`, i, i)
	}
	bodies[0] = json.RawMessage(`{"name": "R0", "slug": "r0"}`)
	if err := w.do(t, func(s *inventory.Session) error {
		_, err := s.CreateAll("dcim.region", bodies)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	c.gets = 0
	if err := w.do(t, func(s *inventory.Session) error {
		_, err := s.Update("dcim.region", 300, []byte(`{"description": "d"}`), false)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if c.gets > 3 {
		t.Errorf("%d objects were read to change one", c.gets)
	}
}
