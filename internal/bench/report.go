package bench

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is what a run measured.
type Report struct {
	Options Options `json:"options"`
	CPUs    int     `json:"cpus"`
	Go      string  `json:"go"`
	// Rounds are at full speed, one change a request.
	Rounds []Round `json:"rounds"`
	// RatioToRelay and RatioToClient are how much of the relay's and the
	// client's rate the server delivers: medians of the rounds.
	RatioToRelay  float64 `json:"ratio_to_relay"`
	RatioToClient float64 `json:"ratio_to_client"`
	// Bulk is at full speed, with lists of changes; nil when it was not asked
	// for.
	Bulk *Measurement `json:"bulk,omitempty"`
	// Paced are at fixed rates.
	Paced []*Measurement `json:"paced,omitempty"`
	// Backlog is nil when it was not asked for.
	Backlog *Backlog `json:"backlog,omitempty"`
	// Isolation and RateLimit are nil when they were not asked for.
	Isolation []Isolation `json:"isolation,omitempty"`
	RateLimit *RateLimit  `json:"rate_limit,omitempty"`
	// DiskPerDelivery is in bytes, of all files of the database, over
	// everything that was delivered.
	DiskPerDelivery float64 `json:"disk_bytes_per_delivery"`
	// PeakMemory is the server's, in bytes; 0 where it is not known.
	PeakMemory int64 `json:"peak_memory_bytes"`

	delivered int // by the server, warm-up included
}

// Round are the three measured right after each other.
type Round struct {
	Client  *Measurement `json:"client"`
	Relay   *Measurement `json:"relay"`
	Bellhop *Measurement `json:"bellhop"`
}

// Measurement is one posting of changes to one target.
type Measurement struct {
	Target string `json:"target"`
	// Rate is what was asked for, in changes a second; 0 is full speed.
	Rate int `json:"rate,omitempty"`
	// Accepted and Refused count changes, Delivered distinct arrivals. Lost
	// are deliveries of accepted changes that did not arrive.
	Accepted   int `json:"accepted"`
	Refused    int `json:"refused"`
	Delivered  int `json:"delivered"`
	Lost       int `json:"lost"`
	Duplicated int `json:"duplicated"`
	// FirstError is why a change was refused.
	FirstError         string  `json:"first_error,omitempty"`
	AcceptedPerSecond  float64 `json:"accepted_per_second"`
	DeliveredPerSecond float64 `json:"delivered_per_second"`
	// Answer is the time from sending a request to its answer.
	Answer *Latency `json:"answer,omitempty"`
	// Receipt is the time from the change's timestamp to its arrival at the
	// receiver. The server takes the timestamp just before it commits, so this
	// is the time from commit to receipt and the commit itself.
	Receipt *Latency `json:"receipt,omitempty"`
	// CPU is the target's CPU time per delivery, in milliseconds; nil where it
	// is not known.
	CPU *float64 `json:"cpu_ms_per_delivery,omitempty"`
}

func newMeasurement(t target, p *posting, posted *postingDone, arrived *arrivals) *Measurement {
	return &Measurement{
		Target: t.name, Rate: p.Rate,
		Accepted: posted.Accepted, Refused: posted.Refused, Delivered: arrived.Distinct,
		Lost: max(0, posted.Accepted*t.webhooks-arrived.Distinct), Duplicated: arrived.Duplicates,
		FirstError:         posted.FirstError,
		AcceptedPerSecond:  float64(posted.Accepted) / posted.End.Sub(posted.Start).Seconds(),
		DeliveredPerSecond: float64(arrived.Distinct) / arrived.Last.Sub(posted.Start).Seconds(),
		Answer:             posted.Latency, Receipt: arrived.Latency,
	}
}

// setCPU sets the CPU time of a delivery from that of all.
func (m *Measurement) setCPU(used time.Duration) {
	perDelivery := used.Seconds() * 1e3 / float64(max(1, m.Delivered))
	m.CPU = &perDelivery
}

// ratio returns the median of the rounds' ratios to a limit.
func (r *Report) ratio(limit func(*Round) *Measurement) float64 {
	ratios := make([]float64, len(r.Rounds))
	for i := range r.Rounds {
		ratios[i] = r.Rounds[i].Bellhop.DeliveredPerSecond / limit(&r.Rounds[i]).DeliveredPerSecond
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

// Failures counts the server's changes that were refused, and its deliveries
// that were lost.
func (r *Report) Failures() (refused, lost int) {
	for _, m := range r.measurements() {
		refused += m.Refused
		lost += m.Lost
	}
	return refused, lost
}

// measurements returns all that were made of the server.
func (r *Report) measurements() []*Measurement {
	var list []*Measurement
	for i := range r.Rounds {
		list = append(list, r.Rounds[i].Bellhop)
	}
	if r.Bulk != nil {
		list = append(list, r.Bulk)
	}
	if r.Backlog != nil {
		list = append(list, r.Backlog.Round.Bellhop, r.Backlog.Drained)
	}
	for i := range r.Isolation {
		list = append(list, r.Isolation[i].Alone, r.Isolation[i].Beside)
	}
	return append(list, r.Paced...)
}

// median returns the round's measurement with the median rate of deliveries.
func (r *Report) median(of func(*Round) *Measurement) *Measurement {
	list := make([]*Measurement, len(r.Rounds))
	for i := range r.Rounds {
		list[i] = of(&r.Rounds[i])
	}
	slices.SortFunc(list, func(a, b *Measurement) int { return cmp.Compare(a.DeliveredPerSecond, b.DeliveredPerSecond) })
	return list[len(list)/2]
}

// Print writes the report for people: of the rounds, the median one.
func (r *Report) Print(w io.Writer) error {
	o := &r.Options
	fmt.Fprintf(w, "%s, %d CPUs. %d changes a round through %s, %d connections, webhooks for each: %d. Medians of %d rounds.\n\n",
		r.Go, r.CPUs, o.Events, inputPath(o.Input), o.Concurrency, o.Webhooks, len(r.Rounds))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...string) { fmt.Fprintln(table, strings.Join(cells, "\t")+"\t") }
	row("", "accepted/s", "delivered/s", "answer ms", "receipt ms", "CPU ms", "lost", "dupl.")
	row("", "", "", "p50 / p95 / p99", "p50 / p95 / p99", "a delivery", "", "")
	show := func(name string, m *Measurement) {
		row(name, showNumber(m.AcceptedPerSecond), showNumber(m.DeliveredPerSecond), m.Answer.show(), m.Receipt.show(),
			showCPU(m.CPU), strconv.Itoa(m.Lost), strconv.Itoa(m.Duplicated))
	}
	show("client", r.median(func(round *Round) *Measurement { return round.Client }))
	show("relay", r.median(func(round *Round) *Measurement { return round.Relay }))
	show("bellhop", r.median(func(round *Round) *Measurement { return round.Bellhop }))
	if r.Bulk != nil {
		show(fmt.Sprintf("lists of %d", bulkSize), r.Bulk)
	}
	for _, m := range r.Paced {
		show(fmt.Sprintf("at %d/s", m.Rate), m)
	}
	if r.Backlog != nil {
		show("with backlog", r.Backlog.Round.Bellhop)
		show("draining it", r.Backlog.Drained)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nDelivered, of the relay's rate: %.2f; of the client's: %.2f.\nDisk: %.0f bytes a delivery. Peak memory: %d MB.\n",
		r.RatioToRelay, r.RatioToClient, r.DiskPerDelivery, r.PeakMemory>>20)
	if b := r.Backlog; b != nil && err == nil {
		_, err = fmt.Fprintf(w, "With %d waiting: %.2f of the relay's rate, ready %.1f s after the start, peak memory %d MB.\n",
			b.Waiting, b.RatioToRelay, b.Start, b.PeakMemory>>20)
	}
	if err == nil && len(r.Isolation) > 0 {
		err = r.printIsolation(w)
	}
	return err
}

// printIsolation writes what bad receivers cost.
func (r *Report) printIsolation(w io.Writer) error {
	fmt.Fprintf(w, "\nA receiver that gets %d changes a second, beside bad ones with %d deliveries waiting for each:\n\n",
		isolationRate, isolationWaiting)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\treceipt ms, alone\tbeside them\tof alone\tlost\t")
	fmt.Fprintln(table, "\tp50 / p95 / p99\tp50 / p95 / p99\tp50\t\t")
	for i := range r.Isolation {
		one := &r.Isolation[i]
		fmt.Fprintf(table, "%s\t%s\t%s\t%.2f\t%d\t\n", one.Others, one.Alone.Receipt.show(), one.Beside.Receipt.show(), one.Ratio, one.Beside.Lost)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	limit := r.RateLimit
	_, err := fmt.Fprintf(w, "\nA limit of %d requests a second, beside %d for others: %d to %d in any %d seconds.\n",
		limit.Limit, limit.Load, limit.Min, limit.Max, limit.Window)
	return err
}

func showNumber(n float64) string { return fmt.Sprintf("%.0f", n) }

func showCPU(ms *float64) string {
	if ms == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *ms)
}

// show prints percentiles; a nil one is a dash.
func (l *Latency) show() string {
	if l == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f / %.1f / %.1f", l.P50, l.P95, l.P99)
}
