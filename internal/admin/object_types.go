package admin

import (
	"context"
	"errors"
	"slices"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// MaxObjectTypes bounds the number of object types.
const MaxObjectTypes = 1000

func (a *Admin) objectTypeKind() kind[webhook.ObjectType] {
	return kind[webhook.ObjectType]{
		name: KindObjectType, noun: "object type", table: store.Tx.ObjectTypes,
		about: func(t *webhook.ObjectType) about {
			return about{t.ID, t.Name(), t.Revision, &t.Created, &t.LastUpdated}
		},
		check:   checkObjectType,
		drop:    dropObjectType,
		changed: func(ctx context.Context, _ Actor, _ []webhook.ObjectType) { a.refresh(ctx) },
	}
}

// checkObjectType holds a definition against all others, by the rules of
// package inventory.
func checkObjectType(op operation, before, t *webhook.ObjectType) error {
	t.CompleteLabels()
	t.BuiltIn = false
	if before != nil {
		t.Created = before.Created
		switch {
		case before.BuiltIn:
			return webhook.Errorf(webhook.CodeConflict, "The object type %s is built in and cannot be changed.", before.Name())
		case t.Name() != before.Name():
			return fieldError("model", "The name of an object type cannot be changed: webhooks and changes refer to it.")
		}
	}
	page, err := op.tx.ObjectTypes().List(store.Query{Limit: MaxObjectTypes, NoCount: true})
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(page.Items, func(other webhook.ObjectType) bool { return before != nil && other.ID == t.ID })
	if len(others) >= MaxObjectTypes {
		return webhook.Errorf(webhook.CodeInvalid, "There can be no more than %d object types.", MaxObjectTypes)
	}
	err = op.admin.options.CheckObjectTypes(append(others, *t))
	if refused, ok := errors.AsType[*webhook.Error](err); ok {
		return refused
	}
	return err
}

// dropObjectType refuses to delete what is in use.
func dropObjectType(op operation, t *webhook.ObjectType) error {
	if t.BuiltIn {
		return webhook.Errorf(webhook.CodeConflict, "The object type %s is built in and cannot be deleted.", t.Name())
	}
	objects, err := op.tx.Objects(t.Name()).List(store.Query{})
	if err != nil {
		return err
	}
	if objects.Count > 0 {
		return webhook.Errorf(webhook.CodeConflict, "Unable to delete object. There are %d objects of this type.", objects.Count)
	}
	types, err := op.tx.ObjectTypes().List(store.Query{Limit: MaxObjectTypes, NoCount: true})
	if err != nil {
		return err
	}
	for _, other := range types.Items {
		refers := func(f webhook.Field) bool { return f.To == t.Name() }
		if i := slices.IndexFunc(other.Fields, refers); i >= 0 && other.ID != t.ID {
			return inUse(1, "field", other.Name()+"."+other.Fields[i].Name)
		}
	}
	uses := store.Query{Where: store.Has{Path: "object_types", Value: t.Name()}, Limit: 1}
	webhooks, err := op.tx.Webhooks().List(uses)
	if err != nil {
		return err
	}
	rules, err := op.tx.EventRules().List(uses)
	if err != nil {
		return err
	}
	switch count := webhooks.Count + rules.Count; {
	case len(webhooks.Items) > 0:
		return inUse(count, "webhook", webhooks.Items[0].Name)
	case len(rules.Items) > 0:
		return inUse(count, "event rule", rules.Items[0].Name)
	}
	return nil
}

// inUse words a refused delete as NetBox does, with the first dependent.
func inUse(count int, noun, name string) error {
	return webhook.Errorf(webhook.CodeConflict,
		"Unable to delete object. %d dependent objects were found: %s %s", count, noun, name)
}
