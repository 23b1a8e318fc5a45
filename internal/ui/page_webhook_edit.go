package ui

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// webhookEditPages are the form for webhooks with its live preview, and what
// tries a webhook out.
func webhookEditPages() []page {
	add, change := may(webhook.ActionAdd, admin.KindWebhook), may(webhook.ActionChange, admin.KindWebhook)
	return []page{
		{"GET /extras/webhooks/add/{$}", add, (*view).newWebhook},
		{"POST /extras/webhooks/add/{$}", add, (*view).createWebhook},
		{"GET /extras/webhooks/{id}/edit/{$}", change, (*view).editWebhook},
		{"POST /extras/webhooks/{id}/edit/{$}", change, (*view).saveWebhook},
		// What these need depends on whether the webhook is stored.
		{"POST /extras/webhooks/preview/{$}", signedIn, (*view).previewWebhook},
		{"POST /extras/webhooks/conditions/{$}", signedIn, (*view).tryConditions},
		{"GET /extras/webhooks/{id}/test/{$}", change, (*view).showTest},
		{"POST /extras/webhooks/{id}/test/{$}", change, (*view).sendTest},
	}
}

// webhookFormPage is the view model of the form for a webhook.
type webhookFormPage struct {
	// Name is the webhook's as it is stored.
	Heading, Name string
	// ID is 0 for a new one.
	ID       int64
	Form     *form
	Preview  *previewView
	Trial    *conditionTrialView
	Schedule []scheduledAttempt
	Merging  *merging

	view    *view
	trigger webhook.Trigger
}

// Picker lists changes to try the webhook with. It is made for the parts of the
// page that have it only: a preview while somebody types needs no list.
func (p *webhookFormPage) Picker() (changePicker, error) {
	return p.view.changePicker(p.trigger, p.Preview)
}

// newWebhook shows the form for a new webhook: an empty one, one that begins
// with what the query says, or a copy of another.
func (v *view) newWebhook() error {
	wh, err := v.prefilledWebhook(v.r.URL.Query())
	if err != nil {
		return err
	}
	past, restoring, err := v.restoredWebhook(&wh)
	if err != nil {
		return err
	}
	if past != nil {
		wh = *past
	}
	f, err := v.webhookForm(&wh)
	if err != nil {
		return err
	}
	return v.renderWebhookForm(http.StatusOK, f, &wh, v.r.URL.Query(), restoring)
}

func (v *view) prefilledWebhook(query url.Values) (webhook.Webhook, error) {
	wh := webhook.New()
	wh.Events = webhook.AllEvents
	if text := query.Get("clone"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !v.may(webhook.ActionView, admin.KindWebhook) {
			return wh, webhook.NotFound()
		}
		if wh, err = v.ui.options.Admin.Webhooks.Get(v.ctx, id); err != nil {
			return wh, err
		}
		const ending = " (copy)"
		wh.Name = cutText(webhook.MaxNameLength-len(ending), wh.Name) + ending
		// A secret belongs to two sides that agreed on it, and is never shown.
		wh.ID, wh.Revision, wh.Secret = 0, 0, ""
	}
	if types := query["object_type"]; len(types) > 0 {
		wh.ObjectTypes = types
	}
	var events []webhook.Event
	for _, name := range query["event"] {
		if event, ok := webhook.ParseEvent(name); ok {
			events = append(events, event)
		}
	}
	if len(events) > 0 {
		wh.Events = webhook.EventSet(events...)
	}
	return wh, nil
}

func (v *view) createWebhook() error {
	values, err := v.form()
	if err != nil {
		return err
	}
	wh := webhook.New()
	err = readWebhook(values, &wh)
	if err == nil {
		var made []webhook.Webhook
		if made, err = v.ui.options.Admin.Webhooks.Create(v.ctx, v.actor(), []webhook.Webhook{wh}); err == nil {
			v.say("success", "Created the webhook "+isolate(wh.Name)+".")
			return v.redirect(webhookPath(made[0].ID))
		}
	}
	blank := webhook.New()
	return v.refuseWebhook(&blank, &wh, values, err)
}

func (v *view) editWebhook() error {
	wh, err := v.webhookInPath()
	if err != nil {
		return err
	}
	f, err := v.webhookForm(&wh)
	if err != nil {
		return err
	}
	past, restoring, err := v.restoredWebhook(&wh)
	if err != nil {
		return err
	}
	if past != nil {
		present := f
		if f, err = v.webhookForm(past); err != nil {
			return err
		}
		restoring.Differences = merge(nil, present, f)
		wh = *past
	}
	return v.renderWebhookForm(http.StatusOK, f, &wh, v.r.URL.Query(), restoring)
}

func (v *view) webhookInPath() (webhook.Webhook, error) {
	id, err := v.id()
	if err != nil {
		return webhook.Webhook{}, err
	}
	return v.ui.options.Admin.Webhooks.Get(v.ctx, id)
}

func (v *view) saveWebhook() error {
	stored, err := v.webhookInPath()
	if err != nil {
		return err
	}
	values, err := v.form()
	if err != nil {
		return err
	}
	if parseRevision(values) == stored.Revision { // which the choices are about
		if err := v.takeChosen(values, &stored); err != nil {
			return err
		}
	}
	saved, fault := v.ui.options.Admin.Webhooks.Update(v.ctx, v.actor(), []admin.Edit[webhook.Webhook]{{
		ID: stored.ID, Revision: parseRevision(values),
		Apply: func(wh *webhook.Webhook) error { return readWebhook(values, wh) },
	}})
	if fault == nil {
		v.say("success", "Saved the webhook "+isolate(saved[0].Name)+".")
		return v.redirect(webhookPath(stored.ID))
	}
	// It may have been changed since it was read above.
	if stored, err = v.webhookInPath(); err != nil {
		return err
	}
	wh := stored
	_ = readWebhook(values, &wh) // what cannot be read is among the faults already
	return v.refuseWebhook(&stored, &wh, values, fault)
}

// refuseWebhook shows a form again with what is wrong. When somebody else has
// saved the webhook meanwhile, it shows the versions, takes what only they have
// changed, and lets people choose where both have; saving again is then on purpose.
func (v *view) refuseWebhook(stored, wh *webhook.Webhook, values url.Values, fault error) error {
	f, err := v.webhookForm(stored)
	if err != nil {
		return err
	}
	var merged *merging
	status := http.StatusUnprocessableEntity
	if errors.Is(fault, admin.ErrStale) {
		f.fill(values)
		if merged, err = v.mergeWebhook(stored, f, values); err != nil {
			return err
		}
		*wh = *stored
		_ = readWebhook(values, wh) // as above
		f.Errors = append(f.Errors, "Somebody else has saved this webhook in the meantime. Nothing of yours is saved yet.")
		f.Submit = "Save both"
		status = http.StatusConflict
	} else {
		f.fill(values)
		f.Revision = parseRevision(values)
		if err := f.refuse(fault); err != nil {
			return err
		}
	}
	return v.renderWebhookForm(status, f, wh, values, merged)
}

// renderWebhookForm shows the form beside what the webhook would send.
func (v *view) renderWebhookForm(status int, f *form, wh *webhook.Webhook, values url.Values, merged *merging) error {
	p, err := v.newWebhookFormPage(f, wh, values)
	if err != nil {
		return err
	}
	p.Merging = merged
	return v.renderStatus(status, "webhook_edit", p.Heading, p)
}

func (v *view) newWebhookFormPage(f *form, wh *webhook.Webhook, values url.Values) (*webhookFormPage, error) {
	v.allowEditor()
	p := &webhookFormPage{Heading: "Add a webhook", ID: wh.ID, Form: f, Schedule: schedule(wh.MaxAttempts, time.Now()), view: v, trigger: wh.Trigger}
	if wh.ID != 0 {
		stored, err := v.ui.options.Admin.Webhooks.Get(v.ctx, wh.ID)
		if err != nil {
			return nil, err
		}
		p.Name, p.Heading = stored.Name, "Edit "+isolate(stored.Name)
	}
	var err error
	p.Preview, err = v.preview("", wh, values)
	return p, err
}

// draft reads the form of a webhook that is being written, and refuses those who
// may not write it. It returns the form as it was sent and the webhook that it
// makes.
func (v *view) draft() (f *form, wh webhook.Webhook, values url.Values, err error) {
	if values, err = v.form(); err != nil {
		return nil, wh, values, err
	}
	wh = webhook.New()
	action := webhook.ActionAdd
	if text := values.Get("id"); text != "" && text != "0" {
		action = webhook.ActionChange
	}
	if !v.may(action, admin.KindWebhook) {
		return nil, wh, values, errForbidden()
	}
	if action == webhook.ActionChange {
		id, err := strconv.ParseInt(values.Get("id"), 10, 64)
		if err != nil {
			return nil, wh, values, webhook.NotFound()
		}
		if wh, err = v.ui.options.Admin.Webhooks.Get(v.ctx, id); err != nil {
			return nil, wh, values, err
		}
	}
	if f, err = v.webhookForm(&wh); err != nil {
		return nil, wh, values, err
	}
	f.fill(values)
	f.Revision = parseRevision(values)
	// Faults of single fields are shown when the form is saved.
	_ = readWebhook(values, &wh)
	return f, wh, values, nil
}

// previewWebhook shows what the form as it is would send: to htmx the parts that
// change, to browsers without scripts the whole page.
func (v *view) previewWebhook() error {
	f, wh, values, err := v.draft()
	if err != nil {
		return err
	}
	return v.renderWebhookForm(http.StatusOK, f, &wh, values, nil)
}

// tryConditions shows what the form's conditions say to recent changes.
func (v *view) tryConditions() error {
	f, wh, values, err := v.draft()
	if err != nil {
		return err
	}
	p, err := v.newWebhookFormPage(f, &wh, values)
	if err != nil {
		return err
	}
	if p.Trial, err = v.conditionTrial(wh.Trigger); err != nil {
		return err
	}
	return v.render("webhook_edit", p.Heading, p)
}

// scheduledAttempt is when an attempt would be made if all before it failed.
type scheduledAttempt struct {
	Number int
	After  string
	At     time.Time
	// Every says that the attempts up to Last follow in equal steps.
	Last  int
	Every string
}

// maxSchedule is how many attempts of a schedule are listed one by one.
var maxSchedule = len(webhook.RetrySteps) + 1

// schedule lists when attempts would be made from now on.
func schedule(attempts int, now time.Time) []scheduledAttempt {
	attempts = min(max(attempts, 1), webhook.MaxMaxAttempts)
	list := []scheduledAttempt{{Number: 1, After: "at once", At: now}}
	for i, at := range webhook.RetryTimes(now, 0, attempts) {
		if number := i + 2; number <= maxSchedule {
			list = append(list, scheduledAttempt{Number: number, After: longDuration(at.Sub(now)) + " later", At: at})
		}
	}
	if attempts > maxSchedule {
		last := &list[len(list)-1]
		last.Last, last.Every = attempts, longDuration(webhook.RetrySteps[len(webhook.RetrySteps)-1])
	}
	return list
}

// longDuration is a duration in its two largest units.
func longDuration(d time.Duration) string {
	hours, minutes, seconds := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case hours > 0:
		return fmt.Sprintf("%d h", hours)
	case minutes > 0 && seconds > 0:
		return fmt.Sprintf("%d min %d s", minutes, seconds)
	case minutes > 0:
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%d s", seconds)
}
