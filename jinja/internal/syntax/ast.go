package syntax

import "strconv"

// Pos is a place in the template's source. Line and Column count from 1; a
// column is a code point, and a line ends at \n, \r\n or \r.
type Pos struct {
	Line, Column int32
}

// String returns "line L, column C".
func (p Pos) String() string {
	return "line " + strconv.Itoa(int(p.Line)) + ", column " + strconv.Itoa(int(p.Column))
}

// Node is any part of the tree. The set is closed: only this package declares
// nodes. Trees are never changed after [Parse] returned them, so any number of
// goroutines may read one.
type Node interface {
	// Pos returns where the node begins; an infix operator's node stands at
	// the operator, a postfix one (attribute, item, call, test) at its first
	// own token and a filter at its name, because that is where a message
	// about the operation should point.
	Pos() Pos
}

// Stmt is a statement: output or a {% ... %} tag with what belongs to it.
type Stmt interface {
	Node
	stmt()
}

// Expr is an expression, an assignment target or a piece of template text.
type Expr interface {
	Node
	expr()
}

type node struct{ pos Pos }

func (n *node) Pos() Pos { return n.pos }

type stmtNode struct{ node }

func (*stmtNode) stmt() {}

type exprNode struct{ node }

func (*exprNode) expr() {}

// Template is a whole parsed template.
type Template struct {
	Body []Stmt
	// Blocks lists every block of the template, nested ones too, in source
	// order. Names are unique.
	Blocks []*Block
}

// Output writes its items one after the other: *[Text] for template text,
// anything else is an expression to be printed. Items may be empty ({% print %}).
type Output struct {
	stmtNode
	Items []Expr
}

// If is an if statement; Branches holds the if and all its elifs.
type If struct {
	stmtNode
	Branches []IfBranch
	Else     []Stmt
}

// IfBranch is one condition of an [If] and what it guards.
type IfBranch struct {
	Test Expr
	Body []Stmt
}

// For is a loop. Filter, the condition after "if", is nil if there is none.
type For struct {
	stmtNode
	Target    Expr // *Name or *Tuple of targets
	Iter      Expr
	Filter    Expr
	Recursive bool
	Body      []Stmt
	Else      []Stmt
	// UsesLoop says whether Body reads the special variable loop (directly, or
	// through a scoped block inside the loop), by Jinja's own rules.
	UsesLoop bool
}

// Param is a parameter of a macro or call block; Default is nil if it has none.
type Param struct {
	Name    string
	Default Expr
	Pos     Pos
}

// MacroUse says which special variables a macro's body reads without declaring
// them: they decide what the macro accepts when it is called.
type MacroUse struct {
	Caller, Varargs, Kwargs bool
}

// Macro defines a macro.
type Macro struct {
	stmtNode
	Name   string
	Params []Param
	Body   []Stmt
	Uses   MacroUse
}

// CallBlock calls Call with its body as the macro "caller".
type CallBlock struct {
	stmtNode
	Call   *Call
	Params []Param
	Body   []Stmt
	Uses   MacroUse
}

// FilterBlock applies a chain of filters to what its body writes. The value of
// the innermost filter is nil and stands for that text.
type FilterBlock struct {
	stmtNode
	Filter *Filter
	Body   []Stmt
}

// With opens a scope with variables. All values are evaluated outside of it.
type With struct {
	stmtNode
	Bindings []Binding
	Body     []Stmt
}

// Binding is one assignment of a [With].
type Binding struct {
	Target Expr // *Name or *Tuple of targets
	Value  Expr
}

// Set assigns Value to Target.
type Set struct {
	stmtNode
	Target Expr // *Name, *NamespaceRef or *Tuple of these
	Value  Expr
}

// SetBlock assigns what its body writes to Target, after a chain of filters if
// Filter is not nil (see [FilterBlock]).
type SetBlock struct {
	stmtNode
	Target Expr // *Name, *NamespaceRef or *Tuple of these
	Filter *Filter
	Body   []Stmt
}

// Block is a named block that a child template may replace.
type Block struct {
	stmtNode
	Name     string
	Scoped   bool
	Required bool // Body holds nothing but white space then
	Body     []Stmt
}

// Extends makes the template a child of another one.
type Extends struct {
	stmtNode
	Template Expr
}

// Include renders another template in place.
type Include struct {
	stmtNode
	Template      Expr
	IgnoreMissing bool
	WithContext   bool
}

// Import binds another template's module to a name.
type Import struct {
	stmtNode
	Template    Expr
	Target      string
	WithContext bool
}

// FromImport binds names of another template's module.
type FromImport struct {
	stmtNode
	Template    Expr
	Names       []ImportedName
	WithContext bool
}

// ImportedName is one name of a [FromImport]. Alias equals Name if the template
// gives none.
type ImportedName struct {
	Name, Alias string
	Pos         Pos
}

// Autoescape sets escaping for its body, which is a scope of its own.
type Autoescape struct {
	stmtNode
	Enabled Expr
	Body    []Stmt
}

// Do evaluates an expression and drops the result ([Options.Do]).
type Do struct {
	stmtNode
	X Expr
}

// Break leaves the innermost loop ([Options.LoopControls]); it always has one.
type Break struct{ stmtNode }

// Continue starts the innermost loop's next turn ([Options.LoopControls]); it
// always has a loop.
type Continue struct{ stmtNode }
