package ui

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// deliveryPages are what was, is and will be sent: as a list, one by one, and
// what people do to many of them. One by one is in page_delivery.go.
func deliveryPages() []page {
	look, change := may(webhook.ActionView, admin.KindDelivery), may(webhook.ActionChange, admin.KindDelivery)
	remove := may(webhook.ActionDelete, admin.KindDelivery)
	return []page{
		{"GET /extras/deliveries/{$}", look, func(v *view) error { return v.listDeliveries(v.deliveryList()) }},
		// Each action is checked by itself.
		{"POST /extras/deliveries/bulk/{$}", look, func(v *view) error { return v.bulkDeliveries(v.deliveryList()) }},
		{"GET /core/background-tasks/{$}", look, func(v *view) error { return v.listDeliveries(v.taskList()) }},
		{"POST /core/background-tasks/bulk/{$}", look, func(v *view) error { return v.bulkDeliveries(v.taskList()) }},
		{"GET /core/background-tasks/{id}/{$}", look, (*view).showTask},

		{"GET /extras/deliveries/{id}/{$}", look, (*view).showDelivery},
		{"POST /extras/deliveries/{id}/retry/{$}", change, (*view).retryDelivery},
		{"POST /extras/deliveries/{id}/cancel/{$}", change, (*view).cancelDelivery},
		{"GET /extras/deliveries/{id}/delete/{$}", remove, (*view).confirmDeliveryDelete},
		{"POST /extras/deliveries/{id}/delete/{$}", remove, (*view).deleteDelivery},
		{"GET /extras/deliveries/{id}/attempts/{n}/{$}", look, (*view).showAttempt},
		{"GET /extras/deliveries/{id}/attempts/{n}/request-body/{$}", look, (*view).downloadRequest},
		{"GET /extras/deliveries/{id}/attempts/{n}/response-body/{$}", look, (*view).downloadResponse},
	}
}

const deliveriesPath = "/extras/deliveries/"

func deliveryPath(id webhook.UUID) string { return deliveriesPath + id.String() + "/" }

// deliveryList describes the list of deliveries.
func (v *view) deliveryList() *listSpec {
	var states, reasons, queues []choice
	for _, state := range webhook.States {
		states = append(states, choice{Value: state.String(), Label: webhook.Capitalize(state.String())})
	}
	for _, reason := range webhook.Reasons() {
		reasons = append(reasons, choice{Value: reason.String(), Label: webhook.Capitalize(explanations[reason].Short)})
	}
	for _, queue := range webhook.Queues {
		queues = append(queues, choice{Value: queue.String(), Label: webhook.Capitalize(queue.String())})
	}
	return &listSpec{
		Path: deliveriesPath, One: "delivery", Many: "deliveries", Keyset: true, Reach: searchReach, Topic: live.Deliveries,
		ParseKey: parseKeyUUID,
		Columns: []column{
			{Label: "State", Class: "tight"},
			{Label: "Change", Class: "name"},
			{Label: "Webhook", Class: "name"},
			{Label: "Attempts", Class: "num"},
			{Label: "Last result", Class: "name"},
			{Label: "Next attempt", Class: "tight"},
			{Label: "Took", Class: "num"},
			{Label: "Created", Class: "tight"},
		},
		Find: findDelivery,
		Filters: []listFilter{
			{Name: "state", Label: "State", Choices: states, Path: "state"},
			v.webhookFilter(),
			{Name: "reason", Label: "Reason of the failure", Choices: reasons, Path: "reason"},
			{Name: "status", Label: "Answer", Choices: statusClasses, Make: byStatusClass},
			{Name: "object_type", Label: "Object type", Choices: v.ui.typeChoices(), Path: "object_type"},
			{Name: "object_id", Label: "Object id", Make: byNumber("object_id")},
			{Name: "event", Label: "Event", Choices: eventChoices(), Path: "event"},
			{Name: "queue", Label: "Queue", Choices: queues, Path: "queue"},
			{Name: "change", Label: "Change id", Make: byNumber("change")},
			{Name: "since", Label: "Created since (UTC)", Kind: fieldDateTime, Make: createdSince},
			{Name: "until", Label: "Created until (UTC)", Kind: fieldDateTime, Make: createdUntil},
		},
	}
}

// taskList is the same list in NetBox's words for background tasks.
func (v *view) taskList() *listSpec {
	spec := v.deliveryList()
	spec.Path, spec.One, spec.Many = "/core/background-tasks/", "background task", "background tasks"
	return spec
}

// statusClasses are the classes of HTTP's status codes.
var statusClasses = []choice{
	{Value: "2xx", Label: "2xx success"},
	{Value: "3xx", Label: "3xx redirect"},
	{Value: "4xx", Label: "4xx refused"},
	{Value: "5xx", Label: "5xx receiver's error"},
	{Value: "none", Label: "No answer"},
}

// byStatusClass makes a filter for classes, and for single codes such as 404.
func byStatusClass(values []string) (store.Filter, error) {
	var either store.Or
	for _, text := range values {
		var first, last int64
		digit, isClass := strings.CutSuffix(text, "xx")
		code, err := strconv.ParseInt(digit, 10, 64)
		switch {
		case text == "none":
			either = append(either, store.And{
				store.Compare{Path: "status_code", Op: store.Eq}, store.Compare{Path: "attempts", Op: store.Gt, Value: int64(0)},
			})
			continue
		case err == nil && isClass && code >= 1 && code <= 9:
			first, last = code*100, code*100+99
		case err == nil && !isClass && code >= 100 && code <= 999:
			first, last = code, code
		default:
			return nil, webhook.Errorf(webhook.CodeInvalid, "%q is no class of answers. Write it as 4xx or 404.", cutText(20, text))
		}
		either = append(either, store.And{
			store.Compare{Path: "status_code", Op: store.Gte, Value: first}, store.Compare{Path: "status_code", Op: store.Lte, Value: last},
		})
	}
	return either, nil
}

// Ids begin with the moment of their making, which narrows the search before any
// row is looked at. They are made a moment after the delivery's own time.
const idDelay = time.Minute

func createdSince(values []string) (store.Filter, error) {
	moment, err := parseMoment(values[0])
	return store.And{
		store.Compare{Path: "created", Op: store.Gte, Value: moment},
		store.Compare{Path: "id", Op: store.Gte, Value: webhook.FirstUUID(moment)},
	}, err
}

func createdUntil(values []string) (store.Filter, error) {
	moment, err := parseMoment(values[0])
	return store.And{
		store.Compare{Path: "created", Op: store.Lte, Value: moment},
		store.Compare{Path: "id", Op: store.Lt, Value: webhook.FirstUUID(moment.Add(idDelay))},
	}, err
}

// findDelivery looks for an id, for the beginning of one, and for text of objects.
func findDelivery(q string) store.Filter {
	if id, err := webhook.ParseUUID(q); err == nil {
		return store.ByID(id)
	}
	if first, last, ok := idRange(q); ok {
		return store.And{
			store.Compare{Path: "id", Op: store.Gte, Value: first}, store.Compare{Path: "id", Op: store.Lte, Value: last},
		}
	}
	return store.Compare{Path: "object_repr", Op: store.Ic, Value: q}
}

// minIDPrefix is how much of an id tells it from other text: the first group and
// its dash.
const minIDPrefix = 9

// idRange returns the least and the greatest id that begin so.
func idRange(prefix string) (first, last webhook.UUID, ok bool) {
	const template = "00000000-0000-0000-0000-000000000000"
	if len(prefix) < minIDPrefix || len(prefix) >= len(template) {
		return first, last, false
	}
	first, err := webhook.ParseUUID(prefix + template[len(prefix):])
	if err != nil {
		return first, last, false
	}
	last, err = webhook.ParseUUID(prefix + strings.ReplaceAll(template[len(prefix):], "0", "f"))
	return first, last, err == nil
}

// deliveriesPage is the view model of the list.
type deliveriesPage struct {
	List  *listing
	Title string
	Table deliveryTable
	// MayChange and MayDelete say which buttons there are.
	MayChange, MayDelete bool
	BulkPath             string
}

// deliveryRow is a delivery as a row.
type deliveryRow struct {
	ID, Path string
	State    string
	// Object is what the change was of, empty when that is not kept any more.
	Object, ObjectType, Event string
	Webhook, WebhookPath      string
	Attempts, Result          string
	Bad                       bool
	// Next is when the next attempt may begin; zero when none will. Overdue
	// says that the moment has passed.
	Next    time.Time
	Overdue bool
	Took    string
	Created time.Time
	// Gone says that it was there and is deleted; nothing else is known of it.
	Gone bool
}

func (v *view) listDeliveries(spec *listSpec) error {
	list, err := v.list(spec)
	if err != nil {
		return err
	}
	found, err := v.ui.options.Admin.Deliveries(v.ctx, list.query)
	if err != nil {
		return err
	}
	list.searchedTo(found.Reached)
	data := deliveriesPage{
		List: list, Title: webhook.Capitalize(spec.Many), BulkPath: spec.Path + "bulk/",
		MayChange: v.may(webhook.ActionChange, admin.KindDelivery), MayDelete: v.may(webhook.ActionDelete, admin.KindDelivery),
	}
	err = list.countNews(func(query store.Query) (int, error) { return v.ui.options.Admin.CountDeliveries(v.ctx, query) })
	if err != nil {
		return err
	}
	data.Table = v.deliveryTable(list, found.Items)
	data.Table.Ticks = true
	if id := list.values.Get(onPageOf); id != "" {
		data.Table.Ticks, data.Table.Brief = false, true
		list.Newest = webhooksPath + url.PathEscape(id) + "/"
	}
	return v.render("deliveries", data.Title, data)
}

// onPageOf is in the query when the table is the short one on the page of a webhook,
// whose id it has.
const onPageOf = "on_page_of"

// latestDeliveries is how many deliveries the page of a webhook shows.
const latestDeliveries = 10

// latestOf returns the table of a webhook's latest deliveries, which asks the page
// with the list of all for news.
func (v *view) latestOf(webhookID int64) (*listing, deliveryTable, error) {
	id := strconv.FormatInt(webhookID, 10)
	list, err := v.listOf(v.deliveryList(), url.Values{"webhook": {id}, onPageOf: {id}})
	if err != nil {
		return nil, deliveryTable{}, err
	}
	list.PerPage, list.query.Limit = latestDeliveries, latestDeliveries
	found, err := v.ui.options.Admin.Deliveries(v.ctx, list.query)
	table := v.deliveryTable(list, found.Items)
	table.Brief = true
	list.Newest = webhookPath(webhookID)
	return list, table, err
}

// deliveryTable is a table of deliveries, for the component of that name.
type deliveryTable struct {
	// Ticks says that rows can be ticked.
	Ticks bool
	// Brief leaves the webhook out, which is that of the page.
	Brief bool
	Rows  []deliveryRow
}

// Span is how many columns there are.
func (t deliveryTable) Span() int {
	n := 8
	if t.Ticks {
		n++
	}
	if t.Brief {
		n--
	}
	return n
}

func (v *view) deliveryTable(list *listing, found []admin.DeliveryDetail) deliveryTable {
	var table deliveryTable
	for _, d := range showByKey(list, found, func(d *admin.DeliveryDetail) string { return shortUUID(d.ID) }) {
		row := deliveryRow{Gone: true}
		if d != nil {
			row = v.deliveryRow(d)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (v *view) deliveryRow(d *admin.DeliveryDetail) deliveryRow {
	row := deliveryRow{
		ID: d.ID.String(), Path: deliveryPath(d.ID), State: d.State.String(), Attempts: attemptsOf(d),
		Result: result(d.Reason, d.StatusCode, d.Attempts), Bad: d.Reason != webhook.ReasonNone, Created: d.Created,
	}
	if d.Webhook != nil {
		row.Webhook = d.Webhook.Name
		if v.may(webhook.ActionView, admin.KindWebhook) {
			row.WebhookPath = webhookPath(d.WebhookID)
		}
	}
	if d.Change != nil {
		row.Object, row.Event = d.Change.ObjectRepr, d.Change.Event.String()
		row.ObjectType = v.ui.typeLabels([]string{d.Change.ObjectType})[0]
	}
	if d.State.Final() {
		row.Took = shortDuration(d.Ended.Sub(d.Created))
	} else if d.State != webhook.Started {
		row.Next, row.Overdue = d.Due, time.Until(d.Due) < 0
	}
	return row
}

// attemptsOf counts attempts against those that the schedule allows, as long as
// nobody has begun the schedule anew.
func attemptsOf(d *admin.DeliveryDetail) string {
	if d.Webhook == nil || d.Attempts != d.Spent {
		return strconv.Itoa(d.Attempts)
	}
	return fmt.Sprintf("%d of %d", d.Attempts, d.Webhook.MaxAttempts)
}

// bulkAction is something that is done to many deliveries.
type bulkAction struct {
	verb, done string
	kind       webhook.Action
	// states are those in which it can be done.
	states []any
	do     func(*admin.Admin, context.Context, admin.Actor, store.Filter) (int, error)
	// fact says what will happen.
	fact string
}

var bulkActions = map[string]bulkAction{
	"retry": {
		"Retry", "Retried", webhook.ActionChange,
		[]any{"scheduled", "finished", "failed", "canceled"},
		(*admin.Admin).Retry,
		"Each is sent as soon as its turn comes, with a new schedule of attempts. Receivers that have had one already get it again, with the same webhook-id.",
	},
	"cancel": {
		"Cancel", "Canceled", webhook.ActionChange,
		[]any{"queued", "started", "scheduled"},
		(*admin.Admin).Cancel,
		"None of them is sent any more, unless somebody retries it.",
	},
	"delete": {
		"Delete", "Deleted", webhook.ActionDelete,
		[]any{"queued", "scheduled", "finished", "failed", "canceled"},
		(*admin.Admin).DeleteDeliveries,
		"They go with all that is known of their attempts. What was not sent yet never will be. Those that are being sent are passed over.",
	},
}

// bulkDeliveries retries, cancels, deletes or exports what was selected in the list. It
// asks before it deletes, and whenever all that match are meant.
func (v *view) bulkDeliveries(spec *listSpec) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	name := form.Get("action")
	action, known := bulkActions[name]
	switch {
	case name == "export":
		where, _, err := selectedDeliveries(spec, form)
		if err != nil {
			return err
		}
		return v.exportDeliveries(where)
	case !known:
		return webhook.Errorf(webhook.CodeInvalid, "There is no such action.")
	case !v.may(action.kind, admin.KindDelivery):
		return errForbidden()
	}
	where, all, err := selectedDeliveries(spec, form)
	if err != nil {
		return err
	}
	where = append(where, store.In{Path: "state", Values: action.states})
	back := listPath(spec, form)
	if form.Get(confirmField) == "" && (all || name == "delete") {
		return v.askAboutDeliveries(spec, form, action, where, back)
	}
	n, err := action.do(v.ui.options.Admin, v.ctx, v.actor(), where)
	what := plural(n, spec.One, spec.Many)
	switch {
	case err != nil && n > 0:
		v.say("danger", fmt.Sprintf("%s %s, then it went wrong: %s", action.done, what, publicError(err).Message))
	case err != nil:
		return err
	case n == 0:
		v.say("warning", fmt.Sprintf("None of them can be %s in its present state.", strings.ToLower(action.done)))
	default:
		v.say("success", action.done+" "+what+".")
	}
	return v.redirect(back)
}

// selectedDeliveries reads which deliveries a bulk form is for. newest keeps those
// out that came after the question was asked.
func selectedDeliveries(spec *listSpec, form url.Values) (where store.And, all bool, err error) {
	selection, err := spec.selected(form)
	if err != nil {
		return nil, false, err
	}
	if !selection.All {
		values := make([]any, len(selection.IDs))
		for i, text := range selection.IDs {
			if values[i], err = webhook.ParseUUID(text); err != nil {
				return nil, false, webhook.Errorf(webhook.CodeInvalid, "%q is no id.", cutText(40, text))
			}
		}
		return store.And{store.In{Path: "id", Values: values}}, false, nil
	}
	if selection.Where != nil {
		where = append(where, selection.Where)
	}
	if newest, err := webhook.ParseUUID(form.Get("newest")); err == nil {
		where = append(where, store.Compare{Path: "id", Op: store.Lte, Value: newest})
	}
	return where, true, nil
}

// askAboutDeliveries shows how many are meant, and the first of them.
func (v *view) askAboutDeliveries(spec *listSpec, form url.Values, action bulkAction, where store.And, back string) error {
	found, err := v.ui.options.Admin.Deliveries(v.ctx, store.Query{
		Where: where, Order: []store.Order{{Path: "id", Desc: true}}, Limit: maxConfirmItems,
	})
	switch {
	case err != nil:
		return err
	case found.Count == 0:
		v.say("warning", fmt.Sprintf("None of them can be %s in its present state.", strings.ToLower(action.done)))
		return v.redirect(back)
	}
	what := action.verb + " " + plural(found.Count, spec.One, spec.Many)
	page := confirmPage{
		Question: what + "?", Facts: []string{action.fact}, Submit: what, Cancel: back,
		Action: spec.Path + "bulk/", Hidden: []hidden{{"action", form.Get("action")}, {"query", form.Get("query")}},
		More: found.Count - len(found.Items),
	}
	for _, d := range found.Items {
		row := v.deliveryRow(&d)
		page.Items = append(page.Items, fmt.Sprintf("%s %s → %s", cmp.Or(row.Object, "—"), row.Event, cmp.Or(row.Webhook, "deleted webhook")))
	}
	if form.Get("all") != "" {
		page.Hidden = append(page.Hidden, hidden{"all", "1"}, hidden{"newest", found.Items[0].ID.String()})
	} else {
		for _, id := range form["id"] {
			page.Hidden = append(page.Hidden, hidden{"id", id})
		}
	}
	return v.confirm(page)
}
