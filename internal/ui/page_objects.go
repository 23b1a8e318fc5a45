package ui

import (
	"encoding/json"
	"fmt"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// objectPages are the pages of objects, the same for every type, those included
// that people add. Their patterns begin with wildcards, so they are looked at
// when no page with a path of its own fits.
func objectPages() []page {
	look, add := may(webhook.ActionView, ""), may(webhook.ActionAdd, "")
	change, remove := may(webhook.ActionChange, ""), may(webhook.ActionDelete, "")
	return []page{
		{"GET /{app}/{plural}/{$}", look, (*view).listObjects},
		{"GET /{app}/{plural}/options/{$}", look, (*view).objectOptions},
		// Each action is checked by itself.
		{"POST /{app}/{plural}/bulk/{$}", look, (*view).bulkObjects},
		{"GET /{app}/{plural}/add/{$}", add, (*view).showObjectAdd},
		{"POST /{app}/{plural}/add/{$}", add, (*view).createObject},
		{"GET /{app}/{plural}/{id}/{$}", look, (*view).showObject},
		{"GET /{app}/{plural}/{id}/edit/{$}", change, (*view).showObjectEdit},
		{"POST /{app}/{plural}/{id}/edit/{$}", change, (*view).updateObject},
		{"GET /{app}/{plural}/{id}/delete/{$}", remove, (*view).confirmObjectDelete},
		{"POST /{app}/{plural}/{id}/delete/{$}", remove, (*view).deleteObject},
	}
}

// objectsPath is the list of a type's objects, objectPath one object's page.
func objectsPath(t *webhook.ObjectType) string { return "/" + t.AppLabel + "/" + t.Plural + "/" }

func objectPath(t *webhook.ObjectType, id int64) string {
	return objectsPath(t) + strconv.FormatInt(id, 10) + "/"
}

// objectsPage is the view model of a list of objects.
type objectsPage struct {
	Type                                *webhook.ObjectType
	Title                               string
	List                                *listing
	Rows                                []objectRow
	Columns                             []string
	AddPath, TypePath                   string
	BulkPath                            string
	MayAdd, MayChange, MayDelete, Ticks bool
}

// objectRow is an object as a row of a table.
type objectRow struct {
	ID      int64
	Display string
	Path    string
	Cells   []shownValue
}

// maxColumns is how many fields a list shows beside what an object is called.
const maxColumns = 5

// listedFields are the fields that a list of objects shows: the first ones that
// are short. What an object is called stands in the first column already.
func listedFields(t *webhook.ObjectType) []*webhook.Field {
	var listed []*webhook.Field
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Name == displayField(t) || f.Name == "slug" || f.Kind == webhook.FieldJSON || longText(f) {
			continue
		}
		if listed = append(listed, f); len(listed) == maxColumns {
			break
		}
	}
	return listed
}

// displayField is the field that gives an object its display text.
func displayField(t *webhook.ObjectType) string {
	if t.DisplayField != "" {
		return t.DisplayField
	}
	return "name"
}

// longText reports whether a field holds texts of more than a line.
func longText(f *webhook.Field) bool {
	return f.Kind == webhook.FieldText && f.MaxLength == 0 && !f.Unique && !f.Required
}

func fieldLabel(f *webhook.Field) string {
	if f.Label != "" {
		return webhook.Capitalize(f.Label)
	}
	return webhook.Capitalize(f.Name)
}

// objectList describes the list of a type's objects.
func (v *view) objectList() *listSpec {
	t := v.objectType
	spec := &listSpec{Path: objectsPath(t), One: t.Label, Many: t.LabelPlural, Sort: "display"}
	name := displayField(t)
	label := "Name"
	if f := t.Field(name); f != nil {
		label = fieldLabel(f)
	}
	spec.Columns = []column{{Name: "display", Label: label, Sort: name, Class: "name"}}
	for _, f := range listedFields(t) {
		c := column{Name: f.Name, Label: fieldLabel(f), Class: "short"}
		switch f.Kind {
		case webhook.FieldReference, webhook.FieldReferences, webhook.FieldMultiChoice: // their ids have no order that people know
		case webhook.FieldInteger, webhook.FieldDecimal:
			c.Class = "num"
			fallthrough
		default:
			c.Sort = f.Name
		}
		spec.Columns = append(spec.Columns, c)
	}
	spec.Columns = append(spec.Columns, column{Label: "Tags", Class: "short"}, column{Name: "last_updated", Label: "Last change", Sort: "last_updated", Class: "tight"})
	if t.Schemaless {
		spec.Search = []string{name}
	}
	for i := range t.Fields {
		switch f := &t.Fields[i]; f.Kind {
		case webhook.FieldText, webhook.FieldIPAddress, webhook.FieldIPPrefix:
			spec.Search = append(spec.Search, f.Name)
		}
	}
	spec.Filters = v.objectFilters()
	return spec
}

func (v *view) listObjects() error {
	t := v.objectType
	list, err := v.list(v.objectList())
	if err != nil {
		return err
	}
	var found store.Page[inventory.Object]
	err = v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) (err error) {
		found, err = r.List(t.Name(), list.query, false)
		return err
	})
	if err != nil {
		return err
	}
	list.show(len(found.Items), found.Count)
	page := objectsPage{
		Type: t, Title: webhook.Capitalize(t.LabelPlural), List: list, BulkPath: objectsPath(t) + "bulk/",
		MayAdd: v.may(webhook.ActionAdd, t.Name()), MayChange: v.may(webhook.ActionChange, t.Name()), MayDelete: v.may(webhook.ActionDelete, t.Name()),
	}
	page.Ticks = page.MayChange || page.MayDelete
	if page.MayAdd {
		page.AddPath = objectsPath(t) + "add/"
	}
	if v.may(webhook.ActionView, admin.KindObjectType) {
		page.TypePath = typePath(t.ID)
	}
	for i := range found.Items {
		row, err := v.objectRow(t, &found.Items[i])
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, row)
	}
	return v.render("objects", page.Title, page)
}

func (v *view) objectRow(t *webhook.ObjectType, object *inventory.Object) (objectRow, error) {
	row := objectRow{ID: object.ID, Display: object.Display, Path: objectPath(t, object.ID)}
	members, err := membersOf(object.Data)
	if err != nil {
		return row, fmt.Errorf("%s %d: %w", t.Name(), object.ID, err)
	}
	for _, f := range listedFields(t) {
		row.Cells = append(row.Cells, v.showValue(f, members[f.Name], maxCellText))
	}
	row.Cells = append(row.Cells, v.showTags(t, members["tags"]), showMoment(members["last_updated"]))
	return row, nil
}

// membersOf takes an object's REST representation apart.
func membersOf(data json.RawMessage) (map[string]json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	err := json.Unmarshal(data, &members)
	return members, err
}
