package sqlite

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// A backup of a store that is being written is one moment of it, with everything
// that was answered before.
func TestBackup(t *testing.T) {
	t.Parallel()
	const before, during = 20, 60
	dir, target := t.TempDir(), t.TempDir()
	s, err := tryOpen(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range before {
		putNumber(t, s, i)
	}
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range during {
			putNumber(t, s, before+i)
		}
	})
	path := filepath.Join(target, databaseName)
	if err := Backup(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	writing.Wait()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %v, error %v", info.Mode(), err)
	}
	restored, err := tryOpen(t, target)
	if err != nil {
		t.Fatal(err)
	}
	if n := numbers(t, restored, before+during); n < before {
		t.Errorf("%d transactions, want at least the %d before", n, before)
	}
	if found, err := restored.Inspect(t.Context()); err != nil || len(found.Problems) > 0 {
		t.Errorf("problems %q, error %v", found.Problems, err)
	}
	if n := numbers(t, s, before+during); n != before+during {
		t.Errorf("the original has %d transactions of %d", n, before+during)
	}
}

// What fails leaves nothing behind, and nothing is overwritten.
func TestBackupFails(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tc := range map[string]struct {
		ctx  context.Context //nolint:containedctx // a test case
		harm func(t *testing.T, dir, target string)
		want string
	}{
		"there already": {t.Context(), func(t *testing.T, _, target string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(target, "copy"), []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "file already exists"},
		"no database": {t.Context(), func(t *testing.T, dir, _ string) {
			t.Helper()
			if err := os.Remove(filepath.Join(dir, databaseName)); err != nil {
				t.Fatal(err)
			}
		}, "no database"},
		"no such directory": {t.Context(), func(t *testing.T, _, target string) {
			t.Helper()
			if err := os.Remove(target); err != nil {
				t.Fatal(err)
			}
		}, "no such file or directory"},
		"damaged": {t.Context(), func(t *testing.T, dir, _ string) {
			t.Helper()
			damage(t, filepath.Join(dir, databaseName))
		}, "the database is damaged"},
		"given up": {canceled, func(*testing.T, string, string) {}, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, target := fill(t, 50), filepath.Join(t.TempDir(), "target")
			if err := os.Mkdir(target, 0o700); err != nil {
				t.Fatal(err)
			}
			tc.harm(t, dir, target)
			err := Backup(tc.ctx, dir, filepath.Join(target, "copy"))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q in it", err, tc.want)
			}
			left, err := os.ReadDir(target)
			if err != nil && !errors.Is(err, fs.ErrNotExist) || len(left) > 1 {
				t.Errorf("left behind: %v, error %v", left, err)
			}
			if content, err := os.ReadFile(filepath.Join(target, "copy")); err == nil && !bytes.Equal(content, []byte("mine")) {
				t.Errorf("a copy is there: %d bytes", len(content))
			}
		})
	}
}

// Secrets leave sealed: the copy does not hold their text.
func TestBackupKeepsSecretsSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := tryOpen(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	const name, secret = "a name found nowhere else", "a secret found nowhere else"
	err = s.Update(t.Context(), func(tx store.Tx) error {
		return tx.Webhooks().Create(&webhook.Webhook{Name: name, Secret: secret})
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy")
	if err := Backup(t.Context(), dir, path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(content, []byte(name)) || bytes.Contains(content, []byte(secret)) {
		t.Errorf("the copy holds the name: %v, the secret: %v; error %v",
			bytes.Contains(content, []byte(name)), bytes.Contains(content, []byte(secret)), err)
	}
}
