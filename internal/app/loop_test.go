package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A receiver that changes the very object that it is told of, and passes on the
// webhook-id or the body's request_id, is stopped after the set number of rounds,
// where everybody can see it.
func TestLoopThroughTheAPI(t *testing.T) {
	t.Parallel()
	for name, passOn := range map[string]func(header http.Header, requestID string) map[string]string{
		"webhook-id": func(header http.Header, _ string) map[string]string {
			return map[string]string{"Webhook-Id": header.Get("Webhook-Id")}
		},
		"request_id": func(_ http.Header, requestID string) map[string]string {
			return map[string]string{"X-Request-Id": requestID}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testLoop(t, passOn)
		})
	}
}

func testLoop(t *testing.T, passOn func(header http.Header, requestID string) map[string]string) {
	t.Helper()
	const rounds = 5
	p := params(t)
	p.Options.Delivery.LoopRounds = rounds
	a := start(t, p)
	var received atomic.Int32
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var delivered struct {
			RequestID string `json:"request_id"`
		}
		if err := json.NewDecoder(r.Body).Decode(&delivered); err != nil {
			t.Errorf("body: %v", err)
		}
		header := passOn(r.Header, delivered.RequestID)
		header["Content-Type"] = "application/json"
		body := fmt.Sprintf(`{"description": "seen %d times"}`, received.Add(1))
		w.WriteHeader(ask(t, "PATCH", a.URL()+"/api/dcim/sites/1/", body, header, nil))
	}))
	t.Cleanup(loop.Close)
	addWebhook(t, a.Backend, loop.URL)
	addSite(t, a.Backend, "berlin")

	var changes struct{ Count int }
	for deadline := time.Now().Add(10 * time.Second); changes.Count <= rounds && time.Now().Before(deadline); {
		ask(t, "GET", a.URL()+"/api/core/object-changes/", "", nil, &changes)
	}
	if changes.Count != rounds+1 || received.Load() != rounds {
		t.Fatalf("%d changes, %d deliveries; want %d and %d", changes.Count, received.Load(), rounds+1, rounds)
	}
	var verdicts struct {
		Results []struct {
			Outcome, Reason string
			Round           int
			Delivery        any
		}
	}
	ask(t, "GET", fmt.Sprintf("%s/api/core/object-changes/%d/verdicts/", a.URL(), changes.Count), "", nil, &verdicts)
	if len(verdicts.Results) != 1 {
		t.Fatalf("verdicts %+v", verdicts)
	}
	if v := verdicts.Results[0]; v.Outcome != "stopped" || v.Round != rounds || v.Delivery != nil || !strings.Contains(v.Reason, "5 deliveries") {
		t.Errorf("verdict %+v", v)
	}
	if _, body := get(t, a.URL()+"/metrics"); !strings.Contains(body, "bellhop_loops_stopped_total 1") {
		t.Error("the metric does not count the loop")
	}
}
