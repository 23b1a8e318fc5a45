package admin

import (
	"encoding/json"
	"fmt"
	"slices"

	"bellhop/internal/condition"
	"bellhop/internal/webhook"
	"bellhop/jinja/value"
)

// documents are the parts of a change that conditions look at.
type documents struct {
	data, snapshots value.Value
}

// documentsOf takes them from the change's context.
func documentsOf(change *webhook.Change) (d documents, err error) {
	var context struct {
		Data      json.RawMessage `json:"data"`
		Snapshots json.RawMessage `json:"snapshots"`
	}
	if err := json.Unmarshal(change.Context, &context); err != nil {
		return d, fmt.Errorf("context of change %d: %w", change.ID, err)
	}
	if d.data, err = value.ParseJSON(context.Data); err != nil {
		return d, fmt.Errorf("data of change %d: %w", change.ID, err)
	}
	if d.snapshots, err = value.ParseJSON(context.Snapshots); err != nil {
		return d, fmt.Errorf("snapshots of change %d: %w", change.ID, err)
	}
	return d, nil
}

// verdict says whether a trigger would fire for a change, and unlike intake,
// which passes over triggers that are no candidates, why it is none.
func verdict(t webhook.Trigger, enabled bool, change *webhook.Change, d documents) (webhook.Verdict, error) {
	not := func(format string, args ...any) (webhook.Verdict, error) {
		return webhook.Verdict{Outcome: webhook.NotFired, Reason: fmt.Sprintf(format, args...)}, nil
	}
	switch {
	case !enabled:
		return not("It is not enabled.")
	case !slices.Contains(t.ObjectTypes, change.ObjectType):
		return not("Object type %s is not among its object types.", change.ObjectType)
	case !t.Events.Has(change.Event):
		return not("Event %s is not among its events.", change.Event)
	}
	set, err := condition.Compile(t.Conditions)
	if err != nil {
		// An older Bellhop let it through; intake says the same.
		return webhook.Verdict{Outcome: webhook.Unresolved, Reason: "The conditions are not valid: " + err.Error()}, nil //nolint:nilerr // that is the verdict
	}
	result := set.Evaluate(d.data, d.snapshots)
	answer := webhook.Verdict{Outcome: outcomes[result.Result], Reason: result.Reason}
	if result.Tree != nil {
		if answer.Tree, err = json.Marshal(result.Tree); err != nil {
			return webhook.Verdict{}, err
		}
	}
	return answer, nil
}

var outcomes = map[condition.Result]webhook.Outcome{
	condition.Fired: webhook.Fired, condition.NotFired: webhook.NotFired, condition.Unresolved: webhook.Unresolved,
}

// verdicts says for each trigger of a webhook whether it would fire.
func verdicts(wh *webhook.Webhook, rules []webhook.EventRule, change *webhook.Change) ([]webhook.Verdict, error) {
	d, err := documentsOf(change)
	if err != nil {
		return nil, err
	}
	var list []webhook.Verdict
	if !wh.WantsNothing() {
		own, err := verdict(wh.Trigger, wh.Enabled, change, d)
		if err != nil {
			return nil, err
		}
		own.WebhookID, own.Name = wh.ID, wh.Name
		list = append(list, own)
	}
	for _, rule := range rules {
		of, err := verdict(rule.Trigger, rule.Enabled && wh.Enabled, change, d)
		if err != nil {
			return nil, err
		}
		of.WebhookID, of.RuleID, of.Name = wh.ID, rule.ID, rule.Name
		list = append(list, of)
	}
	return list, nil
}
