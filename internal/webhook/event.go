package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Event is what happened to an object. Its text is the one that templates see.
type Event uint8

// The events. The zero value is none of them.
const (
	Created Event = iota + 1
	Updated
	Deleted
)

// eventNames are the words of the template context ("event").
var eventNames = [...]string{Created: "created", Updated: "updated", Deleted: "deleted"}

// String returns "created", "updated" or "deleted".
func (e Event) String() string {
	if e >= Created && e <= Deleted {
		return eventNames[e]
	}
	return fmt.Sprintf("event(%d)", uint8(e))
}

// ParseEvent accepts the context's words (created), NetBox's change log actions
// (create) and NetBox 4.x event types (object_created).
func ParseEvent(s string) (Event, bool) {
	switch strings.TrimPrefix(s, "object_") {
	case "created", "create":
		return Created, true
	case "updated", "update":
		return Updated, true
	case "deleted", "delete":
		return Deleted, true
	}
	return 0, false
}

// MarshalText writes the context's word.
func (e Event) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText accepts what [ParseEvent] accepts.
func (e *Event) UnmarshalText(text []byte) error {
	parsed, ok := ParseEvent(string(text))
	if !ok {
		return fmt.Errorf("unknown event %q", text)
	}
	*e = parsed
	return nil
}

// Events is a set of events.
type Events uint8

// EventSet returns the set of the given events.
func EventSet(events ...Event) Events {
	var s Events
	for _, e := range events {
		s |= 1 << e
	}
	return s
}

// AllEvents is the set of every event.
const AllEvents = Events(1<<Created | 1<<Updated | 1<<Deleted)

// Has reports whether e is in the set.
func (s Events) Has(e Event) bool { return s&(1<<e) != 0 }

// List returns the events of the set in the order created, updated, deleted.
func (s Events) List() []Event {
	var list []Event
	for e := Created; e <= Deleted; e++ {
		if s.Has(e) {
			list = append(list, e)
		}
	}
	return list
}

// MarshalJSON writes the set as a list of words.
func (s Events) MarshalJSON() ([]byte, error) {
	list := s.List()
	if list == nil {
		list = []Event{}
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads a list of words.
func (s *Events) UnmarshalJSON(data []byte) error {
	var list []Event
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*s = EventSet(list...)
	return nil
}
