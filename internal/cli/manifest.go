package cli

import (
	"bufio"
	"cmp"
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
	return applyFile(ctx, p, &c.Remote, file, c.Yes)
}

// importNetBoxCommand brings webhooks and event rules over from a NetBox. Its
// flags name NetBox, so the environment's BELLHOP_URL and BELLHOP_TOKEN, which
// name Bellhop, are not theirs.
type importNetBoxCommand struct {
	URL         string        `name:"url" required:"" setting:"-" placeholder:"URL" help:"NetBox to read from, 3.2 or later."`
	Token       config.Secret `name:"token" setting:"-" placeholder:"TOKEN" help:"Token that may see webhooks and event rules there, of either kind; or the variable NETBOX_TOKEN."`
	Server      string        `name:"server" setting:"-" placeholder:"URL" help:"Bellhop to write to; or BELLHOP_URL. Without either http://127.0.0.1:8000."`
	ServerToken config.Secret `name:"server-token" setting:"-" placeholder:"HEX40" help:"Token to use there; or BELLHOP_TOKEN."`
	Yes         bool          `setting:"-" help:"Do not ask."`
}

// Run reads NetBox, shows the plan, asks, and does it. NetBox is only read.
func (c *importNetBoxCommand) Run(ctx context.Context, p Process) error {
	fromEnv := func(given, name string) string {
		if given == "" {
			given, _ = p.LookupEnv(name)
		}
		return given
	}
	netbox, err := client.New(c.URL, fromEnv(c.Token.Reveal(), "NETBOX_TOKEN"))
	if err != nil {
		return usageError("--url: %w", err)
	}
	defer netbox.Close()
	file, err := manifest.Fetch(ctx, netbox)
	if err != nil {
		return fmt.Errorf("NetBox: %w", err)
	}
	server := remote{
		URL:   cmp.Or(fromEnv(c.Server, config.EnvName("url")), "http://127.0.0.1:8000"),
		Token: config.Secret(fromEnv(c.ServerToken.Reveal(), config.EnvName("token"))),
	}
	return applyFile(ctx, p, &server, file, c.Yes)
}

// applyFile shows what a file does to a server, asks, and does it.
func applyFile(ctx context.Context, p Process, server *remote, file []byte, yes bool) error {
	api, err := server.client()
	if err != nil {
		return err
	}
	defer api.Close()
	plan, err := manifest.NewPlan(ctx, api, file)
	if err != nil {
		return err
	}
	for _, note := range plan.Notes {
		fmt.Fprintln(p.Stderr, note)
	}
	if len(plan.Steps) == 0 {
		_, err := fmt.Fprintln(p.Stdout, "Nothing to do.")
		return err
	}
	for i := range plan.Steps {
		fmt.Fprintf(p.Stdout, "  %s\n", &plan.Steps[i])
	}
	if !yes && !confirmed(p, fmt.Sprintf("Do this on %s? [y/N] ", server.URL)) {
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
