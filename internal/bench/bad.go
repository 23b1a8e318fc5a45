package bench

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Paths at the bad receiver: one takes slowAnswer for each request, one never
// answers.
const (
	slowPath   = "/slow/"
	silentPath = "/silent/"
	slowAnswer = 4 * time.Second
)

// bad is a receiver that a healthy one must not notice.
type bad struct {
	listener net.Listener
	server   *http.Server
	serving  sync.WaitGroup
}

func listenBad(ctx context.Context) (*bad, error) {
	listener, err := listen(ctx)
	if err != nil {
		return nil, err
	}
	b := &bad{listener: listener}
	b.server = &http.Server{
		Handler: b, ReadHeaderTimeout: time.Minute,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	b.serving.Go(func() { _ = b.server.Serve(listener) }) // ends with close
	return b, nil
}

func (b *bad) close() {
	_ = b.server.Close() // which ends the requests that wait
	b.serving.Wait()
}

// command implements the part's commands.
func (b *bad) command(command) (reply, error) {
	return reply{Address: b.listener.Addr().String()}, nil
}

// ServeHTTP waits.
func (b *bad) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	if _, err := io.Copy(io.Discard, request.Body); err != nil {
		return
	}
	var answer <-chan time.Time
	if request.URL.Path == slowPath {
		timer := time.NewTimer(slowAnswer)
		defer timer.Stop()
		answer = timer.C
	}
	select {
	case <-answer:
	case <-request.Context().Done():
	}
}
