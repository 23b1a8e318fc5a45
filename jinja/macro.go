package jinja

import (
	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// macroCode is a compiled macro or call block.
type macroCode struct {
	name     string
	fn       *function
	params   []macroParam
	enter    []action
	body     []stmt
	explicit bool // "caller" is one of the parameters
	// slots of the special variables that the body reads, or -1
	caller, kwargs, varargs int
}

type macroParam struct {
	name  string
	slot  int
	value expr // the default, or nil
}

// macroBody compiles what a macro and a call block have in common.
func (c *compiler) macroBody(sc scope, name string, params []syntax.Param, body []syntax.Stmt, uses syntax.MacroUse) *macroCode {
	in := sc.function()
	in.guarded = false
	m := &macroCode{name: name, fn: in.syms.fn, caller: -1, kwargs: -1, varargs: -1}
	declared := map[string]bool{}
	for _, p := range params {
		in.syms.param(p.Name)
		declared[p.Name] = true
	}
	for _, p := range params {
		in.syms.maybe(p.Default)
	}
	in.syms.walk(body)
	special := func(used bool, name string) int {
		if !used || declared[name] {
			return -1
		}
		return in.syms.param(name)
	}
	m.explicit = declared["caller"]
	m.caller = special(uses.Caller, "caller")
	m.kwargs = special(uses.Kwargs, "kwargs")
	m.varargs = special(uses.Varargs, "varargs")
	m.enter = c.entry(in)
	for _, p := range params {
		r, _ := in.syms.ref(p.Name)
		mp := macroParam{name: p.Name, slot: r.slot}
		if p.Default != nil {
			mp.value = c.expr(in, p.Default)
		}
		m.params = append(m.params, mp)
	}
	m.body = c.body(in, body)
	return m
}

func (c *compiler) macro(sc scope, n *syntax.Macro) stmt {
	code := c.macroBody(sc, n.Name, n.Params, n.Body, n.Uses)
	r := c.ref(sc, n.Name, n.Pos())
	shared := sc.top && c.tmpl.shares
	return func(st *state, fr *frame) flow {
		m := st.newMacro(code, fr)
		*fr.at(r) = m
		if shared {
			fr.ctx.set(&st.th, n.Name, m, true)
		}
		return next
	}
}

func (c *compiler) callBlock(sc scope, n *syntax.CallBlock) stmt {
	code := c.macroBody(sc, "", n.Params, n.Body, n.Uses)
	caller := func(st *state, fr *frame) value.Value { return st.newMacro(code, fr) }
	call, pos := c.call(sc, n.Call, caller), n.Pos()
	return func(st *state, fr *frame) flow {
		v := call(st, fr)
		st.pos = pos
		st.writeText(v)
		return next
	}
}

// macro is a macro with the frame that it was defined in.
type macro struct {
	st    *state
	code  *macroCode
	frame *frame
}

func (st *state) newMacro(code *macroCode, fr *frame) *macro {
	st.th.Alloc(32)
	return &macro{st: st, code: code, frame: fr}
}

// TypeName implements [value.Value].
func (*macro) TypeName() string { return "Macro" }

// Module implements [value.Moduled].
func (*macro) Module() string { return "jinja2.runtime" }

// Print implements [value.Printer].
func (m *macro) Print(*value.Thread) string {
	if m.code.name == "" {
		return "<Macro anonymous>"
	}
	return "<Macro " + quoted(m.code.name) + ">"
}

// Attr implements [value.Attributer].
func (m *macro) Attr(_ *value.Thread, name string) (value.Value, bool) {
	switch name {
	case "name":
		if m.code.name == "" {
			return value.None, true
		}
		return value.Str(m.code.name), true
	case "arguments":
		names := make([]value.Value, len(m.code.params))
		for i, p := range m.code.params {
			names[i] = value.Str(p.name)
		}
		return value.NewTuple(names...), true
	case "catch_kwargs":
		return value.Bool(m.code.kwargs >= 0), true
	case "catch_varargs":
		return value.Bool(m.code.varargs >= 0), true
	case "caller":
		return value.Bool(m.code.usesCaller()), true
	case "explicit_caller":
		return value.Bool(m.code.explicit), true
	}
	return nil, false
}

// usesCaller reports whether the body reads caller, given or not.
func (m *macroCode) usesCaller() bool { return m.caller >= 0 }

// Call implements [value.Callable]. The body escapes as its own template does,
// but whether the result counts as escaped is up to the place of the call.
func (m *macro) Call(_ *value.Thread, args value.Args) value.Value {
	st := m.st
	var text string
	st.run(m.frame.ctx, func() {
		fr := st.newFrame(m.code.fn, m.frame, m.frame.ctx)
		m.bind(fr, args)
		start := len(st.out)
		enter(st, fr, m.code.enter)
		m.defaults(fr)
		exec(st, fr, m.code.body)
		text = st.capture(start)
	})
	return st.text(text)
}

// bind puts the arguments into the frame's slots, by the rules of Jinja2's
// Macro: too few are allowed, too many only where the body reads varargs or
// kwargs.
func (m *macro) bind(fr *frame, args value.Args) {
	code, th := m.code, &m.st.th
	named := make([]bool, len(args.Names)) // used
	for i, p := range code.params {
		if i < len(args.Pos) {
			fr.slots[p.slot] = args.Pos[i]
			continue
		}
		for k, name := range args.Names {
			if name == p.name {
				fr.slots[p.slot], named[k] = args.Named[k], true
			}
		}
	}
	if code.caller >= 0 {
		fr.slots[code.caller] = &value.Undefined{Name: "caller", Hint: "No caller defined"}
		for k, name := range args.Names {
			if name == "caller" && !named[k] {
				fr.slots[code.caller], named[k] = args.Named[k], true
			}
		}
	}
	m.bindKeywords(fr, args, named)
	switch extra := len(args.Pos) - len(code.params); {
	case code.varargs >= 0:
		var rest []value.Value
		if extra > 0 {
			th.Alloc(16 * extra)
			rest = append(rest, args.Pos[len(code.params):]...)
		}
		fr.slots[code.varargs] = value.NewTuple(rest...)
	case extra > 0:
		value.Raise(value.TypeError, "macro %s takes not more than %d argument(s)", quoted(code.name), len(code.params))
	}
}

// bindKeywords deals with the keyword arguments that no parameter took.
func (m *macro) bindKeywords(fr *frame, args value.Args, used []bool) {
	var kwargs *value.Dict
	if m.code.kwargs >= 0 {
		kwargs = value.NewDict(0)
		fr.slots[m.code.kwargs] = kwargs
	}
	for k, name := range args.Names {
		switch {
		case used[k]:
		case kwargs != nil:
			kwargs.Set(&m.st.th, value.Str(name), args.Named[k])
		case name == "caller":
			value.Raise(value.TypeError, "macro %s was invoked with two values for the special caller argument, or does not use it", quoted(m.code.name))
		default:
			value.Raise(value.TypeError, "macro %s takes no keyword argument %s", quoted(m.code.name), quoted(name))
		}
	}
}

// defaults fills in the parameters that got no argument, in order, so that a
// default may use the parameters before it.
func (m *macro) defaults(fr *frame) {
	for _, p := range m.code.params {
		if fr.slots[p.slot] != nil {
			continue
		}
		if p.value != nil {
			fr.slots[p.slot] = p.value(m.st, fr)
		} else {
			fr.slots[p.slot] = &value.Undefined{Name: p.name, Hint: "parameter " + quoted(p.name) + " was not provided"}
		}
	}
}

func quoted(s string) string { return "'" + s + "'" }
