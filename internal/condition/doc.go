// Package condition decides whether a change meets a webhook's conditions, and
// says why.
//
// Grammar and semantics are those of NetBox 4.7, whose code has produced the
// expectations in testdata: a set is {"and": […]} or {"or": […]}, nested at
// will, or a bare condition {"attr", "value", "op", "negate"}. The documentation
// for users is docs/conditions.md.
//
// Where NetBox accepts a definition that can never be evaluated, or fails with
// an internal error, [Compile] refuses it with the path of the faulty element.
// Where NetBox logs an error and does not fire, [Set.Evaluate] gives the result
// [Unresolved] with its reason: a path that does not exist, or an operator that
// has no meaning for the value found. Such a condition settles the whole set,
// siblings in an "or" that come after it included, as in NetBox.
//
// Values compare as in Python (1 == 1.0 == true, integers of any size exactly),
// through package value; regular expressions are Python's, through pyre.
//
// The package is pure: it knows neither webhooks nor stores, and keeps nothing.
// A [Set] is immutable. Everything is bounded: the size of a definition, the
// time of an evaluation and the size of its explanation.
package condition
