package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"bellhop/internal/client"
	"bellhop/internal/receiver"
)

// kills is how often the server is killed; -kills 1000 on the command line makes
// a long run of it.
var kills = flag.Int("kills", 6, "how often TestCrash kills the server")

const (
	crashToken   = "0123456789abcdef0123456789abcdef01234567"
	crashWriters = 8
	crashBulk    = 3 // sites in one bulk request
	crashLimit   = time.Minute
)

// TestCrash kills the server again and again while sites are created, one by one
// and in bulk. Every site that was answered 201 must be delivered after a
// restart; one without an answer must be there whole or not at all: object,
// change and delivery.
func TestCrash(t *testing.T) {
	t.Parallel()
	run := &crashRun{dir: t.TempDir(), received: map[string]int{}, sent: map[string]bool{}}
	run.startReceiver(t)
	for round := range *kills {
		server := startServer(t, run.dir)
		if round == 0 {
			run.addWebhook(t, server.api)
		}
		var writers sync.WaitGroup
		for writer := range crashWriters {
			writers.Go(func() { run.write(t.Context(), server.api, fmt.Sprintf("k%d-%d", round, writer)) })
		}
		<-time.After(time.Duration(50+rand.IntN(400)) * time.Millisecond)
		server.kill(t)
		writers.Wait()
	}
	server := startServer(t, run.dir)
	run.awaitDeliveries(t, server.api)
	run.check(t, server.api)
	server.kill(t)
}

// crashRun is what the test knows about what should be there.
type crashRun struct {
	dir string
	url string // of the receiver

	mu       sync.Mutex
	received map[string]int  // how often a site's webhook arrived, by name
	sent     map[string]bool // whether a site's request was answered 201
	requests [][]string      // the names of each bulk request
}

func (r *crashRun) startReceiver(t *testing.T) {
	t.Helper()
	server, err := receiver.Listen(t.Context(), "127.0.0.1:0", receiver.Options{Handle: func(request *receiver.Request) {
		var body struct{ Data struct{ Name string } }
		if err := json.Unmarshal(request.Body, &body); err != nil {
			t.Errorf("body %q: %v", request.Body, err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.received[body.Data.Name]++
	}})
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(t.Context()) })
	t.Cleanup(serving.Wait) // the test's context has ended by then
	r.url = "http://" + server.Addr().String() + "/"
}

func (r *crashRun) addWebhook(t *testing.T, api *client.Client) {
	t.Helper()
	err := api.Do(t.Context(), http.MethodPost, "extras/webhooks/", map[string]any{
		"name": "sites", "content_types": []string{"dcim.site"}, "type_create": true, "payload_url": r.url,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// write creates sites until the server is gone. Every fourth request is a list.
func (r *crashRun) write(ctx context.Context, api *client.Client, prefix string) {
	for i := 0; ; i++ {
		names := []string{fmt.Sprintf("%s-%d", prefix, i)}
		if i%4 == 3 {
			for extra := 1; extra < crashBulk; extra++ {
				names = append(names, fmt.Sprintf("%s-%d-%d", prefix, i, extra))
			}
		}
		sites := make([]map[string]string, len(names))
		for j, name := range names {
			sites[j] = map[string]string{"name": name, "slug": name}
		}
		err := api.Do(ctx, http.MethodPost, "dcim/sites/", sites, nil)
		r.mu.Lock()
		r.requests = append(r.requests, names)
		for _, name := range names {
			r.sent[name] = err == nil
		}
		r.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// awaitDeliveries waits until the server has nothing left to deliver.
func (r *crashRun) awaitDeliveries(t *testing.T, api *client.Client) {
	t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	limit := time.After(crashLimit)
	for {
		left := 0
		for _, state := range []string{"queued", "started", "scheduled"} {
			var page struct{ Count int }
			if err := api.Do(t.Context(), http.MethodGet, "extras/deliveries/?limit=1&state="+state, nil, &page); err != nil {
				t.Fatal(err)
			}
			left += page.Count
		}
		if left == 0 {
			return
		}
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("%d deliveries are stuck", left)
		}
	}
}

// check holds what is there against what was answered.
func (r *crashRun) check(t *testing.T, api *client.Client) {
	t.Helper()
	stored := map[string]bool{}
	sites, err := client.List[struct{ Name string }](t.Context(), api, "dcim/sites/?fields=name")
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range sites {
		stored[site.Name] = true
	}
	changes, err := client.List[struct {
		Repr string `json:"object_repr"`
	}](t.Context(), api, "core/object-changes/")
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) != len(sites) {
		t.Errorf("%d sites have %d changes", len(sites), len(changes))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	duplicates := 0
	for name, answered := range r.sent {
		switch {
		case answered && !stored[name]:
			t.Errorf("%s was answered 201 and is not there", name)
		case stored[name] && r.received[name] == 0:
			t.Errorf("%s is there and was never delivered", name)
		case !stored[name] && r.received[name] > 0:
			t.Errorf("%s was delivered and is not there", name)
		}
		duplicates += max(0, r.received[name]-1)
	}
	for _, names := range r.requests {
		for _, name := range names[1:] {
			if stored[name] != stored[names[0]] {
				t.Errorf("a half of the bulk request %v is there", names)
			}
		}
	}
	t.Logf("%d kills: %d sites, %d delivered twice", *kills, len(sites), duplicates)
	if len(sites) < *kills {
		t.Errorf("only %d sites: there was no load", len(sites))
	}
}

// crashServer is a server in a process of its own.
type crashServer struct {
	command *exec.Cmd
	api     *client.Client
}

// startServer starts the real binary and waits until it is ready.
func startServer(t *testing.T, dir string) *crashServer {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bellhop", "serve", "--data", dir, "--listen", "127.0.0.1:0",
		"--admin-token", crashToken, "--log-level", "error")
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		url := listening.FindString(lines.Text())
		if url == "" || !strings.Contains(lines.Text(), "is ready") {
			t.Errorf("server says: %s", lines.Text())
			continue
		}
		api, err := client.New(url, crashToken)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(api.Close)
		return &crashServer{command, api}
	}
	t.Fatalf("server does not start: %v", command.Wait())
	return nil
}

// kill ends the server as kill -9 does.
func (s *crashServer) kill(t *testing.T) {
	t.Helper()
	if err := s.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.command.Wait() // "signal: killed"
}
