package faulttest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestSecondSignal stops a server whose receiver does not answer. The first signal
// waits for it, the second ends the process at once, and the next one sends again.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	var arrived atomic.Int64
	hang := make(chan struct{})
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if arrived.Add(1) == 1 {
			select {
			case <-hang:
			case <-request.Context().Done():
			}
		}
	}))
	t.Cleanup(receiver.Close)
	defer close(hang)
	dir := t.TempDir()
	s := start(t, dir, 1, "--drain", "1h", "--log-level", "info")
	create := func(path string, body any) {
		t.Helper()
		if err := s.api.Do(t.Context(), http.MethodPost, path, body, nil); err != nil {
			t.Fatal(err)
		}
	}
	create("extras/webhooks/", map[string]any{
		"name": "slow", "content_types": []string{"dcim.site"}, "type_create": true, "payload_url": receiver.URL, "timeout": 300,
	})
	create("dcim/sites/", map[string]string{"name": "a", "slug": "a"})
	await(t, "the request to arrive", func() bool { return arrived.Load() == 1 })
	s.interrupt(t)
	await(t, "the drain", func() bool { return strings.Contains(s.output(), "msg=stopping") })
	s.interrupt(t)
	if code := s.wait(t); code != 4 || !strings.Contains(s.output(), "terminated again: stopped at once") {
		t.Errorf("exit code %d, want 4 and a reason:\n%s", code, s.output())
	}
	s = start(t, dir, 2)
	await(t, "the request to arrive again", func() bool { return arrived.Load() == 2 })
	s.stop(t)
}
