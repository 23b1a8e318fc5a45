package faulttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bellhop/internal/client"
)

// The webhooks of every test, by their paths at the receiver.
const (
	hookSteady  = "steady"  // all events of sites; always succeeds
	hookFailing = "failing" // new manufacturers; one attempt, fails until it is mended; retried by hand
	hookStopped = "stopped" // new tenants; always fails; canceled by hand
)

// What bounds the deliveries in flight, from the first byte of their request to the
// commit of its outcome: each worker has one, a batch of outcomes waits for the
// recorder, and one is being written; a batch is no larger than the number of
// workers (package dispatch has a test of that).
const (
	workers     = 16
	maxInFlight = 3 * workers
)

// writers is how many clients change objects at the same time.
const writers = 8

// restPaths are the lists of the object types used.
func restPath(kind string) string {
	_, model, _ := strings.Cut(kind, ".")
	app, _, _ := strings.Cut(kind, ".")
	return app + "/" + model + "s/"
}

// addWebhooks makes the three webhooks; their ids are 1, 2 and 3.
func addWebhooks(t *testing.T, api *client.Client, r *receiver) {
	t.Helper()
	hook := func(name, objectType string, more map[string]any) map[string]any {
		definition := map[string]any{
			"name": name, "content_types": []string{objectType}, "type_create": true, "payload_url": r.url + "/" + name,
			"additional_headers": "X-Round: {{ 'BELLHOP_TEMPLATE_ROUND' | env }}",
		}
		maps.Copy(definition, more)
		return definition
	}
	err := api.Do(t.Context(), http.MethodPost, "extras/webhooks/", []any{
		hook(hookSteady, "dcim.site", map[string]any{"type_update": true, "type_delete": true, "secret": "s3cret"}),
		hook(hookFailing, "dcim.manufacturer", map[string]any{"max_attempts": 1}),
		hook(hookStopped, "tenancy.tenant", nil),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// load is what clients do to one server until it does not answer any more or ctx
// ends.
type load struct {
	t      *testing.T
	ctx    context.Context
	api    *client.Client
	ledger *ledger
	round  int

	running sync.WaitGroup
}

// startLoad starts the clients. Wait for running to end.
func startLoad(ctx context.Context, t *testing.T, s *server, l *ledger, round int) *load {
	t.Helper()
	all := &load{t: t, ctx: ctx, api: s.api, ledger: l, round: round}
	for i := range writers {
		w := &writer{load: all, prefix: fmt.Sprintf("r%d-w%d", round, i), random: rand.New(rand.NewPCG(uint64(round), uint64(i)))}
		all.running.Go(func() {
			for ctx.Err() == nil && w.act() {
			}
		})
	}
	all.running.Go(func() {
		for ctx.Err() == nil && all.operate() {
		}
	})
	return all
}

// answered reports whether an error is the server's answer.
func answered(err error) bool {
	_, ok := errors.AsType[*client.Error](err)
	return err == nil || ok
}

// writer changes objects of its own, so that it knows what becomes of them.
type writer struct {
	*load
	prefix string
	random *rand.Rand
	count  int
	sites  []*object // that are there
}

// act makes one request and reports whether the server answered it.
func (w *writer) act() bool {
	switch n := w.random.IntN(100); {
	case n < 30 || len(w.sites) < 4:
		return w.create("dcim.site", 1)
	case n < 42:
		return w.create("dcim.site", 3)
	case n < 48:
		return w.create("dcim.manufacturer", 1)
	case n < 54:
		return w.create("tenancy.tenant", 1)
	case n < 76:
		return w.update(1)
	case n < 84:
		return w.update(3)
	case n < 95:
		return w.remove(1)
	default:
		return w.remove(3)
	}
}

func (w *writer) create(kind string, n int) bool {
	objects := make([]*object, n)
	bodies := make([]any, n)
	for i := range objects {
		w.count++
		objects[i] = &object{kind: kind, name: fmt.Sprintf("%s-%d", w.prefix, w.count)}
		bodies[i] = map[string]string{"name": objects[i].name, "slug": objects[i].name, "description": "0"}
	}
	made := make([]struct{ ID int64 }, n)
	var body, answer any = bodies, &made
	if n == 1 {
		body, answer = bodies[0], &made[0]
	}
	alive := w.ask(http.MethodPost, restPath(kind), body, answer, objects, step{"created", "0"})
	for i, o := range objects {
		if len(o.done) > 0 && kind == "dcim.site" {
			o.id = made[i].ID
			w.sites = append(w.sites, o)
		}
	}
	return alive
}

// pick takes n of the sites out; put what is still there back.
func (w *writer) pick(n int) []*object {
	picked := make([]*object, n)
	for i := range picked {
		at := w.random.IntN(len(w.sites))
		picked[i] = w.sites[at]
		w.sites = slices.Delete(w.sites, at, at+1)
	}
	return picked
}

func (w *writer) update(n int) bool {
	objects := w.pick(n)
	w.count++
	detail := strconv.Itoa(w.count)
	bodies := make([]any, n)
	for i, o := range objects {
		bodies[i] = map[string]any{"id": o.id, "description": detail}
	}
	alive := w.askAll(http.MethodPatch, objects, bodies, step{"updated", detail})
	for _, o := range objects {
		if o.doubt == nil {
			w.sites = append(w.sites, o)
		}
	}
	return alive
}

func (w *writer) remove(n int) bool {
	objects := w.pick(n)
	for _, o := range objects[1:] { // those that go together have one description, which the step holds
		if o.done[len(o.done)-1].detail != objects[0].done[len(objects[0].done)-1].detail {
			w.sites = append(w.sites, objects[1:]...)
			objects = objects[:1]
			break
		}
	}
	bodies := make([]any, len(objects))
	for i, o := range objects {
		bodies[i] = map[string]any{"id": o.id}
	}
	last := objects[0].done[len(objects[0].done)-1]
	return w.askAll(http.MethodDelete, objects, bodies, step{"deleted", last.detail})
}

// askAll asks for a step of sites that are there: by list, or by the object's own
// path for one.
func (w *writer) askAll(method string, objects []*object, bodies []any, next step) bool {
	path := restPath("dcim.site")
	if len(objects) > 1 {
		return w.ask(method, path, bodies, nil, objects, next)
	}
	body := bodies[0]
	if method == http.MethodDelete {
		body = nil
	}
	return w.ask(method, fmt.Sprintf("%s%d/", path, objects[0].id), body, nil, objects, next)
}

// ask makes a request, notes what came of it, and reports whether the server
// answered. A 503 leaves open whether the step was taken.
func (w *writer) ask(method, path string, body, out any, objects []*object, next step) bool {
	w.ledger.expect(objects, next)
	err := w.api.Do(w.ctx, method, path, body, out)
	refusal, isAnswer := errors.AsType[*client.Error](err)
	switch {
	case err == nil:
		w.ledger.acknowledge(objects)
	case isAnswer && refusal.Status != http.StatusServiceUnavailable:
		w.t.Errorf("round %d: %v", w.round, err)
		w.ledger.refused(objects)
	}
	return err == nil || isAnswer
}

// operate does what people do to deliveries: it retries what failed, cancels and
// deletes what will never succeed.
func (l *load) operate() bool {
	if !answered(l.api.Do(l.ctx, http.MethodPost, "extras/deliveries/retry/?state=failed&webhook_id=2", nil, nil)) {
		return false
	}
	var page struct {
		Results []struct{ ID, State string }
	}
	err := l.api.Do(l.ctx, http.MethodGet, "extras/deliveries/?webhook_id=3&limit=20&fields=id,state", nil, &page)
	if err != nil {
		return answered(err)
	}
	for _, d := range page.Results {
		alive := true
		switch d.State {
		case "scheduled", "started", "queued":
			alive = l.cancel(d.ID)
		case "canceled":
			alive = l.remove(d.ID)
		}
		if !alive {
			return false
		}
	}
	return true
}

func (l *load) cancel(id string) bool {
	err := l.api.Do(l.ctx, http.MethodPost, "extras/deliveries/"+id+"/cancel/", nil, nil)
	if err == nil {
		l.ledger.mu.Lock()
		l.ledger.canceled[id] = l.round
		l.ledger.mu.Unlock()
	}
	return answered(err)
}

func (l *load) remove(id string) bool {
	err := l.api.Do(l.ctx, http.MethodDelete, "extras/deliveries/"+id+"/", nil, nil)
	l.ledger.mu.Lock()
	defer l.ledger.mu.Unlock()
	if err == nil {
		l.ledger.deleted[id] = true
	} else {
		l.ledger.unsure[id] = true
	}
	return answered(err)
}
