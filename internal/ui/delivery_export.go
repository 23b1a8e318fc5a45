package ui

import (
	"bufio"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const (
	// maxExport bounds how many deliveries a file has, exportBatch how many are read
	// at a time.
	maxExport   = 100_000
	exportBatch = 500
)

// exportedDelivery is a line of the file, in the words of the REST API.
type exportedDelivery struct {
	ID         webhook.UUID   `json:"id"`
	State      string         `json:"state"`
	Webhook    exportedHook   `json:"webhook"`
	ChangeID   int64          `json:"change_id"`
	ObjectType string         `json:"object_type,omitempty"`
	ObjectID   int64          `json:"object_id,omitempty"`
	Object     string         `json:"object_repr,omitempty"`
	Event      string         `json:"event,omitempty"`
	Queue      string         `json:"queue"`
	Attempts   int            `json:"attempts"`
	StatusCode int            `json:"status_code,omitempty"`
	Reason     webhook.Reason `json:"reason,omitempty"`
	Created    time.Time      `json:"created"`
	Due        time.Time      `json:"due,omitzero"`
	Ended      time.Time      `json:"ended,omitzero"`
}

type exportedHook struct {
	ID   int64  `json:"id"`
	Name string `json:"name,omitempty"`
}

func exportDelivery(d *admin.DeliveryDetail) exportedDelivery {
	line := exportedDelivery{
		ID: d.ID, State: d.State.String(), Webhook: exportedHook{ID: d.WebhookID}, ChangeID: d.ChangeID, Queue: d.Queue.String(),
		Attempts: d.Attempts, StatusCode: d.StatusCode, Reason: d.Reason, Created: d.Created, Ended: d.Ended,
	}
	if !d.State.Final() {
		line.Due = d.Due
	}
	if d.Webhook != nil {
		line.Webhook.Name = d.Webhook.Name
	}
	if d.Change != nil {
		line.ObjectType, line.ObjectID = d.Change.ObjectType, d.Change.ObjectID
		line.Object, line.Event = d.Change.ObjectRepr, d.Change.Event.String()
	}
	return line
}

// exportDeliveries answers with a file that has a JSON document for each of the
// deliveries on a line of its own (NDJSON), the newest first.
func (v *view) exportDeliveries(where store.And) error {
	counted, err := v.ui.options.Admin.Deliveries(v.ctx, store.Query{Where: where})
	switch {
	case err != nil:
		return err
	case counted.Count > maxExport:
		return webhook.Errorf(webhook.CodeInvalid, "These are %s deliveries, and a file takes %s. Narrow the list first, for example by time.",
			groupDigits(counted.Count), groupDigits(maxExport))
	}
	v.w.Header().Set("Content-Type", "application/x-ndjson")
	v.w.Header().Set("Content-Disposition", `attachment; filename="deliveries.ndjson"`)
	out := bufio.NewWriter(v.w)
	encoder := json.NewEncoder(out)
	query := store.Query{Where: where, Order: []store.Order{{Path: "id", Desc: true}}, Limit: exportBatch, NoCount: true}
	for written := 0; written < maxExport; {
		found, err := v.ui.options.Admin.Deliveries(v.ctx, query)
		if err != nil {
			if !v.answered {
				return err
			}
			v.ui.options.Log.ErrorContext(v.ctx, "export was cut off", "request_id", v.requestID, "error", err)
			panic(http.ErrAbortHandler) // so that browsers do not take the file for whole
		}
		for i := range found.Items {
			v.answered = true
			if err := encoder.Encode(exportDelivery(&found.Items[i])); err != nil {
				return nil //nolint:nilerr // the browser is gone: nobody is left to tell
			}
		}
		written += len(found.Items)
		if len(found.Items) < exportBatch {
			break
		}
		last := store.Compare{Path: "id", Op: store.Lt, Value: found.Items[len(found.Items)-1].ID}
		query.Where = append(slices.Clip(where), last)
	}
	v.answered = true
	_ = out.Flush() // as above
	return nil
}
