package faulttest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// inject makes system calls of a running server fail when they are about the file,
// as strace's -e inject= says ("fsync:error=EIO"), until lift is called. The server
// is the real one, so is its SQLite; only the kernel's answers are not.
func inject(t *testing.T, s *server, file, fault string) (lift func()) {
	t.Helper()
	call, _, _ := strings.Cut(fault, ":")
	tracer := exec.CommandContext(t.Context(), "strace", "-f", "-p", strconv.Itoa(s.command.Process.Pid),
		"-P", file, "-e", "trace="+call, "-e", "inject="+fault, "-o", os.DevNull)
	stderr, err := tracer.StderrPipe()
	if err == nil {
		err = run(tracer)
	}
	if err != nil {
		t.Fatalf("strace, which apt-get install strace brings: %v", err)
	}
	output := bufio.NewReader(stderr)
	line, err := output.ReadString('\n')
	if err != nil || !strings.Contains(line, "attached") {
		t.Fatalf("strace: %q, %v", line, err)
	}
	return func() {
		t.Helper()
		if err := tracer.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, output)
		_ = tracer.Wait() // "signal: interrupt"
	}
}

// wal is the write-ahead log's path as the kernel knows it.
func wal(t *testing.T, dir string) string {
	t.Helper()
	return database(t, dir) + "-wal"
}

func database(t *testing.T, dir string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(real, "bellhop.db")
}

// readiness returns the answer of /readyz.
func readiness(t *testing.T, s *server) (status int, body string) {
	t.Helper()
	response, err := http.Get(s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// TestDiskComesBack lets writing fail for a while under load. Clients are told why,
// what was acknowledged before and after is there, what was sent meanwhile is
// recorded later, and nobody has to restart anything.
func TestDiskComesBack(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, fault, told string }{
		{"full", "pwrite64:error=ENOSPC", "the disk is full"},
		{"write errors", "pwrite64:error=EIO", "the disk reports an error"},
		{"over quota", "pwrite64:error=EDQUOT", "the disk reports an error"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir, r, l := t.TempDir(), newReceiver(t), newLedger()
			rounds := map[int]int{}
			prepare(t, dir, r, rounds)
			s := start(t, dir, 1)
			rounds[s.command.Process.Pid] = 1
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			load := startLoad(ctx, t, s, l, 1)
			await(t, "work to be done", func() bool { return len(r.all()) > 50 })

			lift := inject(t, s, wal(t, dir), tc.fault)
			await(t, "the server to notice", func() bool {
				status, body := readiness(t, s)
				return status == http.StatusServiceUnavailable && strings.Contains(body, tc.told)
			})
			err := s.api.Do(t.Context(), http.MethodPost, "dcim/racks/", map[string]string{"name": "r"}, nil)
			if answer := fmt.Sprint(err); err == nil || !strings.Contains(answer, "503") && !strings.Contains(answer, "400") {
				t.Errorf("a request was answered %v", err)
			}
			lift()
			await(t, "the server to recover", func() bool {
				status, _ := readiness(t, s)
				return status == http.StatusOK
			})
			before := len(r.all())
			await(t, "work to go on", func() bool { return len(r.all()) > before+50 })
			await(t, "the server to say so", func() bool { return strings.Contains(s.output(), "database can be written again") })
			cancel()
			load.running.Wait()
			s.stop(t)
			for _, line := range []string{"database cannot be written", "attempts cannot be recorded"} {
				if !strings.Contains(s.output(), line) {
					t.Errorf("the log does not say %q:\n%s", line, s.output())
				}
			}
			finish(t, dir, r, l, rounds, 2)
		})
	}
}

// TestFailedSync lets one fsync of the log fail: the server must not go on as if
// nothing were the matter. It ends with the reason; the next one has everything.
func TestFailedSync(t *testing.T) {
	t.Parallel()
	dir, r, l := t.TempDir(), newReceiver(t), newLedger()
	rounds := map[int]int{}
	prepare(t, dir, r, rounds)
	s := start(t, dir, 1, "--drain", "5s")
	rounds[s.command.Process.Pid] = 1
	load := startLoad(t.Context(), t, s, l, 1)
	await(t, "work to be done", func() bool { return len(r.all()) > 50 })
	lift := inject(t, s, wal(t, dir), "fsync:error=EIO:when=20")
	code := s.wait(t)
	lift()
	load.running.Wait()
	if code != 1 || !strings.Contains(s.output(), "disk could not confirm") {
		t.Errorf("exit code %d, want 1 and the reason:\n%s", code, s.output())
	}
	finish(t, dir, r, l, rounds, 2)
}

// TestFailedCheckpoint lets every fsync of the database file fail, which SQLite
// keeps to itself: the log must stay, and a kill lose nothing.
func TestFailedCheckpoint(t *testing.T) {
	t.Parallel()
	dir, r, l := t.TempDir(), newReceiver(t), newLedger()
	rounds := map[int]int{}
	prepare(t, dir, r, rounds)
	s := start(t, dir, 1)
	rounds[s.command.Process.Pid] = 1
	load := startLoad(t.Context(), t, s, l, 1)
	lift := inject(t, s, database(t, dir), "fsync:error=EIO")
	await(t, "the log to grow beyond what a checkpoint leaves", func() bool {
		info, err := os.Stat(wal(t, dir))
		return err == nil && info.Size() > 24<<20
	})
	lift()
	s.kill(t)
	load.running.Wait()
	finish(t, dir, r, l, rounds, 2)
}
