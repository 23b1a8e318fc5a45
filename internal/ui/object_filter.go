package ui

import (
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// objectFilters are what a list of objects can be narrowed by.
func (v *view) objectFilters() []listFilter {
	t := v.objectType
	var filters []listFilter
	for i := range t.Fields {
		f := &t.Fields[i]
		if slices.Contains(paging, f.Name) {
			continue // the name means something else in the query of a list
		}
		filter := listFilter{Name: f.Name, Label: fieldLabel(f), Path: f.Name}
		switch f.Kind {
		case webhook.FieldChoice:
			filter.Choices = fieldChoices(f)
		case webhook.FieldMultiChoice:
			filter.Choices, filter.Make = fieldChoices(f), anyOf(f.Name)
		case webhook.FieldBoolean:
			filter.Choices = yesNo()
		case webhook.FieldReference, webhook.FieldReferences:
			filter.Make, filter.Help = byReference(f), "Name or slug, # with the id, or none."
		default:
			continue
		}
		filters = append(filters, filter)
	}
	if t.Field("tag") == nil {
		filters = append(filters, listFilter{Name: "tag", Label: "Tag", Make: anyOf("tags"), Help: "The tag's slug."})
	}
	return filters
}

func fieldChoices(f *webhook.Field) []choice {
	choices := make([]choice, len(f.Choices))
	for i, c := range f.Choices {
		choices[i] = choice{Value: c.Value, Label: c.Label}
	}
	return choices
}

// byReference makes a filter by what a field refers to: an id as "#7", a name or
// slug, or "none".
func byReference(f *webhook.Field) func([]string) (store.Filter, error) {
	one := func(text string) store.Filter {
		if strings.EqualFold(text, "none") {
			return store.Compare{Path: f.Name, Op: store.Empty, Value: true}
		}
		if id, ok := idInText(text); ok {
			if f.Kind == webhook.FieldReferences {
				return store.Has{Path: f.Name, Value: id}
			}
			return store.Compare{Path: f.Name, Op: store.Eq, Value: id}
		}
		return store.Related{Path: f.Name, ObjectType: f.To, Where: store.Or{
			store.Compare{Path: "slug", Op: store.Ie, Value: text}, store.Compare{Path: "name", Op: store.Ie, Value: text},
		}}
	}
	return func(values []string) (store.Filter, error) {
		either := make(store.Or, len(values))
		for i, text := range values {
			either[i] = one(strings.TrimSpace(text))
		}
		return either, nil
	}
}

// idInText reads the id of an object that people are offered as "AMS1 #7".
func idInText(text string) (int64, bool) {
	i := strings.LastIndexByte(text, '#')
	if i < 0 || i > 0 && text[i-1] != ' ' {
		return 0, false
	}
	id, err := strconv.ParseInt(text[i+1:], 10, 64)
	return id, err == nil && id > 0
}

// textWithID is what [idInText] reads.
func textWithID(display string, id int64) string {
	return cutText(maxCellText, display) + " #" + strconv.FormatInt(id, 10)
}
