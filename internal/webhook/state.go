package webhook

import "fmt"

// State is where a delivery stands, in the words of NetBox's background tasks.
// docs/state-machine.md draws the transitions.
type State uint8

// The states. Stores keep these numbers, so they never change meaning.
const (
	// Queued is due and waits for a worker.
	Queued State = iota + 1
	// Started is being sent. It is a claim, not a stored state: a process that
	// dies leaves the delivery queued or scheduled.
	Started
	// Scheduled has failed at least once; its next attempt has a time.
	Scheduled
	// Finished was answered with a 2xx.
	Finished
	// Failed was given up. A person may retry it.
	Failed
	// Canceled was stopped by a person, or because its webhook was deleted.
	Canceled
)

// States lists every state in the order of a delivery's life.
var States = []State{Queued, Started, Scheduled, Finished, Failed, Canceled}

var stateNames = [...]string{
	Queued: "queued", Started: "started", Scheduled: "scheduled",
	Finished: "finished", Failed: "failed", Canceled: "canceled",
}

// String returns the state's word.
func (s State) String() string {
	if s >= Queued && s <= Canceled {
		return stateNames[s]
	}
	return fmt.Sprintf("state(%d)", uint8(s))
}

// ParseState returns the state with the given word.
func ParseState(word string) (State, bool) {
	for _, s := range States {
		if stateNames[s] == word {
			return s, true
		}
	}
	return 0, false
}

// MarshalText writes the state's word.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a state's word.
func (s *State) UnmarshalText(text []byte) error {
	parsed, ok := ParseState(string(text))
	if !ok {
		return fmt.Errorf("unknown state %q", text)
	}
	*s = parsed
	return nil
}

// Final reports whether nothing more happens by itself.
func (s State) Final() bool { return s >= Finished }

// transitions has a bit for every state that may follow.
var transitions = [...]uint8{
	Queued:    1<<Started | 1<<Canceled,
	Started:   1<<Queued | 1<<Scheduled | 1<<Finished | 1<<Failed | 1<<Canceled,
	Scheduled: 1<<Started | 1<<Queued | 1<<Canceled,
	Finished:  1 << Queued,
	Failed:    1 << Queued,
	Canceled:  1 << Queued,
}

// CanBecome reports whether a delivery may go from s to next. The way back to
// queued is a retry by hand from a final state, "send now" from scheduled, and
// a release or rescue from started.
func (s State) CanBecome(next State) bool {
	return s >= Queued && s <= Canceled && transitions[s]&(1<<next) != 0
}
