package client_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"bellhop/internal/client"
)

func TestReady(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"status": "draining"}`))
	})
	if err := c.Ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
	status = http.StatusServiceUnavailable
	refused, ok := errors.AsType[*client.Error](c.Ready(t.Context()))
	if !ok || refused.Status != status || !strings.Contains(refused.Error(), "draining") {
		t.Errorf("not ready: %v", refused)
	}
}
