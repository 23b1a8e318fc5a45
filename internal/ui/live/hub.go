package live

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// MinInterval is the least time between two events of a subscription.
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
	closed    chan struct{}
	closeOnce sync.Once

	mu          sync.Mutex
	subscribers map[*Subscription]struct{}
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

// Publish says that there is news about the topics. It never waits for anybody.
func (h *Hub) Publish(topics ...string) {
	h.version.Add(1) // before looking who listens: see Subscribe
	if h.listening.Load() == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subscribers {
		s.take(topics)
	}
}

// Subscribe begins to listen for topics, until Close of what it returns. If there
// was any news since the version, all topics are news at once.
func (h *Hub) Subscribe(topics []string, since uint64) (*Subscription, error) {
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
	s := &Subscription{hub: h, topics: slices.Clone(topics), news: make(map[string]bool), wake: make(chan struct{}, 1)}
	h.subscribers[s] = struct{}{}
	h.listening.Add(1)
	if h.version.Load() != since {
		s.take(topics)
	}
	return s, nil
}

// Close ends all subscriptions, and further ones are refused.
func (h *Hub) Close() { h.closeOnce.Do(func() { close(h.closed) }) }

// Subscription is one listener. Next belongs to one goroutine.
type Subscription struct {
	hub    *Hub
	topics []string
	wake   chan struct{}
	last   time.Time // when Next returned news

	mu   sync.Mutex
	news map[string]bool
}

// take notes news about those of the topics that the subscriber wants.
func (s *Subscription) take(topics []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, topic := range topics {
		if !slices.Contains(s.topics, topic) {
			continue
		}
		s.news[topic] = true
		select {
		case s.wake <- struct{}{}:
		default: // it knows already
		}
	}
}

// Next waits for news and returns its topics, in the order in which they were
// subscribed. What comes within [MinInterval] of the last news waits for the end
// of that time. Errors are [ErrClosed] and the context's cause.
func (s *Subscription) Next(ctx context.Context) ([]string, error) {
	if err := s.wait(ctx, s.wake, nil); err != nil {
		return nil, err
	}
	if rest := time.Until(s.last.Add(MinInterval)); rest > 0 {
		timer := time.NewTimer(rest)
		defer timer.Stop()
		if err := s.wait(ctx, nil, timer.C); err != nil {
			return nil, err
		}
	}
	s.last = time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var topics []string
	for _, topic := range s.topics {
		if s.news[topic] {
			topics = append(topics, topic)
		}
	}
	clear(s.news)
	select {
	case <-s.wake: // came during the pause and is part of this
	default:
	}
	return topics, nil
}

// wait waits for one of the channels.
func (s *Subscription) wait(ctx context.Context, wake <-chan struct{}, timer <-chan time.Time) error {
	select {
	case <-wake:
		return nil
	case <-timer:
		return nil
	case <-s.hub.closed:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
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
