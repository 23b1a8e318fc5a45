package cli_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellhop/internal/cli"
)

// run executes a command line whose context has already ended, so that servers
// stop at once, with an environment of its own.
func run(t *testing.T, stdin string, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code = cli.Run(ctx, args, cli.Process{
		Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
		LookupEnv: func(name string) (string, bool) {
			value, ok := env[name]
			return value, ok
		},
	})
	return code, out.String(), errs.String()
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, []byte("unknown: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name string
		args []string
		env  map[string]string
		want int
	}{
		{"done", []string{"version"}, nil, cli.ExitOK},
		{"help", []string{"--help"}, nil, cli.ExitOK},
		{"help of a command", []string{"receiver", "--help"}, nil, cli.ExitOK},
		{"no command", nil, nil, cli.ExitUsage},
		{"unknown command", []string{"serv"}, nil, cli.ExitUsage},
		{"unknown flag", []string{"version", "--colour"}, nil, cli.ExitUsage},
		{"bad value", []string{"receiver", "--port", "x"}, nil, cli.ExitUsage},
		{"bad range", []string{"receiver", "--port", "-1"}, nil, cli.ExitUsage},
		{"no number", []string{"receiver", "--fail-rate", "NaN", "--host", "192.0.2.1"}, nil, cli.ExitUsage},
		{"setting without effect", []string{"send", "--webhook", "w.yaml", "--change", "c.json", "--workers", "1"}, nil, cli.ExitUsage},
		{"superfluous argument", []string{"version", "now"}, nil, cli.ExitUsage},
		{"unknown setting", []string{"--config", config, "version"}, nil, cli.ExitConfig},
		{"no such file", []string{"--config", config + "x", "version"}, nil, cli.ExitConfig},
		{"file named by environment", []string{"version"}, map[string]string{"BELLHOP_CONFIG": config}, cli.ExitConfig},
		{"bad value in environment", []string{"receiver"}, map[string]string{"BELLHOP_PORT": "x"}, cli.ExitConfig},
		{"cannot listen", []string{"receiver", "--host", "192.0.2.1"}, nil, cli.ExitFailed},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, "", tc.env, tc.args...)
			if code != tc.want {
				t.Errorf("exit code %d, want %d; standard error: %s", code, tc.want, stderr)
			}
			if (stdout == "") != (code != cli.ExitOK) || (stderr == "") != (code == cli.ExitOK) {
				t.Errorf("exit code %d with standard output %q and standard error %q", code, stdout, stderr)
			}
		})
	}
}

// A result that cannot be written must not look like success.
func TestOutputFails(t *testing.T) {
	t.Parallel()
	code := cli.Run(t.Context(), []string{"version"}, cli.Process{
		Stdout: brokenWriter{}, Stderr: &bytes.Buffer{},
		LookupEnv: func(string) (string, bool) { return "", false },
	})
	if code != cli.ExitFailed {
		t.Errorf("exit code %d, want %d", code, cli.ExitFailed)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }
