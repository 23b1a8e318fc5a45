package sqlite

import (
	"fmt"
	"slices"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// walk is a way through a table in the search for the rows of a list.
type walk struct {
	// index is what is walked; empty is the table itself.
	index string
	// partial is the index's own condition, which has to be repeated.
	partial string
	// on are the filters that the index answers.
	on store.And
	// size is how many rows it passes by; ordered says that they come in the
	// order of their ids.
	size    int
	ordered bool
}

const (
	undone  = "delivery.state <= 3"
	unhappy = "(delivery.state = 3 OR delivery.state > 4)"
)

// from is the walk as part of a SELECT.
func (w walk) from(table string) string {
	if w.index == "" {
		return table
	}
	return table + " INDEXED BY " + w.index
}

// where adds the walk's condition to a filter's.
func (w walk) where(sql string) string {
	if w.partial == "" {
		return sql
	}
	return sql + " AND " + w.partial
}

// walkDeliveries chooses the shortest walk for a search that may look at reach
// rows. The counters know how many rows there are on each, which SQLite's planner
// does not. ok false leaves the choice to the planner: the filter picks its rows.
func (t *tx) walkDeliveries(filters store.And, reach int) (best walk, ok bool, err error) {
	states, webhooks := valuesOf(filters, "state"), valuesOf(filters, "webhook")
	if picks(filters) || len(states) == 1 && states[0] == webhook.Started.String() {
		return best, false, nil
	}
	counts, err := t.Counts()
	if err != nil {
		return best, false, err
	}
	hook := func(store.Count) bool { return true }
	best = walk{ordered: true, size: sum(counts, hook)}
	try := func(w walk) {
		if w.size < best.size && (w.ordered || w.size <= reach) {
			best = w
		}
	}
	if len(webhooks) == 1 {
		if id, isID := (deliveryFields{}).value("webhook", webhooks[0]); isID {
			hook = func(c store.Count) bool { return c.WebhookID == id }
			try(walk{index: "delivery_webhook", on: filtersOn(filters, "webhook"), size: sum(counts, hook), ordered: true})
		}
	}
	if len(states) == 0 {
		return best, true, nil
	}
	inState := func(c store.Count) bool { return slices.Contains(states, any(c.State.String())) }
	if all(states, webhook.Scheduled, webhook.Failed, webhook.Canceled) {
		try(walk{
			index: "delivery_unhappy", partial: unhappy, on: filtersOn(filters, "state"),
			size: sum(counts, inState), ordered: len(states) == 1,
		})
	}
	if all(states, webhook.Queued, webhook.Started, webhook.Scheduled) {
		try(walk{index: "delivery_undone", partial: undone, size: sum(counts, func(c store.Count) bool { return hook(c) && c.State <= webhook.Scheduled })})
	}
	return best, true, nil
}

func sum(counts []store.Count, wanted func(store.Count) bool) int {
	n := 0
	for _, c := range counts {
		if wanted(c) {
			n += c.N
		}
	}
	return n
}

// all reports whether every word is one of the states.
func all(words []any, states ...webhook.State) bool {
	return !slices.ContainsFunc(words, func(word any) bool {
		return !slices.ContainsFunc(states, func(s webhook.State) bool { return s.String() == word })
	})
}

// picks reports whether a filter names its rows, so that an index finds them: by
// id, by change, or by the object that changed.
func picks(filters store.And) bool {
	equal := func(path string) bool {
		_, ok := only(filters, path)
		return ok
	}
	listed := slices.ContainsFunc(filters, func(f store.Filter) bool {
		in, ok := f.(store.In)
		return ok && (in.Path == "id" || in.Path == "change")
	})
	return listed || equal("id") || equal("change") || equal("object_type") && equal("object_id")
}

// flatten returns the filters that must all be true.
func flatten(f store.Filter) store.And {
	switch f := f.(type) {
	case nil:
		return nil
	case store.And:
		var list store.And
		for _, part := range f {
			list = append(list, flatten(part)...)
		}
		return list
	}
	return store.And{f}
}

// filtersOn returns those filters that ask for values of a field.
func filtersOn(filters store.And, path string) store.And {
	return slices.DeleteFunc(slices.Clone(filters), func(f store.Filter) bool {
		switch f := f.(type) {
		case store.Compare:
			return f.Path != path || f.Op != store.Eq
		case store.In:
			return f.Path != path
		}
		return true
	})
}

// valuesOf returns the values that a field may have; none when it may have any.
func valuesOf(filters store.And, path string) []any {
	for _, f := range filtersOn(filters, path) {
		switch f := f.(type) {
		case store.Compare:
			return []any{f.Value}
		case store.In:
			return f.Values
		}
	}
	return nil
}

// only returns the value that a field must have, if the filters leave it just one.
func only(filters store.And, path string) (any, bool) {
	values := valuesOf(filters, path)
	if len(values) != 1 {
		return nil, false
	}
	return values[0], true
}

// positions returns the filters that say where in the order of ids a page is.
func positions(filters store.And) store.And {
	return slices.DeleteFunc(slices.Clone(filters), func(f store.Filter) bool {
		c, ok := f.(store.Compare)
		return !ok || c.Path != "id" || c.Op < store.Lt || c.Op > store.Gte
	})
}

// limit adds a bound to a search along a walk: nothing beyond the reach-th row
// that the walk passes. bound is that row's id; nil when the walk ends before.
func (t *tx) limit(query *store.Query, table string, f fields, along walk) (bound any, err error) {
	filters := flatten(query.Where)
	from := positions(filters)
	if along.size > 0 && along.size <= query.Reach || len(filters) == len(from)+len(along.on) {
		return nil, nil // short enough, or every row that is passed matches
	}
	b := newBuilder(f, t.store.claims.ids())
	where, err := b.where(append(from, along.on...))
	if err != nil {
		return nil, err
	}
	operator, direction := store.Lte, ""
	if len(query.Order) > 0 && query.Order[0].Desc {
		operator, direction = store.Gte, " DESC"
	}
	_, err = t.conn.queryOne(func(r row) { bound = r[0] }, `SELECT id FROM `+along.from(table)+` WHERE `+along.where(where.sql)+
		` ORDER BY id`+direction+` LIMIT 1 OFFSET ?`, append(where.args, int64(query.Reach-1))...)
	if err != nil {
		return nil, fmt.Errorf("reach of a search: %w", err)
	}
	if blob, isUUID := bound.([]byte); isUUID {
		bound = webhook.UUID(blob)
	}
	if bound != nil {
		query.Where = append(filters, store.Compare{Path: "id", Op: operator, Value: bound})
	}
	return bound, nil
}
