package pytext

import (
	"fmt"
	"math"
)

// Error is the Python exception that a text function would raise.
type Error struct {
	// Class is the name of Python's exception class, such as "ValueError".
	Class string
	// Message is str(exception).
	Message string
}

// Error returns the message without the class, as Python's str(exception).
func (e *Error) Error() string { return e.Message }

func valueError(format string, args ...any) error {
	return &Error{Class: "ValueError", Message: fmt.Sprintf(format, args...)}
}

func typeError(format string, args ...any) error {
	return &Error{Class: "TypeError", Message: fmt.Sprintf(format, args...)}
}

func overflowError(format string, args ...any) error {
	return &Error{Class: "OverflowError", Message: fmt.Sprintf(format, args...)}
}

// Charge is told how many bytes a function is about to allocate. A charge that
// refuses must not return: the template engine unwinds by a panic that its
// render call recovers. A size that does not fit an int is reported as
// [math.MaxInt]. A nil Charge allows everything and is for sizes that the
// caller has bounded already.
type Charge func(n int)

// bytes reports n bytes.
func (c Charge) bytes(n int) {
	if c != nil {
		c(n)
	}
}

// addSizes returns a+b for sizes that are not negative, or math.MaxInt.
func addSizes(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// mulSizes returns a*b for sizes that are not negative, or math.MaxInt.
func mulSizes(a, b int) int {
	if a != 0 && b > math.MaxInt/a {
		return math.MaxInt
	}
	return a * b
}
