package send

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"bellhop/internal/webhook"
)

// poolOf returns the pool that a client takes a request's connections from.
func poolOf(t *testing.T, client *Client, req *Request) *http.Transport {
	t.Helper()
	transport, _, err := client.transport(t.Context(), req, nil)
	if err != nil {
		t.Fatal(err)
	}
	return transport.(*http.Transport)
}

// TestHTTP2SendsOnce has receivers that break every exchange off in ways after which
// net/http sends requests again, for as long as there is time. What may be sent
// again at all, because it is safe or was not processed, is sent twice at most.
func TestHTTP2SendsOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		what   func(*scene2, uint32)
		method string
		body   string
		want   int32
	}{
		"no body, protocol error":        {resetWith(http2.ErrCodeProtocol), http.MethodPost, "", 1},
		"no body, refused":               {resetWith(http2.ErrCodeRefusedStream), http.MethodPost, "", 1}, // twice would be right
		"no body, goes away":             {away(0, http2.ErrCodeNo), http.MethodDelete, "", 1},            // as well
		"safe, protocol error":           {resetWith(http2.ErrCodeProtocol), http.MethodGet, "", 2},
		"safe, goes away":                {away(0, http2.ErrCodeNo), http.MethodGet, "", 2},
		"safe with a body, refused":      {resetWith(http2.ErrCodeRefusedStream), http.MethodGet, "x", maxTries},
		"taken for HTTP/1":               {resetWith(http2.ErrCodeProtocol), http.MethodPost, "x", 1},
		"taken for HTTP/1 and goes away": {away(0, http2.ErrCodeNo), http.MethodPut, "x", 1}, // as well
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHell2(t, always(c.what))
			client := New(Options{})
			req := newRequest(t, h.url)
			req.SkipVerify, req.Timeout, req.Method, req.Body = true, patience, c.method, []byte(c.body)
			if strings.HasPrefix(name, "taken") {
				client.protocols.learn(req.URL, false)
			}
			_, err := client.Send(t.Context(), req)
			checkReason(t, err, webhook.ReasonConnect)
			if strings.Contains(err.Error(), "GetBody") {
				t.Errorf("error %q is not for people", err)
			}
			h.endWith(client)
			if n := h.requests.Load(); n != c.want {
				t.Errorf("%d requests arrived, want %d", n, c.want)
			}
		})
	}
}

// TestHTTP2LeavesConnectionsBehind has a receiver that wants no more requests over a
// connection after the first one, and keeps it open. net/http closes it when it has
// been idle for long: there must not be more and more of them.
func TestHTTP2LeavesConnectionsBehind(t *testing.T) {
	t.Parallel()
	const limit, enough = 5, 1000
	left := make(chan struct{}, enough)
	h := newHell2(t, func(s *scene2) {
		s.greet()
		stream := s.request()
		s.well(stream)
		if s.echo() {
			away(stream, http2.ErrCodeNo)(s, stream)
			s.echo()
		}
		left <- struct{}{}
	})
	client := New(Options{})
	client.open.limit = limit
	req := newRequest(t, h.url)
	req.SkipVerify, req.Timeout = true, patience
	poolOf(t, client, req).IdleConnTimeout = patience / 2
	// net/http closes a connection at once if it hears of it before it has wound
	// the request up, which it does a little later than it returns the answer.
	sent, err := 0, error(nil)
	for ; err == nil && sent < enough; sent++ {
		if _, err = client.Send(t.Context(), req); err == nil {
			<-left
		}
	}
	checkReason(t, err, webhook.ReasonConnect)
	if err == nil || !strings.Contains(err.Error(), "5 connections to the receiver are open") || sent <= limit {
		t.Errorf("error %v after %d requests", err, sent)
	}
	h.endWith(client)
	// The receiver hears of a connection's end before it is closed here.
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for counted, late := 1, time.Now().Add(patience); counted > 0; <-tick.C {
		client.open.mu.Lock()
		counted = len(client.open.count)
		client.open.mu.Unlock()
		if time.Now().After(late) {
			t.Fatalf("%d addresses have connections that are counted and closed", counted)
		}
	}
}

// TestHTTP2AllowsNoStreams has receivers that say that they take no request, which
// may be before or after the first one is on its way. That must not become a loop.
func TestHTTP2AllowsNoStreams(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "x"} {
		h := newHell2(t, func(s *scene2) { s.greet(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 0}).request() })
		client := New(Options{})
		req := newRequest(t, h.url)
		req.SkipVerify, req.Timeout, req.Body = true, slow2, []byte(body)
		if _, err := client.Send(t.Context(), req); err == nil {
			t.Errorf("body %q: no error", body)
		}
		h.endWith(client)
		if n := h.connections.Load(); n > maxTries*(maxConnections+1) {
			t.Errorf("body %q: %d connections", body, n)
		}
	}
}

// TestHTTP2GoesSilent has a receiver that neither reads nor answers any more, over
// a connection that is kept: it is noticed and closed, with a request under way and
// without one.
func TestHTTP2GoesSilent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body   int  // of a second request
		unread bool // nothing more is read by the receiver
	}{
		"idle":                   {0, false},
		"with a request":         {10, false},
		"with a request, unread": {16 << 20, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHell2(t, func(s *scene2) {
				s.greet(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})
				_ = s.WriteWindowUpdate(0, 1<<30)
				s.well(s.request())
				// Pings are not answered. That the client has hung up shows in
				// writing, too.
				tick := time.NewTicker(20 * time.Millisecond)
				defer tick.Stop()
				for c.unread && s.WriteRawFrame(0xbe, 0, 0, nil) == nil {
					<-tick.C
				}
			})
			client := New(Options{})
			defer client.Close()
			req := newRequest(t, h.url)
			req.SkipVerify, req.Timeout = true, patience
			config := poolOf(t, client, req).HTTP2
			if config.SendPingTimeout == 0 || config.PingTimeout == 0 || config.WriteByteTimeout == 0 {
				t.Fatalf("settings %+v", config)
			}
			config.SendPingTimeout, config.PingTimeout, config.WriteByteTimeout = slow2, slow2, slow2
			_, err := client.Send(t.Context(), req)
			checkReason(t, err, webhook.ReasonNone)
			if c.body > 0 {
				req.Body, req.Timeout = make([]byte, c.body), slow2
				_, err = client.Send(t.Context(), req)
				checkReason(t, err, webhook.ReasonTimeout)
			}
			h.end() // or the receiver complains
		})
	}
}
