package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"strconv"
	"time"
)

// Bounds that keep a slip of the finger from becoming an outage.
const (
	maxWorkers = 100_000
	maxDrain   = time.Hour
	maxDays    = 36500
	maxRounds  = 10_000
	minBody    = 1 << 10
	maxBody    = 1 << 30

	tokenLength = 40 // hex digits, NetBox's
	keyLength   = 64 // hex digits of a 256 bit key
)

// Proxyless as the value of proxy means that no proxy is used.
const Proxyless = "none"

// Check checks what the types cannot say. The error names every setting that is
// wrong and quotes no secret. It is not called Validate because the command
// line's parser would call it by itself and take the fault for wrong usage.
func (o *Options) Check() error {
	return errors.Join(
		o.Database.Check(),
		o.Server.CheckListen(),
		about("base-url", checkBaseURL(o.Server.BaseURL)),
		about("max-body", between(o.Server.MaxBody, minBody, maxBody)),
		about("admin-token", checkHex(o.Server.AdminToken, tokenLength)),
		about("drain", between(o.Server.Drain, 0, maxDrain)),
		about("workers", between(o.Delivery.Workers, 0, maxWorkers)),
		about("disable-after", between(o.Delivery.DisableAfter, 0, maxDays*24*time.Hour)),
		about("loop-rounds", between(o.Delivery.LoopRounds, 0, maxRounds)),
		about("proxy", checkProxy(o.Outgoing.Proxy)),
		about("template-env", checkPatterns(o.Templates.Env)),
		about("retain-deliveries", between(o.Retention.Deliveries, 0, maxDays)),
		about("retain-changes", between(o.Retention.Changes, 0, maxDays)),
	)
}

// Check is part of [Options.Check].
func (d *Database) Check() error {
	return errors.Join(
		about("data", notEmpty(d.Data)),
		about("encryption-key", checkHex(d.EncryptionKey, keyLength)),
	)
}

// CheckListen is part of [Options.Check].
func (s *Server) CheckListen() error { return about("listen", checkAddress(s.Listen)) }

// about puts a setting's name before an error.
func about(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

func notEmpty(text string) error {
	if text == "" {
		return errors.New("must not be empty")
	}
	return nil
}

func checkAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is not HOST:PORT", address)
	}
	if number, err := strconv.Atoi(port); err != nil || number < 0 || number > 65535 {
		return fmt.Errorf("port %q is not between 0 and 65535", port)
	}
	return nil
}

func checkHex(secret Secret, length int) error {
	if secret == "" {
		return nil
	}
	if _, err := hex.DecodeString(secret.Reveal()); err != nil || len(secret) != length {
		return fmt.Errorf("is not a text of %d hexadecimal digits", length)
	}
	return nil
}

func between[T int | int64 | time.Duration](n, least, most T) error {
	if n < least || n > most {
		return fmt.Errorf("%v is not between %v and %v", n, least, most)
	}
	return nil
}

func checkBaseURL(text string) error {
	if text == "" {
		return nil
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.User != nil ||
		parsed.RawQuery != "" || parsed.Fragment != "" {
		return errors.New("is not an http or https URL with a host and nothing after the path")
	}
	return nil
}

func checkProxy(proxy string) error {
	if proxy == "" || proxy == Proxyless {
		return nil
	}
	parsed, err := url.Parse(proxy)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		// The URL may hold a password, so it is not quoted.
		return errors.New("is neither an http or https URL with a host nor \"none\"")
	}
	return nil
}

func checkPatterns(patterns []string) error {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("%q is not a shell pattern", pattern)
		}
	}
	return nil
}
