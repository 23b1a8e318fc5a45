package dispatch

import (
	"testing"
	"time"
)

// TestPlanPassesOverWhatIsRead checks that the keeper does not wait for the moment
// of a lane that it reads already: that may be over, and it would ask without end.
func TestPlanPassesOverWhatIsRead(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := newScheduler(1)
	h := &hook{}
	h.ID, h.Enabled = 1, true
	s.setHooks(map[int64]*hook{1: h}, now)
	l := s.wake(now)[0]
	l.wakeAt = now // a retry became due meanwhile
	if next := s.plan(now.Add(auditInterval)); !next.After(now) {
		t.Errorf("the keeper looks again %v from now", next.Sub(now))
	}
	l.endRead(nil, false, nil, now)
	if len(s.wake(now)) != 1 {
		t.Error("the lane is not read again for the retry")
	}
}
