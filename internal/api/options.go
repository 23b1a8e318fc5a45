package api

import (
	"net/http"
	"strings"

	"bellhop/internal/webhook"
)

// options answers OPTIONS with what Django REST framework's metadata has: what
// the list is called, and the fields of each write that the caller may do.
func (c *call) options() error {
	if c.identity == nil && !c.isPublic() {
		return errAnonymous()
	}
	c.w.Header().Set("Allow", strings.Join(c.route.methods(), ", "))
	about := c.description()
	name := "Bellhop"
	if about != nil {
		name = strings.ToUpper(about.name[:1]) + about.name[1:]
		if !strings.Contains(c.route.path, "{id}") {
			name += " List"
		}
	}
	shown := object{
		{"name", name},
		{"description", c.route.operations[0].summary},
		{"renders", []string{"application/json"}},
		{"parses", []string{"application/json"}},
	}
	if actions := c.actions(about); len(actions) > 0 {
		shown = append(shown, member{"actions", actions})
	}
	return c.sendJSON(http.StatusOK, shown)
}

func (c *call) isPublic() bool {
	for _, op := range c.route.operations {
		if op.access.level == levelPublic {
			return true
		}
	}
	return false
}

// description returns what the route is about, or nil.
func (c *call) description() *description {
	if c.route.about == nil && c.objectType != nil {
		return c.api.describeObjects(c.objectType)
	}
	return c.route.about
}

// actions are the writes that the caller may do, with the fields they take.
func (c *call) actions(about *description) object {
	var actions object
	for _, op := range c.route.operations {
		isWrite := op.method == http.MethodPost || op.method == http.MethodPut
		if about == nil || !isWrite || op.takes == shapeNothing || c.mayNot(op.access) {
			continue
		}
		actions = append(actions, member{op.method, metadata(about)})
	}
	return actions
}

// mayNot reports whether the caller may not call an operation, whatever this
// call's own method.
func (c *call) mayNot(a access) bool {
	return c.identity == nil || c.identity.ReadOnly || c.authorize(a) != nil
}

// metadata describes the fields as Django REST framework's SimpleMetadata does.
func metadata(d *description) object {
	var fields object
	for _, s := range d.fields {
		info := object{
			{"type", kindNames[s.kind]}, {"required", s.required}, {"read_only", s.readOnly}, {"label", s.label},
		}
		if s.help != "" {
			info = append(info, member{"help_text", s.help})
		}
		if s.maxLength > 0 {
			info = append(info, member{"max_length", s.maxLength})
		}
		if s.min != nil {
			info = append(info, member{"min_value", *s.min})
		}
		if s.max != nil {
			info = append(info, member{"max_value", *s.max})
		}
		if len(s.choices) > 0 && !s.readOnly {
			info = append(info, member{"choices", showChoices(s.choices)})
		}
		fields = append(fields, member{s.name, info})
	}
	return fields
}

func showChoices(choices []webhook.Choice) []object {
	shown := make([]object, len(choices))
	for i, choice := range choices {
		shown[i] = object{{"value", choice.Value}, {"display_name", choice.Label}}
	}
	return shown
}
