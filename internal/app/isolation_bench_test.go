package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/dispatch"
	"bellhop/internal/inventory"
	"bellhop/internal/receiver"
	"bellhop/internal/webhook"
)

// BenchmarkIsolation measures what bad receivers, each with 1,000 deliveries
// waiting, cost a healthy one that gets 50 changes a second: its median latency,
// from the change to the arrival, beside them and as a multiple of that alone,
// which is measured just before on the same server.
//
//	go test ./internal/app -run '^$' -bench Isolation -benchtime 500x
func BenchmarkIsolation(b *testing.B) {
	slow := serve(b, receiver.Options{Delay: 4 * time.Second})
	silent := serve(b, receiver.Options{Delay: time.Hour})
	unavailable := serve(b, receiver.Options{Status: http.StatusServiceUnavailable})
	for _, c := range []struct {
		name, url string
		receivers int
	}{
		{"one takes 4 s", slow, 1},
		{"50 take 4 s", slow, 50},
		{"one never answers", silent, 1},
		{"50 never answer", silent, 50},
		{"one has a name that takes 10 s to resolve", "http://slow-name.example/", 1},
		{"one is down", "http://127.0.0.1:1/", 1},
		{"one answers 503", unavailable, 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			defer replaceResolver()()
			a := startLoaded(b)
			healthy, requests := listen(b, receiver.Options{})
			addWebhooks(b, a, "healthy", healthy, "dcim.site", 1)
			addWebhooks(b, a, "bad", c.url, "dcim.manufacturer", c.receivers)
			alone := paced(b, a, "alone", 200, requests)
			addManufacturers(b, a, 1000)
			beside := paced(b, a, "beside", b.N, requests)
			b.ReportMetric(float64(beside.Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(beside)/float64(alone), "x-alone")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// startLoaded runs a server of the usual size until the benchmark ends. Requests
// that hang are cut then.
func startLoaded(b *testing.B) *app.App {
	b.Helper()
	p := params(b)
	p.Options.Delivery.Workers = dispatch.DefaultWorkers
	p.Log = slog.New(slog.DiscardHandler)
	a, err := app.New(b.Context(), p)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Stop(b.Context()) }) // which has ended by then, and so says that it had to cut
	if err := a.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	return a
}

// replaceResolver makes every name take 10 s; the returned function undoes it.
func replaceResolver() func() {
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		select {
		case <-time.After(10 * time.Second):
			return nil, errors.New("no answer")
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}}
	return func() { net.DefaultResolver = before }
}

// addWebhooks makes n webhooks for one object type.
func addWebhooks(b *testing.B, a *app.App, name, url, objectType string, n int) {
	b.Helper()
	list := make([]webhook.Webhook, n)
	for i := range list {
		wh := webhook.New()
		wh.Name, wh.PayloadURL = fmt.Sprintf("%s %d", name, i), url
		wh.Trigger = webhook.Trigger{ObjectTypes: []string{objectType}, Events: webhook.AllEvents}
		list[i] = wh
	}
	if _, err := a.Admin.Webhooks.Create(b.Context(), admin.System(webhook.UUID{1}), list); err != nil {
		b.Fatal(err)
	}
}

// addManufacturers makes objects in one request.
func addManufacturers(b *testing.B, a *app.App, n int) {
	b.Helper()
	bodies := make([]json.RawMessage, n)
	for i := range bodies {
		bodies[i] = fmt.Appendf(nil, `{"name": "m%d", "slug": "m%d"}`, i, i)
	}
	request := inventory.Request{ID: webhook.UUID{3}, UserName: "ann", Method: "POST", Path: "/api/dcim/manufacturers/"}
	err := a.Inventory.Do(b.Context(), request, func(s *inventory.Session) error {
		_, err := s.CreateAll("dcim.manufacturer", bodies)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// paced makes n sites, one every 20 ms, and returns the median time until the
// receiver has seen them.
func paced(b *testing.B, a *app.App, name string, n int, requests <-chan *receiver.Request) time.Duration {
	b.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	times := make([]time.Duration, n)
	for i := range times {
		<-ticker.C
		began := time.Now()
		addSite(b, a.Backend, fmt.Sprintf("%s-%d", name, i))
		receive(b, requests)
		times[i] = time.Since(began)
	}
	slices.Sort(times)
	return times[n/2]
}
