package jinja

import (
	"context"
	"io"
	"sync"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// Template is a compiled template. It never changes and may be rendered by any
// number of goroutines at once.
type Template struct {
	env    *Environment
	name   string
	source string
	root   *function
	body   []stmt
	enter  []action
	blocks []*block
	// shares says whether anybody outside the root can see what the top level
	// assigns.
	shares bool
	// self is the slot for the variable self, or -1.
	self int
}

// block is a block of a template.
type block struct {
	name        string
	tmpl        *Template
	fn          *function
	body        []stmt
	enter       []action
	self, super int // slots of these variables, or -1
}

// Render renders the template with the given variables and writes the result,
// all at once: after an error nothing was written. vars may be nil; it is not
// changed. The error is an [*Error], or what w failed with.
//
// The variables are what the template sees beside the environment's globals,
// which they hide. If they came from [value.ParseJSON], other renders may use
// them at the same time.
func (t *Template) Render(ctx context.Context, w io.Writer, vars *value.Dict) error {
	st := t.env.states.Get().(*state)
	defer t.env.release(st)
	if err := t.render(ctx, st, vars); err != nil {
		return err
	}
	_, err := w.Write(st.out)
	return err
}

// RenderString is Render to a string.
func (t *Template) RenderString(ctx context.Context, vars *value.Dict) (string, error) {
	st := t.env.states.Get().(*state)
	defer t.env.release(st)
	if err := t.render(ctx, st, vars); err != nil {
		return "", err
	}
	return string(st.out), nil
}

func (t *Template) render(ctx context.Context, st *state, vars *value.Dict) (err error) {
	st.th.Reset(ctx, t.env.limits)
	st.th.Undefined = t.env.undefined
	st.tmpl, st.maxOut = t, t.env.limits.Output
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *value.Error:
			err = st.tmpl.located(PhaseRender, st.pos, r)
		default:
			panic(r)
		}
	}()
	st.th.Check()
	st.ctx.initRoot(t, vars)
	st.escape = st.ctx.escape
	st.root(t, &st.ctx, &st.top)
	st.joined(0)
	return nil
}

// root runs a template's top level in a new frame, and its parent's if it has
// one.
func (st *state) root(t *Template, ctx *renderContext, fr *frame) {
	fr.ctx = ctx
	st.fill(fr, t.root)
	if t.self >= 0 {
		fr.slots[t.self] = &selfRef{st: st, ctx: ctx}
	}
	enter(st, fr, t.enter)
	exec(st, fr, t.body)
	if fr.extends != nil {
		st.tmpl = fr.extends
		st.th.Enter()
		st.root(fr.extends, ctx, new(frame))
		st.th.Leave()
		st.tmpl = t
	}
}

// maxKept is the largest output buffer kept for the next render.
const maxKept = 64 << 10

// release puts a state back for the next render, without what belonged to
// this one.
func (e *Environment) release(st *state) {
	out, stack, slots := st.out, st.stack, st.slots
	if len(st.top.slots) > cap(slots) {
		slots = st.top.slots
	}
	th := &st.th
	th.Release()
	*st = state{th: *th}
	if cap(out) <= maxKept {
		st.out = out[:0]
	}
	clear(stack[:cap(stack)])
	st.stack = stack[:0]
	clear(slots[:cap(slots)])
	st.slots = slots[:0]
	e.states.Put(st)
}

func newStates() *sync.Pool {
	return &sync.Pool{New: func() any { return new(state) }}
}

// compileSource parses and compiles a template.
func (e *Environment) compileSource(name, source string) (*Template, error) {
	t := &Template{env: e, name: name, source: source, root: &function{}}
	tree, err := syntax.Parse(source, e.syntax)
	if err != nil {
		return nil, t.syntaxError(err)
	}
	c := &compiler{env: e, tmpl: t, folder: newFolder(t)}
	if err := c.template(tree); err != nil {
		return nil, err
	}
	return t, nil
}
