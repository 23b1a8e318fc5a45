package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bellhop/internal/bench"
)

// benchCommand measures a server. Nothing of it can be set in the environment or
// a file: figures are compared, and then everything must be in sight.
type benchCommand struct {
	Events      int           `setting:"-" default:"20000" placeholder:"N" help:"Changes to post at full speed in each round."`
	Concurrency int           `setting:"-" default:"256" placeholder:"C" help:"Connections that post."`
	Webhooks    int           `setting:"-" default:"1" placeholder:"W" help:"Webhooks that fire for every change."`
	Input       string        `setting:"-" default:"changes" enum:"changes,objects" help:"What is posted: changes from elsewhere, or objects, which are sites that are created."`
	Template    string        `setting:"-" placeholder:"FILE" help:"Body template of the webhooks; without it the default body."`
	Bulk        bool          `setting:"-" help:"Also post lists of 100 changes."`
	Backlog     int           `setting:"-" placeholder:"N" help:"Also measure with N deliveries waiting for a receiver that cannot be reached, and what it takes to deliver them then."`
	Isolation   bool          `setting:"-" help:"Also measure what bad receivers cost a healthy one, and how well a rate limit is kept."`
	Rounds      int           `setting:"-" default:"3" placeholder:"N" help:"How often client, relay and server are measured in turn; medians count."`
	Rates       []int         `setting:"-" default:"100,1000" placeholder:"N" help:"Changes a second to post at fixed rates; \"0\" for none."`
	RateTime    time.Duration `setting:"-" default:"5s" placeholder:"TIME" help:"How long each fixed rate is kept up."`
	Timeout     time.Duration `setting:"-" default:"10m" placeholder:"TIME" help:"Give up after so long."`
	CPUProfile  string        `name:"cpu-profile" setting:"-" placeholder:"FILE" help:"File for a CPU profile of the server, for go tool pprof."`
	JSON        bool          `name:"json" setting:"-" help:"Print one JSON object."`
}

// Run measures and prints. Changes that were refused and deliveries that were
// lost are a failure.
func (c *benchCommand) Run(ctx context.Context, p Process) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	report, err := bench.Run(ctx, options, func(step string) { fmt.Fprintf(p.Stderr, "bench: %s\n", step) })
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(p.Stdout).Encode(report)
	} else {
		err = report.Print(p.Stdout)
	}
	if err != nil {
		return err
	}
	if refused, lost := report.Failures(); refused+lost > 0 {
		return fmt.Errorf("changes refused: %d, deliveries lost: %d", refused, lost)
	}
	return nil
}

func (c *benchCommand) options() (bench.Options, error) {
	options := bench.Options{
		Events: c.Events, Concurrency: c.Concurrency, Webhooks: c.Webhooks, Input: c.Input, Bulk: c.Bulk, Backlog: c.Backlog, Isolation: c.Isolation,
		Rounds: c.Rounds, PaceTime: c.RateTime, Timeout: c.Timeout, Program: os.Args[0],
	}
	for _, rate := range c.Rates {
		if rate != 0 {
			options.Rates = append(options.Rates, rate)
		}
	}
	var err error
	if options.Executable, err = os.Executable(); err != nil {
		return options, err
	}
	if c.Template != "" {
		template, err := os.ReadFile(c.Template)
		if err != nil {
			return options, err
		}
		options.Template = string(template)
	}
	if c.CPUProfile != "" {
		if options.Profile, err = filepath.Abs(c.CPUProfile); err != nil {
			return options, err
		}
	}
	if err := options.Check(); err != nil {
		return options, usageError("%s", err)
	}
	return options, nil
}

// benchPartCommand is one of the processes that bench starts.
type benchPartCommand struct {
	Role string `arg:"" help:"receiver, relay or load."`
}

// Run takes commands from standard input until its end.
func (c *benchPartCommand) Run(ctx context.Context, p Process) error {
	return bench.RunPart(ctx, c.Role, p.Stdin, p.Stdout)
}
