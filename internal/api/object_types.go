package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/pyjson"
	"bellhop/internal/webhook"
)

// objectTypes is /api/core/object-types/: NetBox's fields to read, Bellhop's own
// to write.
func (a *API) objectTypes() *resource[webhook.ObjectType] {
	type objectType = webhook.ObjectType
	const limit = 100
	return newResource(description{
		kind: admin.KindObjectType, path: "core/object-types", name: "object type", plural: "object types", schema: "ObjectType",
		brief: []string{"app_label", "model"}, search: []string{"app_label", "model", "label"},
	}, a.options.Admin.ObjectTypes, resource[objectType]{
		fields: []field[objectType]{
			text("app_label", "App label", func(t *objectType) *string { return &t.AppLabel }, required, longest(limit)),
			computed("app_name", "App name", kindText, func(_ *call, t *objectType) any { return t.AppLabel }, unlisted),
			text("model", "Model", func(t *objectType) *string { return &t.Model }, required, longest(limit)),
			computed("model_name", "Model name", kindText, func(_ *call, t *objectType) any { return t.Label }, unlisted),
			computed("model_name_plural", "Model name plural", kindText, func(_ *call, t *objectType) any { return t.LabelPlural }, unlisted),
			computed("public", "Public", kindBoolean, func(*call, *objectType) any { return true }, unlisted),
			computed("features", "Features", kindTexts, func(*call, *objectType) any {
				return []string{"change_logging", "custom_fields", "event_rules", "tags", "webhooks"}
			}, unlisted),
			computed("is_plugin_model", "Is plugin model", kindBoolean, func(*call, *objectType) any { return false }, unlisted),
			computed("rest_api_endpoint", "REST API endpoint", kindText,
				func(_ *call, t *objectType) any { return "/api/" + t.AppLabel + "/" + t.Plural + "/" }, unlisted),
			text("plural", "Plural", func(t *objectType) *string { return &t.Plural }, required, longest(limit),
				help("The word in URLs, such as ip-addresses.")),
			text("label", "Label", func(t *objectType) *string { return &t.Label }, longest(limit)),
			text("label_plural", "Label plural", func(t *objectType) *string { return &t.LabelPlural }, longest(limit)),
			text("group", "Group", func(t *objectType) *string { return &t.Group }, longest(limit), help("The menu under which the type stands.")),
			boolean("schemaless", "Schemaless", func(t *objectType) *bool { return &t.Schemaless }, help("Objects are any JSON objects.")),
			computed("built_in", "Built in", kindBoolean, func(_ *call, t *objectType) any { return t.BuiltIn }),
			text("display_field", "Display field", func(t *objectType) *string { return &t.DisplayField }, longest(limit),
				help("The field that gives an object its display text; blank means name.")),
			typeFieldsField(),
			moment("created", "Created", func(t *objectType) time.Time { return t.Created }),
			moment("last_updated", "Last updated", func(t *objectType) time.Time { return t.LastUpdated }),
		},
		fresh: func() objectType { return objectType{} },
		id:    func(t *objectType) int64 { return t.ID }, revision: func(t *objectType) int64 { return t.Revision },
	}, func(t *objectType) string {
		return t.AppLabel + " | " + t.Label
	})
}

// typeFieldsField is the list of a type's fields. Unknown keys are refused: a
// misspelt rule would not hold.
func typeFieldsField() field[webhook.ObjectType] {
	return custom("fields", "Fields", kindJSON,
		func(_ *call, t *webhook.ObjectType) any { return notNil(t.Fields) },
		func(t *webhook.ObjectType, raw json.RawMessage) error {
			items, err := decodeList(raw)
			if err != nil {
				return err
			}
			t.Fields = make([]webhook.Field, len(items))
			for i, item := range items {
				if text := decodeTypeField(item, &t.Fields[i]); text != "" {
					return valueError(fmt.Sprintf("fields[%d]%s", i, text))
				}
			}
			return nil
		}, unlisted, help("Each with name, kind, and what its kind needs; see the documentation on object types."))
}

// decodeTypeField reads one field and returns what is wrong with it, from its
// place on: ".choices: ...".
func decodeTypeField(raw json.RawMessage, f *webhook.Field) string {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(f)
	wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case err == nil:
		return ""
	case !ok:
		return ": " + strings.TrimPrefix(err.Error(), "json: ")
	case wrongType.Field == "":
		return ": Expected a dictionary, but got " + pyjson.TypeName(raw) + "."
	case strings.HasPrefix(wrongType.Field, "choices"):
		return `.choices: Expected a list of {"value": ..., "label": ...}.`
	}
	return "." + wrongType.Field + ": A " + wrongType.Value + " does not go here."
}
