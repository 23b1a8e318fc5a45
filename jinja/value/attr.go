package value

import "strings"

// Attr is the name of an attribute, looked up in all built-in types once so
// that getting the attribute of a value is a type switch. It is immutable.
type Attr struct {
	name    string
	members *[numKinds]member
}

// member is what a built-in type has under a name: a method, a property, or
// something that the sandbox hides. The zero member is nothing.
type member struct {
	method   *Method
	property func(th *Thread, self Value) Value
	hidden   bool
}

func (m *member) present() bool { return m.method != nil || m.property != nil || m.hidden }

// noMembers belongs to the names that no built-in type has, as those of data
// mostly are.
var noMembers [numKinds]member

// NewAttr prepares the attribute of a name.
func NewAttr(name string) *Attr {
	a := &Attr{name: name, members: &noMembers}
	for k := range numKinds {
		m := memberOf(k, name)
		if !m.present() {
			continue
		}
		if a.members == &noMembers {
			a.members = new([numKinds]member)
		}
		a.members[k] = m
	}
	return a
}

// Name is the attribute's name.
func (a *Attr) Name() string { return a.name }

// memberOf looks a name up in one type.
func memberOf(k kind, name string) member {
	if m := methodOf(k, name); m != nil {
		return member{method: m}
	}
	if p := propertyOf(k, name); p != nil {
		return member{property: p}
	}
	return member{hidden: internals[name].has(k)}
}

// methodOf finds a method of a type, or nil.
func methodOf(k kind, name string) *Method {
	switch k {
	case kindStr:
		if m := strMethods[name]; m != nil {
			return m
		}
		return formatMethod(name)
	case kindMarkup:
		if m := markupMethods[name]; m != nil {
			return m
		}
		return methodOf(kindStr, name)
	case kindBytes:
		return bytesMethods[name]
	case kindInt, kindBool:
		return intMethods[name]
	case kindFloat:
		return floatMethods[name]
	case kindList:
		return listMethods[name]
	case kindTuple:
		return tupleMethods[name]
	case kindDict:
		return dictMethods[name]
	case kindRange:
		return rangeMethods[name]
	case kindKeys, kindItems:
		return viewMethods[name]
	}
	return nil
}

// propertyOf finds an attribute of a type that is no method, or nil.
func propertyOf(k kind, name string) func(*Thread, Value) Value {
	switch k {
	case kindInt, kindBool:
		return intProperties[name]
	case kindFloat:
		return floatProperties[name]
	case kindRange:
		return rangeProperties[name]
	case kindKeys, kindValues, kindItems:
		return viewProperties[name]
	case kindGenerator:
		return generatorProperties[name]
	}
	return nil
}

// Indexer is an object with items. Item reports false for a key that it does
// not have.
type Indexer interface {
	Value
	Item(th *Thread, key Value) (Value, bool)
}

// GetAttr is v.name in a template: the attribute of Python if v has one, else
// the item of that name, else an Undefined. An attribute that Jinja2's sandbox
// hides gives an unsafe Undefined.
func GetAttr(th *Thread, v Value, a *Attr) Value {
	k := kindOf(v)
	return getAttr(th, v, k, &a.members[k], a.name)
}

// GetName is [GetAttr] for a name that is known only when the template runs.
func GetName(th *Thread, v Value, name string) Value {
	k := kindOf(v)
	m := memberOf(k, name)
	return getAttr(th, v, k, &m, name)
}

// getAttr is [GetAttr] with what the value's type has under the name.
func getAttr(th *Thread, v Value, k kind, m *member, name string) Value {
	if m.present() {
		return m.of(th, v, name)
	}
	switch v := v.(type) {
	case *Dict:
		if e, ok := v.Lookup(th, name); ok {
			return e
		}
	case *Tuple:
		if e, ok := v.named(name); ok {
			return e
		}
	case *Undefined:
		return v.access(th)
	case Attributer, Indexer:
		if e, ok := ofObject(th, v, name, true); ok {
			return e
		}
	}
	return &Undefined{Name: name, Owner: ownerOf(v, k)}
}

// of gives the member of a value that has it.
func (m *member) of(th *Thread, v Value, name string) Value {
	switch {
	case m.method != nil:
		th.Alloc(valueSize * 2)
		return &BoundMethod{Self: v, Method: m.method}
	case m.property != nil:
		return m.property(th, v)
	}
	return unsafeAttr(th, v, name)
}

// ofObject looks up what an object of the engine has under a name: attribute
// first, or item first.
func ofObject(th *Thread, v Value, name string, attrFirst bool) (e Value, ok bool) {
	for _, attr := range [2]bool{attrFirst, !attrFirst} {
		if attr {
			if o, is := v.(Attributer); is {
				e, ok = o.Attr(th, name)
				if ok && strings.HasPrefix(name, "_") {
					e = unsafeAttr(th, v, name)
				}
			}
		} else if o, is := v.(Indexer); is {
			e, ok = o.Item(th, Str(name))
		}
		if ok {
			return e, true
		}
	}
	return nil, false
}

// unsafeAttr is what the sandbox gives for an attribute that it hides.
func unsafeAttr(th *Thread, v Value, name string) *Undefined {
	return &Undefined{
		Name: name, Owner: ownerOf(v, kindOf(v)), Unsafe: true,
		Hint: "access to attribute " + quoteName(name) + " of '" + typeName(th, v) + "' object is unsafe.",
	}
}

// access is an attribute or item of an undefined value: itself under the
// Chainable policy, else an error.
func (u *Undefined) access(th *Thread) Value {
	if th.Undefined != Chainable || u.Plain {
		u.Raise()
	}
	return u
}

// Invoke is v.name(args...). It does what [GetAttr] and [Call] do, but makes no
// value for a method of a built-in type.
func Invoke(th *Thread, v Value, a *Attr, args Args) Value {
	if m := a.members[kindOf(v)].method; m != nil {
		return m.call(th, v, args)
	}
	return Call(th, GetAttr(th, v, a), args)
}

// Call calls f. It raises a TypeError for what cannot be called.
func Call(th *Thread, f Value, args Args) Value {
	switch f := f.(type) {
	case Callable:
		return f.Call(th, args)
	case *Undefined:
		f.Raise()
	}
	Raise(TypeError, "'%s' object is not callable", f.TypeName())
	return nil
}
