package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// The only action that Bellhop has.
const (
	actionType       = "webhook"
	actionObjectType = admin.KindWebhook
)

// eventRules is /api/extras/event-rules/, as in NetBox 4.x.
func (a *API) eventRules() *resource[webhook.EventRule] {
	type rule = webhook.EventRule
	d := description{
		kind: admin.KindEventRule, path: "extras/event-rules", name: "event rule", plural: "event rules", schema: "EventRule",
		brief: []string{"name", "description"}, order: "name", search: []string{"name", "description"},
		filters: append(a.objectTypeFilters("object_type", "object_types")[:2],
			filter{param: "event_type", kind: kindChoices, make: eventTypeFilter},
			sameFilter("action_type", kindChoices, isActionType), sameFilter("action_object_type", kindText, isActionObjectType)),
	}
	actionTypeField := custom("action_type", "Action type", kindLabeled,
		func(*call, *rule) any { return object{{"value", actionType}, {"label", "Webhook"}} },
		func(_ *rule, raw json.RawMessage) error {
			_, err := decodeChoice(raw, actionTypes())
			return err
		}, required, unlisted, func(s *spec) { s.choices = actionTypes() })
	fields := []field[rule]{
		objectTypesField("object_types", func(r *rule) *webhook.Trigger { return &r.Trigger }, required),
		text("name", "Name", func(r *rule) *string { return &r.Name }, required, longest(webhook.MaxNameLength)),
		boolean("enabled", "Enabled", func(r *rule) *bool { return &r.Enabled }),
		eventTypesField(),
		conditionsField(func(r *rule) *webhook.Trigger { return &r.Trigger }),
		actionTypeField,
		custom("action_object_type", "Action object type", kindText,
			func(*call, *rule) any { return actionObjectType },
			func(_ *rule, raw json.RawMessage) error {
				if name, err := decodeText(raw, true); err != nil || name != actionObjectType {
					return valueError(fmt.Sprintf("Invalid content type: %s. The only action is %s.", name, actionObjectType))
				}
				return nil
			}, required, unlisted),
		actionObjectField(),
		computed("action_object", "Action object", kindReference, showActionObject, nullable, unlisted),
		text("description", "Description", func(r *rule) *string { return &r.Description }, longest(webhook.MaxDescriptionLength)),
	}
	fields = append(fields, commonFields(
		func(r *rule) *[]string { return &r.Tags }, func(r *rule) *json.RawMessage { return &r.CustomFields },
		func(r *rule) time.Time { return r.Created }, func(r *rule) time.Time { return r.LastUpdated })...)
	return newResource(d, a.options.Admin.EventRules, resource[rule]{
		fields: fields,
		fresh:  func() rule { return rule{Enabled: true} },
		id:     func(r *rule) int64 { return r.ID }, revision: func(r *rule) int64 { return r.Revision },
	}, func(r *rule) string { return r.Name })
}

func actionTypes() []webhook.Choice {
	return []webhook.Choice{{Value: actionType, Label: "Webhook"}}
}

// isActionType reports whether a rule has the action. NetBox has others, too.
func isActionType(value string) (bool, error) {
	if !slices.Contains([]string{actionType, "script", "notification"}, value) {
		return false, noChoice(value)
	}
	return value == actionType, nil
}

func isActionObjectType(value string) (bool, error) { return value == actionObjectType, nil }

// eventTypes are NetBox 4.x's names of the events.
func eventTypes() []webhook.Choice {
	return []webhook.Choice{
		{Value: "object_created", Label: "Object created"},
		{Value: "object_updated", Label: "Object updated"},
		{Value: "object_deleted", Label: "Object deleted"},
	}
}

func eventTypesField() field[webhook.EventRule] {
	return custom("event_types", "Event types", kindChoices,
		func(_ *call, r *webhook.EventRule) any {
			names := []string{}
			for _, event := range r.Events.List() {
				names = append(names, "object_"+event.String())
			}
			return names
		},
		func(r *webhook.EventRule, raw json.RawMessage) error {
			names, err := decodeTexts(raw)
			if err != nil {
				return err
			}
			r.Events = 0
			for _, name := range names {
				event, err := parseEventType(name)
				if err != nil {
					return err
				}
				r.Events |= webhook.EventSet(event)
			}
			return nil
		}, required, unlisted, func(s *spec) { s.choices = eventTypes() })
}

func parseEventType(name string) (webhook.Event, error) {
	event, ok := webhook.ParseEvent(name)
	if !ok || !slices.ContainsFunc(eventTypes(), func(c webhook.Choice) bool { return c.Value == name }) {
		return 0, valueError(fmt.Sprintf("%q is not a valid choice.", name))
	}
	return event, nil
}

func eventTypeFilter(suffix, value string) (store.Filter, bool, error) {
	event, err := parseEventType(value)
	return store.Has{Path: "events", Value: event.String()}, suffix == "", err
}

// actionObjectField is the id of the webhook.
func actionObjectField() field[webhook.EventRule] {
	return custom("action_object_id", "Action object ID", kindInteger,
		func(_ *call, r *webhook.EventRule) any {
			if r.WebhookID == 0 {
				return nil
			}
			return r.WebhookID
		},
		func(r *webhook.EventRule, raw json.RawMessage) (err error) {
			r.WebhookID = 0
			if !isNull(raw) {
				r.WebhookID, err = decodeInteger(raw)
			}
			return err
		}, nullable)
}

// showActionObject shows the webhook in short, or null when it is gone.
func showActionObject(c *call, r *webhook.EventRule) any {
	if r.WebhookID == 0 {
		return nil
	}
	wh, err := c.api.options.Admin.Webhooks.Get(c.ctx, r.WebhookID)
	if err != nil {
		return nil
	}
	return c.briefWebhook(&wh)
}

func (c *call) briefWebhook(wh *webhook.Webhook) object {
	return object{
		{"id", wh.ID},
		{"url", c.base() + "/api/extras/webhooks/" + strconv.FormatInt(wh.ID, 10) + "/"},
		{"display", wh.Name},
		{"name", wh.Name},
		{"description", wh.Description},
	}
}
