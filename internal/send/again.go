package send

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
)

// When does a request go out a second time within one attempt? Only if it is
// certain that nobody has worked on it, or if that does not matter because its
// method is safe. Over HTTP/1.1 it is certain when nothing was written, which
// net/http knows and acts upon. Over HTTP/2 a receiver can say so: with a
// REFUSED_STREAM or a GOAWAY below the stream (RFC 9113 section 8.7). net/http then
// sends again, too, but also after a PROTOCOL_ERROR, which says nothing of the
// kind, and without end: a receiver gets thousands of requests within one attempt.
// So it is kept from doing that, and we do it.

// Bounds of what happens to a request within an attempt: how often it is handed to
// net/http, how long the pause before the third time is, which doubles from then on,
// and how many connections net/http may find for it each time. A receiver that takes
// few requests over one connection refuses some of a crowd until it has said how
// many, over each connection anew.
const (
	maxTries       = 8
	firstPause     = 100 * time.Millisecond
	maxConnections = 3
)

// pauseBefore waits before a try, the first of which is 0. It reports false when
// there is no time left.
func pauseBefore(ctx context.Context, try int) bool {
	if try < 2 {
		return true
	}
	timer := time.NewTimer(firstPause << (try - 2))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Causes that end a request that net/http would go on with.
var (
	errAgain   = errors.New("the receiver broke off the exchange and may have had the request")
	errNoTaker = errors.New("the receiver takes no request over its connections")
)

// again tells from an error of net/http whether nobody has worked on the request,
// and returns the error for people. There are no types for that, only texts for
// programmers around the cause, because a request over HTTP/2 has no GetBody.
func (t *trace) again(err error) (bool, error) {
	_, text, ok := strings.Cut(err.Error(), "http2: Transport: cannot retry err [")
	if ok {
		cause, _, _ := strings.Cut(text, "] after Request.Body was written")
		unprocessed := strings.HasSuffix(cause, "; REFUSED_STREAM; received from peer") || strings.HasSuffix(cause, "graceful shutdown GOAWAY")
		return unprocessed, errors.New(cause)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.sent && strings.Contains(err.Error(), "cannot rewind body after connection loss") {
		return true, errNoTaker
	}
	return false, err
}

// begin notes that net/http gets a request, which cancel ends.
func (t *trace) begin(method string, cancel context.CancelCauseFunc) {
	t.note(func(time.Time) { t.connections, t.sent, t.method, t.cancel = 0, false, method, cancel })
}

// connected notes that net/http has found a connection for the request. If that is
// not the first one although the request was written already, it cancels it, which
// net/http notices before it writes anything.
func (t *trace) connected(info httptrace.GotConnInfo) {
	if m := meterOf(info.Conn); m != nil {
		m.grant()
	}
	conn, ok := info.Conn.(*tls.Conn)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.http2 = ok && conn.ConnectionState().NegotiatedProtocol == "h2"
	t.connections++
	switch {
	case !t.http2:
	case t.sent && (t.method != http.MethodGet || t.connections > 2):
		t.cancel(errAgain)
	case t.connections > maxConnections:
		t.cancel(errNoTaker)
	}
}

// spoke reports whether the last connection spoke HTTP/2, and whether there was
// one.
func (t *trace) spoke() (http2, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.http2, t.connections > 0
}

// maxProtocols bounds how many receivers are remembered.
const maxProtocols = 4096

// protocols remembers the receivers that speak HTTP/1.1 over TLS. Their requests
// may be rewound, the others' must not be; a wrong memory only makes an attempt
// fail that could have been saved. It is safe for concurrent use.
type protocols struct {
	mu    sync.Mutex
	http1 map[string]struct{} // by host and port
}

// isHTTP1 reports whether a request to a URL will go over HTTP/1.1 for certain.
func (p *protocols) isHTTP1(u *url.URL) bool {
	if u.Scheme != "https" {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.http1[u.Host]
	return ok
}

// learn notes what a receiver spoke over TLS.
func (p *protocols) learn(u *url.URL, http2 bool) {
	if u.Scheme != "https" || p.isHTTP1(u) == !http2 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.http1 == nil || len(p.http1) >= maxProtocols {
		p.http1 = make(map[string]struct{})
	}
	if http2 {
		delete(p.http1, u.Host)
	} else {
		p.http1[u.Host] = struct{}{}
	}
}
