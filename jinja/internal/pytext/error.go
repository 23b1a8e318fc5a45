package pytext

import "fmt"

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

func overflowError(message string) error {
	return &Error{Class: "OverflowError", Message: message}
}
