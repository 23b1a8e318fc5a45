package jinja

import (
	"errors"
	"math/big"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// constant gives the value of a literal, or nil for what must be evaluated.
func constant(n syntax.Expr) value.Value {
	switch n := n.(type) {
	case *syntax.Const:
		return literal(n.Value)
	case *syntax.Text:
		return value.Str(n.Data)
	}
	return nil
}

func literal(v any) value.Value {
	switch v := v.(type) {
	case bool:
		return value.Bool(v)
	case int64:
		return value.Int(v)
	case *big.Int:
		return value.NewInt(v)
	case float64:
		return value.Float(v)
	case string:
		return value.Str(v)
	}
	return value.None
}

func (c *compiler) exprs(sc scope, list []syntax.Expr) []expr {
	out := make([]expr, len(list))
	for i, n := range list {
		out[i] = c.expr(sc, n)
	}
	return out
}

// optional compiles an expression that may be absent.
func (c *compiler) optional(sc scope, n syntax.Expr) expr {
	if n == nil {
		return nil
	}
	return c.expr(sc, n)
}

// expr compiles an expression. What consists of constants only is evaluated
// now.
func (c *compiler) expr(sc scope, n syntax.Expr) expr {
	v := c.constantOf(sc, n)
	switch {
	case v == nil:
		return c.build(sc, n)
	case !mutable(v):
		return func(*state, *frame) value.Value { return v }
	}
	return func(st *state, _ *frame) value.Value { return st.fresh(v) }
}

func (c *compiler) build(sc scope, n syntax.Expr) expr {
	switch n := n.(type) {
	case *syntax.Name:
		return c.name(sc, n)
	case *syntax.Getattr:
		return c.getattr(sc, n)
	case *syntax.Getitem:
		return c.getitem(sc, n)
	case *syntax.Filter:
		return c.filter(sc, n)
	case *syntax.Test:
		return c.test(sc, n)
	case *syntax.Call:
		return c.call(sc, n, nil)
	case *syntax.List:
		return c.list(sc, n)
	case *syntax.Tuple:
		return c.tuple(sc, n)
	case *syntax.Dict:
		return c.dict(sc, n)
	case *syntax.Cond:
		return c.cond(sc, n)
	case *syntax.And:
		return c.and(sc, n)
	case *syntax.Or:
		return c.or(sc, n)
	case *syntax.Not:
		x := c.truth(sc, n.X)
		return func(st *state, fr *frame) value.Value { return value.Bool(!x(st, fr)) }
	case *syntax.Neg:
		return c.unary(sc, n.X, n.Pos(), value.Neg)
	case *syntax.Plus:
		return c.unary(sc, n.X, n.Pos(), value.Plus)
	case *syntax.Binary:
		return c.binary(sc, n)
	case *syntax.Concat:
		return c.concat(sc, n)
	case *syntax.Compare:
		return c.compare(sc, n)
	}
	panic("jinja: unknown expression")
}

// name compiles a look-up of a variable. A scope's variables were settled by
// its analysis; slots are nil while undefined.
func (c *compiler) name(sc scope, n *syntax.Name) expr {
	undef := &value.Undefined{Name: n.ID}
	r := c.ref(sc, n.ID, n.Pos())
	if r.depth == 0 {
		return func(_ *state, fr *frame) value.Value {
			if v := fr.slots[r.slot]; v != nil {
				return v
			}
			return undef
		}
	}
	return func(_ *state, fr *frame) value.Value {
		if v := *fr.at(r); v != nil {
			return v
		}
		return undef
	}
}

func (c *compiler) getattr(sc scope, n *syntax.Getattr) expr {
	x, attr, pos := c.expr(sc, n.X), value.NewAttr(n.Name), n.Pos()
	return func(st *state, fr *frame) value.Value {
		v := x(st, fr)
		st.pos = pos
		return value.GetAttr(&st.th, v, attr)
	}
}

func (c *compiler) getitem(sc scope, n *syntax.Getitem) expr {
	x, pos := c.expr(sc, n.X), n.Pos()
	if sl, ok := n.Key.(*syntax.Slice); ok {
		start, stop, step := c.optional(sc, sl.Start), c.optional(sc, sl.Stop), c.optional(sc, sl.Step)
		return func(st *state, fr *frame) value.Value {
			v := x(st, fr)
			a, b, s := maybe(st, fr, start), maybe(st, fr, stop), maybe(st, fr, step)
			st.pos = pos
			return st.slice(v, a, b, s)
		}
	}
	key := c.subscript(sc, n.Key)
	return func(st *state, fr *frame) value.Value {
		v := x(st, fr)
		k := key(st, fr)
		st.pos = pos
		return value.GetItem(&st.th, v, k)
	}
}

// slice is v[a:b:s]. Jinja2 writes Python's own slice into its code, which fails
// for what has none; only among constants does it look up an item, which is
// undefined then.
func (st *state) slice(v, a, b, s value.Value) value.Value {
	if !st.folding {
		return value.Slice(&st.th, v, a, b, s)
	}
	var out value.Value
	err := value.Try(func() { out = value.Slice(&st.th, v, a, b, s) })
	if raised, ok := errors.AsType[*value.Error](err); ok {
		if raised.Kind != value.TypeError {
			panic(raised)
		}
		return &value.Undefined{Name: "slice"}
	}
	return out
}

// subscript compiles a key, which may be a tuple that holds slices: no type
// has such items, so what matters is that their parts are evaluated.
func (c *compiler) subscript(sc scope, n syntax.Expr) expr {
	tuple, ok := n.(*syntax.Tuple)
	if !ok {
		return c.expr(sc, n)
	}
	items := make([]expr, len(tuple.Items))
	for i, item := range tuple.Items {
		sl, ok := item.(*syntax.Slice)
		if !ok {
			items[i] = c.expr(sc, item)
			continue
		}
		parts := []expr{c.optional(sc, sl.Start), c.optional(sc, sl.Stop), c.optional(sc, sl.Step)}
		items[i] = func(st *state, fr *frame) value.Value {
			for _, p := range parts {
				maybe(st, fr, p)
			}
			return &sliceKey{}
		}
	}
	return func(st *state, fr *frame) value.Value { return value.NewTuple(evaluate(st, fr, items)...) }
}

// sliceKey is a slice inside a tuple used as a key. It is hashable by identity
// only, so no dict holds it.
type sliceKey struct{ _ byte }

// TypeName implements [value.Value].
func (*sliceKey) TypeName() string { return "slice" }

func maybe(st *state, fr *frame, x expr) value.Value {
	if x == nil {
		return nil
	}
	return x(st, fr)
}

// evaluate evaluates a list of expressions into a new slice.
func evaluate(st *state, fr *frame, list []expr) []value.Value {
	st.th.Alloc(16 * len(list))
	out := make([]value.Value, len(list))
	for i, x := range list {
		out[i] = x(st, fr)
	}
	return out
}

func (c *compiler) list(sc scope, n *syntax.List) expr {
	items := c.exprs(sc, n.Items)
	return func(st *state, fr *frame) value.Value { return value.NewList(evaluate(st, fr, items)) }
}

func (c *compiler) tuple(sc scope, n *syntax.Tuple) expr {
	items := c.exprs(sc, n.Items)
	if len(items) == 2 {
		return func(st *state, fr *frame) value.Value {
			st.th.Alloc(80)
			a, b := items[0](st, fr), items[1](st, fr)
			return value.NewPair(a, b)
		}
	}
	return func(st *state, fr *frame) value.Value { return value.NewTuple(evaluate(st, fr, items)...) }
}

func (c *compiler) dict(sc scope, n *syntax.Dict) expr {
	keys, values := make([]expr, len(n.Items)), make([]expr, len(n.Items))
	for i, item := range n.Items {
		keys[i], values[i] = c.expr(sc, item.Key), c.expr(sc, item.Value)
	}
	pos := n.Pos()
	return func(st *state, fr *frame) value.Value {
		d := value.NewDict(len(keys))
		for i, key := range keys {
			k, v := key(st, fr), values[i](st, fr)
			st.pos = pos
			d.Set(&st.th, k, v)
		}
		return d
	}
}
