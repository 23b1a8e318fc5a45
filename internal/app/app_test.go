package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/inventory"
	"bellhop/internal/receiver"
	"bellhop/internal/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testToken = "0123456789abcdef0123456789abcdef01234567"

// params returns the settings of a server with a directory and port of its own.
func params(t testing.TB) app.Params {
	t.Helper()
	return app.Params{
		Options: config.Options{
			Database: config.Database{Data: t.TempDir()},
			Server: config.Server{
				Listen: "127.0.0.1:0", MaxBody: 1 << 20, Drain: 5 * time.Second, AdminToken: testToken,
			},
			Delivery: config.Delivery{Workers: 4},
		},
		Log:       slog.New(slog.NewTextHandler(t.Output(), nil)),
		LookupEnv: func(string) (string, bool) { return "", false },
		Version:   "test",
	}
}

// start runs a server until the test ends.
func start(t testing.TB, p app.Params) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// get returns status and body of an answer.
func get(t testing.TB, url string) (int, string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// listen runs a receiver until the test ends; requests go to the channel, from
// which the test must take them.
func listen(t testing.TB, options receiver.Options) (url string, requests <-chan *receiver.Request) {
	t.Helper()
	arrived := make(chan *receiver.Request, 100)
	options.Handle = func(r *receiver.Request) { arrived <- r }
	return serve(t, options), arrived
}

// serve runs a receiver until the test ends.
func serve(t testing.TB, options receiver.Options) (url string) {
	t.Helper()
	server, err := receiver.Listen(t.Context(), "127.0.0.1:0", options)
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := server.Serve(t.Context()); err != nil {
			t.Errorf("receiver: %v", err)
		}
	})
	t.Cleanup(serving.Wait) // the test's context has ended by then
	return "http://" + server.Addr().String() + "/"
}

// addWebhook makes a webhook for sites.
func addWebhook(t *testing.T, b *app.Backend, url string, changes ...func(*webhook.Webhook)) {
	t.Helper()
	wh := webhook.New()
	wh.Name, wh.PayloadURL = "sites", url
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
	for _, change := range changes {
		change(&wh)
	}
	if _, err := b.Admin.Webhooks.Create(t.Context(), admin.System(webhook.UUID{1}), []webhook.Webhook{wh}); err != nil {
		t.Fatal(err)
	}
}

// addSite makes a site, as a request to the REST API would.
func addSite(t testing.TB, b *app.Backend, name string) {
	t.Helper()
	request := inventory.Request{ID: webhook.UUID{2}, UserName: "ann", Method: "POST", Path: "/api/dcim/sites/"}
	err := b.Inventory.Do(t.Context(), request, func(s *inventory.Session) error {
		_, err := s.Create("dcim.site", []byte(`{"name": "`+name+`", "slug": "`+name+`"}`))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// receive waits for a request.
func receive(t testing.TB, requests <-chan *receiver.Request) *receiver.Request {
	t.Helper()
	select {
	case r := <-requests:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("nothing arrived within 10 s")
		return nil
	}
}

func TestChangeIsDelivered(t *testing.T) {
	t.Parallel()
	url, requests := listen(t, receiver.Options{})
	a := start(t, params(t))
	addWebhook(t, a.Backend, url)
	addSite(t, a.Backend, "berlin")
	r := receive(t, requests)
	var body struct {
		Event    string
		Username string
		Data     struct{ Name string }
	}
	if err := json.Unmarshal(r.Body, &body); err != nil {
		t.Fatal(err)
	}
	if body.Event != "created" || body.Username != "ann" || body.Data.Name != "berlin" {
		t.Errorf("got %s", r.Body)
	}
}

// What was recorded by a process that does not deliver is delivered by the next
// one.
func TestDeliversAfterRestart(t *testing.T) {
	t.Parallel()
	url, requests := listen(t, receiver.Options{})
	p := params(t)
	p.Options.Delivery.Workers = 0
	first := start(t, p)
	addWebhook(t, first.Backend, url)
	addSite(t, first.Backend, "berlin")
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(requests) != 0 {
		t.Fatal("a process without workers delivered")
	}
	p.Options.Delivery.Workers = 4
	start(t, p)
	receive(t, requests)
}

// A process whose clock is behind that of the one before, as after the hours in which
// a computer took its local time for UTC, delivers what is new at once and last.
func TestDeliversAfterClockWasSetBack(t *testing.T) {
	t.Parallel()
	url, requests := listen(t, receiver.Options{})
	p := params(t)
	p.Options.Delivery.Workers = 0
	first := start(t, p)
	addWebhook(t, first.Backend, url)
	ahead, err := first.IDs.Next(time.Now().Add(2 * time.Hour)) // what follows is not before it
	if err != nil {
		t.Fatal(err)
	}
	addSite(t, first.Backend, "berlin")
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Options.Delivery.Workers = 4
	second := start(t, p)
	receive(t, requests)
	addSite(t, second.Backend, "paris")
	if id := receive(t, requests).Get("webhook-id"); id <= ahead.String() {
		t.Errorf("the newer delivery has the id %s, which is before that of an older one", id)
	}
}

// A stop waits for the request that is being answered by the receiver.
func TestStopDrains(t *testing.T) {
	t.Parallel()
	url, requests := listen(t, receiver.Options{Delay: 300 * time.Millisecond})
	p := params(t)
	a := start(t, p)
	addWebhook(t, a.Backend, url)
	addSite(t, a.Backend, "berlin")
	receive(t, requests) // it has arrived and is not answered yet
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	next := start(t, p)
	counts, err := next.Admin.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(counts) != 1 || counts[0].State != webhook.Finished || counts[0].N != 1 {
		t.Errorf("got %+v, want one finished delivery", counts)
	}
}

func TestStopCutsAtLimit(t *testing.T) {
	t.Parallel()
	url, requests := listen(t, receiver.Options{Delay: time.Minute})
	p := params(t)
	a, err := app.New(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	addWebhook(t, a.Backend, url)
	addSite(t, a.Backend, "berlin")
	receive(t, requests)
	limit, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := a.Stop(limit); err == nil || !strings.Contains(err.Error(), "deliveries:") {
		t.Errorf("got error %v, want one about deliveries", err)
	}
	// It is due again.
	p.Options.Delivery.Workers = 0
	next := start(t, p)
	counts, err := next.Admin.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(counts) != 1 || counts[0].State.Final() {
		t.Errorf("got %+v, want one delivery that is not done", counts)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	a := start(t, params(t))
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, body := get(t, a.URL()+path); status != http.StatusOK {
			t.Errorf("%s: got %d %s", path, status, body)
		}
	}
}

// A process that delivers nothing shows no workers.
func TestNoWorkers(t *testing.T) {
	t.Parallel()
	p := params(t)
	if n := len(start(t, p).Admin.Workers()); n == 0 {
		t.Error("no workers are shown")
	}
	p = params(t)
	p.Options.Delivery.Workers = 0
	if n := len(start(t, p).Admin.Workers()); n != 0 {
		t.Errorf("%d workers are shown, want none", n)
	}
}

// A receiver that keeps failing is counted as soon as it is only probed.
func TestProbationIsCounted(t *testing.T) {
	t.Parallel()
	url, _ := listen(t, receiver.Options{Status: http.StatusServiceUnavailable})
	a := start(t, params(t))
	addWebhook(t, a.Backend, url)
	for i := range 20 {
		addSite(t, a.Backend, fmt.Sprintf("s%d", i))
	}
	deadline := time.Now().Add(10 * time.Second)
	var body string
	for !strings.Contains(body, `bellhop_webhooks{health="probation"} 1`) && time.Now().Before(deadline) {
		_, body = get(t, a.URL()+"/metrics")
	}
	if !strings.Contains(body, `bellhop_webhooks{health="probation"} 1`) {
		t.Errorf("no webhook on probation in\n%s", body)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	url, requests := listen(t, receiver.Options{Status: http.StatusGone})
	a := start(t, params(t))
	addWebhook(t, a.Backend, url)
	addSite(t, a.Backend, "berlin")
	receive(t, requests)
	// The attempt is counted after it was recorded, and the end of its delivery last.
	deadline := time.Now().Add(10 * time.Second)
	var body string
	for !strings.Contains(body, `bellhop_deliveries_ended_total{reason="gone",state="failed"} 1`) && time.Now().Before(deadline) {
		_, body = get(t, a.URL()+"/metrics")
	}
	// That scrape may have asked the database before, and counted afterwards.
	_, body = get(t, a.URL()+"/metrics")
	for _, want := range []string{
		`bellhop_changes_total{event="created"} 1`,
		`bellhop_attempts_total{reason="gone"} 1`,
		`bellhop_deliveries_ended_total{reason="gone",state="failed"} 1`,
		`bellhop_attempt_duration_seconds_count 1`,
		`bellhop_deliveries{queue="default",state="failed"} 1`,
		`bellhop_queue_depth{queue="default"} 0`,
		`bellhop_queue_oldest_seconds{queue="high"} 0`,
		`bellhop_webhooks{health="failing"} 1`,
		`bellhop_warnings_total{used_up="100"} 1`,
		`bellhop_webhooks_disabled_total 0`,
		"go_goroutines",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	p := params(t)
	start(t, p)
	_, err := app.New(t.Context(), p)
	if err == nil || !strings.Contains(err.Error(), p.Options.Database.Data) {
		t.Errorf("got error %v, want one that names the directory", err)
	}
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	a := start(t, params(t))
	p := params(t)
	p.Options.Server.Listen = a.Addr().String()
	if _, err := app.New(t.Context(), p); err == nil {
		t.Fatal("two servers listen on one port")
	}
	// The failed one let go of its directory.
	p.Options.Server.Listen = "127.0.0.1:0"
	start(t, p)
}

func TestFirstStart(t *testing.T) {
	t.Parallel()
	p := params(t)
	a := start(t, p)
	if made := a.FirstStart(); made.Password != "" || made.Token != "" {
		t.Errorf("%+v was made up although a token was given", made)
	}
	if _, err := a.Admin.Authenticate(t.Context(), testToken); err != nil {
		t.Errorf("given token: %v", err)
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Options.Server.AdminToken = "ffffffffffffffffffffffffffffffffffffffff"
	again := start(t, p)
	if _, err := again.Admin.Authenticate(t.Context(), "ffffffffffffffffffffffffffffffffffffffff"); err == nil {
		t.Error("the token of a second start counts")
	}
}

// A user that a command made before the first start is not the one who may do
// everything.
func TestFirstStartAfterOtherUsers(t *testing.T) {
	t.Parallel()
	p := params(t)
	backend, err := app.Open(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	_, err = backend.Admin.Users.Create(t.Context(), admin.System(webhook.UUID{}), []webhook.User{{Username: "bob", Active: true}})
	if err := errors.Join(err, backend.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	a := start(t, p)
	if who, err := a.Admin.Authenticate(t.Context(), testToken); err != nil || !who.Superuser {
		t.Errorf("given token: %+v, error %v", who, err)
	}
}

func TestFirstStartMakesUp(t *testing.T) {
	t.Parallel()
	p := params(t)
	p.Options.Server.AdminToken = ""
	first := start(t, p)
	made := first.FirstStart()
	if _, err := first.Admin.Authenticate(t.Context(), made.Token); err != nil {
		t.Errorf("token: %v", err)
	}
	if _, err := first.Admin.Login(t.Context(), made.UserName, made.Password, netip.MustParseAddr("192.0.2.1")); err != nil {
		t.Errorf("password: %v", err)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := start(t, p).FirstStart(); again != nil {
		t.Errorf("the second start made up %+v", again)
	}
}

func TestAddressFile(t *testing.T) {
	t.Parallel()
	p := params(t)
	p.Options.Server.AddressFile = filepath.Join(t.TempDir(), "address")
	a := start(t, p)
	got, err := os.ReadFile(p.Options.Server.AddressFile)
	if err != nil {
		t.Fatal(err)
	}
	if want := a.Addr().String() + "\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRunEndsWithContext(t *testing.T) {
	t.Parallel()
	a, err := app.New(t.Context(), params(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := a.Run(ctx, cancel); err != nil {
		t.Error(err)
	}
	if err := a.Start(t.Context()); err == nil {
		t.Error("a stopped server started")
	}
}

func TestEncryptionKey(t *testing.T) {
	t.Parallel()
	p := params(t)
	p.Options.Database.EncryptionKey = config.Secret(strings.Repeat("ab", 32))
	start(t, p)
	if _, err := os.Stat(filepath.Join(p.Options.Database.Data, "secret.key")); err == nil {
		t.Error("a key file was made although a key was given")
	}
}

// Every attempt is one log line, without secrets.
func TestLogLine(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	url, requests := listen(t, receiver.Options{})
	p := params(t)
	p.Log = app.NewLog(&log, config.Log{Format: "json"})
	a := start(t, p)
	addWebhook(t, a.Backend, strings.Replace(url, "http://", "http://user:password@", 1))
	addSite(t, a.Backend, "berlin")
	receive(t, requests)
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if entry["msg"] == "attempt" {
			lines++
			if entry["state"] != "finished" || entry["status"] != 200.0 || entry["attempt"] != 1.0 {
				t.Errorf("got %s", line)
			}
		}
		if strings.Contains(line, "password@") || strings.Contains(line, "user:password") {
			t.Errorf("secret in %s", line)
		}
	}
	if lines != 1 {
		t.Errorf("got %d lines for one attempt:\n%s", lines, log.String())
	}
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
