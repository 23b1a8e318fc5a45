package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"
)

// PartCommand is the hidden command of the program that calls [RunPart]; its
// argument is the role.
const PartCommand = "bench-part"

// stopLimit is how long a process may take to end by itself.
const stopLimit = 10 * time.Second

// newProcess prepares a process of the own executable, with an empty environment
// so that all settings are defaults. It is killed when ctx ends.
func newProcess(ctx context.Context, o *Options, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, o.Executable, args...)
	if o.Program != "" {
		cmd.Args[0] = o.Program
	}
	cmd.Env = []string{}
	cmd.WaitDelay = stopLimit
	return cmd
}

// part is a process that runs [RunPart].
type part struct {
	role    string
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	encoder *json.Encoder
	decoder *json.Decoder
	stderr  tail
}

func startPart(ctx context.Context, o *Options, role string) (*part, error) {
	p := &part{role: role, cmd: newProcess(ctx, o, PartCommand, role)}
	p.cmd.Stderr = &p.stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdin, p.encoder, p.decoder = stdin, json.NewEncoder(stdin), json.NewDecoder(stdout)
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the %s: %w", role, err)
	}
	return p, nil
}

// ask sends a command and waits for the answer. The end of the context with
// which the part was started ends the waiting.
func (p *part) ask(c command) (reply, error) {
	var answer reply
	err := p.encoder.Encode(c)
	if err == nil {
		err = p.decoder.Decode(&answer)
	}
	if err == nil && answer.Error != "" {
		err = errors.New(answer.Error)
	}
	if err != nil {
		return answer, fmt.Errorf("%s: %w%s", p.role, err, p.stderr.text())
	}
	return answer, nil
}

// stop ends the part and waits for it.
func (p *part) stop() error {
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w%s", p.role, err, p.stderr.text())
	}
	return nil
}

// maxTail is how much of a process's standard error is kept, in bytes.
const maxTail = 2000

// tail keeps the end of what is written. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-maxTail):]
	return len(p), nil
}

// text returns what was kept as the end of an error's text.
func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.kept) == 0 {
		return ""
	}
	return ": " + string(t.kept)
}
