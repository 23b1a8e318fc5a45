package dispatch_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/intake"
	"bellhop/internal/render"
	"bellhop/internal/send"
	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	"bellhop/internal/webhook"
)

// BenchmarkDeliver takes changes from 64 callers through intake, store and
// dispatcher to a real receiver on loopback, whose CPU time counts too. Compare
// with BenchmarkClient, the same requests without Bellhop.
func BenchmarkDeliver(b *testing.B) {
	l := newLine(b, dispatch.Retention{})
	l.start(b)
	run(b, l.arrived, l.post)
	info, err := os.Stat(filepath.Join(l.dir, "bellhop.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/float64(b.N), "disk-bytes/delivery")
}

// line is the way of a change to a receiver that counts.
type line struct {
	dir     string
	store   store.Store
	arrived *atomic.Int64
	// start starts the dispatcher, until the benchmark ends.
	start func(*testing.B)
	// post brings in a change.
	post func(i int64) error
}

func newLine(b *testing.B, retention dispatch.Retention) *line {
	b.Helper()
	target, arrived := sink(b)
	sealer, err := store.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	s, err := sqlite.Open(b.Context(), sqlite.Options{Dir: dir, Sealer: sealer})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	engine, err := render.New(render.Options{UserAgent: "Bellhop/bench"})
	if err != nil {
		b.Fatal(err)
	}
	d, err := dispatch.New(dispatch.Options{
		Store: s, Random: mathrand.Float64, Log: slog.New(slog.DiscardHandler), Retention: retention,
		Exchange: dispatch.Exchange{Engine: engine, Sender: send.New(send.Options{}), Worker: "bench"},
	})
	if err != nil {
		b.Fatal(err)
	}
	in := intake.New(webhook.NewIDs(rand.Reader), d, intake.DefaultRounds)
	wh := webhook.New()
	wh.Name, wh.PayloadURL, wh.Secret, wh.Concurrency = "bench", target, "secret", 64
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
	if err := s.Update(b.Context(), func(tx store.Tx) error { return tx.Webhooks().Create(&wh) }); err != nil {
		b.Fatal(err)
	}
	if err := in.Reload(b.Context(), s); err != nil {
		b.Fatal(err)
	}
	data := webhook.RawJSON(fmt.Sprintf(`{"id": 5, "name": "site", "comments": %q}`, strings.Repeat("x", 700)))
	return &line{
		dir: dir, store: s, arrived: arrived,
		start: func(b *testing.B) {
			b.Helper()
			if err := d.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { d.Stop(context.Background()) })
		},
		post: func(i int64) error {
			now := time.Now()
			recorded, err := in.Prepare(webhook.Change{
				Time: now, Event: webhook.Created, ObjectType: "dcim.site", ObjectID: i, UserName: "jo", Data: data,
			}, now)
			if err != nil {
				return err
			}
			if err := s.Update(b.Context(), func(tx store.Tx) error { return in.Record(tx, recorded) }); err != nil {
				return err
			}
			in.Announce(recorded)
			return nil
		},
	}
}

// BenchmarkClient is the limit: net/http's client posting the same bodies.
func BenchmarkClient(b *testing.B) {
	target, arrived := sink(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	body := strings.Repeat("x", 1100)
	run(b, arrived, func(int64) error {
		response, err := client.Post(target, "application/json", strings.NewReader(body))
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		return err
	})
}

// sink is a receiver that counts.
func sink(b *testing.B) (string, *atomic.Int64) {
	b.Helper()
	var arrived atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			arrived.Add(1)
		}
	}))
	b.Cleanup(server.Close)
	return server.URL, &arrived
}

// run calls post b.N times from 64 goroutines and waits until all has arrived.
func run(b *testing.B, arrived *atomic.Int64, post func(i int64) error) {
	b.Helper()
	before := cpuTime(b)
	b.ResetTimer()
	var wg sync.WaitGroup
	var next atomic.Int64
	for range 64 {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := post(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	for arrived.Load() < int64(b.N) && !b.Failed() {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "delivered/s")
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/delivery")
}

// cpuTime returns the CPU time that this process has used.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
