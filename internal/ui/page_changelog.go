package ui

import (
	"fmt"
	"net/url"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/jsondiff"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// changeLogPages are what happened to objects, and what came of it.
func changeLogPages() []page {
	look := may(webhook.ActionView, admin.KindChange)
	return []page{
		{"GET /core/changelog/{$}", look, (*view).listChanges},
		{"GET /core/changelog/{id}/{$}", look, (*view).showChange},
	}
}

const changesPath = "/core/changelog/"

func changePath(id int64) string { return changesPath + strconv.FormatInt(id, 10) + "/" }

// objectChangesPath lists the changes of one object.
func objectChangesPath(objectType string, id int64) string {
	return changesPath + "?" + url.Values{"object_type": {objectType}, "object_id": {strconv.FormatInt(id, 10)}}.Encode()
}

func (v *view) changeList() *listSpec {
	return &listSpec{
		Path: changesPath, One: "change", Many: "changes", Keyset: true, Reach: searchReach, ParseKey: parseNumber,
		Topic: v.changeTopic(),
		Columns: []column{
			{Label: "Time", Class: "tight"},
			{Label: "Event", Class: "tight"},
			{Label: "Object type", Class: "short"},
			{Label: "Object", Class: "name"},
			{Label: "User", Class: "short"},
			{Label: "Request", Class: "tight"},
			{Label: "Webhooks", Class: "tight"},
			{Label: "Deliveries", Class: "tight"},
		},
		Filters: []listFilter{
			{Name: "object_type", Label: "Object type", Choices: v.ui.typeChoices(), Path: "object_type"},
			{Name: "event", Label: "Event", Choices: eventChoices(), Path: "event"},
			{Name: "object", Label: "Object", Make: containing("object_repr"), Help: "A part of its name."},
			{Name: "object_id", Label: "Object id", Make: byNumber("object_id")},
			{Name: "user", Label: "User", Path: "user_name", Help: "The whole name."},
			{Name: "request_id", Label: "Request id", Make: byUUID("request_id")},
			{Name: "from", Label: "From (UTC)", Kind: fieldDateTime, Make: byMoment("time", store.Gte)},
			{Name: "until", Label: "Until (UTC)", Kind: fieldDateTime, Make: byMoment("time", store.Lte)},
		},
		Search: []string{"object_repr", "user_name"},
	}
}

// changeTopic is what the change log listens to: a change comes with news about
// deliveries, and those go on moving.
func (v *view) changeTopic() live.Topics {
	if v.may(webhook.ActionView, admin.KindDelivery) {
		return live.Deliveries
	}
	return live.Changes
}

// changesPage is the view model of the change log.
type changesPage struct {
	List *listing
	Rows []changeRow
}

// changeRow is a change as a row of a table.
type changeRow struct {
	webhook.Change
	Path, TypeLabel string
	// Fired of Considered triggers; Stopped would have, but for a loop.
	Fired, Considered, Stopped int
	Tallies                    []tally
	// DeliveriesPath leads to the deliveries, or to the only one.
	DeliveriesPath string
	// Gone says that it was there and is not kept any more.
	Gone bool
}

// tally is how many of something have a state.
type tally struct {
	State string
	N     int
}

func (v *view) listChanges() error {
	list, err := v.list(v.changeList())
	if err != nil {
		return err
	}
	found, err := v.ui.options.Admin.ChangeLog(v.ctx, list.query)
	if err != nil {
		return err
	}
	list.searchedTo(found.Reached)
	err = list.countNews(func(query store.Query) (int, error) { return v.ui.options.Admin.CountChanges(v.ctx, query) })
	if err != nil {
		return err
	}
	data := changesPage{List: list}
	for _, entry := range showByKey(list, found.Items, func(e *admin.LogEntry) string { return strconv.FormatInt(e.ID, 10) }) {
		data.Rows = append(data.Rows, v.changeRow(entry))
	}
	return v.render("changelog", "Change log", data)
}

// changeRow makes a row of a change; nil is one that is not kept any more.
func (v *view) changeRow(e *admin.LogEntry) changeRow {
	if e == nil {
		return changeRow{Gone: true}
	}
	row := changeRow{
		Change: e.Change, Path: changePath(e.ID), TypeLabel: v.typeName(e.ObjectType),
		Fired: e.Count(webhook.Fired), Stopped: e.Count(webhook.Stopped), Considered: len(e.Verdicts), Tallies: tallies(e.Deliveries),
	}
	switch {
	case !v.may(webhook.ActionView, admin.KindDelivery):
	case len(e.Deliveries) == 1:
		row.DeliveriesPath = "/extras/deliveries/" + e.Deliveries[0].ID.String() + "/"
	case len(e.Deliveries) > 1:
		row.DeliveriesPath = "/extras/deliveries/?change=" + strconv.FormatInt(e.ID, 10)
	}
	return row
}

// tallies counts deliveries by state, in the order of a delivery's life.
func tallies(deliveries []webhook.Delivery) []tally {
	var list []tally
	for _, state := range webhook.States {
		n := 0
		for i := range deliveries {
			if deliveries[i].State == state {
				n++
			}
		}
		if n > 0 {
			list = append(list, tally{state.String(), n})
		}
	}
	return list
}

// typeName is what people call an object type; its name when there is none like
// that, or none any more.
func (v *view) typeName(name string) string {
	if t := v.ui.options.Inventory.Types().Get(name); t != nil {
		return webhook.Capitalize(t.Label)
	}
	return name
}

// changePage is the view model of a change.
type changePage struct {
	webhook.Change
	Title, TypeLabel string
	// ObjectPath leads to the object; empty when there is none any more, or for
	// those who may not see it.
	ObjectPath string
	// TypePath, ObjectChangesPath and RequestPath lead to other changes.
	ObjectChangesPath, RequestPath string
	PreviousPath, NextPath         string
	Differences                    []differenceRow
	// MoreDifferences is how many are not shown.
	MoreDifferences int
	Verdicts        []verdictView
	Fired           int
	// Evaluated says that Again holds what the webhooks of now would do.
	Evaluated bool
	Again     []verdictView
	// EvaluatePath asks for that.
	EvaluatePath string
	// Targets are webhooks to which the change can be sent by hand.
	Targets []target
	Context string
	// ContextCut says that the context is longer than what is shown.
	ContextCut bool
	Related    []relatedRow
}

// target is a webhook that a change can be sent to.
type target struct{ Name, Path string }

// relatedRow is another change of the same request.
type relatedRow struct {
	webhook.Change
	Path, TypeLabel string
}

const (
	// maxDifferences is how many differences a page shows.
	maxDifferences = 300
	// maxShownValue is how much of a value, in characters.
	maxShownValue = 1000
	// maxShownPath is how much of a path, in characters.
	maxShownPath = 200
	// maxShownContext is how much of a context, in bytes.
	maxShownContext = 64 << 10
)

// differenceRow is a row of a table of differences.
type differenceRow struct {
	Kind, Sign, Path, Before, After string
}

// differenceRows compares two JSON documents for the component "diff". more is
// how many differences there are beyond those returned.
func differenceRows(before, after []byte) (rows []differenceRow, more int, err error) {
	found, err := jsondiff.Compare(before, after)
	if err != nil {
		return nil, 0, err
	}
	for _, d := range found[:min(len(found), maxDifferences)] {
		rows = append(rows, differenceRow{
			Kind: d.Kind.String(), Sign: d.Kind.Sign(), Path: cutText(maxShownPath, d.Path),
			Before: cutText(maxShownValue, readableJSON(d.Before)), After: cutText(maxShownValue, readableJSON(d.After)),
		})
	}
	return rows, max(0, len(found)-maxDifferences), nil
}

func (v *view) showChange() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	detail, err := v.ui.options.Admin.ChangeDetail(v.ctx, id)
	if err != nil {
		return err
	}
	page, err := v.newChangePage(&detail)
	if err != nil {
		return err
	}
	if page.Evaluated = v.r.URL.Query().Has("evaluate"); page.Evaluated {
		again, err := v.ui.options.Admin.Evaluate(v.ctx, &detail.Change)
		if err != nil {
			return err
		}
		if page.Again, err = v.viewVerdicts(again, nil); err != nil {
			return err
		}
	}
	return v.render("change", page.Title, page)
}

func (v *view) newChangePage(detail *admin.ChangeDetail) (*changePage, error) {
	change := &detail.Change
	if err := change.Unpack(); err != nil {
		return nil, fmt.Errorf("change %d: %w", change.ID, err)
	}
	page := &changePage{
		Change: *change, Title: fmt.Sprintf("%s was %s", isolate(cutText(120, change.ObjectRepr)), change.Event),
		TypeLabel:         v.typeName(change.ObjectType),
		EvaluatePath:      changePath(change.ID) + "?evaluate=1",
		RequestPath:       changesPath + "?" + url.Values{"request_id": {change.RequestID.String()}}.Encode(),
		ObjectChangesPath: objectChangesPath(change.ObjectType, change.ObjectID),
	}
	if t := v.ui.options.Inventory.Types().Get(change.ObjectType); t != nil && change.Event != webhook.Deleted && v.may(webhook.ActionView, t.Name()) {
		page.ObjectPath = objectPath(t, change.ObjectID)
	}
	if detail.Previous != 0 {
		page.PreviousPath = changePath(detail.Previous)
	}
	if detail.Next != 0 {
		page.NextPath = changePath(detail.Next)
	}
	for _, other := range detail.Related {
		page.Related = append(page.Related, relatedRow{other, changePath(other.ID), v.typeName(other.ObjectType)})
	}
	page.Context = prettyJSON(change.Context)
	if len(page.Context) > maxShownContext {
		page.Context, page.ContextCut = cutText(maxShownContext, page.Context), true
	}
	var err error
	if page.Differences, page.MoreDifferences, err = differenceRows(change.Prechange, change.Postchange); err != nil {
		return nil, fmt.Errorf("snapshots of change %d: %w", change.ID, err)
	}
	if page.Verdicts, err = v.viewVerdicts(change.Verdicts, detail.Deliveries); err != nil {
		return nil, err
	}
	for _, verdict := range page.Verdicts {
		if verdict.Fired {
			page.Fired++
		}
	}
	page.Targets, err = v.sendTargets(change)
	return page, err
}

// sendTargets returns the webhooks that a change can be sent to for a test, for
// those who may.
func (v *view) sendTargets(change *webhook.Change) ([]target, error) {
	if !v.may(webhook.ActionChange, admin.KindWebhook) {
		return nil, nil
	}
	listeners, err := v.ui.options.Admin.Listeners(v.ctx, change.ObjectType)
	if err != nil {
		return nil, err
	}
	var targets []target
	seen := map[int64]bool{}
	for _, l := range listeners {
		if !seen[l.WebhookID] {
			seen[l.WebhookID] = true
			targets = append(targets, target{l.Webhook, fmt.Sprintf("/extras/webhooks/%d/test/?change=%d", l.WebhookID, change.ID)})
		}
	}
	return targets, nil
}
