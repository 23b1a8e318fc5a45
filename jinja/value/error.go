package value

import (
	"errors"
	"fmt"

	"bellhop/jinja/internal/pytext"
)

// Kind classes an error as Jinja2 and Python class their exceptions.
type Kind string

// The kinds. Other covers the rest of Python's exceptions: ZeroDivisionError,
// KeyError, IndexError, AttributeError, RecursionError, RuntimeError and
// Jinja2's TemplateRuntimeError and FilterArgumentError.
const (
	Syntax           Kind = "syntax"
	UndefinedError   Kind = "undefined"
	Security         Kind = "security"
	TypeError        Kind = "type"
	ValueError       Kind = "value"
	TemplateNotFound Kind = "template_not_found"
	Overflow         Kind = "overflow"
	Limit            Kind = "limit"
	Other            Kind = "other"
)

// Error is a raised error. Message is safe to show to the template's author;
// it may quote values of the data.
type Error struct {
	Kind    Kind
	Message string
	// Err is the cause where there is one, such as a context's error behind
	// a Limit.
	Err error
}

// Error implements error.
func (e *Error) Error() string { return string(e.Kind) + ": " + e.Message }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Raise panics with an [*Error]. It never returns.
func Raise(kind Kind, format string, args ...any) {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	panic(&Error{Kind: kind, Message: msg})
}

// Try runs f and returns what it raised, or nil. Panics that are not raised
// errors pass through.
func Try(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			err = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// RaiseText raises an error of a text function, of the kind that its Python
// class has.
func RaiseText(err error) {
	e, ok := errors.AsType[*pytext.Error](err)
	if !ok {
		Raise(Other, "%s", err)
	}
	kind := Other
	switch e.Class {
	case "TypeError":
		kind = TypeError
	case "ValueError", "UnicodeEncodeError", "UnicodeDecodeError":
		kind = ValueError
	case "OverflowError":
		kind = Overflow
	}
	panic(&Error{Kind: kind, Message: e.Message})
}
