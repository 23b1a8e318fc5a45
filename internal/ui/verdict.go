package ui

import (
	"encoding/json"
	"fmt"

	"bellhop/internal/condition"
	"bellhop/internal/webhook"
)

// verdictView is a verdict for the component "verdict".
type verdictView struct {
	Name string
	// Word, Icon and Class show the outcome.
	Word, Icon, Class string
	Fired             bool
	// Rule says that it is an event rule's.
	Rule   bool
	Reason string
	// Tree explains the conditions line by line; nil when there were none.
	Tree *condition.Node
	// WebhookPath and DeliveryPath are empty for those who may not go there.
	WebhookPath, DeliveryPath string
	// State is the delivery's; empty when there is none, or none any more.
	State string
	// Note says what became of a verdict that fired without a delivery, or what to
	// do about one that was stopped.
	Note string
}

// viewVerdict makes a verdict presentable. deliveries has those of the change
// that are still kept; nil for a dry run, in which there are none.
func (v *view) viewVerdict(verdict *webhook.Verdict, deliveries map[webhook.UUID]webhook.Delivery) (verdictView, error) {
	shown := verdictView{
		Name: verdict.Name, Word: webhook.Capitalize(verdict.Outcome.String()), Rule: verdict.RuleID != 0,
		Fired: verdict.Outcome == webhook.Fired, Reason: verdict.Reason,
	}
	switch verdict.Outcome {
	case webhook.Fired:
		shown.Icon, shown.Class = "circle-check", "state-ok"
		if shown.Reason == "" && verdict.Tree == nil {
			shown.Reason = "There are no conditions."
		}
	case webhook.NotFired:
		shown.Icon = "circle-minus"
	case webhook.Stopped:
		shown.Icon, shown.Class = "ban", "state-error"
		shown.Note = "Whoever receives it makes changes that fire it again. Narrow the conditions, or let the receiver write only what is different."
	default: // unresolved: somebody should look
		shown.Icon, shown.Class = "alert-triangle", "state-warning"
	}
	if len(verdict.Tree) > 0 {
		shown.Tree = new(condition.Node)
		if err := json.Unmarshal(verdict.Tree, shown.Tree); err != nil {
			return shown, fmt.Errorf("explanation of %s: %w", verdict.Name, err)
		}
	}
	if verdict.WebhookID != 0 && v.may(webhook.ActionView, "extras.webhook") {
		shown.WebhookPath = fmt.Sprintf("/extras/webhooks/%d/", verdict.WebhookID)
	}
	if deliveries == nil || !shown.Fired {
		return shown, nil
	}
	delivery, kept := deliveries[verdict.DeliveryID]
	switch {
	case kept:
		shown.State = delivery.State.String()
		if v.may(webhook.ActionView, "extras.delivery") {
			shown.DeliveryPath = "/extras/deliveries/" + delivery.ID.String() + "/"
		}
	case verdict.DeliveryID.IsZero():
		shown.Note = "Another trigger of the same webhook had fired already: one change makes one delivery."
	default:
		shown.Note = "The delivery is not kept any more."
	}
	return shown, nil
}

// viewVerdicts makes several verdicts presentable.
func (v *view) viewVerdicts(verdicts []webhook.Verdict, deliveries map[webhook.UUID]webhook.Delivery) ([]verdictView, error) {
	list := make([]verdictView, len(verdicts))
	for i := range verdicts {
		var err error
		if list[i], err = v.viewVerdict(&verdicts[i], deliveries); err != nil {
			return nil, err
		}
	}
	return list, nil
}
