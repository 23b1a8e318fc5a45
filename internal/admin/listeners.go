package admin

import (
	"cmp"
	"context"
	"slices"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxListeners bounds the triggers that are shown for an object type.
const maxListeners = 1000

// Listener is a trigger that wants changes of an object type.
type Listener struct {
	WebhookID int64
	// RuleID is the event rule, or 0 for the webhook's own trigger.
	RuleID int64
	// Name is the webhook's or the rule's; Webhook is the webhook's.
	Name, Webhook string
	// Enabled says that both webhook and rule are.
	Enabled bool
	webhook.Trigger
}

// Listeners returns the triggers that list an object type, disabled ones
// included, in the order in which they are asked: webhooks' own by name, then
// event rules by name.
func (a *Admin) Listeners(ctx context.Context, objectType string) (list []Listener, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		list, err = listeners(tx, objectType)
		return err
	})
	return list, public(err, "webhook")
}

func listeners(tx store.Tx, objectType string) ([]Listener, error) {
	wanted := store.Query{Where: store.Has{Path: "object_types", Value: objectType}, Limit: maxListeners, NoCount: true}
	hooks, err := tx.Webhooks().List(wanted)
	if err != nil {
		return nil, err
	}
	rules, err := tx.EventRules().List(wanted)
	if err != nil {
		return nil, err
	}
	list := make([]Listener, 0, len(hooks.Items)+len(rules.Items))
	for _, wh := range hooks.Items {
		list = append(list, Listener{WebhookID: wh.ID, Name: wh.Name, Webhook: wh.Name, Enabled: wh.Enabled, Trigger: wh.Trigger})
	}
	var ids []any
	for _, rule := range rules.Items {
		ids = append(ids, rule.WebhookID)
	}
	fired, err := tx.Webhooks().List(idQuery(ids))
	if err != nil {
		return nil, err
	}
	for _, rule := range rules.Items {
		// A rule without a webhook fires none.
		i := slices.IndexFunc(fired.Items, func(wh webhook.Webhook) bool { return wh.ID == rule.WebhookID })
		if i < 0 {
			continue
		}
		wh := &fired.Items[i]
		list = append(list, Listener{
			WebhookID: wh.ID, RuleID: rule.ID, Name: rule.Name, Webhook: wh.Name, Enabled: rule.Enabled && wh.Enabled, Trigger: rule.Trigger,
		})
	}
	slices.SortFunc(list, func(a, b Listener) int {
		return cmp.Or(cmp.Compare(min(a.RuleID, 1), min(b.RuleID, 1)), cmp.Compare(a.Name, b.Name))
	})
	return list, nil
}

// Evaluate says which webhooks would fire for a stored change now, and why. It
// changes nothing. Unlike the verdicts that were recorded with the change, it
// also names the webhooks that list the object type but are no candidates.
func (a *Admin) Evaluate(ctx context.Context, change *webhook.Change) ([]webhook.Verdict, error) {
	list, err := a.Listeners(ctx, change.ObjectType)
	if err != nil {
		return nil, err
	}
	d, err := documentsOf(change)
	if err != nil {
		return nil, err
	}
	answers := make([]webhook.Verdict, len(list))
	for i, l := range list {
		if answers[i], err = verdict(l.Trigger, l.Enabled, change, d); err != nil {
			return nil, err
		}
		answers[i].WebhookID, answers[i].RuleID, answers[i].Name = l.WebhookID, l.RuleID, l.Name
	}
	return answers, nil
}
