package syntax

// Text is template text between tags, ready for output: newlines normalised,
// white space control applied. It occurs only in [Output] and is never empty.
type Text struct {
	exprNode
	Data string
}

// NameContext says what a [Name] is there for.
type NameContext uint8

// What happens to a name.
const (
	Load  NameContext = iota // it is read
	Store                    // it is assigned by set or for
	Bind                     // it is bound by with
)

// Name is a variable.
type Name struct {
	exprNode
	ID  string
	Ctx NameContext
}

// NamespaceRef is the target ns.attr of a set statement.
type NamespaceRef struct {
	exprNode
	Name, Attr string
}

// Const is a literal.
type Const struct {
	exprNode
	// Value is nil for none, or a bool, int64, *big.Int (only beyond the range
	// of int64), float64 or string. Strings are WTF-8: a lone surrogate
	// ('\ud800') is its three-byte form.
	Value any
}

// List is a list display.
type List struct {
	exprNode
	Items []Expr
}

// Tuple is a tuple display, with or without parentheses, or a tuple of targets.
type Tuple struct {
	exprNode
	Items []Expr
}

// Dict is a dict display. Keys may repeat: the last one wins.
type Dict struct {
	exprNode
	Items []Pair
}

// Pair is an entry of a [Dict].
type Pair struct {
	Key, Value Expr
}

// Cond is the inline if: Then if Test else Else. Else may be nil, which gives
// an undefined value.
type Cond struct {
	exprNode
	Test, Then, Else Expr
}

// BinaryOp is an arithmetic operator.
type BinaryOp uint8

// The arithmetic operators.
const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	FloorDiv
	Mod
	Pow
)

// String returns the operator as it is written.
func (op BinaryOp) String() string {
	return [...]string{Add: "+", Sub: "-", Mul: "*", Div: "/", FloorDiv: "//", Mod: "%", Pow: "**"}[op]
}

// Binary is an arithmetic operation.
type Binary struct {
	exprNode
	Op          BinaryOp
	Left, Right Expr
}

// And is a short-circuit "and" that gives one of its operands.
type And struct {
	exprNode
	Left, Right Expr
}

// Or is a short-circuit "or" that gives one of its operands.
type Or struct {
	exprNode
	Left, Right Expr
}

// Not is a logical negation.
type Not struct {
	exprNode
	X Expr
}

// Neg is an unary minus.
type Neg struct {
	exprNode
	X Expr
}

// Plus is an unary plus.
type Plus struct {
	exprNode
	X Expr
}

// Concat joins two or more operands of "~" as text.
type Concat struct {
	exprNode
	Items []Expr
}

// CompareOp is a comparison operator.
type CompareOp uint8

// The comparison operators.
const (
	Equal CompareOp = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	In
	NotIn
)

// String returns the operator as it is written.
func (op CompareOp) String() string {
	return [...]string{
		Equal: "==", NotEqual: "!=", Less: "<", LessEqual: "<=",
		Greater: ">", GreaterEqual: ">=", In: "in", NotIn: "not in",
	}[op]
}

// Compare is a chain of one or more comparisons: a < b < c means a < b and
// b < c with b evaluated once.
type Compare struct {
	exprNode
	Left Expr
	Ops  []Comparison
}

// Prefix is the chain of the first n comparisons.
func (c *Compare) Prefix(n int) *Compare {
	return &Compare{exprNode: c.exprNode, Left: c.Left, Ops: c.Ops[:n]}
}

// Comparison is a link of a [Compare].
type Comparison struct {
	Op    CompareOp
	Right Expr
	Pos   Pos // of the operator
}

// Args are the arguments of a call, filter or test.
type Args struct {
	Positional []Expr
	Keywords   []Keyword // names are unique
	Star       Expr      // *args, or nil
	StarStar   Expr      // **kwargs, or nil
}

// Keyword is a keyword argument.
type Keyword struct {
	Name  string
	Value Expr
	Pos   Pos
}

// Filter applies a filter. X is nil where the filter applies to the text of a
// block (see [FilterBlock]). Name may hold dots.
type Filter struct {
	exprNode
	X    Expr
	Name string
	Args Args
}

// Test is "X is Name". Name may hold dots; "is not" is a [Not] around a Test.
type Test struct {
	exprNode
	X    Expr
	Name string
	Args Args
}

// Call calls a value.
type Call struct {
	exprNode
	Func Expr
	Args Args
}

// Getattr is X.Name: the attribute first, then the item.
type Getattr struct {
	exprNode
	X    Expr
	Name string
}

// Getitem is X[Key] or, with an integer, X.0. Key may be a *[Slice]; X[a, b] has
// a *[Tuple] without slices, and X[] an empty one.
type Getitem struct {
	exprNode
	X, Key Expr
}

// Slice is start:stop:step in a subscript; absent parts are nil.
type Slice struct {
	exprNode
	Start, Stop, Step Expr
}
