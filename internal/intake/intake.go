package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"bellhop/internal/condition"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
	"bellhop/jinja/value"
)

// Announcer hears of deliveries after they were committed. It must not block.
// Losing an announcement costs a delivery time, never more.
type Announcer interface {
	Announce(change *webhook.Change, deliveries []webhook.Delivery)
}

// Intake records changes. It is safe for concurrent use.
type Intake struct {
	ids      *webhook.IDs
	announce Announcer
	// reloading keeps an older reading from replacing a newer one.
	reloading sync.Mutex
	// triggers is replaced as a whole and never changed.
	triggers atomic.Pointer[triggers]
	loops    loops
	repeats  repeats
}

// New returns an intake without any triggers; Reload reads them. announcer may
// be nil. A chain of deliveries that cause each other is stopped after so many
// rounds; 0 means never.
func New(ids *webhook.IDs, announcer Announcer, rounds int) *Intake {
	in := &Intake{ids: ids, announce: announcer, loops: loops{limit: rounds}}
	in.triggers.Store(&triggers{})
	return in
}

// Reload reads the triggers anew. After an error the former ones stay.
func (in *Intake) Reload(ctx context.Context, s store.Store) error {
	in.reloading.Lock()
	defer in.reloading.Unlock()
	var table triggers
	err := s.View(ctx, func(tx store.Tx) (err error) {
		table, err = readTriggers(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("read triggers: %w", err)
	}
	in.triggers.Store(&table)
	return nil
}

// Recorded is a change on its way into the store and what came of it. It belongs
// to one goroutine until it was announced; then nobody may alter it.
type Recorded struct {
	Change     webhook.Change
	Deliveries []webhook.Delivery

	// fired has the place of each delivery's verdict.
	fired   []int
	now     time.Time
	decided *triggers
}

// Prepare builds the change's context and decides which webhooks fire, at the
// moment now. The error is a [webhook.Error] when data or a snapshot is not
// JSON.
func (in *Intake) Prepare(change webhook.Change, now time.Time) (*Recorded, error) {
	size := len(change.Data) + len(change.Prechange) + len(change.Postchange)
	context, err := appendContext(make([]byte, 0, size+size/8+512), &change)
	if err != nil {
		return nil, &webhook.Error{Code: webhook.CodeInvalid, Message: err.Error()}
	}
	change.Context = context
	r := &Recorded{Change: change, now: now}
	return r, in.decide(r)
}

// Record writes a prepared change, its verdicts and deliveries. Call
// [Intake.Announce] once the transaction is committed.
func (in *Intake) Record(tx store.Tx, r *Recorded) error {
	if r.decided != in.triggers.Load() {
		if err := in.decide(r); err != nil {
			return err
		}
	}
	if err := in.loops.follow(tx, r); err != nil {
		return err
	}
	if err := in.identify(r); err != nil {
		return err
	}
	if err := tx.AddChange(&r.Change); err != nil {
		return err
	}
	for i := range r.Deliveries {
		r.Deliveries[i].ChangeID = r.Change.ID
		if err := tx.AddDelivery(&r.Deliveries[i]); err != nil {
			return err
		}
	}
	return nil
}

// identify gives the deliveries their ids. It happens inside the transaction:
// transactions are serial, so the ids grow in the order of the changes, which
// ordered lanes and the dispatcher rely on.
func (in *Intake) identify(r *Recorded) error {
	for i := range r.Deliveries {
		id, err := in.ids.Next(r.now)
		if err != nil {
			return fmt.Errorf("delivery id: %w", err)
		}
		r.Deliveries[i].ID = id
		r.Change.Verdicts[r.fired[i]].DeliveryID = id
	}
	return nil
}

// Announce tells the dispatcher about a committed change.
func (in *Intake) Announce(r *Recorded) {
	if in.announce != nil && len(r.Deliveries) > 0 {
		in.announce.Announce(&r.Change, r.Deliveries)
	}
}

// decide asks every trigger that wants the change. A webhook gets at most one
// delivery.
func (in *Intake) decide(r *Recorded) error {
	r.decided = in.triggers.Load()
	r.Change.Verdicts, r.Deliveries, r.fired = nil, nil, nil
	documents := documents{change: &r.Change}
	for _, t := range (*r.decided)[interest{r.Change.ObjectType, r.Change.Event}] {
		verdict, err := t.ask(&documents)
		if err != nil {
			return err
		}
		if verdict.Outcome == webhook.Fired && !r.delivers(t.webhookID) {
			r.fired = append(r.fired, len(r.Change.Verdicts))
			r.Deliveries = append(r.Deliveries, webhook.Delivery{
				WebhookID: t.webhookID, RuleID: t.ruleID, Queue: t.queue,
				State: webhook.Queued, Created: r.now, Due: r.now,
			})
		}
		r.Change.Verdicts = append(r.Change.Verdicts, verdict)
	}
	return nil
}

func (r *Recorded) delivers(webhookID int64) bool {
	for i := range r.Deliveries {
		if r.Deliveries[i].WebhookID == webhookID {
			return true
		}
	}
	return false
}

// ask returns the trigger's verdict.
func (t *trigger) ask(d *documents) (webhook.Verdict, error) {
	verdict := webhook.Verdict{WebhookID: t.webhookID, RuleID: t.ruleID, Name: t.name, Outcome: webhook.Fired}
	switch {
	case t.broken != nil:
		verdict.Outcome, verdict.Reason = webhook.Unresolved, "The conditions are not valid: "+t.broken.Error()
		return verdict, nil //nolint:nilerr // that is the verdict
	case t.conditions == nil:
		return verdict, nil
	}
	if err := d.decode(); err != nil {
		return verdict, fmt.Errorf("%s: %w", t.describe(), err)
	}
	answer := t.conditions.Evaluate(d.data, d.snapshots)
	verdict.Outcome, verdict.Reason = outcomes[answer.Result], answer.Reason
	if answer.Tree != nil {
		tree, err := json.Marshal(answer.Tree)
		if err != nil {
			return verdict, fmt.Errorf("%s: explanation: %w", t.describe(), err)
		}
		verdict.Tree = tree
	}
	return verdict, nil
}

// outcomes translates the answers of package condition.
var outcomes = map[condition.Result]webhook.Outcome{
	condition.Fired:        webhook.Fired,
	condition.NotFired:     webhook.NotFired,
	condition.NotEvaluated: webhook.NotFired,
	condition.Unresolved:   webhook.Unresolved,
}

// documents are a change's data and snapshots as values, decoded when the first
// trigger with conditions asks for them.
type documents struct {
	change          *webhook.Change
	decoded         bool
	data, snapshots value.Value
}

func (d *documents) decode() error {
	if d.decoded {
		return nil
	}
	var err error
	if d.data, err = parse(d.change.Data); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	snapshots := value.NewDict(2)
	for name, document := range map[string]webhook.RawJSON{"prechange": d.change.Prechange, "postchange": d.change.Postchange} {
		snapshot, err := parse(document)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		snapshots.SetName(name, snapshot)
	}
	value.Freeze(snapshots)
	d.snapshots, d.decoded = snapshots, true
	return nil
}

// parse decodes a document; none is None.
func parse(document webhook.RawJSON) (value.Value, error) {
	if len(document) == 0 {
		return value.None, nil
	}
	return value.ParseJSON(document)
}
