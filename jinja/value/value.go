package value

import "math/big"

// Value is any value of the template language. The types of this package are
// the closed set that templates can build; an engine adds objects of its own
// (a loop, a macro) by implementing Value and whichever of [Callable],
// [Attributer], [Indexer], [Iterable], [Sized], [Truther], [Printer], [HTMLer]
// and [Moduled] the object supports.
type Value interface {
	// TypeName is Python's name of the type, such as "str" or "NoneType".
	TypeName() string
}

// Callable is a Value that templates can call.
type Callable interface {
	Value
	Call(th *Thread, args Args) Value
}

// Attributer is a Value with attributes of its own. Attr reports false for a
// name that it does not have.
type Attributer interface {
	Value
	Attr(th *Thread, name string) (Value, bool)
}

// Iterable is a Value that a for loop can walk.
type Iterable interface {
	Value
	Iterate(th *Thread) Iter
}

// Printer is a Value with a text form of its own, used by str and repr alike.
type Printer interface {
	Value
	Print(th *Thread) string
}

// Iter walks values. Next reports false at the end and from then on.
type Iter interface {
	Next() (Value, bool)
}

type (
	// NoneType is the type of [None].
	NoneType struct{}
	// Bool is Python's bool. It counts as the integer 0 or 1 wherever one is
	// asked for.
	Bool bool
	// Int is an integer that fits 64 bits. Integers beyond are a [*BigInt];
	// an operation gives a BigInt only when the result needs one.
	Int int64
	// BigInt is an integer that does not fit an [Int]. It is immutable.
	BigInt struct{ n big.Int }
	// Float is Python's float.
	Float float64
	// Str is Python's str, as WTF-8.
	Str string
	// Markup is a str known to be safe HTML, as markupsafe has it.
	Markup string
	// Bytes is Python's bytes.
	Bytes string
)

// None is Python's None.
var None = NoneType{}

// True and False are Python's bools.
const (
	True  = Bool(true)
	False = Bool(false)
)

// NewInt gives the integer n as an [Int] where it fits, else as a [*BigInt].
// It keeps a copy of n.
func NewInt(n *big.Int) Value {
	if n.IsInt64() {
		return Int(n.Int64())
	}
	b := new(BigInt)
	b.n.Set(n)
	return b
}

// Big gives the integer for reading; the caller must not change it.
func (b *BigInt) Big() *big.Int { return &b.n }

// TypeName implements [Value].
func (NoneType) TypeName() string { return "NoneType" }

// TypeName implements [Value].
func (Bool) TypeName() string { return "bool" }

// TypeName implements [Value].
func (Int) TypeName() string { return "int" }

// TypeName implements [Value].
func (*BigInt) TypeName() string { return "int" }

// TypeName implements [Value].
func (Float) TypeName() string { return "float" }

// TypeName implements [Value].
func (Str) TypeName() string { return "str" }

// TypeName implements [Value].
func (Markup) TypeName() string { return "Markup" }

// TypeName implements [Value].
func (Bytes) TypeName() string { return "bytes" }

// Text gives the text of a Str or Markup, and whether v is one of them.
func Text(v Value) (string, bool) {
	switch v := v.(type) {
	case Str:
		return string(v), true
	case Markup:
		return string(v), true
	}
	return "", false
}
