package config

import (
	"fmt"
	"log/slog"
	"net/netip"
)

// masked stands for a secret that is set.
const masked = "********"

// Secret is a text that is masked wherever it is printed, logged or encoded.
type Secret string

// String returns asterisks, or nothing for the empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString masks the secret in %#v too.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// MarshalText masks the secret in JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue masks the secret in log lines.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// Network is a range of IP addresses, written as "10.0.0.0/8" or as one address.
type Network struct{ netip.Prefix }

// UnmarshalText reads a network or an address.
func (n *Network) UnmarshalText(text []byte) error {
	if address, err := netip.ParseAddr(string(text)); err == nil && address.Zone() == "" {
		n.Prefix = netip.PrefixFrom(address, address.BitLen())
		return nil
	}
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("%q is neither an IP address nor a network such as 10.0.0.0/8", text)
	}
	n.Prefix = prefix.Masked()
	return nil
}

// Prefixes returns the ranges of networks.
func Prefixes(networks []Network) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(networks))
	for i, n := range networks {
		prefixes[i] = n.Prefix
	}
	return prefixes
}
