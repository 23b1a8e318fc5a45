package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// startPoll is how often a starting server is looked at.
const startPoll = 10 * time.Millisecond

// server is a "bellhop serve" with default settings on a directory of its own.
type server struct {
	dir, url, token string
	cmd             *exec.Cmd
	ended           chan error // gets the process's result
}

// newServer returns a server on a directory that has yet to be started.
func newServer(dir string) (*server, error) {
	key := make([]byte, 20)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	return &server{dir: dir, token: hex.EncodeToString(key)}, nil
}

// start starts the server and waits until it listens.
func (s *server) start(ctx context.Context, o *Options) error {
	addressFile := filepath.Join(s.dir, "address")
	if err := os.Remove(addressFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	args := []string{
		"serve", "--data", s.dataDir(), "--listen", "127.0.0.1:0", "--address-file", addressFile, "--admin-token", s.token,
	}
	if o.Profile != "" {
		args = append(args, "--cpu-profile", o.Profile)
	}
	// The log is written, as it is where servers run; a file keeps this
	// process from reading it.
	log, err := os.Create(s.logFile())
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = newProcess(ctx, o, args...)
	s.cmd.Stderr = log
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.cmd.Wait() }() // stop takes the result
	address, err := s.waitFor(ctx, addressFile)
	if err != nil {
		return errors.Join(err, s.stop())
	}
	s.url = "http://" + strings.TrimSpace(address)
	return nil
}

func (s *server) dataDir() string { return filepath.Join(s.dir, "data") }
func (s *server) logFile() string { return filepath.Join(s.dir, "log") }

// waitFor returns the content of a file that the server writes.
func (s *server) waitFor(ctx context.Context, name string) (string, error) {
	ticker := time.NewTicker(startPoll)
	defer ticker.Stop()
	for {
		content, err := os.ReadFile(name)
		if !errors.Is(err, fs.ErrNotExist) {
			return string(content), err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return "", context.Cause(ctx)
		case err := <-s.ended:
			s.ended <- err
			return "", fmt.Errorf("the server ended: %w: %s", err, s.logEnd())
		}
	}
}

// logEnd returns the end of the log, for errors.
func (s *server) logEnd() string {
	content, err := os.ReadFile(s.logFile())
	if err != nil {
		return err.Error()
	}
	return string(content[max(0, len(content)-maxTail):])
}

// stop drains the server and waits for its end.
func (s *server) stop() error {
	// On an operating system that cannot interrupt, it is killed.
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		_ = s.cmd.Process.Kill()
	}
	if err := <-s.ended; err != nil {
		return fmt.Errorf("server: %w: %s", err, s.logEnd())
	}
	return nil
}

// kill ends the server at once.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // unless it has ended by itself
	<-s.ended                //nolint:errcheck // it says that it was killed
}

// addWebhooks makes the webhooks that fire for every change.
func (s *server) addWebhooks(ctx context.Context, o *Options, receiver string) error {
	webhooks := make([]map[string]any, o.Webhooks)
	for i := range webhooks {
		webhooks[i] = map[string]any{
			"name": "bench " + strconv.Itoa(i), "content_types": []string{"dcim.site"}, "type_create": true,
			"payload_url": receiver + hookPath + strconv.Itoa(i), "secret": "bench",
			// As many requests in flight as the relay and the client have.
			"concurrency": o.Concurrency,
		}
		if o.Template != "" {
			webhooks[i]["body_template"] = o.Template
			webhooks[i]["additional_headers"] = markTemplate
		}
	}
	return s.call(ctx, http.MethodPost, "extras/webhooks/", webhooks, nil)
}

// diskUsed returns the bytes of the files in the data directory.
func (s *server) diskUsed() (int64, error) {
	entries, err := os.ReadDir(s.dataDir())
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return 0, err
		}
		sum += info.Size()
	}
	return sum, nil
}
