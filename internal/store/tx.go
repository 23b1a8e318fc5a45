package store

import (
	"time"

	"bellhop/internal/webhook"
)

// Tx is a transaction. The context given to Update or View governs everything
// done through it. It is not safe for concurrent use. Writes through a Tx of
// View return [ErrReadOnly].
type Tx interface {
	Webhooks() Table[webhook.Webhook]
	EventRules() Table[webhook.EventRule]
	ObjectTypes() Table[webhook.ObjectType]
	Tags() Table[webhook.Tag]
	Users() Table[webhook.User]
	Groups() Table[webhook.Group]
	Tokens() Table[webhook.Token]
	Sessions() Table[webhook.Session]
	// Audit is written by Create only.
	Audit() Table[webhook.AuditEntry]
	// Objects returns the objects of one type.
	Objects(objectType string) Table[Object]
	// Referrers returns the first references to an object, in the order of
	// type and id, and how many there are.
	Referrers(objectType string, id int64, limit int) ([]Reference, int, error)

	Pipeline

	// Setting returns a value by name, or [ErrNotFound].
	Setting(name string) ([]byte, error)
	// PutSetting writes a value; nil deletes it.
	PutSetting(name string, value []byte) error

	// Idempotent returns what was answered to a key, or [ErrNotFound].
	Idempotent(scope, key string) (Idempotent, error)
	// PutIdempotent records an answer. A key that is there already is an
	// [ErrConflict].
	PutIdempotent(answer Idempotent) error
}

// Pipeline is the part of a transaction that deals with changes, deliveries and
// attempts.
type Pipeline interface {
	// AddChange stores a change with its context and verdicts and sets its ID,
	// which is greater than all before it.
	AddChange(change *webhook.Change) error
	// AddDelivery stores a new delivery, whose change must be there. Make its
	// id inside the transaction: ids then grow in the order of commits, which
	// lanes rely on.
	AddDelivery(delivery *webhook.Delivery) error

	// Change returns a change with its context and verdicts, or [ErrNotFound].
	// Data and snapshots are part of the context and not set.
	Change(id int64) (webhook.Change, error)
	// Changes lists changes by [ChangeFields], without context and verdicts.
	Changes(query Query) (Page[webhook.Change], error)

	// Delivery returns a delivery, or [ErrNotFound]. One that is claimed has
	// the state started.
	Delivery(id webhook.UUID) (webhook.Delivery, error)
	// Deliveries lists deliveries by [DeliveryFields].
	Deliveries(query Query) (Page[webhook.Delivery], error)
	// Attempts returns the attempts of a delivery, the first one first.
	Attempts(delivery webhook.UUID) ([]webhook.Attempt, error)

	// Requeue makes at most limit deliveries that match the filter due at the
	// moment now, with a new retry schedule, and returns them. Those that are
	// queued already or started are passed over.
	Requeue(filter Filter, now time.Time, limit int) ([]webhook.Delivery, error)
	// Cancel ends at most limit undone deliveries that match, started ones
	// included, and returns them.
	Cancel(filter Filter, now time.Time, limit int) ([]webhook.Delivery, error)
	// DeleteDeliveries deletes at most limit deliveries that match, with their
	// attempts, and returns them. Started ones are passed over.
	DeleteDeliveries(filter Filter, limit int) ([]webhook.Delivery, error)

	// Counts returns how many deliveries there are by webhook, queue and
	// state, from counters that are always exact. Claimed deliveries count in
	// the state from which they were claimed.
	Counts() ([]Count, error)

	// Statistics returns what came of the attempts of a time, in periods with
	// any, the earliest first. Settle counts each attempt of a delivery that was
	// still its own, in the minute in which it ended.
	Statistics(query StatisticsQuery) ([]Period, error)

	// NoteBacklog notes how many deliveries are undone at a moment, and for how
	// long the first of them has been due. Of a minute the most is kept.
	NoteBacklog(at time.Time, waiting int, oldest time.Duration) error
	// Backlogs returns what was noted between two moments, cut to minutes, in
	// periods of whole minutes with any, the earliest first: the most of each.
	Backlogs(from, until time.Time, step time.Duration) ([]BacklogPeriod, error)

	// OldDeliveries returns at most limit deliveries in a final state that ended
	// before the moment, in the order of ids and beginning after the given one.
	// It may have to read past many that are undone: call it in View.
	OldDeliveries(before time.Time, after webhook.UUID, limit int) ([]webhook.UUID, error)
	// PruneDeliveries deletes those of the deliveries that still have ended
	// before the moment, with their attempts; it returns how many.
	PruneDeliveries(ids []webhook.UUID, before time.Time) (int, error)
	// OldChanges returns at most limit changes that were made and recorded
	// before the moment and that no delivery refers to, beginning after the
	// given one. What is recorded later with an old time may be left out until
	// it is old itself. It may have to read past many others: call it in View.
	OldChanges(before time.Time, after int64, limit int) ([]int64, error)
	// PruneChanges deletes those of the changes that no delivery refers to; it
	// returns how many.
	PruneChanges(ids []int64) (int, error)
	// PruneStatistics adds up minutes to hours in hours that ended before the
	// first moment, at most limit hours of webhooks, and returns how many. It
	// deletes hours before the second moment. Notes of backlogs go with them.
	PruneStatistics(minutes, hours time.Time, limit int) (int, error)
	// PruneIdempotent deletes answers recorded before the moment.
	PruneIdempotent(before time.Time, limit int) (int, error)
}

// Count is a counter's value.
type Count struct {
	WebhookID int64
	Queue     webhook.Queue
	State     webhook.State
	N         int
}

// StatisticsQuery asks for the statistics of a time.
type StatisticsQuery struct {
	// WebhookID is a webhook, or 0 for all together.
	WebhookID int64
	// From and Until bound the time; both are cut to minutes, and Until is not
	// part of it.
	From, Until time.Time
	// Step is the length of the periods: whole minutes. Periods begin at
	// multiples of it since 1970. What [Pipeline.PruneStatistics] has added up
	// counts in the period in which its hour began.
	Step time.Duration
	// WithoutLatency leaves Latency empty, which is several times as cheap.
	WithoutLatency bool
}

// Period is a time with what came of its attempts.
type Period struct {
	Start time.Time
	webhook.Statistics
}

// BacklogPeriod is a time with the most that waited in it.
type BacklogPeriod struct {
	Start time.Time
	// Waiting is how many deliveries were undone, Oldest for how long one was due.
	Waiting int
	Oldest  time.Duration
}

// Idempotent is the answer that was given to a request with an idempotency key.
type Idempotent struct {
	// Scope keeps the keys of different users and routes apart.
	Scope, Key string
	// Digest identifies the request, so that the same key on another request
	// can be refused.
	Digest  []byte
	Status  int
	Body    []byte
	Created time.Time
}

// Table holds the records of one kind.
type Table[T any] interface {
	// Get returns a record, or [ErrNotFound].
	Get(id int64) (T, error)
	// Find returns the record that has a unique key's value, or [ErrNotFound].
	Find(key, value string) (T, error)
	// List returns the records that match, in order, and how many there are
	// in all.
	List(query Query) (Page[T], error)
	// Create stores a new record. An ID of 0 is replaced by the next of the
	// kind's sequence, which never gives an id twice; one that is set must be
	// free. Revision is set to 1. A unique key that is taken is a
	// [DuplicateError].
	Create(record *T) error
	// Update replaces the record with the same ID and raises its Revision.
	// Errors are [ErrNotFound] and [DuplicateError].
	Update(record *T) error
	// Delete removes a record, or returns [ErrNotFound], or [ReferencedError]
	// for an object that others refer to.
	Delete(id int64) error
}

// Object is a stored object of some type. What its document means is package
// inventory's business.
type Object struct {
	ID int64
	// Document is a JSON object; filters look into it.
	Document webhook.RawJSON
	// Keys are the values that no other object of the type may have.
	Keys []Key
	// References are the objects that this one points to; FromType and FromID
	// are set by the store.
	References []Reference
	Revision   int64
}

// Key is a value that is unique among the records of a kind.
type Key struct {
	Name, Value string
}

// Reference says that a field of one object points to another object.
type Reference struct {
	FromType string
	FromID   int64
	Field    string
	ToType   string
	ToID     int64
}

// Page is a part of a list.
type Page[T any] struct {
	Items []T
	// Count is how many records match without limit and offset; -1 when the
	// query asked not to count.
	Count int
	// Reached is set when [Query.Reach] ended the search before the page was
	// full: it is the id (webhook.UUID or int64) of the last row looked at,
	// after which the search can go on.
	Reached any
}
