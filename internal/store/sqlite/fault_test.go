package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// openFaulty opens a store whose log is returned as text.
func openFaulty(t *testing.T, dir string, onBroken func(error)) (*Store, *bytes.Buffer) {
	t.Helper()
	sealer, err := store.NewSealer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{} // only the writer's goroutine logs
	s, err := Open(t.Context(), Options{
		Dir: dir, Sealer: sealer, Log: slog.New(slog.NewTextHandler(log, nil)), OnBroken: onBroken,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // closing a broken one may report the fault again
	return s, log
}

// limitPages makes SQLite's disk full at so many pages; 0 takes the limit away.
func limitPages(t *testing.T, s *Store, pages int) {
	t.Helper()
	if pages == 0 {
		pages = 1 << 30
	}
	err := s.writer.update(t.Context(), func(tx *tx) error {
		_, err := tx.conn.exec(fmt.Sprintf("PRAGMA max_page_count=%d", pages))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The disk runs full below many writers: each is told so, nothing of what failed
// is there, the log says it once, and writing works again by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testFullDisk)
}

func testFullDisk(t *testing.T) {
	s, log := openFaulty(t, t.TempDir(), func(err error) { t.Errorf("broken: %v", err) })
	limitPages(t, s, 100)
	var mu sync.Mutex
	stored := map[string]bool{}
	write := func(name string) error {
		return s.Update(t.Context(), func(tx store.Tx) error {
			return errors.Join(tx.PutSetting(name+" a", bytes.Repeat([]byte("x"), 3000)), tx.PutSetting(name+" b", []byte("y")))
		})
	}
	var writers sync.WaitGroup
	for writer := range 16 {
		writers.Go(func() {
			for i := range 40 {
				name := fmt.Sprintf("%d-%d", writer, i)
				err := write(name)
				if e, ok := errors.AsType[*webhook.Error](err); err != nil &&
					(!ok || e.Code != webhook.CodeUnavailable || !strings.Contains(e.Message, "disk is full")) {
					t.Errorf("error %v, want unavailable: disk is full", err)
				}
				mu.Lock()
				stored[name] = err == nil
				mu.Unlock()
			}
		})
	}
	writers.Wait()
	if err := s.Ready(t.Context()); webhook.CodeOf(err) != webhook.CodeUnavailable {
		t.Errorf("ready on a full disk: %v", err)
	}
	limitPages(t, s, 0)
	time.Sleep(recovery)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("ready with space again: %v", err)
	}
	if err := write("after"); err != nil {
		t.Errorf("write with space again: %v", err)
	}
	failed := 0
	err := s.View(t.Context(), func(tx store.Tx) error {
		for name, want := range stored {
			_, a := tx.Setting(name + " a")
			_, b := tx.Setting(name + " b")
			if (a == nil) != want || (b == nil) != want {
				t.Errorf("%s: answered %v, but %v, %v", name, want, a, b)
			}
			if !want {
				failed++
			}
		}
		return nil
	})
	if err != nil || failed == 0 || failed == len(stored) {
		t.Errorf("%d of %d failed, error %v; want some", failed, len(stored), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"database cannot be written", "database can be written again"} {
		if n := strings.Count(log.String(), line); n != 1 {
			t.Errorf("%q is logged %d times:\n%s", line, n, log)
		}
	}
}

// A damaged page ends all writing, and says what it is.
func TestDamageEndsWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, _ := openFaulty(t, dir, nil)
	for i := range 200 {
		err := s.Update(t.Context(), func(tx store.Tx) error {
			return tx.PutSetting(strconv.Itoa(i), bytes.Repeat([]byte("x"), 1000))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	broken := make(chan error, 2)
	s, _ = openFaulty(t, dir, func(err error) { broken <- err })
	damage(t, filepath.Join(dir, databaseName))
	// What opening has read must be read anew.
	err := s.writer.update(t.Context(), func(tx *tx) error {
		_, err := tx.conn.exec("PRAGMA shrink_memory")
		return err
	})
	for i := 0; i < 200 && err == nil; i++ {
		err = s.Update(t.Context(), func(tx store.Tx) error { return tx.PutSetting(strconv.Itoa(i), nil) })
	}
	if e, ok := errors.AsType[*webhook.Error](err); !ok || e.Message != "The database is damaged." || !errors.Is(err, store.ErrClosed) {
		t.Errorf("error %v, want one that names the damage and closes the store", err)
	}
	if again := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutSetting("new", nil) }); again != err { //nolint:errorlint // the very same
		t.Errorf("after it: %v, want the same", again)
	}
	if ready := s.Ready(t.Context()); !errors.Is(ready, store.ErrClosed) {
		t.Errorf("ready: %v", ready)
	}
	if len(broken) != 1 || <-broken != err { //nolint:errorlint // the very same
		t.Error("the owner was not told of it, once")
	}
}

// damage overwrites the second half of a database file.
func damage(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt(bytes.Repeat([]byte{0xa5}, int(info.Size()/2)), info.Size()/2)
	// Closing gives up this process's locks on the file. Nobody else uses it.
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}
