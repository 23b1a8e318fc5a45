package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"
)

// Waiting for deliveries: how often the receiver is asked, and how long nothing
// may arrive until the rest counts as lost.
const (
	arrivalPoll  = 20 * time.Millisecond
	arrivalStall = 20 * time.Second
)

// Bounds of the warm-up, in changes; it is a tenth of a round between them.
const (
	minWarmUp = 20
	maxWarmUp = 2000
)

// runner holds the processes of a run.
type runner struct {
	options               Options
	receiver, relay, load *part
	server                *server
	receiverURL, relayURL string
	next                  int // the number of the next change
}

// target is what the load posts to.
type target struct {
	name, url, token string
	pid              int // 0: its CPU time is not measured
	webhooks         int
}

// Run measures. progress hears what is done next, for a person who waits.
func Run(ctx context.Context, o Options, progress func(string)) (report *Report, err error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("not done within %s", o.Timeout))
	defer cancel()
	dir, err := os.MkdirTemp("", "bellhop-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &runner{options: o, next: 1}
	report, err = r.run(ctx, dir, progress)
	if err != nil && ctx.Err() != nil {
		err = errors.Join(context.Cause(ctx), err)
	}
	return report, err
}

// run starts the parts, measures, and stops them.
func (r *runner) run(ctx context.Context, dir string, progress func(string)) (report *Report, err error) {
	for _, start := range []struct {
		role string
		part **part
	}{{roleReceiver, &r.receiver}, {roleRelay, &r.relay}, {roleLoad, &r.load}} {
		p, err := startPart(ctx, &r.options, start.role)
		if err != nil {
			return nil, err
		}
		*start.part = p
		defer func() { err = errors.Join(err, p.stop()) }()
	}
	if err := r.connect(); err != nil {
		return nil, err
	}
	if r.server, err = newServer(dir); err != nil {
		return nil, err
	}
	report = &Report{Options: r.options, CPUs: runtime.NumCPU(), Go: runtime.Version()}
	var empty int64
	progress("starting the server")
	if err := r.serve(ctx, func() (err error) {
		if err := r.server.addWebhooks(ctx, &r.options, r.receiverURL); err != nil {
			return err
		}
		if empty, err = r.server.diskUsed(); err != nil {
			return err
		}
		err = r.measureAll(ctx, report, progress)
		report.PeakMemory = peakMemory(r.server.cmd.Process.Pid)
		return err
	}); err != nil {
		return nil, err
	}
	full, err := r.server.diskUsed() // a clean stop moves everything into the database file
	if err != nil {
		return nil, err
	}
	report.DiskPerDelivery = float64(full-empty) / float64(max(1, report.delivered))
	if r.options.Backlog > 0 {
		r.options.Profile = "" // the profile is of what was measured so far
		if report.Backlog, err = r.measureBacklog(ctx, progress); err != nil {
			return nil, err
		}
	}
	if r.options.Isolation {
		r.options.Profile = ""
		err = r.measureIsolation(ctx, dir, report, progress)
	}
	return report, err
}

// serve runs the server while do lasts.
func (r *runner) serve(ctx context.Context, do func() error) (err error) {
	if err := r.server.start(ctx, &r.options); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.server.stop()) }()
	return do()
}

// connect learns the parts' addresses.
func (r *runner) connect() error {
	answer, err := r.receiver.ask(command{Expect: &expectation{}})
	if err != nil {
		return err
	}
	r.receiverURL = "http://" + answer.Address
	if answer, err = r.relay.ask(command{Target: r.receiverURL + hookPath + "0"}); err != nil {
		return err
	}
	r.relayURL = "http://" + answer.Address
	return nil
}

// bellhop is the server as a target.
func (r *runner) bellhop() target {
	return target{
		name: "bellhop", url: r.server.url + inputPath(r.options.Input), token: r.server.token,
		pid: r.server.cmd.Process.Pid, webhooks: r.options.Webhooks,
	}
}

// measureRound measures client, relay and server.
func (r *runner) measureRound(ctx context.Context, round *Round, events int) (err error) {
	p := posting{Events: events}
	client := target{name: "client", url: r.receiverURL + hookPath + "0", webhooks: 1}
	if round.Client, err = r.measure(ctx, client, p); err != nil {
		return err
	}
	relay := target{
		name: "relay", url: r.relayURL + inputPath(r.options.Input), pid: r.relay.cmd.Process.Pid, webhooks: 1,
	}
	if round.Relay, err = r.measure(ctx, relay, p); err != nil {
		return err
	}
	round.Bellhop, err = r.measure(ctx, r.bellhop(), p)
	return err
}

// measureAll runs the rounds, then what the server alone is asked.
func (r *runner) measureAll(ctx context.Context, report *Report, progress func(string)) error {
	measure := func(p posting) (*Measurement, error) {
		m, err := r.measure(ctx, r.bellhop(), p)
		if err == nil {
			report.delivered += m.Delivered
		}
		return m, err
	}
	progress("warming up")
	var cold Round
	if err := r.measureRound(ctx, &cold, min(max(r.options.Events/10, minWarmUp), maxWarmUp)); err != nil {
		return err
	}
	report.delivered += cold.Bellhop.Delivered
	for i := range r.options.Rounds {
		progress(fmt.Sprintf("round %d of %d: client, relay, bellhop", i+1, r.options.Rounds))
		var round Round
		if err := r.measureRound(ctx, &round, r.options.Events); err != nil {
			return err
		}
		report.delivered += round.Bellhop.Delivered
		report.Rounds = append(report.Rounds, round)
	}
	report.RatioToRelay = report.ratio(func(round *Round) *Measurement { return round.Relay })
	report.RatioToClient = report.ratio(func(round *Round) *Measurement { return round.Client })
	if r.options.Bulk {
		progress(fmt.Sprintf("lists of %d changes", bulkSize))
		var err error
		if report.Bulk, err = measure(posting{Events: r.options.Events, Bulk: true}); err != nil {
			return err
		}
	}
	for _, rate := range r.options.Rates {
		progress(fmt.Sprintf("%d changes a second", rate))
		events := max(1, int(float64(rate)*r.options.PaceTime.Seconds()))
		m, err := measure(posting{Events: events, Rate: rate})
		if err != nil {
			return err
		}
		report.Paced = append(report.Paced, m)
	}
	return nil
}

// measure posts to a target and waits until everything has arrived.
func (r *runner) measure(ctx context.Context, t target, p posting) (*Measurement, error) {
	p.URL, p.Token, p.Input, p.Connections = t.url, t.token, r.options.Input, r.options.Concurrency
	p.First = r.next
	r.next += p.Events
	if _, err := r.receiver.ask(command{Expect: &expectation{p.First, p.Events, t.webhooks}}); err != nil {
		return nil, err
	}
	before, timed := cpuTime(t.pid)
	answer, err := r.load.ask(command{Post: &p})
	if err != nil {
		return nil, err
	}
	posted := answer.Posted
	if posted.Accepted == 0 {
		return nil, fmt.Errorf("%s accepted nothing: %s", t.name, posted.FirstError)
	}
	arrived, err := r.waitArrived(ctx, posted.Accepted*t.webhooks)
	if err != nil {
		return nil, err
	}
	m := newMeasurement(t, &p, posted, arrived)
	if timed {
		waitIdle(ctx, t.pid)
		after, _ := cpuTime(t.pid)
		m.setCPU(after - before)
	}
	return m, nil
}

// waitArrived waits until so many deliveries have arrived, or nothing has for a
// while.
func (r *runner) waitArrived(ctx context.Context, want int) (*arrivals, error) {
	ticker := time.NewTicker(arrivalPoll)
	defer ticker.Stop()
	count, progressed := -1, time.Now()
	for {
		answer, err := r.receiver.ask(command{Report: true})
		if err != nil {
			return nil, err
		}
		if n := answer.Arrived.Distinct; n != count {
			count, progressed = n, time.Now()
		}
		if count >= want || time.Since(progressed) > arrivalStall {
			answer, err := r.receiver.ask(command{Report: true, Final: true})
			return answer.Arrived, err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}
