package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellhop/internal/webhook"
)

// Sentinels; test with errors.Is.
var (
	// ErrNotFound means that there is no such record.
	ErrNotFound = errors.New("not found")
	// ErrConflict means that a write would break a unique key or a reference.
	ErrConflict = errors.New("conflict")
	// ErrReadOnly means a write through a Tx of View.
	ErrReadOnly = errors.New("write in a read-only transaction")
	// ErrInvalidFilter means a filter that names no field of the records, or
	// a pattern that does not compile.
	ErrInvalidFilter = errors.New("invalid filter")
	// ErrClosed means that the store was closed.
	ErrClosed = errors.New("store is closed")
)

// DuplicateError is an [ErrConflict]: another record of the kind has the value
// already.
type DuplicateError struct {
	// Kind is the records' kind, as in [Key] documents; Key the key's name.
	Kind, Key string
	// Value is the value that is taken.
	Value string
	// ID is the record that has it.
	ID int64
}

// Error names kind, key and holder.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("%s with this %s already exists: id %d", e.Kind, e.Key, e.ID)
}

// Is reports whether target is [ErrConflict].
func (e *DuplicateError) Is(target error) bool { return target == ErrConflict }

// ReferencedError is an [ErrConflict]: objects that still refer to the one that
// was to be deleted.
type ReferencedError struct {
	// Referrers are the first of them.
	Referrers []Reference
	// Count is how many there are.
	Count int
}

// Error lists the referrers.
func (e *ReferencedError) Error() string {
	names := make([]string, len(e.Referrers))
	for i, r := range e.Referrers {
		names[i] = fmt.Sprintf("%s %d", r.FromType, r.FromID)
	}
	return fmt.Sprintf("%d dependent objects: %s", e.Count, strings.Join(names, ", "))
}

// Is reports whether target is [ErrConflict].
func (e *ReferencedError) Is(target error) bool { return target == ErrConflict }

// Store is a database. All methods are safe for concurrent use.
type Store interface {
	// Update runs fn in a transaction and commits it durably; see the package
	// documentation. Functions of several callers may share one commit.
	//
	// A context that ends before fn began means that fn does not run; one that
	// ends later makes Update return early only if nothing was committed. Once its
	// deadline has passed, what fn asks of the transaction fails with
	// [context.DeadlineExceeded], because all other callers may wait for fn.
	Update(ctx context.Context, fn func(Tx) error) error

	// View runs fn on one consistent state of the data. It waits for no writer.
	View(ctx context.Context, fn func(Tx) error) error

	Queue

	// Ready returns nil if the data can be read and written now, else an error
	// that says why not. After a write that failed it tries one.
	Ready(ctx context.Context) error

	// Inspect reads everything and looks for damage and for what contradicts
	// itself. It takes its time, and waits for no writer.
	Inspect(ctx context.Context) (Inspection, error)

	// Close waits for running transactions, commits what was begun, and frees
	// the database. Later calls of other methods return [ErrClosed].
	Close() error
}

// Inspection is what [Store.Inspect] found.
type Inspection struct {
	// Problems are texts for people; none means that all is well.
	Problems []string
	// Sizes say what takes how much room, the largest first. They are missing
	// from a store whose problems prevented counting.
	Sizes []Size
}

// Size is the room that one kind of data takes, with its indexes.
type Size struct {
	Name  string
	Bytes int64
}

// Queue is how workers take deliveries and give them back.
type Queue interface {
	// Backlog returns, for every webhook with undone deliveries (queued or
	// scheduled), how many there are and when the first is due.
	Backlog(ctx context.Context) ([]Backlog, error)

	// Due returns undone deliveries of a webhook in a lane's order. It does
	// not claim them: by the time the caller does, others may have.
	Due(ctx context.Context, query DueQuery) ([]Due, error)

	// Contexts returns the context bytes of changes. Changes that are gone
	// are missing from the result.
	Contexts(ctx context.Context, changes []int64) (map[int64][]byte, error)

	// Claim takes those of the deliveries, as the caller last read them, that
	// are undone and held by nobody, and returns a claim for each of these;
	// the others are left out. A held delivery is shown as started. Two
	// concurrent claims never both get one. Where looking again would cost a
	// read, a delivery that changed since the caller read it may be granted
	// too: Settle then finds it lost.
	Claim(ctx context.Context, worker string, deliveries []webhook.Delivery) ([]Claim, error)

	// Claims returns what is held now, the longest held first.
	Claims(ctx context.Context) ([]Claim, error)

	// Release gives claims back without an attempt. A claim that is not held
	// any more is passed over.
	Release(ctx context.Context, claims []Claim) error

	// Settle records attempts, moves their deliveries on and ends their
	// claims, durably and all or none. The result has one entry for each
	// settlement: false means that the claim was lost or that the delivery was
	// ended by somebody else in the meantime; its attempt is recorded all the
	// same, for it took place, but the delivery's state is left alone. Of a
	// delivery that was deleted nothing is recorded.
	Settle(ctx context.Context, settlements []Settlement) ([]bool, error)
}

// Backlog is what waits for one webhook.
type Backlog struct {
	WebhookID int64
	// Undone counts queued, scheduled and started deliveries.
	Undone int
	// NextDue is the earliest due time among them, Queue that one's queue.
	NextDue time.Time
	Queue   webhook.Queue
}

// DueQuery asks for undone deliveries of one webhook.
type DueQuery struct {
	WebhookID int64
	// Until leaves out what is due later; it is not used when InOrder is set.
	Until time.Time
	// After leaves out everything up to and including this position; the zero
	// value starts at the front.
	After Position
	// InOrder returns deliveries in the order of their creation, whether due
	// or not, for webhooks that keep an object's changes in order. Otherwise
	// the earliest due come first.
	InOrder bool
	// Limit is the most to return.
	Limit int
}

// Position is a place in a lane's order.
type Position struct {
	Due time.Time
	ID  webhook.UUID
}

// Due is an undone delivery.
type Due struct {
	webhook.Delivery
	// ObjectType and ObjectID are the change's, by which lanes in order keep
	// deliveries apart; they are set when the query asked for InOrder.
	ObjectType string
	ObjectID   int64
}

// Claim is the right to send and settle one delivery.
type Claim struct {
	// Delivery is as it was when it was claimed.
	Delivery webhook.Delivery
	// Token tells this claim from an earlier one on the same delivery.
	Token  int64
	Worker string
	Since  time.Time
}

// Settlement ends a claim with what happened.
type Settlement struct {
	Claim Claim
	// Attempt is nil when nothing was sent, for instance because the webhook
	// is gone.
	Attempt *webhook.Attempt
	// State is Queued, Scheduled, Finished, Failed or Canceled.
	State webhook.State
	// Due is the next attempt's time when State is Scheduled or Queued.
	Due time.Time
	// Free attempts do not count against the webhook's max_attempts: those of
	// a receiver on probation.
	Free bool
	// Time is when it ended.
	Time time.Time
}
