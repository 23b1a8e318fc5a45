package dispatch

import "time"

// catchUp is how much lost time a pacer makes up for. Timers and workers come late
// on a busy machine, by a quarter of a second at times; without it that costs a
// tenth of the rate and more, with it a stretch of 10 s has at most 2.5 % too much.
const catchUp = 250 * time.Millisecond

// pacer spaces exchanges evenly by a rate. In any stretch of time t there are at
// most rate * (t + catchUp) + 1 of them, and as many as rate * t while there is
// enough to do. The zero value has no limit.
type pacer struct {
	interval time.Duration
	// next is when the next exchange may begin.
	next time.Time
	// idle says that there was nothing to do since the last one, which is no
	// lost time.
	idle bool
}

// newPacer returns a pacer for a number of exchanges a second; 0 is no limit.
func newPacer(rate float64) pacer {
	if rate <= 0 {
		return pacer{}
	}
	return pacer{interval: time.Duration(float64(time.Second) / rate), idle: true}
}

// take counts an exchange that begins now.
func (p *pacer) take(now time.Time) {
	if p.interval == 0 {
		return
	}
	switch late := now.Sub(p.next); {
	case p.idle && late > 0:
		p.next = now
	case late > catchUp:
		p.next = now.Add(-catchUp)
	}
	p.idle = false
	p.next = p.next.Add(p.interval)
}
