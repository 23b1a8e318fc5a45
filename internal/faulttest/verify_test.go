package faulttest

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	"bellhop/internal/webhook"
)

// withStore opens the database of a server that is not running for as long as use
// takes.
func withStore(t testing.TB, dir string, use func(*sqlite.Store)) {
	t.Helper()
	forking.RLock()
	defer forking.RUnlock()
	sealer, err := store.LoadSealer(filepath.Join(dir, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: dir, Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	use(s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// inspect fails the test unless the database holds together.
func inspect(t *testing.T, s *sqlite.Store) {
	t.Helper()
	if found, err := s.Inspect(t.Context()); err != nil || len(found.Problems) > 0 {
		t.Errorf("the database does not hold together: %q, error %v", found.Problems, err)
	}
}

// delivered is a stored delivery with its attempts.
type delivered struct {
	webhook.Delivery
	attempts []webhook.Attempt
}

// contents is what a database holds of what the load made.
type contents struct {
	objects    map[string]string // descriptions by kind and name
	steps      map[string][]step // changes by kind and name, in order
	deliveries []delivered
	byChange   map[int64][]webhook.Delivery
	changes    map[int64]change
}

type change struct {
	key string // kind and name
	step
}

// kind is the object's type.
func (c *change) kind() string {
	kind, _, _ := strings.Cut(c.key, " ")
	return kind
}

func key(kind, name string) string { return kind + " " + name }

// readContents reads everything; the database must hold together.
func readContents(t *testing.T, dir string) *contents {
	t.Helper()
	c := &contents{
		objects: map[string]string{}, steps: map[string][]step{}, byChange: map[int64][]webhook.Delivery{}, changes: map[int64]change{},
	}
	read := func(tx store.Tx) error {
		for _, kind := range []string{"dcim.site", "dcim.manufacturer", "tenancy.tenant"} {
			if err := c.readObjects(tx, kind); err != nil {
				return err
			}
			if err := c.readChanges(tx, kind); err != nil {
				return err
			}
		}
		return c.readDeliveries(tx)
	}
	withStore(t, dir, func(s *sqlite.Store) {
		inspect(t, s)
		if err := s.View(t.Context(), read); err != nil {
			t.Error(err)
		}
	})
	return c
}

// everything is a limit above what any test makes.
const everything = 1 << 30

func (c *contents) readObjects(tx store.Tx, kind string) error {
	page, err := tx.Objects(kind).List(store.Query{Limit: everything})
	if err != nil {
		return err
	}
	for _, o := range page.Items {
		var document struct{ Name, Description string }
		if err := json.Unmarshal(o.Document, &document); err != nil {
			return err
		}
		c.objects[key(kind, document.Name)] = document.Description
	}
	return nil
}

func (c *contents) readChanges(tx store.Tx, kind string) error {
	page, err := tx.Changes(store.Query{
		Where: store.Compare{Path: "object_type", Op: store.Eq, Value: kind},
		Order: []store.Order{{Path: "id"}}, Limit: everything,
	})
	if err != nil {
		return err
	}
	for _, listed := range page.Items {
		whole, err := tx.Change(listed.ID)
		if err != nil {
			return err
		}
		var told struct {
			Event string
			Data  struct{ Name, Description string }
		}
		if err := json.Unmarshal(whole.Context, &told); err != nil {
			return err
		}
		at := key(kind, told.Data.Name)
		next := step{told.Event, told.Data.Description}
		c.steps[at] = append(c.steps[at], next)
		c.changes[listed.ID] = change{at, next}
	}
	return nil
}

func (c *contents) readDeliveries(tx store.Tx) error {
	page, err := tx.Deliveries(store.Query{
		Where: store.Compare{Path: "webhook", Op: store.Lt, Value: int64(oldWebhook)}, Limit: everything,
	})
	if err != nil {
		return err
	}
	for _, d := range page.Items {
		attempts, err := tx.Attempts(d.ID)
		if err != nil {
			return err
		}
		c.deliveries = append(c.deliveries, delivered{d, attempts})
		c.byChange[d.ChangeID] = append(c.byChange[d.ChangeID], d)
	}
	return nil
}

// verifyObjects holds objects and changes against what was acknowledged: every
// acknowledged step is there, in order; an unanswered one is there whole or not
// at all, for all objects of its request alike.
func (c *contents) verifyObjects(t *testing.T, l *ledger) {
	t.Helper()
	took := func(o *object) bool { return len(c.steps[key(o.kind, o.name)]) > len(o.done) }
	for _, o := range l.objects {
		at := key(o.kind, o.name)
		want := slices.Clone(o.done)
		if o.doubt != nil && took(o) {
			want = append(want, *o.doubt)
		}
		if !slices.Equal(c.steps[at], want) {
			t.Errorf("%s: changes %v, want %v (unanswered: %v)", at, c.steps[at], want, o.doubt)
			continue
		}
		description, there := c.objects[at]
		last := step{event: "deleted"}
		if len(want) > 0 {
			last = want[len(want)-1]
		}
		if there != (last.event != "deleted") || there && description != last.detail {
			t.Errorf("%s: there %v with %q after %v", at, there, description, last)
		}
		delete(c.objects, at)
		delete(c.steps, at)
	}
	for _, list := range l.lists {
		for _, o := range list[1:] {
			if took(o) != took(list[0]) {
				t.Errorf("a half of a bulk request is there: %s and %s", o.name, list[0].name)
			}
		}
	}
	for at := range c.objects {
		t.Errorf("%s is there, and nobody asked for it", at)
	}
	for at := range c.steps {
		t.Errorf("%s changed, and nobody asked for it", at)
	}
}

// hooks are the webhooks' names by id.
var hooks = map[int64]string{1: hookSteady, 2: hookFailing, 3: hookStopped}

// hookOf is the webhook that fires for an object type.
func hookOf(kind string) int64 {
	switch kind {
	case "dcim.site":
		return 1
	case "dcim.manufacturer":
		return 2
	}
	return 3
}

// verifyDeliveries checks that every change has its delivery, that each ended as
// it should, and that what arrived is what was recorded, but for what was in
// flight at a kill. It returns how many requests arrived that no attempt records,
// by round: those are sent again.
func (c *contents) verifyDeliveries(t *testing.T, l *ledger, arrivals []arrival, rounds map[int]int) map[int]int {
	t.Helper()
	for id, change := range c.changes {
		want := hookOf(change.kind())
		list := c.byChange[id]
		if want == 3 && len(list) == 0 {
			continue // canceled and deleted
		}
		if len(list) != 1 || list[0].WebhookID != want {
			t.Errorf("change %d of %s has deliveries %v, want one for webhook %d", id, change.key, list, want)
		}
	}
	byDelivery := map[string][]arrival{}
	for _, a := range arrivals {
		byDelivery[a.delivery] = append(byDelivery[a.delivery], a)
	}
	unrecorded := map[string]map[int]int{hookSteady: {}, hookFailing: {}, hookStopped: {}}
	for _, d := range c.deliveries {
		c.verifyDelivery(t, l, &d, byDelivery[d.ID.String()], rounds, unrecorded[hooks[d.WebhookID]])
	}
	sums := map[int]int{}
	for _, byRound := range unrecorded {
		for round, n := range byRound {
			sums[round] += n
		}
	}
	for round, n := range sums {
		if n > maxInFlight {
			t.Errorf("round %d: %d requests were not recorded, more than the %d that can be in flight", round, n, maxInFlight)
		}
	}
	return sums
}

// verifyDelivery checks one delivery and adds its unrecorded requests by round. One
// is sent twice only if its request had arrived and its outcome was not recorded
// when its sender was killed: a process has at most one such request of a delivery,
// and after a recorded success there is no other.
func (c *contents) verifyDelivery(t *testing.T, l *ledger, d *delivered, arrived []arrival, rounds map[int]int, unrecorded map[int]int) {
	t.Helper()
	id, hook := d.ID.String(), hooks[d.WebhookID]
	want := webhook.Finished
	if hook == hookStopped {
		want = webhook.Canceled
	}
	if d.State != want {
		t.Errorf("delivery %s of %s is %s after %d attempts, want %s", id, hook, d.State, d.Attempts, want)
	}
	if want == webhook.Finished && len(arrived) == 0 {
		t.Errorf("delivery %s of %s is finished and never arrived", id, hook)
	}
	if l.deleted[id] {
		t.Errorf("delivery %s was deleted and is there", id)
	}
	perRound := map[int]int{}
	for _, a := range arrived {
		perRound[a.round]++
		if told := c.changes[d.ChangeID]; a.hook != hook || told.step != (step{a.event, a.detail}) || !strings.HasSuffix(told.key, " "+a.name) {
			t.Errorf("delivery %s told %+v, want %+v", id, a, told)
		}
		if round, canceled := l.canceled[id]; canceled && a.round > round {
			t.Errorf("delivery %s was canceled in round %d and sent in round %d", id, round, a.round)
		}
	}
	if hook == hookSteady {
		d.verifySentOnce(t, arrived, perRound, rounds)
	}
	cut := map[int]int{} // attempts without an answer: they may have arrived or not
	for _, a := range d.attempts {
		if round := roundOf(t, &a, rounds); a.Response.Status > 0 {
			perRound[round]--
		} else {
			cut[round]++
		}
	}
	for round, n := range perRound {
		if n < 0 {
			t.Errorf("delivery %s has attempts of round %d that never arrived", id, round)
		}
		n = max(0, n-cut[round])
		if n > 1 {
			t.Errorf("delivery %s: process %d had %d requests under way at once", id, round, n)
		}
		unrecorded[round] += n
	}
}

// verifySentOnce checks a delivery that its receiver accepts whenever it comes:
// every process sent it once at most, and none did after its success was recorded.
func (d *delivered) verifySentOnce(t *testing.T, arrived []arrival, perRound, rounds map[int]int) {
	t.Helper()
	last := -1
	for _, a := range arrived {
		last = max(last, a.round)
	}
	for round, n := range perRound {
		if n > 1 {
			t.Errorf("delivery %s was sent %d times by process %d, although it succeeded", d.ID, n, round)
		}
	}
	for _, a := range d.attempts {
		if round := roundOf(t, &a, rounds); a.Response.Status > 0 && round < last {
			t.Errorf("delivery %s was sent by process %d, although process %d had recorded its success", d.ID, last, round)
		}
	}
}

// roundOf tells which process made an attempt: workers are named after it.
func roundOf(t *testing.T, a *webhook.Attempt, rounds map[int]int) int {
	t.Helper()
	_, pid, _ := strings.Cut(a.Worker[strings.LastIndexByte(a.Worker, '.'):], ".")
	n, err := strconv.Atoi(pid)
	round, ok := rounds[n]
	if err != nil || !ok {
		t.Errorf("an attempt was made by %q, no process of this test", a.Worker)
	}
	return round
}

// summary counts what happened, for the log of the test.
func (c *contents) summary(l *ledger, unrecorded map[int]int) string {
	acknowledged, doubts := 0, 0
	for _, o := range l.objects {
		acknowledged += len(o.done)
		if o.doubt != nil {
			doubts++
		}
	}
	twice, most := 0, 0
	for _, n := range unrecorded {
		twice += n
		most = max(most, n)
	}
	return fmt.Sprintf("%d steps acknowledged, %d unanswered, %d deliveries, %d canceled, %d deleted; sent and not recorded: %d, at most %d at one kill",
		acknowledged, doubts, len(c.deliveries), len(l.canceled), len(l.deleted), twice, most)
}
