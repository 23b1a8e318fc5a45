package dispatch_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/dispatch"
)

// TestIsolation has bad receivers with much waiting for them beside a healthy
// one, which must not notice: every delivery to it is sent in the very moment of
// its change.
func TestIsolation(t *testing.T) {
	t.Parallel()
	slow := func(r *http.Request) (int, http.Header, error) {
		select {
		case <-time.After(4 * time.Second):
			return 200, nil, nil
		case <-r.Context().Done():
			return 0, nil, r.Context().Err()
		}
	}
	for name, c := range map[string]struct {
		answer                func(*http.Request) (int, http.Header, error)
		receivers, deliveries int
	}{
		"one that takes 4 s":             {slow, 1, 400},
		"fifty that take 4 s":            {slow, 50, 15},
		"more slow ones than workers":    {slow, 100, 5},
		"one that never answers":         {hang, 1, 400},
		"more dead ones than workers":    {hang, 100, 5},
		"one that refuses connections":   {func(*http.Request) (int, http.Header, error) { return 0, nil, io.EOF }, 1, 400},
		"fifty that refuse connections":  {func(*http.Request) (int, http.Header, error) { return 0, nil, io.EOF }, 50, 12},
		"one that answers 500 in a rush": {func(*http.Request) (int, http.Header, error) { return 500, nil, nil }, 1, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t, func(o *dispatch.Options) { o.Workers = 64 })
				defer b.finish()
				b.net.answer = func(r *http.Request) (int, http.Header, error) {
					if strings.HasPrefix(r.URL.Host, "bad") {
						return c.answer(r)
					}
					return 200, nil, nil
				}
				b.start()
				for i := range c.receivers {
					b.webhook(fmt.Sprintf("bad%d", i))
				}
				b.webhook("healthy")
				b.change("healthy", 0) // it is known to answer
				time.Sleep(time.Second)
				for i := range c.receivers {
					for range c.deliveries {
						b.change(fmt.Sprintf("bad%d", i), 1)
					}
				}
				for i := range 100 {
					began := time.Now()
					b.change("healthy", int64(i))
					time.Sleep(20 * time.Millisecond)
					synctest.Wait()
					got := b.net.requests("healthy")
					if len(got) != i+2 {
						t.Fatalf("change %d was not delivered within 20 ms", i)
					}
					if late := got[i+1].at.Sub(began); late > time.Millisecond {
						t.Fatalf("change %d was delivered after %v", i, late)
					}
				}
			})
		})
	}
}

// TestSlowReceiversGetThrough checks that what protects the others does not
// starve slow receivers: a hundred of them with 64 workers are served in turn.
func TestSlowReceiversGetThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, func(o *dispatch.Options) { o.Workers = 64 })
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(4 * time.Second)
			return 200, nil, nil
		}
		for i := range 100 {
			b.webhook(fmt.Sprintf("slow%d", i))
		}
		b.start()
		for i := range 100 {
			for range 3 {
				b.change(fmt.Sprintf("slow%d", i), 1)
			}
		}
		// 48 workers of 64 are for the slow: 300 requests of 4 s need 28 s. In
		// half of that time each must have had its turn.
		time.Sleep(14 * time.Second)
		synctest.Wait()
		for i := range 100 {
			if n := len(b.net.requests(fmt.Sprintf("slow%d", i))); n == 0 {
				t.Errorf("receiver %d was asked for nothing in 14 s", i)
			}
		}
		time.Sleep(14 * time.Second)
		synctest.Wait()
		if n := len(b.net.list); n != 300 {
			t.Errorf("%d requests in 28 s, want all 300", n)
		}
	})
}
