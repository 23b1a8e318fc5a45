package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// durationBuckets reach from a receiver on the same host to the longest timeout
// that a webhook may have, in seconds.
var durationBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300}

// metrics are what a process counts. docs/operations.md explains them.
type metrics struct {
	registry  *prometheus.Registry
	changes   *prometheus.CounterVec
	attempts  *prometheus.CounterVec
	ended     *prometheus.CounterVec
	durations prometheus.Histogram
	warnings  *prometheus.CounterVec
	disabled  prometheus.Counter
	stopped   prometheus.Counter
	repeated  prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		changes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_changes_total", Help: "Changes that were recorded.",
		}, []string{"event"}),
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_attempts_total", Help: "Requests made to receivers, by reason of failure; success has none.",
		}, []string{"reason"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_deliveries_ended_total", Help: "Deliveries that ended by an attempt, by state and by reason of the last attempt's failure.",
		}, []string{"state", "reason"}),
		durations: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "bellhop_attempt_duration_seconds", Help: "Time from the start of an attempt to its end.", Buckets: durationBuckets,
		}),
		warnings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_warnings_total", Help: "Warnings about deliveries that have used up a part of their attempts, in percent; 100 was given up.",
		}, []string{"used_up"}),
		disabled: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_webhooks_disabled_total", Help: "Webhooks that were disabled because their receivers had only failed.",
		}),
		stopped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_loops_stopped_total", Help: "Webhooks that did not fire because a chain of deliveries had caused the change.",
		}),
		repeated: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_loops_suspected_total", Help: "Webhooks that one user's changes of one object have fired a hundred times in a minute.",
		}),
	}
	m.registry.MustRegister(
		m.changes, m.attempts, m.ended, m.durations, m.warnings, m.disabled, m.stopped, m.repeated,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.begin()
	return m
}

// begin makes every counter there is, at 0. One that appeared with its first
// event would begin at 1, and to Prometheus that is no increase: alerts would
// miss the first failure.
func (m *metrics) begin() {
	for _, event := range []webhook.Event{webhook.Created, webhook.Updated, webhook.Deleted} {
		m.changes.WithLabelValues(event.String())
	}
	m.attempts.WithLabelValues(webhook.ReasonNone.String())
	m.ended.WithLabelValues(webhook.Finished.String(), webhook.ReasonNone.String())
	for _, reason := range webhook.Reasons() {
		m.attempts.WithLabelValues(reason.String())
		m.ended.WithLabelValues(webhook.Failed.String(), reason.String())
	}
	for _, usedUp := range []int{50, 90, 100} {
		m.warnings.WithLabelValues(strconv.Itoa(usedUp))
	}
}

// observe adds what is asked of the database at each scrape.
func (m *metrics) observe(s store.Store) { m.registry.MustRegister(&queueCollector{store: s}) }

// observeLanes adds how the receivers are doing.
func (m *metrics) observeLanes(d *dispatch.Dispatcher) {
	m.registry.MustRegister(&healthCollector{dispatcher: d})
}

// warn counts a warning.
func (m *metrics) warn(w dispatch.Warning) {
	m.warnings.WithLabelValues(strconv.Itoa(w.UsedUp)).Inc()
}

// handler serves /metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// change counts a recorded change.
func (m *metrics) change(change *webhook.Change) {
	m.changes.WithLabelValues(change.Event.String()).Inc()
}

// attempt counts a recorded attempt.
func (m *metrics) attempt(e dispatch.Event) {
	reason := e.Attempt.Reason.String()
	m.attempts.WithLabelValues(reason).Inc()
	m.durations.Observe(e.Attempt.Timing.Total.Seconds())
	if e.State.Final() {
		m.ended.WithLabelValues(e.State.String(), reason).Inc()
	}
}

// healthCollector asks the dispatcher how the receivers are doing.
type healthCollector struct{ dispatcher *dispatch.Dispatcher }

var healthDesc = prometheus.NewDesc("bellhop_webhooks", "Webhooks by how their receivers are doing.", []string{"health"}, nil)

// Describe implements prometheus.Collector.
func (*healthCollector) Describe(descriptions chan<- *prometheus.Desc) { descriptions <- healthDesc }

// Collect implements prometheus.Collector.
func (c *healthCollector) Collect(out chan<- prometheus.Metric) {
	counts := make(map[webhook.HealthState]int)
	for _, lane := range c.dispatcher.Lanes() {
		counts[lane.Health.State]++
	}
	for _, state := range webhook.HealthStates {
		out <- prometheus.MustNewConstMetric(healthDesc, prometheus.GaugeValue, float64(counts[state]), string(state))
	}
}

// scrapeLimit bounds what a scrape may ask of the database.
const scrapeLimit = 5 * time.Second

// queueCollector asks the database how the queues stand.
type queueCollector struct{ store store.Store }

var (
	deliveriesDesc = prometheus.NewDesc("bellhop_deliveries", "Deliveries in the database.", []string{"queue", "state"}, nil)
	depthDesc      = prometheus.NewDesc("bellhop_queue_depth", "Deliveries that are not done.", []string{"queue"}, nil)
	oldestDesc     = prometheus.NewDesc("bellhop_queue_oldest_seconds", "How long the oldest due delivery has been due.", []string{"queue"}, nil)
)

// Describe implements prometheus.Collector.
func (*queueCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- deliveriesDesc
	descriptions <- depthDesc
	descriptions <- oldestDesc
}

// Collect implements prometheus.Collector. What cannot be read is reported as an
// invalid metric, which makes the scrape fail visibly.
func (c *queueCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeLimit)
	defer cancel()
	if err := c.collectCounts(ctx, out); err != nil {
		out <- prometheus.NewInvalidMetric(deliveriesDesc, err)
	}
	if err := c.collectBacklog(ctx, out); err != nil {
		out <- prometheus.NewInvalidMetric(depthDesc, err)
	}
}

func (c *queueCollector) collectCounts(ctx context.Context, out chan<- prometheus.Metric) error {
	type cell struct {
		queue webhook.Queue
		state webhook.State
	}
	var sums map[cell]int
	err := c.store.View(ctx, func(tx store.Tx) error {
		counts, err := tx.Counts()
		sums = make(map[cell]int)
		for _, count := range counts {
			sums[cell{count.Queue, count.State}] += count.N
		}
		return err
	})
	for at, n := range sums {
		out <- prometheus.MustNewConstMetric(deliveriesDesc, prometheus.GaugeValue, float64(n), at.queue.String(), at.state.String())
	}
	return err
}

func (c *queueCollector) collectBacklog(ctx context.Context, out chan<- prometheus.Metric) error {
	backlog, err := c.store.Backlog(ctx)
	if err != nil {
		return err
	}
	depth := make(map[webhook.Queue]int)
	oldest := make(map[webhook.Queue]time.Duration)
	now := time.Now()
	for _, b := range backlog {
		depth[b.Queue] += b.Undone
		oldest[b.Queue] = max(oldest[b.Queue], now.Sub(b.NextDue))
	}
	for _, queue := range webhook.Queues {
		out <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(depth[queue]), queue.String())
		out <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, oldest[queue].Seconds(), queue.String())
	}
	return nil
}
