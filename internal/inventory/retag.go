package inventory

import (
	"encoding/json"
	"fmt"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// retagAtOnce bounds how many objects are in memory at a time.
const retagAtOnce = 1000

// Retag puts the tag with the slug to in the place of another on the objects of
// every type; an empty one takes it off. Objects keep their time of last update
// and no changes are recorded, as in NetBox, where a tag's name and slug are the
// tag's alone.
func (s *Service) Retag(tx store.Tx, from, to string) error {
	for _, t := range s.Types().list {
		if err := retagObjects(tx, t, from, to); err != nil {
			return fmt.Errorf("tags of %s: %w", t.LabelPlural, err)
		}
	}
	return nil
}

// retagObjects goes on until no object of the type has the tag.
func retagObjects(tx store.Tx, t *webhook.ObjectType, from, to string) error {
	reader := newReader(tx, &Types{}, "")
	has := store.Query{Where: store.Has{Path: "tags", Value: from}, Limit: retagAtOnce, NoCount: true}
	for {
		page, err := tx.Objects(t.Name()).List(has)
		if err != nil || len(page.Items) == 0 {
			return err
		}
		for _, item := range page.Items {
			rec, err := reader.keep(t, item)
			if err != nil {
				return err
			}
			rec.doc.set("tags", slugList(webhook.Retag(rec.slugs(), from, to)))
			object := stored(t, item.ID, rec.doc)
			if err := tx.Objects(t.Name()).Update(&object); err != nil {
				return err
			}
		}
		clear(reader.cache)
	}
}

// slugList writes the slugs of tags as they are stored.
func slugList(slugs []string) json.RawMessage {
	items := make([]json.RawMessage, len(slugs))
	for i, slug := range slugs {
		items[i] = quoted(slug)
	}
	return list(items)
}
