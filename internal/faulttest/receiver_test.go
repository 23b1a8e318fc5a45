package faulttest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// arrival is one request that a receiver got.
type arrival struct {
	delivery string // webhook-id
	hook     string // the path: which webhook sent it
	round    int    // the process that sent it
	event    string
	name     string // of the object
	detail   string // its description
}

// receiver takes what webhooks send and keeps account of it.
type receiver struct {
	url string
	// mended makes the webhook "failing" succeed.
	mended atomic.Bool

	mu       sync.Mutex
	arrivals []arrival
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var body struct {
			Event string `json:"event"`
			Data  struct{ Name, Description string }
		}
		round, roundErr := strconv.Atoi(request.Header.Get("X-Round"))
		// A killed sender leaves half a request behind, which did not arrive.
		if json.NewDecoder(request.Body).Decode(&body) != nil || roundErr != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		a := arrival{
			delivery: request.Header.Get("webhook-id"), hook: strings.Trim(request.URL.Path, "/"), round: round,
			event: body.Event, name: body.Data.Name, detail: body.Data.Description,
		}
		r.mu.Lock()
		r.arrivals = append(r.arrivals, a)
		r.mu.Unlock()
		if a.hook == hookStopped || a.hook == hookFailing && !r.mended.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

// all returns the arrivals so far.
func (r *receiver) all() []arrival {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]arrival(nil), r.arrivals...)
}
