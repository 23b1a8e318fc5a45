package send

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"syscall"
)

// blockedError means that an address, or a host that stands for one, may not be
// called.
type blockedError struct {
	address string
}

func (e *blockedError) Error() string {
	return fmt.Sprintf("address %s may not be called", e.address)
}

// guard decides which addresses may be called.
type guard struct {
	allow, deny []netip.Prefix
}

// Prefixes whose addresses carry an IPv4 address: NAT64 (RFC 6052) and 6to4 (RFC
// 3056). A gateway on the way would reach the inner address.
var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
	sixTo4 = netip.MustParsePrefix("2002::/16")
	// metadata6 is the cloud metadata service over IPv6, which is not
	// link-local.
	metadata6 = netip.MustParseAddr("fd00:ec2::254")
	thisHost  = netip.MustParsePrefix("0.0.0.0/8")
	broadcast = netip.MustParseAddr("255.255.255.255")
)

// control is the dialler's hook, called for every address right before the
// connection is made.
func (g *guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %q: %w", address, err)
	}
	return g.check(parsed.Addr())
}

// check returns a blockedError for an address that may not be called.
func (g *guard) check(address netip.Addr) error {
	address = address.Unmap().WithZone("")
	if contains(g.allow, address) {
		return nil
	}
	refused := contains(g.deny, address) || refusedByDefault(address)
	if inner, ok := embedded(address); ok && !refused && !contains(g.allow, inner) {
		refused = contains(g.deny, inner) || refusedByDefault(inner)
	}
	if refused {
		return &blockedError{address.String()}
	}
	return nil
}

func refusedByDefault(a netip.Addr) bool {
	return a.IsUnspecified() || thisHost.Contains(a) || a.IsMulticast() ||
		a.IsLinkLocalUnicast() || a == broadcast || a == metadata6
}

// embedded returns the IPv4 address within an IPv6 one.
func embedded(a netip.Addr) (netip.Addr, bool) {
	b := a.As16()
	switch {
	case a.Is4():
		return a, false
	case nat64.Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case sixTo4.Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return a, false
}

// endsInNumber reports whether the last label of a host is a number. Such a host
// is an IPv4 address to whoever reads C's old notations (octal, hexadecimal, one
// number for all, a dot at the end) and no name to anybody: see "ends in a
// number" in the URL standard, https://url.spec.whatwg.org/#host-parsing.
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := strings.ToLower(host[strings.LastIndexByte(host, '.')+1:])
	if digits, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(digits, "0123456789abcdef") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

func contains(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, prefix := range prefixes {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}
