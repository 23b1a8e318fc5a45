package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
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
	problems, err := quickCheck(limited, c, 1)
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
	return `the database is damaged: ` + e.problem + `; "bellhop check" says where, restore it from a backup`
}

// asDamage returns a [damagedError] for a fault that means one, and other errors
// as they are.
func asDamage(err error) error {
	if failure, ok := errors.AsType[*sqlite.Error](err); ok && isDamage(failure.Code()) {
		return &damagedError{failure.Error()}
	}
	return err
}

// quickCheck returns the first problems that SQLite finds in the file, or none.
func quickCheck(ctx context.Context, c *conn, most int) ([]string, error) {
	defer func(before context.Context) { c.ctx = before }(c.ctx)
	c.ctx = ctx
	var problems []string
	err := c.query(func(r row) error {
		if text := r.text(0); text != "ok" {
			problems = append(problems, text)
		}
		return nil
	}, fmt.Sprintf("PRAGMA quick_check(%d)", most))
	if found, ok := errors.AsType[*damagedError](asDamage(err)); ok {
		return append(problems, found.problem), nil
	}
	return problems, err
}
