package inventory_test

import (
	"context"
	"encoding/json"
	"fmt"
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
