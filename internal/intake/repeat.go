package intake

import (
	"sync"
	"time"
)

// A webhook that one user's changes of one object fire so often within a window is
// worth a word: it may be a loop whose receiver passes nothing on. It is not
// stopped, for a program that changes an object often looks the same.
const (
	repeatWindow = time.Minute
	repeatLimit  = 100
)

// firing is what repeats in a loop.
type firing struct {
	webhookID  int64
	objectType string
	objectID   int64
	userName   string
}

// tally counts a firing within a window.
type tally struct {
	began time.Time
	n     int
	// told says that people were told about it, in this window or in the ones
	// before, as far as each of them was as full.
	told bool
}

// repeats counts firings. It is safe for concurrent use.
type repeats struct {
	mu sync.Mutex
	// recent and older have the tallies. When recent is full it becomes older,
	// so that those that stay alive stay known.
	recent, older map[firing]tally
}

// note counts a firing and reports whether people should be told about it.
func (r *repeats) note(f firing, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, known := r.recent[f]
	if !known {
		t = r.older[f]
		if r.recent == nil || len(r.recent) >= maxRecent {
			r.recent, r.older = make(map[firing]tally), r.recent
		}
	}
	if age := now.Sub(t.began); age > repeatWindow {
		t = tally{began: now, told: t.told && t.n >= repeatLimit && age <= 2*repeatWindow}
	}
	t.n++
	tell := t.n >= repeatLimit && !t.told
	t.told = t.told || tell
	r.recent[f] = t
	return tell
}

// Repeats returns the webhooks that a committed change has fired once more for the
// same object and user, after so often within a minute that people should look
// whether it is a loop. Each is returned once until it was quiet for a minute.
func (in *Intake) Repeats(r *Recorded) (webhookIDs []int64) {
	for i := range r.Deliveries {
		f := firing{r.Deliveries[i].WebhookID, r.Change.ObjectType, r.Change.ObjectID, r.Change.UserName}
		if in.repeats.note(f, r.now) {
			webhookIDs = append(webhookIDs, f.webhookID)
		}
	}
	return webhookIDs
}
