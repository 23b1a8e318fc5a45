package sqlite

import (
	"fmt"
	"strconv"

	"bellhop/internal/store"
)

// maxReferrers is how many referrers a refused delete names.
const maxReferrers = 20

// table implements [store.Table] for one kind of records.
type table[T any] struct {
	tx    *tx
	codec codec[T]
}

// Get implements [store.Table].
func (t table[T]) Get(id int64) (T, error) {
	return t.one(`SELECT id, revision, document FROM record WHERE kind = ? AND id = ?`, t.codec.kind, id)
}

// Find implements [store.Table].
func (t table[T]) Find(key, value string) (T, error) {
	return t.one(`SELECT r.id, r.revision, r.document FROM record_key k
		JOIN record r ON r.kind = k.kind AND r.id = k.id
		WHERE k.kind = ? AND k.name = ? AND k.value = ?`, t.codec.kind, key, value)
}

func (t table[T]) one(query string, args ...any) (T, error) {
	var record T
	var bad error
	found, err := t.tx.conn.queryOne(func(r row) { bad = t.decode(r, &record) }, query, args...)
	switch {
	case err != nil:
		return record, fmt.Errorf("get %s: %w", t.codec.kind, err)
	case bad != nil:
		return record, bad
	case !found:
		return record, store.ErrNotFound
	}
	return record, nil
}

// decode reads id, revision and document. The row's id and revision count, not
// those in the document.
func (t table[T]) decode(r row, record *T) error {
	if err := t.codec.decode(r.blob(2), record); err != nil {
		return wrapRecord("decode", t.codec.kind, r.int(0), err)
	}
	*t.codec.id(record) = r.int(0)
	if t.codec.revision != nil {
		*t.codec.revision(record) = r.int(1)
	}
	return nil
}

// List implements [store.Table].
func (t table[T]) List(query store.Query) (store.Page[T], error) {
	page := store.Page[T]{Count: -1}
	b := newBuilder(recordFields{alias: "r0"}, nil)
	where, err := b.where(query.Where)
	if err != nil {
		return page, err
	}
	order, err := b.order(query.Order)
	if err != nil {
		return page, err
	}
	from := ` FROM record r0 WHERE r0.kind = ? AND ` + where.sql
	args := append([]any{t.codec.kind}, where.args...)
	if !query.NoCount {
		if page.Count, err = t.tx.countRows(`SELECT count(*)`+from, args); err != nil {
			return page, fmt.Errorf("count %s: %w", t.codec.kind, err)
		}
	}
	if query.Limit <= 0 {
		return page, nil
	}
	args = append(append(args, order.args...), int64(query.Limit), int64(query.Offset))
	err = t.tx.conn.query(func(r row) error {
		var record T
		if err := t.decode(r, &record); err != nil {
			return err
		}
		page.Items = append(page.Items, record)
		return nil
	}, `SELECT r0.id, r0.revision, r0.document`+from+` ORDER BY `+order.sql+` LIMIT ? OFFSET ?`, args...)
	if err != nil {
		return page, fmt.Errorf("list %s: %w", t.codec.kind, err)
	}
	return page, nil
}

// countRows runs a query whose only value is a number.
func (t *tx) countRows(query string, args []any) (int, error) {
	n := 0
	_, err := t.conn.queryOne(func(r row) { n = int(r.int(0)) }, query, args...)
	return n, err
}

// Create implements [store.Table].
func (t table[T]) Create(record *T) error {
	if t.tx.readOnly {
		return store.ErrReadOnly
	}
	id := t.codec.id(record)
	if err := t.checkKeys(record, 0); err != nil {
		return err
	}
	if err := t.nextID(id); err != nil {
		return err
	}
	if t.codec.revision != nil {
		*t.codec.revision(record) = 1
	}
	document, err := t.codec.encode(record)
	if err != nil {
		return wrapRecord("encode", t.codec.kind, *id, err)
	}
	n, err := t.tx.write(`INSERT INTO record (kind, id, revision, document) VALUES (?, ?, 1, ?)
		ON CONFLICT DO NOTHING`, t.codec.kind, *id, string(document))
	if err != nil {
		return wrapRecord("create", t.codec.kind, *id, err)
	}
	if n == 0 {
		return &store.DuplicateError{Kind: t.codec.kind, Key: "id", Value: strconv.FormatInt(*id, 10), ID: *id}
	}
	return t.writeLinks(record)
}

// nextID takes an id from the kind's sequence, or moves the sequence past one
// that is given.
func (t table[T]) nextID(id *int64) error {
	last, err := t.tx.lastID(t.codec.kind)
	if err != nil {
		return err
	}
	if *id == 0 {
		*id = last + 1
	}
	t.tx.sequences[t.codec.kind] = max(last, *id)
	return nil
}

// Update implements [store.Table].
func (t table[T]) Update(record *T) error {
	if t.tx.readOnly {
		return store.ErrReadOnly
	}
	id := *t.codec.id(record)
	current, err := t.Get(id)
	if err != nil {
		return err
	}
	if err := t.checkKeys(record, id); err != nil {
		return err
	}
	revision := int64(0)
	if t.codec.revision != nil {
		revision = *t.codec.revision(&current) + 1
		*t.codec.revision(record) = revision
	}
	document, err := t.codec.encode(record)
	if err != nil {
		return wrapRecord("encode", t.codec.kind, id, err)
	}
	if _, err := t.tx.write(`UPDATE record SET revision = ?, document = ? WHERE kind = ? AND id = ?`,
		revision, string(document), t.codec.kind, id); err != nil {
		return wrapRecord("update", t.codec.kind, id, err)
	}
	if err := t.deleteLinks(id); err != nil {
		return err
	}
	return t.writeLinks(record)
}

// Delete implements [store.Table].
func (t table[T]) Delete(id int64) error {
	if t.tx.readOnly {
		return store.ErrReadOnly
	}
	if t.codec.references != nil {
		referrers, count, err := t.tx.Referrers(t.codec.kind, id, maxReferrers)
		if err != nil {
			return err
		}
		if count > 0 {
			return &store.ReferencedError{Referrers: referrers, Count: count}
		}
	}
	n, err := t.tx.write(`DELETE FROM record WHERE kind = ? AND id = ?`, t.codec.kind, id)
	if err != nil {
		return wrapRecord("delete", t.codec.kind, id, err)
	}
	if n == 0 {
		return store.ErrNotFound
	}
	return t.deleteLinks(id)
}

// checkKeys looks for other records that have one of the record's keys, before
// anything is written.
func (t table[T]) checkKeys(record *T, self int64) error {
	for _, key := range t.codec.keys(record) {
		holder := int64(0)
		found, err := t.tx.conn.queryOne(func(r row) { holder = r.int(0) },
			`SELECT id FROM record_key WHERE kind = ? AND name = ? AND value = ?`, t.codec.kind, key.Name, key.Value)
		if err != nil {
			return fmt.Errorf("check key %s of %s: %w", key.Name, t.codec.kind, err)
		}
		if found && (self == 0 || holder != self) {
			return &store.DuplicateError{Kind: t.codec.kind, Key: key.Name, Value: key.Value, ID: holder}
		}
	}
	return nil
}

func (t table[T]) writeLinks(record *T) error {
	id := *t.codec.id(record)
	for _, key := range t.codec.keys(record) {
		if _, err := t.tx.write(`INSERT INTO record_key (kind, name, value, id) VALUES (?, ?, ?, ?)`,
			t.codec.kind, key.Name, key.Value, id); err != nil {
			return wrapRecord("key "+key.Name+" of", t.codec.kind, id, err)
		}
	}
	if t.codec.references == nil {
		return nil
	}
	for _, ref := range t.codec.references(record) {
		if _, err := t.tx.write(`INSERT INTO reference (to_kind, to_id, from_kind, from_id, field)
			VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, ref.ToType, ref.ToID, t.codec.kind, id, ref.Field); err != nil {
			return wrapRecord("reference of", t.codec.kind, id, err)
		}
	}
	return nil
}

func (t table[T]) deleteLinks(id int64) error {
	if _, err := t.tx.write(`DELETE FROM record_key WHERE kind = ? AND id = ?`, t.codec.kind, id); err != nil {
		return wrapRecord("keys of", t.codec.kind, id, err)
	}
	if t.codec.references == nil {
		return nil
	}
	if _, err := t.tx.write(`DELETE FROM reference WHERE from_kind = ? AND from_id = ?`, t.codec.kind, id); err != nil {
		return wrapRecord("references of", t.codec.kind, id, err)
	}
	return nil
}
