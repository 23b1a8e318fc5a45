package inventory

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"bellhop/internal/webhook"
)

// Types is an immutable set of object types.
type Types struct {
	list   []*webhook.ObjectType // by name
	byName map[string]*webhook.ObjectType
	byPath map[string]*webhook.ObjectType // "dcim/sites"
}

// NewTypes checks object types, each by itself and all against each other. The
// error is nil or a [webhook.Error] that names the first type that is wrong.
func NewTypes(types []webhook.ObjectType) (*Types, error) {
	set := &Types{byName: map[string]*webhook.ObjectType{}, byPath: map[string]*webhook.ObjectType{}}
	for _, t := range types {
		path := t.AppLabel + "/" + t.Plural
		if set.byName[t.Name()] != nil {
			return nil, typeError(t, "name", "object type with this name already exists.")
		}
		if set.byPath[path] != nil {
			return nil, typeError(t, "plural", "object type with this plural already exists.")
		}
		set.byName[t.Name()], set.byPath[path] = &t, &t
	}
	for _, name := range slices.Sorted(maps.Keys(set.byName)) {
		set.list = append(set.list, set.byName[name])
	}
	for _, t := range set.list {
		if err := set.check(t); err != nil {
			return nil, fmt.Errorf("object type %s: %w", t.Name(), err)
		}
	}
	return set, nil
}

// typeError refuses a type because of another one.
func typeError(t webhook.ObjectType, field, message string) error {
	return fmt.Errorf("object type %s: %w", t.Name(), &webhook.Error{
		Code: webhook.CodeInvalid, Fields: map[string][]string{field: {message}},
	})
}

// Get returns a type by name, such as "dcim.site", or nil. The caller must not
// change it.
func (s *Types) Get(name string) *webhook.ObjectType { return s.byName[name] }

// ByPath returns a type by its place in URLs, such as "dcim" and "sites", or
// nil.
func (s *Types) ByPath(appLabel, plural string) *webhook.ObjectType {
	return s.byPath[appLabel+"/"+plural]
}

// List returns all types in the order of their names.
func (s *Types) List() []*webhook.ObjectType { return slices.Clone(s.list) }

// reservedApps are the app labels of Bellhop's own REST paths.
var reservedApps = []string{"core", "extras", "users", "status", "schema", "docs"}

// reservedFields have a meaning for every object.
var reservedFields = []string{"id", "url", "display", "display_url", "tags", "custom_fields", "created", "last_updated"}

var (
	appPattern    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,99}$`)
	pluralPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,99}$`)
)

// check returns nil or a [webhook.Error] with everything that is wrong.
func (s *Types) check(t *webhook.ObjectType) error {
	var errs webhook.FieldErrors
	if !appPattern.MatchString(t.AppLabel) {
		errs.Add("app_label", "Enter lower-case letters, digits and underscores, beginning with a letter.")
	} else if slices.Contains(reservedApps, t.AppLabel) {
		errs.Add("app_label", "%q is reserved.", t.AppLabel)
	}
	if !appPattern.MatchString(t.Model) {
		errs.Add("model", "Enter lower-case letters, digits and underscores, beginning with a letter.")
	}
	if !pluralPattern.MatchString(t.Plural) {
		errs.Add("plural", "Enter lower-case letters, digits and hyphens.")
	}
	if t.Schemaless && len(t.Fields) > 0 {
		errs.Add("fields", "A schemaless type has no fields.")
	}
	if t.DisplayField != "" && !t.Schemaless && t.Field(t.DisplayField) == nil {
		errs.Add("display_field", "There is no field %q.", t.DisplayField)
	}
	seen := map[string]bool{}
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case !appPattern.MatchString(f.Name):
			errs.Add("fields", "%q: enter lower-case letters, digits and underscores, beginning with a letter.", f.Name)
		case slices.Contains(reservedFields, f.Name):
			errs.Add("fields", "%q is reserved.", f.Name)
		case seen[f.Name]:
			errs.Add("fields", "%q is there twice.", f.Name)
		}
		seen[f.Name] = true
		s.checkField(&errs, f)
	}
	return errs.Err()
}

// checkField adds what is wrong with a field's kind, its settings and its default.
func (s *Types) checkField(errs *webhook.FieldErrors, f *webhook.Field) {
	choices := f.Kind == webhook.FieldChoice || f.Kind == webhook.FieldMultiChoice
	references := f.Kind == webhook.FieldReference || f.Kind == webhook.FieldReferences
	switch {
	case !slices.Contains(webhook.FieldKinds, f.Kind):
		errs.Add("fields", "%q: %q is not a valid choice.", f.Name, f.Kind)
		return
	case choices != (len(f.Choices) > 0):
		errs.Add("fields", "%q: choices belong to a choice or multichoice field, and to nothing else.", f.Name)
	case references && s.byName[f.To] == nil:
		errs.Add("fields", "%q: there is no object type %q.", f.Name, f.To)
	case !references && f.To != "":
		errs.Add("fields", "%q: only a reference has \"to\".", f.Name)
	case f.Unique && !uniqueKinds[f.Kind]:
		errs.Add("fields", "%q: a field of kind %s cannot be unique.", f.Name, f.Kind)
	case f.Places < 0 || f.Places > 20:
		errs.Add("fields", "%q: places must be between 0 and 20.", f.Name)
	}
	if f.Default == nil {
		return
	}
	if references {
		errs.Add("fields", "%q: a reference has no default.", f.Name)
	} else if _, message := parseField(f, f.Default); message != "" {
		errs.Add("fields", "%q: default: %s", f.Name, message)
	}
}

// uniqueKinds have values that can be compared as text.
var uniqueKinds = map[webhook.FieldKind]bool{
	webhook.FieldText: true, webhook.FieldInteger: true, webhook.FieldDate: true, webhook.FieldDatetime: true,
	webhook.FieldChoice: true, webhook.FieldIPAddress: true, webhook.FieldIPPrefix: true, webhook.FieldDecimal: true,
}
