package manifest

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/goccy/go-yaml"

	"bellhop/internal/client"
)

// Export returns the file of what a server has: everything (its own object
// types, webhooks and event rules) or, when webhooks is not nil, the webhooks of
// these names and their event rules.
func Export(ctx context.Context, c *client.Client, webhooks []string) ([]byte, error) {
	var file yaml.MapSlice
	for i := range kinds {
		k := &kinds[i]
		found, err := k.read(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.section, err)
		}
		list := make([]yaml.MapSlice, 0, len(found.names))
		for _, name := range found.names {
			if webhooks != nil && !k.belongs(found.entries[name], webhooks) {
				continue
			}
			list = append(list, k.export(found, found.entries[name]))
		}
		if len(list) > 0 {
			file = append(file, yaml.MapItem{Key: k.section, Value: list})
		}
	}
	if len(file) == 0 {
		return []byte("# There is nothing on the server yet.\n"), nil
	}
	return yaml.MarshalWithOptions(file, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
}

// belongs reports whether an entry is one of some webhooks or a rule of one.
func (k *kind) belongs(e entry, webhooks []string) bool {
	var name any
	switch k.section {
	case "webhooks":
		name = e["name"]
	case "event_rules":
		action, _ := e["action_object"].(map[string]any)
		name = action["name"]
	}
	text, ok := name.(string)
	return ok && slices.Contains(webhooks, text)
}

// export returns an entry as it stands in a file, its name first.
func (k *kind) export(s *server, e entry) yaml.MapSlice {
	fields := make(yaml.MapSlice, 0, len(s.writable))
	for _, name := range k.key {
		fields = append(fields, yaml.MapItem{Key: name, Value: e[name]})
	}
	for _, name := range s.writable {
		value := written(e[name])
		switch {
		case slices.Contains(k.key, name) || slices.Contains(impliedFields, name) || isEmpty(value):
			continue
		case name == actionField:
			action, _ := e["action_object"].(map[string]any)
			fields = append(fields, yaml.MapItem{Key: webhookField, Value: action["name"]})
			continue
		case name == typeFields:
			value = exportTypeFields(value)
		}
		fields = append(fields, yaml.MapItem{Key: name, Value: whole(value)})
	}
	return fields
}

// impliedFields are what the field webhook of an event rule stands for.
var impliedFields = []string{"action_type", "action_object_type"}

// whole returns numbers without a fraction as integers, as people write them.
func whole(v any) any {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = whole(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, item := range v {
			object[name] = whole(item)
		}
		return object
	}
	return v
}

func exportTypeFields(v any) any {
	list, _ := v.([]any)
	fields := make([]any, 0, len(list))
	for _, item := range list {
		field, _ := item.(map[string]any)
		field = withoutEmpty(field)
		ordered := yaml.MapSlice{{Key: "name", Value: field["name"]}, {Key: "kind", Value: field["kind"]}}
		for _, name := range []string{
			"label", "required", "nullable", "unique", "default", "choices", "max_length", "min", "max", "places", "to", "help",
		} {
			if value, ok := field[name]; ok {
				ordered = append(ordered, yaml.MapItem{Key: name, Value: whole(value)})
			}
		}
		fields = append(fields, ordered)
	}
	return fields
}
