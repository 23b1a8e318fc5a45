package condition

import (
	"fmt"
	"strings"

	"bellhop/internal/condition/pyre"
	"bellhop/jinja/value"
)

// MaxDefinition is the longest definition that is accepted, in bytes.
const MaxDefinition = 64 << 10

// Set is a compiled set of conditions. The zero value, and a set compiled from
// null or any other false value, has no conditions and is always met. A set may
// be used concurrently.
type Set struct {
	root rule // nil if there are no conditions
}

// IsEmpty reports whether there are no conditions.
func (s *Set) IsEmpty() bool { return s.root == nil }

// DefinitionError refuses a definition.
type DefinitionError struct {
	Path    string // of the faulty element, such as "conditions.and[1].op"
	Message string // NetBox's text where NetBox refuses it too
	Help    string // what to write instead; may be empty
}

// Error returns the message, the path, and the help if there is any.
func (e *DefinitionError) Error() string {
	text := fmt.Sprintf("%s (at %s)", e.Message, e.Path)
	if e.Help != "" {
		text += " " + e.Help
	}
	return text
}

func refuse(path, help, format string, args ...any) error {
	return &DefinitionError{Path: path, Message: fmt.Sprintf(format, args...), Help: help}
}

// rule is a set, a group or a single condition.
type rule interface {
	// evaluate returns the result and records it in the node, whose description
	// it has filled in.
	evaluate(e *evaluation, n *Node) Result
	// describe fills in what is known of the rule before it is evaluated.
	describe(n *Node)
}

// Compile reads a definition as JSON. Any false value (null, {}, [], "", 0,
// false) and an empty text mean that there are no conditions, as in NetBox.
// Errors are [*DefinitionError].
func Compile(definition []byte) (*Set, error) {
	const path = "conditions"
	if len(definition) == 0 {
		return &Set{}, nil
	}
	if len(definition) > MaxDefinition {
		return nil, refuse(path, "", "Conditions are longer than %d bytes.", MaxDefinition)
	}
	parsed, err := value.ParseJSON(definition)
	if err != nil {
		return nil, refuse(path, "", "Conditions are not valid JSON: %v", err)
	}
	c := compiler{th: newThread()}
	if !value.Truth(c.th, parsed) {
		return &Set{}, nil
	}
	object, ok := parsed.(*value.Dict)
	if !ok {
		return nil, refuse(path, `Write {"and": [...]} or {"or": [...]}.`,
			"Ruleset must be a dictionary, not <class '%s'>.", parsed.TypeName())
	}
	root, err := c.top(path, object)
	if err != nil {
		return nil, err
	}
	return &Set{root: root}, nil
}

// compiler turns parsed JSON into rules. Its thread is needed to read values.
type compiler struct{ th *value.Thread }

// top reads the outermost object: a ruleset if it has one key, else a
// bare condition.
func (c compiler) top(path string, object *value.Dict) (rule, error) {
	if object.Len(c.th) > 1 {
		return c.leaf(path, object)
	}
	if logic, members, ok := c.ruleset(object); ok {
		return c.group(path, logic, members)
	}
	return nil, refuse(path, fmt.Sprintf("The only key is %s; write it in lower case, or give a condition its \"value\".", c.onlyKey(object)),
		"Invalid logic type: must be 'AND' or 'OR'. Please check documentation.")
}

// onlyKey returns the key of an object that has one, for a message.
func (c compiler) onlyKey(object *value.Dict) string {
	for key := range object.All(c.th) {
		return brief(c.th, key)
	}
	return "missing"
}

// ruleset reports whether an object has exactly one key, "and" or "or".
func (c compiler) ruleset(object *value.Dict) (logic string, members value.Value, ok bool) {
	if object.Len(c.th) != 1 {
		return "", nil, false
	}
	for _, logic := range []string{"and", "or"} {
		if members, ok := object.Lookup(c.th, logic); ok {
			return logic, members, true
		}
	}
	return "", nil, false
}

// group reads the members of an "and" or "or".
func (c compiler) group(path, logic string, members value.Value) (rule, error) {
	g := &group{path: path, any: logic == "or"}
	list, ok := members.(*value.List)
	if !ok {
		if c.isEmptyContainer(members) {
			return g, nil // Python iterates over it, and finds nothing
		}
		return nil, refuse(path+"."+logic, "", "The value of '%s' must be a list, not <class '%s'>.", logic, members.TypeName())
	}
	for i, member := range list.Items(c.th) {
		r, err := c.member(fmt.Sprintf("%s.%s[%d]", path, logic, i), member)
		if err != nil {
			return nil, err
		}
		g.members = append(g.members, r)
	}
	return g, nil
}

// isEmptyContainer reports what Python can iterate over without finding anything,
// which NetBox therefore takes for an empty list.
func (c compiler) isEmptyContainer(v value.Value) bool {
	switch v.(type) {
	case value.Str, *value.Dict:
		return !value.Truth(c.th, v)
	}
	return false
}

// member reads one member of a group. Unlike at the top, an object with one key
// that is neither "and" nor "or" is taken for a condition here.
func (c compiler) member(path string, member value.Value) (rule, error) {
	object, ok := member.(*value.Dict)
	if !ok {
		return nil, refuse(path, "", "Condition must be a dictionary, not <class '%s'>.", member.TypeName())
	}
	if logic, members, ok := c.ruleset(object); ok {
		return c.group(path, logic, members)
	}
	return c.leaf(path, object)
}

// leaf reads a single condition.
func (c compiler) leaf(path string, object *value.Dict) (rule, error) {
	for key := range object.All(c.th) {
		switch name, _ := value.Text(key); name {
		case "attr", "value", "op", "negate":
		default:
			return nil, refuse(path, fmt.Sprintf("Unknown key %s; known are attr, value, op, negate.", brief(c.th, key)),
				"Incorrect key(s) informed. Please check documentation.")
		}
	}
	l := &leaf{path: path}
	var err error
	if l.attr, l.keys, err = c.attr(path, object); err != nil {
		return nil, err
	}
	if l.op, err = c.op(path, object); err != nil {
		return nil, err
	}
	if negate, ok := object.Lookup(c.th, "negate"); ok {
		l.negate = value.Truth(c.th, negate)
	}
	if err := c.value(l, object); err != nil {
		return nil, err
	}
	return l, nil
}

// attr reads a condition's path. NetBox accepts one that is no text, and fails when
// it is used; that is refused here.
func (c compiler) attr(path string, object *value.Dict) (string, []string, error) {
	v, ok := object.Lookup(c.th, "attr")
	if !ok {
		return "", nil, refuse(path, `Add "attr".`, "Incorrect key(s) informed. Please check documentation.")
	}
	attr, ok := value.Text(v)
	if !ok {
		return "", nil, refuse(path+".attr", "", "Invalid attr: must be a string, not <class '%s'>.", v.TypeName())
	}
	return attr, strings.Split(attr, "."), nil
}

// op reads a condition's operator.
func (c compiler) op(path string, object *value.Dict) (operator, error) {
	v, ok := object.Lookup(c.th, "op")
	if !ok {
		return eq, nil
	}
	name, isText := value.Text(v)
	op, known := operators[name]
	if !isText || !known {
		if !isText {
			name = brief(c.th, v)
		}
		return "", refuse(path+".op", "", "Unknown operator: %s. Must be one of: %s", clip(name), strings.Join(operatorNames, ", "))
	}
	return op, nil
}

// value checks the value's type against the operator, exactly as NetBox does: a
// boolean is no number here.
func (c compiler) value(l *leaf, object *value.Dict) error {
	v, given := object.Lookup(c.th, "value")
	if l.op == changed || l.op == unchanged {
		if given {
			return refuse(l.path+".value", "Leave it out.", "The %s operator does not take a value.", l.op)
		}
		if l.keys[0] == snapshotsKey {
			return refuse(l.path+".attr", `Write the snapshot's field alone, such as "status".`,
				"The %s operator compares both snapshots and does not take a snapshots path.", l.op)
		}
		return nil
	}
	if !given {
		return refuse(l.path, `Add "value".`, "Incorrect key(s) informed. Please check documentation.")
	}
	valuePath := l.path + ".value"
	kind := kindOf(v)
	if kind == 0 {
		return refuse(valuePath, "", "Unsupported value type: <class '%s'>", v.TypeName())
	}
	if allowed[l.op]&kind == 0 {
		return refuse(valuePath, "", "Invalid type for %s operation: <class '%s'>", l.op, v.TypeName())
	}
	l.value = v
	l.expected = brief(c.th, v)
	if l.op == regex {
		text, _ := value.Text(v)
		pattern, err := pyre.Compile(text)
		if err != nil {
			return refuse(valuePath, "", "Invalid regular expression: %v", err)
		}
		l.pattern = pattern
	}
	return nil
}
