package webhook

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Code says what kind of refusal an [Error] is. Codes are few and stable; each
// surface maps them once (HTTP status, exit code).
type Code string

// The codes. Everything that is not an [Error] counts as [CodeInternal].
const (
	CodeInvalid      Code = "invalid"
	CodeNotFound     Code = "not_found"
	CodeConflict     Code = "conflict"
	CodeUnauthorized Code = "unauthorized"
	CodeForbidden    Code = "forbidden"
	CodeTooLarge     Code = "too_large"
	CodeRateLimited  Code = "rate_limited"
	CodeUnavailable  Code = "unavailable"
	CodeInternal     Code = "internal"
)

// NonField is the key for messages that belong to no single field, as in
// NetBox's {"__all__": ["…"]}.
const NonField = "__all__"

// Error is a refusal that a person may read.
type Error struct {
	// Code is the kind of refusal.
	Code Code
	// Message is safe for anyone; it names no path, address or secret of this
	// server. Empty when Fields says it all.
	Message string
	// Fields has the messages by field name (or [NonField]), in the shape that
	// the API prints: {"name": ["This field is required."]}.
	Fields map[string][]string
	// Help, when not empty, says what to do about it.
	Help string
	// Err is the cause, for the log only; nil when there is none.
	Err error
}

// Error returns the public message, the fields in alphabetical order, and the
// cause.
func (e *Error) Error() string {
	parts := make([]string, 0, 2+len(e.Fields))
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	for _, field := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, field+": "+strings.Join(e.Fields[field], " "))
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if len(parts) == 0 {
		return string(e.Code)
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an [Error] with the code and a message made as fmt.Sprintf
// does.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// NotFound returns the error for something that does not exist or must not be
// seen; the text is NetBox's.
func NotFound() *Error {
	return &Error{Code: CodeNotFound, Message: "Not found."}
}

// CodeOf returns the code of the first [Error] in err's chain, and
// [CodeInternal] when there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// FieldErrors collects messages by field while something is being checked. The
// zero value is ready for use. It is not safe for concurrent use.
type FieldErrors struct {
	fields map[string][]string
}

// Add records a message for a field; use [NonField] for one that belongs to no
// field.
func (f *FieldErrors) Add(field, format string, args ...any) {
	if f.fields == nil {
		f.fields = make(map[string][]string)
	}
	f.fields[field] = append(f.fields[field], fmt.Sprintf(format, args...))
}

// Has reports whether the field has a message.
func (f *FieldErrors) Has(field string) bool { return len(f.fields[field]) > 0 }

// Err returns nil when nothing was added, else an [Error] with [CodeInvalid].
func (f *FieldErrors) Err() error {
	if len(f.fields) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Fields: f.fields}
}
