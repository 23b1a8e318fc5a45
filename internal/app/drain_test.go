package app_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"bellhop/internal/webhook"
)

// A stop that waits for a client's request lets workers take nothing new: what they
// take then would be cut when the client is slow.
func TestStopTakesNothingNew(t *testing.T) {
	t.Parallel()
	var arrived atomic.Int64
	first, answer := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if arrived.Add(1) == 1 {
			close(first)
			<-answer
		}
	}))
	t.Cleanup(server.Close)
	a := start(t, params(t))
	addWebhook(t, a.Backend, server.URL, func(wh *webhook.Webhook) { wh.Concurrency = 1 })
	addSite(t, a.Backend, "berlin")
	addSite(t, a.Backend, "paris")
	<-first

	client, err := net.Dial("tcp", a.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	body := `{"name": "rome", "slug": "rome"}`
	fmt.Fprintf(client, "POST /api/dcim/sites/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token %s\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", testToken, len(body))
	reader := bufio.NewReader(client)
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("answer %q, error %v; want to be told to go on", line, err)
	}

	stopped := make(chan error, 1)
	go func() { stopped <- a.Stop(t.Context()) }()
	for accepts(a.Addr()) { // until the stop has begun
	}
	close(answer)
	for finished := 0; finished == 0; { // until a worker could take the next
		counts, err := a.Admin.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range counts {
			if c.State == webhook.Finished {
				finished += c.N
			}
		}
	}
	fmt.Fprint(client, body)
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
	if n := arrived.Load(); n != 1 {
		t.Errorf("%d requests were made, want the one that was under way", n)
	}
}

// accepts reports whether somebody listens.
func accepts(address net.Addr) bool {
	conn, err := net.Dial("tcp", address.String())
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
