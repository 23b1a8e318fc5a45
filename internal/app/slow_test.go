package app

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections are pipes, so that time can be false.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	conn, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.conns) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// Clients that take their time lose their connection, whatever they are slow at.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	const request = "POST /in HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n"
	for name, c := range map[string]struct {
		play func(net.Conn)
		// dribbles says that it goes on with a byte a second.
		dribbles bool
		want     time.Duration
	}{
		"says nothing": {func(net.Conn) {}, false, readHeaderTimeout},
		"half a head":  {func(conn net.Conn) { io.WriteString(conn, request) }, false, readHeaderTimeout},
		"slow head":    {func(conn net.Conn) { io.WriteString(conn, request+"X-A: ") }, true, readHeaderTimeout},
		"half a body":  {func(conn net.Conn) { io.WriteString(conn, request+"\r\nhalf") }, false, readTimeout},
		"slow body":    {func(conn net.Conn) { io.WriteString(conn, request+"\r\n") }, true, readTimeout},
		"does not read": {func(conn net.Conn) {
			io.WriteString(conn, "GET /out HTTP/1.1\r\nHost: a\r\n\r\n")
			time.Sleep(writeTimeout + time.Second)
		}, false, writeTimeout},
		"idle": {func(conn net.Conn) {
			io.WriteString(conn, "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n")
			if _, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil {
				t.Error(err)
			}
		}, false, idleTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				listener := &pipes{conns: make(chan net.Conn, 1)}
				server := newServer(http.HandlerFunc(slowHandler), slog.New(slog.DiscardHandler))
				var serving sync.WaitGroup
				serving.Go(func() {
					if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
						t.Errorf("serve: %v", err)
					}
				})
				ours, theirs := net.Pipe()
				listener.conns <- theirs
				began := time.Now()
				c.play(ours)
				if c.dribbles {
					serving.Go(func() { dribble(ours) })
				}
				_, _ = io.Copy(io.Discard, ours) // to the end of the connection
				// net/http lingers half a second for what is under way.
				if took := time.Since(began); took < c.want || took > c.want+2*time.Second {
					t.Errorf("closed after %v, want %v", took, c.want)
				}
				ours.Close()
				if err := server.Close(); err != nil {
					t.Error(err)
				}
				serving.Wait()
			})
		})
	}
}

// dribble sends a byte a second until the server has enough.
func dribble(conn net.Conn) {
	for {
		if _, err := conn.Write([]byte("a")); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

// slowHandler reads all, or writes much.
func slowHandler(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil || r.URL.Path != "/out" {
		return
	}
	_, _ = io.WriteString(w, strings.Repeat("a", 1<<20)) // fails when the client is cut
}
