package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Records are the use cases on one kind of record, the same for every kind.
type Records[T any] struct {
	admin *Admin
	kind  kind[T]
}

// kind is what differs between kinds of records.
type kind[T any] struct {
	// name is NetBox's ("extras.webhook"), noun the word in messages.
	name, noun string
	table      func(store.Tx) store.Table[T]
	about      func(*T) about
	// check refuses a record that must not be stored and completes one that
	// may. before is nil for a new one.
	check func(op operation, before, after *T) error
	// drop refuses a delete, or clears away what goes with it; nil does
	// neither.
	drop func(op operation, record *T) error
	// masked returns what of a record may be in the audit log; nil is all.
	masked func(T) any
	// changed is called after a commit with what was deleted; nil is not.
	changed func(ctx context.Context, by Actor, deleted []T)
	// forgets says that a change alters what identities may do.
	forgets bool
}

// about points to what every kind has, so far as it has it.
type about struct {
	id       int64
	name     string
	revision int64
	created  *time.Time
	updated  *time.Time
}

// operation is what a check knows about the transaction it is part of.
type operation struct {
	admin *Admin
	tx    store.Tx
	by    Actor
	now   time.Time
}

// Edit changes one record of a list.
type Edit[T any] struct {
	ID int64
	// Revision, when not zero, must be the record's present one.
	Revision int64
	// Apply changes the record in place. It may be called more than once, each
	// time on the record as stored.
	Apply func(*T) error
}

// ErrStale means that a record is not any more what its editor saw.
var ErrStale = errors.New("record was changed in the meantime")

// Get returns a record, or an error with [webhook.CodeNotFound].
func (r *Records[T]) Get(ctx context.Context, id int64) (record T, err error) {
	err = r.admin.store.View(ctx, func(tx store.Tx) (err error) {
		record, err = r.kind.table(tx).Get(id)
		return err
	})
	return record, public(err, r.kind.noun)
}

// Find returns the record with a unique key's value; see [store.Tx] for the
// keys.
func (r *Records[T]) Find(ctx context.Context, key, value string) (record T, err error) {
	err = r.admin.store.View(ctx, func(tx store.Tx) (err error) {
		record, err = r.kind.table(tx).Find(key, value)
		return err
	})
	return record, public(err, r.kind.noun)
}

// List returns the records that match.
func (r *Records[T]) List(ctx context.Context, query store.Query) (page store.Page[T], err error) {
	err = r.admin.store.View(ctx, func(tx store.Tx) (err error) {
		page, err = r.kind.table(tx).List(query)
		return err
	})
	return page, public(err, r.kind.noun)
}

// Create stores new records, all or none. A fault in any is a [*BulkError] with
// the faults of all.
func (r *Records[T]) Create(ctx context.Context, by Actor, records []T) ([]T, error) {
	var created []T
	err := r.admin.store.Update(ctx, func(tx store.Tx) error {
		op := operation{admin: r.admin, tx: tx, by: by, now: now()}
		created = make([]T, len(records))
		faults := newBulkError(len(records))
		for i := range records {
			created[i] = records[i]
			if err := faults.put(i, 0, r.create(op, &created[i])); err != nil {
				return err
			}
		}
		return faults.err()
	})
	if err != nil {
		return nil, err
	}
	r.tell(ctx, by, nil)
	return created, nil
}

func (r *Records[T]) create(op operation, record *T) error {
	about := r.kind.about(record)
	stamp(about.created, op.now)
	stamp(about.updated, op.now)
	if err := r.kind.check(op, nil, record); err != nil {
		return err
	}
	if err := r.kind.table(op.tx).Create(record); err != nil {
		return public(err, r.kind.noun)
	}
	return r.audit(op, "create", nil, record)
}

// Update changes records, all or none. One that an edit leaves as it is keeps
// its revision and its last change. Faults are a [*BulkError]; it holds
// [ErrStale] for a revision that is not the present one.
func (r *Records[T]) Update(ctx context.Context, by Actor, edits []Edit[T]) ([]T, error) {
	var updated []T
	err := r.admin.store.Update(ctx, func(tx store.Tx) error {
		op := operation{admin: r.admin, tx: tx, by: by, now: now()}
		updated = make([]T, len(edits))
		faults := newBulkError(len(edits))
		for i, edit := range edits {
			record, err := r.update(op, edit)
			if err := faults.put(i, edit.ID, err); err != nil {
				return err
			}
			updated[i] = record
		}
		return faults.err()
	})
	if err != nil {
		return nil, err
	}
	r.tell(ctx, by, nil)
	return updated, nil
}

func (r *Records[T]) update(op operation, edit Edit[T]) (T, error) {
	table := r.kind.table(op.tx)
	before, err := table.Get(edit.ID)
	if err != nil {
		return before, public(err, r.kind.noun)
	}
	if edit.Revision != 0 && edit.Revision != r.kind.about(&before).revision {
		return before, ErrStale
	}
	after, err := clone(&before)
	if err != nil {
		return before, err
	}
	if err := edit.Apply(&after); err != nil {
		return before, err
	}
	if err := r.kind.check(op, &before, &after); err != nil {
		return before, err
	}
	if same, err := equal(&before, &after); err != nil || same {
		return before, err
	}
	stamp(r.kind.about(&after).updated, op.now)
	if err := table.Update(&after); err != nil {
		return before, public(err, r.kind.noun)
	}
	return after, r.audit(op, "update", &before, &after)
}

// Delete removes records, all or none. Faults are a [*BulkError].
func (r *Records[T]) Delete(ctx context.Context, by Actor, edits []Edit[T]) error {
	var deleted []T
	err := r.admin.store.Update(ctx, func(tx store.Tx) error {
		op := operation{admin: r.admin, tx: tx, by: by, now: now()}
		deleted = make([]T, len(edits))
		faults := newBulkError(len(edits))
		for i, edit := range edits {
			record, err := r.remove(op, edit)
			if err := faults.put(i, edit.ID, err); err != nil {
				return err
			}
			deleted[i] = record
		}
		return faults.err()
	})
	if err != nil {
		return err
	}
	r.tell(ctx, by, deleted)
	return nil
}

func (r *Records[T]) remove(op operation, edit Edit[T]) (T, error) {
	table := r.kind.table(op.tx)
	record, err := table.Get(edit.ID)
	if err != nil {
		return record, public(err, r.kind.noun)
	}
	if edit.Revision != 0 && edit.Revision != r.kind.about(&record).revision {
		return record, ErrStale
	}
	if r.kind.drop != nil {
		if err := r.kind.drop(op, &record); err != nil {
			return record, err
		}
	}
	if err := table.Delete(edit.ID); err != nil {
		return record, public(err, r.kind.noun)
	}
	return record, r.audit(op, "delete", &record, nil)
}

func (r *Records[T]) tell(ctx context.Context, by Actor, deleted []T) {
	if r.kind.forgets {
		r.admin.identities.clear()
	}
	if r.kind.changed != nil {
		r.kind.changed(ctx, by, deleted)
	}
}

// audit records what was done to a record. Before and after are nil where there
// is none.
func (r *Records[T]) audit(op operation, action string, before, after *T) error {
	entry := webhook.AuditEntry{
		Time: op.now, UserName: op.by.UserName, RequestID: op.by.RequestID, Action: action, Kind: r.kind.name,
	}
	for _, side := range []struct {
		record   *T
		document *webhook.RawJSON
	}{{before, &entry.Before}, {after, &entry.After}} {
		if side.record == nil {
			continue
		}
		about := r.kind.about(side.record)
		entry.TargetID, entry.Target = about.id, about.name
		var shown any = *side.record
		if r.kind.masked != nil {
			shown = r.kind.masked(*side.record)
		}
		document, err := json.Marshal(shown)
		if err != nil {
			return fmt.Errorf("audit %s %d: %w", r.kind.name, about.id, err)
		}
		*side.document = document
	}
	return op.tx.Audit().Create(&entry)
}

// now is the present moment as it is stored: UTC with microseconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func stamp(field *time.Time, now time.Time) {
	if field != nil {
		*field = now
	}
}

// clone copies a record deeply, so that an edit cannot reach into the original.
// Stores keep records as JSON, so nothing is lost on that way.
func clone[T any](record *T) (copied T, err error) {
	document, err := json.Marshal(record)
	if err != nil {
		return copied, fmt.Errorf("copy record: %w", err)
	}
	if err := json.Unmarshal(document, &copied); err != nil {
		return copied, fmt.Errorf("copy record: %w", err)
	}
	return copied, nil
}

func equal[T any](a, b *T) (bool, error) {
	left, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("compare records: %w", err)
	}
	right, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("compare records: %w", err)
	}
	return bytes.Equal(left, right), nil
}
