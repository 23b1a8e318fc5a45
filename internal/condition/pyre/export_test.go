package pyre

import "time"

// Patient gives a pattern all the time it wants, so that a busy machine does
// not decide what it matches.
func (p *Pattern) Patient() *Pattern {
	if p.backtracking != nil {
		p.backtracking.MatchTimeout = time.Hour
	}
	return p
}
