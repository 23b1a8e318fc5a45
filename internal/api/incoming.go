package api

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"bellhop/internal/admin"
	"bellhop/internal/pyjson"
	"bellhop/internal/rawjson"
	"bellhop/internal/webhook"
)

// maxIdempotencyKey bounds the header Idempotency-Key.
const maxIdempotencyKey = 255

// create brings in one change or a list, all or none.
func (l changeList) create(c *call) error {
	text, err := c.body()
	if err != nil {
		return err
	}
	answer, err := c.bringIn(text)
	if err != nil {
		return err
	}
	if answer.Repeated {
		c.w.Header().Set("Idempotency-Replayed", "true")
	}
	return c.send(answer.Status, answer.Body)
}

// bringIn records what a body holds. It leaves the gate before anything is sent:
// a client that reads slowly holds up nobody.
func (c *call) bringIn(text []byte) (admin.Answer, error) {
	leave, err := c.api.gate.enter(c.ctx, len(text))
	if err != nil {
		return admin.Answer{}, err
	}
	defer leave()
	items, isList, err := split(text)
	if err != nil {
		return admin.Answer{}, err
	}
	once, err := c.once(text)
	if err != nil {
		return admin.Answer{}, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	changes := make([]webhook.Change, len(items))
	faults := make([]error, len(items))
	for i, item := range items {
		changes[i], faults[i] = c.parseChange(item, now)
	}
	if err := bulkError(faults, nil, isList); err != nil {
		return admin.Answer{}, err
	}
	return c.api.options.Admin.Import(c.ctx, once, changes, func(recorded []webhook.Change) (admin.Answer, error) {
		return admin.Answer{Status: http.StatusCreated, Body: c.showRecorded(recorded, isList)}, nil
	})
}

// once reads the header Idempotency-Key.
func (c *call) once(text []byte) (admin.Once, error) {
	key := c.r.Header.Get("Idempotency-Key")
	switch {
	case key == "":
		return admin.Once{}, nil
	case len(key) > maxIdempotencyKey:
		return admin.Once{}, webhook.Errorf(webhook.CodeInvalid, "An Idempotency-Key may have no more than %d bytes.", maxIdempotencyKey)
	}
	digest := sha256.Sum256(text)
	return admin.Once{
		Scope: "object-changes/" + strconv.FormatInt(c.identity.UserID, 10), Key: key, Digest: digest[:],
	}, nil
}

// showRecorded says what was recorded and which deliveries came of it.
func (c *call) showRecorded(changes []webhook.Change, isList bool) []byte {
	items := make([]json.RawMessage, len(changes))
	for i := range changes {
		change := &changes[i]
		id := strconv.FormatInt(change.ID, 10)
		text := append(make([]byte, 0, 256), `{"id":`...)
		text = append(append(text, id...), `,"url":`...)
		text = strconv.AppendQuote(text, c.changeURL(change.ID))
		text = append(append(append(text, `,"request_id":"`...), change.RequestID.String()...), `","deliveries":[`...)
		first := true
		for _, v := range change.Verdicts {
			if v.DeliveryID.IsZero() {
				continue
			}
			if !first {
				text = append(text, ',')
			}
			first = false
			text = append(append(append(text, '"'), v.DeliveryID.String()...), '"')
		}
		items[i] = append(text, `]}`...)
	}
	if isList {
		return joinList(items)
	}
	return items[0]
}

// incoming is a change as clients send it.
type incoming struct {
	objectType, event, requestID, timestamp string
	username                                *string
	objectID                                *int64
	data, prechange, postchange             json.RawMessage
}

// decodeIncoming reads a change's members; unknown ones are passed over, and so
// is null where it means the same as nothing. The text must be a valid object.
func decodeIncoming(text json.RawMessage, errs *webhook.FieldErrors) (in incoming) {
	for key, value := range rawjson.Members(text) {
		switch name := string(key); {
		case name == "data":
			in.data = value
		case isNull(value):
		case name == "object_type":
			in.objectType = textMember(errs, name, value)
		case name == "object_id":
			id, err := strconv.ParseInt(string(value), 10, 64)
			if err != nil {
				errs.Add(name, "%s", msgInteger)
			}
			in.objectID = &id
		case name == "event":
			in.event = textMember(errs, name, value)
		case name == "username":
			username := textMember(errs, name, value)
			in.username = &username
		case name == "request_id":
			in.requestID = textMember(errs, name, value)
		case name == "timestamp":
			in.timestamp = textMember(errs, name, value)
		case name == "snapshots":
			checkDocument(errs, name, value, false)
			for key, snapshot := range rawjson.Members(value) {
				checkDocument(errs, name, snapshot, false)
				switch string(key) {
				case "prechange":
					in.prechange = noNull(snapshot)
				case "postchange":
					in.postchange = noNull(snapshot)
				}
			}
		}
	}
	return in
}

func textMember(errs *webhook.FieldErrors, name string, value json.RawMessage) string {
	text, ok := rawjson.Text(value)
	if !ok {
		errs.Add(name, "%s", msgString)
	}
	return text
}

// parseChange reads one change and says everything that is wrong with it.
func (c *call) parseChange(text json.RawMessage, now time.Time) (webhook.Change, error) {
	if text[0] != '{' {
		_, err := parseDocument(text)
		return webhook.Change{}, err
	}
	var errs webhook.FieldErrors
	in := decodeIncoming(text, &errs)
	change := webhook.Change{
		Time: now, ObjectType: in.objectType, Data: in.data, UserName: c.identity.UserName, RequestID: c.requestID, Cause: c.cause(),
		Prechange: in.prechange, Postchange: in.postchange,
		Request: webhook.Request{Method: c.r.Method, Path: c.r.URL.Path},
	}
	switch {
	case errs.Has("object_type"):
	case in.objectType == "":
		errs.Add("object_type", "%s", msgRequired)
	case c.api.options.Inventory.Types().Get(in.objectType) == nil:
		errs.Add("object_type", "Invalid content type: %s", in.objectType)
	}
	if in.objectID == nil {
		errs.Add("object_id", "%s", msgRequired)
	} else {
		change.ObjectID = *in.objectID
	}
	event, ok := webhook.ParseEvent(in.event)
	switch {
	case errs.Has("event"):
	case in.event == "":
		errs.Add("event", "%s", msgRequired)
	case !ok:
		errs.Add("event", "%q is not a valid choice.", in.event)
	}
	change.Event = event
	checkDocument(&errs, "data", in.data, true)
	if in.username != nil {
		change.UserName = *in.username
		if utf8.RuneCountInString(change.UserName) > admin.MaxUsername {
			errs.Add("username", "Ensure this field has no more than %d characters.", admin.MaxUsername)
		}
	}
	if in.requestID != "" {
		id, err := webhook.ParseUUID(in.requestID)
		if err != nil {
			errs.Add("request_id", "Must be a valid UUID.")
		}
		change.RequestID = id
	}
	if in.timestamp != "" {
		at, err := parseTime(in.timestamp)
		if err != nil {
			errs.Add("timestamp", "%s", msgTime)
		}
		change.Time = at
	}
	change.ObjectRepr = displayOf(in.data, change.ObjectType, change.ObjectID)
	return change, errs.Err()
}

func checkDocument(errs *webhook.FieldErrors, field string, raw json.RawMessage, required bool) {
	switch {
	case len(raw) == 0 && required:
		errs.Add(field, "%s", msgRequired)
	case isNull(raw) && required:
		errs.Add(field, "%s", msgNull)
	case len(raw) > 0 && !isNull(raw) && raw[0] != '{':
		errs.Add(field, "Expected a dictionary, but got %s.", pyjson.TypeName(raw))
	}
}

func noNull(raw json.RawMessage) json.RawMessage {
	if isNull(raw) {
		return nil
	}
	return raw
}

// displayOf finds a text for an object in its data.
func displayOf(data json.RawMessage, objectType string, id int64) string {
	display, named := "", ""
	for name, value := range rawjson.Members(data) {
		switch string(name) {
		case "display":
			display, _ = rawjson.Text(value)
		case "name":
			named, _ = rawjson.Text(value)
		}
	}
	if text := cmp.Or(display, named); text != "" {
		return text
	}
	return objectType + " " + strconv.FormatInt(id, 10)
}
