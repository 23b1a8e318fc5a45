package send

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"time"

	"golang.org/x/net/idna"

	"bellhop/internal/webhook"
)

// poolKey is what webhooks must have in common to share connections.
type poolKey struct {
	skipVerify bool
	caFile     string
	proxy      string
}

// Pool settings. Idle connections per host match the largest concurrency that
// is usual for one receiver, so that a burst does not close what it will need
// again.
const (
	idlePerHost = 256
	idleTotal   = 2048
	idleTimeout = 90 * time.Second
	keepAlive   = 30 * time.Second
)

// HTTP/2 settings: what may come of a body before it is read, for one answer and
// for all of a connection, and how long a connection may be silent or take nothing.
const (
	streamWindow     = 2 * maxResponseBody
	connectionWindow = 2 << 20
	silence          = 15 * time.Second
)

// transport returns the round tripper for a request, making its pool if it is
// the first of its kind.
func (c *Client) transport(ctx context.Context, req *Request, proxy *url.URL) (http.RoundTripper, poolKey, error) {
	key := poolKey{skipVerify: req.SkipVerify, caFile: req.CAFile}
	if c.fixed != nil {
		return c.fixed, key, nil
	}
	if proxy != nil {
		if err := c.checkTarget(ctx, req.URL); err != nil {
			return nil, key, err
		}
		key.proxy = proxy.String()
	}
	c.mu.RLock()
	pool, ok := c.pools[key]
	c.mu.RUnlock()
	if ok {
		return pool, key, nil
	}
	made, err := c.newPool(key, proxy)
	if err != nil {
		return nil, key, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if pool, ok := c.pools[key]; ok {
		return pool, key, nil
	}
	c.pools[key] = made
	return made, key, nil
}

func (c *Client) drop(key poolKey) {
	c.mu.Lock()
	pool, ok := c.pools[key]
	delete(c.pools, key)
	c.mu.Unlock()
	if ok {
		pool.CloseIdleConnections()
	}
}

// proxyFor returns the proxy for a URL, or nil.
func (c *Client) proxyFor(target *url.URL) (*url.URL, error) {
	if c.proxy == nil {
		return nil, nil
	}
	return c.proxy(target)
}

// checkTarget checks where a proxy is asked to go. Behind a proxy the dialler sees
// only the proxy's address, so the target is checked as far as this host can
// resolve it.
func (c *Client) checkTarget(ctx context.Context, target *url.URL) error {
	host, err := idna.Lookup.ToASCII(target.Hostname()) // what net/http asks for
	if err != nil {
		host = target.Hostname()
	}
	if address, err := netip.ParseAddr(host); err == nil {
		return c.guard.check(address)
	}
	if endsInNumber(host) {
		return &blockedError{host}
	}
	resolver := c.dialer.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	addresses, err := resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil //nolint:nilerr // a name that only the proxy knows
	}
	for _, address := range addresses {
		if err := c.guard.check(address); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) newPool(key poolKey, proxy *url.URL) (*http.Transport, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: key.skipVerify, // the webhook's owner switched verification off
		ClientSessionCache: tls.NewLRUClientSessionCache(64),
	}
	if key.caFile != "" {
		roots, err := loadCAFile(key.caFile)
		if err != nil {
			return nil, &Error{Reason: webhook.ReasonTLS, Err: err}
		}
		config.RootCAs = roots
	}
	dialer := c.dialer
	pool := &http.Transport{
		TLSClientConfig:        config,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // bodies are kept as they came
		MaxIdleConns:           idleTotal,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxResponseHeader,
		WriteBufferSize:        4 << 10,
		ReadBufferSize:         4 << 10,
		HTTP2: &http.HTTP2Config{
			MaxReceiveBufferPerStream: streamWindow, MaxReceiveBufferPerConnection: connectionWindow,
			SendPingTimeout: silence, PingTimeout: silence, WriteByteTimeout: silence,
		},
	}
	if proxy != nil {
		dialer.ControlContext = nil // a proxy may be anywhere
		pool.Proxy = http.ProxyURL(proxy)
	}
	pool.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		leave := func() {}
		if proxy == nil { // which many receivers share
			if err := c.open.enter(address); err != nil {
				return nil, err
			}
			leave = func() { c.open.leave(address) }
		}
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			leave()
			return nil, err
		}
		return newMeter(conn, c.abandonedAfter, leave), nil
	}
	return pool, nil
}

// loadCAFile reads a bundle of PEM certificates.
func loadCAFile(path string) (*x509.CertPool, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("CA file: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(data) {
		return nil, errors.New("CA file holds no certificate")
	}
	return roots, nil
}
