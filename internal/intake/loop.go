package intake

import (
	"errors"
	"fmt"
	"sync"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// DefaultRounds is after how many rounds a loop is stopped, unless somebody says
// otherwise. AWS Lambda stops its recursive invocations after as many.
const DefaultRounds = 16

// loops notices receivers that make the very changes that they are told of. It
// goes by what clients pass on: the webhook-id of the delivery that they are
// handling, or its request_id. The round of a change is the number of deliveries
// in the chain that led to it; 0 for the usual change, which no delivery has led
// to as far as anybody knows.
//
// A round is stored with the verdicts of its change, so a chain that is followed
// by deliveries survives a restart. One that is followed by request ids is kept
// in memory only.
type loops struct {
	// limit is the round in which webhooks do not fire any more; 0 means never.
	limit int

	mu sync.Mutex // guards what follows
	// recent and older have rounds by the ids that clients name: those of
	// requests that others have led to, and those of deliveries that were looked
	// up, of which a list of changes asks for each one. When recent is full it
	// becomes older.
	recent, older map[webhook.UUID]int
}

// maxRecent bounds each of the two maps: 3 MB, and a minute at 500 changes a
// second that all name a request.
const maxRecent = 32_768

// round finds out how many deliveries have led to a change. What a client names
// that is not known, or not any more, counts for nothing.
func (l *loops) round(tx store.Tx, change *webhook.Change) (int, error) {
	round := 0
	if cause := change.Cause.Delivery; !cause.IsZero() {
		before, known, err := l.deliveryRound(tx, cause)
		if err != nil {
			return 0, fmt.Errorf("cause %s: %w", cause, err)
		}
		if known {
			round = before + 1
		}
	}
	following := round
	// Changes from elsewhere may name the request that they are part of themselves.
	if cause := change.Cause.Request; !cause.IsZero() && cause != change.RequestID {
		before, _ := l.find(cause)
		following = max(round, before+1)
	}
	if following > 0 {
		l.keep(change.RequestID, following)
	}
	if following > 1 {
		// A first step by request id alone is no evidence: any proxy may have
		// made the id up.
		round = following
	}
	return round, nil
}

// deliveryRound returns the round of the change that a delivery is about.
func (l *loops) deliveryRound(tx store.Tx, delivery webhook.UUID) (round int, known bool, err error) {
	if round, known = l.find(delivery); known {
		return round, true, nil
	}
	d, err := tx.Delivery(delivery)
	if err == nil {
		var change webhook.Change
		change, err = tx.Change(d.ChangeID)
		for _, v := range change.Verdicts {
			round = max(round, v.Round)
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	l.keep(delivery, round)
	return round, true, nil
}

func (l *loops) find(id webhook.UUID) (round int, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if round, known = l.recent[id]; !known {
		round, known = l.older[id]
	}
	return round, known
}

func (l *loops) keep(id webhook.UUID, round int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.recent) >= maxRecent {
		l.recent, l.older = nil, l.recent
	}
	if l.recent == nil {
		l.recent = make(map[webhook.UUID]int)
	}
	l.recent[id] = max(l.recent[id], round)
}

// follow notes the round of a change in its verdicts. In the last round what has
// fired is stopped: the change is recorded, but nothing is delivered.
func (l *loops) follow(tx store.Tx, r *Recorded) error {
	if l.limit == 0 || r.Change.Cause.IsZero() {
		return nil
	}
	round, err := l.round(tx, &r.Change)
	if err != nil {
		return err
	}
	stop := round >= l.limit
	for i := range r.Change.Verdicts {
		v := &r.Change.Verdicts[i]
		v.Round = round
		if stop && v.Outcome == webhook.Fired {
			v.Outcome = webhook.Stopped
			v.Reason = fmt.Sprintf("Stopped: a loop. %d deliveries, each caused by the one before, have led to this change.", round)
		}
	}
	if stop {
		r.Deliveries, r.fired = nil, nil
	}
	return nil
}
