package admin

import (
	"context"
	"time"

	"bellhop/internal/webhook"
)

// QueueLoad is what one of the three queues has to do.
type QueueLoad struct {
	Queue webhook.Queue
	// States counts the deliveries in each state.
	States map[webhook.State]int
	// Oldest is when the delivery that is due the longest became due; zero when
	// none is due. It is exact for each webhook's queue as it is now.
	Oldest time.Time
}

// Queues returns what the queues have to do, the most urgent first.
func (a *Admin) Queues(ctx context.Context) ([]QueueLoad, error) {
	counts, err := a.Counts(ctx)
	if err != nil {
		return nil, err
	}
	backlog, err := a.Backlog(ctx)
	if err != nil {
		return nil, err
	}
	at := now()
	loads := make([]QueueLoad, len(webhook.Queues))
	for i, q := range webhook.Queues {
		loads[i] = QueueLoad{Queue: q, States: make(map[webhook.State]int, len(webhook.States))}
		for _, c := range counts {
			if c.Queue == q {
				loads[i].States[c.State] += c.N
			}
		}
		for _, b := range backlog {
			if b.Queue == q && !b.NextDue.After(at) && (loads[i].Oldest.IsZero() || b.NextDue.Before(loads[i].Oldest)) {
				loads[i].Oldest = b.NextDue
			}
		}
	}
	return loads, nil
}
