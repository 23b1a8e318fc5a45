package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"bellhop/internal/render"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// DefaultWorkers is how many exchanges may run at once. They wait for receivers
// most of the time, so there are many more than cores: enough for fifty slow
// receivers to have all the slots that a webhook has by default.
const DefaultWorkers = 1024

// recordLimit is how long Stop waits for the store to take the last outcomes.
const recordLimit = 10 * time.Second

// Causes with which running exchanges are cut.
var (
	errDrained  = errors.New("the server is stopping")
	errCanceled = errors.New("the delivery was canceled")
)

// Options say how to build a [Dispatcher].
type Options struct {
	Store    store.Store
	Exchange Exchange
	// Workers is the number of exchanges at once; 0 means [DefaultWorkers].
	Workers int
	// Random returns a number in [0, 1) for jitter and is safe for concurrent
	// use.
	Random func() float64
	Log    *slog.Logger
	// Observe, when set, hears of every recorded attempt. It must not block.
	Observe func(Event)
	// Warned, when set, hears of every warning after it was logged. It must not
	// block.
	Warned func(Warning)
	// Disable, when set, disables a webhook whose receiver has only failed
	// since a moment, for at least DisableAfter; 0 means never.
	Disable      func(ctx context.Context, webhookID int64, failing time.Time) error
	DisableAfter time.Duration
	// Retention says what is deleted when.
	Retention Retention
}

// Dispatcher delivers. Its methods are safe for concurrent use.
type Dispatcher struct {
	store     store.Store
	exchange  Exchange
	scheduler *scheduler
	workers   []*worker
	// records goes from the workers to the recorder and holds one batch; when
	// the store is slow the workers wait here. So what was sent and is not
	// recorded yet, which a crash makes be sent again, is at most one outcome
	// for each worker, a batch that waits and one that is being written.
	records   chan *record
	random    func() float64
	log       *slog.Logger
	observe   func(Event)
	warned    func(Warning)
	retention Retention

	disable      func(ctx context.Context, webhookID int64, failing time.Time) error
	disableAfter time.Duration
	// remembered is what the store knows about receivers that fail. It belongs
	// to Start and then to the inspector.
	remembered map[int64]time.Time

	// reloading keeps an older reading of the webhooks from replacing a newer.
	reloading sync.Mutex
	// lifetime ends when everything must.
	lifetime context.Context
	end      context.CancelCauseFunc
	// working are the workers, recording the recorder, serving the others.
	working, recording, serving sync.WaitGroup
	stopOnce                    sync.Once
	stopErr                     error
}

// New returns a dispatcher that does nothing until Start.
func New(options Options) (*Dispatcher, error) {
	switch {
	case options.Store == nil, options.Exchange.Engine == nil, options.Exchange.Sender == nil:
		return nil, errors.New("dispatcher needs a store, an engine and a sender")
	case options.Random == nil, options.Log == nil:
		return nil, errors.New("dispatcher needs randomness and a log")
	}
	if options.Workers <= 0 {
		options.Workers = DefaultWorkers
	}
	d := &Dispatcher{
		store: options.Store, exchange: options.Exchange, scheduler: newScheduler(options.Workers),
		records: make(chan *record, min(options.Workers, maxBatch)), random: options.Random, log: options.Log,
		observe: options.Observe, warned: options.Warned, retention: options.Retention,
		disable: options.Disable, disableAfter: options.DisableAfter,
	}
	for i := range options.Workers {
		d.workers = append(d.workers, &worker{number: i + 1, wake: make(chan struct{}, 1)})
	}
	return d, nil
}

// Start reads the webhooks and begins to deliver. The context bounds the reading
// only; Stop ends the work.
func (d *Dispatcher) Start(ctx context.Context) error {
	d.lifetime, d.end = context.WithCancelCause(context.WithoutCancel(ctx))
	if err := d.Reload(ctx); err != nil {
		return err
	}
	if err := d.recall(ctx); err != nil {
		return err
	}
	for _, w := range d.workers {
		d.working.Go(func() { d.work(d.lifetime, w) })
	}
	d.recording.Go(func() { d.record(d.lifetime) })
	d.serving.Go(func() { d.keep(d.lifetime) })
	d.serving.Go(func() { d.inspect(d.lifetime) })
	d.serving.Go(func() { d.retain(d.lifetime) })
	return nil
}

// Reload reads the webhooks anew. Whoever writes one calls it afterwards.
func (d *Dispatcher) Reload(ctx context.Context) error {
	d.reloading.Lock()
	defer d.reloading.Unlock()
	hooks, err := readHooks(ctx, d.store, d.exchange.Engine, d.scheduler.hook)
	if err != nil {
		return err
	}
	d.scheduler.setHooks(hooks, time.Now())
	return nil
}

// hook returns the webhook as it is known now, or nil.
func (s *scheduler) hook(id int64) *hook {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.lanes[id]; ok {
		return l.hook
	}
	return nil
}

// setHooks makes, changes and removes lanes. What is in flight in a removed lane
// finishes; the audit cancels what waits for it in the store.
func (s *scheduler) setHooks(hooks map[int64]*hook, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.lanes {
		if _, ok := hooks[id]; !ok {
			s.inputBytes -= l.inputSize()
			l.remove()
			delete(s.lanes, id)
		}
	}
	for id, h := range hooks {
		l, ok := s.lanes[id]
		switch {
		case !ok:
			l = newLane(h)
			s.lanes[id] = l
		case l.hook != h:
			l.setHook(h)
		}
		s.settleLane(l, now)
	}
}

// Announce implements intake.Announcer: it hints at deliveries that were just
// committed.
func (d *Dispatcher) Announce(change *webhook.Change, deliveries []webhook.Delivery) {
	input := &render.Input{Context: change.Context}
	now := time.Now()
	for _, delivery := range deliveries {
		d.scheduler.offer(entry{
			Delivery: delivery, object: object{change.ObjectType, change.ObjectID}, input: input,
		}, now)
	}
}

// Requeued makes the lanes look for deliveries that a person retries.
func (d *Dispatcher) Requeued(deliveries []webhook.Delivery) {
	now := time.Now()
	for _, delivery := range deliveries {
		d.scheduler.update(delivery.WebhookID, now, func(l *lane) {
			l.stale = true
			if f := d.scheduler.flights[delivery.ID]; f != nil {
				f.retried = true
			}
			l.health.probation = probation{} // somebody expects the receiver to be there again
		})
	}
}

// Canceled takes deliveries that were canceled or deleted out of the lanes and cuts
// those that are being sent.
func (d *Dispatcher) Canceled(deliveries []webhook.Delivery) {
	ids := make(map[webhook.UUID]bool, len(deliveries))
	webhookIDs := make(map[int64]bool)
	for _, delivery := range deliveries {
		ids[delivery.ID], webhookIDs[delivery.WebhookID] = true, true
	}
	now := time.Now()
	for id := range webhookIDs {
		d.scheduler.update(id, now, func(l *lane) {
			d.scheduler.inputBytes -= l.inputSize()
			l.forget(ids)
			d.scheduler.inputBytes += l.inputSize()
		})
	}
	d.scheduler.cut(ids, errCanceled)
}

// Workers returns what every worker is doing.
func (d *Dispatcher) Workers() []WorkerStatus {
	list := make([]WorkerStatus, len(d.workers))
	for i, w := range d.workers {
		if current := w.current.Load(); current != nil {
			list[i] = *current
		}
		list[i].Name = d.name(w)
		list[i].Succeeded, list[i].Failed = w.done.Load(), w.failed.Load()
		list[i].Busy = time.Duration(w.busy.Load())
	}
	return list
}

// LaneStatus is how a lane stands.
type LaneStatus struct {
	WebhookID int64
	// Running exchanges and Waiting entries of the window.
	Running, Waiting int
	Health           webhook.Health
}

// Lanes returns the state of every lane.
func (d *Dispatcher) Lanes() []LaneStatus {
	d.scheduler.mu.Lock()
	defer d.scheduler.mu.Unlock()
	list := make([]LaneStatus, 0, len(d.scheduler.lanes))
	for id, l := range d.scheduler.lanes {
		list = append(list, LaneStatus{
			WebhookID: id, Running: l.running, Waiting: l.ready.len(), Health: l.health.show(l.hook.patience()),
		})
	}
	return list
}

// nextProbe returns how long after a failure of this flight the next probe comes,
// or 0 when its lane is not on probation, or was not yet when the flight began:
// that one keeps its schedule.
func (s *scheduler) nextProbe(f *flight) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	probation := &f.lane.health.probation
	if f.began.Before(probation.since) {
		return 0
	}
	return min(2*probation.interval, lastProbe)
}

// Hold begins to drain: nothing new is taken from now on. Stop does the rest.
func (d *Dispatcher) Hold() { d.scheduler.stop() }

// Stop drains: nothing new is taken, running exchanges may finish until ctx
// ends, and are cut then. What was answered is recorded in any case. It returns
// an error when exchanges had to be cut.
func (d *Dispatcher) Stop(ctx context.Context) error {
	d.stopOnce.Do(func() { d.stopErr = d.stop(ctx) })
	return d.stopErr
}

func (d *Dispatcher) stop(ctx context.Context) error {
	if d.end == nil {
		return nil // never started
	}
	d.Hold()
	idle := make(chan struct{})
	d.serving.Go(func() {
		d.working.Wait()
		close(idle)
	})
	var err error
	select {
	case <-idle:
	case <-ctx.Done():
		err = fmt.Errorf("exchanges were cut: %w", context.Cause(ctx))
		d.scheduler.cut(nil, errDrained)
	}
	// A store that is dead must not keep the process from ending. Workers wait
	// for it, too, when the recorder's queue is full.
	giveUp := time.AfterFunc(recordLimit, func() { d.end(errDrained) })
	<-idle // exchanges that were cut end at once
	close(d.records)
	d.recording.Wait()
	giveUp.Stop()
	d.end(errDrained)
	d.serving.Wait()
	return err
}
