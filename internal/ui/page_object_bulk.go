package ui

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxBulk is how many objects are edited or deleted in one transaction.
const maxBulk = 1000

// Inputs of the form that edits several objects.
const (
	emptyInput      = "empty"
	addTagsInput    = "add_tags"
	removeTagsInput = "remove_tags"
)

// bulkObjects edits or deletes the objects that were ticked, or all that match
// the list's filters. The first form leads to a page that asks; that page's form
// does it.
func (v *view) bulkObjects() error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	action := webhook.ActionDelete
	if sent.Get("action") == "edit" && !v.objectType.Schemaless {
		action = webhook.ActionChange
	} else if sent.Get("action") != "delete" {
		return webhook.Errorf(webhook.CodeInvalid, "There is no action %q.", cutText(40, sent.Get("action")))
	}
	if !v.may(action, v.objectType.Name()) {
		return errForbidden()
	}
	objects, err := v.selectedObjects(sent)
	if err != nil {
		return err
	}
	if action == webhook.ActionChange {
		return v.bulkEdit(sent, objects)
	}
	return v.bulkDelete(sent, objects)
}

// selectedObjects finds the objects that a bulk form is about.
func (v *view) selectedObjects(sent url.Values) ([]inventory.Object, error) {
	spec := v.objectList()
	chosen, err := spec.selected(sent)
	if err != nil {
		return nil, err
	}
	query := store.Query{Where: chosen.Where, Limit: maxBulk, Order: []store.Order{{Path: displayField(v.objectType)}}}
	if !chosen.All {
		ids, err := chosen.numbers()
		if err != nil {
			return nil, err
		}
		values := make([]any, len(ids))
		for i, id := range ids {
			values[i] = id
		}
		query.Where = store.In{Path: "id", Values: values}
	}
	var found store.Page[inventory.Object]
	err = v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) (err error) {
		found, err = r.List(v.objectType.Name(), query, false)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case found.Count > maxBulk:
		return nil, webhook.Errorf(webhook.CodeInvalid, "%s match; at most %s can be done at once. Narrow the filters.",
			plural(found.Count, spec.One, spec.Many), groupDigits(maxBulk))
	case len(found.Items) == 0:
		return nil, webhook.Errorf(webhook.CodeInvalid, "None of the %s is there any more.", spec.Many)
	}
	return found.Items, nil
}

// selectionFields carry the objects from one form to the next: those that were
// looked at, whatever the filters match by then.
func selectionFields(action string, objects []inventory.Object) []hidden {
	fields := []hidden{{"action", action}}
	for _, object := range objects {
		fields = append(fields, hidden{"id", strconv.FormatInt(object.ID, 10)})
	}
	return fields
}

func (v *view) bulkDelete(sent url.Values, objects []inventory.Object) error {
	t := v.objectType
	what := plural(len(objects), t.Label, t.LabelPlural)
	if sent.Get(confirmField) == "" {
		facts, err := v.deleteFacts(t)
		if err != nil {
			return err
		}
		facts = append(facts, "If others refer to one of them, none is deleted.")
		page := confirmPage{
			Question: "Delete " + what + "?", Facts: facts, Action: objectsPath(t) + "bulk/",
			Hidden: selectionFields("delete", objects), Submit: "Delete " + what, Cancel: objectsPath(t),
		}
		for _, object := range objects {
			page.Items = append(page.Items, object.Display)
		}
		return v.confirm(page)
	}
	bodies := make([]json.RawMessage, len(objects))
	for i, object := range objects {
		bodies[i] = idBody(object.ID, nil)
	}
	err := v.ui.options.Inventory.Do(v.ctx, v.request(), func(s *inventory.Session) error { return s.DeleteAll(t.Name(), bodies) })
	if err != nil {
		return itemsRefused(err, objects)
	}
	if err := v.sayFired("Deleted " + what + "."); err != nil {
		return err
	}
	return v.redirect(objectsPath(t))
}

// idBody is an item of a list that changes an object.
func idBody(id int64, members *body) json.RawMessage {
	var item body
	item.add("id", json.RawMessage(strconv.FormatInt(id, 10)))
	if members != nil && len(members.text) > 0 {
		item.text = slices.Concat(item.text, []byte(","), members.text)
	}
	return item.object()
}

// maxItemErrors is how many refused objects an error names.
const maxItemErrors = 5

// itemsRefused says which objects were refused and why.
func itemsRefused(err error, objects []inventory.Object) error {
	items, ok := errors.AsType[*inventory.ItemErrors](err)
	if !ok {
		return err
	}
	refused := &webhook.Error{Code: webhook.CodeInvalid, Message: "Nothing was done, because some were refused.", Fields: map[string][]string{}, Err: err}
	for i, err := range items.Items {
		if err == nil || i >= len(objects) || len(refused.Fields) == maxItemErrors {
			continue
		}
		refused.Code = webhook.CodeOf(err)
		e := publicError(err)
		var texts []string
		if e.Message != "" {
			texts = append(texts, e.Message)
		}
		for name, messages := range e.Fields {
			texts = append(texts, name+": "+strings.Join(messages, " "))
		}
		refused.Fields[objects[i].Display] = texts
	}
	return refused
}

// bulkEditPage is the view model of the form that edits several objects.
type bulkEditPage struct {
	Title, ListPath, ListTitle string
	Form                       *form
	Action                     string
	Hidden                     []hidden
	Items                      []string
	More                       int
}

// bulkEdit sets one or several fields on all of the objects.
func (v *view) bulkEdit(sent url.Values, objects []inventory.Object) error {
	t := v.objectType
	f, err := v.bulkForm()
	if err != nil {
		return err
	}
	what := plural(len(objects), t.Label, t.LabelPlural)
	f.Submit = "Change " + what
	page := bulkEditPage{
		Title: "Edit " + what, ListPath: objectsPath(t), ListTitle: webhook.Capitalize(t.LabelPlural), Form: f.form,
		Action: objectsPath(t) + "bulk/", Hidden: append(selectionFields("edit", objects), hidden{confirmField, "1"}),
	}
	for _, object := range objects[:min(len(objects), maxConfirmItems)] {
		page.Items = append(page.Items, object.Display)
	}
	page.More = len(objects) - len(page.Items)
	if sent.Get(confirmField) == "" {
		return v.render("objects_edit", page.Title, page)
	}
	changed := 0
	err = v.changeAll(f, sent, objects, &changed)
	if err != nil {
		f.fill(sent)
		if err := f.refuse(itemsRefused(err, objects)); err != nil {
			return err
		}
		return v.renderStatus(http.StatusUnprocessableEntity, "objects_edit", page.Title, page)
	}
	if changed == 0 {
		v.say("success", "Nothing was different: all "+t.LabelPlural+" are as they were.")
	} else if err := v.sayFired("Changed " + plural(changed, t.Label, t.LabelPlural) + "."); err != nil {
		return err
	}
	return v.redirect(objectsPath(t))
}

// bulkForm has an input for each field that several objects may share. One that
// is left alone changes nothing.
func (v *view) bulkForm() (*objectForm, error) {
	t := v.objectType
	shared := *t
	shared.Fields = nil
	var empties []choice
	for _, f := range t.Fields {
		if f.Unique {
			continue
		}
		f.Default = nil
		if !f.Required {
			empties = append(empties, choice{Value: f.Name, Label: fieldLabel(&f)})
		}
		f.Required = false
		if f.Kind == webhook.FieldBoolean {
			f.Nullable = true // offers "—" beside yes and no
		}
		shared.Fields = append(shared.Fields, f)
	}
	f, err := v.newObjectForm(&shared, nil)
	if err != nil {
		return nil, err
	}
	tags := f.Sections[1].Fields[0]
	add, remove := *tags, *tags
	add.Name, add.Label = addTagsInput, "Put on"
	remove.Name, remove.Label = removeTagsInput, "Take off"
	f.Sections[0].Title, f.Sections[0].Help = "New values", "Fields that you leave alone stay as they are."
	f.Sections[1] = section{Title: "Tags", Fields: []*field{&add, &remove}}
	if len(empties) > 0 {
		f.Sections = append(f.Sections, section{Title: "Empty", Fields: []*field{{
			Name: emptyInput, Label: "Fields to empty", Kind: fieldChecks, Choices: empties,
		}}})
	}
	return f, nil
}

// changeAll writes what the form says to all of the objects, in one transaction.
func (v *view) changeAll(f *objectForm, sent url.Values, objects []inventory.Object, changed *int) error {
	var members body
	for i := range f.t.Fields {
		field := &f.t.Fields[i]
		texts := sentTexts(sent, fieldPrefix+field.Name)
		if len(texts) == 0 && !slices.Contains(sent[emptyInput], field.Name) {
			continue
		}
		if slices.Contains(sent[emptyInput], field.Name) {
			texts = nil
			field = v.objectType.Field(field.Name) // whether it may be null is its own affair
			if field == nil {
				continue
			}
		}
		value, message := v.fieldBody(field, texts)
		if message != "" {
			return &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{field.Name: {message}}}
		}
		members.add(field.Name, value)
	}
	add, remove := sentTexts(sent, addTagsInput), sentTexts(sent, removeTagsInput)
	return v.ui.options.Inventory.Do(v.ctx, v.request(), func(s *inventory.Session) error {
		*changed = 0
		bodies := make([]json.RawMessage, len(objects))
		before := make([]int64, len(objects))
		for i, object := range objects {
			current, err := s.Get(f.t.Name(), object.ID)
			if err != nil {
				return err
			}
			before[i] = current.Revision
			own := body{slices.Clone(members.text)}
			if len(add)+len(remove) > 0 {
				own.add("tags", tagList(retagged(current.Data, add, remove)))
			}
			bodies[i] = idBody(object.ID, &own)
		}
		saved, err := s.UpdateAll(f.t.Name(), bodies, false)
		for i := range saved {
			if saved[i].Revision != before[i] {
				*changed++
			}
		}
		return err
	})
}

// retagged are the slugs of an object's tags after some were put on and others
// taken off.
func retagged(data json.RawMessage, add, remove []string) []string {
	slugs := slices.Clone(add)
	for _, tag := range decoded[struct {
		Tags []briefTag `json:"tags"`
	}](data).Tags {
		if !slices.Contains(remove, tag.Slug) {
			slugs = append(slugs, tag.Slug)
		}
	}
	slices.Sort(slugs)
	return slices.Compact(slugs)
}
