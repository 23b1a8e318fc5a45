package webhook

import "time"

// RetrySteps are the waits between attempts: 5 s after the first failure, 10 h
// after the seventh. A webhook with more attempts than steps repeats the last.
var RetrySteps = []time.Duration{
	5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute,
	2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
}

// retryJitter is the share by which a wait may be shorter or longer, so that
// deliveries that failed together do not come back together.
const retryJitter = 0.2

// Failure is what a retry decision needs to know about a failed attempt.
type Failure struct {
	// Attempts is how many attempts of the present schedule were made, this one
	// included; a retry by hand starts a new schedule.
	Attempts int
	// MaxAttempts is the webhook's.
	MaxAttempts int
	Reason      Reason
	// RetryAfter is what the receiver asked for; 0 when it did not.
	RetryAfter time.Duration
}

// Next decides what follows a failed attempt: [Scheduled] with the wait before
// the next one, or [Failed]. random is in [0, 1) and gives the jitter.
//
// Retry-After counts within one and two times the step (not the jittered one):
// a receiver may ask for patience, but neither hurry Bellhop nor stall it.
func (f Failure) Next(random float64) (State, time.Duration) {
	if !f.Reason.Retryable() || f.Attempts >= f.MaxAttempts {
		return Failed, 0
	}
	step := RetrySteps[min(max(f.Attempts, 1), len(RetrySteps))-1]
	if f.RetryAfter > 0 {
		return Scheduled, min(max(f.RetryAfter, step), 2*step)
	}
	factor := 1 - retryJitter + 2*retryJitter*random
	return Scheduled, time.Duration(float64(step) * factor)
}

// RetryTimes returns when the attempts after the next one would begin if all of
// them failed at once: next is the moment of the next attempt, spent how many
// there were before it, limit the webhook's. Jitter, Retry-After and probing move
// them.
func RetryTimes(next time.Time, spent, limit int) []time.Time {
	var times []time.Time
	for made := spent + 1; made < limit; made++ {
		next = next.Add(RetrySteps[min(made, len(RetrySteps))-1])
		times = append(times, next)
	}
	return times
}
