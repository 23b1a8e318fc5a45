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
