package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/intake"
	"bellhop/internal/webhook"
)

// sendCommand renders and sends one webhook without a server.
type sendCommand struct {
	Webhook   string           `required:"" setting:"-" placeholder:"FILE" help:"Webhook as YAML or JSON, with the REST API's fields."`
	Change    string           `required:"" setting:"-" placeholder:"FILE" help:"Change as JSON: object_type, event, data and, as needed, snapshots, username, request_id, timestamp."`
	DryRun    bool             `setting:"-" help:"Print the request without sending it."`
	JSON      bool             `name:"json" setting:"-" help:"Print the attempt as an object."`
	Outgoing  config.Outgoing  `embed:""`
	Templates config.Templates `embed:"" prefix:"template-"`
}

// Run prints the request and what came back. An answer that is no 2xx is a
// failure.
func (c *sendCommand) Run(ctx context.Context, p Process) error {
	if c.Webhook == "-" && c.Change == "-" {
		return usageError("only one FILE can be standard input")
	}
	wh, err := readWebhook(p, c.Webhook)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	change, err := readChange(p, c.Change)
	if err != nil {
		return fmt.Errorf("change: %w", err)
	}
	trial, err := app.NewTrial(app.Params{
		Options:   config.Options{Outgoing: c.Outgoing, Templates: c.Templates},
		LookupEnv: p.LookupEnv,
		Version:   readBuild().Version,
	})
	if err != nil {
		return &exitError{code: ExitConfig, err: err}
	}
	defer trial.Close()
	if c.DryRun {
		request, err := trial.Preview(ctx, &wh, &change)
		if err != nil {
			return err
		}
		return c.print(p.Stdout, &webhook.Attempt{Request: request})
	}
	attempt, err := trial.Send(ctx, &wh, &change)
	if err != nil {
		return err
	}
	if attempt.Request.BodyIsContext {
		attempt.Request.Body = change.Context
	}
	if err := c.print(p.Stdout, &attempt); err != nil {
		return err
	}
	if attempt.Reason != webhook.ReasonNone {
		return fmt.Errorf("%s: %s", attempt.Reason, attempt.Error)
	}
	return nil
}

// restOnly are fields that REST shows and that do not matter here, so that what
// the server answered can be sent as it is.
type restOnly struct {
	URL          any `json:"url"`
	Display      any `json:"display"`
	Tags         any `json:"tags"`
	Health       any `json:"health"`
	TypeJobStart any `json:"type_job_start"`
	TypeJobEnd   any `json:"type_job_end"`
}

// describeJSON says which field of a document has a value of a wrong kind, in the
// document's words instead of Go's.
func describeJSON(err error) error {
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return err
	case mismatch.Field == "":
		return fmt.Errorf("is no object with fields, but has the JSON type %s", mismatch.Value)
	}
	return fmt.Errorf("%s: a value of the JSON type %s does not belong here", strings.TrimPrefix(mismatch.Field, "Webhook."), mismatch.Value)
}

// readWebhook reads a definition. Fields that decide when a webhook fires are
// read and have no effect: the change is sent in any case.
func readWebhook(p Process, name string) (webhook.Webhook, error) {
	text, err := readInput(p, name)
	if err != nil {
		return webhook.Webhook{}, err
	}
	document, err := yaml.YAMLToJSON(text)
	if err != nil {
		return webhook.Webhook{}, errors.New(strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	wh := webhook.New()
	definition := struct {
		*webhook.Webhook
		ContentTypes []string `json:"content_types"`
		TypeCreate   bool     `json:"type_create"`
		TypeUpdate   bool     `json:"type_update"`
		TypeDelete   bool     `json:"type_delete"`
		RateLimit    *float64 `json:"rate_limit"` // null in REST, 0 in the domain
		restOnly
	}{Webhook: &wh}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&definition); err != nil {
		return wh, describeJSON(err)
	}
	if wh.Secret == webhook.MaskedSecret {
		return wh, errors.New("secret: the file has only what stands for one; write the secret itself, or none")
	}
	if wh.Name == "" {
		wh.Name = name
	}
	wh.Trigger = webhook.Trigger{}
	return wh, wh.Validate(webhook.Checks{})
}

// readChange reads a change and builds its context as the server does.
func readChange(p Process, name string) (webhook.Change, error) {
	text, err := readInput(p, name)
	if err != nil {
		return webhook.Change{}, err
	}
	var in struct {
		ObjectType string          `json:"object_type"`
		Event      *webhook.Event  `json:"event"`
		Data       json.RawMessage `json:"data"`
		Username   string          `json:"username"`
		RequestID  webhook.UUID    `json:"request_id"`
		Timestamp  time.Time       `json:"timestamp"`
		Request    webhook.Request `json:"request"`
		Snapshots  struct {
			Prechange  json.RawMessage `json:"prechange"`
			Postchange json.RawMessage `json:"postchange"`
		} `json:"snapshots"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return webhook.Change{}, describeJSON(err)
	}
	if in.ObjectType == "" || in.Event == nil || in.Data == nil {
		return webhook.Change{}, errors.New("object_type, event and data are needed")
	}
	ids, now := webhook.NewIDs(rand.Reader), time.Now()
	if in.Timestamp.IsZero() {
		in.Timestamp = now
	}
	if in.RequestID.IsZero() {
		if in.RequestID, err = ids.Next(now); err != nil {
			return webhook.Change{}, err
		}
	}
	prepared, err := intake.New(ids, nil, 0).Prepare(webhook.Change{
		Time: in.Timestamp, Event: *in.Event, ObjectType: in.ObjectType, UserName: in.Username, RequestID: in.RequestID,
		Request: in.Request, Data: in.Data, Prechange: in.Snapshots.Prechange, Postchange: in.Snapshots.Postchange,
	}, now)
	if err != nil {
		return webhook.Change{}, err
	}
	return prepared.Change, nil
}

// print writes request and response much as they went over the wire.
func (c *sendCommand) print(w io.Writer, attempt *webhook.Attempt) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(shownAttempt(attempt))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", attempt.Request.Method, attempt.Request.URL)
	writeMessage(&b, attempt.Request.Header, attempt.Request.Body)
	if attempt.Response.Status != 0 {
		fmt.Fprintf(&b, "\nHTTP %d after %s\n", attempt.Response.Status, attempt.Timing.Total.Round(time.Millisecond))
		writeMessage(&b, attempt.Response.Header, attempt.Response.Body)
		if attempt.Response.Truncated {
			b.WriteString("(cut here)\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeMessage(b *strings.Builder, header []webhook.Header, body []byte) {
	for _, h := range header {
		fmt.Fprintf(b, "%s: %s\n", h.Name, h.Value)
	}
	b.WriteByte('\n')
	b.Write(body)
	if len(body) > 0 && body[len(body)-1] != '\n' {
		b.WriteByte('\n')
	}
}

// shownAttempt is an attempt with bodies as text.
func shownAttempt(a *webhook.Attempt) any {
	type message struct {
		Method    string           `json:"method,omitempty"`
		URL       string           `json:"url,omitempty"`
		Status    int              `json:"status,omitempty"`
		Header    []webhook.Header `json:"header"`
		Body      string           `json:"body"`
		Truncated bool             `json:"truncated,omitempty"`
	}
	shown := struct {
		Request  message         `json:"request"`
		Response *message        `json:"response"`
		Reason   webhook.Reason  `json:"reason"`
		Error    string          `json:"error,omitempty"`
		Timing   *webhook.Timing `json:"timing_ns,omitempty"`
	}{
		Request: message{Method: a.Request.Method, URL: a.Request.URL, Header: a.Request.Header, Body: string(a.Request.Body)},
		Reason:  a.Reason, Error: a.Error,
	}
	if a.Response.Status != 0 {
		shown.Response = &message{
			Status: a.Response.Status, Header: a.Response.Header, Body: string(a.Response.Body), Truncated: a.Response.Truncated,
		}
		shown.Timing = &a.Timing
	}
	return shown
}
