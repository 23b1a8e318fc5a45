package inventory

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"bellhop/internal/webhook"
)

//go:embed builtin.yaml
var builtinFile []byte

// typeEntry is one object type in a file.
type typeEntry struct {
	Name         string       `yaml:"name"` // dcim.site
	Label        string       `yaml:"label"`
	LabelPlural  string       `yaml:"label_plural"`
	Plural       string       `yaml:"plural"`
	Group        string       `yaml:"group"`
	DisplayField string       `yaml:"display_field"`
	Schemaless   bool         `yaml:"schemaless"`
	Fields       []fieldEntry `yaml:"fields"`
}

type fieldEntry struct {
	Name      string            `yaml:"name"`
	Label     string            `yaml:"label,omitempty"`
	Kind      webhook.FieldKind `yaml:"kind"`
	Required  bool              `yaml:"required,omitempty"`
	Nullable  bool              `yaml:"nullable,omitempty"`
	Unique    bool              `yaml:"unique,omitempty"`
	Default   any               `yaml:"default,omitempty"`
	Choices   yaml.MapSlice     `yaml:"choices,omitempty"` // value: label, in order
	MaxLength int               `yaml:"max_length,omitempty"`
	Min       *float64          `yaml:"min,omitempty"`
	Max       *float64          `yaml:"max,omitempty"`
	Places    int               `yaml:"places,omitempty"`
	To        string            `yaml:"to,omitempty"`
	Help      string            `yaml:"help,omitempty"`
}

// BuiltinTypes returns the object types that come with Bellhop, without ids.
func BuiltinTypes() ([]webhook.ObjectType, error) {
	types, err := ParseTypes(builtinFile)
	if err != nil {
		return nil, fmt.Errorf("built-in object types: %w", err)
	}
	for i := range types {
		types[i].BuiltIn = true
	}
	return types, nil
}

// ParseTypes reads object types from YAML, a list in the form that
// docs/object-types.md describes. Unknown keys are errors. The types are not
// yet checked against each other; [NewTypes] does that.
func ParseTypes(file []byte) ([]webhook.ObjectType, error) {
	var entries []typeEntry
	if err := yaml.UnmarshalWithOptions(file, &entries, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("object types: %s", strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	types := make([]webhook.ObjectType, len(entries))
	for i, entry := range entries {
		t, err := entry.objectType()
		if err != nil {
			return nil, fmt.Errorf("object type %q: %w", entry.Name, err)
		}
		types[i] = t
	}
	return types, nil
}

// objectType turns a type of a file into the domain's form.
func (e typeEntry) objectType() (webhook.ObjectType, error) {
	app, model, _ := strings.Cut(e.Name, ".")
	t := webhook.ObjectType{
		AppLabel: app, Model: model, Label: e.Label, LabelPlural: e.LabelPlural, Plural: e.Plural,
		Group: e.Group, DisplayField: e.DisplayField, Schemaless: e.Schemaless,
	}
	for _, entry := range e.Fields {
		f, err := entry.field()
		if err != nil {
			return t, fmt.Errorf("field %q: %w", entry.Name, err)
		}
		t.Fields = append(t.Fields, f)
	}
	t.CompleteLabels()
	return t, nil
}

// field turns a field of a file into the domain's form.
func (e fieldEntry) field() (webhook.Field, error) {
	f := webhook.Field{
		Name: e.Name, Label: e.Label, Kind: e.Kind, Required: e.Required, Nullable: e.Nullable, Unique: e.Unique,
		MaxLength: e.MaxLength, Min: e.Min, Max: e.Max, Places: e.Places, To: e.To, Help: e.Help,
	}
	for _, choice := range e.Choices {
		f.Choices = append(f.Choices, webhook.Choice{Value: fmt.Sprint(choice.Key), Label: fmt.Sprint(choice.Value)})
	}
	if e.Default != nil {
		raw, err := json.Marshal(e.Default)
		if err != nil {
			return f, fmt.Errorf("default: %w", err)
		}
		f.Default = raw
	}
	return f, nil
}
