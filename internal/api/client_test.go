package api_test

import (
	"os/exec"
	"testing"
)

// A client that knows nothing of Bellhop: Python's requests with pynetbox's calls.
func TestClientOfNetBox(t *testing.T) {
	t.Parallel()
	s := setup(t)
	script := exec.CommandContext(t.Context(), "/usr/bin/python3", "testdata/client.py", s.URL, adminKey)
	if out, err := script.CombinedOutput(); err != nil || string(out) != "ok\n" {
		t.Errorf("error %v (it needs Debian's python3-requests); output:\n%s", err, out)
	}
}
