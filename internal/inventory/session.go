package inventory

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Session writes objects within the transaction of one request. Its methods
// return [webhook.Error]s for what a client can mend. After an error the
// request's function may go on, for nothing of the refused write was kept.
type Session struct {
	*Reader
	request Request
	now     time.Time
	folder  folder
	checked map[string]bool // types found to be as they are stored
}

// Create makes an object of what a client sent and returns its representation.
func (s *Session) Create(objectType string, body []byte) (Object, error) {
	t, err := s.typeForWrite(objectType)
	if err != nil {
		return Object{}, err
	}
	sent, err := parseBody(body)
	if err != nil {
		return Object{}, err
	}
	doc, err := s.build(t, nil, sent, true)
	if err != nil {
		return Object{}, err
	}
	doc.set("created", moment(s.now))
	doc.set("last_updated", moment(s.now))
	object := stored(t, 0, doc)
	delete(s.named, objectType)
	if err := s.tx.Objects(objectType).Create(&object); err != nil {
		return Object{}, writeError(t, err)
	}
	rec := &record{t: t, id: object.ID, revision: object.Revision, doc: doc}
	s.cache[key{objectType, object.ID}] = rec
	s.folder.add(&happening{record: rec, event: webhook.Created})
	return s.show(rec, s.base)
}

// ErrStale means that an object is not any more what its editor saw.
var ErrStale = errors.New("object was changed in the meantime")

// Expect returns [ErrStale] unless an object has the revision; 0 is any.
func (s *Session) Expect(objectType string, id, revision int64) error {
	if revision == 0 {
		return nil
	}
	t, err := s.typeOf(objectType)
	if err != nil {
		return err
	}
	current, err := s.load(t, id)
	if err == nil && current.revision != revision {
		err = ErrStale
	}
	return err
}

// Update changes an object. A full update (PUT) needs every required field, a
// partial one (PATCH) only what is to change. If the object would stay as it is,
// nothing is written and no change recorded.
func (s *Session) Update(objectType string, id int64, body []byte, full bool) (Object, error) {
	t, err := s.typeForWrite(objectType)
	if err != nil {
		return Object{}, err
	}
	sent, err := parseBody(body)
	if err != nil {
		return Object{}, err
	}
	current, err := s.load(t, id)
	if err != nil {
		return Object{}, err
	}
	doc, err := s.build(t, current.doc, sent, full)
	if err != nil {
		return Object{}, err
	}
	if same(current.doc, doc) {
		return s.show(current, s.base)
	}
	if err := s.checkTree(t, id, current.doc, doc); err != nil {
		return Object{}, err
	}
	prechange, err := s.snapshot(current)
	if err != nil {
		return Object{}, err
	}
	doc.set("last_updated", moment(s.now))
	object := stored(t, id, doc)
	delete(s.named, objectType)
	if err := s.tx.Objects(objectType).Update(&object); err != nil {
		return Object{}, writeError(t, err)
	}
	rec := &record{t: t, id: id, revision: object.Revision, doc: doc}
	s.cache[key{objectType, id}] = rec
	s.folder.add(&happening{record: rec, event: webhook.Updated, before: current.doc, prechange: prechange})
	return s.show(rec, s.base)
}

// Delete removes an object. One that others refer to stays; the error then has
// the code conflict and lists them.
func (s *Session) Delete(objectType string, id int64) error {
	t, err := s.typeOf(objectType)
	if err != nil {
		return err
	}
	current, err := s.load(t, id)
	if err != nil {
		return err
	}
	prechange, err := s.snapshot(current)
	if err != nil {
		return err
	}
	last, err := s.show(current, "")
	if err != nil {
		return err
	}
	delete(s.named, objectType)
	err = s.tx.Objects(objectType).Delete(id)
	if referenced, ok := errors.AsType[*store.ReferencedError](err); ok {
		return s.dependentsError(referenced)
	}
	if err != nil {
		return err
	}
	delete(s.cache, key{objectType, id})
	s.folder.add(&happening{record: current, event: webhook.Deleted, before: current.doc, prechange: prechange, last: last})
	return nil
}

// dependentsError words a refused delete as NetBox does.
func (s *Session) dependentsError(referenced *store.ReferencedError) error {
	var names []string
	for _, ref := range referenced.Referrers {
		t, err := s.typeOf(ref.FromType)
		if err != nil {
			return err
		}
		rec, err := s.load(t, ref.FromID)
		if err != nil {
			return err
		}
		names = append(names, fmt.Sprintf("%s (%d)", s.display(rec), ref.FromID))
	}
	if more := referenced.Count - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return &webhook.Error{
		Code: webhook.CodeConflict, Err: referenced,
		Message: fmt.Sprintf("Unable to delete object. %d dependent objects were found: %s", referenced.Count, strings.Join(names, ", ")),
	}
}

// writeError words a unique value that is taken as a message about its field.
func writeError(t *webhook.ObjectType, err error) error {
	duplicate, ok := errors.AsType[*store.DuplicateError](err)
	if !ok {
		return err
	}
	return &webhook.Error{Code: webhook.CodeInvalid, Err: err, Fields: map[string][]string{
		duplicate.Key: {fmt.Sprintf("%s with this %s already exists.", t.Label, strings.ReplaceAll(duplicate.Key, "_", " "))},
	}}
}

// ItemErrors refuses a list: Items has an entry for each of its items, nil for
// those that were fine.
type ItemErrors struct{ Items []error }

// Error counts the items at fault and shows the first.
func (e *ItemErrors) Error() string {
	count, text := 0, ""
	for i, err := range e.Items {
		if err != nil {
			if count++; count == 1 {
				text = fmt.Sprintf("item %d: %v", i, err)
			}
		}
	}
	return fmt.Sprintf("%d of %d items refused: %s", count, len(e.Items), text)
}

// Unwrap returns the items' errors.
func (e *ItemErrors) Unwrap() []error { return e.Items }

// each runs a write for every item of a list, to the end even if some are
// refused, so that a client learns of all faults at once. Trouble that is not
// the client's ends it.
func each[T any](items []T, write func(T) (Object, error)) ([]Object, error) {
	objects := make([]Object, len(items))
	failures := make([]error, len(items))
	failed := false
	for i, item := range items {
		var err error
		if objects[i], err = write(item); err == nil {
			continue
		}
		if webhook.CodeOf(err) == webhook.CodeInternal {
			return nil, err
		}
		failures[i], failed = err, true
	}
	if failed {
		return nil, &ItemErrors{Items: failures}
	}
	return objects, nil
}

// CreateAll makes one object of each body. A refusal is an [*ItemErrors].
func (s *Session) CreateAll(objectType string, bodies []json.RawMessage) ([]Object, error) {
	return each(bodies, func(body json.RawMessage) (Object, error) { return s.Create(objectType, body) })
}

// UpdateAll changes the objects that the bodies name by "id". A refusal is an
// [*ItemErrors].
func (s *Session) UpdateAll(objectType string, bodies []json.RawMessage, full bool) ([]Object, error) {
	return each(bodies, func(body json.RawMessage) (Object, error) {
		id, err := bodyID(body)
		if err != nil {
			return Object{}, err
		}
		return s.Update(objectType, id, body, full)
	})
}

// DeleteAll removes the objects that the bodies name by "id", those that refer
// to others of the list before these. A refusal is an [*ItemErrors].
func (s *Session) DeleteAll(objectType string, bodies []json.RawMessage) error {
	ids := make([]int64, len(bodies))
	failures := make([]error, len(bodies))
	for i, body := range bodies {
		ids[i], failures[i] = bodyID(body)
	}
	if errors.Join(failures...) != nil {
		return &ItemErrors{Items: failures}
	}
	order, err := s.referrersFirst(objectType, ids)
	if err != nil {
		return err
	}
	for _, i := range order {
		failures[i] = s.Delete(objectType, ids[i])
		if failures[i] != nil && webhook.CodeOf(failures[i]) == webhook.CodeInternal {
			return failures[i]
		}
	}
	if errors.Join(failures...) != nil {
		return &ItemErrors{Items: failures}
	}
	return nil
}

// referrersFirst returns the indexes of ids in an order in which those that refer
// to others of the list come before these. Of a circle any comes first: nothing of
// it can be deleted.
func (s *Session) referrersFirst(objectType string, ids []int64) ([]int, error) {
	t, err := s.typeOf(objectType)
	if err != nil {
		return nil, err
	}
	referrers := make(map[int64][]int) // to each object, once it was looked at
	for i, id := range ids {
		rec, err := s.load(t, id)
		if webhook.CodeOf(err) == webhook.CodeNotFound {
			continue // which its deletion will say
		}
		if err != nil {
			return nil, err
		}
		for _, ref := range stored(t, id, rec.doc).References {
			if ref.ToType == objectType {
				referrers[ref.ToID] = append(referrers[ref.ToID], i)
			}
		}
	}
	order := make([]int, 0, len(ids))
	passed := make([]bool, len(ids))
	var pass func(i int)
	pass = func(i int) {
		if passed[i] {
			return
		}
		passed[i] = true
		for _, referrer := range referrers[ids[i]] {
			pass(referrer)
		}
		order = append(order, i)
	}
	for i := range ids {
		pass(i)
	}
	return order, nil
}

// bodyID reads the "id" that names an object in a list.
func bodyID(body []byte) (int64, error) {
	sent, err := parseBody(body)
	if err != nil {
		return 0, err
	}
	raw, given := sent.get("id")
	message := msgRequired
	if given {
		stored, refused := parseInteger(&webhook.Field{}, raw)
		if isNull(raw) {
			refused = msgNull
		}
		if refused == "" {
			return idOf(stored), nil
		}
		message = refused
	}
	return 0, &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{"id": {message}}}
}
