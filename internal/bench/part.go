package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Roles of the parts that this package runs.
const (
	roleReceiver = "receiver"
	roleRelay    = "relay"
	roleLoad     = "load"
	roleBad      = "bad"
)

// command is what a part is asked on its standard input, one JSON object a
// line; the end of the input ends the part, so that none outlives its parent.
type command struct {
	// Expect makes the receiver forget everything and count these changes.
	Expect *expectation `json:",omitempty"`
	// Target makes the relay pass requests on to a URL.
	Target string `json:",omitempty"`
	// Post makes the load post.
	Post *posting `json:",omitempty"`
	// Report asks the receiver for its counts, with percentiles when Final.
	Report bool `json:",omitempty"`
	Final  bool `json:",omitempty"`
}

// reply is what a part answers to a command, one JSON object a line.
type reply struct {
	Error string `json:",omitempty"`
	// Address is where receiver, relay and bad receiver listen.
	Address string       `json:",omitempty"`
	Arrived *arrivals    `json:",omitempty"`
	Posted  *postingDone `json:",omitempty"`
}

// expectation is a range of changes, each to arrive once for every webhook.
type expectation struct {
	First, Events, Webhooks int
}

// arrivals is what the receiver counted.
type arrivals struct {
	Distinct, Duplicates int
	Last                 time.Time
	// Latency is the time from the change's timestamp to its arrival.
	Latency *Latency `json:",omitempty"`
	// Windows is nil unless all of it took longer than one.
	Windows *windows `json:",omitempty"`
}

// windows are the fewest and the most arrivals within any limitWindow.
type windows struct{ Min, Max int }

// posting is work for the load.
type posting struct {
	URL, Token    string
	Input         string
	First, Events int
	Connections   int
	// Rate is in changes a second; 0 means as fast as possible.
	Rate int `json:",omitempty"`
	// Bulk posts lists of bulkSize.
	Bulk bool `json:",omitempty"`
}

// postingDone is what became of a posting.
type postingDone struct {
	Accepted, Refused int // changes
	FirstError        string
	Start, End        time.Time
	// Latency is the time from sending a request to its answer.
	Latency *Latency
}

// RunPart runs one of the bare programs until in ends. It is what the processes
// that [Run] starts call.
func RunPart(ctx context.Context, role string, in io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	switch role {
	case roleReceiver:
		r, err := listenReceiver(ctx)
		if err != nil {
			return err
		}
		defer r.close()
		return serveCommands(in, out, r.command)
	case roleRelay:
		r, err := listenRelay(ctx)
		if err != nil {
			return err
		}
		defer r.close()
		return serveCommands(in, out, r.command)
	case roleBad:
		b, err := listenBad(ctx)
		if err != nil {
			return err
		}
		defer b.close()
		return serveCommands(in, out, b.command)
	case roleLoad:
		return serveCommands(in, out, func(c command) (reply, error) {
			if c.Post == nil {
				return reply{}, errUnknownCommand
			}
			return reply{Posted: c.Post.run(ctx)}, nil
		})
	}
	return fmt.Errorf("no part has the role %q", role)
}

var errUnknownCommand = errors.New("the part does not know this command")

// listen listens on any port of loopback.
func listen(ctx context.Context) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", "127.0.0.1:0")
}

// serveCommands answers commands until there are no more.
func serveCommands(in io.Reader, out io.Writer, handle func(command) (reply, error)) error {
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var c command
		if err := decoder.Decode(&c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read command: %w", err)
		}
		answer, err := handle(c)
		if err != nil {
			answer.Error = err.Error()
		}
		if err := encoder.Encode(answer); err != nil {
			return fmt.Errorf("answer command: %w", err)
		}
	}
}
