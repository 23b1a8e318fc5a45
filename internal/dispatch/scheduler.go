package dispatch

import (
	"context"
	"slices"
	"sync"
	"time"

	"bellhop/internal/webhook"
)

// maxInputBytes bounds the contexts that waiting entries keep in memory, over
// all lanes. entrySize is what an entry takes beside its context.
const (
	maxInputBytes = 32 << 20
	entrySize     = 256
)

// flight is a delivery that a worker has taken and whose outcome is not durable
// yet.
type flight struct {
	entry
	lane *lane
	hook *hook
	// began is when a worker took it, prompt what its lane was then.
	began  time.Time
	prompt bool
	// retried says that a person retried the delivery after its outcome had become
	// durable and before that was heard of here.
	retried bool
	// worker makes the exchange; nil once that is over.
	worker *worker
}

// scheduler decides which delivery goes next. It is safe for concurrent use.
type scheduler struct {
	mu sync.Mutex
	// idle are the workers that wait. The last that went idle is woken first:
	// its memory is warm, and workers that are not needed stay asleep.
	idle []*worker
	// nudge wakes the keeper; capacity 1, so that a nudge is never lost and
	// nobody waits.
	nudge chan struct{}

	lanes   map[int64]*lane
	flights map[webhook.UUID]*flight
	share   share
	// rings have the lanes that could run, by queue, in the order in which
	// they came. One that has its share of the workers stays where it is.
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

func newScheduler(workers int) *scheduler {
	return &scheduler{
		nudge: make(chan struct{}, 1), lanes: make(map[int64]*lane), flights: make(map[webhook.UUID]*flight),
		share: share{workers: workers},
	}
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
		if s.share.allows(l) {
			s.wakeWorker()
		}
	} else if s.isBeforePlan(l.runAt) {
		s.wakeKeeper()
	}
}

// wakeWorker lets one idle worker look for work.
func (s *scheduler) wakeWorker() {
	if last := len(s.idle) - 1; last >= 0 {
		s.idle[last].wake <- struct{}{}
		s.idle[last] = nil
		s.idle = s.idle[:last]
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

// next returns the next flight for a worker, or nil when the scheduler stops. It
// waits.
func (s *scheduler) next(ctx context.Context, w *worker) (*flight, context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.stopping {
		if l := s.pick(); l != nil {
			now := time.Now()
			if !l.runnable(now) {
				s.list(l, now)
				continue
			}
			return s.begin(ctx, w, l, now)
		}
		s.idle = append(s.idle, w)
		s.mu.Unlock()
		<-w.wake
		s.mu.Lock()
	}
	return nil, nil
}

// begin takes an entry of a lane that is runnable.
func (s *scheduler) begin(ctx context.Context, w *worker, l *lane, now time.Time) (*flight, context.Context) {
	if w.ctx == nil || w.ctx.Err() != nil {
		w.ctx, w.cut = context.WithCancelCause(ctx)
	}
	f := &flight{entry: l.take(now), lane: l, hook: l.hook, began: now, prompt: l.isPrompt(), worker: w}
	s.share.begin(f.prompt)
	s.inputBytes -= f.size()
	s.flights[f.ID] = f
	s.settleLane(l, now)
	return f, w.ctx
}

// pick removes a lane from the rings: the first that has not got its share yet,
// of the ring with the most credit among those that have such a lane. Each turn
// gives every such ring its weight and takes the sum from the one that is picked
// (smooth weighted round robin).
func (s *scheduler) pick() *lane {
	best, place, sum := -1, 0, 0
	for q := range s.rings {
		i := slices.IndexFunc(s.rings[q], s.share.allows)
		if i < 0 {
			s.credits[q] = 0
			continue
		}
		s.credits[q] += weights[q]
		sum += weights[q]
		if best < 0 || s.credits[q] > s.credits[best] {
			best, place = q, i
		}
	}
	if best < 0 {
		return nil
	}
	s.credits[best] -= sum
	ring := s.rings[best]
	l := ring[place]
	l.listed = false
	if place == 0 { // as a rule; the others need not be moved then
		ring[0] = nil
		s.rings[best] = ring[1:]
	} else {
		s.rings[best] = slices.Delete(ring, place, place+1)
	}
	return l
}

// answered frees the slot of an exchange that is over; its outcome is not
// durable yet. It returns a warning if people should get one.
func (s *scheduler) answered(f *flight, reason webhook.Reason, usedUp int, now time.Time) (w Warning, warn bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := f.lane
	f.worker = nil
	s.share.end(f.prompt)
	l.answered(now.Sub(f.began))
	warn = l.health.learn(evidence{f.ID, reason, f.began, usedUp}, now)
	s.settleLane(l, now)
	return Warning{f.WebhookID, f.ID, l.health.usedUp, reason, l.health.failing}, warn
}

// settled ends flights whose outcomes are durable.
func (s *scheduler) settled(records []*record, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		delete(s.flights, r.flight.ID)
		if r.lost || r.flight.retried {
			r.flight.lane.lose(&r.flight.entry, now)
		} else {
			r.flight.lane.finish(&r.flight.entry, r.settlement.State, r.settlement.Due, now)
		}
		s.settleLane(r.flight.lane, now)
	}
}

// size is what an entry takes of maxInputBytes: nothing when it has no context.
func (e *entry) size() int {
	if e.input == nil {
		return 0
	}
	return len(e.input.Context) + entrySize
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
	for len(s.idle) > 0 {
		s.wakeWorker()
	}
}

// cut ends running exchanges: those of the given deliveries, or all.
func (s *scheduler) cut(ids map[webhook.UUID]bool, cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, f := range s.flights {
		if f.worker != nil && (ids == nil || ids[id]) {
			f.worker.cut(cause)
		}
	}
}
