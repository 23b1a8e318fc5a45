package store

import "net/netip"

// Network relates the field at Path, which holds an IP address with the length of
// its network ("10.0.0.1/24") or a prefix, to a prefix. On any other value it is
// false.
type Network struct {
	Path   string
	Op     NetworkOp
	Prefix netip.Prefix
}

func (Network) isFilter() {}

// NetworkOp is how a field has to relate to a prefix. The names are those of
// NetBox's filters and of PostgreSQL's operators that it uses.
type NetworkOp uint8

// The relations.
const (
	// NetworkHost: the field's address, without length, is the prefix's.
	NetworkHost NetworkOp = iota + 1
	// NetworkParent: the field's address, whatever its length, is in the prefix.
	NetworkParent
	// NetworkWithin: the field's network is a smaller one in the prefix.
	NetworkWithin
	// NetworkWithinOrEqual: the field's network is in the prefix, or is it.
	NetworkWithinOrEqual
	// NetworkContains: the prefix is in the field's network, or is it.
	NetworkContains
)

// Holds reports whether a field's value relates so to the prefix.
func (op NetworkOp) Holds(field, prefix netip.Prefix) bool {
	switch op {
	case NetworkHost:
		return field.Addr() == prefix.Addr()
	case NetworkParent:
		return prefix.Contains(field.Addr())
	case NetworkWithin:
		return prefix.Bits() < field.Bits() && prefix.Contains(field.Addr())
	case NetworkWithinOrEqual:
		return prefix.Bits() <= field.Bits() && prefix.Contains(field.Addr())
	case NetworkContains:
		return field.Bits() <= prefix.Bits() && field.Contains(prefix.Addr())
	}
	return false
}
