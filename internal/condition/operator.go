package condition

import "bellhop/jinja/value"

// operator compares what was found under a path with a condition's value.
type operator string

const (
	eq        operator = "eq"
	gt        operator = "gt"
	gte       operator = "gte"
	lt        operator = "lt"
	lte       operator = "lte"
	in        operator = "in"
	contains  operator = "contains"
	regex     operator = "regex"
	changed   operator = "changed"
	unchanged operator = "unchanged"
)

// operatorNames has the operators in the order in which NetBox names them.
var operatorNames = []string{"eq", "gt", "gte", "lt", "lte", "in", "contains", "regex", "changed", "unchanged"}

var operators = map[string]operator{
	"eq": eq, "gt": gt, "gte": gte, "lt": lt, "lte": lte, "in": in,
	"contains": contains, "regex": regex, "changed": changed, "unchanged": unchanged,
}

// kinds is a set of types that a condition's value can have.
type kinds uint8

const (
	text kinds = 1 << iota
	boolean
	number
	list
	null
)

// allowed says which values an operator takes (NetBox 3.4.5 to 4.7).
var allowed = map[operator]kinds{
	eq:       text | boolean | number | list | null,
	gt:       number,
	gte:      number,
	lt:       number,
	lte:      number,
	in:       list,
	contains: text | boolean | number | list,
	regex:    text,
}

// kindOf returns the kind of a value, or 0 for an object.
func kindOf(v value.Value) kinds {
	switch v.(type) {
	case value.Str:
		return text
	case value.Bool:
		return boolean
	case value.Int, *value.BigInt, value.Float:
		return number
	case *value.List:
		return list
	case value.NoneType:
		return null
	}
	return 0
}

// apply compares. It raises value's errors for types that have no comparison,
// as Python does.
func (l *leaf) apply(th *value.Thread, seen value.Value) (bool, error) {
	switch l.op {
	case eq:
		return value.Equal(th, seen, l.value), nil
	case gt:
		return value.Order(th, value.GT, seen, l.value), nil
	case gte:
		return value.Order(th, value.GE, seen, l.value), nil
	case lt:
		return value.Order(th, value.LT, seen, l.value), nil
	case lte:
		return value.Order(th, value.LE, seen, l.value), nil
	case in:
		return value.Contains(th, l.value, seen), nil
	case contains:
		return value.Contains(th, seen, l.value), nil
	}
	subject, ok := value.Text(seen)
	if !ok {
		value.Raise(value.TypeError, "expected string, got '%s'", seen.TypeName())
	}
	th.Charge(regexSteps)
	return l.pattern.Match(subject)
}
