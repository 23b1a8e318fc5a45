package ui

import (
	"fmt"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

const auditPath = "/core/audit-log/"

// auditPages are the record of what people did.
func auditPages() []page {
	look := may(webhook.ActionView, admin.KindAuditEntry)
	return []page{
		{"GET " + auditPath + "{$}", look, (*view).listAudit},
		{"GET " + auditPath + "{id}/{$}", look, (*view).showAudit},
	}
}

// kindNames are the kinds in the audit log, for people.
var kindNames = []choice{
	{Value: admin.KindWebhook, Label: "Webhook"},
	{Value: admin.KindEventRule, Label: "Event rule"},
	{Value: admin.KindTag, Label: "Tag"},
	{Value: admin.KindDelivery, Label: "Delivery"},
	{Value: admin.KindObjectType, Label: "Object type"},
	{Value: admin.KindUser, Label: "User"},
	{Value: admin.KindGroup, Label: "Group"},
	{Value: admin.KindToken, Label: "API token"},
}

func kindName(kind string) string {
	for _, c := range kindNames {
		if c.Value == kind {
			return c.Label
		}
	}
	return kind
}

func auditList() *listSpec {
	return &listSpec{
		Path: auditPath, One: "entry", Many: "entries", Keyset: true, Search: []string{"target", "user_name"},
		ParseKey: func(text string) (any, error) { return strconv.ParseInt(text, 10, 64) },
		Columns: []column{
			{Name: "time", Label: "Time", Class: "tight"},
			{Name: "user", Label: "User", Class: "short"},
			{Name: "action", Label: "Action"},
			{Name: "kind", Label: "Kind", Class: "short"},
			{Name: "target", Label: "What", Class: "name"},
		},
		Filters: []listFilter{
			{Name: "user_name", Label: "User", Path: "user_name"},
			{Name: "action", Label: "Action", Path: "action", Choices: []choice{
				{Value: "create", Label: "Create"},
				{Value: "update", Label: "Update"},
				{Value: "delete", Label: "Delete"},
				{Value: "test", Label: "Test"},
				{Value: "retry", Label: "Retry"},
				{Value: "cancel", Label: "Cancel"},
			}},
			{Name: "kind", Label: "Kind", Path: "kind", Choices: kindNames},
			{Name: "target_id", Label: "Id", Make: byNumber("target_id")},
		},
	}
}

// auditPage is the view model of the audit log.
type auditPage struct {
	List *listing
	Rows []auditRow
}

type auditRow struct {
	webhook.AuditEntry
	KindName, Path string
	// TargetPath leads to what it was done to; empty when it is gone.
	TargetPath string
}

func newAuditRow(entry webhook.AuditEntry) auditRow {
	row := auditRow{AuditEntry: entry, KindName: kindName(entry.Kind), Path: fmt.Sprintf("%s%d/", auditPath, entry.ID)}
	paths := map[string]string{
		admin.KindWebhook: webhooksPath, admin.KindEventRule: "/extras/event-rules/", admin.KindTag: "/extras/tags/",
		admin.KindUser: "/users/users/", admin.KindGroup: "/users/groups/", admin.KindToken: "/users/tokens/",
	}
	if path, ok := paths[entry.Kind]; ok && entry.Action != "delete" && entry.TargetID != 0 {
		row.TargetPath = fmt.Sprintf("%s%d/", path, entry.TargetID)
	}
	return row
}

func (v *view) listAudit() error {
	list, err := v.list(auditList())
	if err != nil {
		return err
	}
	found, err := v.ui.options.Admin.AuditLog(v.ctx, list.query)
	if err != nil {
		return err
	}
	data := auditPage{List: list}
	for _, entry := range showByKey(list, found.Items, func(e *webhook.AuditEntry) string { return strconv.FormatInt(e.ID, 10) }) {
		data.Rows = append(data.Rows, newAuditRow(*entry))
	}
	return v.render("audit", "Audit log", data)
}

// auditEntryPage is the view model of one entry.
type auditEntryPage struct {
	auditRow
	Differences []differenceRow
	// More is how many differences are not shown.
	More int
	// BeforePath and AfterPath lead to the form of a webhook with what it was before
	// and what it became; empty where there is none, and for those who may not.
	BeforePath, AfterPath string
}

func (v *view) showAudit() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	entry, err := v.ui.options.Admin.AuditEntry(v.ctx, id)
	if err != nil {
		return err
	}
	data := auditEntryPage{auditRow: newAuditRow(entry)}
	if data.Differences, data.More, err = differenceRows(entry.Before, entry.After); err != nil {
		return fmt.Errorf("audit entry %d: %w", id, err)
	}
	if err := v.offerRestoring(&data); err != nil {
		return err
	}
	return v.render("audit_entry", fmt.Sprintf("%s %s", webhook.Capitalize(entry.Action), isolate(entry.Target)), data)
}

// offerRestoring lets people who may write webhooks go back to a former version, and
// make one anew that was deleted.
func (v *view) offerRestoring(data *auditEntryPage) error {
	if data.Kind != admin.KindWebhook {
		return nil
	}
	form, action := webhookPath(data.TargetID)+"edit/", webhook.ActionChange
	present, err := v.ui.options.Admin.Webhooks.Get(v.ctx, data.TargetID)
	switch {
	case webhook.CodeOf(err) == webhook.CodeNotFound:
		form, action = webhooksPath+"add/", webhook.ActionAdd
	case err != nil:
		return err
	}
	if !v.may(action, admin.KindWebhook) {
		return nil
	}
	for _, side := range []struct {
		name string
		path *string
	}{{"before", &data.BeforePath}, {"after", &data.AfterPath}} {
		past, err := admin.PastOf(&data.AuditEntry, side.name == "before")
		switch {
		case webhook.CodeOf(err) == webhook.CodeNotFound:
		case err != nil:
			return err
		case present.ID == 0 || past.Revision != present.Revision:
			*side.path = fmt.Sprintf("%s?restore=%d&side=%s", form, data.ID, side.name)
		}
	}
	return nil
}
