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
	// Rest allows further positional arguments, RestNamed further keywords.
	Rest, RestNamed bool
}

// Call is the arguments of a call after binding: Values has one value for
// each parameter, Rest, Names and Named what went beyond.
type Call struct {
	Values []Value
	Rest   []Value
	Names  []string
	Named  []Value
}

// Bind matches arguments to parameters by Python's rules and raises Python's
// TypeErrors. buf may give room for the values. Without defaults to fill in or
// names to match it takes no memory, the usual case.
func (s *Signature) Bind(args Args, buf []Value) Call {
	n := len(s.Params)
	var c Call
	given := args.Pos
	if len(given) > n {
		if !s.Rest {
			Raise(TypeError, "%s() takes %d positional arguments but %d were given", s.Name, n, len(given))
		}
		c.Rest, given = given[n:], given[:n]
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

func (s *Signature) bindName(c *Call, name string, v Value) {
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
	Func func(th *Thread, self Value, c Call) Value
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
	th.Step()
	return m.Method.Func(th, m.Self, m.Method.Bind(args, nil))
}
