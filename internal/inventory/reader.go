package inventory

import (
	"encoding/json"
	"errors"
	"fmt"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Object is one object as others see it.
type Object struct {
	ID      int64
	Display string
	// Data is the REST representation, or the brief form where that was asked
	// for: compact JSON with its keys in order.
	Data json.RawMessage
	// Revision counts how often the object was written.
	Revision int64
}

// key names an object.
type key struct {
	objectType string
	id         int64
}

// tagKey is what names a tag: an id, or attributes.
type tagKey struct {
	id         int64
	slug, name string
}

// record is a stored object with its document taken apart.
type record struct {
	t        *webhook.ObjectType
	id       int64
	revision int64
	doc      members
}

// Reader reads objects within one transaction. It is not safe for concurrent
// use.
type Reader struct {
	tx    store.Tx
	types *Types
	// base begins the URLs in what is shown: "" or "https://host".
	base  string
	cache map[key]*record // objects that were read, for references to them
	tags  map[string]webhook.Tag
	// tagged are the slugs of tags by what clients asked for, for bodies that name
	// the same a hundred thousand times.
	tagged map[tagKey]string
	// named are the ids of objects by type and how clients wrote their attributes,
	// until an object of the type is written.
	named map[string]map[string]int64
}

// newReader reads through a transaction, which it must not outlive.
func newReader(tx store.Tx, types *Types, base string) *Reader {
	return &Reader{
		tx: tx, types: types, base: base,
		cache: map[key]*record{}, tags: map[string]webhook.Tag{}, tagged: map[tagKey]string{}, named: map[string]map[string]int64{},
	}
}

// Types returns the object types in force during this transaction.
func (r *Reader) Types() *Types { return r.types }

// typeOf returns a type, or an error that says that there is none.
func (r *Reader) typeOf(name string) (*webhook.ObjectType, error) {
	if t := r.types.Get(name); t != nil {
		return t, nil
	}
	return nil, webhook.Errorf(webhook.CodeNotFound, "There is no object type %q.", name)
}

// Get returns an object. The error for one that is not there is a
// [webhook.Error] with the code not_found.
func (r *Reader) Get(objectType string, id int64) (Object, error) {
	t, err := r.typeOf(objectType)
	if err != nil {
		return Object{}, err
	}
	rec, err := r.load(t, id)
	if err != nil {
		return Object{}, err
	}
	return r.show(rec, r.base)
}

// List returns the objects that a query selects, in full or in brief form.
func (r *Reader) List(objectType string, query store.Query, brief bool) (store.Page[Object], error) {
	page := store.Page[Object]{}
	t, err := r.typeOf(objectType)
	if err != nil {
		return page, err
	}
	found, err := r.tx.Objects(objectType).List(query)
	if err != nil {
		return page, err
	}
	page.Count = found.Count
	for _, stored := range found.Items {
		rec, err := r.keep(t, stored)
		if err != nil {
			return page, err
		}
		var object Object
		if brief {
			object = Object{ID: rec.id, Display: r.display(rec), Data: r.brief(rec, r.base), Revision: rec.revision}
		} else if object, err = r.show(rec, r.base); err != nil {
			return page, err
		}
		page.Items = append(page.Items, object)
	}
	return page, nil
}

// load returns an object's record.
func (r *Reader) load(t *webhook.ObjectType, id int64) (*record, error) {
	if rec := r.cache[key{t.Name(), id}]; rec != nil {
		return rec, nil
	}
	stored, err := r.tx.Objects(t.Name()).Get(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, webhook.NotFound()
	}
	if err != nil {
		return nil, err
	}
	return r.keep(t, stored)
}

// keep takes a stored object apart and remembers it.
func (r *Reader) keep(t *webhook.ObjectType, stored store.Object) (*record, error) {
	doc, err := parseMembers(stored.Document)
	if err != nil {
		return nil, fmt.Errorf("document of %s %d: %w", t.Name(), stored.ID, err)
	}
	rec := &record{t: t, id: stored.ID, revision: stored.Revision, doc: doc}
	r.cache[key{t.Name(), stored.ID}] = rec
	return rec, nil
}

// tag returns a tag by its slug. One that was deleted is shown by its slug.
func (r *Reader) tag(slug string) (webhook.Tag, error) {
	if tag, ok := r.tags[slug]; ok {
		return tag, nil
	}
	tag, err := r.tx.Tags().Find("slug", slug)
	if errors.Is(err, store.ErrNotFound) {
		tag, err = webhook.Tag{Name: slug, Slug: slug}, nil
	}
	if err != nil {
		return tag, err
	}
	r.tags[slug] = tag
	return tag, nil
}
