package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// cleanups are the steps that undo what was built, in the order in which it was
// built. It is not safe for concurrent use.
type cleanups []cleanup

type cleanup struct {
	name string
	run  func(context.Context) error
}

// add registers a step. It belongs in the line after its resource exists.
func (c *cleanups) add(name string, run func(context.Context) error) {
	*c = append(*c, cleanup{name, run})
}

// run runs all steps backwards, each once, whatever the others return.
func (c *cleanups) run(ctx context.Context) error {
	var errs []error
	for _, step := range slices.Backward(*c) {
		if err := step.run(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", step.name, err))
		}
	}
	*c = nil
	return errors.Join(errs...)
}

// closing makes a step of a Close method.
func closing(closer func() error) func(context.Context) error {
	return func(context.Context) error { return closer() }
}
