package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// objectRoutes are /api/<app_label>/<plural>/, for the objects of every type.
func (a *API) objectRoutes() []route {
	view, add := may(webhook.ActionView, ""), may(webhook.ActionAdd, "")
	change, remove := may(webhook.ActionChange, ""), may(webhook.ActionDelete, "")
	return []route{
		{path: "/api/{app}/{plural}/", operations: []operation{
			{method: http.MethodGet, summary: "List objects", access: view, handle: listObjects, gives: shapePage, status: http.StatusOK},
			{method: http.MethodPost, summary: "Create objects", access: add, handle: createObjects, takes: shapeEither, gives: shapeEither, status: http.StatusCreated},
			{method: http.MethodPut, summary: "Replace objects", access: change, handle: replaceObjects, takes: shapeMany, gives: shapeMany, status: http.StatusOK},
			{method: http.MethodPatch, summary: "Change objects", access: change, handle: changeObjects, takes: shapeMany, gives: shapeMany, status: http.StatusOK},
			{method: http.MethodDelete, summary: "Delete objects", access: remove, handle: deleteObjects, takes: shapeKeys, status: http.StatusNoContent},
		}},
		{path: "/api/{app}/{plural}/{id}/", operations: []operation{
			{method: http.MethodGet, summary: "Show an object", access: view, handle: getObject, gives: shapeOne, status: http.StatusOK},
			{method: http.MethodPut, summary: "Replace an object", access: change, handle: replaceObject, takes: shapeOne, gives: shapeOne, status: http.StatusOK},
			{method: http.MethodPatch, summary: "Change an object", access: change, handle: changeObject, takes: shapeOne, gives: shapeOne, status: http.StatusOK},
			{method: http.MethodDelete, summary: "Delete an object", access: remove, handle: deleteObject, status: http.StatusNoContent},
		}},
	}
}

// request tells the inventory who asks.
func (c *call) request() inventory.Request {
	return inventory.Request{
		ID: c.requestID, UserName: c.identity.UserName, Method: c.r.Method, Path: c.r.URL.Path, BaseURL: c.base(), Cause: c.cause(),
	}
}

func listObjects(c *call) error {
	sel := c.selection()
	read := func(query store.Query) (page store.Page[inventory.Object], err error) {
		err = c.api.options.Inventory.View(c.ctx, c.base(), func(r *inventory.Reader) (err error) {
			page, err = r.List(c.objectType.Name(), query, sel.brief)
			return err
		})
		return page, err
	}
	return sendList(c, c.api.describeObjects(c.objectType), read, func(object *inventory.Object) (json.RawMessage, error) {
		return pickMembers(object.Data, sel)
	})
}

// pickMembers keeps the members of a JSON object that are shown.
func pickMembers(text json.RawMessage, sel selection) (json.RawMessage, error) {
	if sel.brief || len(sel.only) == 0 && len(sel.omit) == 0 {
		return text, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("object: %w", err)
	}
	var kept object
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("object: %w", err)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, fmt.Errorf("object: %w", err)
		}
		if text, ok := name.(string); ok && sel.shows(text, false) {
			kept = append(kept, member{text, value})
		}
	}
	return encode(kept)
}

func getObject(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	sel := c.selection()
	var object inventory.Object
	err = c.api.options.Inventory.View(c.ctx, c.base(), func(r *inventory.Reader) (err error) {
		if !sel.brief {
			object, err = r.Get(c.objectType.Name(), id)
			return err
		}
		page, err := r.List(c.objectType.Name(), store.Query{
			Where: store.Compare{Path: "id", Op: store.Eq, Value: id}, Limit: 1, NoCount: true,
		}, true)
		if err == nil && len(page.Items) == 0 {
			err = webhook.NotFound()
		}
		if err == nil {
			object = page.Items[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	text, err := pickMembers(object.Data, sel)
	if err != nil {
		return err
	}
	c.setRevision(object.Revision)
	return c.send(http.StatusOK, text)
}

func createObjects(c *call) error {
	text, err := c.body()
	if err != nil {
		return err
	}
	if text[0] == '[' {
		return c.writeMany(text, http.StatusCreated, func(s *inventory.Session, bodies []json.RawMessage) ([]inventory.Object, error) {
			return s.CreateAll(c.objectType.Name(), bodies)
		})
	}
	var created inventory.Object
	err = c.api.options.Inventory.Do(c.ctx, c.request(), func(s *inventory.Session) (err error) {
		created, err = s.Create(c.objectType.Name(), text)
		return err
	})
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", c.base()+c.r.URL.Path+strconv.FormatInt(created.ID, 10)+"/")
	c.setRevision(created.Revision)
	return c.send(http.StatusCreated, created.Data)
}

// writeMany runs a write of a list and answers with what it gives.
func (c *call) writeMany(
	text []byte, status int, write func(*inventory.Session, []json.RawMessage) ([]inventory.Object, error),
) error {
	bodies, err := c.list(text)
	if err != nil {
		return err
	}
	var written []inventory.Object
	err = c.api.options.Inventory.Do(c.ctx, c.request(), func(s *inventory.Session) (err error) {
		written, err = write(s, bodies)
		return err
	})
	if err != nil {
		return withIDs(err, bodies)
	}
	items := make([]json.RawMessage, len(written))
	for i := range written {
		items[i] = written[i].Data
	}
	return c.send(status, joinList(items))
}

// list reads a body that must be a list.
func (c *call) list(text []byte) ([]json.RawMessage, error) {
	items, isList, err := split(text)
	if err == nil && !isList {
		err = errNoDict()
	}
	return items, err
}

func errNoDict() error {
	return &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{
		"non_field_errors": {`Expected a list of items but got type "dict".`},
	}}
}

// itemsError is a refused list whose items have ids.
type itemsError struct {
	*inventory.ItemErrors
	ids []int64
}

// withIDs adds which objects were meant.
func withIDs(err error, bodies []json.RawMessage) error {
	items, ok := errors.AsType[*inventory.ItemErrors](err)
	if !ok {
		return err
	}
	ids := make([]int64, len(bodies))
	for i, body := range bodies {
		var key struct {
			ID int64 `json:"id"`
		}
		if json.Unmarshal(body, &key) == nil {
			ids[i] = key.ID
		}
	}
	return &itemsError{items, ids}
}

func replaceObjects(c *call) error { return c.updateObjects(true) }
func changeObjects(c *call) error  { return c.updateObjects(false) }
func replaceObject(c *call) error  { return c.updateObject(true) }
func changeObject(c *call) error   { return c.updateObject(false) }

func (c *call) updateObjects(full bool) error {
	text, err := c.body()
	if err != nil {
		return err
	}
	return c.writeMany(text, http.StatusOK, func(s *inventory.Session, bodies []json.RawMessage) ([]inventory.Object, error) {
		return s.UpdateAll(c.objectType.Name(), bodies, full)
	})
}

func (c *call) updateObject(full bool) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	text, err := c.body()
	if err != nil {
		return err
	}
	revision, err := c.ifMatch()
	if err != nil {
		return err
	}
	var updated inventory.Object
	err = c.api.options.Inventory.Do(c.ctx, c.request(), func(s *inventory.Session) (err error) {
		if err := s.Expect(c.objectType.Name(), id, revision); err != nil {
			return err
		}
		updated, err = s.Update(c.objectType.Name(), id, text, full)
		return err
	})
	if err != nil {
		return err
	}
	c.setRevision(updated.Revision)
	return c.send(http.StatusOK, updated.Data)
}

func deleteObject(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	revision, err := c.ifMatch()
	if err != nil {
		return err
	}
	err = c.api.options.Inventory.Do(c.ctx, c.request(), func(s *inventory.Session) error {
		if err := s.Expect(c.objectType.Name(), id, revision); err != nil {
			return err
		}
		return s.Delete(c.objectType.Name(), id)
	})
	if err != nil {
		return err
	}
	return c.sendNothing()
}

func deleteObjects(c *call) error {
	text, err := c.body()
	if err != nil {
		return err
	}
	bodies, err := c.list(text)
	if err != nil {
		return err
	}
	err = c.api.options.Inventory.Do(c.ctx, c.request(), func(s *inventory.Session) error {
		return s.DeleteAll(c.objectType.Name(), bodies)
	})
	if err != nil {
		return withIDs(err, bodies)
	}
	return c.sendNothing()
}

// objectKinds says how each kind of field is shown.
var objectKinds = map[webhook.FieldKind]kind{
	webhook.FieldText: kindText, webhook.FieldInteger: kindInteger, webhook.FieldDecimal: kindNumber,
	webhook.FieldBoolean: kindBoolean, webhook.FieldDate: kindDate, webhook.FieldDatetime: kindTime,
	webhook.FieldChoice: kindLabeled, webhook.FieldMultiChoice: kindLabels, webhook.FieldReference: kindReference,
	webhook.FieldReferences: kindReferences, webhook.FieldIPAddress: kindText, webhook.FieldIPPrefix: kindText,
	webhook.FieldJSON: kindJSON,
}

// describeObjects describes the objects of a type.
func (a *API) describeObjects(t *webhook.ObjectType) *description {
	d := &description{
		kind: t.Name(), path: t.AppLabel + "/" + t.Plural, name: t.Label, plural: t.LabelPlural,
		schema: schemaName(t), schemaless: t.Schemaless, brief: []string{"id", "url", "display", "name", "slug"}, order: t.DisplayField,
		filters: objectFilters(t),
		fields: []spec{
			{name: "id", label: "ID", kind: kindInteger, readOnly: true, path: "id"},
			{name: "url", label: "Url", kind: kindText, readOnly: true},
			{name: "display", label: "Display", kind: kindText, readOnly: true},
		},
	}
	if t.Schemaless {
		d.fields = append(d.fields, spec{name: "name", label: "Name", kind: kindText, path: "name"})
		d.search = []string{"name"}
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		s := spec{
			name: f.Name, label: f.Label, help: f.Help, kind: objectKinds[f.Kind], required: f.Required,
			nullable:  f.Nullable || f.Kind == webhook.FieldChoice || f.Kind == webhook.FieldJSON,
			maxLength: f.MaxLength, min: f.Min, max: f.Max, choices: f.Choices, path: f.Name,
		}
		d.fields = append(d.fields, s)
		switch f.Kind {
		case webhook.FieldText, webhook.FieldIPAddress, webhook.FieldIPPrefix:
			d.search = append(d.search, f.Name)
		}
	}
	d.fields = append(d.fields,
		spec{name: "tags", label: "Tags", kind: kindTags, path: "tags"},
		spec{name: "custom_fields", label: "Custom fields", kind: kindObject},
		spec{name: "created", label: "Created", kind: kindTime, readOnly: true, path: "created"},
		spec{name: "last_updated", label: "Last updated", kind: kindTime, readOnly: true, path: "last_updated"})
	if d.order == "" {
		d.order = "name"
	}
	return d
}

// schemaName makes the name of a type in the OpenAPI document: "DcimSite".
func schemaName(t *webhook.ObjectType) string {
	var name []byte
	for _, word := range slices.Concat(bytes.Split([]byte(t.AppLabel), []byte("_")), bytes.Split([]byte(t.Model), []byte("_"))) {
		if len(word) > 0 {
			name = append(append(name, bytes.ToUpper(word[:1])...), word[1:]...)
		}
	}
	return string(name)
}
