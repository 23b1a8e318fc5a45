package value

// kind tells the types apart that differ in their attributes.
type kind uint8

const (
	kindStr kind = iota
	kindMarkup
	kindBytes
	kindInt
	kindBool
	kindFloat
	kindNone
	kindList
	kindTuple
	kindDict
	kindRange
	kindKeys // the three views are in the order of viewKind
	kindValues
	kindItems
	kindSet
	kindGenerator
	kindIterator // other than a generator
	kindBuiltin  // a method of a built-in type
	kindMethod   // the objects of an engine, by their type's name
	kindFunction
	kindType
	kindObject
	kindUndefined
	numKinds
)

// kinds is a set of kinds.
type kinds uint32

const everyKind kinds = 1<<numKinds - 1

func (ks kinds) has(k kind) bool { return ks>>k&1 != 0 }

// kindOf finds the kind of a value; those that templates use most come first.
func kindOf(v Value) kind {
	switch v := v.(type) {
	case *Dict:
		return kindDict
	case Str:
		return kindStr
	case *List:
		return kindList
	case Int, *BigInt:
		return kindInt
	case Markup:
		return kindMarkup
	case Bytes:
		return kindBytes
	case Bool:
		return kindBool
	case Float:
		return kindFloat
	case NoneType:
		return kindNone
	case *Tuple:
		return kindTuple
	case *Range:
		return kindRange
	case *DictView:
		return kindKeys + kind(v.kind)
	case *Set:
		return kindSet
	case *Iterator:
		if v.Kind == "generator" {
			return kindGenerator
		}
		return kindIterator
	case *BoundMethod:
		return kindBuiltin
	case *Undefined:
		return kindUndefined
	}
	switch v.TypeName() {
	case "function":
		return kindFunction
	case "method":
		return kindMethod
	case "type":
		return kindType
	}
	return kindObject
}

// owners are the types in the words of Jinja2's messages about what they lack.
var owners = [numKinds]string{
	kindStr: "'str object'", kindMarkup: "'markupsafe.Markup object'",
	kindBytes: "'bytes object'", kindInt: "'int object'", kindBool: "'bool object'",
	kindFloat: "'float object'", kindNone: "'None'", kindList: "'list object'",
	kindTuple: "'tuple object'", kindDict: "'dict object'", kindRange: "'range object'",
	kindKeys: "'dict_keys object'", kindValues: "'dict_values object'",
	kindItems: "'dict_items object'", kindSet: "'set object'",
	kindGenerator: "'generator object'",
	kindBuiltin:   "'builtin_function_or_method object'",
	kindUndefined: "'jinja2.runtime.Undefined object'",
}

// Moduled is a Value whose type is not one of Python's built-in ones, so that
// messages name its module too.
type Moduled interface {
	Value
	// Module is the module of the type, such as "jinja2.runtime".
	Module() string
}

// ownerOf gives v's type in the words of Jinja2's messages.
func ownerOf(v Value, k kind) string {
	if owner := owners[k]; owner != "" {
		return owner
	}
	name := v.TypeName()
	if m, ok := v.(Moduled); ok {
		name = m.Module() + "." + name
	}
	return "'" + name + " object'"
}
