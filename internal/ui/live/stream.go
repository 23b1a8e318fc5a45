package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	// pingInterval keeps proxies from ending a stream in which nothing happens.
	pingInterval = 15 * time.Second
	// writeLimit is how long a page may take for an event. Slower ones are cut
	// off; they connect again.
	writeLimit = 10 * time.Second
)

// Stream sends the subscription's news to a browser, as events named "live-TOPIC"
// without content whose id is the hub's version, until the browser goes, the request's context or the hub ends,
// or allowed says no. allowed is asked at every ping, so that a session that has
// ended does not go on listening.
func Stream(w http.ResponseWriter, r *http.Request, s *Subscription, allowed func(context.Context) bool) {
	control := http.NewResponseController(w)
	// The server's limit on reading a request would end the stream.
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // proxies that gather answers must not
	send := func(text string) bool {
		if err := control.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return false
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return false
		}
		return control.Flush() == nil
	}
	if !send(": listening\n\n") {
		return
	}
	for {
		version := s.hub.Version() // before the news that it covers
		topics, err := nextOrPing(r.Context(), s)
		switch {
		case errors.Is(err, errPing):
			if !allowed(r.Context()) || !send(": ping\n\n") {
				return
			}
		case err != nil:
			return
		default:
			var events strings.Builder
			for _, name := range topics.Names() {
				fmt.Fprintf(&events, "event: live-%s\nid: %d\ndata:\n\n", name, version)
			}
			if !send(events.String()) {
				return
			}
		}
	}
}

var errPing = errors.New("time for a ping")

// nextOrPing is Next for at most the time between two pings.
func nextOrPing(ctx context.Context, s *Subscription) (Topics, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, pingInterval, errPing)
	defer cancel()
	return s.Next(ctx)
}
