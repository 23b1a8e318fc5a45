package sqlite

import (
	"encoding/json"
	"fmt"
	"strconv"

	"bellhop/internal/pyjson"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const changeColumns = `change.id, change.time, change.event, change.object_type, change.object_id,
	change.object_repr, change.user_name, change.request_id`

// AddChange implements [store.Pipeline].
func (t *tx) AddChange(change *webhook.Change) error {
	id, err := t.insert(`INSERT INTO change (time, event, object_type, object_id, object_repr, user_name, request_id)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		micros(change.Time), int64(change.Event), change.ObjectType, change.ObjectID, change.ObjectRepr,
		change.UserName, change.RequestID[:])
	if err != nil {
		return fmt.Errorf("add change: %w", err)
	}
	change.ID = id
	if _, err := t.write(`INSERT INTO change_body (change_id, context, verdicts) VALUES (?, ?, ?)`,
		id, notNull(change.Context), encodeVerdicts(change.Verdicts)); err != nil {
		return fmt.Errorf("add change: %w", err)
	}
	t.count(counterKey{}, 1)
	return nil
}

// encodeVerdicts writes what json.Marshal does of verdicts, without reflection: every
// change has some. It returns nil, which is stored as NULL, for none.
func encodeVerdicts(verdicts []webhook.Verdict) any {
	if len(verdicts) == 0 {
		return nil
	}
	dst := append(make([]byte, 0, 160*len(verdicts)), '[')
	for i := range verdicts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendVerdict(dst, &verdicts[i])
	}
	return append(dst, ']')
}

func appendVerdict(dst []byte, v *webhook.Verdict) []byte {
	dst = strconv.AppendInt(append(dst, `{"webhook":`...), v.WebhookID, 10)
	if v.RuleID != 0 {
		dst = strconv.AppendInt(append(dst, `,"rule":`...), v.RuleID, 10)
	}
	dst = pyjson.AppendString(append(dst, `,"name":`...), v.Name)
	dst = strconv.AppendInt(append(dst, `,"outcome":`...), int64(v.Outcome), 10)
	if v.Reason != "" {
		dst = pyjson.AppendString(append(dst, `,"reason":`...), v.Reason)
	}
	if len(v.Tree) > 0 {
		dst = append(append(dst, `,"tree":`...), v.Tree...)
	}
	if v.Round != 0 {
		dst = strconv.AppendInt(append(dst, `,"round":`...), int64(v.Round), 10)
	}
	if !v.DeliveryID.IsZero() {
		dst = append(v.DeliveryID.Append(append(dst, `,"delivery":"`...)), '"')
	}
	return append(dst, '}')
}

func scanChange(r row) webhook.Change {
	change := webhook.Change{
		ID: r.int(0), Time: fromMicros(r.int(1)), Event: webhook.Event(r.int(2)), ObjectType: r.text(3),
		ObjectID: r.int(4), ObjectRepr: r.text(5), UserName: r.text(6),
	}
	copy(change.RequestID[:], r.blob(7))
	return change
}

// Change implements [store.Pipeline].
func (t *tx) Change(id int64) (webhook.Change, error) {
	var change webhook.Change
	var verdicts []byte
	found, err := t.conn.queryOne(func(r row) {
		change = scanChange(r)
		change.Context, verdicts = r.blob(8), r.blob(9)
	}, `SELECT `+changeColumns+`, b.context, b.verdicts
		FROM change JOIN change_body b ON b.change_id = change.id WHERE change.id = ?`, id)
	if err != nil {
		return change, fmt.Errorf("change %d: %w", id, err)
	}
	if !found {
		return change, store.ErrNotFound
	}
	if len(verdicts) > 0 {
		if err := json.Unmarshal(verdicts, &change.Verdicts); err != nil {
			return change, fmt.Errorf("change %d: verdicts: %w", id, err)
		}
	}
	return change, nil
}

// Changes implements [store.Pipeline].
func (t *tx) Changes(query store.Query) (store.Page[webhook.Change], error) {
	page := store.Page[webhook.Change]{Count: -1}
	var bound any
	if filters := flatten(query.Where); query.Reach > 0 && !picks(filters) {
		var err error
		if bound, err = t.limit(&query, "change", changeFields{}, walk{}); err != nil {
			return page, err
		}
	}
	b := newBuilder(changeFields{}, nil)
	where, err := b.where(query.Where)
	if err != nil {
		return page, err
	}
	order, err := b.order(query.Order)
	if err != nil {
		return page, err
	}
	switch {
	case query.NoCount:
	case query.Where == nil:
		page.Count, err = t.sumCounters(func(key counterKey) bool { return key == counterKey{} })
	default:
		page.Count, err = t.countRows(`SELECT count(*) FROM change WHERE `+where.sql, where.args)
	}
	if err != nil {
		return page, fmt.Errorf("count changes: %w", err)
	}
	if query.Limit <= 0 {
		return page, nil
	}
	args := append(append(where.args, order.args...), int64(query.Limit), int64(query.Offset))
	err = t.conn.query(func(r row) error {
		page.Items = append(page.Items, scanChange(r))
		return nil
	}, `SELECT `+changeColumns+` FROM change WHERE `+where.sql+` ORDER BY `+order.sql+` LIMIT ? OFFSET ?`, args...)
	if err != nil {
		return page, fmt.Errorf("list changes: %w", err)
	}
	if len(page.Items) < query.Limit {
		page.Reached = bound
	}
	return page, nil
}

// sumCounters adds up the counters that are wanted.
func (t *tx) sumCounters(wanted func(counterKey) bool) (int, error) {
	sum := 0
	err := t.eachCounter(func(key counterKey, n int64) {
		if wanted(key) {
			sum += int(n)
		}
	})
	return sum, err
}
