package send

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"

	"bellhop/internal/webhook"
)

// trace notes when the parts of an exchange took place. Its hooks may be called
// by the transport's goroutines, even after the exchange.
type trace struct {
	mu sync.Mutex

	began, dnsStart, connectStart, tlsStart time.Time

	parts webhook.Timing
	wrote bool

	// What follows is about net/http's dealing with one request: how many
	// connections it has found for it, whether the last one speaks HTTP/2,
	// whether a part of the request was written to one of them, and how to end
	// it.
	connections int
	http2, sent bool
	method      string
	cancel      context.CancelCauseFunc
}

func newTrace(began time.Time) *trace { return &trace{began: began} }

// note runs fn under the lock.
func (t *trace) note(fn func(now time.Time)) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	fn(now)
}

func (t *trace) context(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:  t.connected,
		DNSStart: func(httptrace.DNSStartInfo) { t.note(func(now time.Time) { t.dnsStart = now }) },
		DNSDone: func(httptrace.DNSDoneInfo) {
			t.note(func(now time.Time) { t.parts.DNS = now.Sub(t.dnsStart) })
		},
		ConnectStart: func(string, string) {
			t.note(func(now time.Time) {
				if t.connectStart.IsZero() { // the first of several addresses
					t.connectStart = now
				}
			})
		},
		ConnectDone: func(string, string, error) {
			t.note(func(now time.Time) { t.parts.Connect = now.Sub(t.connectStart) })
		},
		TLSHandshakeStart: func() { t.note(func(now time.Time) { t.tlsStart = now }) },
		TLSHandshakeDone: func(tls.ConnectionState, error) {
			t.note(func(now time.Time) { t.parts.TLS = now.Sub(t.tlsStart) })
		},
		WroteHeaders:         t.writing,
		GotFirstResponseByte: t.firstByte,
	})
}

// writing notes that a part of the request may leave this host now.
func (t *trace) writing() { t.note(func(time.Time) { t.wrote, t.sent = true, true }) }

// firstByte notes that the answer begins.
func (t *trace) firstByte() { t.note(func(now time.Time) { t.parts.FirstByte = now.Sub(t.began) }) }

// timing returns the parts and whether something was written.
func (t *trace) timing(now time.Time) (webhook.Timing, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.parts.Total = now.Sub(t.began)
	return t.parts, t.wrote
}
