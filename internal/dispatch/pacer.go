package dispatch

import "time"

// catchUp is how much lost time a pacer makes up for. A timer that comes a
// millisecond late would otherwise cost a rate of 50 a second 5 %.
const catchUp = 50 * time.Millisecond

// pacer spaces exchanges evenly by a rate. In any stretch of time t there are at
// most rate * (t + catchUp) + 1 of them, and as many as rate * t while there is
// enough to do. The zero value has no limit.
type pacer struct {
	interval time.Duration
	// next is when the next exchange may begin.
	next time.Time
}

// newPacer returns a pacer for a number of exchanges a second; 0 is no limit.
func newPacer(rate float64) pacer {
	if rate <= 0 {
		return pacer{}
	}
	return pacer{interval: time.Duration(float64(time.Second) / rate)}
}

// take counts an exchange that begins now.
func (p *pacer) take(now time.Time) {
	if p.interval == 0 {
		return
	}
	if now.Sub(p.next) > catchUp {
		p.next = now // it was idle, which is not lost time
	}
	p.next = p.next.Add(p.interval)
}
