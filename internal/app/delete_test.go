package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Deliveries that are deleted while they wait for their turn are not sent.
func TestDeletedDeliveriesAreNotSent(t *testing.T) {
	t.Parallel()
	sites, answer := make(chan string, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body struct{ Data struct{ Name string } }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		sites <- body.Data.Name
		<-answer
	}))
	t.Cleanup(server.Close)
	a := start(t, params(t))
	addWebhook(t, a.Backend, server.URL, func(wh *webhook.Webhook) { wh.Concurrency = 1 })
	for _, name := range []string{"berlin", "paris", "rome"} {
		addSite(t, a.Backend, name)
	}
	if name := <-sites; name != "berlin" {
		t.Fatalf("%s came first", name)
	}
	queued := store.Compare{Path: "state", Op: store.Eq, Value: "queued"}
	if n, err := a.Admin.DeleteDeliveries(t.Context(), admin.System(webhook.UUID{3}), queued); n != 2 || err != nil {
		t.Fatalf("deleted %d, error %v; want the two that wait", n, err)
	}
	close(answer)
	addSite(t, a.Backend, "oslo")
	if name := <-sites; name != "oslo" {
		t.Errorf("%s was sent although its delivery was deleted", name)
	}
}
