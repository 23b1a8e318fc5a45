package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/pprof"

	"bellhop/internal/app"
	"bellhop/internal/config"
)

// serveCommand runs a server.
type serveCommand struct {
	Options    config.Options `embed:""`
	CPUProfile string         `name:"cpu-profile" setting:"-" hidden:"" help:"File for a CPU profile of the whole run; bench uses it."`
}

// Run serves until the context ends, then drains.
func (c *serveCommand) Run(ctx context.Context, p Process, from origins) (err error) {
	if c.CPUProfile != "" {
		stop, startErr := startProfile(c.CPUProfile)
		if startErr != nil {
			return startErr
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	collectLess(p.LookupEnv)
	params, err := serverParams(p, c.Options)
	if err != nil {
		return err
	}
	params.Origins = from
	server, err := app.New(ctx, params)
	if err != nil {
		return err
	}
	if made := server.FirstStart(); made != nil {
		printFirstStart(p.Stdout, made)
	}
	return serveResult(server.Run(ctx, func() {
		fmt.Fprintf(p.Stderr, "Bellhop %s is ready at %s/. Stop with CONTROL-C.\n", params.Version, server.URL())
	}))
}

// printFirstStart shows what nobody can look up again.
func printFirstStart(w io.Writer, made *app.FirstStart) {
	if made.Token != "" {
		fmt.Fprintf(w, "First start. These are shown once, so keep them:\n  user      %s\n  password  %s\n  token     %s\n",
			made.UserName, made.Password, made.Token)
	}
	fmt.Fprintf(w, "Set the password of %s in a browser, within a day and once:\n  %s\n", made.UserName, made.SetupURL)
}

// serverParams checks the settings and makes what a server is built from.
func serverParams(p Process, options config.Options) (app.Params, error) {
	if err := options.Check(); err != nil {
		return app.Params{}, &exitError{code: ExitConfig, err: err}
	}
	return app.Params{
		Options:   options,
		Log:       app.NewLog(p.Stderr, options.Log),
		LookupEnv: p.LookupEnv,
		Version:   readBuild().Version,
	}, nil
}

// serveResult gives an unclean stop its exit code.
func serveResult(err error) error {
	if _, unclean := errors.AsType[*app.UncleanError](err); unclean {
		return &exitError{code: ExitUnclean, err: err}
	}
	return err
}

// startProfile writes a CPU profile until stop is called.
func startProfile(path string) (stop func() error, err error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, nil
}

// collectLess makes the garbage collector wait until the heap is three times what
// is alive instead of twice, unless the environment says how often it is to run.
// What is alive is small and bounded, tens of megabytes, while every delivery
// leaves some 20 kB behind: by Go's default the collector takes 6 % of the
// CPU time.
func collectLess(lookupEnv func(string) (string, bool)) {
	if _, set := lookupEnv("GOGC"); !set {
		debug.SetGCPercent(200)
	}
}
