package dispatch

import (
	"context"
	"errors"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Keeper settings: how often lanes are compared with the store, how long a lane
// waits after the store could not be read, how many lanes are read at once (a
// part of the store's readers, for people read, too), and how many pages of an
// ordered lane are read to get past objects that wait for a retry.
const (
	auditInterval = 30 * time.Second
	readRetry     = time.Second
	maxReads      = 2
	maxPages      = 20
	cancelBatch   = 500
)

// keep wakes lanes on time and has them read from the store when they ask for it.
// It never waits for the store itself: a lane that takes long to read must not
// make another one late.
func (d *Dispatcher) keep(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var unread []*lane
	reads := 0
	read := make(chan struct{}, maxReads) // by the reads that have ended
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.scheduler.nudge:
		case <-timer.C:
		case <-read:
			reads--
		}
		unread = append(unread, d.scheduler.wake(time.Now())...)
		for len(unread) > 0 && reads < maxReads {
			l := unread[0]
			unread = unread[1:]
			reads++
			d.serving.Go(func() {
				d.read(ctx, l)
				read <- struct{}{}
			})
		}
		timer.Reset(time.Until(d.scheduler.plan(time.Now().Add(auditInterval))))
	}
}

// wake lets lanes run whose time has come and returns those to read.
func (s *scheduler) wake(now time.Time) []*lane {
	s.mu.Lock()
	defer s.mu.Unlock()
	var toRead []*lane
	for _, l := range s.lanes {
		if !l.runAt.IsZero() && !l.runAt.After(now) {
			l.runAt = time.Time{}
			s.list(l, now)
		}
		due := !l.wakeAt.IsZero() && !l.wakeAt.After(now)
		if (due || l.stale) && !l.reading && l.hook.Enabled {
			l.beginRead()
			toRead = append(toRead, l)
		}
	}
	return toRead
}

// plan returns when the keeper must look again: at latest, or when the first lane
// wants to be woken. What comes up before then nudges it, as does a lane that was
// read.
func (s *scheduler) plan(latest time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := latest
	for _, l := range s.lanes {
		if l.hook.Enabled {
			next = earliest(next, l.runAt)
		}
		if l.hook.Enabled && !l.reading {
			next = earliest(next, l.wakeAt)
		}
	}
	s.planned = next
	return next
}

// read replaces a lane's window by what the store has. If that cannot be read,
// the lane asks again after a while.
func (d *Dispatcher) read(ctx context.Context, l *lane) {
	d.scheduler.mu.Lock()
	h, limit := l.hook, windowSize+l.inFlight
	d.scheduler.mu.Unlock()

	var due []store.Due
	var full bool
	var err error
	if h.Ordered {
		due, full, err = d.readInOrder(ctx, h.ID, limit)
	} else {
		due, err = d.store.Due(ctx, store.DueQuery{WebhookID: h.ID, Until: endOfTime, Limit: limit})
		full = len(due) == limit
	}
	inputs := d.prefetch(ctx, l, due)
	now := time.Now()
	d.scheduler.mu.Lock()
	defer d.scheduler.mu.Unlock()
	if l.removed {
		return // the webhook was deleted
	}
	if err != nil {
		l.reading, l.settled = false, nil
		l.wakeAt = now.Add(readRetry)
		d.scheduler.settleLane(l, now)
		if ctx.Err() == nil {
			d.log.Error("lane could not be read; trying again", "webhook", h.ID, "error", err)
		}
		return
	}
	d.scheduler.inputBytes -= l.inputSize()
	l.endRead(due, full, func(id webhook.UUID) bool { return d.scheduler.flights[id] != nil }, now)
	l.attach(inputs)
	d.scheduler.inputBytes += l.inputSize()
	d.scheduler.settleLane(l, now)
}

// endOfTime is after every due time.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// readInOrder reads pages until it has enough that can go. Deliveries behind one
// that is not due yet are dropped on the way: there may be very many of them.
func (d *Dispatcher) readInOrder(ctx context.Context, webhookID int64, limit int) (due []store.Due, full bool, err error) {
	query := store.DueQuery{WebhookID: webhookID, InOrder: true, Limit: windowSize}
	later := make(map[object]bool)
	for range maxPages {
		now := time.Now()
		page, err := d.store.Due(ctx, query)
		if err != nil {
			return nil, false, err
		}
		for i := range page {
			o := object{page[i].ObjectType, page[i].ObjectID}
			if later[o] {
				continue
			}
			later[o] = !isDue(&page[i].Delivery, now)
			due = append(due, page[i])
		}
		if len(page) < windowSize {
			return due, false, nil
		}
		if len(due) >= limit {
			break
		}
		query.After.ID = page[len(page)-1].ID
	}
	return due, true, nil
}

// inspect audits, and looks after receivers that fail, at intervals.
func (d *Dispatcher) inspect(ctx context.Context) {
	for {
		d.audit(ctx)
		d.disableHopeless(ctx)
		if err := d.remember(ctx); err != nil && ctx.Err() == nil {
			d.log.Error("health of receivers could not be saved", "error", err)
		}
		if !pause(ctx, auditInterval) {
			return
		}
	}
}

// audit compares lanes with the store: it finds deliveries whose hint was lost,
// and cancels those of webhooks that were deleted.
func (d *Dispatcher) audit(ctx context.Context) {
	backlog, err := d.store.Backlog(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.log.Error("backlog could not be read", "error", err)
		}
		return
	}
	now := time.Now()
	if err := d.noteBacklog(ctx, backlog, now); err != nil && ctx.Err() == nil {
		d.log.Error("what waits could not be noted", "error", err)
	}
	var orphaned []int64
	d.scheduler.mu.Lock()
	for _, b := range backlog {
		l, ok := d.scheduler.lanes[b.WebhookID]
		switch {
		case !ok:
			orphaned = append(orphaned, b.WebhookID)
		case l.ready.len()+l.inFlight == 0 && (l.wakeAt.IsZero() || !b.NextDue.After(now)):
			l.stale = true
			d.scheduler.settleLane(l, now)
		}
	}
	d.scheduler.mu.Unlock()
	for _, id := range orphaned {
		if err := d.cancelOrphans(ctx, id); err != nil && ctx.Err() == nil {
			d.log.Error("deliveries of a deleted webhook could not be canceled", "webhook", id, "error", err)
		}
	}
}

// noteBacklog notes what waits, for charts.
func (d *Dispatcher) noteBacklog(ctx context.Context, backlog []store.Backlog, now time.Time) error {
	waiting := 0
	var oldest time.Duration
	for _, b := range backlog {
		waiting += b.Undone
		oldest = max(oldest, now.Sub(b.NextDue))
	}
	return d.store.Update(ctx, func(tx store.Tx) error { return tx.NoteBacklog(now, waiting, oldest) })
}

// cancelOrphans cancels what waits for a webhook that is not there any more.
func (d *Dispatcher) cancelOrphans(ctx context.Context, webhookID int64) error {
	for {
		n := 0
		err := d.store.Update(ctx, func(tx store.Tx) error {
			n = 0
			if _, err := tx.Webhooks().Get(webhookID); !errors.Is(err, store.ErrNotFound) {
				return err // it is there: the lanes were not reloaded yet
			}
			list, err := tx.Cancel(store.Compare{Path: "webhook", Op: store.Eq, Value: webhookID}, time.Now(), cancelBatch)
			n = len(list)
			return err
		})
		if err != nil || n < cancelBatch {
			return err
		}
	}
}
