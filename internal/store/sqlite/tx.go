package sqlite

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// tx is one transaction of a member of a group, or of a reader.
type tx struct {
	store    *Store
	conn     *conn
	ctx      context.Context
	readOnly bool
	// wrote says whether the present member has written.
	wrote bool
	// failed is the fault that a statement met. SQLite may have rolled back by
	// itself then, and would commit what followed statement by statement.
	failed error
	// counters are the group's changes to the counters.
	counters counters
	// statistics are what the group adds to them; nil for nothing.
	statistics statistics
	// sequences are the ids that the group has given.
	sequences sequences
	after     afterCommit
}

var _ store.Tx = (*tx)(nil)

// afterCommit is what memory learns once the group is durable.
type afterCommit struct {
	// settled are claims to end.
	settled []store.Claim
}

func (a afterCommit) clone() afterCommit {
	return afterCommit{settled: slices.Clone(a.settled)}
}

// committed applies what a durable group says about memory.
func (s *Store) committed(after afterCommit) { s.claims.end(after.settled) }

// begin prepares for the next member of the group.
func (t *tx) begin(ctx context.Context) {
	t.ctx = ctx
	t.wrote = false
}

// write runs a statement that changes data.
func (t *tx) write(query string, args ...any) (int64, error) {
	if t.readOnly {
		return 0, store.ErrReadOnly
	}
	if t.failed != nil {
		return 0, t.failed
	}
	t.wrote = true
	n, err := t.conn.exec(query, args...)
	t.note(err)
	return n, err
}

// note remembers a fault.
func (t *tx) note(err error) {
	if _, faulty := faultOf(err); faulty {
		t.failed = err
	}
}

// insert runs an INSERT and returns the new row's id.
func (t *tx) insert(query string, args ...any) (int64, error) {
	if t.readOnly {
		return 0, store.ErrReadOnly
	}
	if t.failed != nil {
		return 0, t.failed
	}
	t.wrote = true
	id, err := t.conn.insert(query, args...)
	t.note(err)
	return id, err
}

// Setting implements [store.Tx].
func (t *tx) Setting(name string) ([]byte, error) {
	var value []byte
	found, err := t.conn.queryOne(func(r row) { value = r.blob(0) }, `SELECT value FROM setting WHERE name = ?`, name)
	if err != nil {
		return nil, fmt.Errorf("setting %s: %w", name, err)
	}
	if !found {
		return nil, store.ErrNotFound
	}
	return value, nil
}

// PutSetting implements [store.Tx].
func (t *tx) PutSetting(name string, value []byte) error {
	var err error
	if value == nil {
		_, err = t.write(`DELETE FROM setting WHERE name = ?`, name)
	} else {
		_, err = t.write(`INSERT INTO setting (name, value) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET value = excluded.value`, name, value)
	}
	if err != nil {
		return fmt.Errorf("put setting %s: %w", name, err)
	}
	return nil
}

// Idempotent implements [store.Tx].
func (t *tx) Idempotent(scope, key string) (store.Idempotent, error) {
	answer := store.Idempotent{Scope: scope, Key: key}
	found, err := t.conn.queryOne(func(r row) {
		answer.Digest, answer.Status, answer.Body = r.blob(0), int(r.int(1)), r.blob(2)
		answer.Created = fromMicros(r.int(3))
	}, `SELECT digest, status, body, created FROM idempotent WHERE scope = ? AND key = ?`, scope, key)
	if err != nil {
		return answer, fmt.Errorf("idempotency key: %w", err)
	}
	if !found {
		return answer, store.ErrNotFound
	}
	return answer, nil
}

// PutIdempotent implements [store.Tx].
func (t *tx) PutIdempotent(answer store.Idempotent) error {
	n, err := t.write(`INSERT INTO idempotent (scope, key, digest, status, body, created) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`,
		answer.Scope, answer.Key, notNull(answer.Digest), int64(answer.Status), notNull(answer.Body), micros(answer.Created))
	if err != nil {
		return fmt.Errorf("put idempotency key: %w", err)
	}
	if n == 0 {
		return store.ErrConflict
	}
	return nil
}

// counterKey names a counter; its zero value counts the changes.
type counterKey struct {
	webhook int64
	queue   webhook.Queue
	state   webhook.State
}

// counters are differences that a group adds to the stored counters.
type counters map[counterKey]int64

func (c counters) clone() counters { return maps.Clone(c) }

func (t *tx) count(key counterKey, n int64) { t.counters[key] += n }

// flush writes what the group's members have added up.
func (t *tx) flush() error {
	for _, flush := range []func() error{t.flushSequences, t.flushCounters, t.flushStatistics} {
		if err := flush(); err != nil {
			return err
		}
	}
	return nil
}

// flushCounters writes each counter that the group changed once.
func (t *tx) flushCounters() error {
	for key, n := range t.counters {
		if n == 0 {
			continue
		}
		_, err := t.conn.exec(`INSERT INTO counter (webhook_id, queue, state, n) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET n = n + excluded.n`, key.webhook, int64(key.queue), int64(key.state), n)
		if err != nil {
			return fmt.Errorf("counters: %w", err)
		}
	}
	return nil
}

// eachCounter reads the counters, those of this very transaction included.
func (t *tx) eachCounter(each func(counterKey, int64)) error {
	sums := make(counters)
	err := t.conn.query(func(r row) error {
		sums[counterKey{r.int(0), webhook.Queue(r.int(1)), webhook.State(r.int(2))}] = r.int(3)
		return nil
	}, `SELECT webhook_id, queue, state, n FROM counter`)
	if err != nil {
		return fmt.Errorf("counters: %w", err)
	}
	for key, n := range t.counters {
		sums[key] += n
	}
	for key, n := range sums {
		if n != 0 {
			each(key, n)
		}
	}
	return nil
}

// micros is how times are stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// nullMicros stores the zero time as NULL.
func nullMicros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// notNull makes sure that an empty blob is not bound as NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
