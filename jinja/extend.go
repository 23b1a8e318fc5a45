package jinja

import (
	"context"
	"errors"
	"fmt"

	"bellhop/jinja/value"
)

// Filter is a filter of the caller's own.
type Filter struct {
	// Params are what it takes after the filtered value. A parameter without
	// a default must be given.
	Params []value.Param
	// Func filters v. args has one value for each parameter and is valid
	// during the call only. It must be safe for concurrent use, must change
	// neither v nor args, and should end when ctx does. A returned [*value.Error]
	// keeps its kind; any other error is of kind other.
	Func func(ctx context.Context, v value.Value, args []value.Value) (value.Value, error)
}

// Test is a test of the caller's own, by the rules of [Filter].
type Test struct {
	Params []value.Param
	Func   func(ctx context.Context, v value.Value, args []value.Value) (bool, error)
}

// WithFilter adds a filter, in the place of one of that name.
func WithFilter(name string, f Filter) Option {
	return func(e *Environment) error {
		if name == "" || f.Func == nil {
			return fmt.Errorf("filter %q: name and function must be given", name)
		}
		own := newFilter(name, func(st *state, v value.Value, c value.Bound) value.Value {
			out, err := f.Func(st.th.Context(), v, c.Values)
			failed(err)
			if out == nil {
				return value.None
			}
			return out
		}, f.Params...)
		own.pure = false
		e.filters[name] = own
		return nil
	}
}

// WithTest adds a test, in the place of one of that name.
func WithTest(name string, t Test) Option {
	return func(e *Environment) error {
		if name == "" || t.Func == nil {
			return fmt.Errorf("test %q: name and function must be given", name)
		}
		e.tests[name] = &test{
			Signature: value.Signature{Name: name, Params: t.Params},
			is: func(st *state, v value.Value, c value.Bound) bool {
				out, err := t.Func(st.th.Context(), v, c.Values)
				failed(err)
				return out
			},
		}
		return nil
	}
}

// failed raises the error of a caller's function.
func failed(err error) {
	if err == nil {
		return
	}
	var raised *value.Error
	if !errors.As(err, &raised) {
		raised = &value.Error{Kind: value.Other, Message: err.Error(), Err: err}
	}
	panic(raised)
}
