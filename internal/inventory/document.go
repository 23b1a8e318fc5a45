package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"bellhop/internal/pyjson"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// build makes an object's new document from what a client sent. old is the
// document so far, nil on create. On create, and on a full update (PUT), fields
// that are required must be given; what else is not given stays as it is, as
// in Django REST framework. A [webhook.Error] has the faults of all fields.
func (r *Reader) build(t *webhook.ObjectType, old members, body members, full bool) (members, error) {
	var errs webhook.FieldErrors
	doc := slices.Clone(old)
	if t.Schemaless {
		doc = buildSchemaless(old, body, full)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		raw, given := body.get(f.Name)
		if !given {
			if f.Required && full {
				errs.Add(f.Name, msgRequired)
			}
			if _, stored := doc.get(f.Name); !stored {
				doc.set(f.Name, empty(f))
			}
			continue
		}
		stored, err := r.buildField(f, raw)
		if err := noteRefusal(&errs, f.Name, err); err != nil {
			return nil, err
		}
		if stored != nil {
			doc.set(f.Name, stored)
		}
	}
	if err := r.buildTags(&errs, &doc, body); err != nil {
		return nil, err
	}
	buildCustomFields(&errs, &doc, body)
	return doc, errs.Err()
}

// noteRefusal adds a refusal to the field's messages and returns any other
// error.
func noteRefusal(errs *webhook.FieldErrors, field string, err error) error {
	if refused, ok := errors.AsType[*refusal](err); ok {
		errs.Add(field, "%s", refused.message)
		return nil
	}
	return err
}

// buildField returns what is stored for a value that a client sent, or a refusal.
func (r *Reader) buildField(f *webhook.Field, raw json.RawMessage) (json.RawMessage, error) {
	switch {
	case isNull(raw) || (f.Kind != webhook.FieldReference && f.Kind != webhook.FieldReferences):
		stored, message := parseField(f, raw)
		if message != "" {
			return nil, &refusal{message: message}
		}
		return stored, nil
	case f.Kind == webhook.FieldReference:
		id, err := r.resolve(f, raw)
		if err != nil {
			return nil, err
		}
		return number(id), nil
	}
	ids, err := r.references(f, raw)
	if err != nil {
		return nil, err
	}
	items := make([]json.RawMessage, len(ids))
	for i, id := range ids {
		items[i] = number(id)
	}
	return list(items), nil
}

// buildSchemaless takes every member that has no meaning of its own. A full
// update drops what is not given.
func buildSchemaless(old, body members, full bool) members {
	var doc joining
	for _, m := range old {
		if !full || slices.Contains(reservedFields, m.name) {
			doc.members = append(doc.members, m)
		}
	}
	for _, m := range body {
		if !slices.Contains(reservedFields, m.name) {
			doc.set(m.name, compact(m.value))
		}
	}
	return doc.members
}

// buildTags replaces an object's tags if any were sent: unlike custom fields they
// are one value.
func (r *Reader) buildTags(errs *webhook.FieldErrors, doc *members, body members) error {
	raw, given := body.get("tags")
	if !given {
		if _, stored := doc.get("tags"); !stored {
			doc.set("tags", json.RawMessage("[]"))
		}
		return nil
	}
	if isNull(raw) {
		errs.Add("tags", msgNull)
		return nil
	}
	slugs, err := r.tagSlugs(raw)
	if err != nil {
		return noteRefusal(errs, "tags", err)
	}
	doc.set("tags", slugList(slugs))
	return nil
}

// buildCustomFields sets the custom fields that are given and keeps the others,
// as NetBox does on every kind of update.
func buildCustomFields(errs *webhook.FieldErrors, doc *members, body members) {
	var fields joining
	if raw, stored := doc.get("custom_fields"); stored {
		fields.members, _ = parseMembers(raw) // written by this package
	}
	if raw, given := body.get("custom_fields"); given && !isNull(raw) {
		sent, err := parseMembers(raw)
		if err != nil {
			errs.Add("custom_fields", "Expected a dictionary, but got %s.", pyjson.TypeName(raw))
			return
		}
		for _, m := range sent {
			fields.set(m.name, compact(m.value))
		}
	}
	doc.set("custom_fields", fields.members.json())
}

// stored makes the record that the store keeps.
func stored(t *webhook.ObjectType, id int64, doc members) store.Object {
	object := store.Object{ID: id, Document: doc.json()}
	for i := range t.Fields {
		f := &t.Fields[i]
		raw, _ := doc.get(f.Name)
		if isNull(raw) {
			continue
		}
		switch {
		case f.Unique:
			object.Keys = append(object.Keys, store.Key{Name: f.Name, Value: keyText(raw)})
		case f.Kind == webhook.FieldReference:
			object.References = append(object.References, store.Reference{Field: f.Name, ToType: f.To, ToID: idOf(raw)})
		case f.Kind == webhook.FieldReferences:
			var ids []int64
			_ = json.Unmarshal(raw, &ids) // written by this package
			for _, id := range ids {
				object.References = append(object.References, store.Reference{Field: f.Name, ToType: f.To, ToID: id})
			}
		}
	}
	return object
}

// keyText is how a unique value is compared: as the text that people see.
func keyText(raw json.RawMessage) string {
	if text, ok := textOf(raw); ok {
		return text
	}
	return string(raw)
}

// same reports whether two documents are the same but for the time of the
// last update.
func same(a, b members) bool {
	return bytes.Equal(withoutUpdate(a), withoutUpdate(b))
}

// withoutUpdate writes a document with the time of its last update left blank,
// for that time alone is no difference.
func withoutUpdate(doc members) []byte {
	doc = slices.Clone(doc)
	doc.set("last_updated", null)
	return doc.json()
}

// moment writes a time as it is stored.
func moment(t time.Time) json.RawMessage { return quoted(t.UTC().Format(timeFormat)) }
