package ui

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
	"bellhop/internal/wire"
)

// merging shows how versions of a webhook differ, above the form that merges them.
type merging struct {
	Title string
	// Restored says that the form holds a former version; else two people have
	// changed the same one.
	Restored bool
	// Who saved it, empty for those who may not know, and When.
	Who         string
	When        time.Time
	Differences []difference
	// Missing are object types that are not there any more.
	Missing []string
}

// difference is a field that versions of a record do not have in common.
type difference struct {
	Name, Label string
	// Base is what it was, empty with Unknown when nobody knows.
	Base    string
	Unknown bool
	// Theirs is what is stored, Ours what was typed, or restored.
	Theirs, Ours string
	// TheirLines and OurLines compare long texts with what it was; nil for short
	// ones. Without what it was, OurLines compare with theirs.
	TheirLines, OurLines []wire.Line
	// Both says that both have changed it, and a choice is to be made. Took says
	// that only they have, and that the form has it.
	Both, Took bool
}

// Values of a choice, in fields named takePrefix and the name of another.
const (
	takePrefix = "take_"
	takeTheirs = "theirs"
)

// merge compares three versions of a form: what it was (nil when nobody knows), what
// is stored, and what was typed, into which it takes what only others have changed.
// Secrets are not compared: forms do not have them.
func merge(base, theirs, ours *form) []difference {
	was, stored := fieldsByName(base), fieldsByName(theirs)
	var list []difference
	for _, f := range ours.fields() {
		other := stored[f.Name]
		if other == nil || f.Kind == fieldPassword || f.Name == "secret_action" {
			continue
		}
		d := difference{Name: f.Name, Label: f.Label, Theirs: other.shown(), Ours: f.shown(), Unknown: true}
		if d.Theirs == d.Ours {
			continue
		}
		if before := was[f.Name]; before != nil {
			d.Base, d.Unknown = before.shown(), false
		}
		d.Took = !d.Unknown && d.Ours == d.Base
		d.Both = !d.Took && (d.Unknown || d.Theirs != d.Base)
		if f.Kind == fieldArea {
			d.compareLines()
		}
		if d.Took {
			f.Value, f.Values = other.Value, other.Values
		}
		list = append(list, d)
	}
	return list
}

func (d *difference) compareLines() {
	if d.Unknown {
		d.OurLines, _ = wire.CompareTexts(d.Theirs, d.Ours)
		return
	}
	d.TheirLines, _ = wire.CompareTexts(d.Base, d.Theirs)
	d.OurLines, _ = wire.CompareTexts(d.Base, d.Ours)
}

func fieldsByName(f *form) map[string]*field {
	byName := map[string]*field{}
	if f != nil {
		for _, field := range f.fields() {
			byName[field.Name] = field
		}
	}
	return byName
}

// send puts a field's value into a form as browsers send it.
func (f *field) send(values url.Values) {
	switch {
	case f.Kind == fieldChecks || f.Kind == fieldMany:
		values[f.Name] = slices.Clone(f.Values)
	case f.Kind == fieldCheck && !f.Checked():
		values.Del(f.Name)
	default:
		values.Set(f.Name, f.Value)
	}
}

// takeChosen puts what others have saved into a form, for the fields for which that
// was chosen when both had changed them.
func (v *view) takeChosen(values url.Values, stored *webhook.Webhook) error {
	theirs, err := v.webhookForm(stored)
	if err != nil {
		return err
	}
	for _, f := range theirs.fields() {
		if values.Get(takePrefix+f.Name) == takeTheirs {
			f.send(values)
		}
	}
	return nil
}

// mergeWebhook is for a form whose webhook somebody else has saved since: ours is
// the form as it was sent, and holds what it becomes afterwards.
func (v *view) mergeWebhook(stored *webhook.Webhook, ours *form, values url.Values) (*merging, error) {
	was, err := v.ui.options.Admin.WebhookAt(v.ctx, stored.ID, parseRevision(values))
	if err != nil {
		return nil, err
	}
	var base *form
	if was != nil {
		was.Secret = stored.Secret // the same fields
		if base, err = v.webhookForm(&was.Webhook); err != nil {
			return nil, err
		}
	}
	theirs, err := v.webhookForm(stored)
	if err != nil {
		return nil, err
	}
	m := &merging{Title: "Both of you have changed it", When: stored.LastUpdated, Differences: merge(base, theirs, ours)}
	byName := fieldsByName(ours)
	for _, d := range m.Differences {
		if d.Both {
			byName[d.Name].Errors = append(byName[d.Name].Errors, "Both of you have changed this. Choose above whose is saved.")
		}
	}
	saved, err := v.ui.options.Admin.WebhookAt(v.ctx, stored.ID, stored.Revision)
	if err == nil && saved != nil && v.may(webhook.ActionView, admin.KindAuditEntry) {
		m.Who = saved.Entry.UserName
	}
	for _, f := range ours.fields() {
		if f.Kind != fieldPassword && f.Name != "secret_action" {
			f.send(values)
		}
	}
	return m, err
}

// restoredWebhook reads "restore", the id of an entry of the audit log, and "side",
// and returns the webhook as it was then, with the identity and the secret of the
// present one, to be looked at and saved. Without restore it returns nil.
func (v *view) restoredWebhook(present *webhook.Webhook) (*webhook.Webhook, *merging, error) {
	query := v.r.URL.Query()
	text := query.Get("restore")
	if text == "" {
		return nil, nil, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, nil, webhook.NotFound()
	}
	if !v.may(webhook.ActionView, admin.KindAuditEntry) {
		return nil, nil, errForbidden()
	}
	entry, err := v.ui.options.Admin.AuditEntry(v.ctx, id)
	if err != nil {
		return nil, nil, err
	}
	before := query.Get("side") == "before"
	past, err := admin.PastOf(&entry, before)
	if err != nil {
		return nil, nil, err
	}
	if present.ID != 0 && entry.TargetID != present.ID {
		return nil, nil, webhook.NotFound()
	}
	past.ID, past.Revision, past.Secret = present.ID, present.Revision, present.Secret
	m := &merging{Title: "A former version", Restored: true, Who: entry.UserName, When: entry.Time}
	for _, name := range past.ObjectTypes {
		if v.ui.options.Inventory.Types().Get(name) == nil {
			m.Missing = append(m.Missing, name)
		}
	}
	return &past, m, nil
}
