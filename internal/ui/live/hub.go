package live

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// MinInterval is the least time between two rounds in which subscribers are told.
const MinInterval = 250 * time.Millisecond

// MaxSubscribers bounds how many pages are told at once.
const MaxSubscribers = 1000

// Errors of [Hub.Subscribe] and [Subscription.Next].
var (
	ErrTooMany = errors.New("too many pages listen")
	ErrClosed  = errors.New("the hub is closed")
)

// Hub brings topics from those who publish to those who subscribed. Its methods
// are safe for concurrent use; the zero value is not ready, use [NewHub].
type Hub struct {
	// version grows with every Publish.
	version atomic.Uint64
	// listening is how many subscribers there are, for Publish without a lock.
	listening atomic.Int32
	// pending are topics with news that subscribers are not told yet.
	pending   atomic.Uint32
	closed    chan struct{}
	closeOnce sync.Once

	mu          sync.Mutex
	subscribers map[*Subscription]struct{}
	told        time.Time // when the last round was
	// next is the round that is due; nil when none is.
	next *time.Timer
}

// NewHub returns a hub that nobody listens to. Whoever has it closes it.
func NewHub() *Hub {
	h := &Hub{closed: make(chan struct{}), subscribers: map[*Subscription]struct{}{}}
	// Unlike every version of an earlier process.
	h.version.Store(uint64(time.Now().UnixNano()))
	return h
}

// Version is where the hub is. Who reads it before looking at data, and subscribes
// since it, misses nothing between the two.
func (h *Hub) Version() uint64 { return h.version.Load() }

// Publish says that there is news about the topics. It never waits for anybody, and
// goes through subscribers [MinInterval] apart at most, however often it is called.
func (h *Hub) Publish(topics Topics) {
	h.version.Add(1) // before looking who listens: see Subscribe
	if h.listening.Load() == 0 {
		return
	}
	if h.pending.Or(uint32(topics))&uint32(topics) == uint32(topics) {
		return // who made them pending sees to them
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.next != nil {
		return
	}
	if rest := time.Until(h.told.Add(MinInterval)); rest > 0 {
		h.next = time.AfterFunc(rest, h.tellLate)
		return
	}
	h.tell()
}

func (h *Hub) tellLate() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tell()
}

// tell gives subscribers what is pending. The caller holds mu.
func (h *Hub) tell() {
	h.told, h.next = time.Now(), nil
	topics := Topics(h.pending.Swap(0))
	for s := range h.subscribers {
		s.take(topics)
	}
}

// Subscribe begins to listen for topics, until Close of what it returns. If there
// was any news since the version, all topics are news at once.
func (h *Hub) Subscribe(topics Topics, since uint64) (*Subscription, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.closed:
		return nil, ErrClosed
	default:
	}
	if len(h.subscribers) >= MaxSubscribers {
		return nil, ErrTooMany
	}
	s := &Subscription{hub: h, topics: topics, wake: make(chan struct{}, 1)}
	h.subscribers[s] = struct{}{}
	h.listening.Add(1)
	if h.version.Load() != since {
		s.take(topics)
	}
	return s, nil
}

// Close ends all subscriptions, and further ones are refused.
func (h *Hub) Close() {
	h.closeOnce.Do(func() {
		close(h.closed)
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.next != nil {
			h.next.Stop()
		}
	})
}

// Subscription is one listener. Next belongs to one goroutine.
type Subscription struct {
	hub    *Hub
	topics Topics
	wake   chan struct{} // by take, when there is news; one is enough
	news   atomic.Uint32
}

// take notes news about those of the topics that the subscriber wants.
func (s *Subscription) take(topics Topics) {
	if topics &= s.topics; topics == 0 {
		return
	}
	s.news.Or(uint32(topics))
	select {
	case s.wake <- struct{}{}:
	default: // it knows already
	}
}

// Next waits for news and returns its topics. Errors are [ErrClosed] and the
// context's cause.
func (s *Subscription) Next(ctx context.Context) (Topics, error) {
	for {
		select {
		case <-s.wake:
			// None are left when they came with those of the last call.
			if topics := Topics(s.news.Swap(0)); topics != 0 {
				return topics, nil
			}
		case <-s.hub.closed:
			return 0, ErrClosed
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// Close ends the subscription. Further calls do nothing.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if _, listening := s.hub.subscribers[s]; listening {
		delete(s.hub.subscribers, s)
		s.hub.listening.Add(-1)
	}
}
