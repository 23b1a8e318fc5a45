package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// users is /api/users/users/.
func (a *API) users() *resource[webhook.User] {
	type user = webhook.User
	password := custom("password", "Password", kindText, nil,
		func(u *user, raw json.RawMessage) (err error) {
			u.PasswordHash, err = decodeText(raw, false) // a hash, after resolve
			return err
		}, required, unlisted)
	password.writeOnly = true
	password.resolve = func(_ *call, raw json.RawMessage) (json.RawMessage, error) {
		text, err := decodeText(raw, false)
		if err != nil {
			return nil, err
		}
		hash, err := admin.HashPassword(text)
		if err != nil {
			return nil, err
		}
		return encode(hash)
	}
	groups := custom("groups", "Groups", kindReferences, showGroups,
		func(u *user, raw json.RawMessage) error {
			u.Groups = nil
			return json.Unmarshal(raw, &u.Groups) // ids, after resolve
		}, unlisted)
	groups.resolve = func(c *call, raw json.RawMessage) (json.RawMessage, error) {
		found, err := findAll(c, c.api.options.Admin.Groups, raw, "name")
		if err != nil {
			return nil, err
		}
		ids := make([]int64, len(found))
		for i := range found {
			ids[i] = found[i].ID
		}
		return encode(ids)
	}
	return newResource(description{
		kind: admin.KindUser, path: "users/users", name: "user", plural: "users", schema: "User",
		brief: []string{"username"}, order: "username", search: []string{"username", "email"},
		filters: []filter{{param: "group_id", kind: kindInteger, make: memberFilter}},
	}, a.options.Admin.Users, resource[user]{
		fields: []field[user]{
			text("username", "Username", func(u *user) *string { return &u.Username }, required, longest(admin.MaxUsername)),
			password,
			text("email", "Email address", func(u *user) *string { return &u.Email }, longest(admin.MaxEmail)),
			boolean("is_active", "Active", func(u *user) *bool { return &u.Active }),
			boolean("is_superuser", "Superuser", func(u *user) *bool { return &u.Superuser }),
			groups,
			permissionsField(func(u *user) *[]webhook.Permission { return &u.Permissions }),
			moment("date_joined", "Date joined", func(u *user) time.Time { return u.Created }),
			moment("last_login", "Last login", func(u *user) time.Time { return u.LastLogin }),
		},
		fresh: func() user { return user{Active: true} },
		id:    func(u *user) int64 { return u.ID }, revision: func(u *user) int64 { return u.Revision },
	}, func(u *user) string { return u.Username })
}

// showGroups shows a user's groups in short.
func showGroups(c *call, u *webhook.User) any {
	shown := []object{}
	for _, id := range u.Groups {
		if group, err := c.api.options.Admin.Groups.Get(c.ctx, id); err == nil {
			shown = append(shown, object{
				{"id", id},
				{"url", c.base() + "/api/users/groups/" + strconv.FormatInt(id, 10) + "/"},
				{"display", group.Name},
				{"name", group.Name},
			})
		}
	}
	return shown
}

func memberFilter(suffix, value string) (store.Filter, bool, error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return nil, true, valueError("Enter a whole number.")
	}
	return store.Has{Path: "groups", Value: id}, suffix == "", nil
}

func permissionsField[T any](at func(*T) *[]webhook.Permission) field[T] {
	return custom("permissions", "Permissions", kindTexts,
		func(_ *call, record *T) any { return notNil(*at(record)) },
		func(record *T, raw json.RawMessage) error {
			names, err := decodeTexts(raw)
			if err != nil {
				return err
			}
			granted := make([]webhook.Permission, len(names))
			for i, name := range names {
				granted[i] = webhook.Permission(name)
			}
			*at(record) = granted
			return nil
		}, help(`Such as "extras.add_webhook"; "*" stands for all. See /api/users/permissions/.`))
}

// groups is /api/users/groups/.
func (a *API) groups() *resource[webhook.Group] {
	type group = webhook.Group
	return newResource(description{
		kind: admin.KindGroup, path: "users/groups", name: "group", plural: "groups", schema: "Group",
		brief: []string{"name"}, order: "name", search: []string{"name"},
	}, a.options.Admin.Groups, resource[group]{
		fields: []field[group]{
			text("name", "Name", func(g *group) *string { return &g.Name }, required, longest(admin.MaxGroupName)),
			text("description", "Description", func(g *group) *string { return &g.Description }, longest(webhook.MaxDescriptionLength)),
			permissionsField(func(g *group) *[]webhook.Permission { return &g.Permissions }),
		},
		fresh: func() group { return group{} },
		id:    func(g *group) int64 { return g.ID }, revision: func(g *group) int64 { return g.Revision },
	}, func(g *group) string { return g.Name })
}

// permissionList is /api/users/permissions/: what can be granted. Unlike
// NetBox's permissions these are no records; users and groups name them.
type permissionList struct {
	*description
}

func (a *API) permissions() permissionList {
	return permissionList{&description{
		kind: admin.KindPermission, path: "users/permissions", name: "permission", plural: "permissions", schema: "Permission",
		fields: []spec{
			{name: "name", label: "Name", kind: kindText, readOnly: true},
			{name: "display", label: "Display", kind: kindText, readOnly: true},
			{name: "object_type", label: "Object type", kind: kindText, readOnly: true},
			{name: "action", label: "Action", kind: kindText, readOnly: true},
		},
	}}
}

func (l permissionList) routes() []route {
	return []route{{path: "/api/" + l.path + "/", about: l.description, operations: []operation{{
		method: http.MethodGet, summary: "List what can be granted", access: may(webhook.ActionView, l.kind),
		handle: l.list, gives: shapePage, status: http.StatusOK,
	}}}}
}

func (l permissionList) list(c *call) error {
	all, err := c.api.options.Admin.Permissions(c.ctx)
	if err != nil {
		return err
	}
	query := store.Query{Limit: pageLimit(c.r.URL.Query().Get("limit")), Offset: pageOffset(c.r.URL.Query().Get("offset"))}
	wanted := c.r.URL.Query().Get("q")
	var matching []webhook.Permission
	for _, p := range all {
		if strings.Contains(string(p), wanted) {
			matching = append(matching, p)
		}
	}
	var items []json.RawMessage
	for _, p := range matching[min(query.Offset, len(matching)):min(query.Offset+query.Limit, len(matching))] {
		app, rest, _ := strings.Cut(string(p), ".")
		action, model, _ := strings.Cut(rest, "_")
		text, err := encode(object{{"name", p}, {"display", p}, {"object_type", app + "." + model}, {"action", action}})
		if err != nil {
			return err
		}
		items = append(items, text)
	}
	return c.sendPage(query, len(matching), items)
}
