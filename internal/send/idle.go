package send

import (
	"bufio"
	"net"
	"sync"
	"time"
)

// line is a connection to a receiver. It belongs to one exchange at a time.
type line struct {
	address string
	conn    net.Conn
	input   input
	reader  *bufio.Reader
	// since is when it was put into the pool.
	since time.Time
}

// idlePool keeps connections for the next exchange. It is safe for concurrent
// use.
type idlePool struct {
	mu    sync.Mutex
	lines map[string][]*line // by address, the last used at the end
	count int
	// sweeper closes what nobody wants any more; nil while the pool is empty.
	sweeper *time.Timer
	closed  bool
}

// take returns a connection that was used last, with a new deadline, or nil. One
// that its receiver has closed or written to since is none: what it wrote, often
// a 408, would look like the answer to the next request.
func (p *idlePool) take(address string, deadline time.Time) *line {
	for {
		l := p.pop(address)
		if l == nil {
			return nil
		}
		if time.Since(l.since) < idleTimeout && l.conn.SetDeadline(deadline) == nil && quiet(l.conn) {
			return l
		}
		l.conn.Close() // it has nothing to tell
	}
}

func (p *idlePool) pop(address string) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.lines[address]
	if len(list) == 0 {
		return nil
	}
	last := len(list) - 1
	l := list[last]
	list[last] = nil
	p.set(address, list[:last])
	return l
}

// set replaces the list of an address. The mutex is held.
func (p *idlePool) set(address string, list []*line) {
	p.count += len(list) - len(p.lines[address])
	if len(list) == 0 {
		delete(p.lines, address)
	} else {
		p.lines[address] = list
	}
}

// put takes a connection that may be used again, or closes it when there are
// enough.
func (p *idlePool) put(l *line) {
	l.since = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.lines[l.address]
	if p.closed || len(list) >= idlePerHost || p.count >= idleTotal {
		l.conn.Close()
		return
	}
	if p.lines == nil {
		p.lines = make(map[string][]*line)
	}
	p.lines[l.address] = append(list, l)
	p.count++
	if p.sweeper == nil {
		p.sweeper = time.AfterFunc(idleTimeout, p.sweep)
	}
}

// sweep closes what was idle for too long and comes back while something is
// left.
func (p *idlePool) sweep() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for address, list := range p.lines {
		old := 0
		for old < len(list) && now.Sub(list[old].since) >= idleTimeout {
			list[old].conn.Close()
			old++
		}
		p.set(address, append(list[:0:0], list[old:]...))
	}
	p.sweeper = nil
	if p.count > 0 && !p.closed {
		p.sweeper = time.AfterFunc(idleTimeout/2, p.sweep)
	}
}

// close closes what is idle, and from then on everything that is put.
func (p *idlePool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.sweeper != nil {
		p.sweeper.Stop()
	}
	for _, list := range p.lines {
		for _, l := range list {
			l.conn.Close()
		}
	}
	clear(p.lines)
	p.count = 0
}
