package inventory

import (
	"encoding/json"

	"bellhop/internal/webhook"
)

// happening is what one request has done to one object so far.
type happening struct {
	record    *record // as it is now, or was before it was deleted
	event     webhook.Event
	before    members         // document before the request; nil if there was none
	prechange json.RawMessage // nil if there was none
	last      Object          // as shown before it was deleted, when what it refers to was still there
	dropped   bool            // created and deleted again
}

// folder joins what happens to each object within one request: first
// prechange, last postchange; create and update is created, anything and delete
// is deleted, create and delete is nothing.
type folder struct {
	order []*happening
	open  map[key]*happening
}

// add joins one more happening to what happened to its object before.
func (f *folder) add(h *happening) {
	k := key{h.record.t.Name(), h.record.id}
	earlier := f.open[k]
	if earlier == nil {
		if f.open == nil {
			f.open = map[key]*happening{}
		}
		f.open[k] = h
		f.order = append(f.order, h)
		return
	}
	earlier.record = h.record
	if h.event != webhook.Deleted {
		return // created stays created, updated stays updated
	}
	earlier.dropped = earlier.event == webhook.Created
	earlier.event, earlier.last = webhook.Deleted, h.last
	delete(f.open, k)
}

// folded returns what is worth recording, in the order of first happening.
func (s *Session) folded() ([]webhook.Change, error) {
	var changes []webhook.Change
	for _, h := range s.folder.order {
		if h.dropped || h.event == webhook.Updated && same(h.before, h.record.doc) {
			continue
		}
		change, err := s.change(h)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	return changes, nil
}

// change makes the record of what happened to one object.
func (s *Session) change(h *happening) (webhook.Change, error) {
	shown := h.last
	if h.event != webhook.Deleted {
		var err error
		if shown, err = s.show(h.record, ""); err != nil { // NetBox's webhooks have relative URLs
			return webhook.Change{}, err
		}
	}
	change := webhook.Change{
		Time: s.now, Event: h.event, ObjectType: h.record.t.Name(), ObjectID: h.record.id, ObjectRepr: shown.Display,
		UserName: s.request.UserName, RequestID: s.request.ID, Cause: s.request.Cause,
		Request: webhook.Request{Method: s.request.Method, Path: s.request.Path},
		Data:    shown.Data, Prechange: h.prechange,
	}
	if h.event == webhook.Deleted {
		return change, nil
	}
	var err error
	change.Postchange, err = s.snapshot(h.record)
	return change, err
}
