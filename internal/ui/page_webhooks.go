package ui

import (
	"fmt"
	"slices"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/store"
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
		{"GET /extras/webhooks/options/{$}", look, (*view).webhookOptions},
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
		choices = append(choices, choice{Value: t.Name(), Label: typeLabel(t)})
	}
	return choices
}

// typeLabel is what people call an object type, as NetBox writes it.
func typeLabel(t *webhook.ObjectType) string {
	return groupName(t) + " | " + t.Label
}

// groupName is the heading under which an object type stands; one without a group
// has that of its app.
func groupName(t *webhook.ObjectType) string {
	if t.Group == "" {
		return webhook.Capitalize(t.AppLabel)
	}
	return t.Group
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
			{Name: "name", Label: "Name", Sort: "name", Class: "name"},
			{Name: "enabled", Label: "Enabled", Sort: "enabled"},
			{Name: "url", Label: "Request", Sort: "payload_url", Class: "wide"},
			{Name: "when", Label: "Fires on", Class: "short"},
			{Name: "success", Label: "Success, 24 h", Class: "num"},
			{Name: "waiting", Label: "Waiting", Class: "num"},
			{Name: "failed", Label: "Failed", Class: "num"},
			{Name: "updated", Label: "Last change", Sort: "last_updated", Class: "tight"},
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
	// MayChange, MayAdd, MayDelete and MayExport say which buttons there are.
	MayChange, MayAdd, MayDelete, MayExport bool
}

type webhookRow struct {
	webhook.Webhook
	load
	Path    string
	Types   []string
	Success success
}

// Address is the URL without its beginning, which most have in common.
func (r webhookRow) Address() string { return strings.TrimPrefix(r.PayloadURL, "https://") }

// EventWords says which events fire it, unless all do.
func (r webhookRow) EventWords() string {
	if r.Events == webhook.AllEvents {
		return ""
	}
	var words []string
	for _, event := range r.Events.List() {
		words = append(words, event.String())
	}
	return strings.Join(words, ", ")
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
		MayExport: v.mayExport(),
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
