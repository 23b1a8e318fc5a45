// Package archtest holds the rules of the architecture as tests: which package
// may import which, and which facilities are reserved to a few packages. It has
// no code of its own.
//
// The rules are in imports_test.go and reserved_test.go. A design that has to
// move changes them in the same commit, with the reason in docs/decisions.
package archtest
