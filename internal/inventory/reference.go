package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Texts of NetBox's writable nested serializers.
const (
	msgNoSuchID    = "Related object not found using the provided numeric ID: %s"
	msgNoSuchAttrs = "Related object not found using the provided attributes: %s"
	msgManyAttrs   = "Multiple objects match the provided attributes: %s"
	msgNeither     = "Related objects must be referenced by numeric ID or by dictionary of attributes. Received an unrecognized value: %s"
)

// refusal is a message about what a client sent. It is an error type so that
// it can be told from trouble with the store.
type refusal struct{ message string }

func (e *refusal) Error() string { return e.message }

func refuse(format string, args ...any) error {
	return &refusal{message: fmt.Sprintf(format, args...)}
}

// target names how a client referred to something: by id or by attributes.
type target struct {
	id    int64
	attrs members
	text  string // for messages
}

// parseTarget reads 7, "7", {"id": 7} or {"name": "x"}.
func parseTarget(raw json.RawMessage) (target, error) {
	ref := target{text: shown(raw)}
	if !isNull(raw) && raw[0] == '{' {
		attrs, err := parseMembers(raw)
		if err != nil {
			return ref, refuse(msgNeither, ref.text)
		}
		if id, ok := attrs.get("id"); ok {
			return parseTarget(id) // what else an object says of itself adds nothing
		}
		ref.attrs = attrs
		return ref, nil
	}
	text, ok := "", false
	if !isNull(raw) {
		text, ok = scalarText(raw)
	}
	id, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if !ok || err != nil {
		return ref, refuse(msgNeither, ref.text)
	}
	ref.id = id
	return ref, nil
}

// maxShown is how much of a client's value a message repeats, in bytes.
const maxShown = 100

// shown repeats what a client sent, cut short, for a message.
func shown(raw json.RawMessage) string {
	text, ok := textOf(raw)
	if !ok {
		text = string(raw)
	}
	if len(text) > maxShown {
		text = strings.ToValidUTF8(text[:maxShown], "") + "…"
	}
	return text
}

// resolve returns the id of the object that a client refers to, or a [refusal].
func (r *Reader) resolve(f *webhook.Field, raw json.RawMessage) (int64, error) {
	ref, err := parseTarget(raw)
	if err != nil {
		return 0, err
	}
	t, err := r.typeOf(f.To)
	if err != nil {
		return 0, err
	}
	if ref.attrs == nil {
		if _, err := r.load(t, ref.id); webhook.CodeOf(err) == webhook.CodeNotFound {
			return 0, refuse(msgNoSuchID, ref.text)
		} else if err != nil {
			return 0, err
		}
		return ref.id, nil
	}
	if id, again := r.named[f.To][string(raw)]; again {
		return id, nil
	}
	where, err := r.having(t, ref.attrs, ref.text, maxNested)
	if err != nil {
		return 0, err
	}
	if field, value, ok := uniqueOf(t, ref.attrs); ok {
		// Only one object can be meant, which an index finds.
		named, err := r.tx.Objects(f.To).Find(field, value)
		switch {
		case err == nil:
			where = append(where, store.Compare{Path: "id", Op: store.Eq, Value: named.ID})
		case !errors.Is(err, store.ErrNotFound): // 7.0 is found by its number, not by its text
			return 0, err
		}
	}
	found, err := r.tx.Objects(f.To).List(store.Query{Where: where, Limit: 2, NoCount: true})
	if err != nil {
		return 0, err
	}
	switch len(found.Items) {
	case 0:
		return 0, refuse(msgNoSuchAttrs, ref.text)
	case 1:
		if !slices.ContainsFunc(where, isRelated) { // or a write of another type would change what is meant
			if r.named[f.To] == nil {
				r.named[f.To] = make(map[string]int64)
			}
			r.named[f.To][string(raw)] = found.Items[0].ID
		}
		return found.Items[0].ID, nil
	}
	return 0, refuse(msgManyAttrs, ref.text)
}

// maxNested bounds how far a reference may be described by what the object refers
// to, which refers to others: no name takes more.
const maxNested = 5

// having selects the objects of a type that have all of the attributes. Attributes
// of what they refer to are in an object of their own, as in NetBox, at most nested
// times. The text is what messages repeat.
func (r *Reader) having(t *webhook.ObjectType, attrs members, text string, nested int) (store.And, error) {
	if id, ok := attrs.get("id"); ok {
		attrs = members{{"id", id}} // what else an object says of itself adds nothing
	}
	where := make(store.And, 0, len(attrs))
	for _, attr := range attrs {
		field := t.Field(attr.name)
		if field == nil && !t.Schemaless && attr.name != "id" {
			return nil, refuse(msgNoSuchAttrs, text)
		}
		if isNull(attr.value) || attr.value[0] != '{' && attr.value[0] != '[' {
			value, err := filterValue(attr.value)
			if err != nil {
				return nil, err
			}
			where = append(where, store.Compare{Path: attr.name, Op: store.Eq, Value: value})
			continue
		}
		inner, err := parseMembers(attr.value)
		if err != nil || field == nil || field.Kind != webhook.FieldReference || nested == 0 {
			return nil, refuse(msgNeither, text)
		}
		to, err := r.typeOf(field.To)
		if err != nil {
			return nil, err
		}
		related, err := r.having(to, inner, text, nested-1)
		if err != nil {
			return nil, err
		}
		where = append(where, store.Related{Path: attr.name, ObjectType: field.To, Where: related})
	}
	return where, nil
}

func isRelated(f store.Filter) bool {
	_, ok := f.(store.Related)
	return ok
}

// uniqueOf returns one of the attributes that belongs to one object at most.
func uniqueOf(t *webhook.ObjectType, attrs members) (field, value string, ok bool) {
	for i := range t.Fields {
		f := &t.Fields[i]
		if raw, given := attrs.get(f.Name); f.Unique && given && !isNull(raw) {
			return f.Name, keyText(raw), true
		}
	}
	return "", "", false
}

// filterValue decodes a scalar for a comparison.
func filterValue(raw json.RawMessage) (any, error) {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n, nil
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, refuse(msgNeither, shown(raw))
	}
	return value, nil
}

// msgParent is NetBox's text for an object that would be above itself.
const msgParent = "Cannot assign self or child %s as parent."

// parentField makes a tree of a type's objects where it refers to the type itself.
const parentField = "parent"

// checkTree refuses an object as its own new parent, and whatever is below it.
func (r *Reader) checkTree(t *webhook.ObjectType, id int64, old, doc members) error {
	if f := t.Field(parentField); f == nil || f.Kind != webhook.FieldReference || f.To != t.Name() {
		return nil
	}
	raw, _ := doc.get(parentField)
	if before, _ := old.get(parentField); bytes.Equal(before, raw) {
		return nil // which spares the way up a deep tree
	}
	passed := map[int64]bool{} // in case that the tree was no tree before
	for above := idOf(raw); above != 0 && !passed[above]; {
		if above == id {
			return &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{
				parentField: {fmt.Sprintf(msgParent, t.Label)},
			}}
		}
		passed[above] = true
		rec, err := r.load(t, above)
		if webhook.CodeOf(err) == webhook.CodeNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		raw, _ = rec.doc.get(parentField)
		above = idOf(raw)
	}
	return nil
}

// references reads a list of references; order is kept, repetitions go. What is
// written alike is looked up once.
func (r *Reader) references(f *webhook.Field, raw json.RawMessage) ([]int64, error) {
	items, message := parseItems(raw)
	if message != "" {
		return nil, &refusal{message: message}
	}
	var ids []int64
	read, listed := make(map[string]bool), make(map[int64]bool)
	for _, item := range items {
		if read[string(item)] {
			continue
		}
		read[string(item)] = true
		id, err := r.resolve(f, item)
		if err != nil {
			return nil, err
		}
		if !listed[id] {
			listed[id] = true
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// tagSlugs reads a list of tags, each by id or by attributes, and returns their
// slugs, sorted.
func (r *Reader) tagSlugs(raw json.RawMessage) ([]string, error) {
	items, message := parseItems(raw)
	if message != "" {
		return nil, &refusal{message: message}
	}
	slugs := []string{}
	for _, item := range items {
		ref, err := parseTarget(item)
		if err != nil {
			return nil, err
		}
		asked := tagKey{ref.id, ref.attrs.text("slug"), ref.attrs.text("name")}
		slug, again := r.tagged[asked]
		if !again {
			tag, err := r.findTag(ref)
			if err != nil {
				return nil, err
			}
			slug = tag.Slug
			r.tags[slug], r.tagged[asked] = tag, slug
		}
		slugs = append(slugs, slug)
	}
	slices.Sort(slugs)
	return slices.Compact(slugs), nil
}

// findTag returns the tag that a client refers to, or a [refusal]. Slug and name
// together must belong to the same tag.
func (r *Reader) findTag(ref target) (tag webhook.Tag, err error) {
	missing := msgNoSuchAttrs
	switch slug, name := ref.attrs.text("slug"), ref.attrs.text("name"); {
	case ref.attrs == nil:
		missing = msgNoSuchID
		tag, err = r.tx.Tags().Get(ref.id)
	case slug != "":
		tag, err = r.tx.Tags().Find("slug", slug)
		if err == nil && name != "" && tag.Name != name {
			err = store.ErrNotFound
		}
	case name != "":
		tag, err = r.tx.Tags().Find("name", name)
	default:
		err = store.ErrNotFound
	}
	if errors.Is(err, store.ErrNotFound) {
		err = refuse(missing, ref.text)
	}
	return tag, err
}
