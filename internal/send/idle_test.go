package send

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// TestSweep checks that idle connections are closed in time although nobody asks
// for their receiver any more.
func TestSweep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var pool idlePool
		defer pool.close()
		put := func() {
			ours, theirs := net.Pipe()
			t.Cleanup(func() { theirs.Close() })
			pool.put(&line{address: "a", conn: ours})
		}
		left := func() int {
			synctest.Wait()
			pool.mu.Lock()
			defer pool.mu.Unlock()
			return pool.count
		}
		put()
		time.Sleep(idleTimeout / 2)
		put()
		time.Sleep(idleTimeout/2 + time.Second)
		if n := left(); n != 1 {
			t.Errorf("%d connections after the first one's time, want 1", n)
		}
		time.Sleep(idleTimeout)
		if n := left(); n != 0 {
			t.Errorf("%d connections after both, want none", n)
		}
	})
}
