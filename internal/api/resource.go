package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// resource is a kind of record that people manage, with everything that can be
// done to it.
type resource[T any] struct {
	*description
	records *admin.Records[T]
	fields  []field[T]
	// fresh returns a new record with its defaults.
	fresh func() T
	// complete, when there is one, adds to what a client sent for a new record.
	complete func(*call, document) error
	id       func(*T) int64
	revision func(*T) int64
}

// newResource completes a resource: every record has an id, a url and a display
// text, which come first.
func newResource[T any](d description, records *admin.Records[T], res resource[T], display func(*T) string) *resource[T] {
	path := "/api/" + d.path + "/"
	res.fields = append([]field[T]{
		computed("id", "ID", kindInteger, func(_ *call, record *T) any { return res.id(record) }),
		computed("url", "Url", kindText, func(c *call, record *T) any {
			return c.base() + path + strconv.FormatInt(res.id(record), 10) + "/"
		}, unlisted),
		computed("display", "Display", kindText, func(_ *call, record *T) any { return display(record) }, unlisted),
	}, res.fields...)
	for _, f := range res.fields {
		d.fields = append(d.fields, f.spec)
	}
	d.brief = append([]string{"id", "url", "display"}, d.brief...)
	res.description, res.records = &d, records
	return &res
}

// routes are the list and the single record, as NetBox has them.
func (res *resource[T]) routes() []route {
	view, add := may(webhook.ActionView, res.kind), may(webhook.ActionAdd, res.kind)
	change, remove := may(webhook.ActionChange, res.kind), may(webhook.ActionDelete, res.kind)
	return []route{
		{path: "/api/" + res.path + "/", about: res.description, operations: []operation{
			{method: http.MethodGet, summary: "List " + res.plural, access: view, handle: res.list, gives: shapePage, status: http.StatusOK},
			{method: http.MethodPost, summary: "Create " + res.plural, access: add, handle: res.create, takes: shapeEither, gives: shapeEither, status: http.StatusCreated},
			{method: http.MethodPut, summary: "Replace " + res.plural, access: change, handle: res.replaceMany, takes: shapeMany, gives: shapeMany, status: http.StatusOK},
			{method: http.MethodPatch, summary: "Change " + res.plural, access: change, handle: res.changeMany, takes: shapeMany, gives: shapeMany, status: http.StatusOK},
			{method: http.MethodDelete, summary: "Delete " + res.plural, access: remove, handle: res.deleteMany, takes: shapeKeys, status: http.StatusNoContent},
		}},
		{path: "/api/" + res.path + "/{id}/", about: res.description, operations: []operation{
			{method: http.MethodGet, summary: "Show a " + res.name, access: view, handle: res.get, gives: shapeOne, status: http.StatusOK},
			{method: http.MethodPut, summary: "Replace a " + res.name, access: change, handle: res.replaceOne, takes: shapeOne, gives: shapeOne, status: http.StatusOK},
			{method: http.MethodPatch, summary: "Change a " + res.name, access: change, handle: res.changeOne, takes: shapeOne, gives: shapeOne, status: http.StatusOK},
			{method: http.MethodDelete, summary: "Delete a " + res.name, access: remove, handle: res.deleteOne, status: http.StatusNoContent},
		}},
	}
}

// show returns what of a record is shown.
func (res *resource[T]) show(c *call, record *T, sel selection) (json.RawMessage, error) {
	var shown object
	for _, f := range res.fields {
		if f.get != nil && !f.writeOnly && sel.shows(f.name, slices.Contains(res.brief, f.name)) {
			shown = append(shown, member{f.name, f.get(c, record)})
		}
	}
	return encode(shown)
}

func (res *resource[T]) list(c *call) error {
	query, err := c.query(res.description)
	if err != nil {
		return err
	}
	page, err := res.records.List(c.ctx, query)
	if err != nil {
		return err
	}
	items, err := res.showAll(c, page.Items, c.selection())
	if err != nil {
		return err
	}
	return c.sendPage(query, page.Count, items)
}

func (res *resource[T]) showAll(c *call, records []T, sel selection) ([]json.RawMessage, error) {
	items := make([]json.RawMessage, len(records))
	for i := range records {
		text, err := res.show(c, &records[i], sel)
		if err != nil {
			return nil, err
		}
		items[i] = text
	}
	return items, nil
}

func (res *resource[T]) get(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	record, err := res.records.Get(c.ctx, id)
	if err != nil {
		return err
	}
	return res.sendOne(c, http.StatusOK, &record)
}

// sendOne answers with a record and its revision, which If-Match can name.
func (res *resource[T]) sendOne(c *call, status int, record *T) error {
	text, err := res.show(c, record, c.selection())
	if err != nil {
		return err
	}
	c.setRevision(res.revision(record))
	return c.send(status, text)
}
