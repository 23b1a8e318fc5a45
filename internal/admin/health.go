package admin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Health returns how the receivers of webhooks are doing, by the webhooks' ids,
// from what this process has sent. It has none of webhooks that it does not
// deliver for.
func (a *Admin) Health(webhookIDs ...int64) map[int64]webhook.Health {
	return a.options.Dispatcher.Health(webhookIDs...)
}

// DisableFailing disables a webhook whose receiver has only failed since a moment,
// as the system, with an entry in the audit log. The definition is not checked as
// one that a person saves is: what is wrong with it may be why it fails. One
// that is disabled or gone already is left alone; disabled tells.
func (a *Admin) DisableFailing(ctx context.Context, id int64, failing time.Time) (disabled bool, err error) {
	requestID, err := a.ids.Next(time.Now())
	if err != nil {
		return false, fmt.Errorf("request id: %w", err)
	}
	by := System(requestID)
	var name string
	err = a.store.Update(ctx, func(tx store.Tx) error {
		disabled = false
		before, err := tx.Webhooks().Get(id)
		if errors.Is(err, store.ErrNotFound) || err == nil && !before.Enabled {
			return nil
		}
		if err != nil {
			return err
		}
		op := operation{admin: a, tx: tx, by: by, now: now()}
		after := before
		after.Enabled, after.LastUpdated = false, op.now
		if err := tx.Webhooks().Update(&after); err != nil {
			return err
		}
		name, disabled = after.Name, true
		return a.Webhooks.audit(op, "update", &before, &after)
	})
	if err != nil || !disabled {
		return false, err
	}
	a.log.WarnContext(ctx, "webhook was disabled: its receiver has only failed",
		"webhook", id, "name", name, "failing_since", failing, "request_id", requestID)
	a.Webhooks.tell(ctx, by, nil)
	return true, nil
}
