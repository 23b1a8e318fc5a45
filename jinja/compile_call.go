package jinja

import (
	"strconv"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

func itoa(n int32) string { return strconv.Itoa(int(n)) }

// arguments are a call's, compiled.
type arguments struct {
	pos        []expr
	names      []string
	named      []expr
	star, more expr // *args and **kwargs, or nil
}

func (c *compiler) arguments(sc scope, n syntax.Args) arguments {
	a := arguments{pos: c.exprs(sc, n.Positional)}
	for _, k := range n.Keywords {
		a.names = append(a.names, k.Name)
		a.named = append(a.named, c.expr(sc, k.Value))
	}
	a.star, a.more = c.optional(sc, n.Star), c.optional(sc, n.StarStar)
	return a
}

// simple reports whether the number of arguments and their names are known.
func (a *arguments) simple() bool { return a.star == nil && a.more == nil }

// push evaluates the arguments onto the stack. The caller takes them off again
// by cutting the stack to its former length.
func (a *arguments) push(st *state, fr *frame) value.Args {
	base := len(st.stack)
	for _, x := range a.pos {
		st.stack = append(st.stack, x(st, fr))
	}
	if a.star != nil {
		st.stack = append(st.stack, st.spread(a.star(st, fr))...)
	}
	mid := len(st.stack)
	for _, x := range a.named {
		st.stack = append(st.stack, x(st, fr))
	}
	out := value.Args{Names: a.names}
	if a.more != nil {
		out.Names = a.spreadNamed(st, a.more(st, fr))
	}
	out.Pos, out.Named = st.stack[base:mid:mid], st.stack[mid:]
	return out
}

// spread gives the elements of *args.
func (st *state) spread(v value.Value) []value.Value {
	return value.Collect(&st.th, v)
}

// spreadNamed pushes the values of **kwargs and gives all names.
func (a *arguments) spreadNamed(st *state, v value.Value) []string {
	d, ok := v.(*value.Dict)
	if u, undefined := v.(*value.Undefined); undefined {
		u.Raise()
	}
	if !ok {
		value.Raise(value.TypeError, "argument after ** must be a mapping, not %s", v.TypeName())
	}
	st.th.Alloc(16 * (len(a.names) + d.Len(&st.th)))
	names := append([]string(nil), a.names...)
	for k, v := range d.All(&st.th) {
		name, ok := value.Text(k)
		if !ok {
			value.Raise(value.TypeError, "keywords must be strings")
		}
		for _, have := range a.names {
			if have == name {
				value.Raise(value.TypeError, "got multiple values for keyword argument '%s'", name)
			}
		}
		names = append(names, name)
		st.stack = append(st.stack, v)
	}
	return names
}

// call compiles a call, first what is called, as of two faults Jinja2 reports
// that one. caller, where given, goes along as the keyword argument of that
// name. A method is called without making a bound method of it.
func (c *compiler) call(sc scope, n *syntax.Call, caller expr) expr {
	attr, isMethod := n.Func.(*syntax.Getattr)
	callee := n.Func
	if isMethod {
		callee = attr.X
	}
	f := c.expr(sc, callee)
	args, pos := c.arguments(sc, n.Args), n.Pos()
	if caller != nil {
		args.names = append(args.names, "caller")
		args.named = append(args.named, caller)
	}
	if isMethod {
		return method(f, value.NewAttr(attr.Name), args, pos)
	}
	return func(st *state, fr *frame) value.Value {
		base := len(st.stack)
		fn := f(st, fr)
		a := args.push(st, fr)
		st.pos = pos
		st.th.Step()
		v := value.Call(&st.th, fn, a)
		st.stack = st.stack[:base]
		return v
	}
}

// method gives the call of a method of x.
func method(x expr, attr *value.Attr, args arguments, pos syntax.Pos) expr {
	return func(st *state, fr *frame) value.Value {
		base := len(st.stack)
		self := x(st, fr)
		if u, ok := self.(*value.Undefined); ok {
			// Looking up the attribute fails before the arguments can.
			st.pos = pos
			self = value.GetAttr(&st.th, u, attr)
			a := args.push(st, fr)
			v := value.Call(&st.th, self, a)
			st.stack = st.stack[:base]
			return v
		}
		a := args.push(st, fr)
		st.pos = pos
		st.th.Step()
		v := value.Invoke(&st.th, self, attr, a)
		st.stack = st.stack[:base]
		return v
	}
}

// bound is a filter's or test's arguments, matched to its parameters when the
// template was compiled: for each argument the parameter it goes to.
type bound struct {
	args   []expr
	params []int
	fill   []value.Value // the parameters' defaults
}

// bind matches arguments to parameters if that can be done now and succeeds.
// What fails is left to the render, where Python raises its TypeError.
func (a *arguments) bind(sig *value.Signature) *bound {
	if !a.simple() || len(a.pos) > len(sig.Params) || sig.Rest || sig.RestNamed {
		return nil
	}
	b := &bound{args: append(append([]expr(nil), a.pos...), a.named...)}
	for _, p := range sig.Params {
		b.fill = append(b.fill, p.Default)
	}
	given := make([]bool, len(sig.Params))
	for i := range a.pos {
		b.params = append(b.params, i)
		given[i] = true
	}
	for _, name := range a.names {
		i := sig.Index(name)
		if i < 0 || given[i] {
			return nil
		}
		b.params = append(b.params, i)
		given[i] = true
	}
	for i, p := range sig.Params {
		if p.Default == nil && !given[i] {
			return nil
		}
	}
	return b
}

// push evaluates the arguments into the places of their parameters, on the
// stack.
func (b *bound) push(st *state, fr *frame) value.Bound {
	base := len(st.stack)
	st.stack = append(st.stack, b.fill...)
	for i, x := range b.args {
		v := x(st, fr)
		st.stack[base+b.params[i]] = v
	}
	return value.Bound{Values: st.stack[base:len(st.stack):len(st.stack)]}
}

// filter compiles the application of a filter. For a filter block's innermost
// filter, n.X is nil and the value is what the block wrote.
func (c *compiler) filter(sc scope, n *syntax.Filter) expr {
	f := c.env.filters[n.Name]
	if f == nil {
		c.mustKnow(sc, n.Pos(), "filter", n.Name, names(c.env.filters))
	}
	x := func(st *state, _ *frame) value.Value { return st.stack[len(st.stack)-1] }
	if n.X != nil {
		x = c.expr(sc, n.X)
	}
	args, pos := c.arguments(sc, n.Args), n.Pos()
	if f == nil {
		return c.unknown(pos, "filter", n.Name, names(c.env.filters), x, args)
	}
	if b := args.bind(&f.Signature); b != nil {
		return func(st *state, fr *frame) value.Value {
			v := x(st, fr)
			base := len(st.stack)
			call := b.push(st, fr)
			st.pos = pos
			st.th.Step()
			v = f.apply(st, v, call)
			st.stack = st.stack[:base]
			return v
		}
	}
	return func(st *state, fr *frame) value.Value {
		v := x(st, fr)
		base := len(st.stack)
		a := args.push(st, fr)
		st.pos = pos
		st.th.Step()
		v = f.apply(st, v, f.Bind(a, nil))
		st.stack = st.stack[:base]
		return v
	}
}

func (c *compiler) test(sc scope, n *syntax.Test) expr {
	x := c.testBool(sc, n)
	return func(st *state, fr *frame) value.Value { return value.Bool(x(st, fr)) }
}

func (c *compiler) testBool(sc scope, n *syntax.Test) func(*state, *frame) bool {
	t := c.env.tests[n.Name]
	if t == nil {
		c.mustKnow(sc, n.Pos(), "test", n.Name, names(c.env.tests))
	}
	x, args, pos := c.expr(sc, n.X), c.arguments(sc, n.Args), n.Pos()
	if t == nil {
		fail := c.unknown(pos, "test", n.Name, names(c.env.tests), x, args)
		return func(st *state, fr *frame) bool { fail(st, fr); return false }
	}
	if b := args.bind(&t.Signature); b != nil {
		return func(st *state, fr *frame) bool {
			v := x(st, fr)
			base := len(st.stack)
			call := b.push(st, fr)
			st.pos = pos
			st.th.Step()
			is := t.is(st, v, call)
			st.stack = st.stack[:base]
			return is
		}
	}
	return func(st *state, fr *frame) bool {
		v := x(st, fr)
		base := len(st.stack)
		a := args.push(st, fr)
		st.pos = pos
		st.th.Step()
		is := t.is(st, v, t.Bind(a, nil))
		st.stack = st.stack[:base]
		return is
	}
}

// mustKnow fails for a filter or test that the environment does not have,
// unless it stands in a conditional branch, where it may never be reached.
func (c *compiler) mustKnow(sc scope, pos syntax.Pos, what, name string, known []string) {
	if !sc.lenient && !c.folder.busy {
		c.fail(pos, value.Syntax, &unknownName{known: nearest(name, known)}, "no "+what+" named '"+name+"'")
	}
}

// unknown compiles the application of a filter or test that the environment
// does not have: an error when it is reached.
func (c *compiler) unknown(pos syntax.Pos, what, name string, known []string, x expr, args arguments) expr {
	cause := &unknownName{known: nearest(name, known)}
	return func(st *state, fr *frame) value.Value {
		x(st, fr)
		a := args.push(st, fr)
		st.pos = pos
		if len(a.Names) > 0 { // what Jinja2 puts in its place takes no keywords
			value.Raise(value.TypeError, "%s '%s' got an unexpected keyword argument '%s'", what, name, a.Names[0])
		}
		panic(&value.Error{Kind: value.Other, Message: "no " + what + " named '" + name + "'", Err: cause})
	}
}

// unknownName is the cause of an error about a name, with close known ones.
type unknownName struct{ known []string }

// Error implements error.
func (*unknownName) Error() string { return "unknown name" }
