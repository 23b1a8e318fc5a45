package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"bellhop/internal/client"
	"bellhop/internal/config"
	"bellhop/internal/manifest"
)

// remote is the running server that a command talks to.
type remote struct {
	URL   string        `name:"url" default:"http://127.0.0.1:8000" placeholder:"URL" help:"Server to talk to."`
	Token config.Secret `name:"token" placeholder:"HEX40" help:"Token to use there."`
}

func (r *remote) client() (*client.Client, error) {
	c, err := client.New(r.URL, r.Token.Reveal())
	if err != nil {
		return nil, usageError("--url: %w", err)
	}
	return c, nil
}

// exportCommand writes what a server has as YAML.
type exportCommand struct {
	Remote remote `embed:""`
}

// Run prints the file.
func (c *exportCommand) Run(ctx context.Context, p Process) error {
	api, err := c.Remote.client()
	if err != nil {
		return err
	}
	defer api.Close()
	file, err := manifest.Export(ctx, api, nil)
	if err != nil {
		return err
	}
	_, err = p.Stdout.Write(file)
	return err
}

// applyCommand makes a server have what a file says.
type applyCommand struct {
	File   string `arg:"" placeholder:"FILE" help:"File as bellhop export writes it; - is standard input."`
	Yes    bool   `setting:"-" help:"Do not ask."`
	Remote remote `embed:""`
}

// Run shows the plan, asks, and does it.
func (c *applyCommand) Run(ctx context.Context, p Process) error {
	if c.File == "-" && !c.Yes {
		return usageError("a file from standard input needs --yes, because there is nobody to ask")
	}
	file, err := readInput(p, c.File)
	if err != nil {
		return err
	}
	api, err := c.Remote.client()
	if err != nil {
		return err
	}
	defer api.Close()
	plan, err := manifest.NewPlan(ctx, api, file)
	if err != nil {
		return err
	}
	if len(plan.Steps) == 0 {
		_, err := fmt.Fprintln(p.Stdout, "Nothing to do.")
		return err
	}
	for i := range plan.Steps {
		fmt.Fprintf(p.Stdout, "  %s\n", &plan.Steps[i])
	}
	if !c.Yes && !confirmed(p, fmt.Sprintf("Do this on %s? [y/N] ", c.Remote.URL)) {
		return errors.New("nothing was changed")
	}
	done := 0
	if err := plan.Apply(ctx, api, func(*manifest.Step) { done++ }); err != nil {
		return fmt.Errorf("%d of %d steps done: %w", done, len(plan.Steps), err)
	}
	_, err = fmt.Fprintf(p.Stdout, "Done: %d.\n", done)
	return err
}

// confirmed asks a question; no answer is no.
func confirmed(p Process, question string) bool {
	fmt.Fprint(p.Stderr, question)
	line, _ := bufio.NewReader(p.Stdin).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}
