package jinja

import (
	"errors"
	"slices"
	"time"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// foldLimits bounds what is spent on all constant expressions of a template
// together, some milliseconds by the steps. Beyond them, they are evaluated when
// rendering. Time is there for the worst only: what a template is compiled to
// must not depend on how busy the machine is. Integers may be larger than in a
// render, as one that cannot be printed is found here.
var foldLimits = value.Limits{Time: time.Second, Steps: 100_000, Memory: 4 << 20, IntBits: 1 << 17}

// folder evaluates the constant expressions of a template when it is compiled.
type folder struct {
	st    *state
	spent bool
	busy  bool // an expression is being evaluated: its parts are not folded
}

func newFolder(t *Template) folder {
	f := folder{st: &state{tmpl: t, folding: true, maxOut: foldLimits.Memory}}
	f.st.th.Detach(foldLimits)
	f.st.th.Undefined = t.env.undefined
	return f
}

// fold gives the value of an expression that consists of constants only, or
// nil: if it does not, if it fails (then it shall fail when it is reached), or
// if its value could be changed.
//
// Where escaping is settled at run time nothing is folded but what is printed.
func (c *compiler) fold(sc scope, n syntax.Expr) value.Value {
	if c.mode == escapeRuntime {
		return nil
	}
	v := c.evaluate(sc, n)
	if v == nil {
		return nil
	}
	return c.foldable(n, v)
}

// foldText gives what a printed expression of constants writes. Its value need
// not be one that can be kept.
func (c *compiler) foldText(sc scope, n syntax.Expr) (text string, ok bool) {
	v := c.evaluate(sc, n)
	if v == nil {
		return "", false
	}
	err := value.Try(func() {
		if c.escapes {
			v = value.Escape(&c.folder.st.th, v)
		}
		text = value.ToText(&c.folder.st.th, v)
	})
	return text, err == nil
}

// evaluate runs an expression of constants; nil if it is none or fails.
func (c *compiler) evaluate(sc scope, n syntax.Expr) (v value.Value) {
	if v := constant(n); v != nil {
		return v
	}
	f := &c.folder
	if f.spent || f.busy || !c.pure(n) {
		return nil
	}
	f.st.escape = &escaping{on: c.escapes}
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
		raised, ok := errors.AsType[*value.Error](err)
		f.spent = ok && raised.Kind == value.Limit
		return nil
	}
	return v
}

// foldable gives v if it can stand in the code as a constant, as Jinja2 decides
// it. An integer that Python cannot print is an error already when the template
// is loaded, since Jinja2 writes constants into the code that it generates.
func (c *compiler) foldable(n syntax.Expr, v value.Value) value.Value {
	th := &c.folder.st.th
	switch v := v.(type) {
	case *value.BigInt:
		if err := value.Try(func() { value.Repr(th, v) }); err != nil {
			c.fail(n.Pos(), value.ValueError, nil, "Exceeds the limit (4300 digits) for integer string conversion")
		}
	case *value.Tuple:
		return c.allFoldable(n, v, v.Items())
	case *value.List:
		return c.allFoldable(n, v, v.Items(th))
	case *value.Dict:
		for k, e := range v.All(th) {
			if c.foldable(n, k) == nil || c.foldable(n, e) == nil {
				return nil
			}
		}
	case value.NoneType, value.Bool, value.Int, value.Float, value.Str, value.Markup, *value.Range:
	default:
		return nil
	}
	return v
}

func (c *compiler) allFoldable(n syntax.Expr, v value.Value, items []value.Value) value.Value {
	for _, item := range items {
		if c.foldable(n, item) == nil {
			return nil
		}
	}
	return v
}

// mutable reports whether a constant holds a list or dict.
func mutable(v value.Value) bool {
	switch v := v.(type) {
	case *value.List, *value.Dict:
		return true
	case *value.Tuple:
		return slices.ContainsFunc(v.Items(), mutable)
	}
	return false
}

// fresh copies a constant with its lists and dicts, for each time that its
// expression is evaluated.
func (st *state) fresh(v value.Value) value.Value {
	copied := func(items []value.Value) []value.Value {
		st.th.Alloc(16 * len(items))
		out := make([]value.Value, len(items))
		for i, item := range items {
			out[i] = st.fresh(item)
		}
		return out
	}
	switch v := v.(type) {
	case *value.List:
		return value.NewList(copied(v.Items(&st.th)))
	case *value.Tuple:
		return value.NewTuple(copied(v.Items())...)
	case *value.Dict:
		d := value.NewDict(v.Len(&st.th))
		for k, e := range v.All(&st.th) {
			d.Set(&st.th, k, st.fresh(e))
		}
		return d
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
		if !c.pure(n.Test) {
			return false
		}
		if c.settles(n.Test, true) {
			return c.pure(n.Then)
		}
		return n.Else != nil && c.pure(n.Else)
	case *syntax.Binary:
		return c.allPure(n.Left, n.Right)
	case *syntax.And:
		return c.pure(n.Left) && (c.pure(n.Right) || c.settles(n.Left, false))
	case *syntax.Or:
		return c.pure(n.Left) && (c.pure(n.Right) || c.settles(n.Left, true))
	case *syntax.Not:
		return c.pure(n.X)
	case *syntax.Neg:
		return c.pure(n.X)
	case *syntax.Plus:
		return c.pure(n.X)
	case *syntax.Concat:
		return c.allPure(n.Items...)
	case *syntax.Compare:
		for i, op := range n.Ops {
			if !c.pure(op.Right) {
				return i > 0 && c.pure(n.Left) && c.settles(n.Prefix(i), false)
			}
		}
		return c.pure(n.Left)
	case *syntax.Getattr:
		return c.pure(n.X)
	case *syntax.Getitem:
		return c.allPure(n.X, n.Key)
	case *syntax.Slice:
		return c.maybePure(n.Start) && c.maybePure(n.Stop) && c.maybePure(n.Step)
	case *syntax.Filter:
		f := c.env.filters[n.Name]
		return f != nil && f.pure && c.mode != escapeRuntime && n.X != nil && c.pure(n.X) && c.pureArgs(n.Args)
	case *syntax.Test:
		t := c.env.tests[n.Name]
		return t != nil && t.pure && c.mode != escapeRuntime && c.pure(n.X) && c.pureArgs(n.Args)
	}
	return false
}

// settles reports whether a constant operand has the truth that keeps the
// operands after it from being evaluated.
func (c *compiler) settles(n syntax.Expr, truth bool) bool {
	busy := c.folder.busy
	c.folder.busy = false
	v := c.evaluate(scope{}, n)
	c.folder.busy = busy
	return v != nil && plainTruth(v) == truth
}

func (c *compiler) maybePure(n syntax.Expr) bool { return n == nil || c.pure(n) }

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
