package bench

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// relay takes a POST, sends a POST with the same bytes and then answers. It is
// what plain Go does without storing anything: the standard library's server and
// client, with as little around them as possible.
type relay struct {
	listener  net.Listener
	server    *http.Server
	transport *http.Transport
	target    atomic.Pointer[string]
	serving   sync.WaitGroup
}

func listenRelay(ctx context.Context) (*relay, error) {
	listener, err := listen(ctx)
	if err != nil {
		return nil, err
	}
	r := &relay{listener: listener, transport: newTransport(maxConcurrency)}
	r.server = &http.Server{
		Handler: r, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	r.serving.Go(func() { _ = r.server.Serve(listener) }) // ends with close
	return r, nil
}

func (r *relay) close() {
	_ = r.server.Close() // nobody waits for what is under way
	r.serving.Wait()
	r.transport.CloseIdleConnections()
}

// command implements the part's commands.
func (r *relay) command(c command) (reply, error) {
	if c.Target == "" {
		return reply{}, errUnknownCommand
	}
	r.target.Store(&c.Target)
	return reply{Address: r.listener.Addr().String()}, nil
}

// ServeHTTP passes a request on.
func (r *relay) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxReceived))
	if err == nil {
		err = post(request.Context(), r.transport, *r.target.Load(), "", body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

// newTransport returns a client that keeps its connections.
func newTransport(connections int) *http.Transport {
	return &http.Transport{MaxIdleConns: connections, MaxIdleConnsPerHost: connections, DisableCompression: true}
}

// post sends a body and reads the answer, which must be a 2xx.
func post(ctx context.Context, transport http.RoundTripper, url, token string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header["Content-Type"] = []string{"application/json"}
	if token != "" {
		request.Header["Authorization"] = []string{"Token " + token}
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500)) // as much as there is
		return &statusError{response.StatusCode, string(text)}
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
