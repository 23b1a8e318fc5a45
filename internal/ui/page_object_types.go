package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// objectTypePages are the descriptions of what objects there are.
func objectTypePages() []page {
	look, add := may(webhook.ActionView, admin.KindObjectType), may(webhook.ActionAdd, admin.KindObjectType)
	change, remove := may(webhook.ActionChange, admin.KindObjectType), may(webhook.ActionDelete, admin.KindObjectType)
	return []page{
		{"GET /core/object-types/{$}", look, (*view).listTypes},
		{"GET /core/object-types/add/{$}", add, (*view).showTypeAdd},
		{"POST /core/object-types/add/{$}", add, (*view).createType},
		{"GET /core/object-types/{id}/{$}", look, (*view).showType},
		{"GET /core/object-types/{id}/edit/{$}", change, (*view).showTypeEdit},
		{"POST /core/object-types/{id}/edit/{$}", change, (*view).updateType},
		{"GET /core/object-types/{id}/delete/{$}", remove, (*view).confirmTypeDelete},
		{"POST /core/object-types/{id}/delete/{$}", remove, (*view).deleteType},
	}
}

const typesPath = "/core/object-types/"

func typePath(id int64) string { return typesPath + strconv.FormatInt(id, 10) + "/" }

func typeList() *listSpec {
	return &listSpec{
		Path: typesPath, One: "object type", Many: "object types", Sort: "name",
		Columns: []column{
			{Name: "name", Label: "Object type", Sort: "label", Class: "name"},
			{Name: "model", Label: "Name", Sort: "model", Class: "name"},
			{Name: "group", Label: "Group", Sort: "group", Class: "short"},
			{Label: "Fields", Class: "num"},
			{Name: "built_in", Label: "Origin", Sort: "built_in"},
			{Label: "Objects"},
		},
		Search: []string{"app_label", "model", "label", "label_plural", "group"},
		Filters: []listFilter{
			{Name: "built_in", Label: "Built in", Choices: yesNo(), Path: "built_in"},
			{Name: "schemaless", Label: "Without a schema", Choices: yesNo(), Path: "schemaless"},
			{Name: "app_label", Label: "App", Path: "app_label"},
		},
	}
}

// typesPage is the view model of the list of object types.
type typesPage struct {
	List    *listing
	Rows    []typeRow
	AddPath string
}

// typeRow is an object type as a row of a table.
type typeRow struct {
	webhook.ObjectType
	Path string
	// ObjectsPath is empty for those who may not see them.
	ObjectsPath string
}

func (v *view) listTypes() error {
	list, err := v.list(typeList())
	if err != nil {
		return err
	}
	found, err := v.ui.options.Admin.ObjectTypes.List(v.ctx, list.query)
	if err != nil {
		return err
	}
	list.show(len(found.Items), found.Count)
	page := typesPage{List: list}
	for _, t := range found.Items {
		row := typeRow{ObjectType: t, Path: typePath(t.ID)}
		if v.may(webhook.ActionView, t.Name()) {
			row.ObjectsPath = objectsPath(&t)
		}
		page.Rows = append(page.Rows, row)
	}
	if v.may(webhook.ActionAdd, admin.KindObjectType) {
		page.AddPath = typesPath + "add/"
	}
	return v.render("object_types", "Object types", page)
}

// typePage is the view model of an object type.
type typePage struct {
	webhook.ObjectType
	Title  string
	Fields []typeField
	// Count is how many objects there are; -1 for those who may not see them.
	Count                int
	ObjectsPath, APIPath string
	EditPath, DeletePath string
	SeesWebhooks         bool
	Listeners            []listenerRow
	// Text are the fields as a file has them.
	Text string
}

// typeField is a field as a row of a table.
type typeField struct {
	Name, Label, Kind, Help string
	// To and ToPath name the type that a reference points to.
	To, ToPath string
	// Rules are what holds for its values, in words.
	Rules   []string
	Choices []webhook.Choice
}

// objectTypeInPath returns the type in the path.
func (v *view) objectTypeInPath() (webhook.ObjectType, error) {
	id, err := v.id()
	if err != nil {
		return webhook.ObjectType{}, err
	}
	return v.ui.options.Admin.ObjectTypes.Get(v.ctx, id)
}

func (v *view) showType() error {
	t, err := v.objectTypeInPath()
	if err != nil {
		return err
	}
	page := &typePage{ObjectType: t, Title: webhook.Capitalize(t.Label), Count: -1, APIPath: "/api" + objectsPath(&t)}
	for i := range t.Fields {
		page.Fields = append(page.Fields, v.typeField(&t.Fields[i]))
	}
	if v.may(webhook.ActionView, t.Name()) {
		page.ObjectsPath = objectsPath(&t)
		if page.Count, err = v.countObjects(&t); err != nil {
			return err
		}
	}
	if page.SeesWebhooks = v.may(webhook.ActionView, admin.KindWebhook); page.SeesWebhooks {
		if page.Listeners, err = v.listeners(&t); err != nil {
			return err
		}
	}
	if !t.BuiltIn && v.may(webhook.ActionChange, admin.KindObjectType) {
		page.EditPath = typePath(t.ID) + "edit/"
	}
	if !t.BuiltIn && v.may(webhook.ActionDelete, admin.KindObjectType) {
		page.DeletePath = typePath(t.ID) + "delete/"
	}
	text, err := inventory.FormatFields(t.Fields)
	if err != nil {
		return err
	}
	page.Text = string(text)
	return v.render("object_type", page.Title, page)
}

func (v *view) countObjects(t *webhook.ObjectType) (int, error) {
	var found store.Page[inventory.Object]
	err := v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) (err error) {
		found, err = r.List(t.Name(), store.Query{}, true)
		return err
	})
	return found.Count, err
}

// typeField says in words what holds for a field.
func (v *view) typeField(f *webhook.Field) typeField {
	row := typeField{Name: f.Name, Label: fieldLabel(f), Kind: string(f.Kind), Help: f.Help, To: f.To, Choices: f.Choices}
	if to := v.ui.options.Inventory.Types().Get(f.To); to != nil {
		row.To, row.ToPath = webhook.Capitalize(to.Label), typePath(to.ID)
	}
	for _, rule := range []struct {
		holds bool
		text  string
	}{{f.Required, "required"}, {f.Unique, "unique"}, {f.Nullable, "may be null"}} {
		if rule.holds {
			row.Rules = append(row.Rules, rule.text)
		}
	}
	if f.MaxLength > 0 {
		row.Rules = append(row.Rules, "at most "+plural(f.MaxLength, "character", "characters"))
	}
	if f.Min != nil {
		row.Rules = append(row.Rules, "at least "+strconv.FormatFloat(*f.Min, 'f', -1, 64))
	}
	if f.Max != nil {
		row.Rules = append(row.Rules, "at most "+strconv.FormatFloat(*f.Max, 'f', -1, 64))
	}
	if f.Places > 0 {
		row.Rules = append(row.Rules, plural(f.Places, "decimal place", "decimal places"))
	}
	if f.Default != nil {
		row.Rules = append(row.Rules, "default "+cutText(maxCellText, string(f.Default)))
	}
	return row
}

// typeFormPage is the view model of an object type's form.
type typeFormPage struct {
	Title, Path, Name string
	Form              *form
}

// fieldsHelp is shown at the fields of a type.
const fieldsHelp = `YAML, a field a line. Kinds: text, integer, decimal, boolean, date, datetime, choice, multichoice, reference, references, ipaddress, ipprefix, json. ` +
	`Settings: label, help, required, nullable, unique, default, max_length, min, max, places, choices, to.`

// newTypeForm makes the form for a type; one without an id is new.
func newTypeForm(t *webhook.ObjectType) (*form, error) {
	fields, err := inventory.FormatFields(t.Fields)
	if err != nil {
		return nil, err
	}
	if t.ID == 0 {
		fields = []byte("- {name: name, kind: text, required: true, unique: true, max_length: 100}\n")
	}
	schemaless := ""
	if t.Schemaless {
		schemaless = "true"
	}
	named := t.ID != 0
	return &form{Submit: "Save", Cancel: typesPath, Revision: t.Revision, Sections: []section{
		{Title: "Name", Fields: []*field{
			{Name: "app_label", Label: "App", Kind: fieldText, Value: t.AppLabel, Required: true, Disabled: named, MaxLength: 100, Help: "The first part of its name and of its paths, such as firewall."},
			{Name: "model", Label: "Model", Kind: fieldText, Value: t.Model, Required: true, Disabled: named, MaxLength: 100, Help: "The second part of its name, such as rule: webhooks then list firewall.rule. It cannot be changed later."},
			{Name: "plural", Label: "Word in paths", Kind: fieldText, Value: t.Plural, Required: true, MaxLength: 100, Help: "Such as rules: the objects are then at /api/firewall/rules/."},
		}},
		{Title: "For people", Fields: []*field{
			{Name: "label", Label: "Label", Kind: fieldText, Value: t.Label, MaxLength: 100, Help: "Made from the model if left blank."},
			{Name: "label_plural", Label: "Label of several", Kind: fieldText, Value: t.LabelPlural, MaxLength: 100},
			{Name: "group", Label: "Group", Kind: fieldText, Value: t.Group, MaxLength: 100, Help: "The heading in the menu under which it stands."},
		}},
		{Title: "Fields", Fields: []*field{
			{Name: "fields", Label: "Fields", Kind: fieldArea, Rows: 14, Value: string(fields), Help: fieldsHelp, Code: true},
			{Name: "display_field", Label: "Display field", Kind: fieldText, Value: t.DisplayField, MaxLength: 100, Help: "The field that names an object; name if left blank."},
			{Name: "schemaless", Label: "Without a schema: any JSON object goes, and there are no fields", Kind: fieldCheck, Value: schemaless},
		}},
	}}, nil
}

// readType takes a sent form into a type.
func readType(sent url.Values, t *webhook.ObjectType) error {
	if t.ID == 0 {
		t.AppLabel, t.Model = strings.TrimSpace(sent.Get("app_label")), strings.TrimSpace(sent.Get("model"))
	}
	t.Plural, t.Group = strings.TrimSpace(sent.Get("plural")), strings.TrimSpace(sent.Get("group"))
	t.Label, t.LabelPlural = strings.TrimSpace(sent.Get("label")), strings.TrimSpace(sent.Get("label_plural"))
	t.DisplayField, t.Schemaless = strings.TrimSpace(sent.Get("display_field")), sent.Get("schemaless") == "true"
	t.Fields = nil
	if t.Schemaless {
		return nil
	}
	fields, err := inventory.ParseFields([]byte(sent.Get("fields")))
	t.Fields = fields
	return err
}

func (v *view) showTypeAdd() error {
	f, err := newTypeForm(&webhook.ObjectType{})
	if err != nil {
		return err
	}
	f.Submit = "Create object type"
	return v.render("object_type_form", "Add an object type", typeFormPage{Title: "Add an object type", Form: f})
}

func (v *view) createType() error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	f, err := newTypeForm(&webhook.ObjectType{})
	if err != nil {
		return err
	}
	f.Submit = "Create object type"
	var t webhook.ObjectType
	var made []webhook.ObjectType
	if err = readType(sent, &t); err == nil {
		made, err = v.ui.options.Admin.ObjectTypes.Create(v.ctx, v.actor(), []webhook.ObjectType{t})
	}
	if err != nil {
		return v.refuseType(f, sent, err, typeFormPage{Title: "Add an object type", Form: f})
	}
	v.sayFlash(flash{
		Kind: "success", Text: webhook.Capitalize(made[0].Label) + " was created. It has its pages in the menu and its place in the REST API now.",
		LinkText: "See its objects", Path: objectsPath(&made[0]),
	})
	return v.redirect(typePath(made[0].ID))
}

func (v *view) refuseType(f *form, sent url.Values, err error, page typeFormPage) error {
	f.fill(sent)
	if err := f.refuse(err); err != nil {
		return err
	}
	return v.renderStatus(http.StatusUnprocessableEntity, "object_type_form", page.Title, page)
}

// typeEdit is the form of the type in the path. Built-in ones have none.
func (v *view) typeEdit() (webhook.ObjectType, typeFormPage, error) {
	t, err := v.objectTypeInPath()
	if err != nil {
		return t, typeFormPage{}, err
	}
	if t.BuiltIn {
		return t, typeFormPage{}, webhook.Errorf(webhook.CodeConflict, "The object type %s is built in and cannot be changed.", t.Name())
	}
	f, err := newTypeForm(&t)
	if err != nil {
		return t, typeFormPage{}, err
	}
	f.Cancel = typePath(t.ID)
	return t, typeFormPage{Title: "Edit " + t.Label, Path: typePath(t.ID), Name: webhook.Capitalize(t.Label), Form: f}, nil
}

func (v *view) showTypeEdit() error {
	_, page, err := v.typeEdit()
	if err != nil {
		return err
	}
	return v.render("object_type_form", page.Title, page)
}

func (v *view) updateType() error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	t, page, err := v.typeEdit()
	if err != nil {
		return err
	}
	changed := t
	if err = readType(sent, &changed); err == nil {
		_, err = v.ui.options.Admin.ObjectTypes.Update(v.ctx, v.actor(), []admin.Edit[webhook.ObjectType]{{
			ID: t.ID, Revision: parseRevision(sent),
			Apply: func(stored *webhook.ObjectType) error {
				changed.Revision, changed.Created, changed.LastUpdated = stored.Revision, stored.Created, stored.LastUpdated
				*stored = changed
				return nil
			},
		}})
	}
	if err != nil {
		sent.Set("app_label", t.AppLabel) // disabled inputs are not sent
		sent.Set("model", t.Model)
		page.Form.Revision = parseRevision(sent)
		return v.refuseType(page.Form, sent, err, page)
	}
	v.say("success", webhook.Capitalize(changed.Label)+" was saved.")
	return v.redirect(typePath(t.ID))
}

// confirmTypeDelete says what stands against deleting a type.
func (v *view) confirmTypeDelete() error {
	t, err := v.objectTypeInPath()
	if err != nil {
		return err
	}
	if t.BuiltIn {
		return webhook.Errorf(webhook.CodeConflict, "The object type %s is built in and cannot be deleted.", t.Name())
	}
	facts := []string{"Its pages and its place in the REST API go. The change log keeps what happened to its objects."}
	count, err := v.countObjects(&t)
	if err != nil {
		return err
	}
	if count > 0 {
		facts = append(facts, fmt.Sprintf("There are %s: it cannot be deleted before they are.", plural(count, t.Label, t.LabelPlural)))
	}
	listeners, err := v.ui.options.Admin.Listeners(v.ctx, t.Name())
	if err != nil {
		return err
	}
	for _, l := range listeners[:min(len(listeners), maxConfirmItems)] {
		facts = append(facts, fmt.Sprintf("%q listens to it: it cannot be deleted as long as it is listed there.", cutText(60, l.Name)))
	}
	return v.confirm(confirmPage{
		Question: "Delete the object type " + t.Name() + "?", Facts: facts, Action: typePath(t.ID) + "delete/",
		Hidden: []hidden{{revisionField, strconv.FormatInt(t.Revision, 10)}}, Submit: "Delete object type", Cancel: typePath(t.ID),
	})
}

func (v *view) deleteType() error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	t, err := v.objectTypeInPath()
	if err != nil {
		return err
	}
	edit := admin.Edit[webhook.ObjectType]{ID: t.ID, Revision: parseRevision(sent)}
	if err := v.ui.options.Admin.ObjectTypes.Delete(v.ctx, v.actor(), []admin.Edit[webhook.ObjectType]{edit}); err != nil {
		return err
	}
	v.say("success", "The object type "+t.Name()+" was deleted.")
	return v.redirect(typesPath)
}
