package api

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		enter := func(size int) func() {
			t.Helper()
			leave, err := g.enter(t.Context(), size)
			if err != nil {
				t.Fatal(err)
			}
			return leave
		}
		leaveSmall := enter(100)
		entered := make(chan func(), 1)
		go func() { entered <- enter(10 * gateBytes) }() // larger than the gate: it goes alone
		synctest.Wait()
		if len(entered) > 0 {
			t.Fatal("the large one did not wait for the small one")
		}
		stop := errors.New("enough waited")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(stop)
		if _, err := g.enter(ctx, 1); !errors.Is(err, stop) {
			t.Errorf("error %v, want the context's cause", err)
		}
		leaveSmall()
		synctest.Wait()
		if len(entered) == 0 {
			t.Fatal("the large one still waits")
		}
		(<-entered)()
		enter(gateBytes)() // everything was given back
	})
}
