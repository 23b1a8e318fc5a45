package dispatch

import (
	"context"
	"fmt"
	"time"

	"bellhop/internal/render"
	"bellhop/internal/sign"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxWebhooks bounds what is read into memory.
const maxWebhooks = 100_000

// hook is a compiled webhook. It is never changed.
type hook struct {
	webhook.Webhook
	plan   *render.Plan
	signer *sign.Signer
	// broken is why there is no plan; its deliveries fail with it.
	broken error
}

// compileHook never fails: a template that does not compile any more must show
// in its deliveries, not stop the dispatcher.
func compileHook(engine *render.Engine, wh webhook.Webhook) *hook {
	plan, err := engine.Compile(&wh)
	return &hook{Webhook: wh, plan: plan, signer: sign.NewSigner(wh.Secret), broken: err}
}

// patience is how long the webhook's whole retry schedule takes. A delivery whose
// schedule began before that is given up when its receiver still does not answer
// probes.
func (h *hook) patience() time.Duration {
	var sum time.Duration
	for i := range h.MaxAttempts - 1 {
		sum += webhook.RetrySteps[min(i, len(webhook.RetrySteps)-1)]
	}
	return sum
}

// readHooks compiles the webhooks of the store; those whose revision is known
// already are taken over.
func readHooks(ctx context.Context, s store.Store, engine *render.Engine, known func(id int64) *hook) (map[int64]*hook, error) {
	var page store.Page[webhook.Webhook]
	err := s.View(ctx, func(tx store.Tx) (err error) {
		page, err = tx.Webhooks().List(store.Query{Limit: maxWebhooks, NoCount: true})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	hooks := make(map[int64]*hook, len(page.Items))
	for _, wh := range page.Items {
		if old := known(wh.ID); old != nil && old.Revision == wh.Revision {
			hooks[wh.ID] = old
		} else {
			hooks[wh.ID] = compileHook(engine, wh)
		}
	}
	return hooks, nil
}
