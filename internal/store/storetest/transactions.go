package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"bellhop/internal/store"
)

var errRefused = errors.New("refused by the test")

func testTransactions(t *testing.T, s *Suite) {
	err := s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.PutSetting("a", []byte("1")); err != nil {
			return err
		}
		if value, err := tx.Setting("a"); err != nil || string(value) != "1" {
			t.Errorf("own write is not seen: %q, error %v", value, err)
		}
		return errRefused
	})
	if !errors.Is(err, errRefused) {
		t.Errorf("error %v, want the function's", err)
	}
	s.view(t, func(tx store.Tx) error {
		if _, err := tx.Setting("a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a refused write is there: error %v", err)
		}
		return nil
	})
}

// testGroupFailure runs many updates at once, a third of which fail after they
// have written; the others must be there whole, and the counter exact.
func testGroupFailure(t *testing.T, s *Suite) {
	const callers = 90
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			err := s.Update(t.Context(), func(tx store.Tx) error {
				if err := tx.PutSetting(fmt.Sprint("a", i), []byte("x")); err != nil {
					return err
				}
				if i%3 == 0 {
					return errRefused
				}
				return tx.PutSetting(fmt.Sprint("b", i), []byte("x"))
			})
			if want := i%3 == 0; errors.Is(err, errRefused) != want || !want && err != nil {
				t.Errorf("update %d: error %v", i, err)
			}
		})
		wg.Go(func() {
			if _, err := s.Enqueue(t.Context(), start, int64(i), 1, nil); err != nil {
				t.Errorf("enqueue: %v", err)
			}
		})
	}
	wg.Wait()
	s.view(t, func(tx store.Tx) error {
		for i := range callers {
			_, errA := tx.Setting(fmt.Sprint("a", i))
			_, errB := tx.Setting(fmt.Sprint("b", i))
			if want := i%3 != 0; (errA == nil) != want || (errB == nil) != want {
				t.Errorf("update %d: %v, %v", i, errA, errB)
			}
		}
		counts, err := tx.Counts()
		if err != nil || len(counts) != 1 || counts[0].N != callers {
			t.Errorf("counts %+v, error %v; want %d queued", counts, err, callers)
		}
		return nil
	})
}

func testReadOnly(t *testing.T, s *Suite) {
	for name, fn := range map[string]func(store.Tx) error{
		"setting":  func(tx store.Tx) error { return tx.PutSetting("a", []byte("1")) },
		"create":   func(tx store.Tx) error { return tx.Objects("a.b").Create(&store.Object{}) },
		"update":   func(tx store.Tx) error { return tx.Objects("a.b").Update(&store.Object{}) },
		"delete":   func(tx store.Tx) error { return tx.Objects("a.b").Delete(1) },
		"delivery": func(tx store.Tx) error { _, err := tx.Cancel(nil, start, 1); return err },
		"prune":    func(tx store.Tx) error { _, err := tx.PruneChanges([]int64{1}); return err },
	} {
		if err := s.View(t.Context(), fn); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("%s: error %v, want read-only", name, err)
		}
	}
}

// testSnapshot checks that a View keeps seeing the state it began with.
func testSnapshot(t *testing.T, s *Suite) {
	s.view(t, func(tx store.Tx) error {
		if _, err := tx.Setting("a"); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("error %v, want not found", err)
		}
		done := make(chan error)
		go func() {
			done <- s.Update(t.Context(), func(tx store.Tx) error { return tx.PutSetting("a", []byte("1")) })
		}()
		if err := <-done; err != nil {
			t.Fatalf("a writer cannot work beside a reader: %v", err)
		}
		if _, err := tx.Setting("a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the reader sees a later write: error %v", err)
		}
		return nil
	})
	s.view(t, func(tx store.Tx) error {
		_, err := tx.Setting("a")
		return err
	})
}

func testCanceledContext(t *testing.T, s *Suite) {
	cause := errors.New("the caller left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	ran := false
	fn := func(store.Tx) error { ran = true; return nil }
	if err := s.Update(ctx, fn); !errors.Is(err, cause) || ran {
		t.Errorf("update: error %v, ran %v; want the cause and no run", err, ran)
	}
	if err := s.View(ctx, fn); !errors.Is(err, cause) && err != nil {
		t.Errorf("view: error %v", err)
	}
}

// testPanic checks that a panic reaches its own caller and harms nobody else.
func testPanic(t *testing.T, s *Suite) {
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach the caller")
			}
		}()
		err := s.Update(t.Context(), func(tx store.Tx) error {
			if err := tx.PutSetting("a", []byte("1")); err != nil {
				return err
			}
			panic("bad member")
		})
		t.Errorf("update returned %v", err)
	}()
	s.update(t, func(tx store.Tx) error {
		if _, err := tx.Setting("a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the write before the panic is there: error %v", err)
		}
		return nil
	})
}

func testClosed(t *testing.T, s *Suite) {
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("ready before closing: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	nothing := func(store.Tx) error { return nil }
	if err := s.Update(t.Context(), nothing); !errors.Is(err, store.ErrClosed) {
		t.Errorf("update: error %v, want closed", err)
	}
	if err := s.View(t.Context(), nothing); !errors.Is(err, store.ErrClosed) {
		t.Errorf("view: error %v, want closed", err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Errorf("ready: error %v, want closed", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}
