package app

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"
)

func TestWarnOfOthers(t *testing.T) {
	t.Parallel()
	for mode, want := range map[os.FileMode]bool{0o700: false, 0o755: false, 0o770: true, 0o702: true} {
		dir := t.TempDir()
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		warnOfOthers(slog.New(slog.NewTextHandler(&log, nil)), dir)
		if strings.Contains(log.String(), dir) != want {
			t.Errorf("mode %v: log %q, want a warning: %v", mode, log.String(), want)
		}
	}
}
