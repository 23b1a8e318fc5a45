package sqlite_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/store"
)

// A function whose caller's time is over holds up the others no longer, and nothing of
// it is left.
func TestDeadlineEndsWriting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := s.Update(ctx, func(tx store.Tx) error {
			if err := tx.PutSetting("slow", []byte("1")); err != nil {
				return err
			}
			time.Sleep(2 * time.Second)
			if _, err := tx.Setting("slow"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("reading after the deadline: error %v", err)
			}
			return tx.PutSetting("slower", []byte("1"))
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want that of the deadline", err)
		}
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutSetting("next", []byte("1")) }); err != nil {
			t.Errorf("the next: %v", err)
		}
		err = s.View(t.Context(), func(tx store.Tx) error {
			if _, err := tx.Setting("slow"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("what was written before the deadline: error %v", err)
			}
			_, err := tx.Setting("next")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
