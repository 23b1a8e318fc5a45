package ui

import (
	"strconv"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxWebhookChoices is how many webhooks a filter lists; where there are more, it
// takes a part of a name, and suggests names.
const maxWebhookChoices = 25

// webhookFilter narrows a list to what belongs to webhooks: by their ids, as links
// have it, or by what is in their names. Only those who may know webhooks are
// offered names.
func (v *view) webhookFilter() listFilter {
	f := listFilter{Name: "webhook", Label: "Webhook", Make: v.byWebhook}
	if !v.may(webhook.ActionView, admin.KindWebhook) {
		return f
	}
	found, err := v.webhooksNamed("", maxWebhookChoices+1)
	if err != nil {
		return f // a list without the names still works
	}
	if len(found) > maxWebhookChoices {
		f.SuggestPath, f.Help, f.Show = webhooksPath+"options/", "A part of its name.", v.webhookName
		return f
	}
	f.Choices = []choice{}
	for i := range found {
		f.Choices = append(f.Choices, choice{Value: strconv.FormatInt(found[i].ID, 10), Label: found[i].Name})
	}
	return f
}

// webhooksNamed returns at most limit webhooks with a text in their names.
func (v *view) webhooksNamed(text string, limit int) ([]webhook.Webhook, error) {
	query := store.Query{Limit: limit, NoCount: true, Order: []store.Order{{Path: "name"}}}
	if text != "" {
		query.Where = store.Compare{Path: "name", Op: store.Ic, Value: text}
	}
	found, err := v.ui.options.Admin.Webhooks.List(v.ctx, query)
	return found.Items, err
}

func (v *view) byWebhook(values []string) (store.Filter, error) {
	var ids []any
	for _, text := range values {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			ids = append(ids, id)
			continue
		}
		if !v.may(webhook.ActionView, admin.KindWebhook) {
			return nil, webhook.Errorf(webhook.CodeInvalid, "%q is no id of a webhook.", cutText(40, text))
		}
		found, err := v.webhooksNamed(strings.TrimSpace(text), maxNames)
		if err != nil {
			return nil, err
		}
		for i := range found {
			ids = append(ids, found[i].ID)
		}
	}
	return store.In{Path: "webhook", Values: ids}, nil
}

// webhookName names a webhook whose id a filter has.
func (v *view) webhookName(text string) string {
	if id, err := strconv.ParseInt(text, 10, 64); err == nil {
		if wh, err := v.ui.options.Admin.Webhooks.Get(v.ctx, id); err == nil {
			return wh.Name
		}
	}
	return text
}

// webhookOptions answers with the names that have what somebody has typed, as
// options of a list of suggestions.
func (v *view) webhookOptions() error {
	found, err := v.webhooksNamed(strings.TrimSpace(v.r.URL.Query().Get("webhook")), maxSuggestions)
	if err != nil {
		return err
	}
	names := make([]string, len(found))
	for i := range found {
		names[i] = found[i].Name
	}
	return v.renderBlock("options", names)
}
