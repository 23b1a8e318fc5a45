package admin

import (
	"context"
	"encoding/json"
	"fmt"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// AuditLog lists what people did. Entries are never altered or deleted by them.
func (a *Admin) AuditLog(ctx context.Context, query store.Query) (page store.Page[webhook.AuditEntry], err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		page, err = tx.Audit().List(query)
		return err
	})
	return page, public(err, "audit entry")
}

// AuditEntry returns one entry.
func (a *Admin) AuditEntry(ctx context.Context, id int64) (entry webhook.AuditEntry, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		entry, err = tx.Audit().Get(id)
		return err
	})
	return entry, public(err, "audit entry")
}

// auditDeliveries records one action on many deliveries as one entry.
func auditDeliveries(tx store.Tx, by Actor, verb string, ids []webhook.UUID) error {
	target := ids[0].String()
	if len(ids) > 1 {
		target = fmt.Sprintf("%d deliveries", len(ids))
	}
	document, err := json.Marshal(map[string][]webhook.UUID{"deliveries": ids})
	if err != nil {
		return err
	}
	return tx.Audit().Create(&webhook.AuditEntry{
		Time: now(), UserName: by.UserName, RequestID: by.RequestID,
		Action: verb, Kind: KindDelivery, Target: target, Before: document,
	})
}
