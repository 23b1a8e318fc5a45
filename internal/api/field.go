package api

import (
	"encoding/json"
	"time"

	"bellhop/internal/webhook"
)

// field is a field of a record, with the ways to read and to write it. Both may
// be nil.
type field[T any] struct {
	spec
	get func(c *call, record *T) any
	// set changes the record to what a client sent, which is never null unless
	// the field is nullable. Its error is a message about the field.
	set func(record *T, raw json.RawMessage) error
	// resolve, when there is one, replaces what a client sent before any
	// transaction begins: it may read the store and take its time.
	resolve func(c *call, raw json.RawMessage) (json.RawMessage, error)
}

// valueError is what is wrong with a value, for people.
type valueError string

func (e valueError) Error() string { return string(e) }

// option alters a field.
type option func(*spec)

func required(s *spec)          { s.required = true }
func nullable(s *spec)          { s.nullable = true }
func unlisted(s *spec)          { s.path = "" }
func help(text string) option   { return func(s *spec) { s.help = text } }
func longest(n int) option      { return func(s *spec) { s.maxLength = n } }
func stored(path string) option { return func(s *spec) { s.path = path } }
func between(lowest, highest float64) option {
	return func(s *spec) { s.min, s.max = &lowest, &highest }
}

func newSpec(name, label string, kind kind, options []option) spec {
	s := spec{name: name, label: label, kind: kind, path: name}
	for _, o := range options {
		o(&s)
	}
	return s
}

// text is a string. Surrounding white space is trimmed, as Django REST framework
// does.
func text[T any](name, label string, at func(*T) *string, options ...option) field[T] {
	return textField(name, label, at, true, options)
}

// verbatim is a string that is kept exactly as written.
func verbatim[T any](name, label string, at func(*T) *string, options ...option) field[T] {
	return textField(name, label, at, false, options)
}

func textField[T any](name, label string, at func(*T) *string, trim bool, options []option) field[T] {
	s := newSpec(name, label, kindText, options)
	return field[T]{
		spec: s,
		get: func(_ *call, record *T) any {
			if value := *at(record); value != "" || !s.nullable {
				return value
			}
			return nil
		},
		set: func(record *T, raw json.RawMessage) (err error) {
			if isNull(raw) {
				*at(record) = ""
				return nil
			}
			*at(record), err = decodeText(raw, trim)
			return err
		},
	}
}

func boolean[T any](name, label string, at func(*T) *bool, options ...option) field[T] {
	return field[T]{
		spec: newSpec(name, label, kindBoolean, options),
		get:  func(_ *call, record *T) any { return *at(record) },
		set: func(record *T, raw json.RawMessage) (err error) {
			*at(record), err = decodeBoolean(raw)
			return err
		},
	}
}

func integer[T any](name, label string, at func(*T) *int, options ...option) field[T] {
	return field[T]{
		spec: newSpec(name, label, kindInteger, options),
		get:  func(_ *call, record *T) any { return *at(record) },
		set: func(record *T, raw json.RawMessage) error {
			n, err := decodeInteger(raw)
			*at(record) = int(n)
			return err
		},
	}
}

// choice is one of some words.
func choice[T any](name, label string, at func(*T) *string, choices []webhook.Choice, options ...option) field[T] {
	f := textField(name, label, at, true, options)
	f.kind, f.choices = kindChoice, choices
	f.set = func(record *T, raw json.RawMessage) (err error) {
		*at(record), err = decodeChoice(raw, choices)
		return err
	}
	return f
}

// computed is a field that is only read.
func computed[T any](name, label string, kind kind, get func(*call, *T) any, options ...option) field[T] {
	s := newSpec(name, label, kind, options)
	s.readOnly = true
	return field[T]{spec: s, get: get}
}

// custom is a field with ways of its own.
func custom[T any](
	name, label string, kind kind, get func(*call, *T) any, set func(*T, json.RawMessage) error, options ...option,
) field[T] {
	return field[T]{spec: newSpec(name, label, kind, options), get: get, set: set}
}

// moment is a time that is only read; null when it is zero.
func moment[T any](name, label string, at func(*T) time.Time, options ...option) field[T] {
	return computed(name, label, kindTime, func(_ *call, record *T) any { return showTime(at(record)) },
		append([]option{nullable}, options...)...)
}

// timeFormat is how NetBox's API shows times.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// showTime returns a time as it is shown, or nil for none.
func showTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(timeFormat)
}

// showJSON returns a stored document, or null.
func showJSON(raw json.RawMessage) any {
	if len(raw) == 0 {
		return nil
	}
	return raw
}
