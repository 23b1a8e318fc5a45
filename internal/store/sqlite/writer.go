package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"bellhop/internal/store"
)

// maxGroup bounds how many members share a commit. While one group is being
// synced to the disk the members of the next are on their way, and requests
// whose group is done go on: with groups as large as all who wait, everybody
// would wait for the disk at the same time and the processors with them. A disk
// that takes 10 ms for a sync still takes as many changes as two cores can send.
const maxGroup = 128

// member is one caller's function waiting for the writer.
type member struct {
	ctx context.Context
	fn  func(*tx) error
	// done receives the result once; capacity 1, so that the writer never
	// waits for a caller.
	done chan error
}

// panicError carries a panic of a member's function back to its caller, on whose
// goroutine it belongs.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// writer owns the only connection that writes. Its loop is the only goroutine
// that touches the connection after start.
type writer struct {
	store *Store
	conn  *conn
	// queue carries members from callers to the loop. Its capacity is one
	// group: more callers than that wait in send.
	queue chan *member
	// stop is closed by Close; the loop then takes what is left and ends.
	stop chan struct{}
	// ended is closed by the loop.
	ended chan struct{}
}

// update hands fn to the loop and waits for the commit.
func (w *writer) update(ctx context.Context, fn func(*tx) error) error {
	m := &member{ctx: ctx, fn: fn, done: make(chan error, 1)}
	select {
	case <-w.stop:
		return store.ErrClosed
	default:
	}
	select {
	case w.queue <- m:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-w.ended:
		return store.ErrClosed
	}
	// From here on the answer always comes, and it must be waited for: giving
	// up would leave the caller in doubt whether its change was made.
	select {
	case err := <-m.done:
		return w.result(err)
	case <-w.ended:
	}
	select {
	case err := <-m.done:
		return w.result(err)
	default:
		return store.ErrClosed
	}
}

func (w *writer) result(err error) error {
	if p, ok := errors.AsType[*panicError](err); ok {
		panic(p)
	}
	return err
}

func (w *writer) loop() {
	defer close(w.ended)
	group := make([]*member, 0, maxGroup)
	for {
		group = group[:0]
		select {
		case m := <-w.queue:
			group = append(group, m)
		case <-w.stop:
			for group = w.gather(group); len(group) > 0; group = w.gather(group[:0]) {
				w.run(group)
			}
			return
		}
		w.run(w.gather(group))
	}
}

// gather adds what waits now.
func (w *writer) gather(group []*member) []*member {
	for len(group) < maxGroup {
		select {
		case m := <-w.queue:
			group = append(group, m)
		default:
			return group
		}
	}
	return group
}

// run executes a group in one transaction and answers its members.
//
// It is optimistic: members run without savepoints, because a savepoint makes
// SQLite copy every page that the member touches. Only when a member fails after
// it has written is everything undone and run again, this time with a savepoint
// around each member. A member that fails before writing, as validation does,
// costs the others nothing.
func (w *writer) run(group []*member) {
	results := make([]error, len(group))
	err := w.store.condition.usable()
	if err == nil {
		err = w.store.condition.after(w.commit(group, results))
	}
	for i, m := range group {
		if results[i] == nil {
			results[i] = err
		}
		m.done <- results[i]
		group[i] = nil
	}
}

// commit makes the group durable, and memory follow it.
func (w *writer) commit(group []*member, results []error) error {
	changes, err := w.attempt(group, results, false)
	if errors.Is(err, errRunAgain) {
		changes, err = w.attempt(group, results, true)
	}
	if err == nil {
		w.store.committed(changes)
	}
	return err
}

// errRunAgain means that a member failed after writing.
var errRunAgain = errors.New("run the group again with savepoints")

// attempt begins, runs every member that has not failed yet, and commits.
// Members' own errors go into results; the returned error is the group's.
func (w *writer) attempt(group []*member, results []error, savepoints bool) (afterCommit, error) {
	if _, err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return afterCommit{}, fmt.Errorf("begin: %w", err)
	}
	t := &tx{store: w.store, conn: w.conn, counters: make(counters), sequences: make(sequences)}
	for i, m := range group {
		if results[i] != nil {
			continue
		}
		t.begin(m.ctx)
		var err error
		if savepoints {
			results[i], err = w.runInSavepoint(t, m)
		} else if results[i] = runMember(t, m); results[i] != nil && t.wrote {
			err = errRunAgain
		}
		if t.note(results[i]); t.failed != nil {
			err, results[i] = t.failed, nil // it is everybody's
		}
		if err != nil {
			return afterCommit{}, w.rollback(err)
		}
	}
	if err := t.flush(); err != nil {
		return afterCommit{}, w.rollback(err)
	}
	if _, err := w.conn.exec("COMMIT"); err != nil {
		return afterCommit{}, w.rollback(fmt.Errorf("commit: %w", err))
	}
	return t.after, nil
}

// rollback undoes the transaction and returns err. SQLite may have rolled back
// by itself (disk full, I/O error), and then the statement fails harmlessly.
func (w *writer) rollback(err error) error {
	_, _ = w.conn.exec("ROLLBACK")
	return err
}

// runInSavepoint returns the member's error, and one of the savepoint itself.
func (w *writer) runInSavepoint(t *tx, m *member) (memberErr, err error) {
	if _, err := w.conn.exec("SAVEPOINT member"); err != nil {
		return nil, fmt.Errorf("savepoint: %w", err)
	}
	counters, statistics, sequences, after := t.counters.clone(), t.statistics.clone(), t.sequences.clone(), t.after.clone()
	memberErr = runMember(t, m)
	if memberErr != nil {
		t.counters, t.statistics, t.sequences, t.after = counters, statistics, sequences, after
		if _, err := w.conn.exec("ROLLBACK TO member"); err != nil {
			return memberErr, fmt.Errorf("rollback to savepoint: %w", err)
		}
	}
	if _, err := w.conn.exec("RELEASE member"); err != nil {
		return memberErr, fmt.Errorf("release savepoint: %w", err)
	}
	return memberErr, nil
}

// runMember runs a member's function until it ends or its caller's deadline has
// passed: everybody else waits for it.
func runMember(t *tx, m *member) (err error) {
	t.conn.until, _ = m.ctx.Deadline()
	defer func() { t.conn.until = time.Time{} }()
	defer func() {
		if value := recover(); value != nil {
			err = &panicError{value, debug.Stack()}
		}
	}()
	if m.ctx.Err() != nil {
		return context.Cause(m.ctx)
	}
	return m.fn(t)
}
