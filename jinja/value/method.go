package value

import "bellhop/jinja/internal/pytext"

// methods is the methods of a type by name.
type methods map[string]*Method

// body is what a method does.
type body = func(th *Thread, self Value, c Bound) Value

func tableOf(list ...*Method) methods {
	table := make(methods, len(list))
	for _, m := range list {
		table[m.Name] = m
	}
	return table
}

// positional makes a method whose parameters cannot be given by name, as most
// of Python's built-in methods are.
func positional(name string, f body, params ...Param) *Method {
	return &Method{Signature{Name: name, Params: params, PosOnly: len(params)}, f}
}

// named makes a method whose parameters can be given by name too.
func named(name string, f body, params ...Param) *Method {
	return &Method{Signature{Name: name, Params: params}, f}
}

func required(name string) Param { return Param{Name: name} }

func optional(name string, def Value) Param { return Param{Name: name, Default: def} }

// absent is the default of a parameter that differs by being left out.
type absent struct{}

// TypeName implements [Value].
func (absent) TypeName() string { return "object" }

// given tells whether an argument was given.
func given(v Value) bool { return v != absent{} }

// bound takes an argument that limits a search: nil for None.
func bound(v Value) *int { return sliceBound(v) }

// textArg takes an argument that must be text.
func textArg(v Value) string {
	s, ok := Text(v)
	if !ok {
		Raise(TypeError, "must be str, not %s", v.TypeName())
	}
	return s
}

// charge adapts the thread's memory budget to package pytext.
func charge(th *Thread) pytext.Charge { return func(n int) { th.Alloc(n) } }

// check raises an error of package pytext and passes the result on otherwise.
func check[T any](v T, err error) T {
	if err != nil {
		RaiseText(err)
	}
	return v
}
