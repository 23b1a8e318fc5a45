package ui

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// What becomes of a stored secret when the form is saved. The secret itself is
// never in a page.
const (
	secretKeep    = "keep"
	secretReplace = "replace"
	secretRemove  = "remove"
)

// completionID is the element with the context that editors propose names from.
const completionID = "preview-context"

// webhookForm makes the form for a webhook with its present values.
func (v *view) webhookForm(wh *webhook.Webhook) (*form, error) {
	tags, err := v.tagField(wh)
	if err != nil {
		return nil, err
	}
	f := &form{
		Revision: wh.Revision, Submit: "Create the webhook", Cancel: webhooksPath,
		Sections: []section{
			aboutSection(wh, tags), v.whenSection(wh), requestSection(wh), securitySection(wh), deliverySection(wh),
		},
	}
	if wh.ID != 0 {
		f.Action, f.Submit, f.Cancel = webhookPath(wh.ID)+"edit/", "Save the webhook", webhookPath(wh.ID)
	} else {
		f.Action = webhooksPath + "add/"
	}
	return f, nil
}

func aboutSection(wh *webhook.Webhook, tags []*field) section {
	fields := []*field{
		{Name: "name", Label: "Name", Kind: fieldText, Value: wh.Name, Required: true, MaxLength: webhook.MaxNameLength},
		{Name: "description", Label: "Description", Kind: fieldText, Value: wh.Description, MaxLength: webhook.MaxDescriptionLength},
		{Name: "enabled", Label: "Enabled", Kind: fieldCheck, Value: strconv.FormatBool(wh.Enabled), Help: "A webhook that is not enabled is never fired."},
	}
	return section{ID: "about", Title: "Webhook", Fields: append(fields, tags...)}
}

// maxTagChoices bounds the tags that the form offers.
const maxTagChoices = 500

// tagField has the tags to choose from; none when there are no tags.
func (v *view) tagField(wh *webhook.Webhook) ([]*field, error) {
	found, err := v.ui.options.Admin.Tags.List(v.ctx, store.Query{Order: []store.Order{{Path: "name"}}, Limit: maxTagChoices, NoCount: true})
	if err != nil {
		return nil, err
	}
	f := &field{Name: "tags", Label: "Tags", Kind: fieldMany, Values: wh.Tags}
	for _, tag := range found.Items {
		f.Choices = append(f.Choices, choice{Value: tag.Slug, Label: tag.Name})
	}
	for _, slug := range wh.Tags {
		if !slices.ContainsFunc(f.Choices, func(c choice) bool { return c.Value == slug }) {
			f.Choices = append(f.Choices, choice{Value: slug, Label: slug})
		}
	}
	if len(f.Choices) == 0 {
		return nil, nil
	}
	if len(f.Choices) <= maxChecks {
		f.Kind = fieldChecks
	}
	f.Rows = 6
	return []*field{f}, nil
}

func (v *view) whenSection(wh *webhook.Webhook) section {
	var events []string
	for _, event := range wh.Events.List() {
		events = append(events, event.String())
	}
	types := &field{Name: "content_types", Label: "Object types", Kind: fieldChecks, Values: wh.ObjectTypes, Required: true}
	for _, t := range v.ui.options.Inventory.Types().List() {
		types.Choices = append(types.Choices, choice{Value: t.Name(), Label: webhook.Capitalize(t.Label), Group: groupName(t)})
	}
	slices.SortStableFunc(types.Choices, func(a, b choice) int { return strings.Compare(a.Group, b.Group) })
	return section{
		ID: "when", Title: "When", Help: "It fires when an object of one of these types is created, updated or deleted, and the conditions are met.",
		Fields: []*field{
			types,
			{Name: "events", Label: "Events", Kind: fieldChecks, Values: events, Choices: eventChoices(), Required: true},
			{
				Name: "conditions", Label: "Conditions", Kind: fieldArea, Value: indentConditions(wh.Conditions), Editor: "json", Rows: 6,
				Completion: completionID, Placeholder: `{"and": [{"attr": "status.value", "value": "active"}]}`,
				Help: "JSON as in NetBox, or empty to fire always. Paths lead into data (status.value) or into snapshots (snapshots.prechange.status).",
			},
		},
	}
}

func indentConditions(conditions json.RawMessage) string {
	if len(conditions) == 0 {
		return ""
	}
	return prettyJSON(conditions)
}

func requestSection(wh *webhook.Webhook) section {
	return section{
		ID: "request", Title: "Request",
		Help: "URL, headers and body are Jinja2 templates. They know event, timestamp, object_type, model, username, request_id, data, request and snapshots.",
		Fields: []*field{
			{Name: "http_method", Label: "Method", Kind: fieldSelect, Value: wh.HTTPMethod, Choices: methodChoices()},
			{Name: "payload_url", Label: "URL", Kind: fieldText, Value: wh.PayloadURL, Required: true, MaxLength: webhook.MaxURLLength, Placeholder: "https://receiver.example/hook"},
			{
				Name: "http_content_type", Label: "Content type", Kind: fieldText, Value: wh.HTTPContentType, MaxLength: webhook.MaxContentTypeLength,
				Suggest: []string{webhook.DefaultContentType, "application/x-www-form-urlencoded", "text/plain", "application/xml"},
			},
			{
				Name: "additional_headers", Label: "Additional headers", Kind: fieldArea, Value: wh.AdditionalHeaders, Editor: "jinja", Rows: 3,
				Completion: completionID, Placeholder: "X-Site: {{ data.name | header_safe }}", Help: "One Name: Value on each line.",
			},
			{
				Name: "body_template", Label: "Body template", Kind: fieldArea, Value: wh.BodyTemplate, Editor: "jinja", Rows: 10,
				Completion: completionID, Help: "Empty sends the whole context as JSON.",
			},
		},
	}
}

func securitySection(wh *webhook.Webhook) section {
	secret := &field{
		Name: "secret", Label: "Secret", Kind: fieldPassword, MaxLength: webhook.MaxSecretLength, Autocomplete: "off",
		Help: "With a secret, requests carry X-Hook-Signature (HMAC-SHA512) and webhook-signature (Standard Webhooks). It is never shown again; when a form is shown once more, type it once more.",
	}
	fields := []*field{secret}
	if wh.Secret != "" {
		secret.Label = "New secret"
		fields = []*field{{
			Name: "secret_action", Label: "Secret", Kind: fieldSelect, Value: secretKeep,
			Choices: []choice{{Value: secretKeep, Label: "Keep the present one"}, {Value: secretReplace, Label: "Replace it"}, {Value: secretRemove, Label: "Remove it: send without signatures"}},
		}, secret}
	}
	return section{ID: "security", Title: "Security", Fields: append(
		fields,
		&field{Name: "ssl_verification", Label: "Check the receiver's certificate", Kind: fieldCheck, Value: strconv.FormatBool(wh.SSLVerification), Help: "Without it anybody on the way can read and alter the request."},
		&field{Name: "ca_file_path", Label: "CA file", Kind: fieldText, Value: wh.CAFilePath, MaxLength: webhook.MaxPathLength, Help: "A PEM file on the server with the certificates to trust; empty for the system's."},
	)}
}

func deliverySection(wh *webhook.Webhook) section {
	queues := make([]choice, len(webhook.Queues))
	for i, queue := range webhook.Queues {
		queues[i] = choice{Value: queue.String(), Label: webhook.Capitalize(queue.String())}
	}
	rate := ""
	if wh.RateLimit != 0 {
		rate = strconv.FormatFloat(wh.RateLimit, 'f', -1, 64)
	}
	return section{ID: "delivery", Title: "Delivery", Fields: []*field{
		{Name: "queue", Label: "Queue", Kind: fieldSelect, Value: wh.Queue.String(), Choices: queues},
		{Name: "timeout", Label: "Timeout in seconds", Kind: fieldNumber, Value: strconv.Itoa(wh.Timeout), Help: fmt.Sprintf("1 to %d, for one attempt.", webhook.MaxTimeout)},
		{Name: "max_attempts", Label: "Attempts", Kind: fieldNumber, Value: strconv.Itoa(wh.MaxAttempts), Help: fmt.Sprintf("1 to %d, before a delivery has failed.", webhook.MaxMaxAttempts)},
		{Name: "concurrency", Label: "Requests at the same time", Kind: fieldNumber, Value: strconv.Itoa(wh.Concurrency), Help: fmt.Sprintf("1 to %d.", webhook.MaxConcurrency)},
		{Name: "rate_limit", Label: "Requests a second", Kind: fieldNumber, Value: rate, Step: "any", Help: "Empty for no limit."},
		{Name: "ordered", Label: "Keep the order", Kind: fieldCheck, Value: strconv.FormatBool(wh.Ordered), Help: "Changes of one object go out one after the other; one that fails holds back only that object."},
	}}
}

// readWebhook puts what a form has into a webhook. Only what cannot be read is
// an error here, by field; the rules are admin's.
func readWebhook(values url.Values, wh *webhook.Webhook) error {
	var faults webhook.FieldErrors
	wh.Name, wh.Description = values.Get("name"), values.Get("description")
	wh.Enabled = values.Get("enabled") == "true"
	wh.Tags = values["tags"]
	wh.Trigger = readTrigger(values)
	wh.HTTPMethod = values.Get("http_method")
	wh.PayloadURL = values.Get("payload_url")
	wh.HTTPContentType = values.Get("http_content_type")
	wh.AdditionalHeaders = unixLines(values.Get("additional_headers"))
	wh.BodyTemplate = unixLines(values.Get("body_template"))
	readSecret(values, wh)
	wh.SSLVerification = values.Get("ssl_verification") == "true"
	wh.CAFilePath = strings.TrimSpace(values.Get("ca_file_path"))
	queue, ok := webhook.ParseQueue(values.Get("queue"))
	if !ok {
		faults.Add("queue", "Choose one of the queues.")
	}
	wh.Queue = queue
	readNumber(values, &faults, "timeout", &wh.Timeout)
	readNumber(values, &faults, "max_attempts", &wh.MaxAttempts)
	readNumber(values, &faults, "concurrency", &wh.Concurrency)
	wh.RateLimit = 0
	if text := strings.TrimSpace(values.Get("rate_limit")); text != "" {
		rate, err := strconv.ParseFloat(text, 64)
		if err != nil {
			faults.Add("rate_limit", "A valid number is required.")
		}
		wh.RateLimit = rate
	}
	wh.Ordered = values.Get("ordered") == "true"
	return faults.Err()
}

// readTrigger reads object types, events and conditions of a form.
func readTrigger(values url.Values) webhook.Trigger {
	t := webhook.Trigger{ObjectTypes: values["content_types"]}
	var events []webhook.Event
	for _, name := range values["events"] {
		if event, ok := webhook.ParseEvent(name); ok {
			events = append(events, event)
		}
	}
	t.Events = webhook.EventSet(events...)
	if text := strings.TrimSpace(values.Get("conditions")); text != "" {
		t.Conditions = json.RawMessage(unixLines(text))
	}
	return t
}

// readSecret keeps the stored secret unless the form says otherwise.
func readSecret(values url.Values, wh *webhook.Webhook) {
	switch {
	case wh.Secret == "" || values.Get("secret_action") == secretReplace:
		wh.Secret = values.Get("secret")
	case values.Get("secret_action") == secretRemove:
		wh.Secret = ""
	}
}

func readNumber(values url.Values, faults *webhook.FieldErrors, name string, into *int) {
	n, err := strconv.Atoi(strings.TrimSpace(values.Get(name)))
	if err != nil {
		faults.Add(name, "A valid integer is required.")
	}
	*into = n
}

// unixLines undoes what browsers do to the lines of text areas (HTML standard,
// "append an entry").
func unixLines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// shown is a field's value as people read it.
func (f *field) shown() string {
	switch f.Kind {
	case fieldChecks, fieldMany:
		var labels []string
		for _, c := range f.Choices {
			if f.Has(c.Value) {
				labels = append(labels, c.Label)
			}
		}
		return strings.Join(labels, ", ")
	case fieldCheck:
		if f.Checked() {
			return "yes"
		}
		return "no"
	}
	return unixLines(f.Value)
}
