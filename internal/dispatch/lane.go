package dispatch

import (
	"slices"
	"time"

	"bellhop/internal/render"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// windowSize is how many entries a lane holds at most, but for a burst: what is
// announced to a lane whose receiver is prompt comes on top while contexts have
// room in memory, for reading it again would cost more than half of what
// delivering it does.
const windowSize = 1000

// entry is a delivery that waits in a lane.
type entry struct {
	webhook.Delivery
	object object
	// input is the change's context, shared with the change's other
	// deliveries; nil when the worker has to read it.
	input *render.Input
}

// object names what an ordered lane keeps in order.
type object struct {
	objectType string
	id         int64
}

// lane is the state of one webhook's deliveries. The scheduler's mutex guards
// it; its methods expect the mutex to be held.
type lane struct {
	hook   *hook
	pacer  pacer
	health health
	// average is the moving average of the time that exchanges take; 0 before
	// the first has ended.
	average time.Duration

	// ready is due and free to go.
	ready fifo
	// behind has, in an ordered lane, what waits for an earlier delivery of
	// the same object; active has the delivery of each object that is ready or
	// in flight.
	behind map[object][]entry
	active map[object]webhook.UUID
	// running counts exchanges, inFlight all that is claimed: also what waits
	// for its outcome to be recorded.
	running, inFlight int

	// more says that the store has due deliveries that are not in the window.
	more bool
	// missed says that, during a read, something was announced that it may not
	// have seen.
	missed bool
	// wakeAt is when the next delivery outside the window is due; runAt when
	// rate limit or health let the next one go. Zero means never.
	wakeAt, runAt time.Time
	// stale asks the keeper to read the lane.
	stale bool
	// reading is set while the keeper reads; settled then collects what was
	// settled or canceled in the meantime.
	reading bool
	settled map[webhook.UUID]bool
	// highWater is the greatest id that a read returned.
	highWater webhook.UUID
	// listed says that the lane stands in its queue's ring.
	listed bool
	// removed says that the webhook was deleted: what is read now comes too late.
	removed bool
}

func newLane(h *hook) *lane {
	return &lane{
		hook: h, pacer: newPacer(h.RateLimit), stale: true,
		behind: make(map[object][]entry), active: make(map[object]webhook.UUID),
	}
}

// setHook takes a new revision over. Slots, limits and templates count from the
// next exchange on, and a receiver that fails gets a new chance: its address may
// be what was mended.
func (l *lane) setHook(h *hook) {
	if l.hook.RateLimit != h.RateLimit {
		l.pacer = newPacer(h.RateLimit)
	}
	l.stale = l.stale || l.hook.Ordered != h.Ordered || l.hook.Enabled != h.Enabled
	l.hook = h
	l.health = health{well: l.health.well, success: l.health.success}
	l.runAt = time.Time{}
}

// offer takes a new delivery that was announced, if it is safe to.
func (l *lane) offer(e entry) {
	switch {
	case l.hook.Ordered:
		// Announcements of one object may overtake each other on their way
		// here; the store has them in order.
		l.stale = true
	case string(e.ID[:]) <= string(l.highWater[:]) || l.more:
		// A read has seen it or will, unless it is just at its end.
		l.missed = l.reading
	case l.ready.len() >= windowSize && (e.input == nil || !l.isPrompt()):
		l.more, l.missed = true, l.reading
	default:
		l.ready.push(e)
	}
}

// runnable reports whether an entry may go at the moment now. If only time keeps
// it from going, runAt says when.
func (l *lane) runnable(now time.Time) bool {
	if l.ready.len() == 0 || !l.hook.Enabled || l.running >= l.hook.Concurrency {
		l.pacer.idle = l.pacer.idle || !l.hook.Enabled || l.ready.len() == 0 && !l.more && !l.reading
		return false
	}
	if at := l.health.probation.opens(l.running); at.After(now) {
		l.runAt, l.pacer.idle = earliest(l.runAt, at), true
		return false
	} else if l.health.probation.closed() && l.running > 0 {
		return false
	}
	if l.pacer.next.After(now) {
		l.runAt = earliest(l.runAt, l.pacer.next)
		return false
	}
	return true
}

// take removes the first entry. The lane must be runnable.
func (l *lane) take(now time.Time) entry {
	l.pacer.take(now)
	l.running++
	l.inFlight++
	if l.needsReading() {
		l.stale = true
	}
	return l.ready.pop()
}

// answered frees a slot and learns how long the exchange took.
func (l *lane) answered(took time.Duration) {
	l.running--
	if l.average == 0 {
		l.average = took
	}
	l.average = max(1, l.average+(took-l.average)/4)
}

// isPrompt reports whether exchanges have been quick so far. A lane that has had
// none is not prompt: nobody knows.
func (l *lane) isPrompt() bool { return l.average > 0 && l.average <= promptLimit }

// needsReading reports whether the window runs low although there is more.
func (l *lane) needsReading() bool { return l.more && l.ready.len() < windowSize/4 }

// finish learns the durable outcome of a flight.
func (l *lane) finish(e *entry, state webhook.State, due, now time.Time) {
	l.inFlight--
	if l.reading {
		l.settled[e.ID] = true
	}
	if !state.Final() {
		if due.After(now) {
			l.wakeAt = earliest(l.wakeAt, due)
		} else {
			l.stale = true
		}
	}
	if l.hook.Ordered {
		l.advance(e, state.Final(), now)
	}
	if l.needsReading() {
		l.stale = true
	}
}

// lose ends a flight whose delivery was moved by somebody else in the meantime: a
// person has canceled it, or retried it in the very moment in which it became due.
// Only the store knows whether it is to be sent again, so nothing goes until the
// lane was read.
func (l *lane) lose(e *entry, now time.Time) {
	l.inFlight--
	l.stale = true
	if l.reading {
		l.settled[e.ID] = true
	}
	if l.hook.Ordered {
		l.advance(e, false, now)
	}
}

// advance lets the next delivery of an object go, or holds the object back until
// the keeper reads the lane for its retry. If the lane was read after the outcome
// had become durable and before it was heard of here, the next one goes already.
func (l *lane) advance(e *entry, done bool, now time.Time) {
	o := e.object
	if l.active[o] != e.ID {
		// What was taken before the lane was put in order may not know its object.
		l.stale = l.stale || o == object{}
		return
	}
	waiting := l.behind[o]
	delete(l.behind, o)
	delete(l.active, o)
	switch {
	case !done:
		// The retry comes first, and the others after it: all are read then.
	case len(waiting) == 0:
		l.stale = l.stale || l.more
	case !isDue(&waiting[0].Delivery, now):
		l.wakeAt = earliest(l.wakeAt, waiting[0].Due)
	default:
		l.active[o] = waiting[0].ID
		l.ready.push(waiting[0])
		if len(waiting) > 1 {
			l.behind[o] = waiting[1:]
		}
	}
}

// forget removes deliveries that were canceled, also from what is being read.
func (l *lane) forget(ids map[webhook.UUID]bool) {
	l.ready.remove(func(e *entry) bool { return ids[e.ID] })
	for o, waiting := range l.behind {
		l.behind[o] = slices.DeleteFunc(waiting, func(e entry) bool { return ids[e.ID] })
	}
	if l.reading {
		for id := range ids {
			l.settled[id] = true
		}
	}
	if l.hook.Ordered {
		l.stale = true
	}
}

// remove empties the lane of a webhook that was deleted.
func (l *lane) remove() {
	l.removed = true
	l.ready = fifo{}
	clear(l.behind)
}

// beginRead prepares for what the keeper will read.
func (l *lane) beginRead() {
	l.reading, l.stale, l.missed = true, false, false
	l.settled = make(map[webhook.UUID]bool)
	l.wakeAt = time.Time{}
}

// endRead replaces the window by what was read. flying reports what is in
// flight; full says that the read came to its limit.
func (l *lane) endRead(due []store.Due, full bool, flying func(webhook.UUID) bool, now time.Time) {
	old := l.ready
	l.ready = fifo{}
	inputs := make(map[webhook.UUID]*render.Input, old.len())
	old.each(func(e *entry) { inputs[e.ID] = e.input })
	l.more = full
	r := reader{lane: l, flying: flying, inputs: inputs, now: now}
	if l.hook.Ordered {
		r.inOrder(due)
	} else {
		r.byDue(due)
		// What was announced after the read is not in it.
		old.each(func(e *entry) {
			if string(e.ID[:]) > string(l.highWater[:]) {
				l.ready.push(*e)
			}
		})
		// All that was read may have been delivered meanwhile.
		l.stale = l.stale || l.needsReading()
	}
	// Nobody will read the lane again if it has no more.
	l.stale = l.stale || l.missed && !l.more
	l.reading, l.settled = false, nil
}

// reader sorts what was read from the store into a lane.
type reader struct {
	lane   *lane
	flying func(webhook.UUID) bool
	inputs map[webhook.UUID]*render.Input
	now    time.Time
}

// entry returns what was read as an entry; ok is false for what is in flight or
// was settled since.
func (r *reader) entry(d *store.Due) (entry, bool) {
	if string(d.ID[:]) > string(r.lane.highWater[:]) {
		r.lane.highWater = d.ID
	}
	if r.lane.settled[d.ID] || r.flying(d.ID) {
		return entry{}, false
	}
	return entry{Delivery: d.Delivery, object: object{d.ObjectType, d.ObjectID}, input: r.inputs[d.ID]}, true
}

// isDue reports whether a delivery may go. One that is queued may in any case: if its
// due time is to come, the clock was set back since.
func isDue(d *webhook.Delivery, now time.Time) bool {
	return d.State == webhook.Queued || !d.Due.After(now)
}

// byDue takes what is due; the first that is not says when to wake.
func (r *reader) byDue(due []store.Due) {
	for i := range due {
		e, ok := r.entry(&due[i])
		switch {
		case !ok:
		case !isDue(&e.Delivery, r.now):
			r.lane.wakeAt = earliest(r.lane.wakeAt, e.Due)
			r.lane.more = false
		default:
			r.lane.ready.push(e)
		}
	}
}

// inOrder lets the first delivery of each object go and keeps the others behind
// it. An object whose first one is not due yet is left for later.
func (r *reader) inOrder(due []store.Due) {
	l := r.lane
	clear(l.behind)
	clear(l.active)
	later := make(map[object]bool)
	for i := range due {
		o := object{due[i].ObjectType, due[i].ObjectID}
		_, isActive := l.active[o]
		e, ok := r.entry(&due[i])
		switch {
		case !ok && r.flying(due[i].ID):
			l.active[o] = due[i].ID
		case !ok:
			// Settled while we read: whether a retry of it comes first only
			// another read can tell.
			later[o] = true
			l.stale = true
		case later[o]:
		case isActive:
			e.input = nil // only what is ready is counted with it
			l.behind[o] = append(l.behind[o], e)
		case !isDue(&e.Delivery, r.now):
			later[o] = true
			l.wakeAt = earliest(l.wakeAt, e.Due)
		default:
			l.active[o] = e.ID
			l.ready.push(e)
		}
	}
}

// inputSize is what the lane's entries take of maxInputBytes.
func (l *lane) inputSize() int {
	sum := 0
	l.ready.each(func(e *entry) { sum += e.size() })
	return sum
}

// earliest returns the earlier of two moments, of which zero means never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// fifo is a queue of entries.
type fifo struct {
	entries []entry
	head    int
}

func (q *fifo) len() int { return len(q.entries) - q.head }

func (q *fifo) push(e entry) {
	if q.head > 32 && q.head*2 > len(q.entries) {
		n := copy(q.entries, q.entries[q.head:])
		clear(q.entries[n:])
		q.entries, q.head = q.entries[:n], 0
	}
	q.entries = append(q.entries, e)
}

func (q *fifo) pop() entry {
	e := q.entries[q.head]
	q.entries[q.head] = entry{}
	q.head++
	return e
}

func (q *fifo) each(fn func(*entry)) {
	for i := q.head; i < len(q.entries); i++ {
		fn(&q.entries[i])
	}
}

// remove takes out the entries that fn reports.
func (q *fifo) remove(fn func(*entry) bool) {
	kept := q.entries[q.head:q.head]
	for i := q.head; i < len(q.entries); i++ {
		if !fn(&q.entries[i]) {
			kept = append(kept, q.entries[i])
		}
	}
	clear(q.entries[q.head+len(kept):])
	q.entries = q.entries[:q.head+len(kept)]
}
