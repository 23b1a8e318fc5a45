// Command bellhop tells other systems what changed. "bellhop --help" lists its
// commands.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"bellhop/internal/cli"
)

func main() {
	// net/http complains to the default logger about what receivers send: a line
	// for every frame of HTTP/2 that it does not know, a hundred thousand a
	// second if they like. What matters is the attempt's reason; our own log is
	// another.
	log.SetOutput(io.Discard)
	os.Exit(cli.Run(untilSignal(), os.Args[1:], cli.Process{
		Stdin:     os.Stdin,
		Stdout:    os.Stdout,
		Stderr:    os.Stderr,
		LookupEnv: os.LookupEnv,
	}))
}

// untilSignal returns a context that the first SIGINT or SIGTERM ends, which
// starts an orderly stop. The second one ends the process at once. The
// goroutine lives as long as the process.
func untilSignal() context.Context {
	signals := make(chan os.Signal, 2) // both may come before the first is read
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-signals
		cancel()
		s := <-signals
		fmt.Fprintf(os.Stderr, "bellhop: %s again: stopped at once\n", s)
		os.Exit(cli.ExitUnclean)
	}()
	return ctx
}
