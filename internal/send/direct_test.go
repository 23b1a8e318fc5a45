package send

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/webhook"
)

// script is a receiver that plays a scene for each connection in turn, and the
// last one for all others.
func script(t *testing.T, scenes ...func(*scene)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ; i++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(t.Context(), func() { conn.Close() })
			scenes[min(i, len(scenes)-1)](newScene(conn))
			stop()
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-ended
	})
	return "http://" + listener.Addr().String()
}

// scene is one connection, seen from the receiver.
type scene struct {
	net.Conn
	in *bufio.Reader
}

func newScene(conn net.Conn) *scene { return &scene{conn, bufio.NewReader(conn)} }

// request reads one; it reports false at the end of the connection.
func (s *scene) request() bool {
	r, err := http.ReadRequest(s.in)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

func (s *scene) say(text string) { io.WriteString(s, text) }

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// serving answers every request alike.
func serving(text string) func(*scene) {
	return func(s *scene) {
		for s.request() {
			s.say(text)
		}
	}
}

func newRequest(t *testing.T, target string) *Request {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	return &Request{Method: http.MethodPost, URL: u, Body: []byte(`{"a": 1}`), Timeout: 5 * time.Second}
}

func newClient(t *testing.T) *Client {
	t.Helper()
	c := New(Options{})
	t.Cleanup(c.Close)
	return c
}

// idle returns how many connections are kept.
func (c *Client) idle() int {
	c.direct.idle.mu.Lock()
	defer c.direct.idle.mu.Unlock()
	return c.direct.idle.count
}

// TestSameBytes holds what the direct way writes against what net/http writes.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	for name, req := range map[string]*Request{
		"plain": {Method: http.MethodPost, Body: []byte(`{"a": 1}`)},
		"headers": {Method: http.MethodPut, Body: []byte("x"), Header: []webhook.Header{
			{Name: "User-Agent", Value: "Bellhop/1"},
			{Name: "x-b", Value: "2"},
			{Name: "X-A", Value: ""},
			{Name: "webhook-id", Value: "1"},
			{Name: "Content-Type", Value: "text/plain; charset=utf-8"},
			{Name: "X-Ü", Value: "no"},
		}},
		"host":    {Method: http.MethodPatch, Body: []byte("x"), Header: []webhook.Header{{Name: "host", Value: "Other.example:81"}}},
		"latin 1": {Method: http.MethodPost, Header: []webhook.Header{{Name: "X-A", Value: "gr\xfc\xdfe \t ü"}}},
		"get":     {Method: http.MethodGet}, "get with body": {Method: http.MethodGet, Body: []byte("x")},
		"delete":   {Method: http.MethodDelete},
		"password": {Method: http.MethodPost, URL: &url.URL{Scheme: "http", Host: "a.example", User: url.UserPassword("jö", "p:w")}},
		"no path":  {Method: http.MethodPost, URL: &url.URL{Scheme: "http", Host: "a.example:8080", RawQuery: "a=b%20c"}},
		"escaped":  {Method: http.MethodPost, URL: &url.URL{Scheme: "http", Host: "a.example", Path: "/a b/ü", RawPath: "/a%20b/%C3%BC"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if req.URL == nil {
				req.URL = &url.URL{Scheme: "http", Host: "a.example", Path: "/in", RawQuery: "id=1"}
			}
			lines := req.lines()
			direct := plain(req, lines)
			if want := name != "headers"; direct != want {
				t.Fatalf("sent directly: %v, want %v", direct, want)
			}
			if !direct {
				return // net/http refuses the name
			}
			var want bytes.Buffer
			if err := req.build(t.Context(), lines, true).Write(&want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), string(appendRequest(nil, req, lines))); diff != "" {
				t.Errorf("(-net/http +direct)\n%s", diff)
			}
		})
	}
}

// TestNotPlain lists what is left to net/http.
func TestNotPlain(t *testing.T) {
	t.Parallel()
	header := func(name, value string) *Request {
		return &Request{Method: http.MethodPost, Header: []webhook.Header{{Name: name, Value: value}}}
	}
	for name, req := range map[string]*Request{
		"tls":           {Method: http.MethodPost, URL: &url.URL{Scheme: "https", Host: "a.example"}},
		"ipv6":          {Method: http.MethodPost, URL: &url.URL{Scheme: "http", Host: "[::1]:80"}},
		"name in IDN":   {Method: http.MethodPost, URL: &url.URL{Scheme: "http", Host: "bücher.example"}},
		"only a port":   {Method: http.MethodPost, URL: &url.URL{Scheme: "http", Host: ":80"}},
		"large body":    {Method: http.MethodPost, Body: make([]byte, maxDirectBody+1)},
		"other method":  {Method: http.MethodHead},
		"expect":        header("expect", "100-continue"),
		"connection":    header("Connection", "close"),
		"encoding":      header("transfer-encoding", "chunked"),
		"line end":      header("X-A", "a\r\nX-B: b"),
		"bad name":      header("X A", "b"),
		"colon in name": header("X:A", "b"),
		"spaces":        header("X-A", " b"),
		"foreign host":  header("Host", "bücher.example"),
	} {
		if req.URL == nil {
			req.URL = &url.URL{Scheme: "http", Host: "a.example"}
		}
		if plain(req, req.lines()) {
			t.Errorf("%s: sent directly", name)
		}
	}
}

// TestReuse tells when a connection is kept for the next exchange.
func TestReuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer string
		want   int
	}{
		"length":              {fine, 1},
		"no body":             {"HTTP/1.1 204 No Content\r\n\r\n", 1},
		"failure":             {"HTTP/1.1 500 No\r\nContent-Length: 1\r\n\r\nx", 1},
		"chunked":             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n", 1},
		"early hints before":  {"HTTP/1.1 103 Early Hints\r\n\r\n" + fine, 1},
		"HTTP/1.0 keep-alive": {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 1},
		"closing":             {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 0},
		"HTTP/1.0":            {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 0},
		"more than announced": {fine + "HTTP/1.1 200 OK\r\n", 0},
		"above the limit":     {"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + strings.Repeat("x", 70000), 0},
		"bad length":          {"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", 0},
		"two lengths":         {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", 0},
		"switching protocols": {"HTTP/1.1 101 Switching Protocols\r\n\r\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t)
			_, _ = client.Send(t.Context(), newRequest(t, script(t, serving(c.answer))))
			if got := client.idle(); got != c.want {
				t.Errorf("%d connections kept, want %d", got, c.want)
			}
		})
	}
}

// TestStaleConnections sends over connections on which something happened since
// they were last used.
func TestStaleConnections(t *testing.T) {
	t.Parallel()
	silent := func(after string) (func(*scene), chan struct{}) {
		done := make(chan struct{})
		return func(s *scene) {
			s.request()
			s.say(fine)
			s.say(after)
			s.Close()
			close(done)
		}, done
	}
	t.Run("closed", func(t *testing.T) {
		t.Parallel()
		first, done := silent("")
		checkSecond(t, done, script(t, first, serving(fine)))
	})
	t.Run("late words", func(t *testing.T) {
		t.Parallel()
		client, asked := newClient(t), make(chan struct{})
		said := make(chan struct{})
		target := script(t, func(s *scene) {
			s.request()
			s.say(fine)
			<-asked // the answer was taken as it is
			s.say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
			close(said)
			io.Copy(io.Discard, s)
		}, serving(fine))
		if _, err := client.Send(t.Context(), newRequest(t, target)); err != nil {
			t.Fatal(err)
		}
		close(asked)
		<-said
		if result, err := client.Send(t.Context(), newRequest(t, target)); err != nil {
			t.Errorf("second: status %d, error %v", result.Response.Status, err)
		}
	})
	t.Run("closed within the answer", func(t *testing.T) {
		t.Parallel()
		client := newClient(t)
		target := script(t, func(s *scene) {
			s.request()
			s.say(fine)
			s.request()
			s.say("HTTP/1.1 20")
		}, serving(fine))
		if _, err := client.Send(t.Context(), newRequest(t, target)); err != nil {
			t.Fatal(err)
		}
		// The receiver has begun to answer, so it has worked on the request.
		if _, err := client.Send(t.Context(), newRequest(t, target)); err == nil {
			t.Error("sent again although an answer had begun")
		}
	})
}

// checkSecond sends two requests, the second one after done.
func checkSecond(t *testing.T, done chan struct{}, target string) {
	t.Helper()
	client := newClient(t)
	if _, err := client.Send(t.Context(), newRequest(t, target)); err != nil {
		t.Fatal(err)
	}
	<-done
	if _, err := client.Send(t.Context(), newRequest(t, target)); err != nil {
		t.Errorf("second: %v", err)
	}
}

// TestCutInTheMiddle ends a context and a time limit on a connection that was
// used before, and checks that it is not used again.
func TestCutInTheMiddle(t *testing.T) {
	t.Parallel()
	hanging := func(asked func()) func(*scene) {
		return func(s *scene) {
			s.request()
			s.say(fine)
			s.request()
			asked()
			io.Copy(io.Discard, s)
		}
	}
	stop := errors.New("a person said stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	for name, c := range map[string]struct {
		ctx     context.Context
		timeout time.Duration
		asked   func()
		want    webhook.Reason
		cause   error
	}{
		"canceled": {ctx, time.Minute, func() { cancel(stop) }, webhook.ReasonCanceled, stop},
		"timeout":  {t.Context(), 30 * time.Millisecond, func() {}, webhook.ReasonTimeout, errTimeout},
	} {
		client, target := newClient(t), script(t, hanging(c.asked))
		if _, err := client.Send(t.Context(), newRequest(t, target)); err != nil {
			t.Fatal(err)
		}
		req := newRequest(t, target)
		req.Timeout = c.timeout
		result, err := client.Send(c.ctx, req)
		failure, _ := errors.AsType[*Error](err)
		if failure == nil || failure.Reason != c.want || !errors.Is(err, c.cause) || !result.Wrote {
			t.Errorf("%s: error %v, wrote %v, want reason %q", name, err, result.Wrote, c.want)
		}
		if client.idle() != 0 {
			t.Errorf("%s: the connection was kept", name)
		}
	}
}

// TestIdleBounds checks that the pool closes what is too much, and everything in
// the end.
func TestIdleBounds(t *testing.T) {
	t.Parallel()
	var pool idlePool
	var ends []net.Conn
	add := func(address string) {
		ours, theirs := net.Pipe()
		ends = append(ends, theirs)
		pool.put(&line{address: address, conn: ours})
	}
	for range idlePerHost + 10 {
		add("a")
	}
	if pool.count != idlePerHost {
		t.Errorf("%d idle connections of one host, want %d", pool.count, idlePerHost)
	}
	for i := range idleTotal {
		add(string(rune('b' + i%100)))
	}
	if pool.count != idleTotal {
		t.Errorf("%d idle connections, want %d", pool.count, idleTotal)
	}
	pool.close()
	add("a")
	for i, end := range ends {
		_ = end.SetReadDeadline(time.Now().Add(5 * time.Second)) // fails if it is closed
		if _, err := end.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Fatalf("connection %d: %v, want it closed", i, err)
		}
	}
	if pool.count != 0 || len(pool.lines) != 0 {
		t.Errorf("%d connections left after closing", pool.count)
	}
}
