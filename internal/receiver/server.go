package receiver

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxHeader = 64 << 10 // bytes of request line and header fields together
	// DefaultMaxBody is how much of a body is accepted unless [Options] says
	// otherwise, in bytes.
	DefaultMaxBody = 16 << 20

	readTimeout = time.Minute     // for one request, headers and body
	idleTimeout = 2 * time.Minute // between two requests
)

// Options says how a [Server] answers. The zero value answers 200 at once.
type Options struct {
	Status   int           // status of every answer, 200 to 599; 0 means 200
	Delay    time.Duration // waited after a request was handled, before it is answered
	FailRate float64       // share of requests answered with status 500, 0 to 1
	MaxBody  int           // bytes; longer bodies are answered 413; 0 means DefaultMaxBody

	// Random returns a number in [0, 1) that decides, with FailRate, whether a
	// request fails; nil means math/rand. It must be safe for concurrent use.
	Random func() float64

	// Handle is called once for every request that arrived whole, before it is
	// answered, so whoever has an answer knows that the request was handled.
	// Calls come from many goroutines at once. Nil means that nobody looks.
	Handle func(*Request)
}

// Server answers webhooks. Make one with [Listen].
type Server struct {
	opts     Options
	listener net.Listener
	received atomic.Int64

	mu    sync.Mutex // guards conns
	conns map[net.Conn]struct{}
}

// Listen binds an address such as "localhost:9000" or "127.0.0.1:0" (any free
// port). Requests are answered once [Server.Serve] runs.
func Listen(ctx context.Context, address string, opts Options) (*Server, error) {
	if opts.Status == 0 {
		opts.Status = http.StatusOK
	}
	if opts.Status < 200 || opts.Status > 599 {
		return nil, fmt.Errorf("status %d is not between 200 and 599", opts.Status)
	}
	if math.IsNaN(opts.FailRate) || opts.FailRate < 0 || opts.FailRate > 1 {
		return nil, fmt.Errorf("fail rate %v is not between 0 and 1", opts.FailRate)
	}
	if opts.MaxBody <= 0 {
		opts.MaxBody = DefaultMaxBody
	}
	if opts.Random == nil {
		opts.Random = rand.Float64
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err // names the operation and the address
	}
	return &Server{opts: opts, listener: listener, conns: map[net.Conn]struct{}{}}, nil
}

// Addr returns the address the server is bound to, with its real port.
func (s *Server) Addr() *net.TCPAddr { return s.listener.Addr().(*net.TCPAddr) }

// Received returns how many requests have arrived whole so far.
func (s *Server) Received() int64 { return s.received.Load() }

// Serve accepts connections until ctx ends, then lets answers under way go out
// and returns nil when the last connection is closed. It closes the listener
// in any case and is to be called once.
func (s *Server) Serve(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	stop := context.AfterFunc(ctx, s.interrupt)
	defer stop()
	defer s.listener.Close()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			if errors.Is(err, net.ErrClosed) {
				return err
			}
			// Out of file descriptors or a connection reset before it was
			// accepted: both pass, so wait a moment instead of giving up.
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(10 * time.Millisecond):
				continue
			}
		}
		s.track(conn, true)
		wg.Go(func() {
			defer s.track(conn, false)
			defer conn.Close()
			s.serveConn(ctx, conn)
		})
	}
}

// interrupt ends the accept loop and every read that waits for a client.
func (s *Server) interrupt() {
	_ = s.listener.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// track keeps the table of open connections, which interrupt needs.
func (s *Server) track(conn net.Conn, open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if open {
		s.conns[conn] = struct{}{}
	} else {
		delete(s.conns, conn)
	}
}
