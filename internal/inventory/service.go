package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Recorder takes the changes of one request, in order, inside the transaction
// that made them. An error undoes the transaction. The function that it returns
// is called once the transaction is committed; it may be nil. A transaction that
// has to be run again calls Record again, and only the last function counts.
type Recorder interface {
	Record(ctx context.Context, tx store.Tx, changes []webhook.Change) (committed func(), err error)
}

// Options are what a [Service] needs.
type Options struct {
	Store    store.Store
	Recorder Recorder
	Now      func() time.Time // nil means time.Now
}

// Service reads and writes objects and their types. All methods are safe for
// concurrent use.
type Service struct {
	store    store.Store
	recorder Recorder
	now      func() time.Time
	types    atomic.Pointer[Types]
	refresh  sync.Mutex // keeps an older reading of the types from replacing a newer one
}

// New returns a service that knows no types yet; call [Service.Load].
func New(opts Options) *Service {
	s := &Service{store: opts.Store, recorder: opts.Recorder, now: opts.Now}
	if s.now == nil {
		s.now = time.Now
	}
	s.types.Store(&Types{})
	return s
}

// Request is who asks for a write, and how.
type Request struct {
	ID       webhook.UUID
	UserName string
	Method   string
	Path     string
	// Cause is what the client was handling.
	Cause webhook.Cause
	// BaseURL begins the URLs in answers, such as "https://host"; changes have
	// relative URLs whatever it is.
	BaseURL string
}

// Types returns the types in force.
func (s *Service) Types() *Types { return s.types.Load() }

// Load puts the built-in types into the store, where they are missing or were
// different in an earlier version, and reads all types. Call it at start.
func (s *Service) Load(ctx context.Context) error {
	builtin, err := BuiltinTypes()
	if err != nil {
		return err
	}
	current := false
	err = s.store.View(ctx, func(tx store.Tx) error {
		types, err := readTypes(tx)
		if err != nil {
			return err
		}
		current = !slices.ContainsFunc(builtin, func(t webhook.ObjectType) bool { return isStale(types.Get(t.Name()), &t) })
		return nil
	})
	if err != nil {
		return fmt.Errorf("load object types: %w", err)
	}
	if !current {
		if err := s.store.Update(ctx, func(tx store.Tx) error { return s.putBuiltin(tx, builtin) }); err != nil {
			return fmt.Errorf("store built-in object types: %w", err)
		}
	}
	return s.Refresh(ctx)
}

// Refresh reads all types. Call it after people have changed some.
func (s *Service) Refresh(ctx context.Context) error {
	s.refresh.Lock()
	defer s.refresh.Unlock()
	return s.store.View(ctx, func(tx store.Tx) error {
		types, err := readTypes(tx)
		if err != nil {
			return fmt.Errorf("load object types: %w", err)
		}
		s.types.Store(types)
		return nil
	})
}

// putBuiltin stores the built-in types that are missing or out of date. It looks
// again inside the transaction: another process may have been faster.
func (s *Service) putBuiltin(tx store.Tx, builtin []webhook.ObjectType) error {
	for _, t := range builtin {
		now := s.now().UTC().Truncate(time.Microsecond)
		t.Created, t.LastUpdated = now, now
		existing, err := tx.ObjectTypes().Find("name", t.Name())
		switch {
		case errors.Is(err, store.ErrNotFound):
			err = tx.ObjectTypes().Create(&t)
		case err == nil && isStale(&existing, &t):
			t.ID, t.Created = existing.ID, existing.Created
			err = tx.ObjectTypes().Update(&t)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.Name(), err)
		}
	}
	return nil
}

// Do runs fn in one transaction, folds what it did to each object into one
// change and hands the changes to the recorder. If fn or the recorder returns
// an error, nothing is kept and the error is returned. fn may be run more than
// once and must build its results anew each time.
func (s *Service) Do(ctx context.Context, request Request, fn func(*Session) error) error {
	var committed func()
	err := s.store.Update(ctx, func(tx store.Tx) error {
		session := &Session{
			Reader:  newReader(tx, s.Types(), request.BaseURL),
			request: request,
			now:     s.now().UTC().Truncate(time.Microsecond),
		}
		if err := fn(session); err != nil {
			return err
		}
		changes, err := session.folded()
		if err != nil {
			return err
		}
		committed = nil
		if len(changes) > 0 {
			committed, err = s.recorder.Record(ctx, tx, changes)
		}
		return err
	})
	if err != nil {
		return err
	}
	if committed != nil {
		committed()
	}
	return nil
}

// View runs fn on one consistent state. URLs in what it reads begin with
// baseURL.
func (s *Service) View(ctx context.Context, baseURL string, fn func(*Reader) error) error {
	return s.store.View(ctx, func(tx store.Tx) error {
		return fn(newReader(tx, s.Types(), baseURL))
	})
}
