package jinja

import (
	"math"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// truth compiles a condition.
func (c *compiler) truth(sc scope, n syntax.Expr) func(*state, *frame) bool {
	if v := c.constantOf(sc, n); v != nil {
		is := plainTruth(v)
		return func(*state, *frame) bool { return is }
	}
	switch n := n.(type) {
	case *syntax.Compare:
		return c.compareBool(sc, n)
	case *syntax.Test:
		return c.testBool(sc, n)
	case *syntax.Not:
		x := c.truth(sc, n.X)
		return func(st *state, fr *frame) bool { return !x(st, fr) }
	case *syntax.And:
		a, b := c.truth(sc, n.Left), c.truth(sc, n.Right)
		return func(st *state, fr *frame) bool { return a(st, fr) && b(st, fr) }
	case *syntax.Or:
		a, b := c.truth(sc, n.Left), c.truth(sc, n.Right)
		return func(st *state, fr *frame) bool { return a(st, fr) || b(st, fr) }
	}
	x, pos := c.expr(sc, n), n.Pos()
	return func(st *state, fr *frame) bool {
		v := x(st, fr)
		st.pos = pos
		return value.Truth(&st.th, v)
	}
}

func (c *compiler) cond(sc scope, n *syntax.Cond) expr {
	sc = sc.branch()
	test, then := c.truth(sc, n.Test), c.expr(sc, n.Then)
	if n.Else == nil {
		undef := &value.Undefined{Plain: true, Hint: "the inline if-expression on line " + itoa(n.Pos().Line) +
			" evaluated to false and no else section was defined."}
		return func(st *state, fr *frame) value.Value {
			if test(st, fr) {
				return then(st, fr)
			}
			return undef
		}
	}
	other := c.expr(sc, n.Else)
	return func(st *state, fr *frame) value.Value {
		if test(st, fr) {
			return then(st, fr)
		}
		return other(st, fr)
	}
}

func (c *compiler) and(sc scope, n *syntax.And) expr {
	// Jinja2 folds constants before it looks up filters, so what a constant
	// keeps from running may name an unknown one.
	if v := c.constantOf(sc, n.Left); v != nil && !plainTruth(v) {
		return func(*state, *frame) value.Value { return v }
	}
	a, b, pos := c.expr(sc, n.Left), c.expr(sc, n.Right), n.Left.Pos()
	return func(st *state, fr *frame) value.Value {
		v := a(st, fr)
		st.pos = pos
		if !value.Truth(&st.th, v) {
			return v
		}
		return b(st, fr)
	}
}

func (c *compiler) or(sc scope, n *syntax.Or) expr {
	if v := c.constantOf(sc, n.Left); v != nil && plainTruth(v) {
		return func(*state, *frame) value.Value { return v }
	}
	a, b, pos := c.expr(sc, n.Left), c.expr(sc, n.Right), n.Left.Pos()
	return func(st *state, fr *frame) value.Value {
		v := a(st, fr)
		st.pos = pos
		if value.Truth(&st.th, v) {
			return v
		}
		return b(st, fr)
	}
}

// plainTruth is the truth of a literal.
func plainTruth(v value.Value) bool {
	var th value.Thread
	return value.Truth(&th, v)
}

func (c *compiler) unary(sc scope, n syntax.Expr, pos syntax.Pos, op func(*value.Thread, value.Value) value.Value) expr {
	x := c.expr(sc, n)
	return func(st *state, fr *frame) value.Value {
		v := x(st, fr)
		st.pos = pos
		return op(&st.th, v)
	}
}

// isNegative reports whether a constant, or nil, is written with a minus sign.
func isNegative(v value.Value) bool {
	switch v := v.(type) {
	case value.Int:
		return v < 0
	case *value.BigInt:
		return v.Big().Sign() < 0
	case value.Float:
		return math.Signbit(float64(v))
	}
	return false
}

func (c *compiler) binary(sc scope, n *syntax.Binary) expr {
	op := [...]func(*value.Thread, value.Value, value.Value) value.Value{
		syntax.Add: value.Add, syntax.Sub: value.Sub, syntax.Mul: value.Mul, syntax.Div: value.Div,
		syntax.FloorDiv: value.FloorDiv, syntax.Mod: value.Mod, syntax.Pow: value.Pow,
	}[n.Op]
	left, right, pos := c.expr(sc, n.Left), c.expr(sc, n.Right), n.Pos()
	if n.Op == syntax.Pow && isNegative(c.constantOf(sc, n.Left)) && !c.pure(n.Right) {
		// Jinja2 writes the constant into Python code without brackets, where
		// the sign binds less tightly than the power.
		return func(st *state, fr *frame) value.Value {
			a, b := left(st, fr), right(st, fr)
			st.pos = pos
			st.th.Step()
			return value.Neg(&st.th, value.Pow(&st.th, value.Neg(&st.th, a), b))
		}
	}
	return func(st *state, fr *frame) value.Value {
		a, b := left(st, fr), right(st, fr)
		st.pos = pos
		st.th.Step()
		return op(&st.th, a, b)
	}
}

// concat compiles "~". With escaping on, text joins as Markup does, but not
// that of constants, which Jinja2 joins to plain text when it compiles.
func (c *compiler) concat(sc scope, n *syntax.Concat) expr {
	items, pos, markup := c.exprs(sc, n.Items), n.Pos(), c.mode == escapeOn && !c.folder.busy
	return func(st *state, fr *frame) value.Value {
		base := len(st.stack)
		for _, x := range items {
			st.stack = append(st.stack, x(st, fr))
		}
		st.pos = pos
		st.th.Step()
		v := st.join(st.stack[base:], markup)
		st.stack = st.stack[:base]
		return v
	}
}

// join makes one text of values. If markup is set and one of them is Markup,
// the others are escaped.
func (st *state) join(values []value.Value, markup bool) value.Value {
	if markup {
		markup = false
		for _, v := range values {
			if _, ok := v.(value.Markup); ok {
				markup = true
			}
		}
	}
	start := len(st.out)
	for _, v := range values {
		if markup {
			v = value.Escape(&st.th, v)
		}
		st.print(v)
	}
	text := st.capture(start)
	if markup {
		return value.Markup(text)
	}
	return value.Str(text)
}

// constantOf gives the value of a constant expression, or nil.
func (c *compiler) constantOf(sc scope, n syntax.Expr) value.Value {
	if v := constant(n); v != nil {
		return v
	}
	return c.fold(sc, n)
}

func (c *compiler) compare(sc scope, n *syntax.Compare) expr {
	x := c.compareBool(sc, n)
	return func(st *state, fr *frame) value.Value { return value.Bool(x(st, fr)) }
}

func (c *compiler) compareBool(sc scope, n *syntax.Compare) func(*state, *frame) bool {
	left := c.expr(sc, n.Left)
	if len(n.Ops) == 1 {
		right, op, pos := c.expr(sc, n.Ops[0].Right), n.Ops[0].Op, n.Ops[0].Pos
		return func(st *state, fr *frame) bool {
			a, b := left(st, fr), right(st, fr)
			st.pos = pos
			return st.compare(op, a, b)
		}
	}
	rights := make([]expr, len(n.Ops))
	for i, o := range n.Ops {
		rights[i] = c.expr(sc, o.Right)
	}
	return func(st *state, fr *frame) bool {
		a := left(st, fr)
		for i, right := range rights {
			b := right(st, fr)
			st.pos = n.Ops[i].Pos
			if !st.compare(n.Ops[i].Op, a, b) {
				return false
			}
			a = b
		}
		return true
	}
}

func (st *state) compare(op syntax.CompareOp, a, b value.Value) bool {
	th := &st.th
	th.Step()
	switch op {
	case syntax.Equal:
		return value.Equal(th, a, b)
	case syntax.NotEqual:
		return !value.Equal(th, a, b)
	case syntax.In:
		return value.Contains(th, b, a)
	case syntax.NotIn:
		return !value.Contains(th, b, a)
	case syntax.Less:
		return value.Order(th, value.LT, a, b)
	case syntax.LessEqual:
		return value.Order(th, value.LE, a, b)
	case syntax.Greater:
		return value.Order(th, value.GT, a, b)
	default:
		return value.Order(th, value.GE, a, b)
	}
}
