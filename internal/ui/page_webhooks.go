package ui

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// webhookPages are the list of webhooks, each one's page, and what is done to
// them without a form of their own. Forms are in page_webhook_edit.go.
func webhookPages() []page {
	look, change := may(webhook.ActionView, admin.KindWebhook), may(webhook.ActionChange, admin.KindWebhook)
	return []page{
		{"GET /extras/webhooks/{$}", look, (*view).listWebhooks},
		// Each action is checked by itself.
		{"POST /extras/webhooks/bulk/{$}", look, (*view).bulkWebhooks},
		{"GET /extras/webhooks/{id}/{$}", look, (*view).showWebhook},
		{"POST /extras/webhooks/{id}/enabled/{$}", change, (*view).switchWebhook},
		{"POST /extras/webhooks/{id}/rotate-secret/{$}", change, (*view).rotateSecret},
		{"GET /extras/webhooks/{id}/delete/{$}", may(webhook.ActionDelete, admin.KindWebhook), (*view).confirmWebhookDelete},
		{"POST /extras/webhooks/{id}/delete/{$}", may(webhook.ActionDelete, admin.KindWebhook), (*view).deleteWebhook},
	}
}

const webhooksPath = "/extras/webhooks/"

func webhookPath(id int64) string { return fmt.Sprintf("%s%d/", webhooksPath, id) }

// eventChoices are the events that a webhook can want.
func eventChoices() []choice {
	var choices []choice
	for _, event := range webhook.AllEvents.List() {
		choices = append(choices, choice{Value: event.String(), Label: webhook.Capitalize(event.String())})
	}
	return choices
}

// typeChoices are all object types.
func (u *UI) typeChoices() []choice {
	var choices []choice
	for _, t := range u.options.Inventory.Types().List() {
		choices = append(choices, choice{Value: t.Name(), Label: typeLabel(t), Group: t.Group})
	}
	return choices
}

// typeLabel is what people call an object type, as NetBox writes it.
func typeLabel(t *webhook.ObjectType) string {
	return t.Group + " | " + t.Label
}

// yesNo are the choices of a filter by a switch.
func yesNo() []choice { return []choice{{Value: "true", Label: "Yes"}, {Value: "false", Label: "No"}} }

// anyOf makes a filter for lists that have one of the values.
func anyOf(path string) func([]string) (store.Filter, error) {
	return func(values []string) (store.Filter, error) {
		either := make(store.Or, len(values))
		for i, value := range values {
			either[i] = store.Has{Path: path, Value: value}
		}
		return either, nil
	}
}

func (v *view) webhookList() *listSpec {
	return &listSpec{
		Path: webhooksPath, One: "webhook", Many: "webhooks", Sort: "name",
		Columns: []column{
			{Name: "name", Label: "Name", Sort: "name"},
			{Name: "enabled", Label: "Enabled", Sort: "enabled"},
			{Name: "url", Label: "Request", Sort: "payload_url"},
			{Name: "when", Label: "Fires on"},
			{Name: "success", Label: "Success, 1 h"},
			{Name: "waiting", Label: "Waiting", Class: "num"},
			{Name: "failed", Label: "Failed", Class: "num"},
			{Name: "updated", Label: "Last change", Sort: "last_updated"},
		},
		Search: []string{"name", "description", "payload_url"},
		Filters: []listFilter{
			{Name: "object_type", Label: "Object type", Choices: v.ui.typeChoices(), Make: anyOf("object_types")},
			{Name: "event", Label: "Event", Choices: eventChoices(), Make: anyOf("events")},
			{Name: "enabled", Label: "Enabled", Choices: yesNo(), Path: "enabled"},
			{Name: "failing", Label: "Has failed deliveries", Choices: yesNo(), Make: v.failingFilter},
			{Name: "http_method", Label: "Method", Choices: methodChoices(), Path: "http_method"},
			{Name: "tag", Label: "Tag", Make: anyOf("tags")},
		},
	}
}

func methodChoices() []choice {
	var choices []choice
	for _, method := range webhook.Methods {
		choices = append(choices, choice{Value: method, Label: method})
	}
	return choices
}

// failingFilter selects webhooks that have failed deliveries, or none.
func (v *view) failingFilter(values []string) (store.Filter, error) {
	loads, err := v.loads()
	if err != nil {
		return nil, err
	}
	var failing []any
	for id, load := range loads {
		if load.Failed > 0 {
			failing = append(failing, id)
		}
	}
	wanted := store.Filter(store.In{Path: "id", Values: failing})
	switch {
	case slices.Contains(values, "true") && slices.Contains(values, "false"):
		return store.And{}, nil
	case slices.Contains(values, "false"):
		return store.Not{Filter: wanted}, nil
	}
	return wanted, nil
}

// load is how many deliveries a webhook has in which state.
type load struct {
	Waiting, Started, Failed, Finished, Canceled int
}

// loads counts deliveries by webhook, from the store's counters.
func (v *view) loads() (map[int64]load, error) {
	counts, err := v.ui.options.Admin.Counts(v.ctx)
	if err != nil {
		return nil, err
	}
	loads := map[int64]load{}
	for _, c := range counts {
		l := loads[c.WebhookID]
		switch c.State {
		case webhook.Queued, webhook.Scheduled:
			l.Waiting += c.N
		case webhook.Started:
			l.Started += c.N
		case webhook.Failed:
			l.Failed += c.N
		case webhook.Finished:
			l.Finished += c.N
		case webhook.Canceled:
			l.Canceled += c.N
		}
		loads[c.WebhookID] = l
	}
	return loads, nil
}

// webhooksPage is the view model of the list.
type webhooksPage struct {
	List *listing
	Rows []webhookRow
	// MayChange, MayAdd and MayDelete say which buttons there are.
	MayChange, MayAdd, MayDelete bool
}

type webhookRow struct {
	webhook.Webhook
	load
	Path    string
	Types   []string
	Success success
}

func (v *view) listWebhooks() error {
	list, err := v.list(v.webhookList())
	if err != nil {
		return err
	}
	found, err := v.ui.options.Admin.Webhooks.List(v.ctx, list.query)
	if err != nil {
		return err
	}
	list.show(len(found.Items), found.Count)
	loads, err := v.loads()
	if err != nil {
		return err
	}
	successes, err := v.successOf(found.Items)
	if err != nil {
		return err
	}
	data := webhooksPage{
		List: list, MayChange: v.may(webhook.ActionChange, admin.KindWebhook),
		MayAdd: v.may(webhook.ActionAdd, admin.KindWebhook), MayDelete: v.may(webhook.ActionDelete, admin.KindWebhook),
	}
	for _, wh := range found.Items {
		data.Rows = append(data.Rows, webhookRow{
			Webhook: withoutSecret(wh), load: loads[wh.ID], Path: webhookPath(wh.ID), Types: v.ui.typeLabels(wh.ObjectTypes),
			Success: successes[wh.ID],
		})
	}
	return v.render("webhooks", "Webhooks", data)
}

// withoutSecret keeps a secret out of a view model: all that shows is whether
// there is one.
func withoutSecret(wh webhook.Webhook) webhook.Webhook {
	if wh.Secret != "" {
		wh.Secret = webhook.MaskedSecret
	}
	return wh
}

// typeLabels are the names for people of object types; of those that are gone,
// their own.
func (u *UI) typeLabels(names []string) []string {
	labels := make([]string, len(names))
	for i, name := range names {
		labels[i] = name
		if t := u.options.Inventory.Types().Get(name); t != nil {
			labels[i] = webhook.Capitalize(t.Label)
		}
	}
	return labels
}

// bulkWebhooks enables, disables or deletes what was selected in the list.
func (v *view) bulkWebhooks() error {
	form, err := v.form()
	if err != nil {
		return err
	}
	spec := v.webhookList()
	found, err := v.selectedWebhooks(spec, form)
	if err != nil {
		return err
	}
	back := listPath(spec, form)
	switch action := form.Get("action"); action {
	case "enable", "disable":
		if !v.may(webhook.ActionChange, admin.KindWebhook) {
			return errForbidden()
		}
		edits := make([]admin.Edit[webhook.Webhook], len(found))
		for i, wh := range found {
			edits[i] = admin.Edit[webhook.Webhook]{ID: wh.ID, Apply: func(wh *webhook.Webhook) error {
				wh.Enabled = action == "enable"
				return nil
			}}
		}
		if _, err := v.ui.options.Admin.Webhooks.Update(v.ctx, v.actor(), edits); err != nil {
			return err
		}
		v.say("success", webhook.Capitalize(action)+"d "+plural(len(found), "webhook", "webhooks")+".")
		return v.redirect(back)
	case "export":
		names := make([]string, len(found))
		for i, wh := range found {
			names[i] = wh.Name
		}
		return v.exportManifest(names)
	case "delete":
		return v.deleteWebhooks(found, form.Get(confirmField) != "", back)
	}
	return webhook.Errorf(webhook.CodeInvalid, "There is no such action.")
}

// maxWebhooks bounds what one bulk action does.
const maxWebhooks = 1000

// selectedWebhooks finds what a bulk form was sent for.
func (v *view) selectedWebhooks(spec *listSpec, form url.Values) ([]webhook.Webhook, error) {
	selection, err := spec.selected(form)
	if err != nil {
		return nil, err
	}
	where := selection.Where
	if !selection.All {
		ids, err := selection.numbers()
		if err != nil {
			return nil, err
		}
		values := make([]any, len(ids))
		for i, id := range ids {
			values[i] = id
		}
		where = store.In{Path: "id", Values: values}
	}
	found, err := v.ui.options.Admin.Webhooks.List(v.ctx, store.Query{Where: where, Limit: maxWebhooks})
	switch {
	case err != nil:
		return nil, err
	case found.Count > maxWebhooks:
		return nil, webhook.Errorf(webhook.CodeInvalid, "These are more than %d webhooks. Narrow the list first.", maxWebhooks)
	case len(found.Items) == 0:
		return nil, webhook.NotFound()
	}
	return found.Items, nil
}

// listPath is the list that a bulk form was sent from.
func listPath(spec *listSpec, form url.Values) string {
	if query := form.Get("query"); query != "" {
		return spec.Path + "?" + query
	}
	return spec.Path
}

// deleteWebhooks asks first and says what goes with them.
func (v *view) deleteWebhooks(list []webhook.Webhook, confirmed bool, back string) error {
	if !v.may(webhook.ActionDelete, admin.KindWebhook) {
		return errForbidden()
	}
	what := plural(len(list), "webhook", "webhooks")
	if !confirmed {
		return v.askWebhookDelete(list, what, back)
	}
	edits := make([]admin.Edit[webhook.Webhook], len(list))
	for i, wh := range list {
		edits[i] = admin.Edit[webhook.Webhook]{ID: wh.ID}
	}
	if err := v.ui.options.Admin.Webhooks.Delete(v.ctx, v.actor(), edits); err != nil {
		return err
	}
	v.say("success", "Deleted "+what+".")
	return v.redirect(back)
}

func (v *view) askWebhookDelete(list []webhook.Webhook, what, back string) error {
	loads, err := v.loads()
	if err != nil {
		return err
	}
	waiting, rules := 0, 0
	question := confirmPage{
		Question: "Delete " + what + "?", Submit: "Delete " + what, Cancel: back,
		Action: webhooksPath + "bulk/", Hidden: []hidden{{"action", "delete"}},
	}
	for _, wh := range list {
		question.Items = append(question.Items, wh.Name)
		question.Hidden = append(question.Hidden, hidden{"id", fmt.Sprint(wh.ID)})
		waiting += loads[wh.ID].Waiting + loads[wh.ID].Started
		found, err := v.rulesOf(wh.ID)
		if err != nil {
			return err
		}
		rules += len(found)
	}
	if waiting > 0 {
		question.Facts = append(question.Facts, plural(waiting, "delivery that waits is", "deliveries that wait are")+" canceled.")
	}
	if rules > 0 {
		question.Facts = append(question.Facts, plural(rules, "event rule goes", "event rules go")+" with it.")
	}
	question.Facts = append(question.Facts, "The record of past deliveries stays until it is too old.")
	return v.confirm(question)
}

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
	// Latest are its last deliveries, Activity what came of its attempts, Health
	// how its receiver is doing.
	Latest   []admin.DeliveryDetail
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

// latestDeliveries is how many deliveries a webhook's page shows.
const latestDeliveries = 10

func (v *view) renderWebhook(wh *webhook.Webhook, newSecret string) error {
	loads, err := v.loads()
	if err != nil {
		return err
	}
	of := url.Values{"webhook": {fmt.Sprint(wh.ID)}}
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
		page, err := v.ui.options.Admin.Deliveries(v.ctx, store.Query{
			Where: store.Compare{Path: "webhook", Op: store.Eq, Value: wh.ID},
			Order: []store.Order{{Path: "id", Desc: true}}, Limit: latestDeliveries, NoCount: true,
		})
		if err != nil {
			return err
		}
		data.Latest = page.Items
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
// devices, when the conditions hold."
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

func (v *view) switchWebhook() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	enabled := form.Get("enabled") == "true"
	updated, err := v.ui.options.Admin.Webhooks.Update(v.ctx, v.actor(), []admin.Edit[webhook.Webhook]{{
		ID: id, Apply: func(wh *webhook.Webhook) error {
			wh.Enabled = enabled
			return nil
		},
	}})
	if err != nil {
		return err
	}
	if enabled {
		v.say("success", updated[0].Name+" is enabled: it fires from now on.")
	} else {
		v.say("success", updated[0].Name+" is disabled: changes do not fire it. What waits already is still sent.")
	}
	return v.redirect(webhookPath(id))
}

// rotateSecret gives a webhook a new random secret and shows it, once.
func (v *view) rotateSecret() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	secret, err := admin.NewSecret()
	if err != nil {
		return err
	}
	updated, err := v.ui.options.Admin.Webhooks.Update(v.ctx, v.actor(), []admin.Edit[webhook.Webhook]{{
		ID: id, Apply: func(wh *webhook.Webhook) error {
			wh.Secret = secret
			return nil
		},
	}})
	if err != nil {
		return err
	}
	return v.renderWebhook(&updated[0], secret)
}

func (v *view) confirmWebhookDelete() error { return v.deleteOneWebhook(false) }
func (v *view) deleteWebhook() error        { return v.deleteOneWebhook(true) }

func (v *view) deleteOneWebhook(confirmed bool) error {
	id, err := v.id()
	if err != nil {
		return err
	}
	wh, err := v.ui.options.Admin.Webhooks.Get(v.ctx, id)
	if err != nil {
		return err
	}
	return v.deleteWebhooks([]webhook.Webhook{wh}, confirmed, webhooksPath)
}
