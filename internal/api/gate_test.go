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
		leaveFirst := enter(gateBytes / 2)
		entered := make(chan func(), 1)
		go func() {
			leave, err := g.enter(t.Context(), 10*gateBytes) // larger than the gate: it goes alone
			if err != nil {
				t.Error(err)
			}
			entered <- leave
		}()
		synctest.Wait()
		if len(entered) > 0 {
			t.Fatal("the large one did not wait for the first one")
		}
		enter(smallBody)() // passes
		stop := errors.New("enough waited")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(stop)
		if _, err := g.enter(ctx, gateBytes/2); !errors.Is(err, stop) {
			t.Errorf("error %v, want the context's cause", err)
		}
		leaveFirst()
		synctest.Wait()
		if len(entered) == 0 {
			t.Fatal("the large one still waits")
		}
		(<-entered)()
		enter(gateBytes)() // everything was given back
	})
}
