package cli_test

import (
	"path/filepath"
	"testing"

	"bellhop/internal/cli"
)

// Whatever is wrong with the configuration has an exit code of its own,
// wherever it stands; a word that is no value of its flag is wrong usage.
func TestExitCodesOfServer(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	cases := []struct {
		name string
		args []string
		env  map[string]string
		want int
	}{
		{"checked", []string{"check", "--listen", "127.0.0.1:0"}, nil, cli.ExitOK},
		{"bad listen flag", []string{"serve", "--listen", "nowhere"}, nil, cli.ExitConfig},
		{"bad listen variable", []string{"serve"}, map[string]string{"BELLHOP_LISTEN": "nowhere"}, cli.ExitConfig},
		{"short token", []string{"serve"}, map[string]string{"BELLHOP_ADMIN_TOKEN": "12"}, cli.ExitConfig},
		{"no secret file", []string{"serve"}, map[string]string{"BELLHOP_ADMIN_TOKEN_FILE": dir}, cli.ExitConfig},
		{"bad number", []string{"serve", "--workers", "many"}, nil, cli.ExitUsage},
		{"bad network", []string{"serve", "--deny-address", "10.0.0.0/33"}, nil, cli.ExitUsage},
		{"bad number in variable", []string{"serve"}, map[string]string{"BELLHOP_WORKERS": "many"}, cli.ExitConfig},
		{"cannot listen", []string{"check", "--listen", "192.0.2.1:80"}, nil, cli.ExitFailed},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := run(t, "", tc.env, append(tc.args, "--data", dir)...)
			if code != tc.want {
				t.Errorf("exit code %d, want %d; standard error: %s", code, tc.want, stderr)
			}
		})
	}
}
