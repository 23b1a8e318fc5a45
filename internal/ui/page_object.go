package ui

import (
	"encoding/json"
	"fmt"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/rawjson"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// latestChanges is how many changes an object's page shows.
const latestChanges = 5

// valueCell is a value with its label.
type valueCell struct {
	Label string
	Value shownValue
}

// objectPageModel is the view model of an object.
type objectPageModel struct {
	Type               *webhook.ObjectType
	ID                 int64
	Display            string
	Values             []valueCell
	Tags               shownValue
	CustomFields       []valueCell
	Created, Updated   shownValue
	Revision           int64
	ListPath, TypePath string
	ListTitle          string
	// EditPath, ClonePath and DeletePath are empty for those who may not.
	EditPath, ClonePath, DeletePath string
	// Referrers are nil for nothing; MoreReferrers says that not all were counted.
	Referrers     []referrerRow
	MoreReferrers bool
	// SeesChanges says that Changes may be shown.
	SeesChanges bool
	Changes     []changeRow
	ChangesPath string
	// SeesWebhooks says that Listeners may be shown.
	SeesWebhooks bool
	Listeners    []listenerRow
	APIPath      string
}

// referrerRow counts objects that refer to one.
type referrerRow struct {
	Label, Field, Path string
	Count              int
}

// listenerRow is a webhook, or an event rule, that listens to a type.
type listenerRow struct {
	Name, Path string
	Rule       bool
	Enabled    bool
	Events     []webhook.Event
	Conditions bool
}

func (v *view) showObject() error {
	object, err := v.object()
	if err != nil {
		return err
	}
	t := v.objectType
	page := &objectPageModel{
		Type: t, ID: object.ID, Display: object.Display, Revision: object.Revision,
		ListPath: objectsPath(t), ListTitle: webhook.Capitalize(t.LabelPlural), APIPath: "/api" + objectPath(t, object.ID),
	}
	if err := v.fillValues(page, object.Data); err != nil {
		return fmt.Errorf("%s %d: %w", t.Name(), object.ID, err)
	}
	if v.may(webhook.ActionChange, t.Name()) {
		page.EditPath = objectPath(t, object.ID) + "edit/"
	}
	if v.may(webhook.ActionAdd, t.Name()) {
		page.ClonePath = objectsPath(t) + "add/?clone=" + strconv.FormatInt(object.ID, 10)
	}
	if v.may(webhook.ActionDelete, t.Name()) {
		page.DeletePath = objectPath(t, object.ID) + "delete/"
	}
	if v.may(webhook.ActionView, admin.KindObjectType) {
		page.TypePath = typePath(t.ID)
	}
	if page.Referrers, page.MoreReferrers, err = v.referrers(t, object.ID); err != nil {
		return err
	}
	if page.SeesWebhooks = v.may(webhook.ActionView, admin.KindWebhook); page.SeesWebhooks {
		if page.Listeners, err = v.listeners(t); err != nil {
			return err
		}
	}
	if err := v.fillChanges(page); err != nil {
		return err
	}
	return v.render("object", cutText(120, object.Display), page)
}

// fillValues shows all that an object holds.
func (v *view) fillValues(page *objectPageModel, data json.RawMessage) error {
	members, err := membersOf(data)
	if err != nil {
		return err
	}
	for i := range page.Type.Fields {
		f := &page.Type.Fields[i]
		page.Values = append(page.Values, valueCell{fieldLabel(f), v.showValue(f, members[f.Name], maxValueText)})
	}
	if page.Type.Schemaless {
		own := schemalessText(data)
		for name, value := range rawjson.Members([]byte(own)) {
			page.Values = append(page.Values, valueCell{string(name), showAny(value)})
		}
	}
	for name, value := range rawjson.Members(members["custom_fields"]) {
		page.CustomFields = append(page.CustomFields, valueCell{string(name), showAny(value)})
	}
	page.Tags = v.showTags(page.Type, members["tags"])
	page.Created, page.Updated = showMoment(members["created"]), showMoment(members["last_updated"])
	return nil
}

// showAny shows a value of no known kind.
func showAny(raw json.RawMessage) shownValue {
	if text, ok := rawjson.Text(raw); ok {
		return showText(text, maxValueText)
	}
	switch raw[0] {
	case '{', '[':
		return shownValue{Kind: "json", Text: cutText(maxValueText, prettyJSON(raw))}
	case 'n':
		return shownValue{Kind: "none"}
	case 't', 'f':
		return shownValue{Kind: "yes-no", Yes: raw[0] == 't'}
	}
	return shownValue{Kind: "number", Text: string(raw)}
}

// fillChanges shows an object's latest changes to those who may see them.
func (v *view) fillChanges(page *objectPageModel) error {
	if page.SeesChanges = v.may(webhook.ActionView, admin.KindChange); !page.SeesChanges {
		return nil
	}
	page.ChangesPath = objectChangesPath(page.Type.Name(), page.ID)
	found, err := v.ui.options.Admin.ChangeLog(v.ctx, store.Query{
		Where: store.And{
			store.Compare{Path: "object_type", Op: store.Eq, Value: page.Type.Name()},
			store.Compare{Path: "object_id", Op: store.Eq, Value: page.ID},
		},
		Order: []store.Order{{Path: "id", Desc: true}}, Limit: latestChanges, NoCount: true,
	})
	if err != nil {
		return err
	}
	for i := range found.Items {
		page.Changes = append(page.Changes, v.changeRow(&found.Items[i]))
	}
	return nil
}

// referrers counts what refers to an object, by type. Of types that somebody may
// not see there is only the number.
func (v *view) referrers(t *webhook.ObjectType, id int64) (rows []referrerRow, more bool, err error) {
	var list []inventory.Referrers
	complete := true
	err = v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) (err error) {
		list, complete, err = r.Referrers(t.Name(), id)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	for _, r := range list {
		from := v.ui.options.Inventory.Types().Get(r.ObjectType)
		if from == nil {
			continue // deleted at this very moment
		}
		row := referrerRow{Label: webhook.Capitalize(from.LabelPlural), Field: r.Field, Count: r.Count}
		if f := from.Field(r.Field); f != nil {
			row.Field = fieldLabel(f)
		}
		if v.may(webhook.ActionView, from.Name()) {
			row.Path = objectsPath(from) + "?" + r.Field + "=%23" + strconv.FormatInt(id, 10)
		}
		rows = append(rows, row)
	}
	return rows, !complete, nil
}

// listeners returns what listens to a type.
func (v *view) listeners(t *webhook.ObjectType) ([]listenerRow, error) {
	list, err := v.ui.options.Admin.Listeners(v.ctx, t.Name())
	if err != nil {
		return nil, err
	}
	rows := make([]listenerRow, len(list))
	for i, l := range list {
		rows[i] = listenerRow{
			Name: l.Name, Path: webhookPath(l.WebhookID), Rule: l.RuleID != 0, Enabled: l.Enabled,
			Events: l.Events.List(), Conditions: len(l.Conditions) > 0,
		}
	}
	return rows, nil
}
