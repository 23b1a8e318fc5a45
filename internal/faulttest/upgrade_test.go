package faulttest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"bellhop/internal/client"
	"bellhop/internal/sign"
	"bellhop/internal/store/sqlite"
)

// TestUpgrade opens a database that commit 4ad145c wrote, when the schema had its
// first migration only: three webhooks with the secret "s3cret", an event rule, a
// few objects, seven changes, five deliveries finished, one failed, one with a
// retry to come. testdata/upgrade is never made anew.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copyFiles(t, "testdata/upgrade", dir, "bellhop.db", "secret.key")
	arrived := newSignedReceiver(t)
	forever := []string{"--retain-deliveries", "0", "--retain-changes", "0"} // it is old
	// Nothing is sent at first: the retry has been due for long.
	s := start(t, dir, 1, append(forever, "--workers", "0")...)
	count := func(path string) int {
		t.Helper()
		list, err := client.List[map[string]any](t.Context(), s.api, path)
		if err != nil {
			t.Error(err)
		}
		return len(list)
	}
	for path, want := range map[string]int{
		"core/object-changes/": 7, "extras/event-rules/": 1, "extras/webhooks/": 3, "users/groups/": 1,
		"extras/deliveries/?state=finished": 5, "extras/deliveries/?state=failed": 1, "extras/deliveries/?state=scheduled": 1,
		"dcim/sites/?name=Paris&status=active&region=europe&tag=core": 1,
	} {
		if n := count(path); n != want {
			t.Errorf("%s: %d, want %d", path, n, want)
		}
	}
	do := func(method, path string, body any) {
		t.Helper()
		if err := s.api.Do(t.Context(), method, path, body, nil); err != nil {
			t.Error(err)
		}
	}
	var webhooks []any
	for id := 1; id <= 3; id++ {
		webhooks = append(webhooks, map[string]any{"id": id, "payload_url": arrived.url})
	}
	do(http.MethodPatch, "extras/webhooks/", webhooks)
	do(http.MethodPost, "extras/deliveries/retry/?state=failed&state=scheduled", nil)
	do(http.MethodPatch, "dcim/sites/1/", map[string]string{"description": "new"})
	do(http.MethodPost, "dcim/racks/", map[string]any{"name": "r1", "site": 1}) // the event rule's condition
	s.stop(t)
	s = start(t, dir, 2, forever...)
	await(t, "four deliveries to arrive, signed", func() bool { return arrived.count() == 4 })
	await(t, "all deliveries to be finished", func() bool { return count("extras/deliveries/?state=finished") == 9 })
	s.stop(t)

	withStore(t, dir, func(s *sqlite.Store) { inspect(t, s) })
}

func copyFiles(t *testing.T, from, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(from, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// signedReceiver counts requests with a right signature.
type signedReceiver struct {
	url string

	mu     sync.Mutex
	signed map[string]bool // by webhook-id
}

func newSignedReceiver(t *testing.T) *signedReceiver {
	t.Helper()
	r := &signedReceiver{signed: map[string]bool{}}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err == nil {
			err = sign.VerifyHook("s3cret", request.Header.Get(sign.HookHeader), body)
		}
		if err != nil {
			t.Errorf("request: %v", err)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.signed[request.Header.Get("webhook-id")] = true
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *signedReceiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.signed)
}
