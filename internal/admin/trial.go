package admin

import (
	"context"
	"errors"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Trial renders and sends outside the queue, through the same code as
// deliveries.
type Trial interface {
	// Preview renders the request that a webhook would send for a change. An
	// error is for people.
	Preview(ctx context.Context, wh *webhook.Webhook, change *webhook.Change) (webhook.SentRequest, error)
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
}

// Preview checks a webhook that need not be stored, and shows the request it
// would send for a change, and whether it would fire. changeID 0 takes the last
// change that is of a type and an event that the webhook wants, or a made-up one.
// Nobody is shown a change that they may not view.
func (a *Admin) Preview(ctx context.Context, by Actor, wh webhook.Webhook, changeID int64) (Preview, error) {
	preview, err := a.prepare(ctx, by, &wh, changeID)
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
func (a *Admin) Test(ctx context.Context, by Actor, id, changeID int64) (Preview, webhook.Attempt, error) {
	wh, err := a.Webhooks.Get(ctx, id)
	if err != nil {
		return Preview{}, webhook.Attempt{}, err
	}
	preview, err := a.prepare(ctx, by, &wh, changeID)
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
func (a *Admin) prepare(ctx context.Context, by Actor, wh *webhook.Webhook, changeID int64) (preview Preview, err error) {
	var rules []webhook.EventRule
	var sampled webhook.ObjectType
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
		preview.Change, err = changeFor(tx, by, wh, rules, changeID)
		if errors.Is(err, errNoChange) {
			preview.Sample = true
			sampled, err = tx.ObjectTypes().Find("name", sampleType(wh, rules))
		}
		return err
	})
	if err == nil && preview.Sample {
		preview.Change, err = a.sample(&sampled, sampleEvent(wh, rules), by)
	}
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

// errNoChange means that there is no stored change to try a webhook with.
var errNoChange = errors.New("no change")

func changeFor(tx store.Tx, by Actor, wh *webhook.Webhook, rules []webhook.EventRule, id int64) (webhook.Change, error) {
	if id != 0 {
		change, err := tx.Change(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && !maySee(by, change.ObjectType) {
			err = fieldError("change", "Related object not found using the provided numeric ID: %d", id)
		}
		return change, err
	}
	var wanted store.Or
	for _, trigger := range triggers(wh, rules) {
		var types, events []any
		for _, name := range trigger.ObjectTypes {
			if maySee(by, name) {
				types = append(types, name)
			}
		}
		for _, event := range trigger.Events.List() {
			events = append(events, event.String())
		}
		wanted = append(wanted, store.And{store.In{Path: "object_type", Values: types}, store.In{Path: "event", Values: events}})
	}
	page, err := tx.Changes(store.Query{
		Where: wanted,
		Order: []store.Order{{Path: "id", Desc: true}}, Limit: 1, NoCount: true,
	})
	if err != nil {
		return webhook.Change{}, err
	}
	if len(page.Items) == 0 {
		return webhook.Change{}, errNoChange
	}
	return tx.Change(page.Items[0].ID)
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
func sampleType(wh *webhook.Webhook, rules []webhook.EventRule) string {
	for _, trigger := range triggers(wh, rules) {
		if len(trigger.ObjectTypes) > 0 {
			return trigger.ObjectTypes[0]
		}
	}
	return "dcim.site"
}

func sampleEvent(wh *webhook.Webhook, rules []webhook.EventRule) webhook.Event {
	for _, trigger := range triggers(wh, rules) {
		if events := trigger.Events.List(); len(events) > 0 {
			return events[0]
		}
	}
	return webhook.Updated
}
