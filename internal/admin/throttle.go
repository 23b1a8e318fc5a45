package admin

import (
	"net/netip"
	"sync"
	"time"

	"bellhop/internal/webhook"
)

// Wrong passwords are counted for each pair of name and address, so that nobody
// can lock others out by guessing at their names, and for each address, so that
// trying many names gains nothing.
const (
	guessesPerName    = 5
	guessesPerAddress = 20
	// guessWindow is how long a wrong password counts.
	guessWindow = time.Minute
	// maxGuessers bounds the memory of the counters.
	maxGuessers = 10_000
)

// guesser is who is counted; without a name, all of an address.
type guesser struct {
	address netip.Addr
	name    string
}

// guesses counts failed logins. The zero value is empty; it is safe for
// concurrent use.
type guesses struct {
	mu       sync.Mutex
	counters map[guesser]guessCount
}

type guessCount struct {
	failures int
	since    time.Time
}

// check refuses who has failed too often, and says how long to wait.
func (g *guesses) check(name string, from netip.Addr, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for who, limit := range limits(name, from) {
		count := g.counters[who]
		if wait := count.since.Add(guessWindow).Sub(now); count.failures >= limit && wait > 0 {
			return webhook.Errorf(webhook.CodeRateLimited,
				"Too many wrong passwords. Try again in %d seconds.", int(wait/time.Second)+1)
		}
	}
	return nil
}

// failed counts a wrong password.
func (g *guesses) failed(name string, from netip.Addr, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.counters == nil || len(g.counters) >= maxGuessers {
		g.forgetOld(now)
	}
	for who := range limits(name, from) {
		count := g.counters[who]
		if now.Sub(count.since) >= guessWindow {
			count = guessCount{since: now}
		}
		count.failures++
		g.counters[who] = count
	}
}

// forgetOld makes room: first what no longer counts, then everything.
func (g *guesses) forgetOld(now time.Time) {
	for who, count := range g.counters {
		if now.Sub(count.since) >= guessWindow {
			delete(g.counters, who)
		}
	}
	if g.counters == nil || len(g.counters) >= maxGuessers {
		g.counters = make(map[guesser]guessCount)
	}
}

// succeeded clears what was counted against the name at this address.
func (g *guesses) succeeded(name string, from netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.counters, guesser{from.Unmap(), name})
}

// limits are the counters that a login is part of. A client's /64 counts as one
// address: that is what one machine may choose from.
func limits(name string, from netip.Addr) map[guesser]int {
	from = from.Unmap()
	all := from
	if from.Is6() {
		if prefix, err := from.Prefix(64); err == nil {
			all = prefix.Addr()
		}
	}
	return map[guesser]int{{from, name}: guessesPerName, {all, ""}: guessesPerAddress}
}
