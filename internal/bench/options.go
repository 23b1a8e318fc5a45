package bench

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Ways by which changes get into the server.
const (
	// InputChanges posts changes from elsewhere to /api/core/object-changes/.
	InputChanges = "changes"
	// InputObjects creates sites at /api/dcim/sites/.
	InputObjects = "objects"
)

// Bounds of what a run may ask for: it must end, and fit into memory.
const (
	maxEvents      = 1_000_000
	maxConcurrency = 1000
	maxWebhooks    = 100
	maxRounds      = 20
	maxBacklog     = 2_000_000
	maxRate        = 100_000
	maxPaceTime    = time.Minute
)

// bulkSize is how many changes a list has.
const bulkSize = 100

// Options say what to measure.
type Options struct {
	// Events is how many changes are posted at full speed in each round.
	Events int `json:"events"`
	// Concurrency is the number of connections that post.
	Concurrency int `json:"concurrency"`
	// Webhooks is how many webhooks fire for every change.
	Webhooks int `json:"webhooks"`
	// Input is how changes get in, one of the constants.
	Input string `json:"input"`
	// Template is the webhooks' body template; empty means the default body.
	Template string `json:"template,omitempty"`
	// Rounds is how often client, relay and server are measured in turn.
	Rounds int `json:"rounds"`
	// Rates are the changes a second of the runs at a fixed rate, PaceTime is
	// how long each of them takes.
	Rates    []int         `json:"rates"`
	PaceTime time.Duration `json:"-"`
	// Bulk adds a run that posts lists of 100 changes.
	Bulk bool `json:"bulk"`
	// Backlog adds a round with so many deliveries waiting, and their
	// delivery; 0 leaves it out.
	Backlog int `json:"backlog,omitempty"`
	// Isolation adds what bad receivers cost a healthy one, and how well a rate
	// limit is kept.
	Isolation bool `json:"isolation,omitempty"`
	// Timeout bounds everything.
	Timeout time.Duration `json:"-"`
	// Profile is a file for the server's CPU profile; empty means none.
	Profile string `json:"-"`

	// Executable is the program to start the parts from, Program the name that
	// it is called by.
	Executable string `json:"-"`
	Program    string `json:"-"`
}

// Check reports the first value that is out of bounds.
func (o *Options) Check() error {
	bounds := []struct {
		name     string
		value    int
		min, max int
	}{
		{"events", o.Events, 1, maxEvents},
		{"concurrency", o.Concurrency, 1, maxConcurrency},
		{"webhooks", o.Webhooks, 1, maxWebhooks},
		{"rounds", o.Rounds, 1, maxRounds},
		{"backlog", o.Backlog, 0, maxBacklog},
	}
	for _, rate := range o.Rates {
		bounds = append(bounds, struct {
			name     string
			value    int
			min, max int
		}{"rates", rate, 1, maxRate})
	}
	for _, b := range bounds {
		if b.value < b.min || b.value > b.max {
			return fmt.Errorf("%s: %d is not between %d and %d", b.name, b.value, b.min, b.max)
		}
	}
	switch {
	case o.Input != InputChanges && o.Input != InputObjects:
		return fmt.Errorf("input: %q is neither %q nor %q", o.Input, InputChanges, InputObjects)
	case o.PaceTime <= 0 || o.PaceTime > maxPaceTime:
		return fmt.Errorf("pace time: %s is not between 0s and %s", o.PaceTime, maxPaceTime)
	case o.Timeout <= 0:
		return errors.New("timeout: must be longer than 0s")
	case strings.TrimSpace(o.Executable) == "":
		return errors.New("no executable to start the parts from")
	}
	return nil
}
