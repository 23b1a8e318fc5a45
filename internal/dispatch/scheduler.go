package dispatch

import (
	"context"
	"sync"
	"time"

	"bellhop/internal/webhook"
)

// maxInputBytes bounds the contexts that waiting entries keep in memory, over
// all lanes.
const maxInputBytes = 64 << 20

// flight is a delivery that a worker has taken and whose outcome is not durable
// yet.
type flight struct {
	entry
	lane *lane
	hook *hook
	// began is when a worker took it.
	began time.Time
	// cancel cuts the exchange.
	cancel context.CancelCauseFunc
}

// scheduler decides which delivery goes next. It is safe for concurrent use.
type scheduler struct {
	mu   sync.Mutex
	work sync.Cond // workers wait for entries
	// nudge wakes the keeper; capacity 1, so that a nudge is never lost and
	// nobody waits.
	nudge chan struct{}

	lanes      map[int64]*lane
	flights    map[webhook.UUID]*flight
	rings      [len(weights)][]*lane
	credits    [len(weights)]int
	inputBytes int
	// planned is when the keeper looks by itself.
	planned  time.Time
	stopping bool
}

// weights are the shares of the queues when all of them have work, by
// webhook.Queue. The lowest gets its share however busy the others are.
var weights = [...]int{webhook.QueueDefault: 4, webhook.QueueHigh: 12, webhook.QueueLow: 1}

func newScheduler() *scheduler {
	s := &scheduler{
		nudge: make(chan struct{}, 1), lanes: make(map[int64]*lane), flights: make(map[webhook.UUID]*flight),
	}
	s.work.L = &s.mu
	return s
}

// wakeKeeper tells the keeper to look again.
func (s *scheduler) wakeKeeper() {
	select {
	case s.nudge <- struct{}{}:
	default:
	}
}

// list puts a lane into its ring if it can run, and wakes a worker.
func (s *scheduler) list(l *lane, now time.Time) {
	if l.listed || s.stopping {
		return
	}
	if l.runnable(now) {
		l.listed = true
		s.rings[l.hook.Queue] = append(s.rings[l.hook.Queue], l)
		s.work.Signal()
	} else if s.isBeforePlan(l.runAt) {
		s.wakeKeeper()
	}
}

// isBeforePlan reports whether the keeper must be woken for a moment.
func (s *scheduler) isBeforePlan(at time.Time) bool {
	return !at.IsZero() && at.Before(s.planned)
}

// update changes a lane under the lock and lets what became possible happen.
func (s *scheduler) update(webhookID int64, now time.Time, change func(*lane)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.lanes[webhookID]
	if !ok {
		return
	}
	change(l)
	s.settleLane(l, now)
}

// settleLane follows up on a change of a lane.
func (s *scheduler) settleLane(l *lane, now time.Time) {
	if l.hook.Enabled && !l.reading && (l.stale || s.isBeforePlan(l.wakeAt)) {
		s.wakeKeeper()
	}
	s.list(l, now)
}

// next returns the next flight, or nil when the scheduler stops. It waits.
func (s *scheduler) next(ctx context.Context) (*flight, context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stopping {
		if l := s.pick(); l != nil {
			now := time.Now()
			if !l.runnable(now) {
				s.list(l, now)
				continue
			}
			f := &flight{entry: l.take(now), lane: l, hook: l.hook, began: now}
			s.inputBytes -= f.size()
			own, cancel := context.WithCancelCause(ctx)
			f.cancel = cancel
			s.flights[f.ID] = f
			s.settleLane(l, now)
			return f, own
		}
		s.work.Wait()
	}
	return nil, nil
}

// pick removes a lane from the rings: the ring with the most credit among those
// that have lanes, where each turn gives every such ring its weight and takes
// the sum from the one that is picked (smooth weighted round robin).
func (s *scheduler) pick() *lane {
	best, sum := -1, 0
	for q := range s.rings {
		if len(s.rings[q]) == 0 {
			s.credits[q] = 0
			continue
		}
		s.credits[q] += weights[q]
		sum += weights[q]
		if best < 0 || s.credits[q] > s.credits[best] {
			best = q
		}
	}
	if best < 0 {
		return nil
	}
	s.credits[best] -= sum
	l := s.rings[best][0]
	s.rings[best][0] = nil
	s.rings[best] = s.rings[best][1:]
	l.listed = false
	return l
}

// answered frees the slot of an exchange that is over; its outcome is not
// durable yet.
func (s *scheduler) answered(f *flight, reason webhook.Reason, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.lane.running--
	f.lane.health.learn(f.ID, reason, f.began, now)
	s.settleLane(f.lane, now)
}

// settled ends flights whose outcomes are durable.
func (s *scheduler) settled(records []*record, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		delete(s.flights, r.flight.ID)
		r.flight.lane.finish(&r.flight.entry, r.settlement.State, r.settlement.Due, now)
		s.settleLane(r.flight.lane, now)
	}
}

// size is what an entry keeps of contexts in memory.
func (e *entry) size() int {
	if e.input == nil {
		return 0
	}
	return len(e.input.Context)
}

// offer hands an announced delivery to its lane.
func (s *scheduler) offer(e entry, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.lanes[e.WebhookID]
	if !ok {
		return // the keeper finds it when the webhook is known
	}
	if s.inputBytes+e.size() > maxInputBytes {
		e.input = nil
	}
	before := l.ready.len()
	l.offer(e)
	if l.ready.len() > before {
		s.inputBytes += e.size()
	}
	s.settleLane(l, now)
}

// stop lets waiting workers go.
func (s *scheduler) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	s.work.Broadcast()
}

// cut ends running exchanges: those of the given deliveries, or all.
func (s *scheduler) cut(ids map[webhook.UUID]bool, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, f := range s.flights {
		if ids == nil || ids[id] {
			f.cancel(cause)
		}
	}
}
