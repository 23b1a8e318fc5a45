package admin

import (
	"fmt"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

func tagKind() kind[webhook.Tag] {
	return kind[webhook.Tag]{
		name: KindTag, noun: "tag", table: store.Tx.Tags,
		about: func(t *webhook.Tag) about { return about{t.ID, t.Name, t.Revision, &t.Created, &t.LastUpdated} },
		check: checkTag,
		drop:  func(op operation, t *webhook.Tag) error { return retag(op, t.Slug, "") },
	}
}

// Limits of a tag, NetBox's.
const (
	MaxTagName     = 100
	DefaultTagHue  = "9e9e9e"
	tagColorDigits = 6
)

// checkTag also renames the tag wherever it is put, for that is by its slug. If
// the store then refuses the record, everything is undone.
func checkTag(op operation, before, t *webhook.Tag) error {
	var errs webhook.FieldErrors
	requireText(&errs, "name", t.Name, MaxTagName)
	if requireText(&errs, "slug", t.Slug, MaxTagName) && !isSlug(t.Slug) {
		errs.Add("slug", `Enter a valid "slug" consisting of Unicode letters, numbers, underscores, or hyphens.`)
	}
	if t.Color == "" {
		t.Color = DefaultTagHue
	}
	if !isHex(t.Color, tagColorDigits) {
		errs.Add("color", "RGB color in hexadecimal. Example: 00ff00")
	}
	limitText(&errs, "description", t.Description, webhook.MaxDescriptionLength)
	if err := errs.Err(); err != nil || before == nil || before.Slug == t.Slug {
		return err
	}
	return retag(op, before.Slug, t.Slug)
}

// retag puts another slug in the place of a tag's, or takes the tag off if there
// is none: from webhooks, event rules and objects. NetBox counts neither as a
// change of what is tagged.
func retag(op operation, from, to string) error {
	if err := retagRecords(op.tx.Webhooks(), func(wh *webhook.Webhook) *[]string { return &wh.Tags }, from, to); err != nil {
		return fmt.Errorf("tags of webhooks: %w", err)
	}
	if err := retagRecords(op.tx.EventRules(), func(rule *webhook.EventRule) *[]string { return &rule.Tags }, from, to); err != nil {
		return fmt.Errorf("tags of event rules: %w", err)
	}
	return op.admin.options.RetagObjects(op.tx, from, to)
}

// retagRecords goes on until no record has the tag, a part at a time.
func retagRecords[T any](table store.Table[T], tags func(*T) *[]string, from, to string) error {
	has := store.Query{Where: store.Has{Path: "tags", Value: from}, Limit: retagAtOnce, NoCount: true}
	for {
		page, err := table.List(has)
		if err != nil || len(page.Items) == 0 {
			return err
		}
		for i := range page.Items {
			slugs := tags(&page.Items[i])
			*slugs = webhook.Retag(*slugs, from, to)
			if err := table.Update(&page.Items[i]); err != nil {
				return err
			}
		}
	}
}

// retagAtOnce bounds how many records are in memory at a time.
const retagAtOnce = 1000
