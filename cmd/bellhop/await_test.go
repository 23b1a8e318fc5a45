package main

import (
	"regexp"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// awaitLimit is how long a script waits for something to be written.
const awaitLimit = 30 * time.Second

// cmdAwait runs "await FILE PATTERN": it waits until a process in the background
// has written something that matches.
func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await FILE PATTERN")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	limit := time.After(awaitLimit)
	for !pattern.MatchString(ts.ReadFile(args[0])) {
		select {
		case <-look.C:
		case <-limit:
			ts.Fatalf("%s has nothing that matches %q:\n%s", args[0], args[1], ts.ReadFile(args[0]))
		}
	}
}
