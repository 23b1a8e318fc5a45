package app

import (
	"context"
	"crypto/rand"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/render"
	"bellhop/internal/webhook"
)

// Trial renders and sends outside the queue, through the same code as deliveries.
// It is safe for concurrent use.
type Trial struct {
	exchange *dispatch.Exchange
	ids      *webhook.IDs
	close    func()
}

// NewTrial returns a trial that needs no database: settings of deliveries and
// templates count. Close it after use.
func NewTrial(p Params) (*Trial, error) {
	exchange, client, err := newExchange(p)
	if err != nil {
		return nil, err
	}
	return &Trial{exchange: exchange, ids: webhook.NewIDs(rand.Reader), close: client.Close}, nil
}

// Close closes idle connections.
func (t *Trial) Close() { t.close() }

// Preview implements admin.Trial: it renders and signs.
func (t *Trial) Preview(ctx context.Context, wh *webhook.Webhook, change *webhook.Change) (webhook.SentRequest, error) {
	now := time.Now()
	task, err := t.task(change, now)
	if err != nil {
		return webhook.SentRequest{}, err
	}
	request, err := t.exchange.Preview(ctx, *wh, task, now)
	if err != nil {
		return webhook.SentRequest{}, err
	}
	return webhook.SentRequest{
		Method: request.Method, URL: request.URL.Redacted(), Header: request.Header, Body: request.Body,
		BodyIsContext: request.BodyIsContext,
	}, nil
}

// Undefined implements admin.Trial.
func (t *Trial) Undefined(ctx context.Context, wh *webhook.Webhook, change *webhook.Change) ([]render.Undefined, error) {
	return t.exchange.Engine.Undefined(ctx, wh, &render.Input{Context: change.Context})
}

// Send implements admin.Trial: what went wrong is in the attempt.
func (t *Trial) Send(ctx context.Context, wh *webhook.Webhook, change *webhook.Change) (webhook.Attempt, error) {
	task, err := t.task(change, time.Now())
	if err != nil {
		return webhook.Attempt{}, err
	}
	return *t.exchange.Try(ctx, *wh, task).Attempt, nil
}

func (t *Trial) task(change *webhook.Change, now time.Time) (dispatch.Task, error) {
	id, err := t.ids.Next(now)
	if err != nil {
		return dispatch.Task{}, err
	}
	return dispatch.Task{DeliveryID: id, Number: 1, Input: &render.Input{Context: change.Context}}, nil
}
