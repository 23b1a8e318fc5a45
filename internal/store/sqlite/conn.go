package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"
)

// conn is one connection with the statements that were prepared on it. It
// belongs to one goroutine at a time.
type conn struct {
	raw        driver.Conn
	statements map[string]driver.Stmt
	// ctx ends the statements that run; the writer's never ends, because one
	// member's impatience must not interrupt the others' transaction.
	ctx context.Context
	// until is when the time of the caller ends for whom statements run now; zero for
	// never. No statement begins after that.
	until time.Time
	args  []driver.NamedValue // reused between statements
	row   []driver.Value      // reused between rows
}

// maxStatements bounds the cache: filters make statements without end.
const maxStatements = 256

func openConn(ctx context.Context, drv driver.Driver, dsn string) (*conn, error) {
	raw, err := drv.Open(dsn)
	if err != nil {
		return nil, err
	}
	return &conn{raw: raw, statements: make(map[string]driver.Stmt), ctx: ctx}, nil
}

func (c *conn) close() error {
	c.forgetStatements()
	return c.raw.Close()
}

// forgetStatements closes the cached statements. Closing one of the driver's
// statements can only report an earlier fault of it once more.
func (c *conn) forgetStatements() {
	for _, stmt := range c.statements {
		_ = stmt.Close()
	}
	clear(c.statements)
}

func (c *conn) prepare(query string) (driver.Stmt, error) {
	if !c.until.IsZero() && time.Now().After(c.until) {
		return nil, context.DeadlineExceeded
	}
	if stmt, ok := c.statements[query]; ok {
		return stmt, nil
	}
	if len(c.statements) >= maxStatements {
		c.forgetStatements()
	}
	stmt, err := c.raw.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", query, err)
	}
	c.statements[query] = stmt
	return stmt, nil
}

// bind turns arguments into the driver's form. They must be int64, float64,
// string, []byte or nil.
func (c *conn) bind(args []any) []driver.NamedValue {
	c.args = c.args[:0]
	for i, arg := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return c.args
}

// exec runs a statement and returns how many rows it changed.
func (c *conn) exec(query string, args ...any) (int64, error) {
	result, err := c.execResult(query, args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs an INSERT and returns the new row's id.
func (c *conn) insert(query string, args ...any) (int64, error) {
	result, err := c.execResult(query, args)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (c *conn) execResult(query string, args []any) (driver.Result, error) {
	stmt, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	execer, ok := stmt.(driver.StmtExecContext)
	if !ok {
		return nil, errors.New("driver has no StmtExecContext")
	}
	return execer.ExecContext(c.ctx, c.bind(args))
}

// row is one row of a result. Its values are those of the driver: int64,
// float64, string, []byte or nil; it is valid until the next row.
type row []driver.Value

func (r row) int(i int) int64 {
	v, _ := r[i].(int64)
	return v
}

func (r row) text(i int) string {
	switch v := r[i].(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// blob returns bytes that stay valid: the driver makes them anew for each row.
func (r row) blob(i int) []byte {
	switch v := r[i].(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

// query calls each for every row. each must not run other statements with the
// same text.
func (c *conn) query(each func(row) error, query string, args ...any) (err error) {
	stmt, err := c.prepare(query)
	if err != nil {
		return err
	}
	queryer, ok := stmt.(driver.StmtQueryContext)
	if !ok {
		return errors.New("driver has no StmtQueryContext")
	}
	rows, err := queryer.QueryContext(c.ctx, c.bind(args))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := c.row
	c.row = nil // a nested query makes its own
	if width := len(rows.Columns()); cap(values) < width {
		values = make([]driver.Value, width)
	} else {
		values = values[:width]
	}
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			c.row = values
			return nil
		case err != nil:
			return err
		}
		if err := each(row(values)); err != nil {
			return err
		}
	}
}

// queryOne calls each for the first row and reports whether there was one.
func (c *conn) queryOne(each func(row), query string, args ...any) (bool, error) {
	found := false
	err := c.query(func(r row) error {
		if !found {
			each(r)
		}
		found = true
		return nil
	}, query, args...)
	return found, err
}
