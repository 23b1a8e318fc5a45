package jinja

import (
	"errors"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// extends compiles an extends tag: the template's root goes on, without
// output, and the parent's root runs after it.
func (c *compiler) extends(sc scope, n *syntax.Extends) stmt {
	if !sc.top {
		c.fail(n.Pos(), value.Syntax, nil, "cannot use extend from a non top-level scope")
	}
	name, pos := c.expr(sc, n.Template), n.Pos()
	if sc.root {
		c.sure = true
	}
	return func(st *state, fr *frame) flow {
		if fr.extends != nil {
			st.pos = pos
			value.Raise(value.Other, "extended multiple times")
		}
		v := name(st, fr)
		st.pos = pos
		parent := st.template(v)
		fr.ctx.extend(parent)
		fr.extends = parent
		return next
	}
}

// blockCall compiles the place where a block stands.
func (c *compiler) blockCall(sc scope, n *syntax.Block) stmt {
	if sc.top && c.sure {
		return nil
	}
	var locals []namedRef
	if n.Scoped {
		locals = sc.syms.visible()
	}
	top, pos := sc.top, n.Pos()
	return func(st *state, fr *frame) flow {
		if top && fr.extends != nil {
			return next
		}
		ctx := fr.ctx
		if n.Scoped {
			ctx = ctx.derived(st.locals(fr, locals))
		}
		st.pos = pos
		if n.Required && len(ctx.blocks[n.Name]) <= 1 {
			value.Raise(value.Other, "Required block '%s' not found", n.Name)
		}
		st.block(ctx, n.Name, 0)
		return next
	}
}

// block runs a version of a block.
func (st *state) block(ctx *renderContext, name string, version int) {
	b := ctx.blocks[name][version]
	st.th.Enter()
	tmpl := st.tmpl
	st.tmpl = b.tmpl
	fr := st.newFrame(b.fn, nil, ctx)
	if b.self >= 0 {
		fr.slots[b.self] = &selfRef{st: st, ctx: ctx}
	}
	if b.super >= 0 {
		fr.slots[b.super] = st.superOf(ctx, name, version)
	}
	enter(st, fr, b.enter)
	exec(st, fr, b.body)
	st.tmpl = tmpl
	st.th.Leave()
}

// superOf gives the version of a block above another one.
func (st *state) superOf(ctx *renderContext, name string, version int) value.Value {
	if version+1 >= len(ctx.blocks[name]) {
		return &value.Undefined{Name: "super", Hint: "there is no parent block called " + quoted(name) + "."}
	}
	return &blockRef{st: st, ctx: ctx, name: name, version: version + 1}
}

// selfRef is the variable self: the template's blocks by name.
type selfRef struct {
	st  *state
	ctx *renderContext
}

// TypeName implements [value.Value].
func (*selfRef) TypeName() string { return "TemplateReference" }

// Module implements [value.Moduled].
func (*selfRef) Module() string { return "jinja2.runtime" }

// Print implements [value.Printer]. A template compiled from a string has no
// name.
func (s *selfRef) Print(th *value.Thread) string {
	if s.ctx.tmpl.name == "" {
		return "<TemplateReference None>"
	}
	return "<TemplateReference " + value.Repr(th, value.Str(s.ctx.tmpl.name)) + ">"
}

// Attr implements [value.Attributer].
func (s *selfRef) Attr(_ *value.Thread, name string) (value.Value, bool) {
	if len(s.ctx.blocks[name]) == 0 {
		return nil, false
	}
	return &blockRef{st: s.st, ctx: s.ctx, name: name}, true
}

// blockRef is a block that a template can call: self.name or super.
type blockRef struct {
	st      *state
	ctx     *renderContext
	name    string
	version int
}

// TypeName implements [value.Value].
func (*blockRef) TypeName() string { return "BlockReference" }

// Module implements [value.Moduled].
func (*blockRef) Module() string { return "jinja2.runtime" }

// Attr implements [value.Attributer].
func (b *blockRef) Attr(_ *value.Thread, name string) (value.Value, bool) {
	switch name {
	case "name":
		return value.Str(b.name), true
	case "super":
		return b.st.superOf(b.ctx, b.name, b.version), true
	}
	return nil, false
}

// Call implements [value.Callable].
func (b *blockRef) Call(_ *value.Thread, args value.Args) value.Value {
	sig := value.Signature{Name: "__call__"}
	sig.Bind(args, nil)
	start := len(b.st.out)
	b.st.block(b.ctx, b.name, b.version)
	return b.st.text(b.st.capture(start))
}

// locals reads the variables that another template gets to see.
func (st *state) locals(fr *frame, refs []namedRef) map[string]value.Value {
	st.th.Alloc(64 * len(refs))
	out := make(map[string]value.Value, len(refs))
	for _, r := range refs {
		if v := *fr.at(r.ref); v != nil {
			out[r.name] = v
		}
	}
	return out
}

// template loads the template that a value names. What is no text is the name
// of nothing, as for Jinja2's DictLoader; what cannot be hashed raises.
func (st *state) template(v value.Value) *Template {
	if u, ok := v.(*value.Undefined); ok {
		u.Raise()
	}
	name, ok := value.Text(v)
	if !ok {
		if st.tmpl.env.loader != nil {
			value.NewDict(0).Get(&st.th, v)
		}
		notFound(value.ToText(&st.th, v))
	}
	return st.load(st.tmpl.env, name)
}

// choose loads the first template of a list that exists.
func (st *state) choose(v value.Value) *Template {
	switch v.(type) {
	case value.Str, value.Markup:
		return st.template(v)
	}
	if u, ok := v.(*value.Undefined); ok {
		u.Raise()
	}
	if !value.Truth(&st.th, v) {
		value.Raise(value.TemplateNotFound, "Tried to select from an empty list of templates.")
	}
	for it := value.Iterate(&st.th, v); ; {
		name, ok := it.Next()
		if !ok {
			raiseNoneFound(v)
		}
		st.th.Step()
		if t := st.tryTemplate(name); t != nil {
			return t
		}
	}
}

// raiseNoneFound raises what Python does where no template of a list exists: to
// name one it asks for the last by number, which not all that can be walked has.
func raiseNoneFound(v value.Value) {
	switch v.(type) {
	case *value.List, *value.Tuple, *value.Range, value.Bytes:
		value.Raise(value.TemplateNotFound, "none of the templates given were found")
	case *value.Dict:
		value.Raise(value.Other, "KeyError: -1")
	}
	value.Raise(value.TypeError, "'%s' object is not subscriptable", v.TypeName())
}

// tryTemplate gives nil where the template does not exist.
func (st *state) tryTemplate(name value.Value) (t *Template) {
	err := value.Try(func() { t = st.template(name) })
	var raised *value.Error
	if err != nil && (!errors.As(err, &raised) || raised.Kind != value.TemplateNotFound && raised.Kind != value.UndefinedError) {
		panic(err)
	}
	return t
}

func (c *compiler) include(sc scope, n *syntax.Include) stmt {
	name, pos := c.expr(sc, n.Template), n.Pos()
	var locals []namedRef
	if n.WithContext {
		locals = sc.syms.visible()
	}
	return func(st *state, fr *frame) flow {
		v := name(st, fr)
		st.pos = pos
		t := st.included(v, n.IgnoreMissing)
		if t == nil {
			return next
		}
		ctx := globalContext(t)
		if n.WithContext {
			ctx = fr.ctx.child(t, st.locals(fr, locals))
		}
		st.run(ctx, func() { st.root(t, ctx, new(frame)) })
		return next
	}
}

// included loads an include's template; nil for a missing one that may be.
func (st *state) included(v value.Value, ignoreMissing bool) (t *Template) {
	if !ignoreMissing {
		return st.choose(v)
	}
	err := value.Try(func() { t = st.choose(v) })
	var raised *value.Error
	if err != nil && (!errors.As(err, &raised) || raised.Kind != value.TemplateNotFound) {
		panic(err)
	}
	return t
}

// module is an imported template: what its top level exported.
type module struct {
	name string
	body string
	ctx  *renderContext
}

// TypeName implements [value.Value].
func (*module) TypeName() string { return "TemplateModule" }

// Module implements [value.Moduled].
func (*module) Module() string { return "jinja2.environment" }

// Print implements [value.Printer]: what the template wrote.
func (m *module) Print(*value.Thread) string { return m.body }

// HTML implements [value.HTMLer]: what the template wrote needs no escaping.
func (m *module) HTML(*value.Thread) value.Markup { return value.Markup(m.body) }

// Attr implements [value.Attributer].
func (m *module) Attr(_ *value.Thread, name string) (value.Value, bool) {
	if !m.ctx.exported[name] {
		return nil, false
	}
	return m.ctx.vars[name], true
}

// importer compiles what import and from have in common.
func (c *compiler) importer(sc scope, template syntax.Expr, withContext bool, pos syntax.Pos) func(*state, *frame) *module {
	name := c.expr(sc, template)
	var locals []namedRef
	if withContext {
		locals = sc.syms.visible()
	}
	return func(st *state, fr *frame) *module {
		v := name(st, fr)
		st.pos = pos
		t := st.template(v)
		if withContext {
			return st.module(t, fr.ctx.child(t, st.locals(fr, locals)))
		}
		if m, ok := st.modules[t]; ok {
			return m
		}
		m := st.module(t, globalContext(t))
		if st.modules == nil {
			st.modules = make(map[*Template]*module)
		}
		st.modules[t] = m
		return m
	}
}

func (st *state) module(t *Template, ctx *renderContext) *module {
	start := len(st.out)
	st.run(ctx, func() { st.root(t, ctx, new(frame)) })
	return &module{name: t.name, body: st.capture(start), ctx: ctx}
}

func (c *compiler) importStmt(sc scope, n *syntax.Import) stmt {
	load, r := c.importer(sc, n.Template, n.WithContext, n.Pos()), c.ref(sc, n.Target, n.Pos())
	shared := sc.top && c.tmpl.shares
	return func(st *state, fr *frame) flow {
		m := load(st, fr)
		*fr.at(r) = m
		if shared {
			fr.ctx.set(&st.th, n.Target, m, false)
		}
		return next
	}
}

func (c *compiler) fromImport(sc scope, n *syntax.FromImport) stmt {
	load := c.importer(sc, n.Template, n.WithContext, n.Pos())
	refs := make([]ref, len(n.Names))
	for i, name := range n.Names {
		refs[i] = c.ref(sc, name.Alias, name.Pos)
	}
	shared := sc.top && c.tmpl.shares
	return func(st *state, fr *frame) flow {
		m := load(st, fr)
		for i, name := range n.Names {
			v, ok := m.Attr(&st.th, name.Name)
			if !ok {
				v = &value.Undefined{Name: name.Name, Hint: "the template " + quoted(m.name) +
					" (imported on line " + itoa(n.Pos().Line) + ") does not export the requested name " + quoted(name.Name)}
			}
			*fr.at(refs[i]) = v
			if shared {
				fr.ctx.set(&st.th, name.Alias, v, false)
			}
		}
		return next
	}
}
