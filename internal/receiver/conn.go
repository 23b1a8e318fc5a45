package receiver

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// answerBody is what NetBox's webhook_receiver answers.
const answerBody = "Webhook received!\n"

// errHeaderTooLarge says that no header block ended within maxHeader bytes.
var errHeaderTooLarge = errors.New("request header is too large")

// serveConn answers the requests of one connection, one after the other, until
// the client leaves, breaks the protocol, asks to close, or ctx ends.
func (s *Server) serveConn(ctx context.Context, conn net.Conn) {
	reader := bufio.NewReaderSize(conn, maxHeader)
	for {
		s.allowRead(ctx, conn, idleTimeout)
		head, err := peekHead(reader)
		if err != nil {
			if errors.Is(err, errHeaderTooLarge) {
				_ = writeAnswer(conn, http.StatusRequestHeaderFieldsTooLarge, "", "", true)
			}
			return
		}
		s.allowRead(ctx, conn, readTimeout)
		req, err := http.ReadRequest(reader)
		if err != nil {
			_ = writeAnswer(conn, http.StatusBadRequest, "", err.Error()+"\n", true)
			return
		}
		if !s.answer(ctx, conn, req, head) {
			return
		}
	}
}

// allowRead gives the client time for its next bytes. A server that is
// stopping gives none: the deadline must not undo the one interrupt has set.
func (s *Server) allowRead(ctx context.Context, conn net.Conn, d time.Duration) {
	_ = conn.SetReadDeadline(time.Now().Add(d))
	if ctx.Err() != nil {
		_ = conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// answer reads the body, shows the request and answers it. It reports whether
// the connection can be used for another request.
func (s *Server) answer(ctx context.Context, conn net.Conn, req *http.Request, head []byte) bool {
	if strings.EqualFold(req.Header.Get("Expect"), "100-continue") {
		if _, err := io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return false
		}
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, int64(s.opts.MaxBody)+1))
	if err != nil {
		return false // the rest will not come; there is nobody to answer
	}
	if len(body) > s.opts.MaxBody {
		_ = writeAnswer(conn, http.StatusRequestEntityTooLarge, req.Method, "body is too large\n", true)
		return false
	}
	status := s.opts.Status
	if s.opts.FailRate > 0 && s.opts.Random() < s.opts.FailRate {
		status = http.StatusInternalServerError
	}
	number := s.received.Add(1)
	if s.opts.Handle != nil {
		s.opts.Handle(newRequest(number, conn, req, head, body, status))
	}
	if s.opts.Delay > 0 {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(s.opts.Delay):
		}
	}
	closing := req.Close || ctx.Err() != nil
	return writeAnswer(conn, status, req.Method, answerBody, closing) == nil && !closing
}

// peekHead returns the next request's line and header fields, up to and
// without the empty line, and leaves them in the reader. The bytes are a copy.
func peekHead(reader *bufio.Reader) ([]byte, error) {
	for want := 1; ; want = reader.Buffered() + 1 {
		_, err := reader.Peek(want)
		buffered, _ := reader.Peek(reader.Buffered())
		if end := headEnd(buffered); end >= 0 {
			return bytes.Clone(buffered[:end]), nil
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, errHeaderTooLarge
		}
		if err != nil {
			return nil, err
		}
	}
}

// headEnd returns the index of the empty line that ends a header block, or -1.
// Lines may end in LF alone, as net/http accepts.
func headEnd(block []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(block[from:], '\n')
		if i < 0 {
			return -1
		}
		end := from + i + 1
		rest := block[end:]
		if bytes.HasPrefix(rest, []byte("\n")) || bytes.HasPrefix(rest, []byte("\r\n")) {
			return end
		}
		from = end
	}
}

// writeAnswer writes a whole response at once. NetBox's receiver answers HEAD
// with a body too; we leave it out, because it would be taken for the start of
// the next response on a connection that is kept.
func writeAnswer(w io.Writer, status int, method, body string, closing bool) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status, http.StatusText(status), time.Now().UTC().Format(http.TimeFormat))
	bodiless := status == http.StatusNoContent || status == http.StatusNotModified
	if !bodiless {
		fmt.Fprintf(&b, "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n", len(body))
	}
	if closing {
		b.WriteString("Connection: close\r\n")
	}
	b.WriteString("\r\n")
	if !bodiless && method != http.MethodHead {
		b.WriteString(body)
	}
	_, err := w.Write(b.Bytes())
	return err
}
