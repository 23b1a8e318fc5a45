package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	"bellhop/internal/store/storetest"
	"bellhop/internal/webhook"
)

// open opens a store in dir that is closed when the test ends.
func open(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	sealer, err := store.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: dir, Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, t.TempDir()) })
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := open(t, dir)
	sealer, err := store.NewSealer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	_, err = sqlite.Open(t.Context(), sqlite.Options{Dir: dir, Sealer: sealer})
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "in use") {
		t.Errorf("error %v, want one that names %s", err, dir)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestReopen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	at := time.Date(2026, 3, 9, 17, 55, 33, 0, time.UTC)
	list, err := storetest.NewSuite(s).Enqueue(t.Context(), at, 1, 2, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if claims, err := s.Claim(t.Context(), "w1", list[:1]); err != nil || len(claims) != 1 {
		t.Fatalf("claims %v, error %v", claims, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	due, err := s.Due(t.Context(), store.DueQuery{WebhookID: 1, Until: at, Limit: 5})
	if err != nil || len(due) != 1 || due[0].State != webhook.Queued {
		t.Errorf("after reopening: %v, error %v; want the claimed delivery queued again", due, err)
	}
}

// The files hold what was changed and how tokens hash: whoever owns the directory
// above, only the process's user may read them.
func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutSetting("a", []byte("b")) })
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, error %v", info.Mode(), err)
	}
	if err := os.Chmod(filepath.Join(dir, "bellhop.db"), 0o644); err != nil { // as an earlier version left it
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutSetting("a", nil) }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bellhop.db", "bellhop.db-wal", "bellhop.db-shm", "lock"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		} else if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, want -rw-------", name, info.Mode())
		}
	}
}
