package api

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"bellhop/internal/admin"
	"bellhop/internal/rawjson"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// changeList is /api/core/object-changes/: NetBox's change log to read, and the
// way in for changes from elsewhere.
type changeList struct {
	*description
	api *API
}

func (a *API) objectChanges() changeList {
	read := func(name, label string, kind kind, path string, choices ...webhook.Choice) spec {
		return spec{name: name, label: label, kind: kind, readOnly: true, nullable: true, path: path, choices: choices}
	}
	return changeList{api: a, description: &description{
		kind: admin.KindChange, path: "core/object-changes", name: "change", plural: "changes", schema: "ObjectChange",
		fields: []spec{
			read("id", "ID", kindInteger, "id"), read("url", "Url", kindText, ""), read("display", "Display", kindText, ""),
			read("time", "Time", kindTime, "time"), read("user", "User", kindObject, ""),
			read("user_name", "User name", kindText, "user_name"), read("request_id", "Request ID", kindUUID, "request_id"),
			read("action", "Action", kindLabeled, "event", actions()...),
			read("changed_object_type", "Changed object type", kindText, "object_type"),
			read("changed_object_id", "Changed object ID", kindInteger, "object_id"),
			read("changed_object", "Changed object", kindObject, ""),
			read("object_repr", "Object", kindText, "object_repr"),
			read("prechange_data", "Pre-change data", kindJSON, ""), read("postchange_data", "Post-change data", kindJSON, ""),
		},
		filters: append([]filter{{param: "user", kind: kindText, path: "user_name"}}, a.changeTypeFilters()...),
		brief:   []string{"id", "url", "display"}, order: "-id", search: []string{"user_name", "object_repr"},
	}}
}

// actions are the change log's words for events.
func actions() []webhook.Choice {
	return []webhook.Choice{
		{Value: "create", Label: "Created"}, {Value: "update", Label: "Updated"}, {Value: "delete", Label: "Deleted"},
	}
}

func (a *API) changeTypeFilters() []filter {
	return []filter{{param: "changed_object_type_id", kind: kindInteger, make: func(suffix, value string) (store.Filter, bool, error) {
		for _, t := range a.options.Inventory.Types().List() {
			if fmt.Sprint(t.ID) == value {
				return store.Compare{Path: "object_type", Op: store.Eq, Value: t.Name()}, suffix == "", nil
			}
		}
		return nil, suffix == "", valueError(fmt.Sprintf("Select a valid choice. %s is not one of the available choices.", value))
	}}}
}

func (l changeList) routes() []route {
	view, path := may(webhook.ActionView, l.kind), "/api/"+l.path+"/"
	return []route{
		{path: path, about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "List changes", access: view, handle: l.list, gives: shapePage, status: http.StatusOK},
			{method: http.MethodPost, summary: "Bring in changes from elsewhere", access: may(webhook.ActionAdd, l.kind), handle: l.create, takes: shapeFree, takesNamed: namedIncoming, gives: shapeFree, givesNamed: namedRecorded, status: http.StatusCreated},
		}},
		{path: path + "{id}/", about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "Show a change", access: view, handle: l.get, gives: shapeOne, status: http.StatusOK},
		}},
		{path: path + "{id}/verdicts/", about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "Why webhooks fired for a change, or did not", access: view, handle: l.verdicts, gives: shapePage, givesNamed: namedVerdict, status: http.StatusOK},
		}},
	}
}

func (c *call) changeURL(id int64) string {
	return c.base() + "/api/core/object-changes/" + strconv.FormatInt(id, 10) + "/"
}

func (c *call) briefChange(change *webhook.Change) object {
	return object{
		{"id", change.ID}, {"url", c.changeURL(change.ID)}, {"display", displayChange(change)},
		{"action", showAction(change.Event)}, {"object_repr", change.ObjectRepr},
	}
}

// displayChange is NetBox's text for a change: "dcim | site: AMS1 was updated by
// admin", in short.
func displayChange(change *webhook.Change) string {
	by := change.UserName
	if by == "" {
		by = "System"
	}
	return fmt.Sprintf("%s %s %s by %s", change.ObjectType, change.ObjectRepr, change.Event, by)
}

func showAction(event webhook.Event) object {
	choice := actions()[event-webhook.Created]
	return object{{"value", choice.Value}, {"label", choice.Label}}
}

func (l changeList) show(c *call, change *webhook.Change, sel selection) (json.RawMessage, error) {
	var snapshots struct {
		Snapshots struct {
			Prechange  json.RawMessage `json:"prechange"`
			Postchange json.RawMessage `json:"postchange"`
		} `json:"snapshots"`
	}
	if len(change.Context) > 0 {
		if err := json.Unmarshal(change.Context, &snapshots); err != nil {
			return nil, fmt.Errorf("context of change %d: %w", change.ID, err)
		}
	}
	var changed any
	if t := c.api.options.Inventory.Types().Get(change.ObjectType); t != nil && change.Event != webhook.Deleted {
		changed = object{
			{"id", change.ObjectID}, {"url", c.base() + "/api/" + t.AppLabel + "/" + t.Plural + "/" + strconv.FormatInt(change.ObjectID, 10) + "/"},
			{"display", change.ObjectRepr},
		}
	}
	all := object{
		{"id", change.ID}, {"url", c.changeURL(change.ID)}, {"display", displayChange(change)}, {"time", showTime(change.Time)},
		{"user", object{{"display", change.UserName}, {"username", change.UserName}}}, {"user_name", change.UserName},
		{"request_id", change.RequestID}, {"action", showAction(change.Event)},
		{"changed_object_type", change.ObjectType}, {"changed_object_id", change.ObjectID},
		{"changed_object", changed}, {"object_repr", change.ObjectRepr},
		{"prechange_data", showJSON(snapshots.Snapshots.Prechange)}, {"postchange_data", showJSON(snapshots.Snapshots.Postchange)},
	}
	return encode(all.pick(l.description, sel))
}

func (l changeList) list(c *call) error {
	query, err := c.query(l.description)
	if err != nil {
		return err
	}
	sel := c.selection()
	contexts := sel.shows("prechange_data", false) || sel.shows("postchange_data", false)
	page, err := c.api.options.Admin.Changes(c.ctx, query, contexts)
	if err != nil {
		return err
	}
	items := make([]json.RawMessage, len(page.Items))
	for i := range page.Items {
		if items[i], err = l.show(c, &page.Items[i], sel); err != nil {
			return err
		}
	}
	return c.sendPage(query, page.Count, items)
}

func (l changeList) get(c *call) error {
	change, err := l.change(c)
	if err != nil {
		return err
	}
	text, err := l.show(c, &change, c.selection())
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, text)
}

// change returns the change in the path.
func (l changeList) change(c *call) (webhook.Change, error) {
	id, err := c.id()
	if err != nil {
		return webhook.Change{}, err
	}
	return c.api.options.Admin.Change(c.ctx, id)
}

// verdicts answers "why did it not fire?".
func (l changeList) verdicts(c *call) error {
	change, err := l.change(c)
	if err != nil {
		return err
	}
	items := make([]json.RawMessage, len(change.Verdicts))
	for i := range change.Verdicts {
		if items[i], err = encode(c.showVerdict(&change.Verdicts[i])); err != nil {
			return err
		}
	}
	return c.sendPage(store.Query{Limit: max(len(items), 1)}, len(items), items)
}

func (c *call) showVerdict(v *webhook.Verdict) object {
	shown := object{
		{"webhook", object{
			{"id", v.WebhookID}, {"url", c.base() + "/api/extras/webhooks/" + strconv.FormatInt(v.WebhookID, 10) + "/"},
		}},
		{"event_rule", nil}, {"name", v.Name}, {"outcome", v.Outcome.String()}, {"reason", v.Reason},
		{"explanation", showJSON(v.Tree)}, {"delivery", nil},
	}
	if v.RuleID != 0 {
		shown[1].value = object{
			{"id", v.RuleID}, {"url", c.base() + "/api/extras/event-rules/" + strconv.FormatInt(v.RuleID, 10) + "/"},
		}
	}
	if !v.DeliveryID.IsZero() {
		shown[6].value = object{
			{"id", v.DeliveryID}, {"url", c.base() + "/api/extras/deliveries/" + v.DeliveryID.String() + "/"},
		}
	}
	return shown
}

// maxIdempotencyKey bounds the header Idempotency-Key.
const maxIdempotencyKey = 255

// create brings in one change or a list, all or none.
func (l changeList) create(c *call) error {
	text, err := c.body()
	if err != nil {
		return err
	}
	items, isList, err := split(text)
	if err != nil {
		return err
	}
	once, err := c.once(text)
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	changes := make([]webhook.Change, len(items))
	faults := make([]error, len(items))
	for i, item := range items {
		changes[i], faults[i] = c.parseChange(item, now)
	}
	if err := bulkError(faults, nil, isList); err != nil {
		return err
	}
	answer, err := c.api.options.Admin.Import(c.ctx, once, changes, func(recorded []webhook.Change) (admin.Answer, error) {
		return admin.Answer{Status: http.StatusCreated, Body: c.showRecorded(recorded, isList)}, nil
	})
	if err != nil {
		return err
	}
	if answer.Repeated {
		c.w.Header().Set("Idempotency-Replayed", "true")
	}
	return c.send(answer.Status, answer.Body)
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
		Time: now, ObjectType: in.objectType, Data: webhook.RawJSON(in.data), UserName: c.identity.UserName, RequestID: c.requestID,
		Prechange: webhook.RawJSON(in.prechange), Postchange: webhook.RawJSON(in.postchange),
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
		errs.Add(field, "Expected a dictionary, but got %s.", pythonType(raw))
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
