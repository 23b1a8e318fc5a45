package faulttest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	"bellhop/internal/testkit/fill"
)

// killsPerDirectory is how many kills one database sees before it is looked at
// in full and the next one begins.
const killsPerDirectory = 25

// TestKill kills servers at random moments of their lives: while they start, under
// load, while they drain. "make crash
// KILLS=2000" does so for a quarter of an hour.
func TestKill(t *testing.T) {
	t.Parallel()
	for done := 0; done < *kills; done += killsPerDirectory {
		n := min(killsPerDirectory, *kills-done)
		t.Run(fmt.Sprintf("%d to %d", done+1, done+n), func(t *testing.T) {
			t.Parallel()
			killRun(t, n)
		})
	}
}

// killRun kills servers on one database n times and then holds it against what was
// acknowledged.
func killRun(t *testing.T, n int) {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir, r, l := t.TempDir(), newReceiver(t), newLedger()
	rounds := map[int]int{} // by process id
	prepare(t, dir, r, rounds)
	for round := 1; round <= n; round++ {
		rounds[killOnce(t, random, dir, l, round)] = round
	}
	finish(t, dir, r, l, rounds, n+1)
}

// prepare makes a database with the webhooks and with old data, which every
// server's retention goes on deleting.
func prepare(t *testing.T, dir string, r *receiver, rounds map[int]int) {
	t.Helper()
	s := start(t, dir, 0)
	addWebhooks(t, s.api, r)
	s.stop(t)
	rounds[s.command.Process.Pid] = 0
	addOld(t, dir)
}

// killOnce runs a server under load and kills it; it returns its process id.
func killOnce(t *testing.T, random *rand.Rand, dir string, l *ledger, round int) int {
	t.Helper()
	moment := func(most time.Duration) <-chan time.Time { return time.After(rand.N(most)) }
	how := random.IntN(8)
	if how == 0 { // while it starts
		s, _ := launch(t, dir, round)
		<-moment(100 * time.Millisecond)
		s.kill(t)
		return s.command.Process.Pid
	}
	s := start(t, dir, round)
	load := startLoad(t.Context(), t, s, l, round)
	<-moment(500 * time.Millisecond)
	if how == 1 { // while it drains
		s.interrupt(t)
		<-moment(50 * time.Millisecond)
	}
	s.kill(t)
	load.running.Wait()
	return s.command.Process.Pid
}

// finish lets a last server deliver what is left, stops it in order, and verifies
// everything.
func finish(t *testing.T, dir string, r *receiver, l *ledger, rounds map[int]int, round int) {
	t.Helper()
	r.mended.Store(true)
	s := start(t, dir, round)
	rounds[s.command.Process.Pid] = round
	settle(t, s)
	s.stop(t)
	c := readContents(t, dir)
	unrecorded := c.verifyDeliveries(t, l, r.all(), rounds)
	t.Log(c.summary(l, unrecorded))
	c.verifyObjects(t, l)
	if unrecorded[round] > 0 {
		t.Errorf("the last server, which stopped in order, did not record %d requests", unrecorded[round])
	}
	if left := countOld(t, dir); left == oldDeliveries {
		t.Error("retention deleted nothing")
	}
}

// settle retries what failed, cancels what never succeeds, and waits until nothing
// is left to do.
func settle(t *testing.T, s *server) {
	t.Helper()
	count := func(query string) int {
		var page struct{ Count int }
		if err := s.api.Do(t.Context(), http.MethodGet, "extras/deliveries/?limit=1&"+query, nil, &page); err != nil {
			t.Fatal(err)
		}
		return page.Count
	}
	act := func(path string) {
		if err := s.api.Do(t.Context(), http.MethodPost, "extras/deliveries/"+path, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	await(t, "all deliveries to end", func() bool {
		act("cancel/?webhook_id=3")
		act("retry/?webhook_id=2&state=failed")
		return count("state=queued")+count("state=started")+count("state=scheduled")+count("state=failed") == 0
	})
}

// Old data: deliveries of a webhook that is gone, ended long ago.
const (
	oldWebhook    = 900
	oldDeliveries = 4000
)

// addOld stores finished deliveries that retention may delete.
func addOld(t testing.TB, dir string) {
	t.Helper()
	withStore(t, dir, func(s *sqlite.Store) {
		if err := fill.Ended(t.Context(), s, oldWebhook, time.Now().AddDate(0, 0, -100), oldDeliveries); err != nil {
			t.Error(err)
		}
	})
}

// countOld returns how many of them are left.
func countOld(t testing.TB, dir string) int {
	t.Helper()
	n := 0
	count := func(tx store.Tx) error {
		page, err := tx.Deliveries(store.Query{Where: store.Compare{Path: "webhook", Op: store.Eq, Value: int64(oldWebhook)}, Limit: 1})
		n = page.Count
		return err
	}
	withStore(t, dir, func(s *sqlite.Store) {
		if err := s.View(t.Context(), count); err != nil {
			t.Error(err)
		}
	})
	return n
}
