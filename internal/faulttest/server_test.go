package faulttest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bellhop/internal/client"
)

const (
	token = "0123456789abcdef0123456789abcdef01234567"
	// patience is how long anything that has to happen may take.
	patience = 90 * time.Second
)

var readyLine = regexp.MustCompile(`is ready at (http://[^\s/]+:[0-9]+)`)

// forking keeps processes from being started while this one has a store open: for
// the moment between fork and exec the new process would hold the store's lock.
var forking sync.RWMutex //nolint:gochecknoglobals // there is one process

// run starts a process.
func run(command *exec.Cmd) error {
	forking.Lock()
	defer forking.Unlock()
	return command.Start()
}

// server is "bellhop serve" in a process of its own.
type server struct {
	command *exec.Cmd
	url     string
	api     *client.Client
	ended   chan struct{} // closed when the process is gone and its output read

	mu      sync.Mutex
	written strings.Builder // standard error
}

// launch starts a server and does not wait for it.
func launch(t testing.TB, dir string, round int, flags ...string) (s *server, ready <-chan string) {
	t.Helper()
	s = &server{ended: make(chan struct{})}
	s.command = exec.CommandContext(t.Context(), program, append([]string{
		"serve", "--data", dir, "--listen", "127.0.0.1:0", "--admin-token", token, "--log-level", "warn",
		"--workers", strconv.Itoa(workers),
	}, flags...)...)
	s.command.Env = append(os.Environ(), fmt.Sprintf("BELLHOP_TEMPLATE_ROUND=%d", round))
	stderr, err := s.command.StderrPipe()
	if err == nil {
		err = run(s.command)
	}
	if err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() { // ends with the process; whoever needs that waits for ended
		defer close(s.ended)
		defer close(found)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			s.mu.Lock()
			s.written.WriteString(lines.Text() + "\n")
			s.mu.Unlock()
			if match := readyLine.FindStringSubmatch(lines.Text()); match != nil {
				found <- match[1]
			}
		}
		_ = s.command.Wait() // the exit code is in ProcessState
	}()
	return s, found
}

// start starts a server and waits until it is ready.
func start(t testing.TB, dir string, round int, flags ...string) *server {
	t.Helper()
	s, ready := launch(t, dir, round, flags...)
	select {
	case url, ok := <-ready:
		if !ok {
			<-s.ended
			t.Fatalf("server %d does not start:\n%s", round, s.output())
		}
		s.connect(t, url)
	case <-time.After(patience):
		t.Fatalf("server %d is not ready:\n%s", round, s.output())
	}
	return s
}

func (s *server) connect(t testing.TB, url string) {
	t.Helper()
	api, err := client.New(url, token)
	if err != nil {
		t.Fatal(err)
	}
	s.url, s.api = url, api
}

// output is what the server has written to standard error.
func (s *server) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.written.String()
}

// kill ends the server as a power cut of the process would: kill -9.
func (s *server) kill(t testing.TB) {
	t.Helper()
	if err := s.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	s.wait(t)
}

// interrupt asks the server to stop in order.
func (s *server) interrupt(t testing.TB) {
	t.Helper()
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

// wait waits for the end of the process and returns its exit code; -1 is a signal.
func (s *server) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		_ = s.command.Process.Kill()
		t.Fatalf("the server does not end:\n%s", s.output())
	}
	if s.api != nil {
		s.api.Close()
	}
	return s.command.ProcessState.ExitCode()
}

// stop stops the server in order and fails the test if that does not work.
func (s *server) stop(t testing.TB) {
	t.Helper()
	s.interrupt(t)
	if code := s.wait(t); code != 0 {
		t.Errorf("server ended with %d:\n%s", code, s.output())
	}
}

// await waits until done says so, looking again and again.
func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	look := time.NewTicker(25 * time.Millisecond)
	defer look.Stop()
	limit := time.After(patience)
	for !done() {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("waited %v for: %s", patience, what)
		}
	}
}
