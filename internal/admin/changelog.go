package admin

import (
	"context"
	"fmt"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const (
	// maxLogDeliveries bounds the deliveries that are read for a page of the
	// change log.
	maxLogDeliveries = 5000
	// requestReach is how many changes before and after a change are looked
	// through for others of its request. A request is one transaction, whose
	// changes follow each other; it writes at most so many.
	requestReach = 2000
	// MaxRelated bounds the changes of the same request that are listed.
	MaxRelated = 100
)

// LogEntry is a change as a line of the change log.
type LogEntry struct {
	// Change has verdicts but no context.
	webhook.Change
	// Deliveries are those that came of it and are still kept. Of a page with
	// very many some may be missing.
	Deliveries []webhook.Delivery
}

// Count counts the triggers with an outcome.
func (e *LogEntry) Count(outcome webhook.Outcome) int {
	n := 0
	for i := range e.Verdicts {
		if e.Verdicts[i].Outcome == outcome {
			n++
		}
	}
	return n
}

// ChangeLog lists changes with what came of them; see [store.ChangeFields].
func (a *Admin) ChangeLog(ctx context.Context, query store.Query) (page store.Page[LogEntry], err error) {
	err = a.store.View(ctx, func(tx store.Tx) error {
		changes, err := tx.Changes(query)
		if err != nil {
			return err
		}
		page = store.Page[LogEntry]{Count: changes.Count, Reached: changes.Reached, Items: make([]LogEntry, len(changes.Items))}
		ids := make([]any, len(changes.Items))
		at := make(map[int64]*LogEntry, len(changes.Items))
		for i := range changes.Items {
			change, err := tx.Change(changes.Items[i].ID)
			if err != nil {
				return err
			}
			change.Context = nil
			page.Items[i].Change = change
			ids[i], at[change.ID] = change.ID, &page.Items[i]
		}
		deliveries, err := tx.Deliveries(store.Query{
			Where: store.In{Path: "change", Values: ids}, Limit: maxLogDeliveries, NoCount: true,
		})
		if err != nil {
			return err
		}
		for _, d := range deliveries.Items {
			at[d.ChangeID].Deliveries = append(at[d.ChangeID].Deliveries, d)
		}
		return nil
	})
	return page, public(err, "change")
}

// CountChanges returns how many changes match, up to the query's limit.
func (a *Admin) CountChanges(ctx context.Context, query store.Query) (n int, err error) {
	err = a.store.View(ctx, func(tx store.Tx) error {
		page, err := tx.Changes(query)
		n = len(page.Items)
		return err
	})
	return n, public(err, "change")
}

// ChangeDetail is a change with what stands around it.
type ChangeDetail struct {
	webhook.Change
	// Deliveries are those that came of it and are still kept, by id.
	Deliveries map[webhook.UUID]webhook.Delivery
	// Previous and Next are the ids of the same object's changes before and
	// after it; 0 when there is none.
	Previous, Next int64
	// Related are other changes of the same request, at most [MaxRelated].
	Related []webhook.Change
}

// ChangeDetail returns a change, or an error with [webhook.CodeNotFound].
func (a *Admin) ChangeDetail(ctx context.Context, id int64) (detail ChangeDetail, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		detail = ChangeDetail{Deliveries: map[webhook.UUID]webhook.Delivery{}}
		if detail.Change, err = tx.Change(id); err != nil {
			return err
		}
		deliveries, err := tx.Deliveries(store.Query{
			Where: store.Compare{Path: "change", Op: store.Eq, Value: id}, Limit: maxLogDeliveries, NoCount: true,
		})
		if err != nil {
			return err
		}
		for _, d := range deliveries.Items {
			detail.Deliveries[d.ID] = d
		}
		if detail.Previous, err = neighbor(tx, &detail.Change, store.Lt); err != nil {
			return err
		}
		if detail.Next, err = neighbor(tx, &detail.Change, store.Gt); err != nil {
			return err
		}
		detail.Related, err = related(tx, &detail.Change)
		return err
	})
	return detail, public(err, "change")
}

// neighbor returns the id of the same object's nearest change on one side.
func neighbor(tx store.Tx, change *webhook.Change, side store.Op) (int64, error) {
	page, err := tx.Changes(store.Query{
		Where: store.And{
			store.Compare{Path: "object_type", Op: store.Eq, Value: change.ObjectType},
			store.Compare{Path: "object_id", Op: store.Eq, Value: change.ObjectID},
			store.Compare{Path: "id", Op: side, Value: change.ID},
		},
		Order: []store.Order{{Path: "id", Desc: side == store.Lt}}, Limit: 1, NoCount: true,
	})
	if err != nil || len(page.Items) == 0 {
		return 0, err
	}
	return page.Items[0].ID, nil
}

// related returns other changes of a change's request.
func related(tx store.Tx, change *webhook.Change) ([]webhook.Change, error) {
	page, err := tx.Changes(store.Query{
		Where: store.And{
			store.Compare{Path: "id", Op: store.Gte, Value: change.ID - requestReach},
			store.Compare{Path: "id", Op: store.Lte, Value: change.ID + requestReach},
			store.Compare{Path: "request_id", Op: store.Eq, Value: change.RequestID},
			store.Not{Filter: store.Compare{Path: "id", Op: store.Eq, Value: change.ID}},
		},
		Limit: MaxRelated, NoCount: true,
	})
	return page.Items, err
}

// ChangesOfRequest returns the changes that a request of just now has made, the
// first one first, at most [MaxRelated], with their verdicts.
func (a *Admin) ChangesOfRequest(ctx context.Context, requestID webhook.UUID) (changes []webhook.Change, err error) {
	err = a.store.View(ctx, func(tx store.Tx) error {
		changes = nil
		last, err := tx.Changes(store.Query{Order: []store.Order{{Path: "id", Desc: true}}, Limit: 1, NoCount: true})
		if err != nil || len(last.Items) == 0 {
			return err
		}
		page, err := tx.Changes(store.Query{
			Where: store.And{
				store.Compare{Path: "id", Op: store.Gte, Value: last.Items[0].ID - requestReach},
				store.Compare{Path: "request_id", Op: store.Eq, Value: requestID},
			},
			Limit: MaxRelated, NoCount: true,
		})
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			change, err := tx.Change(item.ID)
			if err != nil {
				return err
			}
			changes = append(changes, change)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("changes of request %s: %w", requestID, err)
	}
	return changes, nil
}
