package admin

import (
	"bytes"
	"context"
	"errors"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Intake decides what becomes of changes from elsewhere.
type Intake interface {
	// Prepare builds the changes' contexts and decides which webhooks fire. It
	// is called outside the transaction, so that it does not hold up others. A
	// [webhook.Error] is about what a client sent.
	Prepare(changes []webhook.Change, now time.Time) (Batch, error)
}

// Batch is a list of changes on its way into the store.
type Batch interface {
	// Record writes the changes, their verdicts and deliveries. It may be
	// called again when a transaction is run again.
	Record(tx store.Tx) error
	// Changes returns them; after Record with their IDs.
	Changes() []webhook.Change
	// Announce tells the dispatcher; called after the commit, and only then.
	Announce()
}

// Answer is what a request was answered with.
type Answer struct {
	Status int
	Body   []byte
	// Repeated says that it is the answer to an earlier request with the same
	// idempotency key.
	Repeated bool
}

// Once makes a request safe to repeat.
type Once struct {
	// Scope and Key identify the request; an empty Key means that it may
	// happen twice. Digest tells whether another request has the key.
	Scope, Key string
	Digest     []byte
}

// errKeyReused refuses an idempotency key that came with another request.
var errKeyReused = webhook.Error{
	Code: webhook.CodeConflict, Message: "This Idempotency-Key was used for another request.",
}

// Import takes in changes from elsewhere, all or none, durably. answer makes
// the request's answer from them when they have their ids; the same key again
// gets the same answer and records nothing.
func (a *Admin) Import(
	ctx context.Context, once Once, changes []webhook.Change, answer func([]webhook.Change) (Answer, error),
) (Answer, error) {
	batch, err := a.options.Intake.Prepare(changes, now())
	if err != nil {
		return Answer{}, err
	}
	var result Answer
	err = a.store.Update(ctx, func(tx store.Tx) (err error) {
		if once.Key != "" {
			if result, err = earlier(tx, once); err == nil || !errors.Is(err, store.ErrNotFound) {
				return err
			}
		}
		if err = batch.Record(tx); err != nil {
			return err
		}
		if result, err = answer(batch.Changes()); err != nil || once.Key == "" {
			return err
		}
		return tx.PutIdempotent(store.Idempotent{
			Scope: once.Scope, Key: once.Key, Digest: once.Digest,
			Status: result.Status, Body: result.Body, Created: now(),
		})
	})
	if err != nil {
		return Answer{}, err
	}
	if !result.Repeated {
		batch.Announce()
	}
	return result, nil
}

// earlier returns the answer that the key was given before, or
// [store.ErrNotFound].
func earlier(tx store.Tx, once Once) (Answer, error) {
	stored, err := tx.Idempotent(once.Scope, once.Key)
	if err != nil {
		return Answer{}, err
	}
	if !bytes.Equal(stored.Digest, once.Digest) {
		return Answer{}, refusal(errKeyReused)
	}
	return Answer{Status: stored.Status, Body: stored.Body, Repeated: true}, nil
}

// Change returns a change with its context and verdicts.
func (a *Admin) Change(ctx context.Context, id int64) (change webhook.Change, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		change, err = tx.Change(id)
		return err
	})
	return change, public(err, "change")
}

// Changes lists changes; see [store.ChangeFields]. With contexts, each has its
// context and verdicts, too.
func (a *Admin) Changes(ctx context.Context, query store.Query, contexts bool) (page store.Page[webhook.Change], err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		if page, err = tx.Changes(query); err != nil || !contexts {
			return err
		}
		for i, change := range page.Items {
			if page.Items[i], err = tx.Change(change.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return page, public(err, "change")
}
