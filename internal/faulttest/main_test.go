// Package faulttest holds the real program against kill -9, failing disks, backups
// and upgrades, under load: what was acknowledged must be there, nothing may be
// half done, nothing stuck, and what is sent twice is bounded by what was in
// flight. It is a program's user: it starts the built binary, speaks REST, and
// looks at the database only when no server has it.
//
// Every server process ("round") gets a number, which each of its requests to
// receivers carries in the header X-Round; that is how a delivery that was sent
// twice is blamed on one kill.
package faulttest

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// kills is how often TestKill kills a server: "make crash KILLS=2000".
var kills = flag.Int("kills", 10, "how often TestKill kills a server")

// program is the path of the binary under test.
var program string //nolint:gochecknoglobals // TestMain sets it before any test runs

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

// runTests builds the program, runs the tests and returns the exit code.
func runTests(m *testing.M) int {
	flag.Parse()
	dir, err := os.MkdirTemp("", "bellhop-fault-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "bellhop")
	if out, err := exec.Command("go", "build", "-o", program, "bellhop/cmd/bellhop").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}
