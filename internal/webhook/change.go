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
	// Cause is known while the change is being recorded; what came of it is the
	// verdicts' Round.
	Cause Cause
}

// Cause is what a client was handling when it made a request, so far as it
// passes on what it was sent. Both ids are its word and may be made up.
type Cause struct {
	// Delivery is the webhook-id of a delivery.
	Delivery UUID
	// Request is the request_id of the change that a delivery was about.
	Request UUID
}

// IsZero reports whether the client said nothing.
func (c Cause) IsZero() bool { return c == Cause{} }

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
	// Stopped means that the trigger would have fired, but that its own
	// deliveries, or others', keep causing such changes: a loop.
	Stopped
)

// Outcomes lists them.
var Outcomes = []Outcome{Fired, NotFired, Unresolved, Stopped}

var outcomeNames = [...]string{Fired: "fired", NotFired: "not fired", Unresolved: "unresolved", Stopped: "stopped"}

// String returns "fired", "not fired", "unresolved" or "stopped".
func (o Outcome) String() string {
	if o >= Fired && o <= Stopped {
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
	// Round is how many deliveries, each caused by the one before, have led to
	// the change, as far as clients have passed on what they were handling.
	Round int `json:"round,omitempty"`
	// DeliveryID is the delivery that came of it; zero when none did, which
	// for a fired verdict means that another trigger of the same webhook had
	// fired already.
	DeliveryID UUID `json:"delivery,omitzero"`
}
