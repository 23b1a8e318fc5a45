package value

import "strings"

// Args are the arguments of a call as the template wrote them. Names and Named
// are the keyword arguments, in parallel.
type Args struct {
	Pos   []Value
	Names []string
	Named []Value
}

// Param is a parameter. Default is nil for one that must be given.
type Param struct {
	Name    string
	Default Value
}

// Signature says what a function of the engine takes.
type Signature struct {
	// Name is the function's, for messages.
	Name   string
	Params []Param
	// PosOnly is the number of leading parameters that cannot be given by name.
	PosOnly int
	// KeyOnly is the number of trailing parameters that can only be given by
	// name.
	KeyOnly int
	// Rest allows further positional arguments, RestNamed further keywords.
	Rest, RestNamed bool
}

// Bound is the arguments of a call after binding: Values has one value for
// each parameter, Rest, Names and Named what went beyond.
type Bound struct {
	Values []Value
	Rest   []Value
	Names  []string
	Named  []Value
}

// Bind matches arguments to parameters by Python's rules and raises Python's
// TypeErrors. buf may give room for the values. Without defaults to fill in or
// names to match it takes no memory, the usual case.
func (s *Signature) Bind(args Args, buf []Value) Bound {
	n := len(s.Params)
	var c Bound
	given := args.Pos
	if most := n - s.KeyOnly; len(given) > most {
		if !s.Rest {
			Raise(TypeError, "%s() takes %d positional arguments but %d were given", s.Name, most, len(given))
		}
		c.Rest, given = given[most:], given[:most]
	}
	if len(given) == n && len(args.Names) == 0 {
		c.Values = given
		return c
	}
	if cap(buf) < n {
		buf = make([]Value, n)
	}
	c.Values = buf[:n]
	clear(c.Values)
	copy(c.Values, given)
	for i, name := range args.Names {
		s.bindName(&c, name, args.Named[i])
	}
	for i, v := range c.Values {
		if v == nil {
			c.Values[i] = s.Params[i].Default
		}
		if c.Values[i] == nil {
			Raise(TypeError, "%s() missing required argument: '%s'", s.Name, s.missing(c.Values))
		}
	}
	return c
}

func (s *Signature) bindName(c *Bound, name string, v Value) {
	for i, p := range s.Params {
		if p.Name != name || i < s.PosOnly {
			continue
		}
		if c.Values[i] != nil {
			Raise(TypeError, "%s() got multiple values for argument '%s'", s.Name, name)
		}
		c.Values[i] = v
		return
	}
	if !s.RestNamed {
		Raise(TypeError, "%s() got an unexpected keyword argument '%s'", s.Name, name)
	}
	c.Names = append(c.Names, name)
	c.Named = append(c.Named, v)
}

func (s *Signature) missing(values []Value) string {
	var names []string
	for i, p := range s.Params {
		if values[i] == nil && p.Default == nil {
			names = append(names, p.Name)
		}
	}
	return strings.Join(names, "', '")
}

// Method is a method of a built-in type.
type Method struct {
	Signature
	Func func(th *Thread, self Value, c Bound) Value
}

// BoundMethod is a method with its object, as {{ x.upper }} without a call
// gives.
type BoundMethod struct {
	Self   Value
	Method *Method
}

// TypeName implements [Value].
func (*BoundMethod) TypeName() string { return "builtin_function_or_method" }

// Call implements [Callable].
func (m *BoundMethod) Call(th *Thread, args Args) Value {
	return m.Method.call(th, m.Self, args)
}

// call binds the arguments and runs the method. The room for the arguments is
// the thread's and is taken back afterwards, so that a method must not keep
// its Bound.
func (m *Method) call(th *Thread, self Value, args Args) Value {
	th.Step()
	mark := len(th.args)
	n := mark + len(m.Params)
	if n > cap(th.args) {
		th.args = append(make([]Value, 0, 2*n+16), th.args...)
	}
	th.args = th.args[:n]
	v := m.Func(th, self, m.Bind(args, th.args[mark:n:n]))
	clear(th.args[mark:])
	th.args = th.args[:mark]
	return v
}
