package dispatch_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
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
	engine, err := render.New(render.Options{UserAgent: "Bellhop/test"})
	if err != nil {
		t.Fatal(err)
	}
	options := dispatch.Options{
		Store: s, Workers: 32, Random: func() float64 { return 0.5 }, Log: slog.New(slog.DiscardHandler),
		Exchange: dispatch.Exchange{Engine: engine, Sender: send.New(send.Options{Transport: b.net}), Worker: "test"},
	}
	for _, fn := range change {
		fn(&options)
	}
	if b.Dispatcher, err = dispatch.New(options); err != nil {
		t.Fatal(err)
	}
	b.in = intake.New(webhook.NewIDs(rand.Reader), b.Dispatcher)
	return b
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

func TestDelivered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Secret = "secret" })
		id := b.change("site", 5)[0].ID
		time.Sleep(time.Millisecond)
		synctest.Wait()

		got := b.net.requests("site")
		if len(got) != 1 {
			t.Fatalf("%d requests, want 1", len(got))
		}
		var body struct{ Event, Timestamp, Model string }
		if err := json.Unmarshal([]byte(got[0].body), &body); err != nil || body.Event != "updated" || body.Model != "site" {
			t.Errorf("body %s, error %v", got[0].body, err)
		}
		for _, name := range []string{"X-Hook-Signature", "Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
			if got[0].header.Get(name) == "" {
				t.Errorf("no header %s", name)
			}
		}
		d, attempts := b.delivery(id)
		if d.State != webhook.Finished || len(attempts) != 1 || got[0].header.Get("Webhook-Id") != id.String() {
			t.Errorf("%s with %d attempts, webhook-id %s", d.State, len(attempts), got[0].header.Get("Webhook-Id"))
		}
		if string(attempts[0].Request.Body) != got[0].body {
			t.Errorf("recorded body %s, sent %s", attempts[0].Request.Body, got[0].body)
		}
	})
}

// TestRetrySchedule follows one delivery to a receiver that always fails, to its
// end after 17 hours and a half.
func TestRetrySchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 503, nil, nil }
		b.start()
		b.webhook("site")
		id := b.change("site", 1)[0].ID
		time.Sleep(24 * time.Hour)
		synctest.Wait()

		got := b.net.requests("site")
		steps := []time.Duration{5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour}
		if len(got) != len(steps)+1 {
			t.Fatalf("%d requests, want %d", len(got), len(steps)+1)
		}
		for i, step := range steps {
			// The bench's random number is the middle of the jitter.
			if wait := got[i+1].at.Sub(got[i].at); wait < step || wait > step+time.Millisecond {
				t.Errorf("wait %d is %v, want %v", i+1, wait, step)
			}
		}
		d, attempts := b.delivery(id)
		if d.State != webhook.Failed || len(attempts) != 8 || d.Reason != webhook.ReasonStatus5xx {
			t.Errorf("%s after %d attempts, reason %s", d.State, len(attempts), d.Reason)
		}
	})
}

func TestNoRetry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		change func(*webhook.Webhook)
		want   webhook.Reason
		sent   int
	}{
		"gone":            {410, func(*webhook.Webhook) {}, webhook.ReasonGone, 1},
		"render error":    {200, func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ 1 / 0 }}" }, webhook.ReasonRender, 0},
		"broken template": {200, func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ 1" }, webhook.ReasonRender, 0},
		"one attempt":     {500, func(wh *webhook.Webhook) { wh.MaxAttempts = 1 }, webhook.ReasonStatus5xx, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				defer b.finish()
				b.net.answer = func(*http.Request) (int, http.Header, error) { return c.status, nil, nil }
				b.start()
				b.webhook("site", c.change)
				id := b.change("site", 1)[0].ID
				time.Sleep(time.Hour)
				synctest.Wait()
				d, attempts := b.delivery(id)
				if d.State != webhook.Failed || len(attempts) != 1 || d.Reason != c.want || len(b.net.requests("site")) != c.sent {
					t.Errorf("%s (%s) after %d attempts", d.State, d.Reason, len(attempts))
				}
			})
		})
	}
}

// TestMendedTemplate checks that a retry uses the webhook as it is then.
func TestMendedTemplate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 500, nil, nil }
		b.start()
		wh := b.webhook("site", func(wh *webhook.Webhook) { wh.BodyTemplate = "old" })
		id := b.change("site", 1)[0].ID
		time.Sleep(time.Second)
		wh.BodyTemplate = "new"
		if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Update(&wh) }); err != nil {
			t.Fatal(err)
		}
		b.reload()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		got := b.net.requests("site")
		if len(got) != 2 || got[0].body != "old" || got[1].body != "new" {
			t.Errorf("bodies %v", got)
		}
		if _, attempts := b.delivery(id); attempts[0].WebhookRevision != 1 || attempts[1].WebhookRevision != 2 {
			t.Errorf("revisions %d, %d", attempts[0].WebhookRevision, attempts[1].WebhookRevision)
		}
	})
}

// TestIsolation has one receiver that never answers, with a thousand deliveries
// waiting, beside a healthy one, which must not notice.
func TestIsolation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(r *http.Request) (int, http.Header, error) {
			if r.URL.Host == "dead" {
				return hang(r)
			}
			return 200, nil, nil
		}
		b.start()
		b.webhook("dead")
		b.webhook("healthy")
		for i := range 1000 {
			b.change("dead", int64(i))
		}
		for i := range 100 {
			began := time.Now()
			b.change("healthy", int64(i))
			time.Sleep(20 * time.Millisecond)
			synctest.Wait()
			got := b.net.requests("healthy")
			if len(got) != i+1 {
				t.Fatalf("change %d was not delivered within 20 ms", i)
			}
			if late := got[i].at.Sub(began); late > time.Millisecond {
				t.Fatalf("change %d was delivered after %v", i, late)
			}
		}
	})
}

// TestProbing checks that a dead receiver costs its deliveries no attempts, is
// asked ever more rarely, and is served at once when it is back.
func TestProbing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		var alive atomic.Bool
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			if alive.Load() {
				return 200, nil, nil
			}
			return 0, nil, io.ErrUnexpectedEOF
		}
		b.start()
		b.webhook("site")
		for i := range 300 {
			b.change("site", int64(i))
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		asked := len(b.net.requests("site"))
		// Up to 16 at once before the lane notices, then a probe a minute.
		if asked > 150 {
			t.Errorf("a dead receiver was asked %d times in two hours", asked)
		}
		if states := b.states(); states[webhook.Failed] > 0 || states[webhook.Queued]+states[webhook.Scheduled] != 300 {
			t.Errorf("states %v", states)
		}
		spent := 0
		err := b.store.View(t.Context(), func(tx store.Tx) error {
			page, err := tx.Deliveries(store.Query{Limit: 300})
			for _, d := range page.Items {
				spent += d.Spent
			}
			return err
		})
		if err != nil || spent > 30 {
			t.Errorf("%d attempts spent on a dead receiver, error %v", spent, err)
		}
		alive.Store(true)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 300 {
			t.Errorf("two minutes after it is back: %v", states)
		}
	})
}

// TestOrdered sends changes of several objects to a receiver that fails now and
// then; each object's changes must arrive in order, and a failing object must
// hold back only itself.
func TestOrdered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		n := 0
		var mu sync.Mutex
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(5 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			if n++; n%7 == 0 {
				return 500, nil, nil
			}
			return 200, nil, nil
		}
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = true })
		var want []webhook.UUID
		for i := range 200 {
			want = append(want, b.change("site", int64(i%5))[0].ID)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 200 {
			t.Fatalf("states %v", states)
		}
		// The receiver's view: an id may repeat, but never after a later one.
		last := make(map[string]string)
		for _, r := range b.net.requests("site") {
			object := r.body[strings.Index(r.body, `"data"`):][:20]
			id := r.header.Get("Webhook-Id")
			if id < last[object] {
				t.Fatalf("%s: %s came after %s", object, id, last[object])
			}
			last[object] = id
		}
		if len(last) != 5 {
			t.Errorf("%d objects seen, want 5", len(last))
		}
	})
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.RateLimit = 20 })
		for i := range 400 {
			b.change("site", int64(i))
		}
		began := time.Now()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		in10 := 0
		for _, r := range b.net.requests("site") {
			if r.at.Sub(began) <= 10*time.Second {
				in10++
			}
		}
		if in10 < 190 || in10 > 210 {
			t.Errorf("%d requests in 10 s, want 200 within 5 %%", in10)
		}
	})
}

func TestConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		var mu sync.Mutex
		running, most := 0, 0
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return 200, nil, nil
		}
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 3 })
		for i := range 12 {
			b.change("site", int64(i))
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if states := b.states(); most != 3 || states[webhook.Finished] != 12 {
			t.Errorf("at most %d at once, want 3; states %v", most, states)
		}
	})
}

// TestQueues checks the shares of the queues when workers are scarce.
func TestQueues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, func(o *dispatch.Options) { o.Workers = 1 })
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			time.Sleep(10 * time.Millisecond)
			return 200, nil, nil
		}
		for name, queue := range map[string]webhook.Queue{"low": webhook.QueueLow, "default": webhook.QueueDefault, "high": webhook.QueueHigh} {
			b.webhook(name, func(wh *webhook.Webhook) { wh.Queue = queue })
			for i := range 200 {
				b.change(name, int64(i))
			}
		}
		b.start()
		time.Sleep(1700 * time.Millisecond)
		synctest.Wait()
		high, normal, low := len(b.net.requests("high")), len(b.net.requests("default")), len(b.net.requests("low"))
		if high < 110 || normal < 35 || low < 8 {
			t.Errorf("of 170 requests %d were high, %d default, %d low; want about 120, 40, 10", high, normal, low)
		}
	})
}

// TestBacklog starts on a store with more waiting than a lane's window holds,
// while more comes in, and wants each delivered exactly once.
func TestBacklog(t *testing.T) {
	t.Parallel()
	for _, ordered := range []bool{false, true} {
		t.Run(fmt.Sprintf("ordered %v", ordered), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				defer b.finish()
				b.net.answer = func(*http.Request) (int, http.Header, error) {
					time.Sleep(time.Millisecond)
					return 200, nil, nil
				}
				b.webhook("site", func(wh *webhook.Webhook) { wh.Ordered = ordered })
				for i := range 2500 {
					b.change("site", int64(i%50))
				}
				b.start()
				for i := range 500 {
					b.change("site", int64(i%50))
				}
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				got := b.net.requests("site")
				seen := make(map[string]bool)
				for _, r := range got {
					seen[r.header.Get("Webhook-Id")] = true
				}
				if len(got) != 3000 || len(seen) != 3000 || b.states()[webhook.Finished] != 3000 {
					t.Errorf("%d requests for %d deliveries, states %v; want 3000 each", len(got), len(seen), b.states())
				}
			})
		})
	}
}

// TestLostAnnouncement checks that the audit finds what nobody announced.
func TestLostAnnouncement(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.start()
		b.webhook("site")
		time.Sleep(time.Second)
		b.quiet = true
		b.change("site", 1)
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if n := len(b.net.requests("site")); n != 1 {
			t.Errorf("%d requests after the audit, want 1", n)
		}
	})
}

func TestRequeueAndCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = hang
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 1; wh.Timeout = 300 })
		running, waiting := b.change("site", 1)[0], b.change("site", 2)[0]
		time.Sleep(time.Second)
		move := func(fn func(store.Tx) ([]webhook.Delivery, error)) (list []webhook.Delivery) {
			err := b.store.Update(t.Context(), func(tx store.Tx) (err error) {
				list, err = fn(tx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		b.Canceled(move(func(tx store.Tx) ([]webhook.Delivery, error) { return tx.Cancel(nil, time.Now(), 10) }))
		time.Sleep(time.Second)
		synctest.Wait()
		d, attempts := b.delivery(running.ID)
		if d.State != webhook.Canceled || len(attempts) > 1 {
			t.Errorf("the running one: %s, %d attempts", d.State, len(attempts))
		}
		if d, attempts := b.delivery(waiting.ID); d.State != webhook.Canceled || len(attempts) != 0 {
			t.Errorf("the waiting one: %s, %d attempts", d.State, len(attempts))
		}
		b.net.mu.Lock()
		b.net.answer = nil
		b.net.mu.Unlock()
		b.Requeued(move(func(tx store.Tx) ([]webhook.Delivery, error) { return tx.Requeue(nil, time.Now(), 10) }))
		time.Sleep(time.Second)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 2 {
			t.Errorf("after the retry: %v", states)
		}
	})
}

// TestDeletedWebhook checks that what waits for a deleted webhook is canceled.
func TestDeletedWebhook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 500, nil, nil }
		b.start()
		wh := b.webhook("site")
		id := b.change("site", 1)[0].ID
		time.Sleep(time.Second)
		if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Delete(wh.ID) }); err != nil {
			t.Fatal(err)
		}
		b.reload()
		time.Sleep(time.Minute)
		synctest.Wait()
		if d, _ := b.delivery(id); d.State != webhook.Canceled {
			t.Errorf("state %s, want canceled", d.State)
		}
	})
}

// TestDisabledWebhook checks that a disabled webhook keeps what waits, and sends
// it when it is enabled again.
func TestDisabledWebhook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		wh := b.webhook("site")
		b.change("site", 1)
		set := func(enabled bool) {
			wh.Enabled = enabled
			if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Update(&wh) }); err != nil {
				t.Fatal(err)
			}
			b.reload()
		}
		set(false)
		b.start()
		time.Sleep(time.Hour)
		if n := len(b.net.requests("site")); n != 0 {
			t.Fatalf("%d requests of a disabled webhook", n)
		}
		set(true)
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(b.net.requests("site")); n != 1 {
			t.Errorf("%d requests after it was enabled, want 1", n)
		}
	})
}

func TestDrain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		takes time.Duration
		cut   bool
		want  webhook.State
	}{
		"requests in flight finish": {5 * time.Second, false, webhook.Finished},
		"or are cut":                {time.Hour, true, webhook.Queued},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				defer b.finish()
				b.net.answer = func(r *http.Request) (int, http.Header, error) {
					select {
					case <-time.After(c.takes):
						return 200, nil, nil
					case <-r.Context().Done():
						return 0, nil, r.Context().Err()
					}
				}
				b.start()
				b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency, wh.Timeout = 1, 300 })
				first, second := b.change("site", 1)[0].ID, b.change("site", 2)[0].ID
				time.Sleep(time.Second)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				if err := b.Stop(ctx); (err != nil) != c.cut {
					t.Errorf("stop: %v", err)
				}
				if d, _ := b.delivery(first); d.State != c.want || d.Spent != 0 && c.cut {
					t.Errorf("in flight: %s with %d attempts spent, want %s", d.State, d.Spent, c.want)
				}
				if d, attempts := b.delivery(second); d.State != webhook.Queued || len(attempts) != 0 {
					t.Errorf("waiting: %s, %d attempts; nothing new may be taken", d.State, len(attempts))
				}
			})
		})
	}
}

func TestRetention(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, func(o *dispatch.Options) {
			o.Retention = dispatch.Retention{Deliveries: 24 * time.Hour, Changes: 48 * time.Hour}
		})
		defer b.finish()
		b.start()
		b.webhook("site")
		for i := range 450 {
			b.change("site", int64(i))
		}
		time.Sleep(25 * time.Hour)
		if states := b.states(); len(states) != 0 {
			t.Errorf("after a day: %v", states)
		}
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		err := b.store.View(t.Context(), func(tx store.Tx) error {
			page, err := tx.Changes(store.Query{})
			if page.Count > 1 {
				t.Errorf("after two days %d changes are left", page.Count)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
