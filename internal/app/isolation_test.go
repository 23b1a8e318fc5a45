package app_test

import (
	"fmt"
	"testing"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/receiver"
	"bellhop/internal/webhook"
)

// Receivers that never answer, more of them than workers, hold up nobody: neither
// the one who saves an object nor a receiver that is known to answer.
func TestDeadReceiversHarmNobody(t *testing.T) {
	t.Parallel()
	const sites = 50
	dead := serve(t, receiver.Options{Delay: time.Hour})
	healthy, requests := listen(t, receiver.Options{})
	p := params(t)
	p.Options.Delivery.Workers = 16
	a := start(t, p)
	add := func(name, url string) {
		wh := webhook.New()
		wh.Name, wh.PayloadURL, wh.Timeout = name, url, 5
		wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
		if _, err := a.Admin.Webhooks.Create(t.Context(), admin.System(webhook.UUID{1}), []webhook.Webhook{wh}); err != nil {
			t.Fatal(err)
		}
	}
	add("healthy", healthy)
	addSite(t, a.Backend, "first")
	receive(t, requests)
	for i := range 2 * p.Options.Delivery.Workers {
		add(fmt.Sprintf("dead %d", i), dead)
	}
	for i := range sites {
		began := time.Now()
		addSite(t, a.Backend, fmt.Sprintf("site-%d", i))
		receive(t, requests)
		// A dead one is given up after 5 s; whoever waits for it waits as long.
		if took := time.Since(began); took > 4*time.Second {
			t.Fatalf("site %d arrived after %s", i, took)
		}
	}
}
