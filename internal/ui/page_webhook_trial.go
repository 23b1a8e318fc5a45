package ui

import (
	"context"
	"net/url"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// webhookTestPage is the view model of test sends.
type webhookTestPage struct {
	Name, Path string
	Enabled    bool
	Picker     changePicker
	Preview    *previewView
	// Result is the attempt; nil before something was sent.
	Result *attemptView
}

func (v *view) showTest() error {
	wh, err := v.webhookInPath()
	if err != nil {
		return err
	}
	return v.renderTest(&wh, v.r.URL.Query(), nil)
}

func (v *view) renderTest(wh *webhook.Webhook, values url.Values, result *attemptView) error {
	p := webhookTestPage{Name: wh.Name, Path: webhookPath(wh.ID), Enabled: wh.Enabled, Result: result}
	var err error
	if p.Preview, err = v.preview(v.ui.url(webhookPath(wh.ID)+"edit/"), wh, values); err != nil {
		return err
	}
	if p.Picker, err = v.changePicker(wh.Trigger, p.Preview); err != nil {
		return err
	}
	return v.render("webhook_test", "Test "+wh.Name, p)
}

// testTimeout bounds a test send: the longest that a webhook may wait, and some
// time to render.
const testTimeout = (webhook.MaxTimeout + 30) * time.Second

// sendTest sends a real request and shows what came of it.
func (v *view) sendTest() error {
	wh, err := v.webhookInPath()
	if err != nil {
		return err
	}
	values, err := v.form()
	if err != nil {
		return err
	}
	from, err := source(values)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(v.r.Context(), testTimeout)
	defer cancel()
	v.ctx = ctx
	_, attempt, err := v.ui.options.Admin.Test(v.ctx, v.actor(), wh.ID, from)
	if err != nil {
		return err
	}
	shown := v.viewAttempt(&admin.DeliveryDetail{Webhook: &wh}, []webhook.Attempt{attempt}, 0)
	// Nothing of it is kept, so there is nothing to download.
	shown.Body.DownloadPath, shown.ResponseBody.DownloadPath = "", ""
	return v.renderTest(&wh, values, &shown)
}
