package send

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"bellhop/internal/webhook"
)

// Limits on what a receiver can make Bellhop read and keep.
const (
	maxResponseBody   = 64 << 10
	maxKeptBody       = 4 << 10
	maxResponseHeader = 64 << 10
	maxKeptHeaders    = 64
)

// Options configure a [Client].
type Options struct {
	// Allow lists addresses that may be called although they are refused by
	// default or by Deny.
	Allow []netip.Prefix
	// Deny lists addresses that may not be called, beside those refused by
	// default: link-local (cloud metadata), multicast, broadcast, unspecified.
	Deny []netip.Prefix
	// Proxy returns the HTTP proxy for a URL, or nil for none; a nil function
	// means no proxies.
	Proxy func(target *url.URL) (*url.URL, error)
	// Resolver, when set, replaces the system's look-up of names; for tests.
	Resolver *net.Resolver
	// Transport, when set, replaces the network; for tests.
	Transport http.RoundTripper
}

// Client sends requests. It is safe for concurrent use.
type Client struct {
	guard guard
	// dialer asks guard about every address.
	dialer net.Dialer
	proxy  func(*url.URL) (*url.URL, error)
	fixed  http.RoundTripper
	// direct makes the plain exchanges, the pools all others.
	direct    direct
	protocols protocols
	open      openCount
	// abandonedAfter is the constant, but in tests.
	abandonedAfter time.Duration

	mu    sync.RWMutex
	pools map[poolKey]*http.Transport
}

// New returns a client.
func New(options Options) *Client {
	c := &Client{
		guard: guard{allow: options.Allow, deny: options.Deny},
		proxy: options.Proxy,
		fixed: options.Transport,
		pools: make(map[poolKey]*http.Transport),
	}
	c.dialer = net.Dialer{KeepAlive: keepAlive, Resolver: options.Resolver, ControlContext: c.guard.control}
	c.direct.dialer = &c.dialer
	c.abandonedAfter = abandonedAfter
	c.open = openCount{limit: maxOpen, count: make(map[string]int)}
	return c
}

// Close closes idle connections.
func (c *Client) Close() {
	c.direct.idle.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, pool := range c.pools {
		pool.CloseIdleConnections()
	}
}

// Request is what to send.
type Request struct {
	Method string
	// URL is escaped as it is to go out: its query has no spaces.
	URL *url.URL
	// Header names are unique. Host sets the request's host.
	Header []webhook.Header
	Body   []byte
	// Timeout covers the whole exchange; it must be positive.
	Timeout time.Duration
	// SkipVerify accepts any certificate. CAFile, when set, names the only
	// certificate authorities that are trusted.
	SkipVerify bool
	CAFile     string
}

// Result is what is kept of an exchange. It is filled as far as the exchange
// went, also when it failed.
type Result struct {
	Response webhook.ReceivedResponse
	Timing   webhook.Timing
	// Sent has the header lines that went out, masked for keeping.
	Sent []webhook.Header
	// Wrote says that a part of the request may have left this host.
	Wrote bool
}

// Error is a failed exchange.
type Error struct {
	// Reason is never [webhook.ReasonNone].
	Reason webhook.Reason
	// RetryAfter is what the receiver asked for, or 0.
	RetryAfter time.Duration
	// Err has the text for people; it contains no credentials.
	Err error
}

// Error returns the text for people.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// errTimeout is the cause of a context that ended because the webhook's time
// was over.
var errTimeout = errors.New("no complete answer in time")

// Send makes the request. The error is nil for a complete 2xx answer, else an
// *[Error]. When ctx ends the reason is canceled.
func (c *Client) Send(ctx context.Context, req *Request) (Result, error) {
	trace := newTrace(time.Now())
	lines := req.lines()
	result := Result{Sent: maskedHeader(lines)}
	proxy, err := c.proxyFor(req.URL)
	if err == nil {
		err = ctx.Err() // an idle connection would take the request all the same
	}
	switch {
	case err != nil:
		err = classify(ctx, err)
	case proxy == nil && c.fixed == nil && plain(req, lines):
		if err = c.direct.send(ctx, req, lines, trace, &result); err != nil {
			err = classify(ctx, err)
		}
	default:
		err = c.roundTrip(ctx, req, lines, proxy, trace, &result)
	}
	result.Timing, result.Wrote = trace.timing(time.Now())
	return result, err
}

// roundTrip makes the exchange with net/http.
func (c *Client) roundTrip(ctx context.Context, req *Request, lines []webhook.Header, proxy *url.URL, trace *trace, result *Result) error {
	ctx, cancel := context.WithTimeoutCause(ctx, req.Timeout, errTimeout)
	defer cancel()
	transport, key, err := c.transport(ctx, req, proxy)
	if err == nil {
		again := true
		for try := 0; again && try < maxTries && pauseBefore(ctx, try); try++ {
			again, err = c.exchange(ctx, transport, req, lines, trace, result)
		}
	}
	if err == nil {
		return nil
	}
	failure := classify(ctx, err)
	if failure.Reason == webhook.ReasonTLS && key.caFile != "" {
		c.drop(key) // the next attempt reads the CA file again: it may be mended
	}
	return failure
}

// exchange hands a request to net/http and reads the answer. After an error, again
// says that nobody has worked on the request.
func (c *Client) exchange(ctx context.Context, transport http.RoundTripper, req *Request, lines []webhook.Header, trace *trace, result *Result) (again bool, err error) {
	own, cancel := context.WithCancelCause(trace.context(ctx))
	defer cancel(nil)
	trace.begin(req.Method, cancel)
	response, err := transport.RoundTrip(req.build(own, lines, c.protocols.isHTTP1(req.URL)))
	if http2, ok := trace.spoke(); ok {
		c.protocols.learn(req.URL, http2)
	}
	if err == nil {
		defer response.Body.Close()
		_, err = result.receive(response)
		return false, err
	}
	if cause := context.Cause(own); errors.Is(cause, errAgain) || errors.Is(cause, errNoTaker) {
		return errors.Is(cause, errNoTaker), cause // which means that nothing was sent
	}
	return trace.again(err)
}

// lines returns the header lines as they go over the wire, in net/http's order.
func (req *Request) lines() []webhook.Header {
	list := make([]webhook.Header, 0, len(req.Header)+3)
	list = append(list, webhook.Header{Name: "Host", Value: req.URL.Host}, webhook.Header{}, webhook.Header{})
	agent, authorized := "", false
	for _, h := range req.Header {
		switch name := http.CanonicalHeaderKey(h.Name); name {
		case "Host":
			list[0].Value = h.Value
		case "User-Agent":
			agent = h.Value
		case "Content-Length":
			// The connection's own.
		default:
			authorized = authorized || name == "Authorization"
			list = append(list, webhook.Header{Name: name, Value: h.Value})
		}
	}
	if user := req.URL.User; user != nil && !authorized {
		password, _ := user.Password()
		credentials := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		list = append(list, webhook.Header{Name: "Authorization", Value: "Basic " + credentials})
	}
	sortHeader(list[3:])
	fixed := list[:1]
	if agent != "" {
		fixed = append(fixed, webhook.Header{Name: "User-Agent", Value: agent})
	}
	if len(req.Body) > 0 || req.Method == http.MethodPost || req.Method == http.MethodPut || req.Method == http.MethodPatch {
		fixed = append(fixed, webhook.Header{Name: "Content-Length", Value: strconv.Itoa(len(req.Body))})
	}
	return append(fixed, list[3:]...)
}

// build makes net/http's request. Values are bound directly: http.NewRequest
// would parse the URL once more. rewind lets net/http read the body again.
func (req *Request) build(ctx context.Context, lines []webhook.Header, rewind bool) *http.Request {
	header := make(http.Header, len(lines)+1)
	header["User-Agent"] = []string{""} // no other than the one in lines
	for _, h := range lines[1:] {
		name := h.Name
		switch name {
		case "Content-Length":
			continue
		case "Idempotency-Key", "X-Idempotency-Key":
			// By these net/http takes any method for safe to send again, which
			// nobody would see. Written otherwise it does not find them.
			name = strings.ToLower(name)
		}
		header[name] = []string{h.Value}
	}
	body := req.Body
	r := &http.Request{
		Method: req.Method, URL: req.URL, Host: lines[0].Value, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		ContentLength: int64(len(body)), Body: http.NoBody,
	}
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	if len(body) > 0 && rewind {
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	return r.WithContext(ctx)
}

// bodies holds buffers for response bodies, one more byte than is read so that a
// longer body shows.
var bodies = sync.Pool{New: func() any { return new([maxResponseBody + 1]byte) }}

// receive reads a response and returns why it is not a success. complete says
// that the whole of it was read.
func (r *Result) receive(response *http.Response) (complete bool, err error) {
	r.Response.Status = response.StatusCode
	r.Response.Header = receivedHeader(response.Header)

	failure := statusError(response)
	if response.StatusCode == http.StatusSwitchingProtocols {
		// Its body is the connection itself, whose reading no context ends.
		return false, failure
	}
	buffer := bodies.Get().(*[maxResponseBody + 1]byte)
	defer bodies.Put(buffer)
	n, err := readUpTo(response.Body, buffer[:])
	complete = err == nil && n <= maxResponseBody
	kept := min(n, maxKeptBody)
	r.Response.Body = bytes.Clone(buffer[:kept])
	r.Response.Truncated = n > kept || !complete

	switch {
	case failure != nil:
		return complete, failure
	case n > maxResponseBody:
		return false, &Error{Reason: webhook.ReasonResponseTooLarge, Err: fmt.Errorf("answer is longer than %d bytes", maxResponseBody)}
	case err != nil:
		return false, fmt.Errorf("answer broke off after %d bytes: %w", n, err)
	}
	return true, nil
}

// statusError returns what a status other than 2xx means, or nil.
func statusError(response *http.Response) error {
	reason := webhook.ReasonForStatus(response.StatusCode)
	if reason == webhook.ReasonNone {
		return nil
	}
	return &Error{
		Reason: reason, RetryAfter: retryAfter(response.Header, time.Now()),
		Err: fmt.Errorf("answer %s", statusText(response)),
	}
}

// readUpTo fills the buffer as far as the body goes. Unlike io.ReadFull it tells
// a short body, which is fine, from one that broke off.
func readUpTo(body io.Reader, buffer []byte) (int, error) {
	for n := 0; ; {
		m, err := body.Read(buffer[n:])
		n += m
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil || n == len(buffer):
			return n, err
		}
	}
}

// statusText returns code and phrase, without what a receiver may have put
// there at length.
func statusText(response *http.Response) string {
	if text := http.StatusText(response.StatusCode); text != "" {
		return strconv.Itoa(response.StatusCode) + " " + text
	}
	return strconv.Itoa(response.StatusCode)
}

// retryAfter reads a Retry-After header (RFC 9110 section 10.2.3): seconds or a
// date. What is not understood counts as 0.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}
