// Package fill gives a database a past: changes, deliveries and attempts in every
// state, for benchmarks of what reads them. For tests only.
//
// It writes through the store's contract, so that what it makes is what the
// server would have made, and the same numbers give the same past.
package fill

import (
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/store/storetest"
	"bellhop/internal/webhook"
)

// Past says what to make.
type Past struct {
	// Deliveries is how many, each with a change of its own.
	Deliveries int
	// Webhooks is how many share them. Their receiver is URL.
	Webhooks int
	URL      string
	// End is the moment of the last change; they are a second apart.
	End time.Time
}

// perBatch is how many deliveries are written in one transaction.
const perBatch = 1000

// body is as long as a context of a small object.
const body = `{"event": "updated", "timestamp": "2026-03-09T17:55:33.851000+00:00", "object_type": "dcim.site", "model": "site", ` +
	`"username": "jo", "request_id": "1e1bd3cd-6b5c-4a25-a6d0-f0d1ecfb7d4e", "data": {"id": 1, "url": "/api/dcim/sites/1/", ` +
	`"display": "Site 1", "name": "Site 1", "slug": "site-1", "status": {"value": "active", "label": "Active"}}}`

// objectTypes are those that the changes are of, the first the most often.
var objectTypes = []string{"dcim.device", "dcim.site", "ipam.prefix", "ipam.ipaddress", "dcim.interface", "tenancy.tenant"}

// Write makes the past in a store that has none.
func Write(ctx context.Context, s store.Store, p Past) error {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same past each time
	ids := webhook.NewIDs(&numbers{random: random})
	hooks := make([]webhook.Webhook, p.Webhooks)
	err := s.Update(ctx, func(tx store.Tx) error {
		for i := range hooks {
			wh := webhook.New()
			wh.Name, wh.PayloadURL = fmt.Sprintf("Webhook %d", i+1), p.URL
			wh.ObjectTypes, wh.Events, wh.Queue = objectTypes, webhook.AllEvents, webhook.Queues[i%len(webhook.Queues)]
			if err := tx.Webhooks().Create(&wh); err != nil {
				return err
			}
			hooks[i] = wh
		}
		return nil
	})
	for done := 0; err == nil && done < p.Deliveries; done += perBatch {
		first := p.End.Add(-time.Duration(p.Deliveries-done) * time.Second)
		err = writeBatch(ctx, s, ids, random, hooks, first, min(perBatch, p.Deliveries-done))
	}
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	return nil
}

// writeBatch records changes with a delivery each, and what became of these.
func writeBatch(ctx context.Context, s store.Store, ids *webhook.IDs, random *rand.Rand, hooks []webhook.Webhook, first time.Time, n int) error {
	deliveries := make([]webhook.Delivery, n)
	err := s.Update(ctx, func(tx store.Tx) error {
		for i := range deliveries {
			at := first.Add(time.Duration(i) * time.Second)
			id, err := ids.Next(at)
			if err != nil {
				return err
			}
			// The square makes some webhooks and types much busier than others.
			wh := &hooks[int(square(random)*float64(len(hooks)))]
			object := random.Int64N(100_000)
			change := webhook.Change{
				Time: at, Event: webhook.Event(1 + random.IntN(3)), ObjectType: objectTypes[int(square(random)*float64(len(objectTypes)))],
				ObjectID: object, ObjectRepr: fmt.Sprintf("Object %d", object), UserName: "jo", RequestID: id, Context: []byte(body),
				Verdicts: []webhook.Verdict{{WebhookID: wh.ID, Name: wh.Name, Outcome: webhook.Fired, DeliveryID: id}},
			}
			if err := tx.AddChange(&change); err != nil {
				return err
			}
			deliveries[i] = webhook.Delivery{
				ID: id, WebhookID: wh.ID, ChangeID: change.ID, Queue: wh.Queue, State: webhook.Queued, Created: at, Due: at,
			}
			if err := tx.AddDelivery(&deliveries[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	claims, err := s.Claim(ctx, "past", deliveries)
	if err != nil {
		return err
	}
	var settlements []store.Settlement
	var kept []store.Claim // those that stay queued
	for _, claim := range claims {
		if settlement, ok := outcome(claim, random); ok {
			settlements = append(settlements, settlement)
		} else {
			kept = append(kept, claim)
		}
	}
	if _, err := s.Settle(ctx, settlements); err != nil {
		return err
	}
	return s.Release(ctx, kept)
}

// Ended adds n changes of a moment, each with a delivery of a webhook that finished at
// that moment; without one if the webhook is 0. The webhook need not be there.
func Ended(ctx context.Context, s store.Store, webhookID int64, at time.Time, n int) error {
	ids := webhook.NewIDs(cryptorand.Reader)
	for done := 0; done < n; done += perBatch {
		if err := endedBatch(ctx, s, ids, webhookID, at, min(perBatch, n-done)); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	return nil
}

func endedBatch(ctx context.Context, s store.Store, ids *webhook.IDs, webhookID int64, at time.Time, n int) error {
	var deliveries []webhook.Delivery
	err := s.Update(ctx, func(tx store.Tx) error {
		deliveries = nil
		for range n {
			change := webhook.Change{Time: at, Event: webhook.Created, ObjectType: "dcim.rack", ObjectID: 1, Context: []byte(body)}
			if err := tx.AddChange(&change); err != nil {
				return err
			}
			if webhookID == 0 {
				continue
			}
			id, err := ids.Next(at)
			if err != nil {
				return err
			}
			d := webhook.Delivery{ID: id, WebhookID: webhookID, ChangeID: change.ID, State: webhook.Queued, Created: at, Due: at}
			if err := tx.AddDelivery(&d); err != nil {
				return err
			}
			deliveries = append(deliveries, d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	claims, err := s.Claim(ctx, "past", deliveries)
	if err != nil {
		return err
	}
	settlements := make([]store.Settlement, len(claims))
	for i, claim := range claims {
		settlements[i] = storetest.Outcome(claim, webhook.Finished, http.StatusOK, at)
	}
	_, err = s.Settle(ctx, settlements)
	return err
}

func square(random *rand.Rand) float64 {
	f := random.Float64()
	return f * f
}

// outcome is what became of a delivery: of a hundred, 92 finished, 4 failed, 2
// wait for a retry a year away, one was canceled and one is queued (false).
func outcome(claim store.Claim, random *rand.Rand) (store.Settlement, bool) {
	d := claim.Delivery
	end := d.Created.Add(time.Second)
	attempt := &webhook.Attempt{
		DeliveryID: d.ID, Number: 1, Start: d.Created, Worker: "past", WebhookRevision: 1,
		Timing: webhook.Timing{FirstByte: 900 * time.Microsecond, Total: time.Millisecond},
		Request: webhook.SentRequest{
			Method: "POST", URL: "http://receiver.example/in", BodyIsContext: true,
			Header: []webhook.Header{{Name: "Content-Type", Value: "application/json"}},
		},
		Response: webhook.ReceivedResponse{Status: 200, Body: []byte("ok")},
	}
	settlement := store.Settlement{Claim: claim, Attempt: attempt, State: webhook.Finished, Time: end}
	fail := func(state webhook.State) {
		settlement.State, settlement.Due = state, end.AddDate(1, 0, 0)
		attempt.Response.Status = []int{500, 502, 503, 404, 0, 429}[random.IntN(6)]
		attempt.Reason = webhook.ReasonTimeout
		if attempt.Response.Status != 0 {
			attempt.Reason = webhook.ReasonForStatus(attempt.Response.Status)
		}
	}
	switch n := random.IntN(100); {
	case n < 92:
	case n < 96:
		fail(webhook.Failed)
	case n < 98:
		fail(webhook.Scheduled)
	case n < 99:
		settlement.State, settlement.Attempt = webhook.Canceled, nil
	default:
		return settlement, false
	}
	return settlement, true
}

// numbers are random bytes that are the same each time.
type numbers struct{ random *rand.Rand }

var _ io.Reader = (*numbers)(nil)

// Read never fails.
func (n *numbers) Read(p []byte) (int, error) {
	for i := 0; i < len(p); i += 8 {
		var word [8]byte
		binary.BigEndian.PutUint64(word[:], n.random.Uint64())
		copy(p[i:], word[:])
	}
	return len(p), nil
}
