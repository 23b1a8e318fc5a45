package admin_test

import (
	"testing"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// TestDisableFailing checks that a webhook that only fails is disabled with an
// entry in the audit log, although its definition could not be saved like this,
// and that it is disabled once.
func TestDisableFailing(t *testing.T) {
	t.Parallel()
	backend := setup(t)
	ctx := t.Context()
	wh := webhook.New()
	wh.Name, wh.PayloadURL, wh.CAFilePath = "broken", "https://ex.test/", "/there/is/no/such/file"
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
	err := backend.Store.Update(ctx, func(tx store.Tx) error { return tx.Webhooks().Create(&wh) })
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false} {
		if disabled, err := backend.Admin.DisableFailing(ctx, wh.ID, time.Now()); err != nil || disabled != want {
			t.Errorf("call %d: disabled %v, error %v", i+1, disabled, err)
		}
	}
	if got, err := backend.Admin.Webhooks.Get(ctx, wh.ID); err != nil || got.Enabled || got.Revision != 2 {
		t.Errorf("enabled %v, revision %d, error %v", got.Enabled, got.Revision, err)
	}
	page, err := backend.Admin.AuditLog(ctx, store.Query{Limit: 10})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("audit log %+v, error %v", page.Items, err)
	}
	if e := page.Items[0]; e.UserName != "system" || e.Action != "update" || e.Kind != admin.KindWebhook || e.TargetID != wh.ID || e.RequestID.IsZero() {
		t.Errorf("audit entry %+v", e)
	}
	if disabled, err := backend.Admin.DisableFailing(ctx, 99, time.Now()); disabled || err != nil {
		t.Errorf("one that is gone: disabled %v, error %v", disabled, err)
	}
}
