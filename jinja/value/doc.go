// Package value holds the values that templates work on, with Python's
// semantics: types, truth, equality, order, arithmetic, attributes, methods,
// str and repr, and JSON in and out with order and numbers kept.
//
// It knows neither templates nor filters. Everything that can take time or
// memory runs under a [Thread], which is charged before the work is done and
// ends it by raising an [Error] of kind [Limit].
//
// # Raising
//
// A failing operation panics with an [*Error], as a Python operation raises an
// exception. The engine recovers it once per render, which keeps its inner
// loops free of error checks. Callers outside a render use [Try], which turns
// a raised error into a returned one.
//
// # Sharing
//
// A value that came from [ParseJSON] is frozen: it and all that hangs below it
// may be used by any number of renders at once. A template that changes a
// frozen list or dict (list.append, dict.update) changes a copy that belongs
// to its Thread alone; every reference to the container sees that copy within
// the render, none outside it. For this reason the contents of a container are
// only ever read through a Thread.
//
// # Sandbox
//
// Attributes are those of Python's types as Jinja2's sandbox shows them: methods
// and properties from the tables in this package, never a Go method. What the
// sandbox hides ([GetAttr], internals_table.go) is an unsafe [Undefined]; the
// fields of str.format go the same way.
//
// # What differs from Python
//
// There are no complex numbers: a power that would be one raises. Sets come only
// from differences of dict views, keep their order and have no methods. Encodings
// are UTF-8, ASCII and Latin-1. A NaN is never the same object as another, so
// that [nan] == [nan] is false. Objects print without addresses. Integers are
// bounded by [Limits].
//
// # Text
//
// Text is WTF-8: UTF-8 in which a lone surrogate, which a Python str may hold,
// stands as its three-byte form. Lengths and indexes count code points.
package value
