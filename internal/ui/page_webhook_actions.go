package ui

import (
	"net/url"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

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
		question.Hidden = append(question.Hidden, hidden{"id", strconv.FormatInt(wh.ID, 10)})
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
		v.say("success", isolate(updated[0].Name)+" is enabled: it fires from now on.")
	} else {
		v.say("success", isolate(updated[0].Name)+" is disabled: changes do not fire it. What waits already is still sent.")
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
