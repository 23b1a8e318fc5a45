package app

import (
	"context"
	"log/slog"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/dispatch"
	"bellhop/internal/intake"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// recorder hands changes to the intake: those of the inventory, and for admin
// those from elsewhere.
type recorder struct {
	intake  *intake.Intake
	metrics *metrics
	live    *live.Hub
	log     *slog.Logger
}

// Record implements inventory.Recorder.
func (r *recorder) Record(_ context.Context, tx store.Tx, changes []webhook.Change) (committed func(), err error) {
	prepared, err := r.prepare(changes, time.Now())
	if err != nil {
		return nil, err
	}
	return prepared.Announce, prepared.Record(tx)
}

// Prepare implements admin.Intake.
func (r *recorder) Prepare(changes []webhook.Change, now time.Time) (admin.Batch, error) {
	return r.prepare(changes, now)
}

func (r *recorder) prepare(changes []webhook.Change, now time.Time) (*batch, error) {
	prepared := &batch{recorder: r, recorded: make([]*intake.Recorded, len(changes))}
	for i := range changes {
		recorded, err := r.intake.Prepare(changes[i], now)
		if err != nil {
			return nil, err
		}
		prepared.recorded[i] = recorded
	}
	return prepared, nil
}

// batch is some changes of one transaction.
type batch struct {
	recorder *recorder
	recorded []*intake.Recorded
}

// Record implements admin.Batch.
func (b *batch) Record(tx store.Tx) error {
	for _, r := range b.recorded {
		if err := b.recorder.intake.Record(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// Changes implements admin.Batch.
func (b *batch) Changes() []webhook.Change {
	changes := make([]webhook.Change, len(b.recorded))
	for i, r := range b.recorded {
		changes[i] = r.Change
	}
	return changes
}

// Announce implements admin.Batch.
func (b *batch) Announce() {
	for _, r := range b.recorded {
		b.recorder.metrics.change(&r.Change)
		b.recorder.intake.Announce(r)
		b.recorder.tellStopped(&r.Change)
		b.recorder.tellRepeated(r)
	}
	b.recorder.live.Publish(live.Changes | live.Deliveries | live.Overview)
}

// tellStopped tells people about webhooks that a loop was stopped by not firing
// them.
func (r *recorder) tellStopped(change *webhook.Change) {
	for _, v := range change.Verdicts {
		if v.Outcome != webhook.Stopped {
			continue
		}
		r.metrics.stopped.Inc()
		r.log.Warn("loop stopped", "webhook", v.WebhookID, "name", v.Name, "rounds", v.Round, "change", change.ID,
			"object_type", change.ObjectType, "object", change.ObjectID, "user", change.UserName)
	}
}

// tellRepeated tells people about what may be a loop that cannot be recognized.
func (r *recorder) tellRepeated(recorded *intake.Recorded) {
	change := &recorded.Change
	for _, id := range r.intake.Repeats(recorded) {
		r.metrics.repeated.Inc()
		r.log.Warn("webhook keeps firing for one object and user; is it a loop?", "webhook", id, "change", change.ID,
			"object_type", change.ObjectType, "object", change.ObjectID, "user", change.UserName)
	}
}

// workers shows the dispatcher to admin.
type workers struct {
	dispatcher *dispatch.Dispatcher
	live       *live.Hub
	// none says that this process delivers nothing.
	none bool
}

// Wake implements admin.Dispatcher.
func (w workers) Wake(deliveries []webhook.Delivery) {
	w.dispatcher.Requeued(deliveries)
	w.live.Publish(live.Deliveries | live.Overview)
}

// Stop implements admin.Dispatcher.
func (w workers) Stop(deliveries []webhook.Delivery) {
	w.dispatcher.Canceled(deliveries)
	w.live.Publish(live.Deliveries | live.Overview)
}

// Health implements admin.Dispatcher.
func (w workers) Health(webhookIDs ...int64) map[int64]webhook.Health {
	if w.none {
		return nil
	}
	return w.dispatcher.Health(webhookIDs...)
}

// Workers implements admin.Dispatcher.
func (w workers) Workers() []admin.Worker {
	if w.none {
		return nil
	}
	statuses := w.dispatcher.Workers()
	list := make([]admin.Worker, len(statuses))
	for i, s := range statuses {
		list[i] = admin.Worker{
			Name: s.Name, Started: s.Since, Delivery: s.DeliveryID, Succeeded: s.Succeeded, Failed: s.Failed, Busy: s.Busy,
		}
	}
	return list
}
