package ui

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Names of a form's inputs. Those of a type's fields have a prefix, because a
// type's field may be called anything, "revision" for instance.
const (
	fieldPrefix       = "f_"
	tagsInput         = fieldPrefix + "tags"
	customFieldsInput = fieldPrefix + "custom_fields"
	// documentInput holds all of an object without a schema.
	documentInput = fieldPrefix + "document"
)

const (
	// maxOptions is how many objects a reference's list box offers; of more,
	// one is named in a text, with suggestions.
	maxOptions = 100
	// maxChecks is how many choices are shown as boxes to tick.
	maxChecks = 12
	maxTags   = 500
)

// objectForm is the form of one object. It knows what its inputs held when the
// page was made, and sends only what is different then: so no value is
// rewritten just because a form shows it in another way, and a field without a
// value stays without one.
type objectForm struct {
	*form
	view *view
	t    *webhook.ObjectType
	// before are the texts of the inputs for the object as it is stored, or for
	// a new one with its defaults.
	before map[string][]string
}

// newObjectForm makes the form for an object's REST representation; nil is a
// new object with its defaults.
func (v *view) newObjectForm(t *webhook.ObjectType, data json.RawMessage) (*objectForm, error) {
	f := &objectForm{form: &form{Cancel: objectsPath(t)}, view: v, t: t, before: map[string][]string{}}
	members, err := startingMembers(t, data)
	if err != nil {
		return nil, err
	}
	main := section{Title: webhook.Capitalize(t.Label)}
	if t.Schemaless {
		v.allowEditor()
		main.Help = "Any JSON object. Members that are left out are removed."
		main.Fields = append(main.Fields, &field{
			Name: documentInput, Label: "Document", Kind: fieldArea, Editor: "json", Rows: 14, Required: true, Value: schemalessText(data),
		})
	}
	err = v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) error {
		for i := range t.Fields {
			input, err := v.input(r, &t.Fields[i], members[t.Fields[i].Name])
			if err != nil {
				return err
			}
			main.Fields = append(main.Fields, input)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	more, err := v.commonInputs(members)
	if err != nil {
		return nil, err
	}
	f.Sections = []section{main, {Title: "Tags and custom fields", Fields: more}}
	for _, input := range f.fields() {
		f.before[input.Name] = textsOf(input)
	}
	return f, nil
}

// startingMembers are an object's members, or the defaults of a new one in the
// form of the REST representation.
func startingMembers(t *webhook.ObjectType, data json.RawMessage) (map[string]json.RawMessage, error) {
	if data != nil {
		return membersOf(data)
	}
	members := map[string]json.RawMessage{}
	for i := range t.Fields {
		f := &t.Fields[i]
		members[f.Name] = f.Default
		if f.Kind == webhook.FieldChoice && f.Default != nil {
			chosen, err := json.Marshal(map[string]json.RawMessage{"value": f.Default})
			if err != nil {
				return nil, err
			}
			members[f.Name] = chosen
		}
	}
	return members, nil
}

// textsOf are the texts that a browser sends for an input that nobody touched.
func textsOf(input *field) []string {
	switch {
	case input.Kind == fieldChecks || input.Kind == fieldMany:
		return slices.Clone(input.Values)
	case input.Value == "":
		return nil
	}
	return []string{input.Value}
}

// input makes the input for a field with its present value.
func (v *view) input(r *inventory.Reader, f *webhook.Field, raw json.RawMessage) (*field, error) {
	input := &field{
		Name: fieldPrefix + f.Name, Label: fieldLabel(f), Help: f.Help, Required: f.Required, MaxLength: f.MaxLength, Kind: fieldText,
	}
	if string(raw) == "null" {
		raw = nil
	}
	switch f.Kind {
	case webhook.FieldText:
		input.Value = decoded[string](raw)
		if longText(f) {
			input.Kind = fieldArea
		}
	case webhook.FieldInteger, webhook.FieldDecimal:
		input.Kind, input.Value = fieldNumber, string(raw)
		if f.Kind == webhook.FieldDecimal {
			input.Step = "any"
		}
	case webhook.FieldBoolean:
		input.Kind, input.Value = fieldCheck, string(raw)
		if f.Nullable {
			input.Kind, input.Choices = fieldSelect, append([]choice{{"", "—", ""}}, yesNo()...)
		}
	case webhook.FieldDate:
		input.Kind, input.Value = fieldDate, decoded[string](raw)
	case webhook.FieldDatetime:
		input.Kind, input.Label, input.Value = fieldDateTime, input.Label+" (UTC)", momentInput(decoded[string](raw))
	case webhook.FieldChoice:
		input.Kind, input.Value = fieldSelect, decoded[labeled](raw).Value
		input.Choices = fieldChoices(f)
		if !f.Required {
			input.Choices = append([]choice{{"", "—", ""}}, input.Choices...)
		}
	case webhook.FieldMultiChoice:
		input.Kind, input.Choices = fieldChecks, fieldChoices(f)
		if len(f.Choices) > maxChecks {
			input.Kind = fieldMany
		}
		for _, chosen := range decoded[[]labeled](raw) {
			input.Values = append(input.Values, chosen.Value)
		}
	case webhook.FieldReference, webhook.FieldReferences:
		return input, v.referenceInput(r, f, input, raw)
	case webhook.FieldIPAddress:
		input.Value, input.Placeholder = decoded[string](raw), "192.0.2.1/24"
	case webhook.FieldIPPrefix:
		input.Value, input.Placeholder = decoded[string](raw), "192.0.2.0/24"
	case webhook.FieldJSON:
		v.allowEditor()
		input.Kind, input.Editor, input.Value = fieldArea, "json", ""
		if raw != nil {
			input.Value = prettyJSON(raw)
		}
	}
	return input, nil
}

// momentInput writes a stored moment as browsers do for a field of date and time.
func momentInput(text string) string {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(t.UTC().Format("2006-01-02T15:04:05"), ":00")
}

// referencedObject is a brief object with its id.
type referencedObject struct {
	ID      int64  `json:"id"`
	Display string `json:"display"`
}

// referenceInput offers the objects that a field can refer to: in a list box, or
// where there are many as suggestions while somebody types.
func (v *view) referenceInput(r *inventory.Reader, f *webhook.Field, input *field, raw json.RawMessage) error {
	present := decoded[[]referencedObject](raw)
	if f.Kind == webhook.FieldReference && raw != nil {
		present = []referencedObject{decoded[referencedObject](raw)}
	}
	to := v.ui.options.Inventory.Types().Get(f.To)
	var found store.Page[inventory.Object]
	if to != nil && v.may(webhook.ActionView, f.To) {
		var err error
		query := store.Query{Limit: maxOptions + 1, NoCount: true, Order: []store.Order{{Path: displayField(to)}}}
		if found, err = r.List(f.To, query, true); err != nil {
			return err
		}
		input.SuggestPath = objectsPath(to) + "options/"
	}
	many := len(found.Items) > maxOptions
	for _, object := range found.Items[:min(len(found.Items), maxOptions)] {
		text := textWithID(object.Display, object.ID)
		input.Choices = append(input.Choices, choice{Value: text, Label: object.Display})
		input.Suggest = append(input.Suggest, text)
	}
	for _, object := range present {
		text := textWithID(object.Display, object.ID)
		input.Values = append(input.Values, text)
		if !slices.ContainsFunc(input.Choices, func(c choice) bool { return c.Value == text }) {
			input.Choices = append(input.Choices, choice{Value: text, Label: object.Display})
		}
	}
	single := f.Kind == webhook.FieldReference
	switch {
	case single && !many:
		input.Kind, input.Suggest, input.SuggestPath = fieldSelect, nil, ""
		input.Choices = append([]choice{{"", "—", ""}}, input.Choices...)
	case single:
		input.Kind, input.Choices = fieldText, nil
	case !many:
		input.Kind, input.Suggest, input.SuggestPath = fieldMany, nil, ""
		return nil
	default:
		input.Kind, input.Choices = fieldArea, nil
		input.Help = strings.TrimSpace(input.Help + " One a line, by name or as # and the id.")
	}
	input.Value, input.Values = strings.Join(input.Values, "\n"), nil
	return nil
}

// commonInputs are the inputs that objects of every type have.
func (v *view) commonInputs(members map[string]json.RawMessage) ([]*field, error) {
	tags, err := v.ui.options.Admin.Tags.List(v.ctx, store.Query{Limit: maxTags, NoCount: true, Order: []store.Order{{Path: "name"}}})
	if err != nil {
		return nil, err
	}
	input := &field{Name: tagsInput, Label: "Tags", Kind: fieldChecks}
	if len(tags.Items) > maxChecks {
		input.Kind = fieldMany
	}
	if len(tags.Items) == 0 {
		input.Help = "There are no tags yet."
	}
	for _, tag := range tags.Items {
		input.Choices = append(input.Choices, choice{Value: tag.Slug, Label: tag.Name})
	}
	for _, tag := range tagsOf(members["tags"]) {
		input.Values = append(input.Values, tag.Slug)
	}
	custom := &field{
		Name: customFieldsInput, Label: "Custom fields", Kind: fieldArea, Editor: "json", Rows: 4,
		Help: `A JSON object such as {"owner": "ann"}. A name that is left out stays as it is; null empties it.`,
	}
	v.allowEditor()
	if raw := members["custom_fields"]; len(raw) > 0 && string(raw) != "{}" {
		custom.Value = prettyJSON(raw)
	}
	return []*field{input, custom}, nil
}
