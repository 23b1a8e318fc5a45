package send_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bellhop/internal/send"
	"bellhop/internal/webhook"
)

// TestHTTP2 has receivers that speak HTTP/2 and end streams in bad ways.
func TestHTTP2(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handle  http.HandlerFunc
		timeout time.Duration
		want    webhook.Reason
	}{
		"well":            {func(http.ResponseWriter, *http.Request) {}, time.Minute, webhook.ReasonNone},
		"reset at once":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, time.Minute, webhook.ReasonConnect},
		"reset in a body": {func(w http.ResponseWriter, _ *http.Request) { begin(w); panic(http.ErrAbortHandler) }, time.Minute, webhook.ReasonConnect},
		"never answers":   {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, time.Second, webhook.ReasonTimeout},
		"never ends":      {func(w http.ResponseWriter, r *http.Request) { begin(w); <-r.Context().Done() }, time.Second, webhook.ReasonTimeout},
		"endless body": {func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 1000)); err != nil {
					return
				}
			}
		}, time.Minute, webhook.ReasonResponseTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("the request came with %s", r.Proto)
				}
				c.handle(w, r)
			}))
			server.EnableHTTP2 = true
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			t.Cleanup(server.Close)
			req := post(t, server.URL)
			req.SkipVerify, req.Timeout = true, c.timeout
			_, err := client(t, send.Options{}).Send(t.Context(), req)
			if got := reason(t, err); got != c.want {
				t.Errorf("reason %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

// TestHTTP2Crowd sends more requests at once than the receiver takes over one
// connection, again and again, while it ends connections in order. None may fail.
func TestHTTP2Crowd(t *testing.T) {
	t.Parallel()
	const senders, each = 40, 10
	var arrived atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if arrived.Add(1)%25 == 0 {
			w.Header().Set("Connection", "close") // a GOAWAY, in HTTP/2
		}
	}))
	server.EnableHTTP2 = true
	server.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 5}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	c := client(t, send.Options{})
	var sending sync.WaitGroup
	for range senders {
		sending.Go(func() {
			for range each {
				req := post(t, server.URL)
				req.SkipVerify, req.Timeout = true, time.Minute
				if _, err := c.Send(t.Context(), req); err != nil {
					t.Errorf("a request failed: %v", err)
				}
			}
		})
	}
	sending.Wait()
	if n := arrived.Load(); n != senders*each {
		t.Errorf("%d requests arrived, want %d", n, senders*each)
	}
}

// begin sends the first bytes of a body.
func begin(w http.ResponseWriter) {
	_, _ = io.WriteString(w, "abc")
	_ = http.NewResponseController(w).Flush()
}

// TestOldTLS has a receiver that speaks nothing newer than TLS 1.1, which RFC 8996
// forbids; not even a webhook without verification uses it.
func TestOldTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") }))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	for _, skip := range []bool{false, true} {
		req := post(t, server.URL)
		req.SkipVerify = skip
		_, err := client(t, send.Options{}).Send(t.Context(), req)
		if got := reason(t, err); got != webhook.ReasonTLS {
			t.Errorf("without verification %v: reason %q (%v), want tls", skip, got, err)
		}
	}
}
