package value

// Truther is a Value that may be false. Objects without it are true.
type Truther interface {
	Value
	Truth(th *Thread) bool
}

// Truth is Python's bool(v). Undefined is false, and raises under the Strict
// policy; generators, functions and objects are true.
func Truth(th *Thread, v Value) bool {
	switch v := v.(type) {
	case NoneType:
		return false
	case Bool:
		return bool(v)
	case Int:
		return v != 0
	case Float:
		return v != 0
	case Str:
		return v != ""
	case Markup:
		return v != ""
	case Bytes:
		return v != ""
	case *List:
		return len(v.Items(th)) > 0
	case *Tuple:
		return len(v.items) > 0
	case *Dict:
		return v.Len(th) > 0
	case *DictView:
		return v.dict.Len(th) > 0
	case *Set:
		return v.elems.live > 0
	case *Range:
		return v.Len() > 0
	case *Undefined:
		v.mustPass(th)
		return false
	case Truther:
		return v.Truth(th)
	}
	return true
}
