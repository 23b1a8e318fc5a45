package bench

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"bellhop/internal/client"
)

// Backlog is what was measured with deliveries waiting for a receiver that could
// not be reached.
type Backlog struct {
	// Waiting is how many there were, Filled how many a second were accepted
	// to make them, in lists of changes.
	Waiting int     `json:"waiting"`
	Filled  float64 `json:"filled_per_second"`
	// Start is the time from starting the server to its readiness.
	Start float64 `json:"start_seconds"`
	// Round has the same changes for a healthy receiver as the other rounds.
	Round Round `json:"round"`
	// RatioToRelay is how much of the relay's rate the server delivers in
	// Round, to be compared with the report's.
	RatioToRelay float64 `json:"ratio_to_relay"`
	// Drained is the delivery of what waited, once the receiver was there
	// again. Nothing is posted meanwhile.
	Drained *Measurement `json:"drained"`
	// PeakMemory is that of the server started with everything waiting, in
	// bytes; 0 where it is not known.
	PeakMemory int64 `json:"peak_memory_bytes"`
}

// fillConnections post the lists that fill the backlog: enough to keep the
// server busy.
const fillConnections = 8

// measureBacklog starts the server anew on its directory, lets deliveries gather
// for a receiver that is not there, starts it once more, and measures.
func (r *runner) measureBacklog(ctx context.Context, progress func(string)) (*Backlog, error) {
	b := &Backlog{Waiting: r.options.Backlog}
	first := r.next
	r.next += b.Waiting
	var id int
	progress(fmt.Sprintf("%d changes for a receiver that cannot be reached", b.Waiting))
	if err := r.serve(ctx, func() (err error) {
		dead, err := deadAddress(ctx)
		if err != nil {
			return err
		}
		if id, err = r.server.addWaiting(ctx, 0, dead, map[string]any{"concurrency": r.options.Concurrency}); err != nil {
			return err
		}
		b.Filled, err = r.fill(first, b.Waiting)
		return err
	}); err != nil {
		return nil, err
	}
	progress("starting the server with all of them waiting")
	began := time.Now()
	err := r.serve(ctx, func() error {
		b.Start = time.Since(began).Seconds()
		progress("a round beside them: client, relay, bellhop")
		if err := r.measureRound(ctx, &b.Round, r.options.Events); err != nil {
			return err
		}
		b.RatioToRelay = b.Round.Bellhop.DeliveredPerSecond / b.Round.Relay.DeliveredPerSecond
		progress("the receiver is there again")
		var err error
		if b.Drained, err = r.drain(ctx, id, first); err != nil {
			return err
		}
		b.PeakMemory = peakMemory(r.server.cmd.Process.Pid)
		return nil
	})
	return b, err
}

// deadAddress returns the URL of a receiver that refuses connections: a port that
// was free a moment ago.
func deadAddress(ctx context.Context) (string, error) {
	listener, err := listen(ctx)
	if err != nil {
		return "", err
	}
	listener.Close()
	return "http://" + listener.Addr().String() + hookPath + "0", nil
}

// fill posts changes in lists and returns how many a second were accepted.
func (r *runner) fill(first, n int) (float64, error) {
	answer, err := r.load.ask(command{Post: &posting{
		URL: r.server.url + changesPath, Token: r.server.token, Input: inputWaiting,
		First: first, Events: n, Connections: fillConnections, Bulk: true,
	}})
	if err != nil {
		return 0, err
	}
	posted := answer.Posted
	if posted.Accepted < n {
		return 0, fmt.Errorf("%d of %d changes were not accepted: %s", n-posted.Accepted, n, posted.FirstError)
	}
	return float64(n) / posted.End.Sub(posted.Start).Seconds(), nil
}

// drain lets the webhook's receiver be there and measures until as many
// deliveries have arrived as a round has.
func (r *runner) drain(ctx context.Context, webhook, first int) (*Measurement, error) {
	want := min(r.options.Events, r.options.Backlog)
	if _, err := r.receiver.ask(command{Expect: &expectation{first, r.options.Backlog, 1}}); err != nil {
		return nil, err
	}
	pid := r.server.cmd.Process.Pid
	before, timed := cpuTime(pid)
	start := time.Now()
	if err := r.server.call(ctx, http.MethodPatch, "extras/webhooks/"+strconv.Itoa(webhook)+"/",
		map[string]any{"payload_url": r.receiverURL + hookPath + "0"}, nil); err != nil {
		return nil, err
	}
	arrived, err := r.waitArrived(ctx, want)
	if err != nil {
		return nil, err
	}
	after, _ := cpuTime(pid)
	m := &Measurement{
		Target: "bellhop", Delivered: arrived.Distinct, Duplicated: arrived.Duplicates, Lost: max(0, want-arrived.Distinct),
		DeliveredPerSecond: float64(arrived.Distinct) / arrived.Last.Sub(start).Seconds(),
	}
	if timed {
		m.setCPU(after - before)
	}
	return m, nil
}

// call asks the server's API.
func (s *server) call(ctx context.Context, method, path string, in, out any) error {
	api, err := client.New(s.url, s.token)
	if err != nil {
		return err
	}
	defer api.Close()
	return api.Do(ctx, method, path, in, out)
}
