//go:build unix

package send

import (
	"errors"
	"net"
	"syscall"
)

// directSupported says that quiet can tell.
const directSupported = true

// quiet reports whether an idle connection is open and nothing came over it.
func quiet(conn net.Conn) bool {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return false
	}
	nothing := false
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, err := syscall.Read(int(fd), one[:])
		nothing = errors.Is(err, syscall.EAGAIN)
		return true // whatever it was, do not wait for more
	})
	return err == nil && nothing
}
