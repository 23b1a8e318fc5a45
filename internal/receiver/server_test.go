package receiver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/receiver"
)

// start runs a server until the test ends and returns its address and the
// requests it handles.
func start(t *testing.T, opts receiver.Options) (string, <-chan *receiver.Request) {
	t.Helper()
	requests := make(chan *receiver.Request, 100) // more than any test sends
	opts.Handle = func(r *receiver.Request) { requests <- r }
	ctx, cancel := context.WithCancel(context.Background())
	server, err := receiver.Listen(ctx, "127.0.0.1:0", opts)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- server.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return server.Addr().String(), requests
}

// exchange sends raw bytes and returns everything that comes back until the
// server closes; the last request must ask for that.
func exchange(t *testing.T, address, raw string) string {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, raw); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("read: %v; so far %q", err, answer)
	}
	return string(answer)
}

func TestHeadersAsReceived(t *testing.T) {
	t.Parallel()
	address, requests := start(t, receiver.Options{})
	exchange(t, address, "POST /in?a=%20b HTTP/1.1\r\nhost: example:9000\r\nX-second:  2 \r\nA-FIRST: 1\r\nx-Second: again\r\n"+
		"Folded: one\r\n  two\r\nEmpty:\r\ncontent-LENGTH: 2\r\nConnection: close\r\n\r\nhi")
	got := <-requests
	want := []receiver.Field{
		{Name: "host", Value: "example:9000"},
		{Name: "X-second", Value: "2"},
		{Name: "A-FIRST", Value: "1"},
		{Name: "x-Second", Value: "again"},
		{Name: "Folded", Value: "one two"},
		{Name: "Empty", Value: ""},
		{Name: "content-LENGTH", Value: "2"},
		{Name: "Connection", Value: "close"},
	}
	if diff := cmp.Diff(want, got.Header); diff != "" {
		t.Errorf("header fields (-want +got):\n%s", diff)
	}
	if got.Method != "POST" || got.Target != "/in?a=%20b" || got.Proto != "HTTP/1.1" || string(got.Body) != "hi" || got.Remote != "127.0.0.1" {
		t.Errorf("got %+v with body %q", got, got.Body)
	}
	if got.Get("X-SECOND") != "2" || got.Get("absent") != "" {
		t.Errorf("Get: %q, %q", got.Get("X-SECOND"), got.Get("absent"))
	}
}

func TestEveryMethodIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "HEAD"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			address, requests := start(t, receiver.Options{})
			answer := exchange(t, address, method+" / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc")
			if !strings.HasPrefix(answer, "HTTP/1.1 200 OK\r\n") || !strings.Contains(answer, "Content-Length: 18\r\n") {
				t.Errorf("answer %q", answer)
			}
			_, body, _ := strings.Cut(answer, "\r\n\r\n")
			if want := map[bool]string{true: "", false: "Webhook received!\n"}[method == "HEAD"]; body != want {
				t.Errorf("answer's body is %q, want %q", body, want)
			}
			if got := <-requests; got.Method != method || string(got.Body) != "abc" {
				t.Errorf("got %s with body %q", got.Method, got.Body)
			}
		})
	}
}

func TestBodyFraming(t *testing.T) {
	t.Parallel()
	const last = "Connection: close\r\n\r\n"
	cases := []struct{ name, raw, body string }{
		{"none", "POST / HTTP/1.1\r\nHost: x\r\n" + last, ""},
		{"chunked", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + last + "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n", "abcde"},
		{"line feeds only", "POST / HTTP/1.1\nHost: x\nContent-Length: 1\nConnection: close\n\nz", "z"},
		{"HTTP/1.0", "POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nz", "z"},
		{"compressed stays compressed", "POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n" + last + "\x1f\x8b", "\x1f\x8b"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			address, requests := start(t, receiver.Options{})
			exchange(t, address, tc.raw)
			if got := <-requests; string(got.Body) != tc.body {
				t.Errorf("body %q, want %q", got.Body, tc.body)
			}
		})
	}
}

func TestPipelinedRequestsStayApart(t *testing.T) {
	t.Parallel()
	address, requests := start(t, receiver.Options{})
	var raw strings.Builder
	const n = 20
	for i := range n {
		fmt.Fprintf(&raw, "POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n", i)
		if i == n-1 {
			raw.WriteString("Connection: close\r\n")
		}
		fmt.Fprintf(&raw, "\r\n%02d", i)
	}
	answer := exchange(t, address, raw.String())
	if got := strings.Count(answer, "Webhook received!"); got != n {
		t.Errorf("%d answers, want %d", got, n)
	}
	for i := range n {
		got := <-requests
		if got.Target != fmt.Sprintf("/%d", i) || string(got.Body) != fmt.Sprintf("%02d", i) || got.Number != int64(i+1) {
			t.Errorf("request %d: number %d, target %s, body %q", i, got.Number, got.Target, got.Body)
		}
	}
}

func TestExpectContinue(t *testing.T) {
	t.Parallel()
	address, _ := start(t, receiver.Options{})
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
	reader := bufio.NewReader(conn)
	if line, err := reader.ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	_, _ = reader.ReadString('\n')
	_, _ = io.WriteString(conn, "hi")
	if line, err := reader.ReadString('\n'); err != nil || line != "HTTP/1.1 200 OK\r\n" {
		t.Fatalf("got %q, %v", line, err)
	}
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, raw, want string }{
		{"garbage", "\x16\x03\x01 not http\r\n\r\n", "HTTP/1.1 400 "},
		{"endless header", "POST / HTTP/1.1\r\nX: " + strings.Repeat("a", 70<<10) + "\r\n\r\n", "HTTP/1.1 431 "},
		{"body too large", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n01234567890", "HTTP/1.1 413 "},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			address, requests := start(t, receiver.Options{MaxBody: 10})
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, tc.raw)
			// The connection may be reset after the answer, since some of what
			// was sent is never read; so only its first bytes are read here.
			answer := make([]byte, len(tc.want))
			if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != tc.want {
				t.Errorf("answer %q, %v, want %q", answer, err, tc.want)
			}
			select {
			case r := <-requests:
				t.Errorf("handled %+v", r)
			default:
			}
		})
	}
}

func TestStatusAndFailRate(t *testing.T) {
	t.Parallel()
	dice := make(chan float64, 3)
	dice <- 0.49
	dice <- 0.5
	dice <- 0.1
	address, requests := start(t, receiver.Options{
		Status: 204, FailRate: 0.5, Random: func() float64 { return <-dice },
	})
	for i, want := range []int{500, 204, 500} {
		resp, err := http.Post("http://"+address, "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := <-requests; resp.StatusCode != want || got.Status != want {
			t.Errorf("request %d: answered %d, handled as %d, want %d", i, resp.StatusCode, got.Status, want)
		}
	}
}

func TestListenRefusesNonsense(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]receiver.Options{
		"status below": {Status: 199}, "status above": {Status: 600},
		"rate below": {FailRate: -0.1}, "rate above": {FailRate: 1.1}, "no rate": {FailRate: math.NaN()},
	} {
		if _, err := receiver.Listen(t.Context(), "127.0.0.1:0", opts); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A stop must not wait for clients that hold a connection, nor for a delay.
func TestServeStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	handled := make(chan struct{})
	server, err := receiver.Listen(ctx, "127.0.0.1:0", receiver.Options{
		Delay: time.Hour, Handle: func(*receiver.Request) { close(handled) },
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- server.Serve(ctx) }()
	for _, raw := range []string{
		"",                           // idle
		"POST / HTTP/1.1\r\nHost: x", // half a header
		"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
		"POST / HTTP/1.1\r\nHost: x\r\n\r\n", // waiting for its delayed answer
	} {
		conn, err := net.Dial("tcp", server.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, raw)
	}
	<-handled
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("serve: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still serving")
	}
	if server.Received() != 1 {
		t.Errorf("received %d, want 1", server.Received())
	}
}
