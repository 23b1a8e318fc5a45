package sqlite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// fault is a failure of the disk or of the file, as opposed to one of a caller's
// statement. Nothing of the transaction that met it is stored, with one exception:
// see final.
type fault struct {
	// about is what callers are told.
	about webhook.Error
	// final faults end all writing: what the file holds cannot be relied on.
	//
	// A failed fsync is final because the kernel reports it once, and from then
	// on takes the pages that it could not write for clean: the next fsync would
	// succeed and prove nothing. It also leaves open whether the transaction is
	// in the file. A damaged file is final because writing makes it worse. See
	// docs/decisions/0009-disk-faults.md.
	final bool
}

// faultOf tells which fault an error is, if it is one.
func faultOf(err error) (fault, bool) {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return fault{}, false
	}
	about := webhook.Error{Code: webhook.CodeUnavailable, Err: err}
	switch failure.Code() {
	case sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC:
		about.Message = "The disk could not confirm what was written; whether this was stored is not certain."
		return fault{about, true}, true
	}
	if isDamage(failure.Code()) {
		about.Message = "The database is damaged."
		about.Help = `"bellhop check" says where; restore it from a backup.`
		return fault{about, true}, true
	}
	switch primary(failure.Code()) {
	case sqlite3.SQLITE_FULL:
		about.Message = "The database cannot be written: the disk is full."
	case sqlite3.SQLITE_IOERR:
		about.Message = "The database cannot be used: the disk reports an error."
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		about.Message = "The database cannot be written: its files or its disk are read-only."
	case sqlite3.SQLITE_BUSY:
		about.Message = "The database cannot be written: another program has locked it."
	case sqlite3.SQLITE_NOMEM:
		about.Message = "The database cannot be used: there is no memory left."
	default:
		return fault{}, false
	}
	return fault{about, false}, true
}

// primary returns a result code without the details that extended codes have
// above the lowest byte.
func primary(code int) int { return code & 0xff }

func isDamage(code int) bool {
	return primary(code) == sqlite3.SQLITE_CORRUPT || primary(code) == sqlite3.SQLITE_NOTADB
}

// explain makes an error that a fault caused readable for people; others it
// returns as they are.
func explain(err error) error {
	if f, ok := faultOf(err); ok {
		return &f.about
	}
	return err
}

// condition knows whether the store can be written. It tells the log when that
// changes, not at every error: there may be thousands a second.
type condition struct {
	log *slog.Logger
	// onBroken is called once, with the final fault.
	onBroken func(error)

	mu      sync.Mutex
	failing time.Time // since when writing fails; zero if it does not
	last    time.Time // when it failed last
	broken  error     // the final fault
}

// recovery is how long writing has to go without a failure until it counts as
// working: on a disk that is nearly full small groups pass between large ones that
// do not.
const recovery = time.Second

// after takes note of a group's result and returns what its members are told.
func (c *condition) after(err error) error {
	f, faulty := faultOf(err)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil && !c.failing.IsZero() && time.Since(c.last) >= recovery:
		// A warning, so that who was told of the one is told of the other.
		c.log.Warn("database can be written again", "after", time.Since(c.failing).Round(time.Millisecond))
		c.failing = time.Time{}
		return nil
	case !faulty:
		return err
	case f.final && c.broken == nil:
		f.about.Err = fmt.Errorf("%w: %w", store.ErrClosed, err)
		c.broken = &f.about
		c.log.Error("database cannot be relied on; nothing more is written", "error", err)
		if c.onBroken != nil {
			c.onBroken(c.broken)
		}
	case !f.final:
		c.last = time.Now()
		if c.failing.IsZero() {
			c.failing = c.last
			c.log.Error("database cannot be written", "error", err)
		}
	}
	return &f.about
}

// usable returns the final fault, or nil.
func (c *condition) usable() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

// isFailing reports whether writes have failed lately.
func (c *condition) isFailing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.failing.IsZero()
}

// probeSetting is written to find out whether writing works again, with as many
// bytes as a group of changes has.
const (
	probeSetting = "probe"
	probeSize    = 256 << 10
)

// Ready implements [store.Store].
func (s *Store) Ready(ctx context.Context) error {
	if err := s.condition.usable(); err != nil {
		return err
	}
	err := s.read(ctx, func(t *tx) error {
		_, err := t.Counts()
		return err
	})
	if err != nil || !s.condition.isFailing() {
		return err
	}
	for _, value := range [][]byte{make([]byte, probeSize), nil} {
		if err := s.Update(ctx, func(tx store.Tx) error { return tx.PutSetting(probeSetting, value) }); err != nil {
			return err
		}
	}
	return nil
}
