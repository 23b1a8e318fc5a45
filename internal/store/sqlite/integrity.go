package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"

	"bellhop/internal/store"
)

// glanceLimit bounds how long opening looks for damage.
const glanceLimit = time.Second

// rewriteLog copies what the write-ahead log holds into the database file and
// syncs that. After a failed fsync the log may be whole in the kernel's cache
// and not on the disk, and nothing would tell; see docs/decisions/0009. It waits
// for nobody who is reading.
func rewriteLog(c *conn) error {
	_, err := c.queryOne(func(row) {}, "PRAGMA wal_checkpoint(PASSIVE)")
	if err != nil {
		return fmt.Errorf("copy the log into the database: %w", err)
	}
	return nil
}

// glance looks for damage for a moment: it sees all of a small file and a part of
// a large one.
func glance(ctx context.Context, c *conn) error {
	limited, cancel := context.WithTimeout(ctx, glanceLimit)
	defer cancel()
	defer func(before context.Context) { c.ctx = before }(c.ctx)
	c.ctx = limited
	problems, err := check(c, "PRAGMA quick_check(1)")
	if limited.Err() != nil && ctx.Err() == nil {
		return nil // nothing was found so far
	}
	if err == nil && len(problems) > 0 {
		err = &damagedError{problems[0]}
	}
	return err
}

// damagedError is a file that was found damaged.
type damagedError struct{ problem string }

func (e *damagedError) Error() string {
	return "the database is damaged: " + e.problem + "; restore it from a backup"
}

// asDamage returns a [damagedError] for a fault that means one, and other errors
// as they are.
func asDamage(err error) error {
	if failure, ok := errors.AsType[*sqlite.Error](err); ok && isDamage(failure.Code()) {
		return &damagedError{failure.Error()}
	}
	return err
}

// fullCheck compares indexes with their tables too, which takes several times as
// long.
func fullCheck(c *conn) ([]string, error) {
	return check(c, fmt.Sprintf("PRAGMA integrity_check(%d)", maxProblems))
}

// check returns the problems that SQLite finds in the file.
func check(c *conn, pragma string) ([]string, error) {
	var problems []string
	err := c.query(func(r row) error {
		if text := r.text(0); text != "ok" {
			problems = append(problems, text)
		}
		return nil
	}, pragma)
	if found, ok := errors.AsType[*damagedError](asDamage(err)); ok {
		return append(problems, found.problem), nil
	}
	return problems, err
}

// maxProblems bounds how many problems an inspection lists.
const maxProblems = 100

// rules say what holds between tables whenever no transaction is under way. Each
// query counts what breaks its rule.
var rules = []struct{ broken, query string }{
	{"deliveries without a change", `SELECT count(*) FROM delivery
		WHERE NOT EXISTS (SELECT 1 FROM change WHERE change.id = delivery.change_id)`},
	{"changes without a body", `SELECT count(*) FROM change
		WHERE NOT EXISTS (SELECT 1 FROM change_body b WHERE b.change_id = change.id)`},
	{"bodies without a change", `SELECT count(*) FROM change_body b
		WHERE NOT EXISTS (SELECT 1 FROM change WHERE change.id = b.change_id)`},
	{"attempts without a delivery", `SELECT count(*) FROM attempt
		WHERE NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.id = attempt.delivery_id)`},
	{"unique keys without a record", `SELECT count(*) FROM record_key k
		WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.kind = k.kind AND r.id = k.id)`},
	{"references from or to nothing", `SELECT count(*) FROM reference
		WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.kind = from_kind AND r.id = from_id)
		OR NOT EXISTS (SELECT 1 FROM record r WHERE r.kind = to_kind AND r.id = to_id)`},
	{"counters that are wrong", `SELECT count(*) FROM (
		SELECT webhook_id, queue, state, n FROM counter WHERE n <> 0
		EXCEPT SELECT webhook_id, queue, state, count(*) FROM delivery GROUP BY 1, 2, 3
		EXCEPT SELECT 0, 0, 0, count(*) FROM change)`},
	{"deliveries that are not counted", `SELECT count(*) FROM (
		SELECT webhook_id, queue, state, count(*) FROM delivery GROUP BY 1, 2, 3
		EXCEPT SELECT webhook_id, queue, state, n FROM counter)`},
}

// Inspect implements [store.Store].
func (s *Store) Inspect(ctx context.Context) (store.Inspection, error) {
	var found store.Inspection
	err := s.read(ctx, func(t *tx) (err error) {
		if found.Problems, err = fullCheck(t.conn); err != nil || len(found.Problems) > 0 {
			return err // what the tables say would be of no use
		}
		for _, rule := range rules {
			n, err := t.countRows(rule.query, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", rule.broken, err)
			}
			if n > 0 {
				found.Problems = append(found.Problems, fmt.Sprintf("%d %s", n, rule.broken))
			}
		}
		return t.conn.query(func(r row) error {
			found.Sizes = append(found.Sizes, store.Size{Name: r.text(0), Bytes: r.int(1)})
			return nil
		}, `SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s USING (name)
			WHERE d.aggregate = TRUE GROUP BY 1 ORDER BY 2 DESC, 1`)
	})
	if err != nil {
		return found, fmt.Errorf("inspect: %w", err)
	}
	return found, nil
}
