package intake

import (
	"cmp"
	"fmt"
	"slices"

	"bellhop/internal/condition"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxTriggers bounds what is read into memory.
const maxTriggers = 100_000

// interest is what a trigger is found by.
type interest struct {
	objectType string
	event      webhook.Event
}

// trigger is a compiled trigger of an enabled webhook.
type trigger struct {
	webhookID int64
	ruleID    int64
	name      string
	queue     webhook.Queue
	// conditions is nil when there are none, or when they do not compile;
	// broken then says why.
	conditions *condition.Set
	broken     error
}

// triggers is the immutable table of all triggers. Within an interest they are
// in the order in which they are asked: a webhook's own first, then rules by
// name, as NetBox does.
type triggers map[interest][]*trigger

// readTriggers compiles what the store has.
func readTriggers(tx store.Tx) (triggers, error) {
	webhooks, err := tx.Webhooks().List(store.Query{
		Where: store.Compare{Path: "enabled", Op: store.Eq, Value: true}, Limit: maxTriggers, NoCount: true,
	})
	if err != nil {
		return nil, err
	}
	rules, err := tx.EventRules().List(store.Query{
		Where: store.Compare{Path: "enabled", Op: store.Eq, Value: true}, Limit: maxTriggers, NoCount: true,
		Order: []store.Order{{Path: "name"}},
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(webhooks.Items, func(a, b webhook.Webhook) int { return cmp.Compare(a.Name, b.Name) })
	table := make(triggers)
	byID := make(map[int64]*webhook.Webhook, len(webhooks.Items))
	for i := range webhooks.Items {
		wh := &webhooks.Items[i]
		byID[wh.ID] = wh
		table.add(&wh.Trigger, trigger{webhookID: wh.ID, name: wh.Name, queue: wh.Queue})
	}
	for i := range rules.Items {
		rule := &rules.Items[i]
		if wh, ok := byID[rule.WebhookID]; ok {
			table.add(&rule.Trigger, trigger{webhookID: wh.ID, ruleID: rule.ID, name: rule.Name, queue: wh.Queue})
		}
	}
	return table, nil
}

// add compiles a trigger and enters it under all that interests it. Conditions
// were checked when they were saved; those that an older Bellhop let through and
// this one does not are kept as broken, so that people see why nothing fires.
func (t triggers) add(definition *webhook.Trigger, compiled trigger) {
	if len(definition.Conditions) > 0 {
		set, err := condition.Compile(definition.Conditions)
		switch {
		case err != nil:
			compiled.broken = err
		case !set.IsEmpty():
			compiled.conditions = set
		}
	}
	for _, objectType := range definition.ObjectTypes {
		for _, event := range definition.Events.List() {
			key := interest{objectType, event}
			t[key] = append(t[key], &compiled)
		}
	}
}

// describe names a trigger for errors.
func (t *trigger) describe() string {
	if t.ruleID != 0 {
		return fmt.Sprintf("event rule %d", t.ruleID)
	}
	return fmt.Sprintf("webhook %d", t.webhookID)
}
