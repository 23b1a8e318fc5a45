package dispatch

import (
	"testing"
	"time"
)

// TestShare lets lanes take all they are allowed, in turn, and checks who has how
// many workers then and what is left. By Choudhury and Hahne's rule n greedy
// lanes get 1/(n+1) each, and as much is left.
func TestShare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		workers, lanes int
		average        time.Duration
		each, left     int
	}{
		"one prompt lane":                  {1024, 1, time.Millisecond, 512, 512},
		"three prompt lanes":               {1024, 3, time.Millisecond, 256, 256},
		"fifty slow lanes":                 {1024, 50, 4 * time.Second, 15, 274},
		"one that is not known yet":        {1024, 1, 0, 384, 640},
		"more slow lanes than workers":     {64, 100, 4 * time.Second, 0, 16},
		"a single worker is for everybody": {1, 1, 4 * time.Second, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := share{workers: c.workers}
			lanes := make([]lane, c.lanes)
			for more := true; more; {
				more = false
				for i := range lanes {
					lanes[i].average = c.average
					if s.allows(&lanes[i]) {
						s.begin(lanes[i].isPrompt())
						lanes[i].running++
						more = true
					}
				}
			}
			for i := range lanes {
				if lanes[i].running < c.each || lanes[i].running > c.each+1 {
					t.Errorf("lane %d has %d workers, want %d or one more", i, lanes[i].running, c.each)
				}
			}
			if left := s.workers - s.busy; left < c.left-c.lanes || left > c.left+c.lanes || left < c.workers/4 && c.workers > 3 && c.average > promptLimit {
				t.Errorf("%d workers are left, want about %d", left, c.left)
			}
		})
	}
}

// TestPromptLane checks what makes a lane prompt: quick exchanges, and not a
// single one that was slow.
func TestPromptLane(t *testing.T) {
	t.Parallel()
	l := &lane{}
	if l.isPrompt() {
		t.Error("a lane without exchanges is prompt")
	}
	answer := func(times int, took time.Duration) {
		for range times {
			l.answered(took)
		}
	}
	answer(10, 3*time.Millisecond)
	if !l.isPrompt() {
		t.Error("not prompt after ten exchanges of 3 ms")
	}
	answer(1, 2*time.Second)
	if !l.isPrompt() {
		t.Error("not prompt any more after one exchange of 2 s")
	}
	answer(3, 4*time.Second)
	if l.isPrompt() {
		t.Error("still prompt after three exchanges of 4 s")
	}
	answer(20, 3*time.Millisecond)
	if !l.isPrompt() {
		t.Error("not prompt after twenty quick exchanges")
	}
}

// TestLateTimers gives a pacer timers that are late, as those of a busy machine
// are, and wants the rate within 5 % all the same.
func TestLateTimers(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]func(n int) time.Duration{
		"always a little":  func(n int) time.Duration { return time.Duration(n%4) * time.Millisecond },
		"now and then":     func(n int) time.Duration { return time.Duration(n%20/19) * 200 * time.Millisecond },
		"a lot each time":  func(int) time.Duration { return 200 * time.Millisecond },
		"a second at once": func(n int) time.Duration { return time.Duration(n%1000/999) * time.Second },
	} {
		for _, limit := range []float64{5, 20, 50, 200, 1000} {
			p := newPacer(limit)
			start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			now, n, most := start, 0, 0
			for now.Sub(start) < 10*time.Second {
				p.take(now)
				n++
				if behind := now.Sub(p.next); behind > 0 {
					most = max(most, int(behind/p.interval))
				} else {
					now = p.next.Add(late(n))
				}
			}
			if want := limit * 10; name != "a second at once" && float64(n) < want*0.95 || float64(n) > want*1.05+1 {
				t.Errorf("%s, limit %v: %d in 10 s, want %v within 5 %%", name, limit, n, want)
			}
			if float64(most) > limit*catchUp.Seconds() {
				t.Errorf("%s, limit %v: %d were made up for at once", name, limit, most)
			}
		}
	}
}
