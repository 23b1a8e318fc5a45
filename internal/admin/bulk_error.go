package admin

import (
	"errors"
	"fmt"

	"bellhop/internal/webhook"
)

// BulkError says what is wrong with each record of a list, none of which was
// written.
type BulkError struct {
	// Errors has one entry for each record of the list; nil means that there
	// is nothing wrong with that one.
	Errors []error
	// IDs are the records' ids; 0 for new ones.
	IDs []int64
}

func newBulkError(n int) *BulkError {
	return &BulkError{Errors: make([]error, n), IDs: make([]int64, n)}
}

// put notes what happened to record i. It returns the errors that are not about
// the record: those end the transaction at once.
func (e *BulkError) put(i int, id int64, err error) error {
	e.IDs[i] = id
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*webhook.Error](err); !ok && !errors.Is(err, ErrStale) {
		return err
	}
	e.Errors[i] = err
	return nil
}

// err returns nil when nothing was noted.
func (e *BulkError) err() error {
	if e.Count() == 0 {
		return nil
	}
	return e
}

// Count returns how many records are at fault.
func (e *BulkError) Count() int {
	n := 0
	for _, err := range e.Errors {
		if err != nil {
			n++
		}
	}
	return n
}

// First returns the first fault.
func (e *BulkError) First() error {
	for _, err := range e.Errors {
		if err != nil {
			return err
		}
	}
	return nil
}

// Error says how many records are at fault and what is wrong with the first.
func (e *BulkError) Error() string {
	return fmt.Sprintf("%d of %d records: %v", e.Count(), len(e.Errors), e.First())
}

// Unwrap returns the faults, for errors.Is and errors.As.
func (e *BulkError) Unwrap() []error {
	var faults []error
	for _, err := range e.Errors {
		if err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}
