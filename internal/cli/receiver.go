package cli

import (
	"context"
	"fmt"
	"math"
	"net"
	"strconv"
	"sync"
	"time"

	"bellhop/internal/receiver"
)

// receiverCommand is NetBox's webhook_receiver: it prints what arrives.
type receiverCommand struct {
	Port      int           `default:"9000" help:"Port to listen on; 0 takes any free one."`
	Host      string        `default:"localhost" help:"Address to listen on."`
	NoHeaders bool          `help:"Leave the header fields out."`
	Secret    string        `help:"Verify signatures with this secret and say so."`
	Status    int           `default:"200" help:"Status to answer with, 200 to 599."`
	Delay     time.Duration `default:"0s" help:"Wait so long before answering."`
	FailRate  float64       `default:"0" help:"Share of requests to answer with status 500, 0 to 1."`
	JSON      bool          `name:"json" setting:"-" help:"Print one JSON object a line."`
}

// Run prints requests until the context ends, which is the orderly end.
func (c *receiverCommand) Run(ctx context.Context, p Process) error {
	if err := checkPort(c.Port); err != nil {
		return err
	}
	if c.Status < 200 || c.Status > 599 {
		return usageError("--status: %d is not between 200 and 599", c.Status)
	}
	if math.IsNaN(c.FailRate) || c.FailRate < 0 || c.FailRate > 1 {
		return usageError("--fail-rate: %v is not between 0 and 1", c.FailRate)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var printErr error // the first; read after Serve, which waits for all handlers
	var once sync.Once
	printer := &receiver.Printer{Out: p.Stdout, NoHeaders: c.NoHeaders, JSON: c.JSON, Secret: c.Secret}
	server, err := receiver.Listen(ctx, net.JoinHostPort(c.Host, strconv.Itoa(c.Port)), receiver.Options{
		Status: c.Status, Delay: c.Delay, FailRate: c.FailRate,
		Handle: func(r *receiver.Request) {
			if err := printer.Print(r); err != nil {
				once.Do(func() { printErr = fmt.Errorf("print request: %w", err) })
				stop() // nobody reads on
			}
		},
	})
	if err != nil {
		return err
	}
	// NetBox's words, "on port" included.
	fmt.Fprintf(p.Stderr, "Listening on port http://%s. Stop with CONTROL-C.\n",
		net.JoinHostPort(c.Host, strconv.Itoa(server.Addr().Port)))
	if err := server.Serve(ctx); err != nil {
		return err
	}
	if printErr != nil {
		return printErr
	}
	fmt.Fprintln(p.Stderr, "\nExiting...")
	return nil
}

// checkPort refuses what is no port; 0 is any free one.
func checkPort(port int) error {
	if port < 0 || port > 65535 {
		return usageError("--port: %d is not between 0 and 65535", port)
	}
	return nil
}
