package send

import (
	"crypto/tls"
	"fmt"
	"net"
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
}

func newMeter(conn net.Conn) *meter {
	m := &meter{Conn: conn}
	m.left.Store(exchangeBytes) // the handshake's
	return m
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
