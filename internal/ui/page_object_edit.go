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

// objectFormPage is the view model of an object's form.
type objectFormPage struct {
	Type  *webhook.ObjectType
	Title string
	// ListPath and ListTitle lead to the type's objects, ObjectPath and Object
	// to the one that is edited.
	ListPath, ListTitle, ObjectPath, Object string
	Form                                    *form
}

func (v *view) objectFormPage(title string, f *objectForm) objectFormPage {
	return objectFormPage{
		Type: f.t, Title: title, ListPath: objectsPath(f.t), ListTitle: webhook.Capitalize(f.t.LabelPlural), Form: f.form,
	}
}

// request tells the inventory who asks, and by what page.
func (v *view) request() inventory.Request {
	return inventory.Request{ID: v.requestID, UserName: v.identity.UserName, Method: v.r.Method, Path: v.r.URL.Path}
}

// object returns the object in the path.
func (v *view) object() (object inventory.Object, err error) {
	id, err := v.id()
	if err != nil {
		return object, err
	}
	err = v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) (err error) {
		object, err = r.Get(v.objectType.Name(), id)
		return err
	})
	return object, err
}

// showObjectAdd shows the form for a new object: with defaults, with another
// object's values (?clone=7), or with values given by field (?site=%237).
func (v *view) showObjectAdd() error {
	f, err := v.newObjectForm(v.objectType, nil)
	if err != nil {
		return err
	}
	f.Submit = "Create " + v.objectType.Label
	query := v.r.URL.Query()
	if text := query.Get("clone"); text != "" && v.may(webhook.ActionView, v.objectType.Name()) {
		if err := v.clone(f, text); err != nil {
			return err
		}
	}
	for name := range query {
		for _, input := range f.fields() {
			if input.Name == fieldPrefix+name {
				input.Value = query.Get(name)
			}
		}
	}
	return v.render("object_form", "Add "+v.objectType.Label, v.objectFormPage("Add "+v.objectType.Label, f))
}

// clone fills a form for a new object with the values of another, but for those
// that no two objects may share.
func (v *view) clone(f *objectForm, text string) error {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return webhook.NotFound()
	}
	var source inventory.Object
	err = v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) (err error) {
		source, err = r.Get(f.t.Name(), id)
		return err
	})
	if err != nil {
		return err
	}
	from, err := v.newObjectForm(f.t, source.Data)
	if err != nil {
		return err
	}
	for i, input := range f.fields() {
		if of := f.t.Field(strings.TrimPrefix(input.Name, fieldPrefix)); of != nil && of.Unique {
			continue
		}
		*input = *from.fields()[i]
	}
	return nil
}

func (v *view) createObject() error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	f, err := v.newObjectForm(v.objectType, nil)
	if err != nil {
		return err
	}
	f.Submit = "Create " + v.objectType.Label
	var made inventory.Object
	document, err := f.body(sent)
	if err == nil {
		err = v.ui.options.Inventory.Do(v.ctx, v.request(), func(s *inventory.Session) (err error) {
			made, err = s.Create(f.t.Name(), document)
			return err
		})
	}
	if err != nil {
		return v.refuseObject(f, sent, err, v.objectFormPage("Add "+f.t.Label, f))
	}
	if err := v.sayFired(cutText(60, made.Display) + " was created."); err != nil {
		return err
	}
	if !v.may(webhook.ActionView, f.t.Name()) {
		return v.redirect(objectsPath(f.t) + "add/")
	}
	return v.redirect(objectPath(f.t, made.ID))
}

// refuseObject shows a form again as it was sent, with what is wrong.
func (v *view) refuseObject(f *objectForm, sent url.Values, err error, page objectFormPage) error {
	f.fill(sent)
	if err := f.refuse(err); err != nil {
		return err
	}
	return v.renderStatus(http.StatusUnprocessableEntity, "object_form", page.Title, page)
}

// editForm is the form of the object in the path, with its page.
func (v *view) editForm() (*objectForm, objectFormPage, inventory.Object, error) {
	object, err := v.object()
	if err != nil {
		return nil, objectFormPage{}, object, err
	}
	f, err := v.newObjectForm(v.objectType, object.Data)
	if err != nil {
		return nil, objectFormPage{}, object, err
	}
	f.Submit, f.Revision = "Save", object.Revision
	page := v.objectFormPage("Edit "+isolate(cutText(80, object.Display)), f)
	if v.may(webhook.ActionView, f.t.Name()) {
		f.Cancel = objectPath(f.t, object.ID)
		page.ObjectPath, page.Object = f.Cancel, object.Display
	}
	return f, page, object, nil
}

func (v *view) showObjectEdit() error {
	_, page, _, err := v.editForm()
	if err != nil {
		return err
	}
	return v.render("object_form", page.Title, page)
}

func (v *view) updateObject() error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	f, page, object, err := v.editForm()
	if err != nil {
		return err
	}
	revision := parseRevision(sent)
	var saved inventory.Object
	document, err := f.body(sent)
	if err == nil {
		err = v.ui.options.Inventory.Do(v.ctx, v.request(), func(s *inventory.Session) (err error) {
			if err = s.Expect(f.t.Name(), object.ID, revision); err != nil {
				return err
			}
			saved, err = s.Update(f.t.Name(), object.ID, document, f.t.Schemaless)
			return err
		})
	}
	if err != nil {
		f.Revision = revision
		return v.refuseObject(f, sent, err, page)
	}
	if saved.Revision == object.Revision {
		v.say("success", isolate(cutText(60, saved.Display))+" is as it was: nothing was different.")
	} else if err := v.sayFired(cutText(60, saved.Display) + " was saved."); err != nil {
		return err
	}
	return v.redirect(f.Cancel)
}

// confirmObjectDelete says what hangs on an object before it is deleted.
func (v *view) confirmObjectDelete() error {
	object, err := v.object()
	if err != nil {
		return err
	}
	t := v.objectType
	facts, err := v.deleteFacts(t)
	if err != nil {
		return err
	}
	referrers, _, err := v.referrers(t, object.ID)
	if err != nil {
		return err
	}
	for _, r := range referrers {
		facts = append(facts, fmt.Sprintf("%s: %s that refer to it as %s. It cannot be deleted as long as they do.", r.Label, groupDigits(r.Count), r.Field))
	}
	return v.confirm(confirmPage{
		Question: "Delete " + isolate(t.Label) + " " + isolate(object.Display) + "?", Facts: facts,
		Action: objectPath(t, object.ID) + "delete/", Hidden: []hidden{{revisionField, strconv.FormatInt(object.Revision, 10)}},
		Submit: "Delete " + t.Label, Cancel: objectPath(t, object.ID),
	})
}

// deleteFacts says how many webhooks a delete will fire, or may.
func (v *view) deleteFacts(t *webhook.ObjectType) ([]string, error) {
	listeners, err := v.ui.options.Admin.Listeners(v.ctx, t.Name())
	if err != nil {
		return nil, err
	}
	sure, maybe := 0, 0
	for _, l := range listeners {
		switch {
		case !l.Enabled || !l.Events.Has(webhook.Deleted):
		case len(l.Conditions) > 0:
			maybe++
		default:
			sure++
		}
	}
	facts := []string{"This cannot be undone. The change log keeps what it was."}
	if sure > 0 {
		facts = append(facts, plural(sure, "webhook fires", "webhooks fire")+".")
	}
	if maybe > 0 {
		facts = append(facts, plural(maybe, "webhook fires", "webhooks fire")+" if the conditions are met.")
	}
	return facts, nil
}

func (v *view) deleteObject() error {
	sent, err := v.form()
	if err != nil {
		return err
	}
	object, err := v.object()
	if err != nil {
		return err
	}
	t := v.objectType
	err = v.ui.options.Inventory.Do(v.ctx, v.request(), func(s *inventory.Session) error {
		if err := s.Expect(t.Name(), object.ID, parseRevision(sent)); err != nil {
			return err
		}
		return s.Delete(t.Name(), object.ID)
	})
	if err != nil {
		return err
	}
	if err := v.sayFired(cutText(60, object.Display) + " was deleted."); err != nil {
		return err
	}
	return v.redirect(objectsPath(t))
}

// sayFired says what was done, how many webhooks fired for it, and where their
// deliveries are.
func (v *view) sayFired(done string) error {
	changes, err := v.ui.options.Admin.ChangesOfRequest(v.ctx, v.requestID)
	if err != nil {
		return err
	}
	var deliveries []webhook.UUID
	for i := range changes {
		for _, verdict := range changes[i].Verdicts {
			if !verdict.DeliveryID.IsZero() {
				deliveries = append(deliveries, verdict.DeliveryID)
			}
		}
	}
	said := flash{Kind: "success", Text: done}
	seesDeliveries, seesChanges := v.may(webhook.ActionView, admin.KindDelivery), v.may(webhook.ActionView, admin.KindChange)
	switch {
	case len(deliveries) == 0:
		said.Text += " No webhook fired."
		said.LinkText = "See why"
	default:
		said.Text += " " + plural(len(deliveries), "webhook", "webhooks") + " fired."
		said.LinkText = "See what became of it"
	}
	switch {
	case len(deliveries) == 1 && seesDeliveries:
		said.LinkText, said.Path = "See the delivery", "/extras/deliveries/"+deliveries[0].String()+"/"
	case len(deliveries) > 1 && len(changes) == 1 && seesDeliveries:
		said.LinkText, said.Path = "See the deliveries", "/extras/deliveries/?change="+strconv.FormatInt(changes[0].ID, 10)
	case len(changes) == 1 && seesChanges:
		said.Path = changePath(changes[0].ID)
	case len(changes) > 1 && seesChanges:
		said.Path = changesPath + "?" + url.Values{"request_id": {v.requestID.String()}}.Encode()
	}
	v.sayFlash(said)
	return nil
}

// maxSuggestions is how many objects are suggested while somebody types.
const maxSuggestions = 20

// objectOptions answers with the objects that match what somebody has typed, as
// options of a list of suggestions.
func (v *view) objectOptions() error {
	t := v.objectType
	query := store.Query{Limit: maxSuggestions, NoCount: true, Order: []store.Order{{Path: displayField(t)}}}
	typed := ""
	for name, values := range v.r.URL.Query() {
		if strings.HasPrefix(name, fieldPrefix) || name == "q" {
			typed = strings.TrimSpace(values[0])
		}
	}
	if i := strings.LastIndexByte(typed, '\n'); i >= 0 {
		typed = typed[i+1:]
	}
	if typed != "" {
		query.Where = store.Compare{Path: displayField(t), Op: store.Ic, Value: typed}
	}
	var found store.Page[inventory.Object]
	err := v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) (err error) {
		found, err = r.List(t.Name(), query, true)
		return err
	})
	if err != nil {
		return err
	}
	var options []string
	for _, object := range found.Items {
		options = append(options, textWithID(object.Display, object.ID))
	}
	return v.renderBlock("options", options)
}
