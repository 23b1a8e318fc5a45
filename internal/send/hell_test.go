package send

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bellhop/internal/webhook"
)

// ways are the two ways that a request can go, with the header that makes it.
var ways = map[string][]webhook.Header{
	"direct":   nil,
	"net/http": {{Name: "Te", Value: "trailers"}},
}

// hell is a receiver that plays a scene for every connection. It fails the test
// when a connection is not closed by the client in the end.
type hell struct {
	url         string
	connections atomic.Int32
	// written counts the bytes that the clients' side took.
	written atomic.Int64
	// accepted gets a value for the first connection.
	accepted chan struct{}
	// end waits until every connection is closed; no more are taken.
	end func()
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

func newHell(t *testing.T, play func(*scene)) *hell {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hell{url: "http://" + listener.Addr().String(), accepted: make(chan struct{}, 1)}
	h.serve(t, listener, func(conn net.Conn, number int32) {
		if number == 1 {
			h.accepted <- struct{}{}
		}
		play(newScene(conn))
	})
	return h
}

// serve plays for every connection, the first of which has number 1, until end.
func (h *hell) serve(t *testing.T, listener net.Listener, play func(conn net.Conn, number int32)) {
	t.Helper()
	one := func(conn net.Conn, number int32) {
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(patience)) // fails if it is closed, as some scenes do
		play(&countingConn{conn, &h.written}, number)
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("the client did not close the connection")
		}
	}
	var accepting sync.WaitGroup
	accepting.Go(func() {
		var open sync.WaitGroup
		defer open.Wait()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			number := h.connections.Add(1)
			open.Go(func() { one(conn, number) })
		}
	})
	h.end = func() {
		listener.Close()
		accepting.Wait()
	}
	t.Cleanup(h.end)
}

// countingConn counts what is written.
type countingConn struct {
	net.Conn
	written *atomic.Int64
}

func (c *countingConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.written.Add(int64(n))
	return n, err
}

// say returns a scene that reads a request and answers.
func say(text string) func(*scene) {
	return func(s *scene) {
		s.request()
		s.say(text)
	}
}

// saying returns a scene that answers and closes, so that what was announced
// beyond it never comes.
func saying(text string) func(*scene) {
	return func(s *scene) {
		s.request()
		s.say(text)
		s.Close()
	}
}

// endless returns a scene that begins an answer and repeats a part until the
// client hangs up.
func endless(begin, part string) func(*scene) {
	return func(s *scene) {
		s.request()
		s.say(begin)
		for {
			if _, err := io.WriteString(s, part); err != nil {
				return
			}
		}
	}
}

// dribble returns a scene that begins an answer and goes on a byte at a time.
func dribble(begin, rest string) func(*scene) {
	return func(s *scene) {
		s.request()
		s.say(begin)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			if _, err := io.WriteString(s, rest[i%len(rest):i%len(rest)+1]); err != nil {
				return
			}
			<-tick.C
		}
	}
}

// reset returns a scene that ends with a TCP reset after what it says.
func reset(read bool, text string) func(*scene) {
	return func(s *scene) {
		if read {
			s.request()
		}
		s.say(text)
		_ = s.Conn.(*countingConn).Conn.(*net.TCPConn).SetLinger(0)
		s.Close()
	}
}

// bomb is ten megabytes of zeros in ten kilobytes.
func bomb() string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(make([]byte, 10<<20)) // a buffer takes everything
	_ = w.Close()
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", packed.Len(), packed.String())
}

// headers returns an answer with so many of them.
func headers(n int) string {
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
	for i := range n {
		fmt.Fprintf(&b, "X-%d: a\r\n", i)
	}
	return b.String() + "\r\n"
}

// TestReceiversFromHell plays what a receiver can do to us, both ways. Each has
// its reason, costs bounded memory, and leaves neither connection nor goroutine.
func TestReceiversFromHell(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\n"
	const slow, quick = 150 * time.Millisecond, patience
	for name, c := range map[string]struct {
		play    func(*scene)
		timeout time.Duration
		want    webhook.Reason
	}{
		"never reads":             {func(*scene) {}, slow, webhook.ReasonTimeout},
		"never answers":           {func(s *scene) { s.request() }, slow, webhook.ReasonTimeout},
		"slow status line":        {dribble("", "HTTP/1.1 200 OK"+strings.Repeat(" ", 10_000)), slow, webhook.ReasonTimeout},
		"slow head":               {dribble(ok, "X-A: b\r\n"), slow, webhook.ReasonTimeout},
		"slow body":               {dribble(ok+"Content-Length: 9999999\r\n\r\n", "a"), slow, webhook.ReasonTimeout},
		"slow chunks":             {dribble(ok+"Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"), slow, webhook.ReasonTimeout},
		"slow trailer":            {dribble(ok+"Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-A: b\r\n"), slow, webhook.ReasonTimeout},
		"slow 1xx":                {dribble("", "HTTP/1.1 102 Processing\r\nX-A: "+strings.Repeat("b", 5000)), slow, webhook.ReasonTimeout},
		"slow answer to a status": {dribble("HTTP/1.1 500 No\r\nContent-Length: 9999999\r\n\r\n", "a"), slow, webhook.ReasonStatus5xx},

		"endless status line":      {endless("HTTP/1.1 200 ", strings.Repeat("a", 1000)), quick, webhook.ReasonResponseTooLarge},
		"endless header":           {endless(ok+"X-A: ", strings.Repeat("a", 1000)), quick, webhook.ReasonResponseTooLarge},
		"endless headers":          {endless(ok, "X-A: b\r\n"), quick, webhook.ReasonResponseTooLarge},
		"endless body":             {endless(ok+"\r\n", strings.Repeat("a", 1000)), quick, webhook.ReasonResponseTooLarge},
		"endless chunks":           {endless(ok+"Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n"), quick, webhook.ReasonResponseTooLarge},
		"endless large chunks":     {endless(ok+"Transfer-Encoding: chunked\r\n\r\n", "fa\r\n"+strings.Repeat("a", 250)+"\r\n"), quick, webhook.ReasonResponseTooLarge},
		"endless extension":        {endless(ok+"Transfer-Encoding: chunked\r\n\r\n1;a=", strings.Repeat("b", 1000)), quick, webhook.ReasonConnect},
		"endless trailer":          {endless(ok+"Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: ", strings.Repeat("b", 1000)), quick, webhook.ReasonConnect},
		"endless body of an error": {endless("HTTP/1.1 503 No\r\n\r\n", strings.Repeat("a", 1000)), quick, webhook.ReasonStatus5xx},
		"storm of 1xx":             {endless("", "HTTP/1.1 103 Early Hints\r\n\r\n"), quick, webhook.ReasonResponseTooLarge},
		"storm of 100":             {endless("", "HTTP/1.1 100 Continue\r\n\r\n"), quick, webhook.ReasonResponseTooLarge},
		"storm of large 1xx":       {endless("", "HTTP/1.1 103 Early Hints\r\nLink: "+strings.Repeat("a", 30_000)+"\r\n\r\n"), quick, webhook.ReasonResponseTooLarge},

		"length too long":     {saying(ok + "Content-Length: 100\r\n\r\nabc"), quick, webhook.ReasonConnect},
		"length too short":    {say(ok + "Content-Length: 3\r\n\r\nabcdef"), quick, webhook.ReasonNone},
		"length negative":     {say(ok + "Content-Length: -1\r\n\r\n"), quick, webhook.ReasonConnect},
		"length enormous":     {saying(ok + "Content-Length: 99999999999999999999\r\n\r\na"), quick, webhook.ReasonConnect},
		"lengths that differ": {say(ok + "Content-Length: 3\r\nContent-Length: 6\r\n\r\nabcdef"), quick, webhook.ReasonConnect},
		"chunk too short":     {saying(ok + "Transfer-Encoding: chunked\r\n\r\n9\r\nabc"), quick, webhook.ReasonConnect},
		"chunk enormous":      {saying(ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc"), quick, webhook.ReasonConnect},
		"unknown encoding":    {say(ok + "Transfer-Encoding: gzip\r\n\r\nabc"), quick, webhook.ReasonConnect},

		"closes at once":           {func(s *scene) { s.Close() }, quick, webhook.ReasonConnect},
		"closes after the request": {saying(""), quick, webhook.ReasonConnect},
		"closes within the status": {saying("HTTP/1."), quick, webhook.ReasonConnect},
		"closes within a header":   {saying(ok + "Content-Le"), quick, webhook.ReasonConnect},
		"closes after 1xx":         {saying("HTTP/1.1 100 Continue\r\n\r\n"), quick, webhook.ReasonConnect},
		"resets at once":           {reset(false, ""), quick, webhook.ReasonConnect},
		"resets after the request": {reset(true, ""), quick, webhook.ReasonConnect},
		"resets within the body":   {reset(true, ok+"Content-Length: 100\r\n\r\nabc"), quick, webhook.ReasonConnect},
		"answers the first line": {func(s *scene) {
			if _, err := s.in.ReadString('\n'); err == nil {
				s.say("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
			}
		}, quick, webhook.ReasonStatus4xx},

		"greets as SSH":         {say("SSH-2.0-OpenSSH_9.6\r\n\r\n"), quick, webhook.ReasonConnect},
		"greets as mail":        {say("220 mail.example ESMTP\r\n\r\n"), quick, webhook.ReasonConnect},
		"speaks TLS":            {say("\x15\x03\x01\x00\x02\x02\x28\r\n\r\n"), quick, webhook.ReasonConnect},
		"speaks HTTP/2":         {say("\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00\n\r\n"), quick, webhook.ReasonConnect},
		"speaks HTTP/0.9":       {saying("<html>hello</html>\n"), quick, webhook.ReasonConnect},
		"status without number": {say("HTTP/1.1 OK\r\n\r\n"), quick, webhook.ReasonConnect},
		"status 99999":          {say("HTTP/1.1 99999 Much\r\n\r\n"), quick, webhook.ReasonConnect},
		"status -200":           {say("HTTP/1.1 -200 Less\r\n\r\n"), quick, webhook.ReasonConnect},
		"NUL in the head":       {say(ok + "X-\x00: a\r\n\r\n"), quick, webhook.ReasonConnect},
		"header without colon":  {say(ok + "nothing\r\n\r\n"), quick, webhook.ReasonConnect},
		"folded first header":   {say(ok + " X-A: b\r\n\r\n"), quick, webhook.ReasonConnect},

		"huge header":      {say(ok + "X-A: " + strings.Repeat("a", 70_000) + "\r\n\r\n"), quick, webhook.ReasonResponseTooLarge},
		"20,000 headers":   {say(headers(20_000)), quick, webhook.ReasonResponseTooLarge},
		"4,000 headers":    {say(headers(4_000)), quick, webhook.ReasonNone},
		"compressed bomb":  {say(bomb()), quick, webhook.ReasonNone},
		"wants to upgrade": {say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"), quick, webhook.ReasonStatus4xx},
	} {
		for way, header := range ways {
			t.Run(way+"/"+name, func(t *testing.T) {
				t.Parallel()
				h := newHell(t, c.play)
				client := New(Options{})
				req := newRequest(t, h.url)
				req.Header, req.Timeout = header, c.timeout
				if got := plain(req, req.lines()); got != (way == "direct") {
					t.Fatalf("goes directly: %v", got)
				}
				result, err := client.Send(t.Context(), req)
				client.Close()
				checkReason(t, err, c.want)
				checkBounds(t, &result, err)
				<-h.accepted
				h.end() // or the receiver complains
				if n := h.connections.Load(); n != 1 {
					t.Errorf("%d connections, want 1", n)
				}
				if n := h.written.Load(); n > 16<<20 {
					t.Errorf("%d bytes were taken from the receiver", n)
				}
			})
		}
	}
}

// checkReason compares the reason of a failure.
func checkReason(t *testing.T, err error, want webhook.Reason) {
	t.Helper()
	got := webhook.ReasonNone
	if failure, ok := errors.AsType[*Error](err); ok {
		got = failure.Reason
	}
	if got != want {
		t.Errorf("reason %q (%v), want %q", got, err, want)
	}
}

// checkBounds checks that what is kept of an answer is little.
func checkBounds(t *testing.T, result *Result, err error) {
	t.Helper()
	if err != nil && len(err.Error()) > maxErrorText+len("…") {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
	if n := len(result.Response.Body); n > maxKeptBody {
		t.Errorf("%d bytes of the body kept", n)
	}
	if n := len(result.Response.Header); n > maxKeptHeaders {
		t.Errorf("%d headers kept", n)
	}
}

// TestBombIsNotUnpacked checks that a body is kept as it came.
func TestBombIsNotUnpacked(t *testing.T) {
	t.Parallel()
	for way, header := range ways {
		req := newRequest(t, newHell(t, say(bomb())).url)
		req.Header = header
		client := New(Options{})
		result, err := client.Send(t.Context(), req)
		client.Close()
		if err != nil || !bytes.HasPrefix(result.Response.Body, []byte{0x1f, 0x8b}) {
			t.Errorf("%s: body %.10q, error %v; want gzip's first bytes", way, result.Response.Body, err)
		}
	}
}

// TestRedirectsAreNotFollowed redirects to a place inside in every way.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	inside := newHell(t, serving(fine))
	for way, header := range ways {
		for _, status := range []int{300, 301, 302, 303, 305, 307, 308} {
			answer := fmt.Sprintf("HTTP/1.1 %d Over There\r\nLocation: %s/\r\nRefresh: 0; url=%s/\r\nContent-Length: 0\r\n\r\n", status, inside.url, inside.url)
			req := newRequest(t, newHell(t, serving(answer)).url)
			req.Header = header
			client := New(Options{})
			_, err := client.Send(t.Context(), req)
			client.Close()
			checkReason(t, err, webhook.ReasonRedirect)
			if n := inside.connections.Load(); n != 0 {
				t.Fatalf("%s, %d: the redirect was followed", way, status)
			}
		}
	}
}

// TestClosedWhileReused closes a kept connection after it took the second
// request. The receiver may have worked on it, so only a safe one may be sent
// again unseen (RFC 9110 section 9.2.2), whatever its owner has put into its header.
func TestClosedWhileReused(t *testing.T) {
	t.Parallel()
	header := map[string][]webhook.Header{
		"keyed":   {{Name: "Te", Value: "trailers"}, {Name: "Idempotency-Key", Value: "1"}},
		"x-keyed": {{Name: "Te", Value: "trailers"}, {Name: "x-idempotency-key", Value: "1"}},
	}
	maps.Copy(header, ways)
	for way, header := range header {
		for method, want := range map[string]struct {
			reason   webhook.Reason
			requests int32
		}{
			http.MethodPost:   {webhook.ReasonConnect, 2},
			http.MethodPatch:  {webhook.ReasonConnect, 2},
			http.MethodPut:    {webhook.ReasonConnect, 2},
			http.MethodDelete: {webhook.ReasonConnect, 2},
			http.MethodGet:    {webhook.ReasonNone, 3},
		} {
			t.Run(way+"/"+method, func(t *testing.T) {
				t.Parallel()
				var requests atomic.Int32
				h := newHell(t, func(s *scene) {
					for s.request() {
						if requests.Add(1) == 2 {
							s.Close()
							return
						}
						s.say(fine)
					}
				})
				client := New(Options{})
				defer client.Close()
				req := newRequest(t, h.url)
				req.Method, req.Header = method, header
				if _, err := client.Send(t.Context(), req); err != nil {
					t.Fatal(err)
				}
				result, err := client.Send(t.Context(), req)
				checkReason(t, err, want.reason)
				if n := requests.Load(); n != want.requests || !result.Wrote {
					t.Errorf("%d requests arrived, wrote %v; want %d", n, result.Wrote, want.requests)
				}
			})
		}
	}
}
