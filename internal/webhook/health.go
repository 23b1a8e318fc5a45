package webhook

import "time"

// HealthState says in one word how a webhook's receiver is doing.
type HealthState string

// The states of health.
const (
	// HealthUnknown means that nothing was sent since the webhook was last
	// changed or the server started.
	HealthUnknown HealthState = "unknown"
	// HealthOK means that the last attempt succeeded.
	HealthOK HealthState = "healthy"
	// HealthFailing means that the last attempt failed.
	HealthFailing HealthState = "failing"
	// HealthProbation means that the receiver keeps failing and is only probed.
	HealthProbation HealthState = "probation"
)

// HealthStates lists them from the best to the worst.
var HealthStates = []HealthState{HealthUnknown, HealthOK, HealthFailing, HealthProbation}

// Health is what is known about a webhook's receiver from the attempts so far.
type Health struct {
	State HealthState
	// Since is when the state began; for failing and probation it is the first
	// failure after the last success. Zero when the state is unknown.
	Since time.Time
	// Failures is how many attempts in a row have failed, since the server was
	// started at the earliest.
	Failures int
	// Reason is that of the last failure, if there was one since the last
	// success.
	Reason Reason
	// LastSuccess and LastFailure are zero for none since the server was started.
	LastSuccess, LastFailure time.Time
	// NextProbe is when a receiver on probation is tried next.
	NextProbe time.Time
	// GivesUp is when the deliveries that have waited since the first failure
	// will have used up their retry schedule.
	GivesUp time.Time
	// UsedUp is the most, in percent, that a delivery has used up of its
	// attempts or its time since the last success, as far as it was warned
	// about: 0, 50, 90, or 100 for one that was given up.
	UsedUp int
}
