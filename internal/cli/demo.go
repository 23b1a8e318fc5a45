package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/receiver"
)

// demoCommand is the tour: a server on a database of its own, a receiver, and
// changes that make webhooks fire.
type demoCommand struct {
	Listen string `setting:"-" default:"127.0.0.1:8000" placeholder:"HOST:PORT" help:"Address of the server; another free port is taken if this one is in use."`
	Port   int    `setting:"-" default:"9000" help:"Port of the receiver; another free one is taken if it is in use."`
}

const (
	demoDrain   = 5 * time.Second
	demoArrival = 30 * time.Second // for the first webhook on a very busy machine
	demoSecret  = "a secret that both sides know"
)

// Run shows the tour and goes on until the context ends.
func (c *demoCommand) Run(ctx context.Context, p Process) (err error) {
	if err := checkPort(c.Port); err != nil {
		return err
	}
	if err := (&config.Server{Listen: c.Listen}).CheckListen(); err != nil {
		return usageError("--%w", err)
	}
	dir, err := os.MkdirTemp("", "bellhop-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	arrived := make(chan struct{}, 1)
	printer := &receiver.Printer{Out: p.Stdout, Secret: demoSecret}
	receives, err := anyPort(net.JoinHostPort("localhost", strconv.Itoa(c.Port)), func(address string) (*receiver.Server, error) {
		return receiver.Listen(ctx, address, receiver.Options{Handle: func(r *receiver.Request) {
			_ = printer.Print(r) // a closed terminal ends the program by itself
			select {
			case arrived <- struct{}{}:
			default:
			}
		}})
	})
	if err != nil {
		return err
	}
	token, err := admin.NewTokenKey()
	if err != nil {
		return err
	}
	server, err := anyPort(c.Listen, func(address string) (*app.App, error) {
		return app.New(ctx, demoParams(p, dir, address, token))
	})
	if err != nil {
		return err
	}
	tour := &tour{
		out: p.Stdout, server: server.URL(), token: token, setup: server.FirstStart().SetupURL,
		receiver: "http://" + net.JoinHostPort("localhost", strconv.Itoa(receives.Addr().Port)) + "/",
	}
	fmt.Fprintf(p.Stderr, "Bellhop runs at %s/, a receiver at %s. All data is thrown away at the end.\n", tour.server, tour.receiver)
	return runDemo(ctx, server, receives, func(ctx context.Context) error {
		return tour.show(ctx, arrived)
	})
}

func demoParams(p Process, dir, address, token string) app.Params {
	return app.Params{
		Options: config.Options{
			Database: config.Database{Data: dir},
			Server: config.Server{
				Listen: address, MaxBody: 10 << 20, AdminToken: config.Secret(token), Drain: demoDrain,
			},
			Delivery: config.Delivery{Workers: 16},
		},
		// Only what goes wrong: the terminal is for the receiver.
		Log:       app.NewLog(p.Stderr, config.Log{Level: 4}),
		LookupEnv: p.LookupEnv,
		Version:   readBuild().Version,
	}
}

// anyPort listens on an address, or on any free port of its host if that one is
// taken.
func anyPort[T any](address string, listen func(address string) (T, error)) (T, error) {
	got, err := listen(address)
	if operation, ok := errors.AsType[*net.OpError](err); !ok || operation.Op != "listen" {
		return got, err
	}
	host, _, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return got, err
	}
	return listen(net.JoinHostPort(host, "0"))
}

// runDemo runs server and receiver until the context ends or something fails.
// The receiver ends last, so that the server can drain.
func runDemo(ctx context.Context, server *app.App, receives *receiver.Server, show func(context.Context) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	receiving, endReceiver := context.WithCancel(context.WithoutCancel(ctx))
	ready := make(chan struct{})
	var running, last sync.WaitGroup
	var failures [3]error
	last.Go(func() {
		failures[0] = receives.Serve(receiving)
		end(failures[0])
	})
	running.Go(func() {
		failures[1] = server.Run(ctx, func() { close(ready) })
		end(failures[1])
	})
	running.Go(func() {
		select {
		case <-ready:
			failures[2] = show(ctx)
		case <-ctx.Done():
		}
		if failures[2] != nil && ctx.Err() == nil {
			end(failures[2])
		}
	})
	running.Wait()
	endReceiver()
	last.Wait()
	if errors.Is(failures[2], context.Canceled) {
		failures[2] = nil // stopped by the person
	}
	return serveResult(errors.Join(failures[:]...))
}
