package jinja

import (
	"context"
	"time"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// foldLimits bounds what is spent on all constant expressions of a template
// together. Beyond them, they are evaluated when rendering.
var foldLimits = value.Limits{Time: 100 * time.Millisecond, Steps: 100_000, Memory: 4 << 20}

// folder evaluates the constant expressions of a template when it is compiled.
type folder struct {
	st    *state
	spent bool
	busy  bool // an expression is being evaluated: its parts are not folded
}

// fold gives the value of an expression that consists of constants only, or
// nil: if it does not, if it fails (then it shall fail when it is reached), or
// if its value could be changed.
func (c *compiler) fold(sc scope, n syntax.Expr) (v value.Value) {
	f := &c.folder
	if f.spent || f.busy || c.mode == escapeRuntime || !c.pure(n) {
		return nil
	}
	if f.st == nil {
		f.st = &state{tmpl: c.tmpl}
		// Nothing may end a compilation half way but the limits.
		f.st.th.Reset(context.Background(), foldLimits)
	}
	f.st.escape = &escaping{on: c.mode == escapeOn}
	f.busy = true
	x := c.build(sc, n)
	f.busy = false
	depth := f.st.th.Depth()
	err := value.Try(func() { v = x(f.st, nil) })
	f.st.out, f.st.stack = f.st.out[:0], f.st.stack[:0]
	for f.st.th.Depth() > depth {
		f.st.th.Leave()
	}
	if err != nil {
		f.spent = err.(*value.Error).Kind == value.Limit
		return nil
	}
	return c.foldable(n, v)
}

// foldable gives v if it cannot be changed. An integer that Python cannot print
// is an error already when the template is loaded, since Jinja2 writes
// constants into the code that it generates.
func (c *compiler) foldable(n syntax.Expr, v value.Value) value.Value {
	switch v := v.(type) {
	case *value.BigInt:
		if err := value.Try(func() { value.Repr(&c.folder.st.th, v) }); err != nil {
			c.fail(n.Pos(), value.ValueError, nil, err.(*value.Error).Message)
		}
	case *value.Tuple:
		for _, item := range v.Items() {
			if c.foldable(n, item) == nil {
				return nil
			}
		}
	case value.NoneType, value.Bool, value.Int, value.Float, value.Str, value.Markup:
	default:
		return nil
	}
	return v
}

// pure reports whether an expression is made of constants and of operations
// that depend on nothing else.
func (c *compiler) pure(n syntax.Expr) bool {
	switch n := n.(type) {
	case *syntax.Const, *syntax.Text:
		return true
	case *syntax.List:
		return c.allPure(n.Items...)
	case *syntax.Tuple:
		return c.allPure(n.Items...)
	case *syntax.Dict:
		for _, p := range n.Items {
			if !c.allPure(p.Key, p.Value) {
				return false
			}
		}
		return true
	case *syntax.Cond:
		return n.Else != nil && c.allPure(n.Test, n.Then, n.Else)
	case *syntax.Binary:
		return c.allPure(n.Left, n.Right)
	case *syntax.And:
		return c.allPure(n.Left, n.Right)
	case *syntax.Or:
		return c.allPure(n.Left, n.Right)
	case *syntax.Not:
		return c.pure(n.X)
	case *syntax.Neg:
		return c.pure(n.X)
	case *syntax.Plus:
		return c.pure(n.X)
	case *syntax.Concat:
		return c.allPure(n.Items...)
	case *syntax.Compare:
		for _, op := range n.Ops {
			if !c.pure(op.Right) {
				return false
			}
		}
		return c.pure(n.Left)
	case *syntax.Filter:
		f := c.env.filters[n.Name]
		return f != nil && f.pure && n.X != nil && c.pure(n.X) && c.pureArgs(n.Args)
	case *syntax.Test:
		t := c.env.tests[n.Name]
		return t != nil && t.pure && c.pure(n.X) && c.pureArgs(n.Args)
	}
	return false
}

func (c *compiler) allPure(list ...syntax.Expr) bool {
	for _, n := range list {
		if !c.pure(n) {
			return false
		}
	}
	return true
}

func (c *compiler) pureArgs(a syntax.Args) bool {
	for _, k := range a.Keywords {
		if !c.pure(k.Value) {
			return false
		}
	}
	return a.Star == nil && a.StarStar == nil && c.allPure(a.Positional...)
}
