package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// claims are the deliveries that are being sent. They live in memory: the
// process that holds the directory is the only one that can have made them.
type claims struct {
	mu   sync.Mutex
	next int64
	held map[webhook.UUID]store.Claim
}

func (c *claims) init() { c.held = make(map[webhook.UUID]store.Claim) }

// mark shows a claimed delivery as started.
func (c *claims) mark(d *webhook.Delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.held[d.ID]; ok && !d.State.Final() {
		d.State = webhook.Started
	}
}

func (c *claims) ids() []webhook.UUID {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := make([]webhook.UUID, 0, len(c.held))
	for id := range c.held {
		ids = append(ids, id)
	}
	return ids
}

// holds reports whether this very claim is held.
func (c *claims) holds(claim store.Claim) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	held, ok := c.held[claim.Delivery.ID]
	return ok && held.Token == claim.Token
}

// end forgets claims that are held.
func (c *claims) end(list []store.Claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, claim := range list {
		if held, ok := c.held[claim.Delivery.ID]; ok && held.Token == claim.Token {
			delete(c.held, claim.Delivery.ID)
		}
	}
}

// Claim implements [store.Queue].
func (s *Store) Claim(_ context.Context, worker string, deliveries []webhook.Delivery) ([]store.Claim, error) {
	now := time.Now().UTC()
	c := &s.claims
	c.mu.Lock()
	defer c.mu.Unlock()
	granted := make([]store.Claim, 0, len(deliveries))
	for _, d := range deliveries {
		if _, taken := c.held[d.ID]; taken || d.State.Final() {
			continue
		}
		c.next++
		claim := store.Claim{Delivery: d, Token: c.next, Worker: worker, Since: now}
		c.held[d.ID] = claim
		granted = append(granted, claim)
	}
	return granted, nil
}

// Claims implements [store.Queue].
func (s *Store) Claims(context.Context) ([]store.Claim, error) {
	c := &s.claims
	c.mu.Lock()
	list := make([]store.Claim, 0, len(c.held))
	for _, claim := range c.held {
		list = append(list, claim)
	}
	c.mu.Unlock()
	slices.SortFunc(list, func(a, b store.Claim) int { return cmp.Compare(a.Token, b.Token) })
	return list, nil
}

// Release implements [store.Queue].
func (s *Store) Release(_ context.Context, list []store.Claim) error {
	s.claims.end(list)
	return nil
}

// Settle implements [store.Queue].
func (s *Store) Settle(ctx context.Context, settlements []store.Settlement) ([]bool, error) {
	kept := make([]bool, len(settlements))
	err := s.writer.update(ctx, func(t *tx) error {
		t.after.settled = slices.Grow(t.after.settled, len(settlements))
		for i := range settlements {
			var err error
			if kept[i], err = t.settle(&settlements[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("settle: %w", err)
	}
	return kept, nil
}

// settle records one settlement. The UPDATE's WHERE is the check that the
// delivery is still what was claimed.
func (t *tx) settle(s *store.Settlement) (bool, error) {
	d := s.Claim.Delivery
	attempts, spent, reason, status := d.Attempts, d.Spent, d.Reason, d.StatusCode
	if s.Attempt != nil {
		if err := t.addAttempt(s.Attempt); err != nil {
			return false, err
		}
		attempts++
		if !s.Free {
			spent++
		}
		reason, status = s.Attempt.Reason, s.Attempt.Response.Status
	}
	if !t.store.claims.holds(s.Claim) {
		return false, nil
	}
	t.after.settled = append(t.after.settled, s.Claim)
	due, ended := d.Due, time.Time{}
	if s.State.Final() {
		ended = s.Time
	} else {
		due = s.Due
	}
	n, err := t.write(`UPDATE delivery SET state = ?, attempts = ?, spent = ?, due = ?, ended = ?, reason = ?, status_code = ?
		WHERE id = ? AND state = ? AND attempts = ?`,
		int64(s.State), int64(attempts), int64(spent), micros(due), nullMicros(ended), int64(reason), int64(status),
		d.ID[:], int64(d.State), int64(d.Attempts))
	if err != nil {
		return false, fmt.Errorf("delivery %s: %w", d.ID, err)
	}
	if n == 0 {
		return false, t.countLostAttempt(s)
	}
	t.count(counterKey{d.WebhookID, d.Queue, d.State}, -1)
	t.count(counterKey{d.WebhookID, d.Queue, s.State}, 1)
	t.countAttempt(s)
	return true, nil
}

// countLostAttempt counts an attempt that took place although the delivery was
// canceled meanwhile. One of a delivery that was deleted goes with it: nobody could
// find it any more.
func (t *tx) countLostAttempt(s *store.Settlement) error {
	if s.Attempt == nil {
		return nil
	}
	id := s.Claim.Delivery.ID[:]
	n, err := t.write(`UPDATE delivery SET attempts = max(attempts, ?) WHERE id = ?`, int64(s.Attempt.Number), id)
	if err == nil && n == 0 {
		_, err = t.write(`DELETE FROM attempt WHERE delivery_id = ?`, id)
	}
	return err
}

// Backlog implements [store.Queue].
func (s *Store) Backlog(ctx context.Context) ([]store.Backlog, error) {
	var list []store.Backlog
	err := s.read(ctx, func(t *tx) error {
		undone := make(map[int64]int)
		if err := t.eachCounter(func(key counterKey, n int64) {
			if key.state == webhook.Queued || key.state == webhook.Scheduled {
				undone[key.webhook] += int(n)
			}
		}); err != nil {
			return err
		}
		for id, n := range undone {
			b := store.Backlog{WebhookID: id, Undone: n}
			found, err := t.conn.queryOne(func(r row) {
				b.NextDue, b.Queue = fromMicros(r.int(0)), webhook.Queue(r.int(1))
			}, `SELECT due, queue FROM delivery WHERE webhook_id = ? AND state <= 3 ORDER BY due LIMIT 1`, id)
			if err != nil {
				return err
			}
			if found {
				list = append(list, b)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("backlog: %w", err)
	}
	slices.SortFunc(list, func(a, b store.Backlog) int { return cmp.Compare(a.WebhookID, b.WebhookID) })
	return list, nil
}

// Due implements [store.Queue].
func (s *Store) Due(ctx context.Context, query store.DueQuery) ([]store.Due, error) {
	list := make([]store.Due, 0, min(query.Limit, 1024))
	err := s.read(ctx, func(t *tx) (err error) {
		if query.InOrder {
			list, err = t.dueInOrder(query)
			return err
		}
		return t.conn.query(func(r row) error {
			list = append(list, store.Due{Delivery: scanDelivery(r)})
			return nil
		}, `SELECT `+deliveryRow+` FROM delivery INDEXED BY delivery_undone
			WHERE webhook_id = ? AND state <= 3 AND due <= ? AND (due, id) > (?, ?)
			ORDER BY due, id LIMIT ?`,
			query.WebhookID, micros(query.Until), micros(query.After.Due), query.After.ID[:], int64(query.Limit))
	})
	if err != nil {
		return nil, fmt.Errorf("due deliveries of webhook %d: %w", query.WebhookID, err)
	}
	return list, nil
}

// sortUndone is up to how many undone deliveries of a webhook are sorted to find the
// first ones, which takes some milliseconds.
const sortUndone = 20_000

// dueInOrder returns undone deliveries by id. No index has them in this order, for
// every delivery would pay for it. The few that a webhook has as a rule are sorted;
// where there are many, most of those that a walk by id meets are undone. To walk
// where there are few would lead past all that was delivered since the first one
// got stuck.
func (t *tx) dueInOrder(query store.DueQuery) ([]store.Due, error) {
	undone, err := t.sumCounters(func(key counterKey) bool {
		return key.webhook == query.WebhookID && key.state != 0 && !key.state.Final()
	})
	switch {
	case err != nil || undone == 0:
		return nil, err
	case undone <= sortUndone:
		return t.sortInOrder(query)
	}
	return t.walkInOrder(query)
}

// sortInOrder finds the ids in the index of what is undone, and then the rows.
func (t *tx) sortInOrder(query store.DueQuery) ([]store.Due, error) {
	return t.queryDue(`FROM (SELECT id FROM delivery INDEXED BY delivery_undone
			WHERE webhook_id = ? AND state <= 3 AND id > ? ORDER BY id LIMIT ?) first
		JOIN delivery ON delivery.id = first.id LEFT JOIN change ON change.id = delivery.change_id
		ORDER BY delivery.id`, query.WebhookID, query.After.ID[:], int64(query.Limit))
}

// walkInOrder goes through the webhook's deliveries by id. Without a position it
// begins at the first undone one, so that it does not walk through all that were
// done before.
func (t *tx) walkInOrder(query store.DueQuery) ([]store.Due, error) {
	operator, from := ">", query.After.ID
	if from.IsZero() {
		operator = ">="
		found, err := t.conn.queryOne(func(r row) { copy(from[:], r.blob(0)) },
			`SELECT min(id) FROM delivery INDEXED BY delivery_undone WHERE webhook_id = ? AND state <= 3`, query.WebhookID)
		if err != nil || !found {
			return nil, err
		}
	}
	return t.queryDue(`FROM delivery INDEXED BY delivery_webhook LEFT JOIN change ON change.id = delivery.change_id
		WHERE webhook_id = ? AND state <= 3 AND delivery.id `+operator+` ?
		ORDER BY delivery.id LIMIT ?`, query.WebhookID, from[:], int64(query.Limit))
}

// queryDue selects deliveries with what lanes need of their changes.
func (t *tx) queryDue(from string, args ...any) (list []store.Due, err error) {
	err = t.conn.query(func(r row) error {
		list = append(list, store.Due{Delivery: scanDelivery(r), ObjectType: r.text(14), ObjectID: r.int(15)})
		return nil
	}, `SELECT `+deliveryRow+`, ifnull(change.object_type, ''), ifnull(change.object_id, 0) `+from, args...)
	return list, err
}

// Contexts implements [store.Queue].
func (s *Store) Contexts(ctx context.Context, changes []int64) (map[int64][]byte, error) {
	contexts := make(map[int64][]byte, len(changes))
	err := s.read(ctx, func(t *tx) error {
		for _, id := range changes {
			if _, err := t.conn.queryOne(func(r row) { contexts[id] = r.blob(0) },
				`SELECT context FROM change_body WHERE change_id = ?`, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("contexts of changes: %w", err)
	}
	return contexts, nil
}
