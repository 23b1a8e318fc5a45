package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxTypes bounds the number of object types.
const maxTypes = 1000

// readTypes reads all types and checks them against each other once more, since
// everything that is written depends on them.
func readTypes(tx store.Tx) (*Types, error) {
	page, err := tx.ObjectTypes().List(store.Query{Limit: maxTypes, NoCount: true})
	if err != nil {
		return nil, err
	}
	return NewTypes(page.Items)
}

// isStale reports whether a built-in type has to be stored. A type that people
// had made before there was a built-in one of that name stays theirs.
func isStale(existing, builtin *webhook.ObjectType) bool {
	return existing == nil || existing.BuiltIn && !bytes.Equal(definition(*existing), definition(*builtin))
}

// definition returns a type without what the store adds to it.
func definition(t webhook.ObjectType) []byte {
	t.ID, t.Revision, t.Created, t.LastUpdated = 0, 0, time.Time{}, time.Time{}
	text, _ := json.Marshal(t) // texts, numbers and valid JSON: cannot fail
	return text
}

// typeForWrite returns a type of which an object is to be written. The registry
// may lag behind a type that people have changed or deleted a moment ago, here
// or in another process; what is written has to fit the type as it is stored.
// Built-in types change only before a process serves anybody.
func (s *Session) typeForWrite(name string) (*webhook.ObjectType, error) {
	t, err := s.typeOf(name)
	if err != nil || t.BuiltIn || s.checked[name] {
		return t, err
	}
	stored, err := s.tx.ObjectTypes().Get(t.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if err != nil || stored.Revision != t.Revision {
		return nil, webhook.Errorf(webhook.CodeConflict, "The object type %s has just been changed. Try again.", name)
	}
	if s.checked == nil {
		s.checked = map[string]bool{}
	}
	s.checked[name] = true
	return t, nil
}
