package admin

import (
	"context"
	"errors"

	"bellhop/internal/render"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Trial renders and sends outside the queue, through the same code as
// deliveries.
type Trial interface {
	// Preview renders the request that a webhook would send for a change. An
	// error is for people.
	Preview(ctx context.Context, wh *webhook.Webhook, change *webhook.Change) (webhook.SentRequest, error)
	// Undefined returns names in the webhook's templates that the change leaves
	// undefined and that are printed as nothing.
	Undefined(ctx context.Context, wh *webhook.Webhook, change *webhook.Change) ([]render.Undefined, error)
	// Send renders and sends it. What goes wrong on the way is in the attempt;
	// an error means that there was none.
	Send(ctx context.Context, wh *webhook.Webhook, change *webhook.Change) (webhook.Attempt, error)
}

// Preview is what a webhook would do for a change.
type Preview struct {
	Change webhook.Change
	// Sample says that the change was made up.
	Sample bool
	// Verdicts has one entry for each trigger of the webhook.
	Verdicts []webhook.Verdict
	// Request is what would be sent; nil with RenderError.
	Request *webhook.SentRequest
	// RenderError says why there is no request.
	RenderError string
	// Saved is the request of the webhook as it is stored, for the same change;
	// nil for a new one, and where none can be made. Only drafts have it.
	Saved *webhook.SentRequest
	// Problems keep the webhook from sending, Warnings do not. Only drafts have
	// them.
	Problems, Warnings []Problem
}

// Source says which change a webhook is tried with. The zero value is the last
// one of a type and an event that it wants, or one made up when there is none.
type Source struct {
	// ChangeID is a stored change.
	ChangeID int64
	// Sample asks for a made-up change even if there are stored ones.
	Sample bool
	// Context, when not empty, stands in for the change's context.
	Context []byte
}

// Preview checks a webhook that need not be stored, and shows the request it
// would send for a change, and whether it would fire. Nobody is shown a change
// that they may not view.
func (a *Admin) Preview(ctx context.Context, by Actor, wh webhook.Webhook, from Source) (Preview, error) {
	preview, err := a.prepare(ctx, by, &wh, from)
	if err != nil {
		return preview, err
	}
	request, err := a.options.Trial.Preview(ctx, &wh, &preview.Change)
	switch {
	case ctx.Err() != nil:
		return preview, context.Cause(ctx)
	case err != nil:
		preview.RenderError = err.Error()
	default:
		preview.Request = &request
	}
	return preview, nil
}

// Test sends a real request for a stored webhook and returns what came of it.
// Nothing but an entry in the audit log is kept.
func (a *Admin) Test(ctx context.Context, by Actor, id int64, from Source) (Preview, webhook.Attempt, error) {
	wh, err := a.Webhooks.Get(ctx, id)
	if err != nil {
		return Preview{}, webhook.Attempt{}, err
	}
	preview, err := a.prepare(ctx, by, &wh, from)
	if err != nil {
		return preview, webhook.Attempt{}, err
	}
	// The entry comes first: whoever makes the server send is on record even
	// if the server dies meanwhile.
	err = a.store.Update(ctx, func(tx store.Tx) error {
		return tx.Audit().Create(&webhook.AuditEntry{
			Time: now(), UserName: by.UserName, RequestID: by.RequestID,
			Action: "test", Kind: KindWebhook, TargetID: wh.ID, Target: wh.Name,
		})
	})
	if err != nil {
		return preview, webhook.Attempt{}, err
	}
	attempt, err := a.options.Trial.Send(ctx, &wh, &preview.Change)
	return preview, attempt, err
}

// prepare validates a webhook, finds a change for it and says whether it would
// fire.
func (a *Admin) prepare(ctx context.Context, by Actor, wh *webhook.Webhook, from Source) (preview Preview, err error) {
	var rules []webhook.EventRule
	err = a.store.View(ctx, func(tx store.Tx) error {
		if err := a.unmask(tx, wh); err != nil {
			return err
		}
		if err := wh.Validate(operation{admin: a, tx: tx}.checks()); err != nil {
			return err
		}
		if rules, err = rulesOf(tx, wh.ID); err != nil {
			return err
		}
		preview.Change, preview.Sample, err = a.changeFor(tx, by, triggers(wh, rules), from)
		return err
	})
	if err != nil {
		return preview, err
	}
	preview.Verdicts, err = verdicts(wh, rules, &preview.Change)
	return preview, err
}

// unmask gives a definition that came back from a client the secret that it was
// shown as stars.
func (a *Admin) unmask(tx store.Tx, wh *webhook.Webhook) error {
	if wh.Secret != webhook.MaskedSecret || wh.ID == 0 {
		return nil
	}
	stored, err := tx.Webhooks().Get(wh.ID)
	if err != nil {
		return public(err, "webhook")
	}
	wh.Secret = stored.Secret
	return nil
}

func rulesOf(tx store.Tx, webhookID int64) ([]webhook.EventRule, error) {
	if webhookID == 0 {
		return nil, nil
	}
	page, err := tx.EventRules().List(store.Query{
		Where: store.Compare{Path: "action_object_id", Op: store.Eq, Value: webhookID}, Limit: batch, NoCount: true,
	})
	return page.Items, err
}

// changeFor finds the change to try triggers with, and reports whether it was
// made up.
func (a *Admin) changeFor(tx store.Tx, by Actor, wanted []webhook.Trigger, from Source) (change webhook.Change, sample bool, err error) {
	change, err = from.find(tx, by, wanted)
	if sample = errors.Is(err, errNoChange); sample {
		change, err = a.sampleFor(tx, by, wanted)
	}
	if len(from.Context) > 0 {
		change.Context = from.Context
	}
	return change, sample, err
}

// errNoChange means that there is no stored change to try a webhook with.
var errNoChange = errors.New("no change")

func (from Source) find(tx store.Tx, by Actor, wanted []webhook.Trigger) (webhook.Change, error) {
	if from.ChangeID != 0 {
		change, err := tx.Change(from.ChangeID)
		if errors.Is(err, store.ErrNotFound) || err == nil && !maySee(by, change.ObjectType) {
			err = fieldError("change", "Related object not found using the provided numeric ID: %d", from.ChangeID)
		}
		return change, err
	}
	if from.Sample {
		return webhook.Change{}, errNoChange
	}
	last, err := lastChanges(tx, by, wanted, 1)
	if err != nil {
		return webhook.Change{}, err
	}
	if len(last) == 0 {
		return webhook.Change{}, errNoChange
	}
	return tx.Change(last[0].ID)
}

// lastReach is how many changes are looked at for those that a trigger wants, so
// that one for a rare type does not read all that is stored.
const lastReach = 100_000

// lastChanges returns the last changes that any of the triggers wants, whatever
// their conditions, as far as somebody may see them and among the last lastReach;
// the newest comes first. They have no contexts.
func lastChanges(tx store.Tx, by Actor, wanted []webhook.Trigger, limit int) ([]webhook.Change, error) {
	var filter store.Or
	for _, trigger := range wanted {
		var types, events []any
		for _, name := range trigger.ObjectTypes {
			if maySee(by, name) {
				types = append(types, name)
			}
		}
		for _, event := range trigger.Events.List() {
			events = append(events, event.String())
		}
		filter = append(filter, store.And{store.In{Path: "object_type", Values: types}, store.In{Path: "event", Values: events}})
	}
	page, err := tx.Changes(store.Query{
		Where: filter, Order: []store.Order{{Path: "id", Desc: true}}, Limit: limit, NoCount: true, Reach: lastReach,
	})
	return page.Items, err
}

// sampleFor makes a change up that the triggers want.
func (a *Admin) sampleFor(tx store.Tx, by Actor, wanted []webhook.Trigger) (webhook.Change, error) {
	t, err := tx.ObjectTypes().Find("name", sampleType(wanted))
	if err != nil {
		return webhook.Change{}, err
	}
	return a.sample(&t, sampleEvent(wanted), by)
}

// maySee reports whether somebody may see what changes of an object type hold.
func maySee(by Actor, objectType string) bool {
	return by.Allows(webhook.ActionView, KindChange) || by.Allows(webhook.ActionView, objectType)
}

func triggers(wh *webhook.Webhook, rules []webhook.EventRule) []webhook.Trigger {
	list := []webhook.Trigger{wh.Trigger}
	for _, rule := range rules {
		list = append(list, rule.Trigger)
	}
	return list
}

// sampleType returns the object type to make a change up for.
func sampleType(wanted []webhook.Trigger) string {
	for _, trigger := range wanted {
		if len(trigger.ObjectTypes) > 0 {
			return trigger.ObjectTypes[0]
		}
	}
	return "dcim.site"
}

func sampleEvent(wanted []webhook.Trigger) webhook.Event {
	for _, trigger := range wanted {
		if events := trigger.Events.List(); len(events) > 0 {
			return events[0]
		}
	}
	return webhook.Updated
}
