package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"bellhop/internal/admin"
	"bellhop/internal/rawjson"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// deliveryList is /api/extras/deliveries/: what was, is and will be sent.
type deliveryList struct {
	*description
}

func (a *API) deliveries() deliveryList {
	states := make([]webhook.Choice, len(webhook.States))
	for i, state := range webhook.States {
		states[i] = webhook.Choice{Value: state.String(), Label: state.String()}
	}
	var reasons []webhook.Choice
	for _, reason := range webhook.Reasons() {
		reasons = append(reasons, webhook.Choice{Value: reason.String(), Label: reason.String()})
	}
	read := func(name, label string, kind kind, path string, choices ...webhook.Choice) spec {
		return spec{name: name, label: label, kind: kind, readOnly: true, nullable: true, path: path, choices: choices}
	}
	return deliveryList{&description{
		kind: admin.KindDelivery, path: "extras/deliveries", name: "delivery", plural: "deliveries", schema: "Delivery",
		fields: []spec{
			read("id", "ID", kindUUID, "id"), read("url", "Url", kindText, ""), read("display", "Display", kindText, ""),
			read("webhook", "Webhook", kindReference, "webhook"), read("event_rule", "Event rule", kindInteger, "rule"),
			read("change", "Change", kindReference, "change"),
			read("queue", "Queue", kindChoice, "queue", queueChoices()...),
			read("state", "State", kindChoice, "state", states...),
			read("attempts", "Attempts", kindInteger, "attempts"),
			read("created", "Created", kindTime, "created"), read("due", "Due", kindTime, "due"),
			read("ended", "Ended", kindTime, "ended"),
			read("reason", "Reason", kindChoice, "reason", reasons...),
			read("status_code", "Status code", kindInteger, "status_code"),
			read("object_type", "Object type", kindText, "object_type"), read("object_id", "Object ID", kindInteger, "object_id"),
		},
		filters: []filter{
			idFilter("webhook_id", "webhook"), idFilter("change_id", "change"), idFilter("event_rule_id", "rule"),
			timeFilter("created_before", "created", store.Lte), timeFilter("created_after", "created", store.Gte),
		},
		brief: []string{"id", "url", "display", "state"}, order: "-id", search: []string{"object_type"}, idKind: kindUUID,
	}}
}

func (l deliveryList) routes() []route {
	view, change, remove := may(webhook.ActionView, l.kind), may(webhook.ActionChange, l.kind), may(webhook.ActionDelete, l.kind)
	path := "/api/" + l.path + "/"
	acts := func(summary string, handle func(*call) error) []operation {
		return []operation{{method: http.MethodPost, summary: summary, access: change, handle: handle, gives: shapeOne, status: http.StatusOK}}
	}
	actsOnAll := func(summary string, handle func(*call) error) []operation {
		return []operation{{
			method: http.MethodPost, summary: summary, access: change, handle: handle, gives: shapeFree, givesNamed: namedCount,
			status: http.StatusOK, parameters: []parameter{allParameter},
		}}
	}
	return []route{
		{path: path, about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "List deliveries", access: view, handle: l.list, gives: shapePage, status: http.StatusOK},
			{method: http.MethodDelete, summary: "Delete deliveries that match", access: remove, handle: l.deleteMany, takes: shapeKeys, status: http.StatusNoContent, parameters: []parameter{allParameter}},
		}},
		{path: path + "retry/", about: l.description, operations: actsOnAll("Retry deliveries that match", l.retryMany)},
		{path: path + "cancel/", about: l.description, operations: actsOnAll("Cancel deliveries that match", l.cancelMany)},
		{path: path + "{id}/", about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "Show a delivery", access: view, handle: l.get, gives: shapeOne, status: http.StatusOK},
			{method: http.MethodDelete, summary: "Delete a delivery", access: remove, handle: l.deleteOne, status: http.StatusNoContent},
		}},
		{path: path + "{id}/retry/", about: l.description, operations: acts("Retry a delivery now", l.retryOne)},
		{path: path + "{id}/cancel/", about: l.description, operations: acts("Cancel a delivery", l.cancelOne)},
		{path: path + "{id}/attempts/", about: l.description, operations: []operation{{
			method: http.MethodGet, summary: "List the attempts of a delivery", access: view, handle: l.attempts,
			gives: shapePage, givesNamed: namedAttempt, status: http.StatusOK,
		}}},
	}
}

var allParameter = parameter{name: "all", kind: kindBoolean, help: "Say true to mean every delivery, with no filter at all."}

func (l deliveryList) show(c *call, d *admin.DeliveryDetail, sel selection) (json.RawMessage, error) {
	id := d.ID.String()
	all := object{
		{"id", id},
		{"url", c.base() + "/api/extras/deliveries/" + id + "/"},
		{"display", id},
		{"webhook", nil},
		{"event_rule", nil},
		{"change", nil},
		{"queue", d.Queue},
		{"state", d.State},
		{"attempts", d.Attempts},
		{"created", showTime(d.Created)},
		{"due", nil},
		{"ended", showTime(d.Ended)},
		{"reason", nil},
		{"status_code", nil},
		{"object_type", nil},
		{"object_id", nil},
	}
	set := func(name string, value any) {
		for i := range all {
			if all[i].name == name {
				all[i].value = value
			}
		}
	}
	if d.Webhook != nil {
		set("webhook", c.briefWebhook(d.Webhook))
	}
	if d.RuleID != 0 {
		set("event_rule", d.RuleID)
	}
	if d.Change != nil {
		set("change", c.briefChange(d.Change))
		set("object_type", d.Change.ObjectType)
		set("object_id", d.Change.ObjectID)
	}
	if !d.State.Final() {
		set("due", showTime(d.Due))
	}
	if d.Reason != webhook.ReasonNone {
		set("reason", d.Reason)
	}
	if d.StatusCode != 0 {
		set("status_code", d.StatusCode)
	}
	return encode(all.pick(l.description, sel))
}

// pick keeps the members that are shown.
func (o object) pick(d *description, sel selection) object {
	var shown object
	for _, m := range o {
		if sel.shows(m.name, slices.Contains(d.brief, m.name)) {
			shown = append(shown, m)
		}
	}
	return shown
}

func (l deliveryList) list(c *call) error {
	sel := c.selection()
	return sendList(c, l.description, func(query store.Query) (store.Page[admin.DeliveryDetail], error) {
		return c.api.options.Admin.Deliveries(c.ctx, query)
	}, func(e *admin.DeliveryDetail) (json.RawMessage, error) { return l.show(c, e, sel) })
}

func (l deliveryList) get(c *call) error {
	id, err := c.uuid()
	if err != nil {
		return err
	}
	return l.send(c, id)
}

func (l deliveryList) send(c *call, id webhook.UUID) error {
	detail, err := c.api.options.Admin.Delivery(c.ctx, id)
	if err != nil {
		return err
	}
	text, err := l.show(c, &detail, c.selection())
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, text)
}

// action is a use case on the deliveries that match.
type action func(*admin.Admin, *call, store.Filter) (int, error)

func retry(a *admin.Admin, c *call, filter store.Filter) (int, error) {
	return a.Retry(c.ctx, c.actor(), filter)
}

func cancel(a *admin.Admin, c *call, filter store.Filter) (int, error) {
	return a.Cancel(c.ctx, c.actor(), filter)
}

func remove(a *admin.Admin, c *call, filter store.Filter) (int, error) {
	return a.DeleteDeliveries(c.ctx, c.actor(), filter)
}

func (l deliveryList) retryOne(c *call) error {
	return l.actOne(c, retry, "The delivery is queued already or being sent.")
}

func (l deliveryList) cancelOne(c *call) error {
	return l.actOne(c, cancel, "The delivery has ended already.")
}

// actOne does something to one delivery and shows it; passed over means that its
// state does not allow it.
func (l deliveryList) actOne(c *call, act action, passedOver string) error {
	id, err := c.actOn(act, passedOver)
	if err != nil {
		return err
	}
	return l.send(c, id)
}

// actOn does something to the delivery in the path.
func (c *call) actOn(act action, passedOver string) (webhook.UUID, error) {
	id, err := c.uuid()
	if err != nil {
		return id, err
	}
	if _, err := c.api.options.Admin.Delivery(c.ctx, id); err != nil {
		return id, err
	}
	n, err := act(c.api.options.Admin, c, store.ByID(id))
	if err == nil && n == 0 {
		err = webhook.Errorf(webhook.CodeConflict, "%s", passedOver)
	}
	return id, err
}

func (l deliveryList) deleteOne(c *call) error {
	if _, err := c.actOn(remove, "The delivery is being sent."); err != nil {
		return err
	}
	return c.sendNothing()
}

func (l deliveryList) retryMany(c *call) error  { return l.actMany(c, retry) }
func (l deliveryList) cancelMany(c *call) error { return l.actMany(c, cancel) }

// actMany does something to all that match the query, and says to how many.
func (l deliveryList) actMany(c *call, act action) error {
	filter, err := l.selected(c)
	if err != nil {
		return err
	}
	n, err := act(c.api.options.Admin, c, filter)
	if err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, object{{"count", n}})
}

// selected reads which deliveries are meant. A query that selects nothing in
// particular must say that all are meant, and one with an unknown parameter is
// refused: a misspelt filter must not hit everything.
func (l deliveryList) selected(c *call) (store.Filter, error) {
	values, err := c.parameters()
	if err != nil {
		return nil, err
	}
	all, _ := parseBoolean(values.Get("all"))
	values.Del("all")
	filter, err := l.where(c, values, true)
	if err != nil {
		return nil, err
	}
	if filter == nil && !all {
		return nil, webhook.Errorf(webhook.CodeInvalid, "Give at least one filter, or all=true to mean every delivery.")
	}
	return filter, nil
}

// deleteMany takes a query, or NetBox's list of ids.
func (l deliveryList) deleteMany(c *call) error {
	text, err := c.body()
	if err != nil {
		return err
	}
	var filter store.Filter
	if string(text) == "{}" {
		if filter, err = l.selected(c); err != nil {
			return err
		}
	} else {
		items, err := c.list(text)
		if err != nil {
			return err
		}
		ids := make([]webhook.UUID, len(items))
		faults := make([]error, len(items))
		for i, item := range items {
			ids[i], faults[i] = deliveryID(item)
		}
		if err := bulkError(faults, nil, true); err != nil {
			return err
		}
		filter = store.ByID(ids...)
	}
	if _, err := remove(c.api.options.Admin, c, filter); err != nil {
		return err
	}
	return c.sendNothing()
}

// deliveryID reads the "id" that names a delivery in a list.
func deliveryID(item json.RawMessage) (webhook.UUID, error) {
	doc, err := parseDocument(item)
	if err != nil {
		return webhook.UUID{}, err
	}
	raw, given := doc["id"]
	if !given {
		return webhook.UUID{}, fieldFault("id", msgRequired)
	}
	text, _ := rawjson.Text(raw)
	id, err := webhook.ParseUUID(text)
	if err != nil {
		return id, fieldFault("id", "Must be a valid UUID.")
	}
	return id, nil
}

func (l deliveryList) attempts(c *call) error {
	id, err := c.uuid()
	if err != nil {
		return err
	}
	attempts, err := c.api.options.Admin.Attempts(c.ctx, id)
	if err != nil {
		return err
	}
	items := make([]json.RawMessage, len(attempts))
	for i := range attempts {
		if items[i], err = encode(showAttempt(&attempts[i])); err != nil {
			return err
		}
	}
	return c.sendPage(store.Query{Limit: max(len(items), 1)}, len(items), items)
}

// showAttempt shows the request as it was sent and the response as it came.
func showAttempt(a *webhook.Attempt) object {
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	shown := object{
		{"number", a.Number},
		{"start", showTime(a.Start)},
		{"worker", a.Worker},
		{"webhook_revision", a.WebhookRevision},
		{"request", object{
			{"method", a.Request.Method}, {"url", a.Request.URL}, {"headers", notNil(a.Request.Header)}, {"body", showBody(a.Request.Body)},
		}},
		{"response", nil},
		{"timing", object{
			{"dns_ms", milliseconds(a.Timing.DNS)},
			{"connect_ms", milliseconds(a.Timing.Connect)},
			{"tls_ms", milliseconds(a.Timing.TLS)},
			{"first_byte_ms", milliseconds(a.Timing.FirstByte)},
			{"total_ms", milliseconds(a.Timing.Total)},
		}},
		{"reason", nil},
		{"error", a.Error},
	}
	if a.Response.Status != 0 {
		shown[5].value = object{
			{"status", a.Response.Status},
			{"headers", notNil(a.Response.Header)},
			{"body", showBody(a.Response.Body)},
			{"truncated", a.Response.Truncated},
		}
	}
	if a.Reason != webhook.ReasonNone {
		shown[7].value = a.Reason
	}
	return shown
}

// showBody shows text as it is; JSON cannot hold other bytes, so these are
// shown in Go's quoted form.
func showBody(body []byte) string {
	if utf8.Valid(body) {
		return string(body)
	}
	return strconv.QuoteToASCII(string(body))
}
