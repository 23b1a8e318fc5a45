package app_test

import (
	"fmt"
	"testing"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/receiver"
	"bellhop/internal/webhook"
)

// A receiver that never answers holds up nobody: neither the one who saves an
// object nor another receiver.
func TestDeadReceiverHarmsNobody(t *testing.T) {
	t.Parallel()
	const sites = 50
	dead, _ := listen(t, receiver.Options{Delay: time.Hour})
	healthy, requests := listen(t, receiver.Options{})
	p := params(t)
	p.Options.Delivery.Workers = 64
	a := start(t, p)
	for name, url := range map[string]string{"dead": dead, "healthy": healthy} {
		wh := webhook.New()
		wh.Name, wh.PayloadURL, wh.Timeout = name, url, 5
		wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
		if _, err := a.Admin.Webhooks.Create(t.Context(), admin.System(webhook.UUID{1}), []webhook.Webhook{wh}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range sites {
		began := time.Now()
		addSite(t, a.Backend, fmt.Sprintf("site-%d", i))
		receive(t, requests)
		// The dead one is given up after 5 s; whoever waits for it waits as long.
		if took := time.Since(began); took > 4*time.Second {
			t.Fatalf("site %d arrived after %s", i, took)
		}
	}
}
