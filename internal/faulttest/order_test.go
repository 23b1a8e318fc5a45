package faulttest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// orderObjects is few enough that each object has always several changes waiting.
const orderObjects = 8

// orderChecker is a receiver that proves from what it sees that every object's
// changes arrive in order. Deliveries' ids grow in the order of their changes. So
// for each object: an id never comes after a greater one, and a greater one never
// before the last was accepted. The same one may come again, after a refusal or
// when its sender was killed before it had noted the answer.
type orderChecker struct {
	t   *testing.T
	url string

	mu      sync.Mutex
	objects map[int64]*inOrder
	// accepted counts distinct deliveries, repeated those that came again
	// although they had been accepted.
	accepted, repeated, refused int
	calm                        bool // answers every request at once with 200
}

// inOrder is what came for one object.
type inOrder struct {
	last     string // the greatest id
	accepted bool   // whether it was
	sending  int    // the round that is sending now; 0 for none
}

func newOrderChecker(t *testing.T) *orderChecker {
	t.Helper()
	c := &orderChecker{t: t, objects: map[int64]*inOrder{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// ServeHTTP checks a delivery. One in eight is refused, one in thirty is answered
// late, which makes the others overtake it if anything can.
func (c *orderChecker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct{ Data struct{ ID int64 } }
	var round int
	_, err := fmt.Sscan(r.Header.Get("X-Round"), &round)
	if json.NewDecoder(r.Body).Decode(&body) != nil || err != nil {
		w.WriteHeader(http.StatusBadRequest) // half of a request, from a killed sender
		return
	}
	late, refuse := c.begin(body.Data.ID, round, r.Header.Get("webhook-id"))
	if late {
		select {
		case <-time.After(50 * time.Millisecond):
		case <-r.Context().Done():
		}
	}
	c.end(body.Data.ID, round, r.Header.Get("webhook-id"), refuse)
	if refuse {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (c *orderChecker) begin(id int64, round int, delivery string) (late, refuse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.objects[id]
	if o == nil {
		o = &inOrder{accepted: true}
		c.objects[id] = o
	}
	switch {
	case o.sending == round:
		c.t.Errorf("object %d: two requests at once", id)
	case delivery < o.last:
		c.t.Errorf("object %d: %s came after %s", id, delivery, o.last)
	case delivery > o.last && !o.accepted:
		c.t.Errorf("object %d: %s came before %s was accepted", id, delivery, o.last)
	case delivery > o.last:
		o.last, o.accepted = delivery, false
	}
	o.sending = round
	if c.calm {
		return false, false
	}
	return rand.N(30) == 0, rand.N(8) == 0
}

func (c *orderChecker) end(id int64, round int, delivery string, refuse bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.objects[id]
	if o.sending == round {
		o.sending = 0
	}
	switch {
	case refuse:
		c.refused++
	case o.accepted || delivery != o.last: // the latter from a killed sender
		c.repeated++
	default:
		o.accepted = true
		c.accepted++
	}
}

// TestOrder has several clients change the same few objects in parallel, alone
// and in lists, while the receiver of an ordered webhook refuses some deliveries,
// people retry, and the server is killed again and again.
func TestOrder(t *testing.T) {
	t.Parallel()
	c, dir := newOrderChecker(t), t.TempDir()
	for round := 1; round <= *kills; round++ {
		s := start(t, dir, round, "--workers", "64")
		if round == 1 {
			s.addOrdered(t, c.url)
		}
		stop := time.After(rand.N(500 * time.Millisecond))
		var writing sync.WaitGroup
		for range 4 {
			writing.Go(func() { s.changeUntilKilled(t) })
		}
		<-stop
		if round%2 == 0 {
			s.retryScheduled(t)
		}
		s.kill(t)
		writing.Wait()
	}
	c.mu.Lock()
	c.calm = true
	c.mu.Unlock()
	s := start(t, dir, *kills+1, "--workers", "64")
	total := 0
	await(t, "all deliveries to be finished", func() bool {
		s.retryScheduled(t)
		all := s.count(t, "")
		done := s.count(t, "state=finished") == all
		total = all
		return done
	})
	s.stop(t)
	c.mu.Lock()
	defer c.mu.Unlock()
	t.Logf("%d deliveries, %d accepted, %d refused, %d repeated after %d kills", total, c.accepted, c.refused, c.repeated, *kills)
	if c.accepted != total || total == 0 {
		t.Errorf("%d deliveries were accepted, want all %d", c.accepted, total)
	}
	// A killed server had at most one request for each object in flight.
	if c.repeated > *kills*orderObjects {
		t.Errorf("%d came again although they had been accepted", c.repeated)
	}
}

// addOrdered makes the ordered webhook.
func (s *server) addOrdered(t *testing.T, url string) {
	t.Helper()
	err := s.api.Do(t.Context(), http.MethodPost, "extras/webhooks/", map[string]any{
		"name": "ordered", "payload_url": url, "ordered": true, "max_attempts": 100, "content_types": []string{"dcim.site"},
		"type_update": true, "additional_headers": "X-Round: {{ 'BELLHOP_TEMPLATE_ROUND' | env }}",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// changeUntilKilled brings in changes until the server does not answer.
func (s *server) changeUntilKilled(t *testing.T) {
	for {
		list := make([]map[string]any, 1+rand.N(4))
		for i := range list {
			id := 1 + rand.N(orderObjects)
			list[i] = map[string]any{
				"object_type": "dcim.site", "object_id": id, "event": "updated", "data": map[string]any{"id": id},
			}
		}
		if s.api.Do(t.Context(), http.MethodPost, "core/object-changes/", list, nil) != nil {
			return
		}
	}
}

// retryScheduled makes what was refused due at once.
func (s *server) retryScheduled(t *testing.T) {
	t.Helper()
	if err := s.api.Do(t.Context(), http.MethodPost, "extras/deliveries/retry/?state=scheduled", nil, nil); err != nil {
		t.Fatal(err)
	}
}

// count counts deliveries.
func (s *server) count(t *testing.T, query string) int {
	t.Helper()
	var page struct{ Count int }
	if err := s.api.Do(t.Context(), http.MethodGet, "extras/deliveries/?limit=1&"+query, nil, &page); err != nil {
		t.Fatal(err)
	}
	return page.Count
}
