package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxTypes bounds the number of object types.
const maxTypes = 1000

func readTypes(tx store.Tx) (*Types, error) {
	page, err := tx.ObjectTypes().List(store.Query{Limit: maxTypes, NoCount: true})
	if err != nil {
		return nil, err
	}
	return NewTypes(page.Items)
}

// isStale reports whether a stored type differs from what it should be.
func isStale(existing, wanted *webhook.ObjectType) bool {
	return existing == nil || !bytes.Equal(definition(*existing), definition(*wanted))
}

// definition returns a type without what the store adds to it.
func definition(t webhook.ObjectType) []byte {
	t.ID, t.Revision, t.Created, t.LastUpdated = 0, 0, time.Time{}, time.Time{}
	text, _ := json.Marshal(t) // texts, numbers and valid JSON: cannot fail
	return text
}

// SaveType creates an object type, or replaces the one with its ID. Its labels
// are completed. The registry has it once the request is committed. A built-in
// type cannot be replaced, nor can a type get another name.
func (s *Session) SaveType(t *webhook.ObjectType) error {
	completeLabels(t)
	t.BuiltIn = false
	t.LastUpdated = s.now
	others := []webhook.ObjectType{}
	var existing *webhook.ObjectType
	for _, other := range s.types.list {
		if other.ID == t.ID {
			existing = other
		} else {
			others = append(others, *other)
		}
	}
	switch {
	case t.ID != 0 && existing == nil:
		return webhook.NotFound()
	case existing != nil && existing.BuiltIn:
		return webhook.Errorf(webhook.CodeConflict, "The object type %s is built in and cannot be changed.", existing.Name())
	case existing != nil && existing.Name() != t.Name():
		return &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{
			"model": {"The name of an object type cannot be changed."},
		}}
	case len(others) >= maxTypes-1:
		return webhook.Errorf(webhook.CodeInvalid, "There can be no more than %d object types.", maxTypes)
	}
	if _, err := NewTypes(append(others, *t)); err != nil {
		if refused, ok := errors.AsType[*webhook.Error](err); ok {
			return refused
		}
		return err
	}
	s.typesChanged = true
	if existing == nil {
		t.Created = s.now
		return s.tx.ObjectTypes().Create(t)
	}
	t.Created = existing.Created
	return s.tx.ObjectTypes().Update(t)
}

// DeleteType removes an object type that is not built in, has no objects, and
// that no other type's field refers to.
func (s *Session) DeleteType(name string) error {
	t, err := s.typeOf(name)
	if err != nil {
		return err
	}
	if t.BuiltIn {
		return webhook.Errorf(webhook.CodeConflict, "The object type %s is built in and cannot be deleted.", name)
	}
	for _, other := range s.types.list {
		for _, f := range other.Fields {
			if f.To == name && other != t {
				return webhook.Errorf(webhook.CodeConflict, "Unable to delete object type. The field %s of %s refers to it.", f.Name, other.Name())
			}
		}
	}
	page, err := s.tx.Objects(name).List(store.Query{})
	if err != nil {
		return fmt.Errorf("count objects: %w", err)
	}
	if page.Count > 0 {
		return webhook.Errorf(webhook.CodeConflict, "Unable to delete object type. It has %d objects.", page.Count)
	}
	s.typesChanged = true
	return s.tx.ObjectTypes().Delete(t.ID)
}
