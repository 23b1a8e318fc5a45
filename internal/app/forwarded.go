package app

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwarded is a handler that knows the proxies before it: a request that one of
// them sends has the address of the client for whom it did, as X-Forwarded-For says.
// What anybody else says there does not count.
type forwarded struct {
	proxies []netip.Prefix
	next    http.Handler
}

func (f *forwarded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if client, ok := f.client(r); ok {
		of := *r // a handler does not change its request
		of.RemoteAddr = netip.AddrPortFrom(client, 0).String()
		r = &of
	}
	f.next.ServeHTTP(w, r)
}

// client returns the client's address if it is not the peer's. Each proxy adds the
// address that it was called from at the end. So the last one that is no proxy of
// ours is the client; what stands before it the client may have made up.
func (f *forwarded) client(r *http.Request) (client netip.Addr, found bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !f.isProxy(peer.Addr()) {
		return client, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		address, ok := parseHop(hop)
		if !ok {
			break // whoever wrote it was a proxy, and says no more than "unknown"
		}
		client, found = address, true
		if !f.isProxy(address) {
			break
		}
	}
	return client, found
}

func (f *forwarded) isProxy(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	return slices.ContainsFunc(f.proxies, func(p netip.Prefix) bool { return p.Contains(address) })
}

// parseHop reads an address, with or without a port.
func parseHop(hop string) (netip.Addr, bool) {
	hop = strings.TrimSpace(hop)
	if host, _, err := net.SplitHostPort(hop); err == nil {
		hop = host
	}
	address, err := netip.ParseAddr(hop)
	return address.Unmap().WithZone(""), err == nil
}
