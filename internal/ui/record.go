package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// recordSpec describes the pages of one kind of record: a list, one page each, a
// form, and delete. Tags, users, groups, tokens and event rules are made of it.
type recordSpec[T any] struct {
	// Kind is the thing's name in permissions, Path where its pages are.
	Kind, Path string
	// One and Many are its nouns, Title the list's heading.
	One, Many, Title string
	// Empty says what such a thing is, for a list without any.
	Empty string
	// List describes the list but for its path and nouns; the view says who
	// looks.
	List func(*view) *listSpec
	// Records are the use cases.
	Records func(*admin.Admin) *admin.Records[T]
	ID      func(*T) int64
	Name    func(*T) string
	// Revision guards a form against overwriting others' changes.
	Revision func(*T) int64
	// Cells are a list's row, beginning after the name; Facts a record's page.
	Cells func(v *view, names map[int64]string, record *T) []cell
	// Names, when given, looks up the names that Cells needs, once for a page.
	Names func(*view) (map[int64]string, error)
	Facts func(*view, *T) ([]fact, error)
	// Sections make the form for a record; isNew for one that is not stored.
	Sections func(v *view, record *T, isNew bool) ([]section, error)
	// Read turns a form into what it does to a record. It runs outside of
	// transactions; what it returns runs inside and may run again.
	Read func(v *view, values url.Values, isNew bool) (func(*T) error, error)
	// New is a record with its defaults.
	New func(*view) T
	// Losses say what goes with a record that is deleted; nil for nothing.
	Losses func(*view, *T) ([]string, error)
	// Visible hides records of others; nil shows all.
	Visible func(*view, *T) bool
	// Created, when given, answers after one was made, in place of a redirect.
	Created func(v *view, record *T) error
}

// cell is one value in a row of a list, in one of its forms.
type cell struct {
	Text, Path string
	Time       *time.Time
	List       []string
	// Switch says that the value is Yes or, if that is false, no.
	Switch, Yes bool
	// JSON is a document.
	JSON string
	// Color is a color of six hexadecimal digits, shown before its Text.
	Color string
	// Class is for alignment.
	Class string
}

// Nothing reports whether there is no value.
func (c cell) Nothing() bool {
	return c.Text == "" && c.Time == nil && !c.Switch && c.JSON == "" && len(c.List) == 0
}

func textCell(text string) cell     { return cell{Text: text} }
func timeCell(t time.Time) cell     { return cell{Time: &t} }
func yesCell(yes bool) cell         { return cell{Switch: true, Yes: yes} }
func listCell(list []string) cell   { return cell{List: list} }
func colorCell(color string) cell   { return cell{Text: "#" + color, Color: color} }
func jsonCell(document []byte) cell { return cell{JSON: string(document)} }
func numberCell(number int) cell    { return cell{Text: groupDigits(number), Class: "num"} }
func linkCell(text, p string) cell  { return cell{Text: text, Path: p} }

// fact is a line of a record's page.
type fact struct {
	Label string
	cell
}

// recordListPage is the view model of a list of records.
type recordListPage struct {
	Title, One, AddPath, Empty string
	List                       *listing
	Rows                       []recordRow
}

type recordRow struct {
	Name, Path string
	Cells      []cell
}

// recordPage is the view model of one record.
type recordPage struct {
	Title, ListPath, ListTitle string
	Facts                      []fact
	EditPath, DeletePath       string
	HistoryPath                string
}

// recordFormPage is the view model of a record's form.
type recordFormPage struct {
	Title, ListPath, ListTitle string
	Form                       *form
}

// pages returns the pages of a kind of record.
func (s *recordSpec[T]) pages() []page {
	look, add := may(webhook.ActionView, s.Kind), may(webhook.ActionAdd, s.Kind)
	change, remove := may(webhook.ActionChange, s.Kind), may(webhook.ActionDelete, s.Kind)
	return []page{
		{"GET " + s.Path + "{$}", look, s.list},
		{"GET " + s.Path + "add/{$}", add, s.showAdd},
		{"POST " + s.Path + "add/{$}", add, s.create},
		{"GET " + s.Path + "{id}/{$}", look, s.show},
		{"GET " + s.Path + "{id}/edit/{$}", change, s.showEdit},
		{"POST " + s.Path + "{id}/edit/{$}", change, s.update},
		{"GET " + s.Path + "{id}/delete/{$}", remove, s.confirmDelete},
		{"POST " + s.Path + "{id}/delete/{$}", remove, s.delete},
	}
}

func (s *recordSpec[T]) path(record *T) string { return fmt.Sprintf("%s%d/", s.Path, s.ID(record)) }

func (s *recordSpec[T]) records(v *view) *admin.Records[T] { return s.Records(v.ui.options.Admin) }

// get returns the record in the path. One that is somebody else's is not there.
func (s *recordSpec[T]) get(v *view) (record T, err error) {
	id, err := v.id()
	if err != nil {
		return record, err
	}
	if record, err = s.records(v).Get(v.ctx, id); err != nil {
		return record, err
	}
	if s.Visible != nil && !s.Visible(v, &record) {
		return record, webhook.NotFound()
	}
	return record, nil
}

func (s *recordSpec[T]) list(v *view) error {
	spec := s.List(v)
	spec.Path, spec.One, spec.Many = s.Path, s.One, s.Many
	list, err := v.list(spec)
	if err != nil {
		return err
	}
	found, err := s.records(v).List(v.ctx, list.query)
	if err != nil {
		return err
	}
	list.show(len(found.Items), found.Count)
	var names map[int64]string
	if s.Names != nil {
		if names, err = s.Names(v); err != nil {
			return err
		}
	}
	data := recordListPage{Title: s.Title, One: s.One, Empty: s.Empty, List: list}
	if v.may(webhook.ActionAdd, s.Kind) {
		data.AddPath = s.Path + "add/"
	}
	for i := range found.Items {
		record := &found.Items[i]
		data.Rows = append(data.Rows, recordRow{Name: s.Name(record), Path: s.path(record), Cells: s.Cells(v, names, record)})
	}
	return v.render("records", s.Title, data)
}

func (s *recordSpec[T]) show(v *view) error {
	record, err := s.get(v)
	if err != nil {
		return err
	}
	facts, err := s.Facts(v, &record)
	if err != nil {
		return err
	}
	data := recordPage{Title: s.Name(&record), ListPath: s.Path, ListTitle: s.Title, Facts: facts}
	if v.may(webhook.ActionChange, s.Kind) {
		data.EditPath = s.path(&record) + "edit/"
	}
	if v.may(webhook.ActionDelete, s.Kind) {
		data.DeletePath = s.path(&record) + "delete/"
	}
	if v.may(webhook.ActionView, admin.KindAuditEntry) {
		data.HistoryPath = historyPath(s.Kind, s.ID(&record))
	}
	return v.render("record", data.Title, data)
}

// historyPath is what the audit log has of a record.
func historyPath(kind string, id int64) string {
	return "/core/audit-log/?" + url.Values{"kind": {kind}, "target_id": {strconv.FormatInt(id, 10)}}.Encode()
}

func (s *recordSpec[T]) showAdd(v *view) error {
	record := s.New(v)
	return s.renderForm(v, http.StatusOK, &record, true, nil, nil)
}

func (s *recordSpec[T]) showEdit(v *view) error {
	record, err := s.get(v)
	if err != nil {
		return err
	}
	return s.renderForm(v, http.StatusOK, &record, false, nil, nil)
}

// renderForm shows the form of a record, filled with what was sent and with what
// is wrong with it when it was refused.
func (s *recordSpec[T]) renderForm(v *view, status int, record *T, isNew bool, sent url.Values, refused error) error {
	sections, err := s.Sections(v, record, isNew)
	if err != nil {
		return err
	}
	data := recordFormPage{ListPath: s.Path, ListTitle: s.Title, Form: &form{Sections: sections}}
	if isNew {
		data.Title, data.Form.Submit, data.Form.Cancel = "Add "+article(s.One), "Add", s.Path
	} else {
		data.Title, data.Form.Submit, data.Form.Cancel = "Edit "+isolate(s.Name(record)), "Save", s.path(record)
		data.Form.Revision = s.Revision(record)
	}
	if refused != nil {
		if err := data.Form.refuse(refused); err != nil {
			return err
		}
		data.Form.fill(sent)
	}
	return v.renderStatus(status, "record_form", data.Title, data)
}

func (s *recordSpec[T]) create(v *view) error {
	values, err := v.form()
	if err != nil {
		return err
	}
	record := s.New(v)
	apply, err := s.Read(v, values, true)
	var made []T
	if err == nil {
		if err = apply(&record); err == nil {
			made, err = s.records(v).Create(v.ctx, v.actor(), []T{record})
		}
	}
	if err != nil {
		return s.renderForm(v, http.StatusUnprocessableEntity, &record, true, values, err)
	}
	if s.Created != nil {
		return s.Created(v, &made[0])
	}
	v.say("success", fmt.Sprintf("Added %s %s.", s.One, isolate(s.Name(&made[0]))))
	return v.redirect(s.path(&made[0]))
}

func (s *recordSpec[T]) update(v *view) error {
	record, err := s.get(v)
	if err != nil {
		return err
	}
	values, err := v.form()
	if err != nil {
		return err
	}
	apply, err := s.Read(v, values, false)
	if err == nil {
		_, err = s.records(v).Update(v.ctx, v.actor(), []admin.Edit[T]{{
			ID: s.ID(&record), Revision: parseRevision(values), Apply: apply,
		}})
	}
	if err != nil {
		return s.renderForm(v, http.StatusUnprocessableEntity, &record, false, values, err)
	}
	v.say("success", fmt.Sprintf("Saved %s %s.", s.One, isolate(s.Name(&record))))
	return v.redirect(s.path(&record))
}

func (s *recordSpec[T]) confirmDelete(v *view) error {
	record, err := s.get(v)
	if err != nil {
		return err
	}
	var losses []string
	if s.Losses != nil {
		if losses, err = s.Losses(v, &record); err != nil {
			return err
		}
	}
	return v.confirm(confirmPage{
		Question: fmt.Sprintf("Delete the %s %s?", s.One, isolate(s.Name(&record))), Facts: losses,
		Action: s.path(&record) + "delete/", Submit: "Delete 1 " + s.One, Cancel: s.path(&record),
	})
}

func (s *recordSpec[T]) delete(v *view) error {
	record, err := s.get(v)
	if err != nil {
		return err
	}
	if err := s.records(v).Delete(v.ctx, v.actor(), []admin.Edit[T]{{ID: s.ID(&record)}}); err != nil {
		return err
	}
	v.say("success", fmt.Sprintf("Deleted %s %s.", s.One, isolate(s.Name(&record))))
	return v.redirect(s.Path)
}
