package dispatch

import (
	"testing"
	"time"

	"bellhop/internal/render"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// TestContextsAreCounted lets an entry with its context fall behind an earlier one of
// its object, which a person retries, and wants every context counted that is kept.
func TestContextsAreCounted(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := newScheduler(1)
	h := &hook{}
	h.ID, h.Enabled, h.Ordered, h.Concurrency = 1, true, true, 1
	s.setHooks(map[int64]*hook{1: h}, now)
	l := s.lanes[1]
	read := func(ids ...byte) {
		l.beginRead()
		due := make([]store.Due, len(ids))
		inputs := make(map[int64]*render.Input)
		for i, id := range ids {
			due[i] = store.Due{
				Delivery:   webhook.Delivery{ID: webhook.UUID{id}, WebhookID: 1, ChangeID: int64(id), State: webhook.Queued},
				ObjectType: "dcim.site", ObjectID: 1,
			}
			inputs[int64(id)] = &render.Input{Context: make([]byte, 1000)}
		}
		s.inputBytes -= l.inputSize()
		l.endRead(due, false, func(webhook.UUID) bool { return false }, now)
		l.attach(inputs)
		s.inputBytes += l.inputSize()
	}
	read(2)
	read(1, 2) // 1 was retried
	first, _ := s.begin(t.Context(), &worker{}, l, now)
	s.answered(first, webhook.ReasonNone, 0, now)
	s.settled([]*record{{flight: first, settlement: store.Settlement{State: webhook.Finished}}}, now)
	second, _ := s.begin(t.Context(), &worker{}, l, now)
	if first.ID != (webhook.UUID{1}) || second.ID != (webhook.UUID{2}) || s.inputBytes != 0 {
		t.Errorf("%s and %s went, and %d bytes are left of their contexts", first.ID, second.ID, s.inputBytes)
	}
}
