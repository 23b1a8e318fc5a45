package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Exit codes of the program.
const (
	ExitOK      = 0 // done
	ExitFailed  = 1 // could not be done, or the answer is no
	ExitUsage   = 2 // wrong arguments
	ExitConfig  = 3 // configuration refused
	ExitUnclean = 4 // stopped before everything under way was finished
)

// Process is what a command may know of the process it runs in.
type Process struct {
	Stdin     io.Reader
	Stdout    io.Writer // results
	Stderr    io.Writer // everything else
	LookupEnv func(name string) (value string, set bool)
}

// root is the whole command line. Every command has its line here.
type root struct {
	ConfigFile string `name:"config" placeholder:"FILE" help:"YAML file with values for flags."`

	Serve        serveCommand        `cmd:"" help:"Run a server: REST API and workers."`
	ImportNetBox importNetBoxCommand `cmd:"" name:"import-netbox" help:"Bring webhooks and event rules over from a running NetBox."`
	Apply        applyCommand        `cmd:"" help:"Make a server have the webhooks and object types of a file."`
	Backup       backupCommand       `cmd:"" help:"Copy the database to a file, also while a server runs."`
	Bench        benchCommand        `cmd:"" help:"Measure a server's speed on this machine."`
	BenchPart    benchPartCommand    `cmd:"" hidden:"" help:"A process that bench starts."`
	Check        checkCommand        `cmd:"" help:"Check configuration and connections without starting."`
	Condition    conditionCommand    `cmd:"" help:"Evaluate conditions on data."`
	Demo         demoCommand         `cmd:"" help:"Show a tour: a server, a receiver, webhooks that fire."`
	Export       exportCommand       `cmd:"" help:"Print a server's webhooks and object types as YAML."`
	Migrate      migrateCommand      `cmd:"" help:"Bring a database's schema up to date."`
	Receiver     receiverCommand     `cmd:"" help:"Print the webhooks that arrive."`
	Render       renderCommand       `cmd:"" help:"Render a template as a webhook would."`
	Send         sendCommand         `cmd:"" help:"Render and send one webhook without a server."`
	Token        tokenCommand        `cmd:"" help:"Create, list, change and delete tokens in the database."`
	User         userCommand         `cmd:"" help:"Create, list, change and delete users in the database."`
	Version      versionCommand      `cmd:"" help:"Print the version of this program."`
}

// Run executes one command line, without the program's name, and returns the
// exit code. The context's end asks the command to stop in an orderly manner.
func Run(ctx context.Context, args []string, p Process) int {
	helped := false
	settings := &settings{lookupEnv: p.LookupEnv, origins: origins{}}
	parser, err := kong.New(&root{},
		kong.Name("bellhop"),
		kong.Description("Bellhop tells your other systems what changed."),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(int) { helped = true }), // called for --help only
		kong.ValueFormatter(describeFlag),
		kong.WithBeforeResolve(settings.add),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
	if err != nil {
		// The structs of the commands are wrong; no input leads here.
		return report(p.Stderr, err)
	}
	parsed, err := parser.Parse(args)
	if helped {
		return ExitOK
	}
	if err != nil {
		return report(p.Stderr, parseError(err))
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return report(p.Stderr, parsed.Run(p, settings.origins))
}

// exitError is an error that decides the exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usageError refuses arguments that kong accepted.
func usageError(format string, args ...any) error {
	return &exitError{code: ExitUsage, err: fmt.Errorf(format, args...)}
}

// parseError gives kong's errors their exit codes. A value that came from the
// environment or a file already has one; everything else is wrong usage.
func parseError(err error) error {
	if _, ok := errors.AsType[*exitError](err); ok {
		return err
	}
	return &exitError{code: ExitUsage, err: fmt.Errorf("%w\nSee \"bellhop --help\"", err)}
}

// report prints an error, if there is one, and returns the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return ExitOK
	}
	if text := err.Error(); text != "" {
		fmt.Fprintf(w, "bellhop: %s\n", strings.TrimRight(text, "\n"))
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.code
	}
	return ExitFailed
}
