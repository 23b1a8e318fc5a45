package api

import (
	"slices"

	"bellhop/internal/webhook"
)

// description says what a resource is. Metadata, filters and the OpenAPI
// document follow from it.
type description struct {
	// kind names it for permissions: "extras.webhook".
	kind string
	// path is where its list is: "extras/webhooks".
	path string
	// name and plural are for people; schema is its name in the OpenAPI document.
	name, plural, schema string
	fields               []spec
	// brief are the fields of the short form.
	brief []string
	// filters are the query parameters beside those that fields have.
	filters []filter
	// search are the paths that q looks into.
	search []string
	// order is the order of lists that do not ask for one.
	order string
	// idKind is the kind of its ids; integers unless said otherwise.
	idKind kind
	// schemaless things have fields that nobody knows beforehand.
	schemaless bool
}

func (d *description) describe() *description { return d }

// spec describes one field.
type spec struct {
	name, label, help string
	kind              kind
	// required fields must be given on create and PUT.
	required bool
	// readOnly fields are not written; writeOnly ones are never shown.
	readOnly, writeOnly bool
	nullable            bool
	maxLength           int
	min, max            *float64
	choices             []webhook.Choice
	// path is where the store has it, if filters and orders may use it.
	path string
}

// kind is the type of a field's value.
type kind uint8

const (
	kindText kind = iota
	kindInteger
	kindNumber
	kindBoolean
	kindTime
	kindDate
	kindUUID
	// kindChoice reads and writes as the value; kindLabeled reads as
	// {"value", "label"} and writes as the value.
	kindChoice
	kindLabeled
	// kindTexts, kindChoices and kindLabels are lists.
	kindTexts
	kindChoices
	kindLabels
	// kindReference reads as a brief object and writes as an id or as
	// attributes; kindReferences is a list of them.
	kindReference
	kindReferences
	// kindTags are references to tags.
	kindTags
	kindIntegers
	// kindAddress, of filters only, is an IP address with or without a mask.
	kindAddress
	// kindObject is a JSON object, kindJSON any JSON.
	kindObject
	kindJSON
)

// kindNames are the types that Django REST framework's metadata name.
var kindNames = map[kind]string{
	kindText: "string", kindInteger: "integer", kindNumber: "float", kindBoolean: "boolean", kindTime: "datetime",
	kindDate: "date", kindUUID: "string", kindChoice: "choice", kindLabeled: "choice", kindTexts: "list",
	kindChoices: "multiple choice", kindLabels: "multiple choice", kindReference: "nested object",
	kindReferences: "field", kindTags: "field", kindIntegers: "list", kindObject: "field", kindJSON: "field",
}

// field returns the field with the name, or nil.
func (d *description) field(name string) *spec {
	i := slices.IndexFunc(d.fields, func(f spec) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return &d.fields[i]
}

// choicesOf makes choices of plain words.
func choicesOf(words ...string) []webhook.Choice {
	choices := make([]webhook.Choice, len(words))
	for i, word := range words {
		choices[i] = webhook.Choice{Value: word, Label: word}
	}
	return choices
}
