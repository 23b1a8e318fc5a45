package admin

import (
	"context"
	"errors"
	"fmt"

	"bellhop/internal/condition"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Names of the kinds, as NetBox has them.
const (
	KindWebhook    = "extras.webhook"
	KindEventRule  = "extras.eventrule"
	KindTag        = "extras.tag"
	KindDelivery   = "extras.delivery"
	KindAuditEntry = "extras.auditentry"
	KindObjectType = "core.objecttype"
	KindChange     = "core.objectchange"
	KindTask       = "core.backgroundtask"
	KindUser       = "users.user"
	KindGroup      = "users.group"
	KindPermission = "users.permission"
	KindToken      = "users.token"
)

func (a *Admin) webhookKind() kind[webhook.Webhook] {
	return kind[webhook.Webhook]{
		name: KindWebhook, noun: "webhook", table: store.Tx.Webhooks,
		about: func(wh *webhook.Webhook) about {
			return about{wh.ID, wh.Name, wh.Revision, &wh.Created, &wh.LastUpdated}
		},
		check: func(op operation, before, wh *webhook.Webhook) error {
			switch {
			case wh.Secret != webhook.MaskedSecret:
			case before == nil:
				return fieldError("secret", "This is what stands for a secret when it is shown; give the secret itself.")
			default:
				wh.Secret = before.Secret
			}
			return wh.Validate(op.checks())
		},
		drop: dropRulesOf,
		masked: func(wh webhook.Webhook) any {
			wh.Secret = maskSecret(wh.Secret)
			return wh
		},
		changed: func(ctx context.Context, by Actor, deleted []webhook.Webhook) {
			a.refresh(ctx)
			a.cancelOrphans(ctx, by, deleted)
		},
	}
}

func (a *Admin) eventRuleKind() kind[webhook.EventRule] {
	return kind[webhook.EventRule]{
		name: KindEventRule, noun: "event rule", table: store.Tx.EventRules,
		about: func(r *webhook.EventRule) about { return about{r.ID, r.Name, r.Revision, &r.Created, &r.LastUpdated} },
		check: func(op operation, _, r *webhook.EventRule) error {
			var failed error
			err := r.Validate(op.checks(), func(id int64) bool {
				_, err := op.tx.Webhooks().Get(id)
				if err != nil && !errors.Is(err, store.ErrNotFound) {
					failed = err
				}
				return err == nil
			})
			return firstError(failed, err)
		},
		changed: func(ctx context.Context, _ Actor, _ []webhook.EventRule) { a.refresh(ctx) },
	}
}

// checks are the rules of a webhook that need the outside world.
func (op operation) checks() webhook.Checks {
	return webhook.Checks{
		Template: op.admin.options.Template,
		Headers:  op.admin.options.Headers,
		Conditions: func(definition []byte) error {
			_, err := condition.Compile(definition)
			return err
		},
		ObjectType: func(name string) bool {
			_, err := op.tx.ObjectTypes().Find("name", name)
			return err == nil
		},
		CAFile: checkCAFile,
	}
}

// maskSecret returns what is shown in a secret's place.
func maskSecret(secret string) string {
	if secret == "" {
		return ""
	}
	return webhook.MaskedSecret
}

// dropRulesOf deletes the event rules of a webhook that is being deleted, as
// NetBox does.
func dropRulesOf(op operation, wh *webhook.Webhook) error {
	rules := op.admin.EventRules
	page, err := op.tx.EventRules().List(store.Query{
		Where: store.Compare{Path: "action_object_id", Op: store.Eq, Value: wh.ID}, Limit: maxCascade + 1,
	})
	if err != nil {
		return err
	}
	if page.Count > maxCascade {
		return webhook.Errorf(webhook.CodeConflict, "Unable to delete object. %d dependent objects were found.", page.Count)
	}
	for _, rule := range page.Items {
		if _, err := rules.remove(op, Edit[webhook.EventRule]{ID: rule.ID}); err != nil {
			return fmt.Errorf("event rule %d: %w", rule.ID, err)
		}
	}
	return nil
}

// maxCascade is the most records that go with a deleted one.
const maxCascade = 10_000

// cancelOrphans ends what waits for deleted webhooks. If it does not get to its
// end, the dispatcher will find that the webhook is gone.
func (a *Admin) cancelOrphans(ctx context.Context, by Actor, deleted []webhook.Webhook) {
	for _, wh := range deleted {
		filter := store.Compare{Path: "webhook", Op: store.Eq, Value: wh.ID}
		if _, err := a.Cancel(context.WithoutCancel(ctx), by, filter); err != nil {
			a.log.ErrorContext(ctx, "deliveries of a deleted webhook were not canceled", "webhook", wh.ID, "error", err)
		}
	}
}
