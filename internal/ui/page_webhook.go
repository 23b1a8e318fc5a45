package ui

import (
	"net/url"
	"strconv"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// rulesOf returns the event rules that fire a webhook.
func (v *view) rulesOf(id int64) ([]webhook.EventRule, error) {
	found, err := v.ui.options.Admin.EventRules.List(v.ctx, store.Query{
		Where: store.Compare{Path: "action_object_id", Op: store.Eq, Value: id}, Limit: maxWebhooks, NoCount: true,
	})
	return found.Items, err
}

// webhookNames are the names of webhooks by id.
func (v *view) webhookNames() (map[int64]string, error) {
	found, err := v.ui.options.Admin.Webhooks.List(v.ctx, store.Query{Limit: maxNames, NoCount: true})
	names := make(map[int64]string, len(found.Items))
	for _, wh := range found.Items {
		names[wh.ID] = wh.Name
	}
	return names, err
}

// maxNames bounds the webhooks whose names a page looks up.
const maxNames = 10_000

// webhookPage is the view model of one webhook.
type webhookPage struct {
	webhook.Webhook
	load
	Path string
	// Triggers are sentences that say what fires it.
	Triggers []triggerLine
	Types    []string
	// Latest are its last deliveries, of List; Activity what came of its attempts, Health
	// how its receiver is doing.
	Latest   deliveryTable
	List     *listing
	Activity *activity
	Health   webhook.Health
	// Secret is shown once, after it was made.
	NewSecret               string
	MayChange, MayAdd       bool
	MayDelete               bool
	MaySeeDeliveries        bool
	MaySeeAudit             bool
	DeliveriesPath          string
	FailedPath, WaitingPath string
	HistoryPath             string
	Success                 int // percent of finished among ended; -1 without any
}

// triggerLine is one trigger in words.
type triggerLine struct {
	// Rule is the event rule's name; empty for the webhook's own trigger.
	Rule       string
	Enabled    bool
	Sentence   string
	Conditions string
}

func (v *view) showWebhook() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	wh, err := v.ui.options.Admin.Webhooks.Get(v.ctx, id)
	if err != nil {
		return err
	}
	return v.renderWebhook(&wh, "")
}

func (v *view) renderWebhook(wh *webhook.Webhook, newSecret string) error {
	loads, err := v.loads()
	if err != nil {
		return err
	}
	of := url.Values{"webhook": {strconv.FormatInt(wh.ID, 10)}}
	with := func(state ...string) string {
		return "/extras/deliveries/?" + url.Values{"webhook": of["webhook"], "state": state}.Encode()
	}
	data := webhookPage{
		Webhook: withoutSecret(*wh), load: loads[wh.ID], Path: webhookPath(wh.ID), NewSecret: newSecret,
		Types:     v.ui.typeLabels(wh.ObjectTypes),
		MayChange: v.may(webhook.ActionChange, admin.KindWebhook), MayAdd: v.may(webhook.ActionAdd, admin.KindWebhook),
		MayDelete:        v.may(webhook.ActionDelete, admin.KindWebhook),
		MaySeeDeliveries: v.may(webhook.ActionView, admin.KindDelivery),
		MaySeeAudit:      v.may(webhook.ActionView, admin.KindAuditEntry),
		DeliveriesPath:   with(), FailedPath: with("failed"), WaitingPath: with("queued", "scheduled"),
		HistoryPath: "/core/audit-log/?" + url.Values{"kind": {admin.KindWebhook}, "target_id": of["webhook"]}.Encode(),
		Success:     -1,
	}
	if ended := data.Finished + data.Failed; ended > 0 {
		data.Success = data.Finished * 100 / ended
	}
	if data.Triggers, err = v.triggerLines(wh); err != nil {
		return err
	}
	if data.MaySeeDeliveries {
		v.listen(live.Deliveries)
		data.Health = v.ui.options.Admin.Health(wh.ID)[wh.ID]
		if data.Activity, err = v.newActivity(data.Path, wh.ID); err != nil {
			return err
		}
		if data.List, data.Latest, err = v.latestOf(wh.ID); err != nil {
			return err
		}
	}
	return v.render("webhook", wh.Name, data)
}

func (v *view) triggerLines(wh *webhook.Webhook) ([]triggerLine, error) {
	var lines []triggerLine
	if !wh.Trigger.WantsNothing() {
		lines = append(lines, v.triggerLine("", wh.Enabled, wh.Trigger))
	}
	rules, err := v.rulesOf(wh.ID)
	for _, rule := range rules {
		lines = append(lines, v.triggerLine(rule.Name, rule.Enabled && wh.Enabled, rule.Trigger))
	}
	return lines, err
}

// triggerLine says in one sentence what fires: "On create or update of sites and
// devices, when the conditions hold.".
func (v *view) triggerLine(rule string, enabled bool, trigger webhook.Trigger) triggerLine {
	var events, types []string
	for _, event := range trigger.Events.List() {
		events = append(events, eventNouns[event])
	}
	for _, name := range trigger.ObjectTypes {
		label := name
		if t := v.ui.options.Inventory.Types().Get(name); t != nil {
			label = t.LabelPlural
		}
		types = append(types, label)
	}
	line := triggerLine{Rule: rule, Enabled: enabled, Sentence: "On " + enumerate(events, "or") + " of " + enumerate(types, "and")}
	if len(trigger.Conditions) > 0 {
		line.Sentence += ", when the conditions hold"
		line.Conditions = string(trigger.Conditions)
	}
	line.Sentence += "."
	return line
}

// eventNouns are the events as things that happen.
var eventNouns = map[webhook.Event]string{
	webhook.Created: "create", webhook.Updated: "update", webhook.Deleted: "delete",
}

// enumerate joins words as a sentence does: "a, b and c".
func enumerate(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
