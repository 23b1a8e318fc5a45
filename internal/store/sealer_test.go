package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bellhop/internal/store"
)

func sealer(t *testing.T, fill byte) *store.Sealer {
	t.Helper()
	s, err := store.NewSealer(bytes.Repeat([]byte{fill}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealer(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1)
	for _, plain := range []string{"", "s3cret", strings.Repeat("ü", 255), "v1:looks sealed"} {
		sealed := s.Seal(plain)
		if plain != "" && (strings.Contains(sealed, plain) || sealed == s.Seal(plain)) {
			t.Errorf("%q is sealed as %q, readable or always the same", plain, sealed)
		}
		if got, err := s.Open(sealed); err != nil || got != plain {
			t.Errorf("%q opens as %q, error %v", plain, got, err)
		}
	}
}

func TestSealerRefuses(t *testing.T) {
	t.Parallel()
	s := sealer(t, 1)
	sealed := s.Seal("s3cret")
	for name, text := range map[string]string{
		"plain text": "s3cret", "not base64": "v1:!", "too short": "v1:AAAA", "altered": sealed[:len(sealed)-2] + "AA", "another key's": sealer(t, 2).Seal("s3cret"),
	} {
		if got, err := s.Open(text); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: opens as %q, error %v", name, got, err)
		}
	}
	for _, key := range []string{"", "xyz", strings.Repeat("ab", 31)} {
		if _, err := store.ParseSealer(key); err == nil || key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("key %q: error %v", key, err)
		}
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	first, err := store.LoadSealer(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v; want 0600", info.Mode(), err)
	}
	again, err := store.LoadSealer(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open(first.Seal("s3cret")); err != nil || got != "s3cret" {
		t.Errorf("the file's key does not open what it sealed: %q, %v", got, err)
	}
	if err := os.WriteFile(path, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.LoadSealer(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a broken file: error %v, want one that names it", err)
	}
}

// TestKeyFileRace starts with no key file several times at once: all must end up
// with the key that is in the file.
func TestKeyFileRace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	sealers := make([]*store.Sealer, 8)
	var wg sync.WaitGroup
	for i := range sealers {
		wg.Go(func() {
			s, err := store.LoadSealer(path)
			if err != nil {
				t.Error(err)
			}
			sealers[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	sealed := sealers[0].Seal("secret")
	for i, s := range sealers {
		if text, err := s.Open(sealed); err != nil || text != "secret" {
			t.Errorf("sealer %d: %q, %v", i, text, err)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("files left behind: %v, %v", entries, err)
	}
}
