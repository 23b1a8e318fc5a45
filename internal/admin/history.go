package admin

import (
	"context"
	"encoding/json"
	"fmt"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxHistory is how many entries of the audit log are searched for a revision.
const maxHistory = 100

// PastWebhook is a webhook as it was, with the entry of the audit log that made it
// so. It has no secret.
type PastWebhook struct {
	webhook.Webhook
	Entry webhook.AuditEntry
}

// WebhookAt returns a webhook as it was at a revision, or nil when the audit log
// does not have that, or only far back.
func (a *Admin) WebhookAt(ctx context.Context, id, revision int64) (*PastWebhook, error) {
	page, err := a.AuditLog(ctx, store.Query{
		Where: store.And{
			store.Compare{Path: "kind", Op: store.Eq, Value: KindWebhook}, store.Compare{Path: "target_id", Op: store.Eq, Value: id},
		},
		Order: []store.Order{{Path: "id", Desc: true}}, Limit: maxHistory, NoCount: true,
	})
	if err != nil {
		return nil, err
	}
	for _, entry := range page.Items {
		if len(entry.After) == 0 {
			continue
		}
		wh, err := PastOf(&entry, false)
		if err != nil {
			return nil, err
		}
		if wh.Revision == revision {
			return &PastWebhook{wh, entry}, nil
		}
	}
	return nil, nil //nolint:nilnil // it is no fault that nobody knows
}

// PastOf returns the webhook that an entry of the audit log is about, as it was
// before what was done or after it, without its secret. Entries that have none are
// not found.
func PastOf(entry *webhook.AuditEntry, before bool) (wh webhook.Webhook, err error) {
	document := entry.After
	if before {
		document = entry.Before
	}
	if entry.Kind != KindWebhook || len(document) == 0 {
		return wh, webhook.NotFound()
	}
	if err := json.Unmarshal(document, &wh); err != nil {
		return wh, fmt.Errorf("webhook in audit entry %d: %w", entry.ID, err)
	}
	wh.Secret = ""
	return wh, nil
}
