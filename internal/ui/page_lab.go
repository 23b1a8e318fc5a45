package ui

import (
	"net/http"
	"net/url"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// labPages try templates and conditions without a webhook.
func labPages() []page {
	add := may(webhook.ActionAdd, admin.KindWebhook)
	return []page{
		{"GET /extras/lab/{$}", add, (*view).showLab},
		{"POST /extras/lab/{$}", add, (*view).runLab},
		{"POST /extras/lab/webhook/{$}", add, (*view).webhookFromLab},
	}
}

// labPage is the view model of the lab.
type labPage struct {
	Form    *form
	Preview *previewView
	// Pasted says that the context is one that was typed in.
	Pasted bool
	MayAdd bool
}

// labURL is where requests of the lab would go; nothing is sent there (RFC 2606).
const labURL = "http://lab.invalid/"

func (v *view) showLab() error { return v.renderLab(v.r.URL.Query()) }

func (v *view) runLab() error {
	values, err := v.form()
	if err != nil {
		return err
	}
	return v.renderLab(values)
}

// renderLab runs what the lab was given. The rules are those of a webhook's body
// and conditions, because it is a webhook that is tried.
func (v *view) renderLab(values url.Values) error {
	v.allowEditor()
	wh := labWebhook(values)
	wh.PayloadURL, wh.HTTPContentType = labURL, "text/plain"
	if len(wh.Conditions) > 0 {
		wh.Events = webhook.AllEvents
		for _, t := range v.ui.options.Inventory.Types().List() {
			wh.ObjectTypes = append(wh.ObjectTypes, t.Name())
		}
	}
	from, err := source(values)
	if err != nil {
		return err
	}
	from.Context = []byte(strings.TrimSpace(values.Get("context")))
	p := labPage{Form: &form{}, Pasted: len(from.Context) > 0, MayAdd: true}
	found, err := v.ui.options.Admin.PreviewDraft(v.ctx, v.actor(), wh, from)
	if err == nil {
		p.Preview, err = v.viewPreview("", &found)
	}
	var fault error
	if err != nil {
		// A context that cannot be used is said at its field; the rest is shown
		// without it.
		fault, from.Context, p.Pasted = err, nil, false
		if found, err = v.ui.options.Admin.PreviewDraft(v.ctx, v.actor(), wh, from); err != nil {
			return err
		}
		if p.Preview, err = v.viewPreview("", &found); err != nil {
			return err
		}
	}
	p.Preview.chosen = chosenChange(values)
	// Nothing is fired from here, so nothing has to be chosen.
	p.Preview.Warnings = nil
	if p.Form, err = v.labForm(&wh, p.Preview, values); err != nil {
		return err
	}
	if fault == nil {
		return v.render("lab", "Lab", p)
	}
	if err := p.Form.refuse(fault); err != nil {
		return err
	}
	return v.renderStatus(http.StatusUnprocessableEntity, "lab", "Lab", p)
}

// labWebhook is a webhook that is complete but for what the lab tries.
func labWebhook(values url.Values) webhook.Webhook {
	wh := webhook.New()
	wh.Trigger = readTrigger(values)
	wh.BodyTemplate = unixLines(values.Get("body_template"))
	return wh
}

func (v *view) labForm(wh *webhook.Webhook, p *previewView, values url.Values) (*form, error) {
	picker, err := v.changePicker(webhook.Trigger{}, p)
	if err != nil {
		return nil, err
	}
	return &form{Sections: []section{{Fields: []*field{
		picker.Field,
		{
			Name: "body_template", Label: "Template", Kind: fieldArea, Value: wh.BodyTemplate, Editor: "jinja", Rows: 10,
			Completion: completionID, Help: "Jinja2. Empty gives the whole context as JSON.",
		},
		{
			Name: "conditions", Label: "Conditions", Kind: fieldArea, Value: indentConditions(wh.Conditions), Editor: "json", Rows: 5,
			Completion: completionID, Placeholder: `{"and": [{"attr": "status.value", "value": "active"}]}`,
		},
		{
			Name: "context", Label: "Context of your own", Kind: fieldArea, Value: values.Get("context"), Editor: "json", Rows: 4,
			Help: "JSON with data and snapshots, in place of the change's; empty for the change's.",
		},
	}}}}, nil
}

// webhookFromLab begins a new webhook with what the lab has.
func (v *view) webhookFromLab() error {
	values, err := v.form()
	if err != nil {
		return err
	}
	wh := labWebhook(values)
	wh.Events = webhook.AllEvents
	f, err := v.webhookForm(&wh)
	if err != nil {
		return err
	}
	return v.renderWebhookForm(http.StatusOK, f, &wh, url.Values{"change": values["change"]}, nil)
}
