package ui

import (
	"maps"
	"slices"
	"strconv"

	"bellhop/internal/webhook"
)

// fieldKind is how a field is shown.
type fieldKind string

const (
	fieldText     fieldKind = "text"
	fieldPassword fieldKind = "password"
	fieldNumber   fieldKind = "number"
	fieldDate     fieldKind = "date"
	fieldDateTime fieldKind = "datetime-local"
	// fieldColor is a colour as "#00aa00".
	fieldColor  fieldKind = "color"
	fieldArea   fieldKind = "textarea"
	fieldCheck  fieldKind = "checkbox"
	fieldSelect fieldKind = "select"
	// fieldChecks is a list of choices of which several may be ticked.
	fieldChecks fieldKind = "checks"
	// fieldMany is the same as a list box, for long lists.
	fieldMany   fieldKind = "multiselect"
	fieldHidden fieldKind = "hidden"
	// fieldPermissions is a table of kinds of things and what may be done to
	// them; Choices come in groups of one kind each.
	fieldPermissions fieldKind = "permissions"
)

// choice is a value that a field may have.
type choice struct {
	Value, Label string
	// Group is a heading above choices that come one after the other.
	Group string
}

// field is one input of a form, with its label and what is wrong with it.
type field struct {
	Name, Label, Help string
	Kind              fieldKind
	// Value is the text of the input, "true" for a ticked box.
	Value string
	// Values are those that are ticked or selected.
	Values  []string
	Choices []choice
	Errors  []string

	Required, Disabled bool
	MaxLength, Rows    int
	Placeholder        string
	// Autocomplete is the attribute of the same name.
	Autocomplete string
	// Editor is "jinja" or "json" for a coloured editor where scripts run,
	// Completion the id of the element with the JSON that it proposes names from.
	Editor, Completion string
	// Code shows a long text as one for machines, without an editor.
	Code bool
	// Suggest are values that the browser offers for a text.
	Suggest []string
	// SuggestPath is a page that gives more of them for what was typed.
	SuggestPath string
	// Step is that of a number; empty means whole numbers.
	Step string
}

// Checked reports whether a box is ticked.
func (f *field) Checked() bool { return f.Value == "true" }

// Has reports whether one of several values is ticked.
func (f *field) Has(value string) bool {
	return slices.Contains(f.Values, value) || f.Value == value && value != ""
}

// Groups are the choices by their groups, in order.
func (f *field) Groups() []choiceGroup {
	var groups []choiceGroup
	for _, c := range f.Choices {
		if n := len(groups); n == 0 || groups[n-1].Name != c.Group {
			groups = append(groups, choiceGroup{Name: c.Group})
		}
		last := &groups[len(groups)-1]
		last.Choices = append(last.Choices, c)
	}
	return groups
}

// choiceGroup are choices under one heading.
type choiceGroup struct {
	Name    string
	Choices []choice
}

// Of returns the choice with a label, or nil.
func (g choiceGroup) Of(label string) *choice {
	for i := range g.Choices {
		if g.Choices[i].Label == label {
			return &g.Choices[i]
		}
	}
	return nil
}

// Actions are the columns of a table of permissions.
func (f *field) Actions() []string {
	var labels []string
	for _, c := range f.Choices {
		if !slices.Contains(labels, c.Label) {
			labels = append(labels, c.Label)
		}
	}
	return labels
}

// ID is the input's id in the page.
func (f *field) ID() string { return "id_" + f.Name }

// section is a group of fields with a heading.
type section struct {
	ID, Title, Help string
	Fields          []*field
}

// form is a page's form. Errors are what belongs to no field.
type form struct {
	// Action is the path it is sent to; empty means the page's own.
	Action string
	// Submit is the button's text, Cancel where the other button leads.
	Submit, Cancel string
	Sections       []section
	Errors         []string
	// Revision is that of the record as it was read, so that nobody undoes
	// what somebody else did in the meantime; 0 for a new one.
	Revision int64
}

// revisionField carries [form.Revision].
const revisionField = "revision"

// fields returns all fields.
func (f *form) fields() []*field {
	var all []*field
	for _, s := range f.Sections {
		all = append(all, s.Fields...)
	}
	return all
}

// Faults returns the fields that have errors, for the summary above the form.
func (f *form) Faults() []*field {
	return slices.DeleteFunc(f.fields(), func(f *field) bool { return len(f.Errors) == 0 })
}

// Failed reports whether anything is wrong.
func (f *form) Failed() bool { return len(f.Errors) > 0 || len(f.Faults()) > 0 }

// refuse puts the messages of an error at the fields that they are about.
// It returns the error when it is none that a person could mend here.
func (f *form) refuse(err error) error {
	e := publicError(err)
	switch e.Code {
	case webhook.CodeInvalid, webhook.CodeConflict, webhook.CodeUnauthorized, webhook.CodeRateLimited, webhook.CodeTooLarge:
	default:
		return err
	}
	byName := map[string]*field{}
	for _, field := range f.fields() {
		byName[field.Name] = field
	}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		messages := e.Fields[name]
		switch field := byName[name]; {
		case field != nil:
			field.Errors = append(field.Errors, messages...)
		case name == webhook.NonField || name == "non_field_errors":
			f.Errors = append(f.Errors, messages...)
		default:
			for _, message := range messages {
				f.Errors = append(f.Errors, name+": "+message)
			}
		}
	}
	if e.Message != "" {
		f.Errors = append(f.Errors, e.Message)
	}
	if e.Help != "" {
		f.Errors = append(f.Errors, e.Help)
	}
	return nil
}

// fill puts what a form was sent with into its fields, so that a refused form
// comes back as it was. Passwords do not come back.
func (f *form) fill(sent map[string][]string) {
	for _, field := range f.fields() {
		given := sent[field.Name]
		switch field.Kind {
		case fieldPassword:
		case fieldChecks, fieldMany, fieldPermissions:
			field.Values = given
		default:
			field.Value = ""
			if len(given) > 0 {
				field.Value = given[0]
			}
		}
	}
}

// parseRevision reads the revision that a form carries; 0 for none.
func parseRevision(values map[string][]string) int64 {
	if texts := values[revisionField]; len(texts) > 0 {
		if n, err := strconv.ParseInt(texts[0], 10, 64); err == nil && n > 0 {
			return n
		}
	}
	return 0
}
