package send

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"bellhop/internal/webhook"
)

// Bounds of what a receiver may send over a connection of net/http. An answer as
// long as any that is read, with everything around it, has not got half of
// exchangeBytes; connectionBytes is what the exchanges of a shared connection are
// worth together.
const (
	exchangeBytes   = 256 << 10
	connectionBytes = 16 << 20
)

// errFlood is for a receiver that sends on and on: frames that mean nothing, say,
// which net/http would read for as long as they come.
var errFlood = &Error{
	Reason: webhook.ReasonResponseTooLarge,
	Err:    fmt.Errorf("the receiver sent more than %d bytes over a connection", exchangeBytes),
}

// abandonedAfter is when a connection that got no exchange is closed: none can be
// under way over it any more, and it has been idle for long. net/http does that by
// itself, except for a connection over which the receiver has said in the wrong
// moment that it wants no more requests (HTTP/2's GOAWAY).
const abandonedAfter = webhook.MaxTimeout*time.Second + idleTimeout

// meter is a connection over which only so much can be read, and which is closed
// when it is abandoned.
type meter struct {
	net.Conn
	left atomic.Int64
	// closed is called once, when the connection is closed first.
	closed func()
	// unused closes the connection when there was no exchange for patience.
	unused   *time.Timer
	patience time.Duration
}

// newMeter returns a meter for a connection. It is closed when it got no exchange for
// patience; closed is called when it is closed.
func newMeter(conn net.Conn, patience time.Duration, closed func()) *meter {
	m := &meter{Conn: conn, closed: sync.OnceFunc(closed), patience: patience}
	m.left.Store(exchangeBytes) // the handshake's
	m.unused = time.AfterFunc(patience, func() { _ = m.Close() })
	return m
}

// Close implements net.Conn.
func (m *meter) Close() error {
	m.unused.Stop()
	m.closed()
	return m.Conn.Close()
}

// Read implements net.Conn.
func (m *meter) Read(p []byte) (int, error) {
	left := m.left.Load()
	if left <= 0 {
		return 0, errFlood
	}
	n, err := m.Conn.Read(p[:min(int64(len(p)), left)])
	m.left.Add(-int64(n))
	return n, err
}

// meterOf finds the meter below TLS, or nil.
func meterOf(conn net.Conn) *meter {
	for {
		switch c := conn.(type) {
		case *meter:
			return c
		case *tls.Conn:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}

// grant lets another exchange's bytes be read.
func (m *meter) grant() {
	m.unused.Reset(m.patience)
	for {
		left := m.left.Load()
		if m.left.CompareAndSwap(left, min(left+exchangeBytes, connectionBytes)) {
			return
		}
	}
}
