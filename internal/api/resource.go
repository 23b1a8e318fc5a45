package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

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

func (res *resource[T]) create(c *call) error {
	docs, isList, err := c.documents()
	if err != nil {
		return err
	}
	return res.createFrom(c, docs, isList)
}

func (res *resource[T]) createFrom(c *call, docs []document, isList bool) error {
	records := make([]T, len(docs))
	faults := make([]error, len(docs))
	for i, doc := range docs {
		if c.ctx.Err() != nil {
			return context.Cause(c.ctx) // preparing can take its time
		}
		records[i] = res.fresh()
		if res.complete != nil {
			faults[i] = res.complete(c, doc)
		}
		if faults[i] == nil {
			faults[i] = res.prepare(c, doc)
		}
		if faults[i] == nil {
			faults[i] = res.apply(doc, &records[i], true)
		}
	}
	if err := bulkError(faults, nil, isList); err != nil {
		return err
	}
	created, err := res.records.Create(c.ctx, c.actor(), records)
	if err != nil {
		return oneError(err, isList)
	}
	if !isList {
		c.w.Header().Set("Location", c.base()+"/api/"+res.path+"/"+strconv.FormatInt(res.id(&created[0]), 10)+"/")
		return res.sendOne(c, http.StatusCreated, &created[0])
	}
	return res.sendMany(c, http.StatusCreated, created)
}

func (res *resource[T]) sendMany(c *call, status int, records []T) error {
	items, err := res.showAll(c, records, c.selection())
	if err != nil {
		return err
	}
	return c.send(status, joinList(items))
}

// prepare replaces what has to be looked up before a transaction begins.
func (res *resource[T]) prepare(c *call, doc document) error {
	var errs webhook.FieldErrors
	for _, f := range res.fields {
		raw, given := doc[f.name]
		if f.resolve == nil || !given || isNull(raw) {
			continue
		}
		resolved, err := f.resolve(c, raw)
		if err := noteFault(&errs, f.name, err); err != nil {
			return err
		}
		doc[f.name] = resolved
	}
	return errs.Err()
}

// apply writes what a client sent onto a record. A full update asks for every
// required field; what else is not given stays as it is.
func (res *resource[T]) apply(doc document, record *T, full bool) error {
	var errs webhook.FieldErrors
	for _, f := range res.fields {
		if f.set == nil || f.readOnly {
			continue
		}
		raw, given := doc[f.name]
		switch {
		case !given && f.required && full:
			errs.Add(f.name, "%s", msgRequired)
		case !given:
		case isNull(raw) && !f.nullable:
			errs.Add(f.name, "%s", msgNull)
		default:
			if err := noteFault(&errs, f.name, f.set(record, raw)); err != nil {
				return err
			}
		}
	}
	return errs.Err()
}

// noteFault adds a message to a field, or a refusal's messages to theirs; other
// errors it returns.
func noteFault(errs *webhook.FieldErrors, name string, err error) error {
	if err == nil {
		return nil
	}
	if text, ok := errors.AsType[valueError](err); ok {
		errs.Add(name, "%s", string(text))
		return nil
	}
	refused, ok := errors.AsType[*webhook.Error](err)
	if !ok || len(refused.Fields) == 0 {
		return err
	}
	for field, texts := range refused.Fields {
		for _, text := range texts {
			errs.Add(field, "%s", text)
		}
	}
	return nil
}

func (res *resource[T]) replaceOne(c *call) error  { return res.updateOne(c, true) }
func (res *resource[T]) changeOne(c *call) error   { return res.updateOne(c, false) }
func (res *resource[T]) replaceMany(c *call) error { return res.updateMany(c, true) }
func (res *resource[T]) changeMany(c *call) error  { return res.updateMany(c, false) }

func (res *resource[T]) updateOne(c *call, full bool) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	docs, isList, err := c.documents()
	switch {
	case err != nil:
		return err
	case isList:
		return errNoList()
	}
	if err := res.prepare(c, docs[0]); err != nil {
		return err
	}
	edit, err := res.edit(c, id, docs[0], full)
	if err != nil {
		return err
	}
	updated, err := res.records.Update(c.ctx, c.actor(), []admin.Edit[T]{edit})
	if err != nil {
		return oneError(err, false)
	}
	return res.sendOne(c, http.StatusOK, &updated[0])
}

func errNoList() error {
	return &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{
		"non_field_errors": {"Invalid data. Expected a dictionary, but got list."},
	}}
}

// edit makes the edit of one record, for the version that If-Match names.
func (res *resource[T]) edit(c *call, id int64, doc document, full bool) (admin.Edit[T], error) {
	revision, err := c.ifMatch()
	return admin.Edit[T]{
		ID: id, Revision: revision,
		Apply: func(record *T) error { return res.apply(doc, record, full) },
	}, err
}

// setRevision tells which version is shown, for If-Match to name.
func (c *call) setRevision(revision int64) {
	c.w.Header().Set("ETag", `"`+strconv.FormatInt(revision, 10)+`"`)
}

// ifMatch returns the revision that the client wants to write over, or 0.
func (c *call) ifMatch() (int64, error) {
	header := c.r.Header.Get("If-Match")
	if header == "" || header == "*" {
		return 0, nil
	}
	revision, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(header, "W/"), `"`), 10, 64)
	if err != nil || revision <= 0 {
		return 0, admin.ErrStale // a tag that none of our answers has had
	}
	return revision, nil
}

func (res *resource[T]) updateMany(c *call, full bool) error {
	docs, ids, err := c.keyed()
	if err != nil {
		return err
	}
	edits := make([]admin.Edit[T], len(docs))
	faults := make([]error, len(docs))
	for i, doc := range docs {
		if faults[i] = res.prepare(c, doc); faults[i] == nil {
			edits[i], faults[i] = res.edit(c, ids[i], doc, full)
		}
	}
	if err := bulkError(faults, ids, true); err != nil {
		return err
	}
	updated, err := res.records.Update(c.ctx, c.actor(), edits)
	if err != nil {
		return err
	}
	return res.sendMany(c, http.StatusOK, updated)
}

func (res *resource[T]) deleteOne(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	revision, err := c.ifMatch()
	if err != nil {
		return err
	}
	if err := res.records.Delete(c.ctx, c.actor(), []admin.Edit[T]{{ID: id, Revision: revision}}); err != nil {
		return oneError(err, false)
	}
	return c.sendNothing()
}

func (res *resource[T]) deleteMany(c *call) error {
	_, ids, err := c.keyed()
	if err != nil {
		return err
	}
	edits := make([]admin.Edit[T], len(ids))
	for i, id := range ids {
		edits[i].ID = id
	}
	if err := res.records.Delete(c.ctx, c.actor(), edits); err != nil {
		return err
	}
	return c.sendNothing()
}

// keyed reads a list whose items name what they are about by "id".
func (c *call) keyed() (docs []document, ids []int64, err error) {
	docs, isList, err := c.documents()
	if err != nil {
		return nil, nil, err
	}
	if !isList {
		return nil, nil, errNoDict()
	}
	ids = make([]int64, len(docs))
	faults := make([]error, len(docs))
	for i, doc := range docs {
		raw, given := doc["id"]
		if !given {
			raw = json.RawMessage("null")
		}
		switch id, err := decodeInteger(raw); {
		case !given:
			faults[i] = fieldFault("id", msgRequired)
		case err != nil:
			faults[i] = fieldFault("id", msgInteger)
		case slices.Contains(ids[:i], id):
			faults[i] = fieldFault("id", "The same id occurs twice.")
		default:
			ids[i] = id
		}
	}
	return docs, ids, bulkError(faults, ids, true)
}

func fieldFault(name string, text valueError) error {
	return &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{name: {string(text)}}}
}

// bulkError returns the faults of a list, whose items may have ids, or the one of a single thing; nil when
// there is none. A fault that is not the client's comes first.
func bulkError(faults []error, ids []int64, isList bool) error {
	failed := false
	for _, fault := range faults {
		if fault == nil {
			continue
		}
		failed = true
		if !isList || webhook.CodeOf(fault) == webhook.CodeInternal && !errors.Is(fault, admin.ErrStale) {
			return fault
		}
	}
	if !failed {
		return nil
	}
	return &admin.BulkError{Errors: faults, IDs: ids}
}

// oneError takes the fault of a list of one out of it.
func oneError(err error, isList bool) error {
	if bulk, ok := errors.AsType[*admin.BulkError](err); ok && !isList {
		return bulk.First()
	}
	return err
}
