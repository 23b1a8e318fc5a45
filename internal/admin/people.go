package admin

import (
	"context"
	"errors"
	"slices"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Limits of users and groups, NetBox's.
const (
	MaxUsername  = 150
	MaxEmail     = 254
	MaxGroupName = 150
)

func userKind() kind[webhook.User] {
	return kind[webhook.User]{
		name: KindUser, noun: "user", table: store.Tx.Users,
		about: func(u *webhook.User) about { return about{u.ID, u.Username, u.Revision, &u.Created, nil} },
		check: checkUser,
		drop:  dropUser,
		masked: func(u webhook.User) any {
			u.PasswordHash = maskSecret(u.PasswordHash)
			return u
		},
		forgets: true,
	}
}

func groupKind() kind[webhook.Group] {
	return kind[webhook.Group]{
		name: KindGroup, noun: "group", table: store.Tx.Groups,
		about:   func(g *webhook.Group) about { return about{g.ID, g.Name, g.Revision, nil, nil} },
		check:   checkGroup,
		drop:    dropGroup,
		forgets: true,
	}
}

func checkUser(op operation, before, u *webhook.User) error {
	var errs webhook.FieldErrors
	requireText(&errs, "username", u.Username, MaxUsername)
	limitText(&errs, "email", u.Email, MaxEmail)
	if u.Email != "" && !strings.Contains(strings.Trim(u.Email, "@"), "@") {
		errs.Add("email", "Enter a valid email address.")
	}
	old := webhook.User{}
	if before != nil {
		old = *before
		u.Created = before.Created
	}
	u.Groups, u.Permissions = distinct(u.Groups), distinct(u.Permissions)
	for _, id := range u.Groups {
		group, err := op.tx.Groups().Get(id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			errs.Add("groups", "Related object not found using the provided numeric ID: %d", id)
		case err != nil:
			return err
		case !slices.Contains(old.Groups, id) && !op.mayGrant(group.Permissions):
			errs.Add("groups", "You may only add to groups whose permissions you have yourself.")
		}
	}
	if err := op.checkPermissions(&errs, old.Permissions, u.Permissions); err != nil {
		return err
	}
	if !op.by.Superuser && (u.Superuser || old.Superuser) {
		errs.Add("is_superuser", "Only a superuser may make or change superusers.")
	}
	if before != nil && old.PasswordHash != u.PasswordHash {
		if err := op.checkPassword(&errs, old); err != nil {
			return err
		}
	}
	if err := errs.Err(); err != nil {
		return err
	}
	if old.Superuser && old.Active && !(u.Superuser && u.Active) {
		if err := op.checkLastSuperuser(u.ID); err != nil {
			return err
		}
	}
	if before != nil && (old.PasswordHash != u.PasswordHash || !u.Active) {
		return endSessions(op.tx, ofUser(u.ID), 0)
	}
	return nil
}

// checkPassword refuses a new password for somebody with permissions that the
// actor lacks: knowing it is having them.
func (op operation) checkPassword(errs *webhook.FieldErrors, of webhook.User) error {
	if op.by.Superuser || op.by.UserID == of.ID {
		return nil
	}
	granted, err := grantedTo(op.tx, of)
	if err == nil && !op.mayGrant(granted) {
		errs.Add("password", "You may only set the passwords of users whose permissions you have yourself.")
	}
	return err
}

func dropUser(op operation, u *webhook.User) error {
	if u.Superuser {
		if !op.by.Superuser {
			return webhook.Errorf(webhook.CodeForbidden, "Only a superuser may delete superusers.")
		}
		if err := op.checkLastSuperuser(u.ID); err != nil {
			return err
		}
	}
	if err := endSessions(op.tx, ofUser(u.ID), 0); err != nil {
		return err
	}
	tokens, err := op.tx.Tokens().List(store.Query{Where: ofUser(u.ID), Limit: maxCascade})
	if err != nil {
		return err
	}
	for _, token := range tokens.Items {
		if _, err := op.admin.Tokens.remove(op, Edit[webhook.Token]{ID: token.ID}); err != nil {
			return err
		}
	}
	return nil
}

// checkLastSuperuser refuses to leave nobody who may do everything.
func (op operation) checkLastSuperuser(leaving int64) error {
	page, err := op.tx.Users().List(store.Query{Where: store.And{
		store.Compare{Path: "is_superuser", Op: store.Eq, Value: true},
		store.Compare{Path: "is_active", Op: store.Eq, Value: true},
		store.Not{Filter: store.Compare{Path: "id", Op: store.Eq, Value: leaving}},
	}})
	if err != nil {
		return err
	}
	if page.Count == 0 {
		return webhook.Errorf(webhook.CodeConflict, "This is the last active superuser.")
	}
	return nil
}

func checkGroup(op operation, before, g *webhook.Group) error {
	var errs webhook.FieldErrors
	requireText(&errs, "name", g.Name, MaxGroupName)
	limitText(&errs, "description", g.Description, webhook.MaxDescriptionLength)
	g.Permissions = distinct(g.Permissions)
	var old []webhook.Permission
	if before != nil {
		old = before.Permissions
	}
	if err := op.checkPermissions(&errs, old, g.Permissions); err != nil {
		return err
	}
	return errs.Err()
}

// dropGroup takes everybody out of a group that is being deleted.
func dropGroup(op operation, g *webhook.Group) error {
	members, err := op.tx.Users().List(store.Query{Where: store.Has{Path: "groups", Value: g.ID}, Limit: maxCascade})
	if err != nil {
		return err
	}
	for i := range members.Items {
		user := &members.Items[i]
		user.Groups = slices.DeleteFunc(user.Groups, func(id int64) bool { return id == g.ID })
		if err := op.tx.Users().Update(user); err != nil {
			return err
		}
	}
	return nil
}

// distinct returns the items of a list, each once. What people send may say the
// same a hundred thousand times, and is looked up in a transaction that everybody
// waits for.
func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	return slices.DeleteFunc(list, func(item T) bool {
		again := seen[item]
		seen[item] = true
		return again
	})
}

// checkPermissions adds what is wrong with newly granted permissions: there must
// be such a thing, and whoever grants must have it.
func (op operation) checkPermissions(errs *webhook.FieldErrors, old, granted []webhook.Permission) error {
	all, err := permissions(op.tx)
	if err != nil {
		return err
	}
	had, known := setOf(old), setOf(append(all, "*"))
	for _, p := range granted {
		switch {
		case had[p]:
		case !known[p]:
			errs.Add("permissions", "There is no permission %q.", string(p))
		case !op.mayGrant([]webhook.Permission{p}):
			errs.Add("permissions", "You may only grant permissions that you have yourself: %s", p)
		}
	}
	return nil
}

func setOf(permissions []webhook.Permission) map[webhook.Permission]bool {
	set := make(map[webhook.Permission]bool, len(permissions))
	for _, p := range permissions {
		set[p] = true
	}
	return set
}

// mayGrant reports whether the actor has all of the permissions.
func (op operation) mayGrant(permissions []webhook.Permission) bool {
	for _, p := range permissions {
		if !op.by.has(p) {
			return false
		}
	}
	return true
}

// grantable are the kinds that permissions are given for, beside the object
// types, with the actions that they know.
var grantable = []struct {
	kind    string
	actions []webhook.Action
}{
	{KindWebhook, allActions},
	{KindEventRule, allActions},
	{KindTag, allActions},
	{KindDelivery, []webhook.Action{webhook.ActionView, webhook.ActionChange, webhook.ActionDelete}},
	{KindAuditEntry, []webhook.Action{webhook.ActionView}},
	{KindObjectType, allActions},
	{KindChange, []webhook.Action{webhook.ActionView, webhook.ActionAdd}},
	{KindUser, allActions},
	{KindGroup, allActions},
	{KindToken, allActions},
	{KindPermission, []webhook.Action{webhook.ActionView}},
}

var allActions = []webhook.Action{webhook.ActionView, webhook.ActionAdd, webhook.ActionChange, webhook.ActionDelete}

// permissions returns every permission that can be granted but "*".
func permissions(tx store.Tx) ([]webhook.Permission, error) {
	var all []webhook.Permission
	add := func(kind string, actions []webhook.Action) {
		app, model, _ := strings.Cut(kind, ".")
		for _, action := range actions {
			all = append(all, webhook.PermissionFor(app, action, model))
		}
	}
	for _, g := range grantable {
		add(g.kind, g.actions)
	}
	types, err := tx.ObjectTypes().List(store.Query{Limit: MaxObjectTypes})
	if err != nil {
		return nil, err
	}
	for i := range types.Items {
		add(types.Items[i].Name(), allActions)
	}
	return all, nil
}

// Permissions returns every permission that can be granted but "*", those of
// Bellhop's own things first, then those of the object types.
func (a *Admin) Permissions(ctx context.Context) (all []webhook.Permission, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		all, err = permissions(tx)
		return err
	})
	return all, err
}
