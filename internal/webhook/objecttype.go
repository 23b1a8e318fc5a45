package webhook

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ObjectType describes one kind of object, as data.
type ObjectType struct {
	// ID is NetBox's content type id: stable, given by the store.
	ID int64 `json:"id"`
	// AppLabel and Model make the name "dcim.site".
	AppLabel string `json:"app_label"`
	Model    string `json:"model"`
	// Label and LabelPlural are for people ("site", "sites").
	Label       string `json:"label"`
	LabelPlural string `json:"label_plural"`
	// Plural is the word in URLs ("sites", "ip-addresses").
	Plural string `json:"plural"`
	// Group is the menu under which the type stands.
	Group string `json:"group"`
	// Schemaless types take any JSON object and have no Fields.
	Schemaless bool `json:"schemaless"`
	// BuiltIn types come with Bellhop and cannot be deleted.
	BuiltIn bool `json:"built_in"`
	// DisplayField names the field that gives an object its display text;
	// empty means "name".
	DisplayField string    `json:"display_field"`
	Fields       []Field   `json:"fields"`
	Created      time.Time `json:"created"`
	LastUpdated  time.Time `json:"last_updated"`
	Revision     int64     `json:"revision"`
}

// Name returns "dcim.site".
func (t *ObjectType) Name() string { return t.AppLabel + "." + t.Model }

// Field returns the field with the given name, or nil.
func (t *ObjectType) Field(name string) *Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// CompleteLabels fills in labels that were left out, as Django makes them from
// names: "front port", "front ports", "Rear port".
func (t *ObjectType) CompleteLabels() {
	if t.Label == "" {
		t.Label = strings.ReplaceAll(t.Model, "_", " ")
	}
	if t.LabelPlural == "" {
		t.LabelPlural = t.Label + "s"
	}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Label == "" {
			f.Label = Capitalize(strings.ReplaceAll(f.Name, "_", " "))
		}
	}
}

// Capitalize returns a label as it stands at the beginning of a sentence.
func Capitalize(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	if size == 0 || first == utf8.RuneError {
		return label
	}
	return string(unicode.ToTitle(first)) + label[size:]
}

// ModelName returns the part of an object type's name after the dot ("site" of
// "dcim.site"), which templates see as model.
func ModelName(objectType string) string {
	_, model, ok := strings.Cut(objectType, ".")
	if !ok {
		return objectType
	}
	return model
}

// FieldKind is the type of a field's value.
type FieldKind string

// The field kinds of product.md section 3.
const (
	FieldText        FieldKind = "text"
	FieldInteger     FieldKind = "integer"
	FieldDecimal     FieldKind = "decimal"
	FieldBoolean     FieldKind = "boolean"
	FieldDate        FieldKind = "date"
	FieldDatetime    FieldKind = "datetime"
	FieldChoice      FieldKind = "choice"
	FieldMultiChoice FieldKind = "multichoice"
	FieldReference   FieldKind = "reference"
	FieldReferences  FieldKind = "references"
	FieldIPAddress   FieldKind = "ipaddress"
	FieldIPPrefix    FieldKind = "ipprefix"
	FieldJSON        FieldKind = "json"
)

// FieldKinds lists every kind.
var FieldKinds = []FieldKind{
	FieldText, FieldInteger, FieldDecimal, FieldBoolean, FieldDate, FieldDatetime, FieldChoice,
	FieldMultiChoice, FieldReference, FieldReferences, FieldIPAddress, FieldIPPrefix, FieldJSON,
}

// Field is one field of an object type.
type Field struct {
	Name  string    `json:"name"`
	Label string    `json:"label"`
	Kind  FieldKind `json:"kind"`
	// Required fields must be given on create.
	Required bool `json:"required"`
	// Nullable fields accept null; text fields accept "" when not required.
	Nullable bool `json:"nullable"`
	// Unique values occur once among the objects of the type.
	Unique bool `json:"unique"`
	// Default is the value, as JSON, of a field that is not given; nil for the
	// kind's empty value.
	Default RawJSON `json:"default,omitempty"`
	// Choices are the values of a choice or multi-choice field.
	Choices []Choice `json:"choices,omitempty"`
	// MaxLength bounds a text in characters; 0 means no bound.
	MaxLength int `json:"max_length,omitempty"`
	// Min and Max bound an integer or decimal; nil means no bound.
	Min *float64 `json:"min,omitempty"`
	Max *float64 `json:"max,omitempty"`
	// Places is how many decimal places a decimal has.
	Places int `json:"places,omitempty"`
	// To is the object type that a reference points to.
	To string `json:"to,omitempty"`
	// Help explains the field to people.
	Help string `json:"help,omitempty"`
}

// Choice is one value of a choice field.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
	// Color is a word for badges ("green"); it may be empty.
	Color string `json:"color,omitempty"`
}
