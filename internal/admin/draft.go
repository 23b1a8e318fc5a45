package admin

import (
	"context"
	"slices"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// PreviewDraft is [Admin.Preview] for a webhook that is being written: what is
// wrong with it comes as problems with their places instead of an error, and as
// much as there is to show is shown. An error means that the change cannot be
// seen, or a fault of the server.
//
// A draft without object types or events is tried with changes of any.
func (a *Admin) PreviewDraft(ctx context.Context, by Actor, wh webhook.Webhook, from Source) (preview Preview, err error) {
	var rules []webhook.EventRule
	var saved *webhook.Webhook
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		if saved, err = savedWebhook(tx, wh.ID); err != nil {
			return err
		}
		if saved != nil && wh.Secret == webhook.MaskedSecret {
			wh.Secret = saved.Secret
		}
		preview.Problems = problems(&wh, operation{admin: a, tx: tx}.checks())
		if rules, err = rulesOf(tx, wh.ID); err != nil {
			return err
		}
		wanted, err := wholeTriggers(tx, triggers(&wh, rules))
		if err != nil {
			return err
		}
		preview.Change, preview.Sample, err = a.changeFor(tx, by, wanted, from)
		return err
	})
	if err != nil {
		return preview, err
	}
	if preview.Verdicts, err = verdicts(&wh, rules, &preview.Change); err != nil {
		return preview, contextError(from, err)
	}
	if len(rules) == 0 && len(wh.ObjectTypes) == 0 {
		preview.Warnings = append(preview.Warnings, Problem{Field: "content_types", Message: "Nothing fires this webhook yet: choose object types."})
	}
	return preview, a.renderDraft(ctx, &wh, saved, &preview)
}

// renderDraft fills in the requests of a draft and of the webhook as it is
// stored.
func (a *Admin) renderDraft(ctx context.Context, wh, saved *webhook.Webhook, preview *Preview) error {
	if saved != nil {
		if request, err := a.options.Trial.Preview(ctx, saved, &preview.Change); err == nil {
			preview.Saved = &request
		}
	}
	if slices.ContainsFunc(preview.Problems, func(p Problem) bool { return p.Field != "conditions" }) {
		return nil // it would fail with the first of these again
	}
	request, err := a.options.Trial.Preview(ctx, wh, &preview.Change)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		preview.RenderError = err.Error()
		preview.Problems = append(preview.Problems, renderProblem(err))
	default:
		preview.Request = &request
		preview.Warnings = append(preview.Warnings, warnings(wh, &request)...)
		undefined, err := a.options.Trial.Undefined(ctx, wh, &preview.Change)
		if err != nil {
			return err
		}
		preview.Warnings = append(preview.Warnings, undefinedWarnings(undefined)...)
	}
	return nil
}

// savedWebhook returns a stored webhook, nil for id 0.
func savedWebhook(tx store.Tx, id int64) (*webhook.Webhook, error) {
	if id == 0 {
		return nil, nil
	}
	wh, err := tx.Webhooks().Get(id)
	if err != nil {
		return nil, public(err, "webhook")
	}
	return &wh, nil
}

// wholeTriggers completes triggers that are not finished: none of the object
// types or events stands for all. Types that do not exist are left out.
func wholeTriggers(tx store.Tx, list []webhook.Trigger) ([]webhook.Trigger, error) {
	page, err := tx.ObjectTypes().List(store.Query{Limit: MaxObjectTypes, NoCount: true})
	if err != nil {
		return nil, err
	}
	known := make([]string, len(page.Items))
	for i := range page.Items {
		known[i] = page.Items[i].Name()
	}
	whole := make([]webhook.Trigger, 0, len(list))
	for i, t := range list {
		// An own trigger that is unset is no trigger if there are rules.
		if i == 0 && t.WantsNothing() && len(list) > 1 {
			continue
		}
		t.ObjectTypes = slices.DeleteFunc(slices.Clone(t.ObjectTypes), func(name string) bool { return !slices.Contains(known, name) })
		if len(t.ObjectTypes) == 0 {
			t.ObjectTypes = known
		}
		if t.Events == 0 {
			t.Events = webhook.AllEvents
		}
		whole = append(whole, t)
	}
	return whole, nil
}

// contextError says that a context that somebody gave is no context.
func contextError(from Source, err error) error {
	if len(from.Context) == 0 {
		return err
	}
	return &webhook.Error{
		Code: webhook.CodeInvalid, Err: err,
		Fields: map[string][]string{"context": {"This is not the context of a change: it must be a JSON object with \"data\" and \"snapshots\"."}},
	}
}

// RecentChanges returns the last changes that a trigger wants, whatever its
// conditions, as far as somebody may view them; the newest comes first. No
// object types or events stand for all. They have no contexts.
func (a *Admin) RecentChanges(ctx context.Context, by Actor, t webhook.Trigger, limit int) (changes []webhook.Change, err error) {
	err = a.store.View(ctx, func(tx store.Tx) error {
		wanted, err := wholeTriggers(tx, []webhook.Trigger{t})
		if err != nil {
			return err
		}
		changes, err = lastChanges(tx, by, wanted, limit)
		return err
	})
	return changes, err
}
