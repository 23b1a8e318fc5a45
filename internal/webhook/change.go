package webhook

import (
	"encoding/json"
	"time"
)

// RawJSON is a JSON document that is decoded where it is used.
type RawJSON = json.RawMessage

// Change is one recorded create, update or delete of an object.
type Change struct {
	// ID is given by the store and grows.
	ID         int64
	Time       time.Time
	Event      Event
	ObjectType string
	ObjectID   int64
	// ObjectRepr is the object's display text when it changed.
	ObjectRepr string
	UserName   string
	RequestID  UUID
	// Request is what the person or program asked for; it is part of the
	// template context.
	Request Request
	// Data is the object's REST representation.
	Data RawJSON
	// Prechange and Postchange are flat snapshots; nil means null.
	Prechange  RawJSON
	Postchange RawJSON
	// Context is the template context and default body, made once when the
	// change is recorded (package intake).
	Context []byte
	// Verdicts has one entry for every trigger that was considered.
	Verdicts []Verdict
}

// Request describes the request that made a change.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

// Outcome is the answer of a trigger's conditions.
type Outcome uint8

// The outcomes. Stores keep these numbers.
const (
	// Fired means that the conditions were met, or that there were none.
	Fired Outcome = iota + 1
	// NotFired means that the conditions were not met.
	NotFired
	// Unresolved means that the conditions could not be evaluated on this
	// object, for instance because a path does not exist: it does not fire.
	Unresolved
)

var outcomeNames = [...]string{Fired: "fired", NotFired: "not fired", Unresolved: "unresolved"}

// String returns "fired", "not fired" or "unresolved".
func (o Outcome) String() string {
	if o >= Fired && o <= Unresolved {
		return outcomeNames[o]
	}
	return "unknown"
}

// Verdict tells whether one trigger fired for one change, and why.
type Verdict struct {
	WebhookID int64 `json:"webhook"`
	// RuleID is the event rule, or 0 for the webhook's own trigger.
	RuleID int64 `json:"rule,omitempty"`
	// Name is the webhook's or rule's name at that time.
	Name    string  `json:"name"`
	Outcome Outcome `json:"outcome"`
	// Reason is one sentence for people; empty when there were no conditions.
	Reason string `json:"reason,omitempty"`
	// Tree is the explanation of package condition as JSON, bounded in size;
	// nil when there were no conditions.
	Tree RawJSON `json:"tree,omitempty"`
	// DeliveryID is the delivery that came of it; zero when none did, which
	// for a fired verdict means that another trigger of the same webhook had
	// fired already.
	DeliveryID UUID `json:"delivery,omitzero"`
}
