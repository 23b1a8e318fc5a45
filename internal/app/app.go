package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"bellhop/internal/config"
)

// Limits of the HTTP server. Bodies and handlers have limits of their own, in
// package api.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	idleTimeout       = 2 * time.Minute
	// writeTimeout is for a whole request from its head on; a test send alone may
	// take five minutes. Live updates set their own.
	writeTimeout   = 10 * time.Minute
	maxHeaderBytes = 64 << 10
)

// App is a server: one process with everything. Its methods are safe for
// concurrent use.
type App struct {
	*Backend

	options  config.Options
	log      *slog.Logger
	listener net.Listener
	server   *http.Server
	health   *health
	first    *FirstStart

	// failed gets the error that ended serving before Stop; one at most.
	failed  chan error
	serving sync.WaitGroup

	mu      sync.Mutex // guards what follows, and serializes Start and Stop
	started bool
	stopped bool
	stopErr error
}

// New builds a server: database, use cases, listener. Its port is bound, but it
// answers only after Start. Whoever has an App calls Stop.
func New(ctx context.Context, p Params) (*App, error) {
	backend, err := Open(ctx, p)
	if err != nil {
		return nil, err
	}
	a := &App{Backend: backend, options: p.Options, log: p.Log, failed: make(chan error, 1)}
	if err := a.build(ctx, p); err != nil {
		return nil, errors.Join(err, backend.Close(context.WithoutCancel(ctx)))
	}
	return a, nil
}

func (a *App) build(ctx context.Context, p Params) (err error) {
	a.cleanups.add("deliveries", a.dispatcher.Stop)
	var listen net.ListenConfig
	if a.listener, err = listen.Listen(ctx, "tcp", a.options.Server.Listen); err != nil {
		return err
	}
	a.cleanups.add("listener", closing(func() error {
		if err := a.listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil // the server has closed it
	}))
	baseURL := cmp.Or(strings.TrimSuffix(a.options.Server.BaseURL, "/"), a.URL())
	if a.first, err = firstStart(ctx, a.Backend, a.options.Server.AdminToken, baseURL); err != nil {
		return err
	}
	a.health = &health{store: a.Store}
	handler, err := a.handler(p)
	if err != nil {
		return err
	}
	a.server = newServer(handler, a.log)
	a.cleanups.add("requests", a.drainRequests)
	a.cleanups.add("live updates", func(context.Context) error {
		a.live.Close() // or their requests would not end
		return nil
	})
	a.cleanups.add("workers", func(context.Context) error {
		a.dispatcher.Hold() // what they took while requests are waited for would be cut
		return nil
	})
	return nil
}

// newServer returns the HTTP server, which gives no client more than its time.
func newServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// Addr is where the server listens.
func (a *App) Addr() *net.TCPAddr { return a.listener.Addr().(*net.TCPAddr) }

// URL is where a client on this host reaches the server.
func (a *App) URL() string { return "http://" + reachable(a.Addr()) }

// reachable replaces the address that means every interface by loopback.
func reachable(addr *net.TCPAddr) string {
	if !addr.IP.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort("localhost", strconv.Itoa(addr.Port))
}

// FirstStart returns what this start made up because the database was new, or
// nil.
func (a *App) FirstStart() *FirstStart { return a.first }

// Start begins to deliver and to answer, and writes the address file. The
// context bounds starting only. After an error the App must still be stopped.
func (a *App) Start(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.started || a.stopped {
		return errors.New("server was started before")
	}
	a.started = true
	if a.options.Delivery.Workers > 0 {
		if err := a.dispatcher.Start(ctx); err != nil {
			return err
		}
	}
	a.serving.Go(func() {
		if err := a.server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- err
		}
	})
	return a.writeAddressFile()
}

// writeAddressFile renames, so that whoever waits for the file reads all of it.
func (a *App) writeAddressFile() error {
	path := a.options.Server.AddressFile
	if path == "" {
		return nil
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, []byte(a.Addr().String()+"\n"), 0o644); err != nil { //nolint:gosec // an address is no secret
		return fmt.Errorf("address file: %w", err)
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("address file: %w", err)
	}
	return nil
}

// Stop drains and frees everything. Requests and deliveries in flight have as
// long as ctx lasts, then they are cut; cutting any is an error. Later calls
// return the same.
func (a *App) Stop(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.stopped {
		a.stopped = true
		a.health.draining.Store(true)
		a.stopErr = a.cleanups.run(ctx)
	}
	return a.stopErr
}

// drainRequests stops to listen and waits for the requests under way.
func (a *App) drainRequests(ctx context.Context) error {
	err := a.server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("requests were cut: %w", err), a.server.Close())
	}
	a.serving.Wait()
	return err
}

// Run starts, serves until ctx ends, and drains within the limit of the
// settings. ready is called once requests are answered. A store that cannot be
// used any more ends it too: whoever supervises the process starts it anew.
func (a *App) Run(ctx context.Context, ready func()) error {
	err := a.Start(ctx)
	if err == nil {
		ready()
		select {
		case <-ctx.Done():
			a.log.Info("stopping", "limit", a.options.Server.Drain)
		case err = <-a.failed:
		case err = <-a.broken:
		}
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.options.Server.Drain)
	defer cancel()
	if stopErr := a.Stop(limit); stopErr != nil {
		return errors.Join(err, &UncleanError{stopErr})
	}
	return err
}

// UncleanError is a stop that had to cut something short. Nothing is lost by
// it: what was not finished is due again.
type UncleanError struct{ Err error }

// Error names what was cut.
func (e *UncleanError) Error() string { return "stopped uncleanly: " + e.Err.Error() }

// Unwrap returns the causes.
func (e *UncleanError) Unwrap() error { return e.Err }
