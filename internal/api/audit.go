package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// auditEntries is /api/extras/audit-log/: what people did to Bellhop itself.
type auditEntries struct {
	*description
}

func (a *API) auditLog() auditEntries {
	read := func(name, label string, kind kind, path string) spec {
		return spec{name: name, label: label, kind: kind, readOnly: true, nullable: true, path: path}
	}
	return auditEntries{&description{
		kind: admin.KindAuditEntry, path: "extras/audit-log", name: "audit entry", plural: "audit entries", schema: "AuditEntry",
		fields: []spec{
			read("id", "ID", kindInteger, "id"), read("url", "Url", kindText, ""), read("display", "Display", kindText, ""),
			read("time", "Time", kindTime, "time"), read("user_name", "User name", kindText, "user_name"),
			read("request_id", "Request ID", kindUUID, "request_id"), read("action", "Action", kindText, "action"),
			read("object_type", "Object type", kindText, "kind"), read("object_id", "Object ID", kindInteger, "target_id"),
			read("object_repr", "Object", kindText, "target"),
			read("before", "Before", kindJSON, ""), read("after", "After", kindJSON, ""),
		},
		brief: []string{"id", "url", "display"}, order: "-id", search: []string{"user_name", "target"},
	}}
}

func (l auditEntries) routes() []route {
	view := may(webhook.ActionView, l.kind)
	return []route{
		{path: "/api/" + l.path + "/", about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "List what people did", access: view, handle: l.list, gives: shapePage, status: http.StatusOK},
		}},
		{path: "/api/" + l.path + "/{id}/", about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "Show an audit entry", access: view, handle: l.get, gives: shapeOne, status: http.StatusOK},
		}},
	}
}

func (l auditEntries) show(c *call, e *webhook.AuditEntry, sel selection) (json.RawMessage, error) {
	return encode(object{
		{"id", e.ID},
		{"url", c.base() + "/api/" + l.path + "/" + strconv.FormatInt(e.ID, 10) + "/"},
		{"display", e.UserName + ": " + e.Action + " " + e.Kind + " " + e.Target},
		{"time", showTime(e.Time)},
		{"user_name", e.UserName},
		{"request_id", e.RequestID},
		{"action", e.Action},
		{"object_type", e.Kind},
		{"object_id", e.TargetID},
		{"object_repr", e.Target},
		{"before", showJSON(e.Before)},
		{"after", showJSON(e.After)},
	}.pick(l.description, sel))
}

func (l auditEntries) list(c *call) error {
	sel := c.selection()
	return sendList(c, l.description, func(query store.Query) (store.Page[webhook.AuditEntry], error) {
		return c.api.options.Admin.AuditLog(c.ctx, query)
	}, func(e *webhook.AuditEntry) (json.RawMessage, error) { return l.show(c, e, sel) })
}

func (l auditEntries) get(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	entry, err := c.api.options.Admin.AuditEntry(c.ctx, id)
	if err != nil {
		return err
	}
	text, err := l.show(c, &entry, c.selection())
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, text)
}
