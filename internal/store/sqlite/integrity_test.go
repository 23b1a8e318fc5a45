package sqlite

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/store/storetest"
	"bellhop/internal/webhook"
)

// tryOpen opens the store in a directory and closes it when the test ends.
func tryOpen(t *testing.T, dir string) (*Store, error) {
	t.Helper()
	sealer, err := store.NewSealer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Dir: dir, Sealer: sealer})
	if err == nil {
		t.Cleanup(func() { _ = s.Close() })
	}
	return s, err
}

// fill makes a closed database with some settings and returns its directory.
func fill(t *testing.T, settings int) string {
	t.Helper()
	dir := t.TempDir()
	s, err := tryOpen(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range settings {
		putNumber(t, s, i)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// putNumber writes two settings in one transaction, large enough for some pages.
func putNumber(t *testing.T, s *Store, i int) {
	t.Helper()
	err := s.Update(t.Context(), func(tx store.Tx) error {
		return errors.Join(
			tx.PutSetting("a"+strconv.Itoa(i), bytes.Repeat([]byte("x"), 5000)),
			tx.PutSetting("b"+strconv.Itoa(i), []byte("y")))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// numbers returns how many transactions of putNumber are there; they must be the
// first ones, and whole.
func numbers(t *testing.T, s *Store, written int) int {
	t.Helper()
	n, gone := 0, false
	err := s.View(t.Context(), func(tx store.Tx) error {
		for i := range written {
			_, a := tx.Setting("a" + strconv.Itoa(i))
			_, b := tx.Setting("b" + strconv.Itoa(i))
			if (a == nil) != (b == nil) || a == nil && gone {
				t.Errorf("transaction %d: %v and %v", i, a, b)
			}
			if gone = a != nil; !gone {
				n++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// copyFile copies what another connection may have open.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A machine that loses power leaves the log torn. Whatever is cut off or wrong in
// it, the database opens with the transactions before that place, and none half.
func TestTornLog(t *testing.T) {
	t.Parallel()
	const written = 12
	source := fill(t, 0) // so that the log begins with the first transaction
	s, err := tryOpen(t, source)
	if err != nil {
		t.Fatal(err)
	}
	ends := make([]int64, written) // of the log after each transaction
	for i := range written {
		putNumber(t, s, i)
		info, err := os.Stat(filepath.Join(source, databaseName+"-wal"))
		if err != nil {
			t.Fatal(err)
		}
		ends[i] = info.Size()
	}
	size := ends[written-1]
	const frame = 4096 + 24
	tears := map[string]func(log *os.File, at int64) error{
		"cut off":  func(log *os.File, at int64) error { return log.Truncate(at) },
		"bit lost": func(log *os.File, at int64) error { return flip(log, at) },
		"overwritten": func(log *os.File, at int64) error {
			_, err := log.WriteAt(bytes.Repeat([]byte{0xff}, int(min(size-at, 512))), at)
			return err
		},
	}
	for name, tear := range tears {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := size - 1; at > 40; at -= frame + 407 {
				dir := t.TempDir()
				copyFile(t, filepath.Join(source, databaseName), filepath.Join(dir, databaseName))
				copyFile(t, filepath.Join(source, databaseName+"-wal"), filepath.Join(dir, databaseName+"-wal"))
				log, err := os.OpenFile(filepath.Join(dir, databaseName+"-wal"), os.O_RDWR, 0)
				if err == nil {
					err = errors.Join(tear(log, at), log.Close())
				}
				if err != nil {
					t.Fatal(err)
				}
				torn, err := tryOpen(t, dir)
				if err != nil {
					t.Fatalf("at %d: %v", at, err)
				}
				whole := 0 // transactions that end before the place
				for whole < written && ends[whole] <= at {
					whole++
				}
				if n := numbers(t, torn, written); n != whole {
					t.Errorf("at %d: %d transactions, want %d", at, n, whole)
				}
				putNumber(t, torn, written) // it can be written
				if err := torn.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// flip changes one bit.
func flip(file *os.File, at int64) error {
	b := []byte{0}
	if _, err := file.ReadAt(b, at); err != nil {
		return err
	}
	b[0] ^= 0x10
	_, err := file.WriteAt(b, at)
	return err
}

// A damaged file is named at the start, with what to do.
func TestDamageIsFoundAtStart(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, path string){
		"second half overwritten": damage,
		"last page missing": func(t *testing.T, path string) {
			t.Helper()
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, info.Size()-4096); err != nil {
				t.Fatal(err)
			}
		},
		"a text": func(t *testing.T, path string) {
			t.Helper()
			if err := os.WriteFile(path, bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"header of another format": func(t *testing.T, path string) {
			t.Helper()
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			_, err = file.WriteAt([]byte("MySQL"), 0)
			if err := errors.Join(err, file.Close()); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := fill(t, 50)
			harm(t, filepath.Join(dir, databaseName))
			_, err := tryOpen(t, dir)
			if err == nil {
				t.Fatal("it opens")
			}
			for _, want := range []string{dir, "the database is damaged", "restore it from a backup"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q, want %q in it", err, want)
				}
			}
			if strings.Contains(err.Error(), "bellhop check") {
				t.Errorf("error %q: check cannot open it either", err)
			}
		})
	}
}

// What was only in the log is in the database file once the store is open: the
// log could be lost then.
func TestOpeningRewritesTheLog(t *testing.T) {
	t.Parallel()
	source, dir := t.TempDir(), t.TempDir()
	s, err := tryOpen(t, source)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		putNumber(t, s, i)
	}
	for _, name := range []string{databaseName, databaseName + "-wal"} { // as a kill leaves them
		copyFile(t, filepath.Join(source, name), filepath.Join(dir, name))
	}
	if _, err := tryOpen(t, dir); err != nil {
		t.Fatal(err)
	}
	alone := t.TempDir()
	copyFile(t, filepath.Join(dir, databaseName), filepath.Join(alone, databaseName))
	s, err = tryOpen(t, alone)
	if err != nil {
		t.Fatal(err)
	}
	if n := numbers(t, s, 5); n != 5 {
		t.Errorf("%d of 5 transactions are in the database file", n)
	}
}

// Each rule between tables is broken in turn and must be found; nothing else is.
func TestInspect(t *testing.T) {
	t.Parallel()
	const id = `x'00000000000000000000000000000001'`
	const newDelivery = `INSERT INTO delivery VALUES (` + id + `, 7, 0, 5, 1, 4, 0, 0, 0, 0, 1, 0, 0, NULL)`
	for _, tc := range []struct {
		harm string
		want []string
	}{
		{"", nil},
		{newDelivery, []string{"1 deliveries without a change", "1 deliveries that are not counted"}},
		{`INSERT INTO change VALUES (9, 0, 1, 'a', 1, '', '', x'')`, []string{"1 changes without a body", "1 counters that are wrong"}},
		{`DELETE FROM change`, []string{"1 deliveries without a change", "1 bodies without a change", "1 counters that are wrong"}},
		{`UPDATE attempt SET delivery_id = ` + id, []string{"1 attempts without a delivery"}},
		{`UPDATE counter SET n = n + 1 WHERE state = 4`, []string{"1 counters that are wrong", "1 deliveries that are not counted"}},
		{`INSERT INTO record_key VALUES ('a', 'b', 'c', 4)`, []string{"1 unique keys without a record"}},
		{`INSERT INTO reference VALUES ('a', 4, 'b', 5, 'c')`, []string{"1 references from or to nothing"}},
	} {
		t.Run(cmp.Or(tc.harm, "nothing"), func(t *testing.T) {
			t.Parallel()
			s, err := tryOpen(t, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			deliverOne(t, s)
			if tc.harm != "" {
				err := s.writer.update(t.Context(), func(tx *tx) error {
					_, err := tx.conn.exec(tc.harm)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			found, err := s.Inspect(t.Context())
			if err != nil || !slices.Equal(found.Problems, tc.want) {
				t.Errorf("problems %q, error %v; want %q", found.Problems, err, tc.want)
			}
			if i := slices.IndexFunc(found.Sizes, func(s store.Size) bool { return s.Name == "attempt" }); i < 0 || found.Sizes[i].Bytes < 4096 {
				t.Errorf("sizes %v, want the attempts among them", found.Sizes)
			}
		})
	}
}

// deliverOne stores a change whose only delivery is finished.
func deliverOne(t *testing.T, s *Store) {
	t.Helper()
	at := time.Date(2026, 3, 9, 17, 55, 33, 0, time.UTC)
	list, err := storetest.NewSuite(s).Enqueue(t.Context(), at, 1, 1, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	claims, err := s.Claim(t.Context(), "w", list)
	if err == nil {
		_, err = s.Settle(t.Context(), []store.Settlement{storetest.Outcome(claims[0], webhook.Finished, 200, at)})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Damage is reported page by page.
func TestInspectDamage(t *testing.T) {
	t.Parallel()
	dir := fill(t, 50)
	s, err := tryOpen(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	damage(t, filepath.Join(dir, databaseName))
	found, err := s.Inspect(t.Context())
	if err != nil || len(found.Problems) == 0 {
		t.Errorf("problems %q, error %v; want some", found.Problems, err)
	}
}
