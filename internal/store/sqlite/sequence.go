package sqlite

import (
	"fmt"
	"maps"
)

// sequences are the last ids given, by kind, as far as a group has asked for
// them. They are written once for the group.
type sequences map[string]int64

func (s sequences) clone() sequences { return maps.Clone(s) }

// lastID returns the last id given to a kind, in this transaction or before.
func (t *tx) lastID(kind string) (int64, error) {
	if last, ok := t.sequences[kind]; ok {
		return last, nil
	}
	var last int64
	_, err := t.conn.queryOne(func(r row) { last = r.int(0) }, `SELECT last FROM sequence WHERE kind = ?`, kind)
	if err != nil {
		return 0, fmt.Errorf("sequence %s: %w", kind, err)
	}
	return last, nil
}

// flushSequences writes the sequences that the group moved.
func (t *tx) flushSequences() error {
	for kind, last := range t.sequences {
		if _, err := t.conn.exec(`INSERT INTO sequence (kind, last) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET last = excluded.last`, kind, last); err != nil {
			return fmt.Errorf("sequence %s: %w", kind, err)
		}
	}
	return nil
}
