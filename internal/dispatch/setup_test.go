package dispatch_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
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

// received is one request as a receiver saw it.
type received struct {
	at     time.Time
	host   string
	header http.Header
	body   string
}

// receiver is the network: it answers every request and keeps it.
type receiver struct {
	mu   sync.Mutex
	list []received
	// answer returns status and header, or an error for a broken connection.
	answer func(r *http.Request) (int, http.Header, error)
}

func (n *receiver) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	n.mu.Lock()
	n.list = append(n.list, received{time.Now(), r.URL.Host, r.Header, string(body)})
	answer := n.answer
	n.mu.Unlock()
	status, header, err := http.StatusOK, http.Header{}, error(nil)
	if answer != nil {
		status, header, err = answer(r)
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader("ok")), ContentLength: 2}, nil
}

// requests returns what a host has received.
func (n *receiver) requests(host string) []received {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []received
	for _, r := range n.list {
		if r.host == host {
			list = append(list, r)
		}
	}
	return list
}

// hang waits until the request's time is over.
func hang(r *http.Request) (int, http.Header, error) {
	<-r.Context().Done()
	return 0, nil, r.Context().Err()
}

// bench is a dispatcher on a real store, with an intake in front and the network
// behind it.
type bench struct {
	t     *testing.T
	store store.Store
	in    *intake.Intake
	net   *receiver
	// quiet loses the announcements of changes.
	quiet bool
	*dispatch.Dispatcher
}

// setup makes a bench whose dispatcher is not started. Call it in a bubble.
func setup(t *testing.T, change ...func(*dispatch.Options)) *bench {
	t.Helper()
	sealer, err := store.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir(), Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, store: s, net: &receiver{}}
	b.build(change)
	return b
}

// build makes the dispatcher and what feeds it.
func (b *bench) build(change []func(*dispatch.Options)) {
	b.t.Helper()
	engine, err := render.New(render.Options{UserAgent: "Bellhop/test"})
	if err != nil {
		b.t.Fatal(err)
	}
	options := dispatch.Options{
		Store: b.store, Workers: 32, Random: func() float64 { return 0.5 }, Log: slog.New(slog.DiscardHandler),
		Exchange: dispatch.Exchange{Engine: engine, Sender: send.New(send.Options{Transport: b.net}), Worker: "test"},
	}
	for _, fn := range change {
		fn(&options)
	}
	if b.Dispatcher, err = dispatch.New(options); err != nil {
		b.t.Fatal(err)
	}
	b.in = intake.New(webhook.NewIDs(rand.Reader), b.Dispatcher, intake.DefaultRounds)
}

// restart stops the dispatcher and starts a new one on the same store, as if the
// process had been restarted.
func (b *bench) restart(change ...func(*dispatch.Options)) {
	b.t.Helper()
	if err := b.Stop(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.build(change)
	if err := b.in.Reload(b.t.Context(), b.store); err != nil {
		b.t.Fatal(err)
	}
	b.start()
}

// start starts the dispatcher; finish ends it and the store, in the bubble.
func (b *bench) start() {
	b.t.Helper()
	if err := b.Start(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) finish() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(b.t.Context()), time.Second)
	defer cancel()
	if err := b.Stop(ctx); err != nil {
		b.t.Logf("stop: %v", err)
	}
	if err := b.store.Close(); err != nil {
		b.t.Errorf("close: %v", err)
	}
}

// webhook creates one that posts sites' changes to a host of its name.
func (b *bench) webhook(name string, change ...func(*webhook.Webhook)) webhook.Webhook {
	b.t.Helper()
	wh := webhook.New()
	wh.Name, wh.PayloadURL = name, "http://"+name+"/"
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim." + name}, Events: webhook.AllEvents}
	for _, fn := range change {
		fn(&wh)
	}
	if err := b.store.Update(b.t.Context(), func(tx store.Tx) error { return tx.Webhooks().Create(&wh) }); err != nil {
		b.t.Fatal(err)
	}
	b.reload()
	return wh
}

func (b *bench) reload() {
	b.t.Helper()
	if err := b.in.Reload(b.t.Context(), b.store); err != nil {
		b.t.Fatal(err)
	}
	if err := b.Dispatcher.Reload(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// change records a change for the webhook of that name and returns its
// deliveries.
func (b *bench) change(name string, object int64) []webhook.Delivery {
	b.t.Helper()
	now := time.Now().UTC()
	recorded, err := b.in.Prepare(webhook.Change{
		Time: now, Event: webhook.Updated, ObjectType: "dcim." + name, ObjectID: object, UserName: "jo",
		Data: webhook.RawJSON(fmt.Sprintf(`{"id": %d, "name": "Zürich"}`, object)),
	}, now)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.store.Update(b.t.Context(), func(tx store.Tx) error { return b.in.Record(tx, recorded) }); err != nil {
		b.t.Fatal(err)
	}
	if !b.quiet {
		b.in.Announce(recorded)
	}
	return recorded.Deliveries
}

func (b *bench) delivery(id webhook.UUID) (d webhook.Delivery, attempts []webhook.Attempt) {
	b.t.Helper()
	err := b.store.View(b.t.Context(), func(tx store.Tx) (err error) {
		if d, err = tx.Delivery(id); err != nil {
			return err
		}
		attempts, err = tx.Attempts(id)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return d, attempts
}

// states counts the deliveries by state.
func (b *bench) states() map[webhook.State]int {
	b.t.Helper()
	states := make(map[webhook.State]int)
	err := b.store.View(b.t.Context(), func(tx store.Tx) error {
		counts, err := tx.Counts()
		for _, c := range counts {
			states[c.State] += c.N
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return states
}
