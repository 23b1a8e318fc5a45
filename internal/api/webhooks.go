package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// webhooks is /api/extras/webhooks/: the fields of NetBox 3.6 in its order, then
// Bellhop's own. A client of 4.x leaves the triggers out and makes event rules.
func (a *API) webhooks() *resource[webhook.Webhook] {
	type wh = webhook.Webhook
	d := description{
		kind: admin.KindWebhook, path: "extras/webhooks", name: "webhook", plural: "webhooks", schema: "Webhook",
		brief: []string{"name", "description"}, order: "name",
		search:  []string{"name", "payload_url", "description"},
		filters: append([]filter{{param: "content_types", kind: kindTexts, path: "object_types"}, sameFilter("type_job_start", kindBoolean, isNever), sameFilter("type_job_end", kindBoolean, isNever)}, a.objectTypeFilters("content_type", "object_types")...),
	}
	fields := []field[wh]{
		objectTypesField("content_types", func(wh *wh) *webhook.Trigger { return &wh.Trigger }),
		text("name", "Name", func(wh *wh) *string { return &wh.Name }, required, longest(webhook.MaxNameLength)),
		eventField("type_create", "On create", webhook.Created),
		eventField("type_update", "On update", webhook.Updated),
		eventField("type_delete", "On delete", webhook.Deleted),
		never[wh]("type_job_start", "On job start"),
		never[wh]("type_job_end", "On job end"),
		verbatim("payload_url", "URL", func(wh *wh) *string { return &wh.PayloadURL }, required, longest(webhook.MaxURLLength),
			help("Jinja2 template processing is supported with the same context as the request body.")),
		boolean("enabled", "Enabled", func(wh *wh) *bool { return &wh.Enabled }),
		choice("http_method", "HTTP method", func(wh *wh) *string { return &wh.HTTPMethod }, choicesOf(webhook.Methods...)),
		text("http_content_type", "HTTP content type", func(wh *wh) *string { return &wh.HTTPContentType },
			longest(webhook.MaxContentTypeLength)),
		verbatim("additional_headers", "Additional headers", func(wh *wh) *string { return &wh.AdditionalHeaders },
			help("Headers to send with the request, one a line, as Name: Value. Jinja2 template processing is supported.")),
		verbatim("body_template", "Body template", func(wh *wh) *string { return &wh.BodyTemplate },
			help("Jinja2 template for the request body; blank sends the context as JSON.")),
		secretField(),
		conditionsField(func(wh *wh) *webhook.Trigger { return &wh.Trigger }),
		boolean("ssl_verification", "SSL verification", func(wh *wh) *bool { return &wh.SSLVerification }),
		text("ca_file_path", "CA file path", func(wh *wh) *string { return &wh.CAFilePath }, nullable, longest(webhook.MaxPathLength),
			help("A file on the server with the certificates to verify the receiver with.")),
	}
	fields = append(append(fields, webhookOwnFields()...), commonFields(
		func(wh *wh) *[]string { return &wh.Tags }, func(wh *wh) *json.RawMessage { return &wh.CustomFields },
		func(wh *wh) time.Time { return wh.Created }, func(wh *wh) time.Time { return wh.LastUpdated })...)
	return newResource(d, a.options.Admin.Webhooks, resource[wh]{
		fields: fields, fresh: webhook.New,
		id: func(wh *wh) int64 { return wh.ID }, revision: func(wh *wh) int64 { return wh.Revision },
	}, func(wh *wh) string { return wh.Name })
}

// webhookOwnFields are those that NetBox does not have, or only later versions.
func webhookOwnFields() []field[webhook.Webhook] {
	type wh = webhook.Webhook
	alias := objectTypesField("object_types", func(wh *wh) *webhook.Trigger { return &wh.Trigger })
	alias.get, alias.writeOnly, alias.help = nil, true, "A second name for content_types."
	return []field[wh]{
		alias,
		text("description", "Description", func(wh *wh) *string { return &wh.Description }, longest(webhook.MaxDescriptionLength)),
		custom("queue", "Queue", kindChoice,
			func(_ *call, wh *wh) any { return wh.Queue.String() },
			func(wh *wh, raw json.RawMessage) error {
				word, err := decodeChoice(raw, queueChoices())
				if err == nil {
					wh.Queue, _ = webhook.ParseQueue(word)
				}
				return err
			}, func(s *spec) { s.choices = queueChoices() }, help("Workers prefer the higher queues.")),
		integer("timeout", "Timeout", func(wh *wh) *int { return &wh.Timeout }, between(1, webhook.MaxTimeout),
			help("Seconds that one attempt may take.")),
		integer("max_attempts", "Attempts", func(wh *wh) *int { return &wh.MaxAttempts }, between(1, webhook.MaxMaxAttempts),
			help("How often a delivery is tried before it has failed.")),
		integer("concurrency", "Concurrency", func(wh *wh) *int { return &wh.Concurrency }, between(1, webhook.MaxConcurrency),
			help("Requests in flight to this webhook at once.")),
		custom("rate_limit", "Rate limit", kindNumber,
			func(_ *call, wh *wh) any {
				if wh.RateLimit == 0 {
					return nil
				}
				return wh.RateLimit
			},
			func(wh *wh, raw json.RawMessage) (err error) {
				wh.RateLimit = 0
				if !isNull(raw) {
					wh.RateLimit, err = decodeNumber(raw)
				}
				return err
			}, nullable, between(0, webhook.MaxRateLimit), help("Requests a second; null means no limit.")),
		boolean("ordered", "Ordered", func(wh *wh) *bool { return &wh.Ordered },
			help("One object's changes are delivered one after the other, in order.")),
		computed("health", "Health", kindObject, showHealth, nullable, unlisted,
			help("How the receiver is doing; null when this server does not deliver.")),
	}
}

func queueChoices() []webhook.Choice {
	return []webhook.Choice{{Value: "high", Label: "High"}, {Value: "default", Label: "Default"}, {Value: "low", Label: "Low"}}
}

// objectTypesField is a list of names of object types.
func objectTypesField[T any](name string, at func(*T) *webhook.Trigger, options ...option) field[T] {
	return custom(name, "Object types", kindTexts,
		func(_ *call, record *T) any { return notNil(at(record).ObjectTypes) },
		func(record *T, raw json.RawMessage) error {
			names, err := decodeTexts(raw)
			if err != nil {
				return err
			}
			for _, name := range names {
				if app, model, ok := strings.Cut(name, "."); !ok || app == "" || model == "" {
					return valueError("Invalid value. Specify a content type as '<app_label>.<model_name>'.")
				}
			}
			slices.Sort(names)
			at(record).ObjectTypes = slices.Compact(names)
			return nil
		}, append([]option{stored("object_types")}, options...)...)
}

// eventField is one of NetBox 3.6's flags.
func eventField(name, label string, event webhook.Event) field[webhook.Webhook] {
	return custom(name, label, kindBoolean,
		func(_ *call, wh *webhook.Webhook) any { return wh.Events.Has(event) },
		func(wh *webhook.Webhook, raw json.RawMessage) error {
			wanted, err := decodeBoolean(raw)
			wh.Events &^= webhook.EventSet(event)
			if wanted {
				wh.Events |= webhook.EventSet(event)
			}
			return err
		}, unlisted)
}

// eventFilter selects by one of NetBox 3.6's flags.
func eventFilter(param string, event webhook.Event) filter {
	return filter{param: param, kind: kindBoolean, make: func(suffix, value string) (store.Filter, bool, error) {
		wanted, err := parseBoolean(value)
		var condition store.Filter = store.Has{Path: "events", Value: event.String()}
		if !wanted {
			condition = store.Not{Filter: condition}
		}
		return condition, suffix == "", err
	}}
}

// never is a field for what Bellhop does not have: it reads false and takes
// nothing else, so that definitions of NetBox can be sent as they are.
func never[T any](name, label string) field[T] {
	return custom(name, label, kindBoolean,
		func(*call, *T) any { return false },
		func(_ *T, raw json.RawMessage) error {
			if wanted, err := decodeBoolean(raw); err != nil || wanted {
				return valueError("Bellhop runs no jobs; this can only be false.")
			}
			return nil
		}, unlisted)
}

// isNever reports whether a value is what such a field reads.
func isNever(value string) (bool, error) {
	wanted, err := parseBoolean(value)
	return !wanted, err
}

func secretField() field[webhook.Webhook] {
	f := verbatim("secret", "Secret", func(wh *webhook.Webhook) *string { return &wh.Secret }, longest(webhook.MaxSecretLength), unlisted,
		help("The key of the signature. It is stored encrypted and reads as ********; writing that changes nothing."))
	f.get = func(_ *call, wh *webhook.Webhook) any {
		if wh.Secret == "" {
			return ""
		}
		return webhook.MaskedSecret
	}
	return f
}

func conditionsField[T any](at func(*T) *webhook.Trigger) field[T] {
	return custom("conditions", "Conditions", kindJSON,
		func(_ *call, record *T) any { return showJSON(at(record).Conditions) },
		func(record *T, raw json.RawMessage) error {
			at(record).Conditions = raw
			if slices.Contains([]string{"null", "{}", "[]", `""`, "false", "0"}, string(raw)) {
				at(record).Conditions = nil // NetBox's ways to say that there are none
			}
			return nil
		}, nullable, unlisted, help("A set of conditions which determine whether a request will be made."))
}

// commonFields are the last ones of most things.
func commonFields[T any](
	tags func(*T) *[]string, customFields func(*T) *json.RawMessage, created, updated func(*T) time.Time,
) []field[T] {
	return []field[T]{
		custom("custom_fields", "Custom fields", kindObject,
			func(_ *call, record *T) any {
				if raw := *customFields(record); len(raw) > 0 {
					return raw
				}
				return struct{}{}
			},
			func(record *T, raw json.RawMessage) (err error) {
				raw, err = decodeObject(raw)
				if string(raw) == "{}" {
					raw = nil // how none are stored
				}
				*customFields(record) = raw
				return err
			}, unlisted),
		tagsField(tags),
		moment("created", "Created", created),
		moment("last_updated", "Last updated", updated),
	}
}

// tagsField reads as brief tags and writes as ids or attributes.
func tagsField[T any](at func(*T) *[]string) field[T] {
	f := custom("tags", "Tags", kindTags,
		func(c *call, record *T) any { return c.briefTags(*at(record)) },
		func(record *T, raw json.RawMessage) error {
			slugs, err := decodeTexts(raw) // after resolve
			if len(slugs) == 0 {
				slugs = nil // how none are stored
			}
			*at(record) = slugs
			return err
		})
	f.resolve = func(c *call, raw json.RawMessage) (json.RawMessage, error) {
		slugs, err := c.tagSlugs(raw)
		if err != nil {
			return nil, err
		}
		return encode(slugs)
	}
	return f
}

// objectTypeFilters select by object types, by name and by id, as NetBox names
// these parameters.
func (a *API) objectTypeFilters(name, path string) []filter {
	return []filter{
		{param: name, kind: kindTexts, path: path},
		{param: name + "_id", kind: kindInteger, make: func(suffix, value string) (store.Filter, bool, error) {
			t, err := a.typeByID(value)
			if err != nil {
				return nil, true, err
			}
			return store.Has{Path: path, Value: t.Name()}, suffix == "", nil
		}},
		eventFilter("type_create", webhook.Created), eventFilter("type_update", webhook.Updated),
		eventFilter("type_delete", webhook.Deleted),
	}
}

// typeByID finds the object type that a filter means.
func (a *API) typeByID(text string) (*webhook.ObjectType, error) {
	for _, t := range a.options.Inventory.Types().List() {
		if strconv.FormatInt(t.ID, 10) == text {
			return t, nil
		}
	}
	return nil, valueError(fmt.Sprintf("Select a valid choice. %s is not one of the available choices.", text))
}

// notNil keeps an empty list from being shown as null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
