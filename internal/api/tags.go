package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// tags is /api/extras/tags/.
func (a *API) tags() *resource[webhook.Tag] {
	type tag = webhook.Tag
	return newResource(description{
		kind: admin.KindTag, path: "extras/tags", name: "tag", plural: "tags", schema: "Tag",
		brief: []string{"name", "slug", "color"}, order: "name", search: []string{"name", "slug"},
	}, a.options.Admin.Tags, resource[tag]{
		fields: []field[tag]{
			text("name", "Name", func(t *tag) *string { return &t.Name }, required, longest(admin.MaxTagName)),
			text("slug", "Slug", func(t *tag) *string { return &t.Slug }, required, longest(admin.MaxTagName)),
			text("color", "Color", func(t *tag) *string { return &t.Color }, help("RGB color in hexadecimal. Example: 00ff00")),
			text("description", "Description", func(t *tag) *string { return &t.Description }, longest(webhook.MaxDescriptionLength)),
			moment("created", "Created", func(t *tag) time.Time { return t.Created }),
			moment("last_updated", "Last updated", func(t *tag) time.Time { return t.LastUpdated }),
		},
		fresh: func() tag { return tag{Color: admin.DefaultTagHue} },
		id:    func(t *tag) int64 { return t.ID }, revision: func(t *tag) int64 { return t.Revision },
	}, func(t *tag) string { return t.Name })
}

// briefTags shows tags by their slugs. One that was deleted is shown by its slug
// alone.
func (c *call) briefTags(slugs []string) []object {
	shown := make([]object, len(slugs))
	for i, slug := range slugs {
		tag, ok := c.tags[slug]
		if !ok {
			var err error
			if tag, err = c.api.options.Admin.Tags.Find(c.ctx, "slug", slug); err != nil {
				tag = webhook.Tag{Name: slug, Slug: slug, Color: admin.DefaultTagHue}
			}
			if c.tags == nil {
				c.tags = make(map[string]webhook.Tag)
			}
			c.tags[slug] = tag
		}
		shown[i] = object{
			{"id", tag.ID},
			{"url", c.base() + "/api/extras/tags/" + strconv.FormatInt(tag.ID, 10) + "/"},
			{"display", tag.Name},
			{"name", tag.Name},
			{"slug", tag.Slug},
			{"color", tag.Color},
		}
	}
	return shown
}

// tagSlugs finds the tags that a client refers to.
func (c *call) tagSlugs(raw json.RawMessage) ([]string, error) {
	found, err := findAll(c, c.api.options.Admin.Tags, raw, "slug", "name")
	if err != nil {
		return nil, err
	}
	slugs := make([]string, len(found))
	for i := range found {
		slugs[i] = found[i].Slug
	}
	slices.Sort(slugs)
	return slices.Compact(slugs), nil
}

// findAll returns the records that a client lists, in the ways of find. What is
// written alike is looked up once.
func findAll[T any](c *call, records *admin.Records[T], raw json.RawMessage, keys ...string) ([]T, error) {
	items, err := decodeList(raw)
	if err != nil {
		return nil, err
	}
	var found []T
	seen := make(map[string]bool)
	for _, item := range items {
		if seen[string(item)] {
			continue
		}
		seen[string(item)] = true
		record, err := find(c, records, item, keys...)
		if err != nil {
			return nil, err
		}
		found = append(found, record)
	}
	return found, nil
}

// find returns the record that a client refers to, by id or by one of its unique
// keys, in the ways of NetBox's nested objects.
func find[T any](c *call, records *admin.Records[T], raw json.RawMessage, keys ...string) (record T, err error) {
	byID := func(raw json.RawMessage) (T, error) {
		id, err := decodeInteger(raw)
		if err != nil {
			return record, valueError(fmt.Sprintf(
				"Related objects must be referenced by numeric ID or by dictionary of attributes. Received an unrecognized value: %.100s", raw))
		}
		record, err := records.Get(c.ctx, id)
		if webhook.CodeOf(err) == webhook.CodeNotFound {
			err = valueError(fmt.Sprintf("Related object not found using the provided numeric ID: %d", id))
		}
		return record, err
	}
	if raw[0] != '{' {
		return byID(raw)
	}
	attributes, err := parseDocument(raw)
	if err != nil {
		return record, err
	}
	if id, given := attributes["id"]; given {
		return byID(id)
	}
	for _, key := range keys {
		value, given := attributes[key]
		if !given {
			continue
		}
		text, err := decodeText(value, false)
		if err != nil {
			return record, err
		}
		record, err := records.Find(c.ctx, key, text)
		if webhook.CodeOf(err) == webhook.CodeNotFound {
			break
		}
		return record, err
	}
	return record, valueError(fmt.Sprintf("Related object not found using the provided attributes: %.100s", raw))
}
