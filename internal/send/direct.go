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

// Limits of the direct way.
const (
	// maxDirectBody is what a socket takes in one write, so that nobody has to
	// read an early answer while a body is still going out.
	maxDirectBody = 16 << 10
	// maxInformational is how many 1xx heads may come before an answer, as in
	// net/http.
	maxInformational = 5
)

var errInformational = errors.New("too many 1xx informational responses")

// direct makes the plain exchanges: HTTP/1.1 without TLS or proxy, with a small
// body. net/http serves every kind of client and has two goroutines for each
// connection, which costs twice the CPU time of writing a request and reading its
// answer here, on the caller's goroutine. Parsing answers is left to
// [http.ReadResponse]. It is safe for concurrent use.
type direct struct {
	dialer net.Dialer
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
		if c := line.Name[i]; c <= ' ' || c >= 0x7f || c == ':' {
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
// used. The request is then sent once more over a new one: receivers tell a
// repeated request by its webhook-id.
func (d *direct) send(ctx context.Context, req *Request, lines []webhook.Header, trace *trace, result *Result) error {
	buffer := requests.Get().(*[]byte)
	defer requests.Put(buffer)
	*buffer = appendRequest((*buffer)[:0], req, lines)

	address, deadline := addressOf(req.URL), trace.began.Add(req.Timeout)
	if l := d.idle.take(address, deadline); l != nil {
		answered, err := d.exchange(ctx, l, *buffer, trace, result)
		if answered || ctx.Err() != nil || errors.Is(err, os.ErrDeadlineExceeded) {
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

// exchange writes a request and reads its answer, then keeps the connection or
// closes it. answered is true when at least a byte came back.
func (d *direct) exchange(ctx context.Context, l *line, request []byte, trace *trace, result *Result) (answered bool, err error) {
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
	if _, err := l.conn.Write(request); err != nil {
		return false, err
	}
	l.input.left = maxResponseHeader
	if _, err := l.reader.Peek(1); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the receiver closed the connection without an answer")
		}
		return false, err
	}
	trace.firstByte()
	response, err := l.readHead() //nolint:bodyclose // see there
	if err != nil {
		return true, err
	}
	l.input.left = unlimited
	complete, err := result.receive(response)
	keep = complete && !response.Close && response.StatusCode >= http.StatusOK && l.reader.Buffered() == 0
	return true, err
}

// readHead reads up to the head of the final answer. Its body is not to be
// closed: that would read all of it, where closing the connection is enough.
func (l *line) readHead() (*http.Response, error) {
	for range maxInformational + 1 {
		response, err := http.ReadResponse(l.reader, nil)
		if err != nil {
			return nil, err
		}
		if response.StatusCode >= http.StatusOK || response.StatusCode == http.StatusSwitchingProtocols {
			return response, nil
		}
	}
	return nil, errInformational
}

// unlimited lifts the bound of an input.
const unlimited = 1 << 62

// input reads a connection up to a bound.
type input struct {
	conn net.Conn
	left int
}

func (in *input) Read(p []byte) (int, error) {
	if in.left <= 0 {
		return 0, &Error{
			Reason: webhook.ReasonResponseTooLarge,
			Err:    fmt.Errorf("the head of the answer is longer than %d bytes", maxResponseHeader),
		}
	}
	n, err := in.conn.Read(p[:min(len(p), in.left)])
	in.left -= n
	return n, err
}
