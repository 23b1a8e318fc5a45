package send

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"bellhop/internal/webhook"
)

// maxDirectBody is what a socket takes in one write, so that nobody has to read an
// early answer while a body is still going out.
const maxDirectBody = 16 << 10

// direct makes the plain exchanges: HTTP/1.1 without TLS or proxy, with a small
// body. net/http serves every kind of client and has two goroutines for each
// connection, which costs twice the CPU time of writing a request and reading its
// answer here, on the caller's goroutine. Parsing answers is left to
// [http.ReadResponse]. It is safe for concurrent use.
type direct struct {
	dialer *net.Dialer
	idle   idlePool
}

// plain reports whether the direct way can send a request exactly as net/http
// would. What is unusual is net/http's: it knows what to do or how to refuse.
func plain(req *Request, lines []webhook.Header) bool {
	if !directSupported || req.URL.Scheme != "http" || len(req.Body) > maxDirectBody {
		return false
	}
	switch req.Method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return false
	}
	if !plainHost(req.URL.Host) || !plainHost(lines[0].Value) {
		return false
	}
	for _, line := range lines {
		if !plainLine(line) {
			return false
		}
	}
	return true
}

// plainHost reports whether a host needs no translation and no brackets.
func plainHost(host string) bool {
	for i := range len(host) {
		c := host[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == ':') {
			return false
		}
	}
	return host != "" && host[0] != ':'
}

// plainLine reports whether a header line has only bytes that net/http would
// write unchanged, and no meaning for the connection.
func plainLine(line webhook.Header) bool {
	switch line.Name {
	case "", "Connection", "Expect", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return false
	}
	for i := range len(line.Name) {
		// RFC 9110 section 5.6.2; net/http refuses others.
		if c := line.Name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	for i := range len(line.Value) {
		if c := line.Value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return strings.Trim(line.Value, " \t") == line.Value
}

// requests holds buffers that requests are put together in.
var requests = sync.Pool{New: func() any { return new([]byte) }}

// appendRequest writes a request as it goes over the wire.
func appendRequest(dst []byte, req *Request, lines []webhook.Header) []byte {
	dst = append(append(dst, req.Method...), ' ')
	dst = append(append(dst, req.URL.RequestURI()...), " HTTP/1.1\r\n"...)
	for _, line := range lines {
		dst = append(append(dst, line.Name...), ": "...)
		dst = append(append(dst, line.Value...), "\r\n"...)
	}
	dst = append(dst, "\r\n"...)
	return append(dst, req.Body...)
}

// send makes the exchange within the request's time and fills result.
// A connection that was kept alive may turn out to be closed just when it is
// used. The request then goes over a new one if it is certain, or if it does not
// matter, that nobody has had it: when none of it was written, or its method is
// safe (RFC 9110 section 9.2.2; net/http does the same). Any other is a failed
// attempt, so that a receiver is not called twice unseen.
func (d *direct) send(ctx context.Context, req *Request, lines []webhook.Header, trace *trace, result *Result) error {
	buffer := requests.Get().(*[]byte)
	defer requests.Put(buffer)
	*buffer = appendRequest((*buffer)[:0], req, lines)

	address, deadline := addressOf(req.URL), trace.began.Add(req.Timeout)
	if l := d.idle.take(address, deadline); l != nil {
		reached, err := d.exchange(ctx, l, *buffer, trace, result)
		again := reached == nowhere || reached == receiver && req.Method == http.MethodGet
		if err == nil || !again || ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
	}
	l, err := d.dial(trace.context(ctx), address, deadline)
	if err != nil {
		return err
	}
	_, err = d.exchange(ctx, l, *buffer, trace, result)
	return err
}

// addressOf returns where to dial.
func addressOf(u *url.URL) string {
	if u.Port() == "" {
		return net.JoinHostPort(u.Hostname(), "80")
	}
	return u.Host
}

func (d *direct) dial(ctx context.Context, address string, deadline time.Time) (*line, error) {
	ctx, cancel := context.WithDeadlineCause(ctx, deadline, errTimeout)
	defer cancel()
	conn, err := d.dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		if errors.Is(context.Cause(ctx), errTimeout) {
			return nil, os.ErrDeadlineExceeded
		}
		return nil, err
	}
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	l := &line{address: address, conn: conn}
	l.reader = bufio.NewReader(&l.input)
	l.input.conn = conn
	return l, nil
}

// reach is how far an exchange went.
type reach int

const (
	nowhere  reach = iota // nothing was written
	receiver              // a part of the request was
	back                  // at least a byte of an answer came
)

// exchange writes a request and reads its answer, then keeps the connection or
// closes it.
func (d *direct) exchange(ctx context.Context, l *line, request []byte, trace *trace, result *Result) (reach, error) {
	// The end of ctx makes reading and writing fail at once.
	unwatch := context.AfterFunc(ctx, func() { _ = l.conn.SetDeadline(time.Unix(1, 0)) })
	keep := false
	defer func() {
		if unwatch() && keep {
			d.idle.put(l)
		} else {
			l.conn.Close()
		}
	}()
	trace.writing()
	if n, err := l.conn.Write(request); n == 0 && err != nil {
		return nowhere, err
	} else if err != nil {
		return receiver, err
	}
	l.input.left, l.input.err = maxResponseHeader, nil
	if _, err := l.reader.Peek(1); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the receiver closed the connection without an answer")
		}
		return receiver, err
	}
	trace.firstByte()
	response, err := l.readHead() //nolint:bodyclose // see there
	if err != nil {
		return back, err
	}
	l.input.left = unlimited
	complete, err := result.receive(response)
	if _, known := errors.AsType[*Error](err); err != nil && !known {
		err = l.input.cause(err)
	}
	keep = complete && !response.Close && response.StatusCode >= http.StatusOK && l.reader.Buffered() == 0
	return back, err
}

// readHead reads up to the head of the final answer; all heads before it, which
// are 1xx, share its limit. Its body is not to be closed: that would read all of
// it, where closing the connection is enough.
func (l *line) readHead() (*http.Response, error) {
	for {
		response, err := http.ReadResponse(l.reader, nil)
		switch {
		case err != nil:
			return nil, l.input.cause(err)
		case response.StatusCode >= http.StatusOK || response.StatusCode == http.StatusSwitchingProtocols:
			return response, nil
		}
	}
}

// errHeadTooLong is for a head above maxResponseHeader.
var errHeadTooLong = &Error{
	Reason: webhook.ReasonResponseTooLarge,
	Err:    fmt.Errorf("the head of the answer is longer than %d bytes", maxResponseHeader),
}

// unlimited lifts the bound of an input.
const unlimited = 1 << 62

// input reads a connection up to a bound.
type input struct {
	conn net.Conn
	left int
	// err is what ended it.
	err error
}

// cause returns why reading an answer broke off. That is not always what net/http
// says: it may go on with the half of a line, or find a trailer too long.
func (in *input) cause(err error) error {
	if in.err == nil || errors.Is(in.err, io.EOF) {
		return err
	}
	return in.err
}

func (in *input) Read(p []byte) (int, error) {
	if in.left <= 0 {
		in.err = errHeadTooLong
		return 0, in.err
	}
	n, err := in.conn.Read(p[:min(len(p), in.left)])
	in.left -= n
	in.err = err
	return n, err
}
