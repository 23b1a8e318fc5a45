package jinja

import (
	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// output compiles template text and printed expressions.
func (c *compiler) output(sc scope, n *syntax.Output) stmt {
	if sc.guarded && c.sure {
		return nil // a child template's text between blocks is never seen
	}
	parts := make([]stmt, 0, len(n.Items))
	for _, item := range n.Items {
		parts = append(parts, c.outputItem(sc, item))
	}
	if sc.guarded {
		return func(st *state, fr *frame) flow {
			if fr.root().extends != nil {
				return next
			}
			return exec(st, fr, parts)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return func(st *state, fr *frame) flow { return exec(st, fr, parts) }
}

func (c *compiler) outputItem(sc scope, item syntax.Expr) stmt {
	if text, ok := item.(*syntax.Text); ok {
		data := text.Data
		return func(st *state, _ *frame) flow { st.write(data); return next }
	}
	if data, ok := c.foldText(sc, item); ok {
		return func(st *state, _ *frame) flow { st.write(data); return next }
	}
	x, pos := c.expr(sc, item), item.Pos()
	switch c.mode {
	case escapeOff:
		return func(st *state, fr *frame) flow {
			v := x(st, fr)
			st.pos = pos
			st.print(v)
			return next
		}
	case escapeOn:
		return func(st *state, fr *frame) flow {
			v := x(st, fr)
			st.pos = pos
			st.print(value.Escape(&st.th, v))
			return next
		}
	}
	return func(st *state, fr *frame) flow {
		v := x(st, fr)
		st.pos = pos
		if st.escape.on {
			v = value.Escape(&st.th, v)
		}
		st.print(v)
		return next
	}
}

// root is the outermost frame that this one is in.
func (fr *frame) root() *frame {
	for fr.parent != nil {
		fr = fr.parent
	}
	return fr
}

func (c *compiler) ifStmt(sc scope, n *syntax.If) stmt {
	sc = sc.branch()
	tests := make([]func(*state, *frame) bool, len(n.Branches))
	bodies := make([][]stmt, len(n.Branches))
	for i, b := range n.Branches {
		tests[i] = c.truth(sc, b.Test)
		bodies[i] = c.body(sc, b.Body)
	}
	other := c.body(sc, n.Else)
	return func(st *state, fr *frame) flow {
		for i, test := range tests {
			if test(st, fr) {
				return exec(st, fr, bodies[i])
			}
		}
		return exec(st, fr, other)
	}
}

// assign stores a value in a target.
type assign func(st *state, fr *frame, v value.Value)

func (c *compiler) target(sc scope, n syntax.Expr) assign {
	switch n := n.(type) {
	case *syntax.Name:
		r := c.ref(sc, n.ID, n.Pos())
		return func(_ *state, fr *frame, v value.Value) { *fr.at(r) = v }
	case *syntax.NamespaceRef:
		return c.namespaceTarget(sc, n)
	case *syntax.Tuple:
		return c.unpack(sc, n)
	}
	panic("jinja: unknown target")
}

func (c *compiler) namespaceTarget(sc scope, n *syntax.NamespaceRef) assign {
	of, name := c.namespaceOf(sc, n), value.Str(n.Attr)
	return func(st *state, fr *frame, v value.Value) { of(st, fr).attrs.Set(&st.th, name, v) }
}

// namespaceOf finds the namespace whose attribute is a target.
func (c *compiler) namespaceOf(sc scope, n *syntax.NamespaceRef) func(*state, *frame) *namespace {
	r, pos := c.ref(sc, n.Name, n.Pos()), n.Pos()
	return func(st *state, fr *frame) *namespace {
		st.pos = pos
		ns, ok := (*fr.at(r)).(*namespace)
		if !ok {
			value.Raise(value.Other, "cannot assign attribute on non-namespace object")
		}
		return ns
	}
}

// unpack compiles a tuple of targets.
func (c *compiler) unpack(sc scope, n *syntax.Tuple) assign {
	targets := make([]assign, len(n.Items))
	for i, item := range n.Items {
		targets[i] = c.target(sc, item)
	}
	pos := n.Pos()
	return func(st *state, fr *frame, v value.Value) {
		st.pos = pos
		if t, ok := v.(*value.Tuple); ok && len(t.Items()) == len(targets) {
			for i, item := range t.Items() {
				targets[i](st, fr, item)
			}
			return
		}
		for i, item := range st.unpack(v, len(targets)) {
			targets[i](st, fr, item)
		}
	}
}

// unpack gives exactly n elements of v.
func (st *state) unpack(v value.Value, n int) []value.Value {
	it := value.Iterate(&st.th, v)
	st.th.Alloc(16 * n)
	items := make([]value.Value, 0, n)
	for {
		item, ok := it.Next()
		switch {
		case !ok && len(items) < n:
			value.Raise(value.ValueError, "not enough values to unpack (expected %d, got %d)", n, len(items))
		case !ok:
			return items
		case len(items) == n:
			value.Raise(value.ValueError, "too many values to unpack (expected %d)", n)
		}
		items = append(items, item)
	}
}

// export gives what makes a top-level assignment of the names in n visible
// outside, or nil if nobody can see it.
func (c *compiler) export(sc scope, n syntax.Expr) stmt {
	if !sc.top || !c.tmpl.shares {
		return nil
	}
	switch n := n.(type) {
	case *syntax.Name:
		r, name := c.ref(sc, n.ID, n.Pos()), n.ID
		return func(st *state, fr *frame) flow {
			fr.ctx.set(&st.th, name, *fr.at(r), true)
			return next
		}
	case *syntax.Tuple:
		var all []stmt
		for _, item := range n.Items {
			if s := c.export(sc, item); s != nil {
				all = append(all, s)
			}
		}
		return func(st *state, fr *frame) flow { return exec(st, fr, all) }
	}
	return nil
}

// then runs a second statement after the first, if there is one.
func then(first, second stmt) stmt {
	if second == nil {
		return first
	}
	return func(st *state, fr *frame) flow {
		first(st, fr)
		return second(st, fr)
	}
}

func (c *compiler) set(sc scope, n *syntax.Set) stmt {
	x := c.expr(sc, n.Value)
	if ref, ok := n.Target.(*syntax.NamespaceRef); ok {
		// That it is a namespace is seen to before the value is evaluated.
		of, name := c.namespaceOf(sc, ref), value.Str(ref.Attr)
		return func(st *state, fr *frame) flow {
			ns := of(st, fr)
			ns.attrs.Set(&st.th, name, x(st, fr))
			return next
		}
	}
	to, export := c.target(sc, n.Target), c.export(sc, n.Target)
	return then(func(st *state, fr *frame) flow {
		to(st, fr, x(st, fr))
		return next
	}, export)
}

func (c *compiler) setBlock(sc scope, n *syntax.SetBlock) stmt {
	in := sc.inner()
	in.guarded = false
	in.syms.walk(n.Body)
	actions := c.entry(in)
	body := c.body(in, n.Body)
	var filter expr
	if n.Filter != nil {
		filter = c.expr(in, n.Filter)
	}
	to, export := c.target(sc, n.Target), c.export(sc, n.Target)
	return then(func(st *state, fr *frame) flow {
		enter(st, fr, actions)
		start := len(st.out)
		if f := exec(st, fr, body); f != next {
			st.discard(start)
			return f
		}
		text := st.capture(start)
		v := st.filtered(fr, filter, text)
		if s, ok := v.(value.Str); ok && st.escape.on {
			v = value.Markup(s)
		} else if _, text := value.Text(v); !text && st.escape.on {
			v = value.Markup(value.ToText(&st.th, v))
		}
		to(st, fr, v)
		return next
	}, export)
}

// filtered applies a block's filters, if it has any, to the text that it wrote.
func (st *state) filtered(fr *frame, filter expr, text string) value.Value {
	v := st.text(text)
	if filter == nil {
		return v
	}
	st.stack = append(st.stack, v)
	v = filter(st, fr)
	st.stack = st.stack[:len(st.stack)-1]
	return v
}

func (c *compiler) filterBlock(sc scope, n *syntax.FilterBlock) stmt {
	in := sc.inner()
	in.syms.walk(n.Body)
	in.syms.expr(n.Filter)
	actions := c.entry(in)
	body, filter, pos := c.body(in, n.Body), c.expr(in, n.Filter), n.Pos()
	return func(st *state, fr *frame) flow {
		enter(st, fr, actions)
		start := len(st.out)
		f := exec(st, fr, body)
		if f != next {
			st.discard(start)
			return f
		}
		v := st.filtered(fr, filter, st.capture(start))
		st.pos = pos
		st.writeText(v)
		return next
	}
}

func (c *compiler) with(sc scope, n *syntax.With) stmt {
	in := sc.inner()
	for _, b := range n.Bindings {
		in.syms.params(b.Target)
	}
	in.syms.walk(n.Body)
	actions := c.entry(in)
	type binding struct {
		x  expr
		to assign
	}
	bindings := make([]binding, len(n.Bindings))
	for i, b := range n.Bindings {
		bindings[i] = binding{c.expr(sc, b.Value), c.target(in, b.Target)}
	}
	body := c.body(in, n.Body)
	return func(st *state, fr *frame) flow {
		enter(st, fr, actions)
		for _, b := range bindings {
			b.to(st, fr, b.x(st, fr))
		}
		return exec(st, fr, body)
	}
}

// autoescape compiles an autoescape tag: a scope in which escaping is as its
// expression says. A constant settles it for the compiler.
func (c *compiler) autoescape(sc scope, n *syntax.Autoescape) stmt {
	in := sc.inner()
	in.syms.expr(n.Enabled)
	in.syms.walk(n.Body)
	actions := c.entry(in)
	on := c.truth(in, n.Enabled)
	before, escaped := c.mode, c.escapes
	switch v := c.evaluate(in, n.Enabled); {
	case v == nil:
		c.mode = escapeRuntime
	case value.Truth(&c.folder.st.th, v):
		c.mode, c.escapes = escapeOn, true
	default:
		c.mode, c.escapes = escapeOff, false
	}
	body := c.body(in, n.Body)
	c.mode, c.escapes = before, escaped
	return func(st *state, fr *frame) flow {
		enter(st, fr, actions)
		was := st.escape.on
		st.escape.on = on(st, fr)
		f := exec(st, fr, body)
		st.escape.on = was
		return f
	}
}

// ref finds the variable of a name, which the scope's analysis has seen; if it
// has not, Jinja2 fails with an AssertionError, as it does for names in the
// filter of a set block.
func (c *compiler) ref(sc scope, name string, pos syntax.Pos) ref {
	r, ok := sc.syms.ref(name)
	if !ok && !c.folder.busy { // what is being folded may name anything that it never reaches
		c.fail(pos, value.Other, nil, "the name '"+name+"' cannot be used in the filter of a set block")
	}
	return r
}
