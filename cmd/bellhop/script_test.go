package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"bellhop": main})
}

// TestScripts runs the command line as its users do. Beside testscript's own
// commands the scripts have start, stop, send and await, see there.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": cmdStart,
			"stop":  cmdStop,
			"send":  cmdSend,
			"await": cmdAwait,
		},
	})
}

// startLimit is how long a server may take until it says where it listens.
const startLimit = 30 * time.Second

var listening = regexp.MustCompile(`http://[^\s"]+:[0-9]+`)

// running is a background process of a script.
type running struct {
	cmd    *exec.Cmd
	stdout *os.File
	done   chan error // holds the result once the process has ended
}

// cmdStart runs "start NAME bellhop ARG...": a server in the background. It
// waits until standard error shows a URL and puts that into $NAME. Standard
// output goes to NAME.out, standard error to NAME.err.
func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME COMMAND ARG...")
	}
	name := args[0]
	stdout, err := os.Create(ts.MkAbs(name + ".out"))
	ts.Check(err)
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("HOME")}
	cmd.Stdout = stdout
	stderr := &urlWatcher{path: ts.MkAbs(name + ".err"), found: make(chan string, 1)}
	cmd.Stderr = stderr
	ts.Check(cmd.Start())
	proc := &running{cmd: cmd, stdout: stdout, done: make(chan error, 1)}
	go func() { proc.done <- cmd.Wait() }()
	processes(ts)[name] = proc
	select {
	case url := <-stderr.found:
		ts.Setenv(name, url)
	case err := <-proc.done:
		proc.done <- err
		ts.Fatalf("%s ended: %v", name, err)
	case <-time.After(startLimit):
		ts.Fatalf("%s does not say where it listens", name)
	}
}

// cmdStop runs "stop NAME": an orderly stop by SIGINT, which must succeed.
func cmdStop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stop NAME")
	}
	proc := processes(ts)[args[0]]
	if proc == nil {
		ts.Fatalf("%s was not started", args[0])
	}
	ts.Check(proc.cmd.Process.Signal(syscall.SIGINT))
	err := <-proc.done
	proc.done <- err
	ts.Check(err)
}

// cmdSend runs "send [-H 'Name: Value']... METHOD URL [FILE]": a request whose
// answer becomes the file "answer", its first line the status.
func cmdSend(ts *testscript.TestScript, neg bool, args []string) {
	header := http.Header{}
	for len(args) > 1 && args[0] == "-H" {
		name, value, _ := strings.Cut(args[1], ": ")
		header[name] = []string{value}
		args = args[2:]
	}
	if neg || len(args) < 2 {
		ts.Fatalf("usage: send [-H HEADER]... METHOD URL [FILE]")
	}
	var body io.Reader
	if len(args) == 3 {
		body = strings.NewReader(ts.ReadFile(args[2]))
	}
	req, err := http.NewRequest(args[0], args[1], body)
	ts.Check(err)
	req.Header = header
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), append([]byte(resp.Status+"\n"), answer...), 0o600))
}

// processesKey is the key of a script's background processes.
type processesKey struct{}

// setup gives a script its table of processes, of which those still running are
// killed at its end, and the directory of the documentation as $DOCS.
func setup(env *testscript.Env) error {
	docs, err := filepath.Abs("../../docs")
	if err != nil {
		return err
	}
	env.Setenv("DOCS", docs)
	all := map[string]*running{}
	env.Values[processesKey{}] = all
	env.Defer(func() {
		for _, proc := range all {
			_ = proc.cmd.Process.Kill()
			<-proc.done
			_ = proc.stdout.Close()
		}
	})
	return nil
}

func processes(ts *testscript.TestScript) map[string]*running {
	return ts.Value(processesKey{}).(map[string]*running)
}

// urlWatcher is the standard error of a process: all of it goes to a file, the
// first URL in it to found.
type urlWatcher struct {
	path  string
	seen  bytes.Buffer
	found chan string // one value
	done  bool
}

// Write is called by one goroutine, that of the process.
func (w *urlWatcher) Write(p []byte) (int, error) {
	w.seen.Write(p)
	if url := listening.Find(w.seen.Bytes()); url != nil && !w.done {
		w.done = true
		w.found <- string(url)
	}
	return len(p), os.WriteFile(w.path, w.seen.Bytes(), 0o600)
}
