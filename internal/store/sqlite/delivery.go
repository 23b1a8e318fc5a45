package sqlite

import (
	"errors"
	"fmt"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const deliveryRow = `delivery.id, delivery.webhook_id, delivery.rule_id, delivery.change_id, delivery.queue,
	delivery.state, delivery.attempts, delivery.spent, delivery.created, delivery.due, delivery.ended,
	delivery.reason, delivery.status_code, delivery.retried`

// AddDelivery implements [store.Pipeline].
func (t *tx) AddDelivery(d *webhook.Delivery) error {
	if d.State != webhook.Queued {
		return fmt.Errorf("add delivery: state is %s, want queued", d.State)
	}
	_, err := t.write(`INSERT INTO delivery (id, webhook_id, rule_id, change_id, queue, state, attempts, spent,
		created, due, ended, reason, status_code) VALUES (?, ?, ?, ?, ?, 1, 0, 0, ?, ?, NULL, 0, 0)`,
		d.ID[:], d.WebhookID, d.RuleID, d.ChangeID, int64(d.Queue), micros(d.Created), micros(d.Due))
	if err != nil {
		return fmt.Errorf("add delivery: %w", err)
	}
	t.count(counterKey{d.WebhookID, d.Queue, webhook.Queued}, 1)
	return nil
}

func scanDelivery(r row) webhook.Delivery {
	d := webhook.Delivery{
		WebhookID: r.int(1), RuleID: r.int(2), ChangeID: r.int(3), Queue: webhook.Queue(r.int(4)),
		State: webhook.State(r.int(5)), Attempts: int(r.int(6)), Spent: int(r.int(7)),
		Created: fromMicros(r.int(8)), Due: fromMicros(r.int(9)), Ended: fromMicros(r.int(10)),
		Reason: webhook.Reason(r.int(11)), StatusCode: int(r.int(12)),
		Retried: fromMicros(r.int(13)),
	}
	copy(d.ID[:], r.blob(0))
	return d
}

// Delivery implements [store.Pipeline].
func (t *tx) Delivery(id webhook.UUID) (webhook.Delivery, error) {
	var d webhook.Delivery
	found, err := t.conn.queryOne(func(r row) { d = scanDelivery(r) },
		`SELECT `+deliveryRow+` FROM delivery WHERE id = ?`, id[:])
	if err != nil {
		return d, fmt.Errorf("delivery %s: %w", id, err)
	}
	if !found {
		return d, store.ErrNotFound
	}
	t.store.claims.mark(&d)
	return d, nil
}

// Deliveries implements [store.Pipeline].
func (t *tx) Deliveries(query store.Query) (store.Page[webhook.Delivery], error) {
	page := store.Page[webhook.Delivery]{Count: -1}
	var along walk
	var bound any
	if query.Reach > 0 {
		var err error
		var bounded bool
		if along, bounded, err = t.walkDeliveries(flatten(query.Where), query.Reach); err == nil && bounded {
			bound, err = t.limit(&query, "delivery", deliveryFields{}, along)
		}
		if err != nil {
			return page, err
		}
	}
	b := newBuilder(deliveryFields{}, t.store.claims.ids())
	where, err := b.where(query.Where)
	if err != nil {
		return page, err
	}
	order, err := b.order(query.Order)
	if err != nil {
		return page, err
	}
	if !query.NoCount {
		if page.Count, err = t.countDeliveries(query.Where, where); err != nil {
			return page, fmt.Errorf("count deliveries: %w", err)
		}
	}
	if query.Limit <= 0 {
		return page, nil
	}
	args := append(append(where.args, order.args...), int64(query.Limit), int64(query.Offset))
	err = t.conn.query(func(r row) error {
		d := scanDelivery(r)
		t.store.claims.mark(&d)
		page.Items = append(page.Items, d)
		return nil
	}, `SELECT `+deliveryRow+` FROM `+along.from("delivery")+` WHERE `+along.where(where.sql)+` ORDER BY `+order.sql+` LIMIT ? OFFSET ?`, args...)
	if err != nil {
		return page, fmt.Errorf("list deliveries: %w", err)
	}
	if len(page.Items) < query.Limit {
		page.Reached = bound
	}
	return page, nil
}

// countDeliveries takes the counters where they can answer: for filters on
// webhook, queue and final states. Counting a million rows takes a tenth of a
// second.
func (t *tx) countDeliveries(filter store.Filter, where expression) (int, error) {
	if wanted, ok := counterFilter(filter); ok {
		return t.sumCounters(func(key counterKey) bool { return key.state != 0 && wanted(key) })
	}
	return t.countRows(`SELECT count(*) FROM delivery WHERE `+where.sql, where.args)
}

// counterFilter returns the filter as a test on counters, if it can be one.
func counterFilter(filter store.Filter) (func(counterKey) bool, bool) {
	switch f := filter.(type) {
	case nil:
		return func(counterKey) bool { return true }, true
	case store.And:
		tests := make([]func(counterKey) bool, len(f))
		for i, part := range f {
			test, ok := counterFilter(part)
			if !ok {
				return nil, false
			}
			tests[i] = test
		}
		return func(key counterKey) bool {
			for _, test := range tests {
				if !test(key) {
					return false
				}
			}
			return true
		}, true
	case store.Compare:
		return counterCompare(f)
	}
	return nil, false
}

func counterCompare(f store.Compare) (func(counterKey) bool, bool) {
	value, ok := deliveryFields{}.value(f.Path, f.Value)
	if f.Op != store.Eq || !ok {
		return nil, false
	}
	switch n, _ := value.(int64); f.Path {
	case "webhook":
		return func(key counterKey) bool { return key.webhook == n }, true
	case "queue":
		return func(key counterKey) bool { return int64(key.queue) == n }, true
	case "state":
		// Claims take from the counts of the states that are not final.
		return func(key counterKey) bool { return int64(key.state) == n }, webhook.State(n).Final()
	}
	return nil, false
}

// Requeue implements [store.Pipeline].
func (t *tx) Requeue(filter store.Filter, now time.Time, limit int) ([]webhook.Delivery, error) {
	eligible := store.In{Path: "state", Values: []any{"scheduled", "finished", "failed", "canceled"}}
	return t.move(store.And{eligible, filter}, limit, func(d *webhook.Delivery) {
		d.State, d.Spent, d.Due, d.Ended, d.Retried = webhook.Queued, 0, now, time.Time{}, now
	})
}

// Cancel implements [store.Pipeline].
func (t *tx) Cancel(filter store.Filter, now time.Time, limit int) ([]webhook.Delivery, error) {
	undone := store.In{Path: "state", Values: []any{"queued", "scheduled", "started"}}
	return t.move(store.And{undone, filter}, limit, func(d *webhook.Delivery) {
		d.State, d.Ended = webhook.Canceled, now
	})
}

// move changes the state of at most limit deliveries.
func (t *tx) move(filter store.Filter, limit int, change func(*webhook.Delivery)) ([]webhook.Delivery, error) {
	list, err := t.rows(filter, limit)
	if err != nil {
		return nil, err
	}
	for i := range list {
		d := &list[i]
		from := d.State
		change(d)
		if _, err := t.write(`UPDATE delivery SET state = ?, spent = ?, due = ?, ended = ?, retried = ? WHERE id = ?`,
			int64(d.State), int64(d.Spent), micros(d.Due), nullMicros(d.Ended), nullMicros(d.Retried), d.ID[:]); err != nil {
			return nil, fmt.Errorf("delivery %s: %w", d.ID, err)
		}
		t.count(counterKey{d.WebhookID, d.Queue, from}, -1)
		t.count(counterKey{d.WebhookID, d.Queue, d.State}, 1)
	}
	return list, nil
}

// rows returns deliveries with their stored state, the oldest first.
func (t *tx) rows(filter store.Filter, limit int) ([]webhook.Delivery, error) {
	if t.readOnly {
		return nil, store.ErrReadOnly
	}
	where, err := newBuilder(deliveryFields{}, t.store.claims.ids()).where(filter)
	if err != nil {
		return nil, err
	}
	var list []webhook.Delivery
	err = t.conn.query(func(r row) error {
		list = append(list, scanDelivery(r))
		return nil
	}, `SELECT `+deliveryRow+` FROM delivery WHERE `+where.sql+` ORDER BY delivery.id LIMIT ?`,
		append(where.args, int64(limit))...)
	if err != nil {
		return nil, fmt.Errorf("find deliveries: %w", err)
	}
	return list, nil
}

// DeleteDeliveries implements [store.Pipeline].
func (t *tx) DeleteDeliveries(filter store.Filter, limit int) ([]webhook.Delivery, error) {
	started := store.Compare{Path: "state", Op: store.Eq, Value: "started"}
	list, err := t.rows(store.And{store.Not{Filter: started}, filter}, limit)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		if err := t.deleteDelivery(d); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (t *tx) deleteDelivery(d webhook.Delivery) error {
	_, err := t.write(`DELETE FROM attempt WHERE delivery_id = ?`, d.ID[:])
	_, err2 := t.write(`DELETE FROM delivery WHERE id = ?`, d.ID[:])
	if err := errors.Join(err, err2); err != nil {
		return fmt.Errorf("delete delivery %s: %w", d.ID, err)
	}
	t.count(counterKey{d.WebhookID, d.Queue, d.State}, -1)
	return nil
}

// Counts implements [store.Pipeline].
func (t *tx) Counts() ([]store.Count, error) {
	var list []store.Count
	err := t.eachCounter(func(key counterKey, n int64) {
		if key.state != 0 {
			list = append(list, store.Count{WebhookID: key.webhook, Queue: key.queue, State: key.state, N: int(n)})
		}
	})
	return list, err
}

// PruneIdempotent implements [store.Pipeline].
func (t *tx) PruneIdempotent(before time.Time, limit int) (int, error) {
	n, err := t.write(`DELETE FROM idempotent WHERE rowid IN
		(SELECT rowid FROM idempotent WHERE created < ? LIMIT ?)`, micros(before), int64(limit))
	if err != nil {
		return 0, fmt.Errorf("delete old idempotency keys: %w", err)
	}
	return int(n), nil
}
