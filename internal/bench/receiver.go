package bench

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// hookPath is the path of a webhook's URL, followed by the webhook's number.
const hookPath = "/hook/"

// maxReceived bounds a body that the receiver reads, in bytes.
const maxReceived = 16 << 20

// receiver counts what arrives. It is a bare loop over connections instead of an
// http.Server, because what it costs is taken from what is measured.
type receiver struct {
	listener net.Listener
	serving  sync.WaitGroup

	mu    sync.Mutex // guards what follows
	conns map[net.Conn]struct{}
	expectation
	seen      []bool // by change and webhook
	arrived   arrivals
	latencies []time.Duration
	times     []time.Time // of distinct arrivals
}

// listenReceiver listens on any port of loopback until close.
func listenReceiver(ctx context.Context) (*receiver, error) {
	listener, err := listen(ctx)
	if err != nil {
		return nil, err
	}
	r := &receiver{listener: listener, conns: make(map[net.Conn]struct{})}
	r.serving.Go(r.accept)
	return r, nil
}

func (r *receiver) close() {
	r.listener.Close()
	r.mu.Lock()
	for conn := range r.conns {
		conn.Close()
	}
	r.conns = nil
	r.mu.Unlock()
	r.serving.Wait()
}

func (r *receiver) accept() {
	for {
		conn, err := r.listener.Accept()
		if err != nil {
			return // closed
		}
		r.mu.Lock()
		open := r.conns != nil
		if open {
			r.conns[conn] = struct{}{}
			r.serving.Go(func() { r.serve(conn) })
		}
		r.mu.Unlock()
		if !open {
			conn.Close()
		}
	}
}

// serve answers the requests of one connection.
func (r *receiver) serve(conn net.Conn) {
	defer func() {
		conn.Close()
		r.mu.Lock()
		delete(r.conns, conn)
		r.mu.Unlock()
	}()
	reader := bufio.NewReader(conn)
	var body []byte
	for {
		request, err := http.ReadRequest(reader)
		if err != nil || request.ContentLength > maxReceived {
			return
		}
		body = append(body[:0], make([]byte, max(request.ContentLength, 0))...)
		if _, err := io.ReadFull(request.Body, body); err != nil {
			return
		}
		if request.ContentLength < 0 {
			return // chunked: none of the programs measured here sends that
		}
		r.count(request, body, time.Now())
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); err != nil {
			return
		}
	}
}

// count notes an arrival. What is not expected, as stragglers of an earlier run
// are, does not count.
func (r *receiver) count(request *http.Request, body []byte, now time.Time) {
	number, ok := findMark(request.Header, body)
	if !ok {
		return
	}
	recorded, timed := findTime(request.Header, body)
	hook, _ := strconv.Atoi(strings.TrimPrefix(request.URL.Path, hookPath)) // 0 without one

	r.mu.Lock()
	defer r.mu.Unlock()
	number -= r.First
	if number < 0 || number >= r.Events || hook < 0 || hook >= r.Webhooks {
		return
	}
	slot := number*r.Webhooks + hook
	if r.seen[slot] {
		r.arrived.Duplicates++
		return
	}
	r.seen[slot] = true
	r.arrived.Distinct++
	r.arrived.Last = now
	r.times = append(r.times, now)
	if timed {
		r.latencies = append(r.latencies, now.Sub(recorded))
	}
}

// command implements the part's commands.
func (r *receiver) command(c command) (reply, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case c.Expect != nil:
		total := c.Expect.Events * c.Expect.Webhooks
		r.expectation = *c.Expect
		r.seen, r.latencies, r.times = make([]bool, total), make([]time.Duration, 0, total), make([]time.Time, 0, total)
		r.arrived = arrivals{}
		return reply{Address: r.listener.Addr().String()}, nil
	case c.Report:
		arrived := r.arrived
		if c.Final {
			arrived.Latency, arrived.Windows = percentiles(r.latencies), findWindows(r.times, limitWindow*time.Second)
		}
		return reply{Arrived: &arrived}, nil
	}
	return reply{}, errUnknownCommand
}

// findWindows looks at every stretch of time of a length that begins with an arrival
// and ends before the last one.
func findWindows(times []time.Time, length time.Duration) *windows {
	var found *windows
	end := 0 // the first arrival after the stretch
	for i, first := range times {
		for end < len(times) && times[end].Sub(first) < length {
			end++
		}
		if end == len(times) {
			break
		}
		n := end - i
		if found == nil {
			found = &windows{n, n}
		}
		found.Min, found.Max = min(found.Min, n), max(found.Max, n)
	}
	return found
}
