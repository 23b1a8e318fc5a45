//go:build !unix

package send

import "net"

// directSupported says that quiet can tell; without it net/http sends everything.
const directSupported = false

func quiet(net.Conn) bool { return false }
