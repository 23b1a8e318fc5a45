package send

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

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

// meter is a connection over which only so much can be read.
type meter struct {
	net.Conn
	left atomic.Int64
	// closed is called once, when the connection is closed first.
	closed func()
}

// newMeter returns a meter for a connection. closed is called when it is closed.
func newMeter(conn net.Conn, closed func()) *meter {
	m := &meter{Conn: conn, closed: sync.OnceFunc(closed)}
	m.left.Store(exchangeBytes) // the handshake's
	return m
}

// Close implements net.Conn.
func (m *meter) Close() error {
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
	for {
		left := m.left.Load()
		if m.left.CompareAndSwap(left, min(left+exchangeBytes, connectionBytes)) {
			return
		}
	}
}

// maxOpen is how many connections of net/http to one receiver may be open. It is
// more than two webhooks can use at a time. net/http has no bound: a receiver that
// says over HTTP/2 that it wants no more requests gets another connection, while
// the one without requests stays open until it has been idle for long.
const maxOpen = 2 * webhook.MaxConcurrency

// openCount counts the open connections by their address. It is safe for concurrent
// use.
type openCount struct {
	mu    sync.Mutex
	limit int
	count map[string]int
}

// enter counts a connection that is about to be made, unless there are enough.
func (o *openCount) enter(address string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.count[address] >= o.limit {
		return fmt.Errorf("%d connections to the receiver are open", o.limit)
	}
	o.count[address]++
	return nil
}

// leave counts a connection that is closed or was not made.
func (o *openCount) leave(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.count[address]--; o.count[address] == 0 {
		delete(o.count, address)
	}
}
