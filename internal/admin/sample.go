package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"bellhop/internal/webhook"
)

// sampleID is the id of made-up objects.
const sampleID = 1

// sample makes a change up, for a webhook that no stored change fits.
func (a *Admin) sample(t *webhook.ObjectType, event webhook.Event, by Actor) (webhook.Change, error) {
	at := now()
	data, flat, err := sampleDocuments(t, at)
	if err != nil {
		return webhook.Change{}, fmt.Errorf("sample of %s: %w", t.Name(), err)
	}
	change := webhook.Change{
		Time: at, Event: event, ObjectType: t.Name(), ObjectID: sampleID, ObjectRepr: sampleText,
		UserName: by.UserName, RequestID: by.RequestID, Request: webhook.Request{Method: "POST", Path: "/"}, Data: data,
	}
	if event != webhook.Created {
		change.Prechange = flat
	}
	if event != webhook.Deleted {
		change.Postchange = flat
	}
	batch, err := a.options.Intake.Prepare([]webhook.Change{change}, at)
	if err != nil {
		return webhook.Change{}, err
	}
	return batch.Changes()[0], nil
}

const sampleText = "Sample"

// sampleDocuments returns the REST representation and the snapshot of an object
// with plausible values.
func sampleDocuments(t *webhook.ObjectType, at time.Time) (data, flat []byte, err error) {
	var shown, stored ordered
	shown.add("id", sampleID)
	shown.add("url", fmt.Sprintf("/api/%s/%s/%d/", t.AppLabel, t.Plural, sampleID))
	shown.add("display", sampleText)
	if t.Schemaless {
		shown.add("name", sampleText)
		stored.add("name", sampleText)
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case f.Kind == webhook.FieldChoice && len(f.Choices) > 0:
			shown.add(f.Name, map[string]string{"value": f.Choices[0].Value, "label": f.Choices[0].Label})
			stored.add(f.Name, f.Choices[0].Value)
		case len(f.Default) > 0:
			shown.add(f.Name, f.Default)
			stored.add(f.Name, f.Default)
		default:
			shown.add(f.Name, sampleValue(f))
			stored.add(f.Name, sampleValue(f))
		}
	}
	shown.add("tags", []string{})
	stored.add("tags", []string{})
	for _, doc := range []*ordered{&shown, &stored} {
		doc.add("custom_fields", struct{}{})
		doc.add("created", at)
		doc.add("last_updated", at)
	}
	if data, err = shown.document(); err != nil {
		return nil, nil, err
	}
	flat, err = stored.document()
	return data, flat, err
}

func sampleValue(f *webhook.Field) any {
	switch f.Kind {
	case webhook.FieldText:
		if f.Name == "slug" {
			return "sample"
		}
		return sampleText
	case webhook.FieldBoolean:
		return false
	case webhook.FieldIPAddress:
		return "192.0.2.1/24" // RFC 5737
	case webhook.FieldIPPrefix:
		return "192.0.2.0/24"
	case webhook.FieldMultiChoice, webhook.FieldReferences:
		return []string{}
	case webhook.FieldInteger, webhook.FieldDecimal:
		return 1
	}
	return nil
}

// ordered is a JSON object that keeps its members' order.
type ordered struct {
	buf bytes.Buffer
	err error
}

func (o *ordered) add(name string, value any) {
	text, err := json.Marshal(value)
	if err != nil && o.err == nil {
		o.err = err
	}
	if o.buf.Len() > 0 {
		o.buf.WriteByte(',')
	}
	fmt.Fprintf(&o.buf, "%q:%s", name, text)
}

func (o *ordered) document() ([]byte, error) {
	return append(append([]byte{'{'}, o.buf.Bytes()...), '}'), o.err
}
