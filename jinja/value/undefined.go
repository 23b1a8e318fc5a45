package value

import "strings"

// Undefined is what a missing name, attribute or item gives. What it allows
// depends on the thread's [UndefinedPolicy].
type Undefined struct {
	// Name is what was looked for.
	Name string
	// Key is what was looked for where that is no text.
	Key Value
	// Owner says where it was looked for, in Jinja2's words ("'dict object'"),
	// or is empty for a name of the context.
	Owner string
	// Hint, where given, is the whole message of the error that using the
	// value raises.
	Hint string
	// Unsafe marks an attribute that the sandbox hides: it counts as
	// undefined, and using it raises a Security error.
	Unsafe bool
	// Plain marks the result of an inline if without else, which is Lenient
	// under every policy.
	Plain bool
}

// TypeName implements [Value].
func (*Undefined) TypeName() string { return "Undefined" }

// typeName is the name of v's type; each policy has a type of undefined values
// of its own.
func typeName(th *Thread, v Value) string {
	if u, ok := v.(*Undefined); ok && !u.Plain {
		return [...]string{
			Lenient: "Undefined", Chainable: "ChainableUndefined", Debug: "DebugUndefined", Strict: "StrictUndefined",
		}[th.Undefined]
	}
	return v.TypeName()
}

// Message says what is undefined, in Jinja2's words.
func (u *Undefined) Message() string {
	switch {
	case u.Hint != "":
		return u.Hint
	case u.Owner == "":
		return quoteName(u.Name) + " is undefined"
	case u.Key != nil:
		return u.owner() + " has no element " + shortRepr(u.Key)
	}
	return u.Owner + " has no attribute " + quoteName(u.Name)
}

func (u *Undefined) owner() string { return strings.Trim(u.Owner, "'") }

// describe says what is missing as the Debug policy prints it.
func (u *Undefined) describe(th *Thread) string {
	switch {
	case u.Hint != "":
		return "undefined value printed: " + u.Hint
	case u.Owner == "":
		return u.Name
	case u.Key != nil:
		return "no such element: " + u.owner() + "[" + Repr(th, u.Key) + "]"
	}
	return "no such element: " + u.owner() + "[" + quoteName(u.Name) + "]"
}

// Raise raises the error that using the undefined value means.
func (u *Undefined) Raise() {
	kind := UndefinedError
	if u.Unsafe {
		kind = Security
	}
	panic(&Error{Kind: kind, Message: u.Message()})
}

// mustPass raises under the Strict policy, and does nothing under others. The
// operations that a lenient Undefined allows begin with it.
func (u *Undefined) mustPass(th *Thread) {
	if th.Undefined == Strict && !u.Plain {
		u.Raise()
	}
}
