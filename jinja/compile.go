package jinja

import (
	"errors"
	"slices"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// expr evaluates an expression, stmt runs a statement.
type (
	expr func(st *state, fr *frame) value.Value
	stmt func(st *state, fr *frame) flow
	// action gives a variable its first value when its scope is entered.
	action func(st *state, fr *frame)
)

// escapeMode is what the compiler knows of escaping at a place.
type escapeMode uint8

const (
	escapeOff escapeMode = iota
	escapeOn
	escapeRuntime // an autoescape tag with an expression decides
)

// compiler turns one template's tree into closures.
type compiler struct {
	env  *Environment
	tmpl *Template
	mode escapeMode
	// escapes is what the innermost autoescape tag with a constant says, or the
	// environment: constants are printed by it even where mode is
	// escapeRuntime, as in Jinja2.
	escapes bool
	// folder evaluates constant expressions.
	folder folder
	// sure: an extends tag has been passed at the root level, so that what
	// follows there writes nothing.
	sure bool
}

// scope is where a statement or expression stands.
type scope struct {
	syms *symbols
	// top: assignments here are the template's exports. root: and not even
	// inside an if.
	top, root bool
	// lenient: an unknown filter or test is an error only if it is reached, as
	// in Jinja2's conditional branches.
	lenient bool
	// guarded: output is dropped once an extends tag has run.
	guarded bool
}

// inner is a scope inside s, in the same function.
func (s scope) inner() scope {
	return scope{syms: newSymbols(s.syms, s.syms.fn), guarded: s.guarded}
}

// function is a scope inside s with a frame of its own.
func (s scope) function() scope {
	fn := &function{parent: s.syms.fn}
	return scope{syms: newSymbols(s.syms, fn), guarded: s.guarded}
}

// branch is s as seen from a conditional branch.
func (s scope) branch() scope {
	s.lenient, s.root = true, false
	return s
}

// fail ends the compilation with an error at pos.
func (c *compiler) fail(pos syntax.Pos, kind value.Kind, cause error, message string) {
	panic(c.tmpl.located(PhaseCompile, pos, &value.Error{Kind: kind, Message: message, Err: cause}))
}

// template compiles a whole template.
func (c *compiler) template(tree *syntax.Template) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			err = r
		default:
			panic(r)
		}
	}()
	if c.env.autoescape {
		c.mode, c.escapes = escapeOn, true
	}
	t := c.tmpl
	t.shares = c.env.loader != nil || len(tree.Blocks) > 0
	sc := scope{syms: newSymbols(nil, t.root), top: true, root: true, guarded: inherits(tree.Body)}
	sc.syms.implicit("self")
	sc.syms.walk(tree.Body)
	t.enter = c.entry(sc)
	t.body = c.body(sc, tree.Body)
	t.self = sc.syms.implicitSlot("self")
	for _, b := range tree.Blocks {
		t.blocks = append(t.blocks, c.block(b))
	}
	return nil
}

// block compiles a block's body, a function that is no part of the root's
// scope.
func (c *compiler) block(n *syntax.Block) *block {
	b := &block{name: n.Name, tmpl: c.tmpl, fn: &function{}}
	sc := scope{syms: newSymbols(nil, b.fn)}
	sc.syms.implicit("self", "super")
	sc.syms.walk(n.Body)
	b.enter = c.entry(sc)
	b.body = c.body(sc, n.Body)
	b.self, b.super = sc.syms.implicitSlot("self"), sc.syms.implicitSlot("super")
	return b
}

// inherits reports whether an extends tag may run at the top level.
func inherits(body []syntax.Stmt) bool {
	for _, n := range body {
		switch n := n.(type) {
		case *syntax.Extends:
			return true
		case *syntax.If:
			if inherits(n.Else) || slices.ContainsFunc(n.Branches, func(b syntax.IfBranch) bool { return inherits(b.Body) }) {
				return true
			}
		}
	}
	return false
}

// entry gives what fills a scope's variables when it is entered. It also ends
// the scope's analysis: names that are only read move to the function.
func (c *compiler) entry(sc scope) []action {
	sc.syms.hoist()
	slots := make([]int, 0, len(sc.syms.loads))
	for slot := range sc.syms.loads {
		slots = append(slots, slot)
	}
	slices.Sort(slots)
	var out []action
	for _, slot := range slots {
		switch l := sc.syms.loads[slot]; l.kind {
		case loadResolve:
			out = append(out, func(st *state, fr *frame) { fr.slots[slot] = fr.ctx.resolve(&st.th, l.name) })
		case loadAlias:
			out = append(out, func(_ *state, fr *frame) { fr.slots[slot] = *fr.at(l.from) })
		case loadUndefined:
			out = append(out, func(_ *state, fr *frame) { fr.slots[slot] = nil })
		}
	}
	return out
}

func enter(st *state, fr *frame, actions []action) {
	for _, a := range actions {
		a(st, fr)
	}
}

// exec runs statements until one leaves the loop around them.
func exec(st *state, fr *frame, body []stmt) flow {
	for _, s := range body {
		if f := s(st, fr); f != next {
			return f
		}
	}
	return next
}

// body compiles statements.
func (c *compiler) body(sc scope, list []syntax.Stmt) []stmt {
	out := make([]stmt, 0, len(list))
	for _, n := range list {
		if s := c.stmt(&sc, n); s != nil {
			out = append(out, s)
		}
	}
	return out
}

func (c *compiler) stmt(sc *scope, n syntax.Stmt) stmt {
	switch n := n.(type) {
	case *syntax.Output:
		return c.output(*sc, n)
	case *syntax.If:
		return c.ifStmt(*sc, n)
	case *syntax.For:
		return c.forStmt(*sc, n)
	case *syntax.Set:
		return c.set(*sc, n)
	case *syntax.SetBlock:
		return c.setBlock(*sc, n)
	case *syntax.With:
		return c.with(*sc, n)
	case *syntax.Macro:
		return c.macro(*sc, n)
	case *syntax.CallBlock:
		return c.callBlock(*sc, n)
	case *syntax.FilterBlock:
		return c.filterBlock(*sc, n)
	case *syntax.Autoescape:
		return c.autoescape(*sc, n)
	case *syntax.Block:
		return c.blockCall(*sc, n)
	case *syntax.Extends:
		return c.extends(*sc, n)
	case *syntax.Include:
		return c.include(*sc, n)
	case *syntax.Import:
		return c.importStmt(*sc, n)
	case *syntax.FromImport:
		return c.fromImport(*sc, n)
	case *syntax.Do:
		x := c.expr(*sc, n.X)
		return func(st *state, fr *frame) flow { x(st, fr); return next }
	case *syntax.Break:
		return func(*state, *frame) flow { return broken }
	case *syntax.Continue:
		return func(*state, *frame) flow { return continued }
	}
	panic("jinja: unknown statement")
}

// syntaxError makes the public error of a parser's.
func (t *Template) syntaxError(err error) error {
	var se *syntax.Error
	if !errors.As(err, &se) {
		return &Error{Kind: KindOther, Phase: PhaseCompile, Message: err.Error(), Err: err}
	}
	kind := KindSyntax
	switch se.Kind {
	case syntax.KindLimit:
		kind = KindLimit
	case syntax.KindValue:
		kind = KindValue
	}
	message := se.Message
	if se.Hint != "" {
		message += "; " + se.Hint
	}
	return t.located(PhaseCompile, se.Pos, &value.Error{Kind: kind, Message: message})
}
