package sqlite

import (
	"fmt"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// OldDeliveries implements [store.Pipeline]. Ids begin with the time of their
// making, so the old ones are in front; undone ones among them are passed over.
func (t *tx) OldDeliveries(before time.Time, after webhook.UUID, limit int) ([]webhook.UUID, error) {
	var ids []webhook.UUID
	first := webhook.FirstUUID(before)
	err := t.conn.query(func(r row) error {
		var id webhook.UUID
		copy(id[:], r.blob(0))
		ids = append(ids, id)
		return nil
	}, `SELECT id FROM delivery WHERE ended < ? AND id > ? AND id < ? ORDER BY id LIMIT ?`,
		micros(before), after[:], first[:], int64(limit))
	if err != nil {
		return nil, fmt.Errorf("find old deliveries: %w", err)
	}
	return ids, nil
}

// PruneDeliveries implements [store.Pipeline].
func (t *tx) PruneDeliveries(ids []webhook.UUID, before time.Time) (int, error) {
	list, err := t.rows(store.And{store.ByID(ids...), store.Compare{Path: "ended", Op: store.Lt, Value: before}}, len(ids))
	if err != nil {
		return 0, err
	}
	for _, d := range list {
		if err := t.deleteDelivery(d); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// OldChanges implements [store.Pipeline]. The newest change always stays: it keeps
// its id from being given again. The first delivery made since the moment bounds
// the search: changes behind its own were recorded later, and there are far more of
// them than old ones.
func (t *tx) OldChanges(before time.Time, after int64, limit int) ([]int64, error) {
	since := webhook.FirstUUID(before)
	var ids []int64
	err := t.conn.query(func(r row) error {
		ids = append(ids, r.int(0))
		return nil
	}, `SELECT id FROM change WHERE time < ? AND id > ?
		AND id < ifnull((SELECT change_id FROM delivery WHERE id >= ? ORDER BY id LIMIT 1), (SELECT max(id) FROM change))
		AND NOT EXISTS (SELECT 1 FROM delivery WHERE change_id = change.id) ORDER BY id LIMIT ?`,
		micros(before), after, since[:], int64(limit))
	if err != nil {
		return nil, fmt.Errorf("find old changes: %w", err)
	}
	return ids, nil
}

// PruneChanges implements [store.Pipeline].
func (t *tx) PruneChanges(ids []int64) (int, error) {
	deleted := 0
	for _, id := range ids {
		n, err := t.write(`DELETE FROM change WHERE id = ?
			AND NOT EXISTS (SELECT 1 FROM delivery WHERE change_id = change.id)`, id)
		if err == nil && n > 0 {
			_, err = t.write(`DELETE FROM change_body WHERE change_id = ?`, id)
		}
		if err != nil {
			return 0, fmt.Errorf("delete change %d: %w", id, err)
		}
		deleted += int(n)
	}
	t.count(counterKey{}, -int64(deleted))
	return deleted, nil
}
