package admin

import (
	"context"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// batch is how many deliveries one transaction retries, cancels or deletes, so
// that a big request does not keep other writers waiting.
const batch = 1000

// Dispatcher is the part that sends, as far as people have to do with it.
type Dispatcher interface {
	// Wake tells of deliveries that have just become due.
	Wake(deliveries []webhook.Delivery)
	// Stop tells of deliveries that were canceled or deleted, so that those that
	// wait are not sent and what is in flight for them can end.
	Stop(deliveries []webhook.Delivery)
	// Workers says what each worker is doing.
	Workers() []Worker
	// Health says how receivers are doing, by the ids of their webhooks.
	Health(webhookIDs ...int64) map[int64]webhook.Health
}

// Worker is one worker, as NetBox's background workers are shown.
type Worker struct {
	Name    string
	Started time.Time
	// Delivery is what it is sending; zero when it is idle.
	Delivery webhook.UUID
	// Succeeded and Failed count its attempts, Busy is the time spent on them.
	Succeeded, Failed int64
	Busy              time.Duration
}

// Workers says what each worker of this process is doing.
func (a *Admin) Workers() []Worker { return a.options.Dispatcher.Workers() }

// DeliveryDetail is a delivery with its change and webhook.
type DeliveryDetail struct {
	webhook.Delivery
	// Webhook is nil when it was deleted.
	Webhook *webhook.Webhook
	// Change has no context and no verdicts; nil when it was pruned.
	Change *webhook.Change
}

// Delivery returns a delivery, or an error with [webhook.CodeNotFound].
func (a *Admin) Delivery(ctx context.Context, id webhook.UUID) (detail DeliveryDetail, err error) {
	page, err := a.Deliveries(ctx, store.Query{Where: store.ByID(id), Limit: 1, NoCount: true})
	switch {
	case err != nil:
		return detail, err
	case len(page.Items) == 0:
		return detail, webhook.NotFound()
	}
	return page.Items[0], nil
}

// Deliveries lists deliveries; see [store.DeliveryFields].
func (a *Admin) Deliveries(ctx context.Context, query store.Query) (details store.Page[DeliveryDetail], err error) {
	err = a.store.View(ctx, func(tx store.Tx) error {
		page, err := tx.Deliveries(query)
		if err != nil {
			return err
		}
		details.Count, details.Reached = page.Count, page.Reached
		details.Items, err = detail(tx, page.Items)
		return err
	})
	return details, public(err, "delivery")
}

// CountDeliveries returns how many deliveries match, up to the query's limit.
func (a *Admin) CountDeliveries(ctx context.Context, query store.Query) (n int, err error) {
	err = a.store.View(ctx, func(tx store.Tx) error {
		page, err := tx.Deliveries(query)
		n = len(page.Items)
		return err
	})
	return n, public(err, "delivery")
}

// detail adds webhooks and changes to deliveries.
func detail(tx store.Tx, deliveries []webhook.Delivery) ([]DeliveryDetail, error) {
	var hookIDs, changeIDs []any
	for _, d := range deliveries {
		hookIDs = append(hookIDs, d.WebhookID)
		changeIDs = append(changeIDs, d.ChangeID)
	}
	hooks, err := tx.Webhooks().List(idQuery(hookIDs))
	if err != nil {
		return nil, err
	}
	changes, err := tx.Changes(idQuery(changeIDs))
	if err != nil {
		return nil, err
	}
	hookByID := make(map[int64]*webhook.Webhook, len(hooks.Items))
	for i := range hooks.Items {
		hookByID[hooks.Items[i].ID] = &hooks.Items[i]
	}
	changeByID := make(map[int64]*webhook.Change, len(changes.Items))
	for i := range changes.Items {
		changeByID[changes.Items[i].ID] = &changes.Items[i]
	}
	details := make([]DeliveryDetail, len(deliveries))
	for i, d := range deliveries {
		details[i] = DeliveryDetail{Delivery: d, Webhook: hookByID[d.WebhookID], Change: changeByID[d.ChangeID]}
	}
	return details, nil
}

func idQuery(ids []any) store.Query {
	return store.Query{Where: store.In{Path: "id", Values: ids}, Limit: len(ids), NoCount: true}
}

// Attempts returns the attempts of a delivery, the first one first.
func (a *Admin) Attempts(ctx context.Context, id webhook.UUID) (attempts []webhook.Attempt, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		if _, err = tx.Delivery(id); err != nil {
			return err
		}
		attempts, err = tx.Attempts(id)
		return err
	})
	return attempts, public(err, "delivery")
}

// Counts returns how many deliveries there are by webhook, queue and state;
// those that are being sent count as started.
func (a *Admin) Counts(ctx context.Context) (counts []store.Count, err error) {
	claims, err := a.store.Claims(ctx)
	if err != nil {
		return nil, err
	}
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		counts, err = tx.Counts()
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, claim := range claims {
		d := claim.Delivery
		counts = append(counts,
			store.Count{WebhookID: d.WebhookID, Queue: d.Queue, State: d.State, N: -1},
			store.Count{WebhookID: d.WebhookID, Queue: d.Queue, State: webhook.Started, N: 1})
	}
	return counts, nil
}

// Backlog returns what waits, by webhook.
func (a *Admin) Backlog(ctx context.Context) ([]store.Backlog, error) { return a.store.Backlog(ctx) }

// Claims returns what is being sent.
func (a *Admin) Claims(ctx context.Context) ([]store.Claim, error) { return a.store.Claims(ctx) }

// Retry makes deliveries that match due now, with a new schedule, and returns
// how many. Those that are queued or being sent already are passed over.
func (a *Admin) Retry(ctx context.Context, by Actor, filter store.Filter) (int, error) {
	ended := inStates(webhook.Scheduled, webhook.Finished, webhook.Failed, webhook.Canceled)
	return a.inBatches(ctx, by, "retry", store.And{ended, filter}, func(tx store.Tx, some store.Filter) ([]webhook.UUID, func(), error) {
		list, err := tx.Requeue(some, now(), batch)
		return idsOf(list), func() { a.options.Dispatcher.Wake(list) }, err
	})
}

// Cancel ends deliveries that match and are not done, and returns how many.
func (a *Admin) Cancel(ctx context.Context, by Actor, filter store.Filter) (int, error) {
	undone := inStates(webhook.Queued, webhook.Started, webhook.Scheduled)
	return a.inBatches(ctx, by, "cancel", store.And{undone, filter}, func(tx store.Tx, some store.Filter) ([]webhook.UUID, func(), error) {
		list, err := tx.Cancel(some, now(), batch)
		return idsOf(list), func() { a.options.Dispatcher.Stop(list) }, err
	})
}

// DeleteDeliveries deletes deliveries that match with their attempts, and
// returns how many. Those that are being sent are passed over.
func (a *Admin) DeleteDeliveries(ctx context.Context, by Actor, filter store.Filter) (int, error) {
	return a.inBatches(ctx, by, "delete", filter, func(tx store.Tx, some store.Filter) ([]webhook.UUID, func(), error) {
		list, err := tx.DeleteDeliveries(some, batch)
		return idsOf(list), func() { a.options.Dispatcher.Stop(list) }, err
	})
}

func inStates(states ...webhook.State) store.Filter {
	in := store.In{Path: "state"}
	for _, state := range states {
		in.Values = append(in.Values, state.String())
	}
	return in
}

// batchReach is how many rows are looked at in search of a batch.
const batchReach = 50 * batch

// inBatches acts on the deliveries that match, the oldest first. They are looked
// for outside the transactions, so that a long search keeps no writer waiting;
// each transaction is given some of them by their ids and looks again whether
// they still match. committed is called after each commit. What was done before
// an error is counted.
func (a *Admin) inBatches(ctx context.Context, by Actor, verb string, filter store.Filter,
	act func(tx store.Tx, some store.Filter) (ids []webhook.UUID, committed func(), err error),
) (int, error) {
	total := 0
	var after any = webhook.UUID{}
	for after != nil {
		some, next, err := a.nextBatch(ctx, filter, after)
		if err != nil {
			return total, err
		}
		after = next
		if len(some.Values) == 0 {
			continue
		}
		var ids []webhook.UUID
		var committed func()
		err = a.store.Update(ctx, func(tx store.Tx) (err error) {
			if ids, committed, err = act(tx, store.And{some, filter}); err != nil || len(ids) == 0 {
				return err
			}
			return auditDeliveries(tx, by, verb, ids)
		})
		if err != nil {
			return total, public(err, "delivery")
		}
		committed()
		total += len(ids)
	}
	return total, nil
}

// nextBatch returns the next deliveries that match, and where to go on; nil is
// nowhere.
func (a *Admin) nextBatch(ctx context.Context, filter store.Filter, after any) (some store.In, next any, err error) {
	var page store.Page[webhook.Delivery]
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		page, err = tx.Deliveries(store.Query{
			Where: store.And{filter, store.Compare{Path: "id", Op: store.Gt, Value: after}},
			Order: []store.Order{{Path: "id"}}, Limit: batch, NoCount: true, Reach: batchReach,
		})
		return err
	})
	if err != nil {
		return some, nil, public(err, "delivery")
	}
	some.Path = "id"
	for _, d := range page.Items {
		some.Values = append(some.Values, d.ID)
	}
	next = page.Reached
	if n := len(page.Items); n == batch {
		next = page.Items[n-1].ID
	}
	return some, next, nil
}

func idsOf(list []webhook.Delivery) []webhook.UUID {
	ids := make([]webhook.UUID, len(list))
	for i, d := range list {
		ids[i] = d.ID
	}
	return ids
}
