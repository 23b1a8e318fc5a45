package jinja

import (
	"fmt"

	"bellhop/jinja/value"
)

// funcValue is a function of the engine as templates see it: a global, or a
// method of one of its objects.
type funcValue struct {
	sig value.Signature
	// kind and owner are what it prints as.
	kind string
	fn   func(th *value.Thread, c value.Bound) value.Value
}

// TypeName implements [value.Value].
func (f *funcValue) TypeName() string { return f.kind }

// Print implements [value.Printer]. Python shows an address, which no template
// can rely on.
func (f *funcValue) Print(*value.Thread) string { return fmt.Sprintf("<%s %s>", f.kind, f.sig.Name) }

// Call implements [value.Callable].
func (f *funcValue) Call(th *value.Thread, args value.Args) value.Value {
	return f.fn(th, f.sig.Bind(args, nil))
}

// method is a method with any positional arguments, made when it is asked for.
func (st *state) method(self value.Value, name string, fn func(value.Bound) value.Value) value.Value {
	st.th.Alloc(128)
	return &funcValue{
		sig: value.Signature{Name: self.TypeName() + "." + name, Rest: true}, kind: "method",
		fn: func(_ *value.Thread, c value.Bound) value.Value { return fn(c) },
	}
}
