package syntax

import "fmt"

// checker makes the checks that need a whole tree, in one walk, and notes which
// special variables loops and macros use. It walks the parts of a statement in
// the order in which Jinja2's code generator does: whether a name counts as read
// depends on whether it was bound before.
type checker struct {
	maxDepth int
	depth    int // of the tree, in nodes
	err      *Error
	blocks   []*Block
	named    map[string]*Block
	loops    []*For  // the loops around the current node
	seekers  []*seen // the bodies around the current node, as far as the next block
}

// special is a set of the variables that a body gets only if it reads them.
type special uint8

const (
	specialLoop special = 1 << iota
	specialCaller
	specialVarargs
	specialKwargs
)

// seen is what a body does with special variables.
type seen struct {
	read  special
	bound special // bound by the body itself before they were read
}

// scope says what is around a statement.
type scope struct {
	toplevel  bool // extends may stand here
	breakable bool // break and continue may stand here
}

func specialOf(name string) special {
	switch name {
	case "loop":
		return specialLoop
	case "caller":
		return specialCaller
	case "varargs":
		return specialVarargs
	case "kwargs":
		return specialKwargs
	}
	return 0
}

func (c *checker) fail(pos Pos, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{Pos: pos, Message: fmt.Sprintf(format, args...)}
	}
}

// enter counts a node; if it reports true, c.depth-- has to follow.
func (c *checker) enter(pos Pos) bool {
	if c.err == nil && c.depth >= c.maxDepth*levelCost {
		c.err = tooDeep(pos, c.maxDepth)
	}
	if c.err != nil {
		return false
	}
	c.depth++
	return true
}

func (c *checker) stmts(body []Stmt, in scope) {
	for _, s := range body {
		if !c.enter(s.Pos()) {
			return
		}
		c.stmt(s, in)
		c.depth--
	}
}

func (c *checker) stmt(s Stmt, in scope) {
	inner := scope{breakable: in.breakable}
	switch s := s.(type) {
	case *Output:
		c.exprs(s.Items)
	case *If:
		for _, branch := range s.Branches {
			c.expr(branch.Test)
			c.stmts(branch.Body, in)
		}
		c.stmts(s.Else, in)
	case *For:
		c.loop(s, inner)
	case *Macro:
		s.Uses = c.macro(s.pos, s.Params, s.Body)
	case *CallBlock:
		c.expr(s.Call)
		s.Uses = c.macro(s.pos, s.Params, s.Body)
	case *FilterBlock:
		c.stmts(s.Body, inner)
		c.expr(s.Filter)
	case *With:
		c.with(s, inner)
	case *Set:
		c.expr(s.Target)
		c.expr(s.Value)
	case *SetBlock:
		c.expr(s.Target)
		if s.Filter != nil {
			c.expr(s.Filter)
		}
		c.stmts(s.Body, inner)
	case *Block:
		c.block(s)
	case *Autoescape:
		c.expr(s.Enabled)
		c.stmts(s.Body, inner)
	case *Extends:
		if !in.toplevel {
			c.fail(s.pos, "'extends' cannot stand inside of a tag other than 'if'")
		}
		c.expr(s.Template)
	case *Include:
		c.expr(s.Template)
	case *Import:
		c.expr(s.Template)
	case *FromImport:
		c.expr(s.Template)
	case *Do:
		c.expr(s.X)
	case *Break, *Continue:
		if !in.breakable {
			c.fail(s.Pos(), "'break' and 'continue' need a loop around them")
		}
	}
}

// loop checks a loop. The else of a recursive loop is inside of the function
// that the loop becomes, so that no break there can reach a loop around it.
func (c *checker) loop(s *For, inner scope) {
	c.loops = append(c.loops, s)
	c.expr(s.Target)
	c.expr(s.Iter)
	if c.body(s.Body, scope{breakable: true}).read&specialLoop != 0 {
		s.UsesLoop = true
	}
	c.stmts(s.Else, scope{breakable: inner.breakable && !s.Recursive})
	if s.Filter != nil {
		c.expr(s.Filter)
	}
	c.loops = c.loops[:len(c.loops)-1]
}

// with checks a with statement: to the bodies around it all its names are bound
// before the first value is read.
func (c *checker) with(s *With, inner scope) {
	for _, binding := range s.Bindings {
		c.expr(binding.Target)
	}
	for _, binding := range s.Bindings {
		c.expr(binding.Value)
	}
	c.stmts(s.Body, inner)
}

// body checks statements and returns what they do with special variables.
func (c *checker) body(body []Stmt, in scope) seen {
	var s seen
	c.seekers = append(c.seekers, &s)
	c.stmts(body, in)
	c.seekers = c.seekers[:len(c.seekers)-1]
	return s
}

// macro checks parameters and body of a macro or call block. To the bodies
// around it a parameter is a binding.
func (c *checker) macro(pos Pos, params []Param, body []Stmt) MacroUse {
	var declared special
	requiresCaller := false
	for _, param := range params {
		name := specialOf(param.Name)
		c.bind(name)
		declared |= name
		if name == specialCaller && param.Default == nil {
			requiresCaller = true
		}
	}
	for _, param := range params {
		if param.Default != nil {
			c.expr(param.Default)
		}
	}
	read := c.body(body, scope{}).read
	if read&specialCaller != 0 && requiresCaller {
		c.fail(pos, "parameter \"caller\" has to be left out or to have a default")
	}
	return MacroUse{
		Caller:  read&specialCaller != 0,
		Varargs: read&^declared&specialVarargs != 0,
		Kwargs:  read&^declared&specialKwargs != 0,
	}
}

// block checks a block. It is rendered on its own, so that what is around it
// sees nothing of it, except that a scoped one is handed the loops' variables.
func (c *checker) block(s *Block) {
	if first := c.named[s.Name]; first != nil {
		c.fail(s.pos, "block %q is already defined at %s", brief(s.Name), first.pos)
		return
	}
	if c.named == nil {
		c.named = make(map[string]*Block)
	}
	c.named[s.Name] = s
	c.blocks = append(c.blocks, s)
	if s.Scoped {
		for _, loop := range c.loops {
			loop.UsesLoop = true
		}
	}
	seekers := c.seekers
	c.seekers = nil
	c.stmts(s.Body, scope{})
	c.seekers = seekers
}

func (c *checker) exprs(list []Expr) {
	for _, x := range list {
		c.expr(x)
	}
}

func (c *checker) expr(x Expr) {
	if !c.enter(x.Pos()) {
		return
	}
	defer func() { c.depth-- }()
	switch x := x.(type) {
	case *Name:
		c.name(x)
	case *List:
		c.exprs(x.Items)
	case *Tuple:
		c.exprs(x.Items)
	case *Dict:
		for _, pair := range x.Items {
			c.expr(pair.Key)
			c.expr(pair.Value)
		}
	case *Cond:
		c.operands(x.Test, x.Then, x.Else)
	case *Binary:
		c.operands(x.Left, x.Right)
	case *And:
		c.operands(x.Left, x.Right)
	case *Or:
		c.operands(x.Left, x.Right)
	case *Not:
		c.expr(x.X)
	case *Neg:
		c.expr(x.X)
	case *Plus:
		c.expr(x.X)
	case *Concat:
		c.exprs(x.Items)
	case *Compare:
		c.expr(x.Left)
		for _, op := range x.Ops {
			c.expr(op.Right)
		}
	case *Filter:
		c.operands(x.X)
		c.args(&x.Args)
	case *Test:
		c.expr(x.X)
		c.args(&x.Args)
	case *Call:
		c.expr(x.Func)
		c.args(&x.Args)
	case *Getattr:
		c.expr(x.X)
	case *Getitem:
		c.operands(x.X, x.Key)
	case *Slice:
		c.operands(x.Start, x.Stop, x.Step)
	}
}

// operands checks expressions some of which may be absent.
func (c *checker) operands(list ...Expr) {
	for _, x := range list {
		if x != nil {
			c.expr(x)
		}
	}
}

func (c *checker) args(args *Args) {
	c.exprs(args.Positional)
	for _, keyword := range args.Keywords {
		c.expr(keyword.Value)
	}
	c.operands(args.Star, args.StarStar)
}

func (c *checker) name(x *Name) {
	if x.Ctx == Store && x.ID == "loop" && len(c.loops) > 0 {
		c.fail(x.pos, "the variable 'loop' cannot be assigned to inside of a loop")
	}
	name := specialOf(x.ID)
	if name == 0 {
		return
	}
	if x.Ctx != Load {
		c.bind(name)
		return
	}
	for _, s := range c.seekers {
		s.read |= name &^ s.bound
	}
}

// bind notes that a special variable is an ordinary one from here on.
func (c *checker) bind(name special) {
	if name == 0 {
		return
	}
	for _, s := range c.seekers {
		s.bound |= name
	}
}
