package ui

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/webhook"
)

// webhookTestPage is the view model of test sends.
type webhookTestPage struct {
	Name, Path string
	Enabled    bool
	Picker     changePicker
	Preview    *previewView
	// Result is nil before something was sent.
	Result *testResult
}

// testResult is what came of a test send.
type testResult struct {
	OK            bool
	Status        string
	Reason, Error string
	Total         time.Duration
	Sent          *rawRequest
	Header        []webhook.Header
	Body          string
	Truncated     bool
}

func (v *view) showTest() error {
	wh, err := v.webhookInPath()
	if err != nil {
		return err
	}
	return v.renderTest(&wh, v.r.URL.Query(), nil)
}

func (v *view) renderTest(wh *webhook.Webhook, values url.Values, result *testResult) error {
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
	_, attempt, err := v.ui.options.Admin.Test(ctx, v.actor(), wh.ID, from)
	if err != nil {
		return err
	}
	return v.renderTest(&wh, values, viewTest(&attempt))
}

func viewTest(a *webhook.Attempt) *testResult {
	result := &testResult{
		OK: a.Reason == webhook.ReasonNone, Reason: a.Reason.String(), Error: a.Error, Total: a.Timing.Total,
		Header: a.Response.Header, Body: strings.ToValidUTF8(string(a.Response.Body), "\ufffd"), Truncated: a.Response.Truncated,
	}
	if a.Response.Status != 0 {
		result.Status = strings.TrimSpace(strconv.Itoa(a.Response.Status) + " " + http.StatusText(a.Response.Status))
	}
	if a.Request.Method != "" {
		result.Sent = viewRequest(&a.Request)
	}
	return result
}
