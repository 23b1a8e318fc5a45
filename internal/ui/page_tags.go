package ui

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// recordPages are tags and event rules.
func recordPages() []page { return slices.Concat(tagSpec().pages(), eventRuleSpec().pages()) }

func tagSpec() *recordSpec[webhook.Tag] {
	return &recordSpec[webhook.Tag]{
		Kind: admin.KindTag, Path: "/extras/tags/", One: "tag", Many: "tags", Title: "Tags",
		Empty: "A tag is a label for objects and webhooks, to find them by and to use in conditions.",
		List: func(*view) *listSpec {
			return &listSpec{
				Sort: "name", Search: []string{"name", "slug", "description"},
				Columns: []column{
					{Name: "name", Label: "Name", Sort: "name", Class: "name"},
					{Name: "slug", Label: "Slug", Sort: "slug", Class: "name"},
					{Name: "color", Label: "Color"},
					{Name: "description", Label: "Description"},
				},
			}
		},
		Records:  func(a *admin.Admin) *admin.Records[webhook.Tag] { return a.Tags },
		ID:       func(t *webhook.Tag) int64 { return t.ID },
		Name:     func(t *webhook.Tag) string { return t.Name },
		Revision: func(t *webhook.Tag) int64 { return t.Revision },
		Cells: func(_ *view, _ map[int64]string, t *webhook.Tag) []cell {
			return []cell{textCell(t.Slug), colorCell(t.Color), textCell(t.Description)}
		},
		Facts: func(_ *view, t *webhook.Tag) ([]fact, error) {
			return []fact{
				{"Name", textCell(t.Name)},
				{"Slug", textCell(t.Slug)},
				{"Color", colorCell(t.Color)},
				{"Description", textCell(t.Description)},
				{"Created", timeCell(t.Created)},
				{"Last change", timeCell(t.LastUpdated)},
			}, nil
		},
		Sections: func(_ *view, t *webhook.Tag, _ bool) ([]section, error) {
			return []section{{Fields: []*field{
				{Name: "name", Label: "Name", Kind: fieldText, Value: t.Name, Required: true, MaxLength: admin.MaxTagName},
				{Name: "slug", Label: "Slug", Kind: fieldText, Value: t.Slug, Required: true, MaxLength: admin.MaxTagName, Help: "Letters, digits, - and _: what conditions and filters name it by."},
				{Name: "color", Label: "Color", Kind: fieldColor, Value: "#" + t.Color},
				{Name: "description", Label: "Description", Kind: fieldText, Value: t.Description, MaxLength: webhook.MaxDescriptionLength},
			}}}, nil
		},
		Read: func(_ *view, values url.Values, _ bool) (func(*webhook.Tag) error, error) {
			return func(t *webhook.Tag) error {
				t.Name, t.Slug = strings.TrimSpace(values.Get("name")), strings.TrimSpace(values.Get("slug"))
				t.Color = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(values.Get("color")), "#"))
				t.Description = strings.TrimSpace(values.Get("description"))
				return nil
			}, nil
		},
		New: func(*view) webhook.Tag { return webhook.Tag{Color: admin.DefaultTagHue} },
		Losses: func(*view, *webhook.Tag) ([]string, error) {
			return []string{"It is taken off everything that has it."}, nil
		},
	}
}

// eventRuleSpec are NetBox 4.x's triggers that stand apart from their webhook.
func eventRuleSpec() *recordSpec[webhook.EventRule] {
	return &recordSpec[webhook.EventRule]{
		Kind: admin.KindEventRule, Path: "/extras/event-rules/", One: "event rule", Many: "event rules", Title: "Event rules",
		Empty: "NetBox 4 keeps what fires a webhook in an event rule of its own. Here a webhook can have its trigger in itself, which is simpler; rules are for clients and files that bring them.",
		List: func(v *view) *listSpec {
			return &listSpec{
				Sort: "name", Search: []string{"name", "description"},
				Columns: []column{
					{Name: "name", Label: "Name", Sort: "name", Class: "name"},
					{Name: "enabled", Label: "Enabled", Sort: "enabled"},
					{Name: "webhook", Label: "Webhook", Class: "name"},
					{Name: "types", Label: "Object types", Class: "short"},
					{Name: "events", Label: "Events"},
				},
				Filters: []listFilter{
					{Name: "enabled", Label: "Enabled", Choices: yesNo(), Path: "enabled"},
					{Name: "object_type", Label: "Object type", Choices: v.ui.typeChoices(), Make: anyOf("object_types")},
				},
			}
		},
		Records:  func(a *admin.Admin) *admin.Records[webhook.EventRule] { return a.EventRules },
		ID:       func(r *webhook.EventRule) int64 { return r.ID },
		Name:     func(r *webhook.EventRule) string { return r.Name },
		Revision: func(r *webhook.EventRule) int64 { return r.Revision },
		Names:    (*view).webhookNames,
		Cells: func(v *view, names map[int64]string, r *webhook.EventRule) []cell {
			return []cell{yesCell(r.Enabled), webhookCell(r.WebhookID, names), listCell(v.ui.typeLabels(r.ObjectTypes)), listCell(eventWords(r.Events))}
		},
		Facts: func(v *view, r *webhook.EventRule) ([]fact, error) {
			names, err := v.webhookNames()
			return []fact{
				{"Fires", textCell(v.triggerLine(r.Name, r.Enabled, r.Trigger).Sentence)},
				{"Webhook", webhookCell(r.WebhookID, names)},
				{"Enabled", yesCell(r.Enabled)},
				{"Conditions", jsonCell(r.Conditions)},
				{"Description", textCell(r.Description)},
				{"Tags", listCell(r.Tags)},
				{"Created", timeCell(r.Created)},
				{"Last change", timeCell(r.LastUpdated)},
			}, err
		},
		Sections: eventRuleSections,
		Read:     readEventRule,
		New: func(*view) webhook.EventRule {
			return webhook.EventRule{Enabled: true, Trigger: webhook.Trigger{Events: webhook.AllEvents}}
		},
	}
}

func webhookCell(id int64, names map[int64]string) cell {
	if name, ok := names[id]; ok {
		return linkCell(name, webhookPath(id))
	}
	return cell{}
}

func eventWords(events webhook.Events) []string {
	var words []string
	for _, event := range events.List() {
		words = append(words, event.String())
	}
	return words
}

func eventRuleSections(v *view, r *webhook.EventRule, _ bool) ([]section, error) {
	names, err := v.webhookNames()
	if err != nil {
		return nil, err
	}
	hooks := []choice{{Value: "0", Label: "none: the rule does not fire"}}
	for id, name := range names {
		hooks = append(hooks, choice{Value: strconv.FormatInt(id, 10), Label: name})
	}
	slices.SortFunc(hooks[1:], func(a, b choice) int { return strings.Compare(a.Label, b.Label) })
	return []section{{Fields: []*field{
		{Name: "name", Label: "Name", Kind: fieldText, Value: r.Name, Required: true, MaxLength: 150},
		{Name: "description", Label: "Description", Kind: fieldText, Value: r.Description, MaxLength: webhook.MaxDescriptionLength},
		{Name: "enabled", Label: "Enabled", Kind: fieldCheck, Value: strconv.FormatBool(r.Enabled)},
		{Name: "action_object_id", Label: "Webhook", Kind: fieldSelect, Choices: hooks, Value: strconv.FormatInt(r.WebhookID, 10)},
		{Name: "object_types", Label: "Object types", Kind: fieldMany, Rows: 8, Choices: v.ui.typeChoices(), Values: r.ObjectTypes, Required: true},
		{Name: "event_types", Label: "Events", Kind: fieldChecks, Choices: eventChoices(), Values: eventWords(r.Events), Required: true},
		{Name: "conditions", Label: "Conditions", Kind: fieldArea, Rows: 6, Editor: "json", Value: prettyJSON(r.Conditions), Help: "JSON as NetBox has it; empty for none."},
		{Name: "tags", Label: "Tags", Kind: fieldText, Value: strings.Join(r.Tags, ", "), Help: "Slugs, with commas between them."},
	}}}, nil
}

func readEventRule(_ *view, values url.Values, _ bool) (func(*webhook.EventRule) error, error) {
	hooks, err := readIDs("action_object_id", []string{values.Get("action_object_id")})
	if err != nil {
		return nil, err
	}
	var events []webhook.Event
	for _, word := range values["event_types"] {
		event, ok := webhook.ParseEvent(word)
		if !ok {
			return nil, &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{"event_types": {"There is no event " + strconv.Quote(cutText(40, word)) + "."}}}
		}
		events = append(events, event)
	}
	return func(r *webhook.EventRule) error {
		r.Name, r.Description = strings.TrimSpace(values.Get("name")), strings.TrimSpace(values.Get("description"))
		r.Enabled, r.WebhookID = values.Get("enabled") == "true", hooks[0]
		r.ObjectTypes, r.Events = values["object_types"], webhook.EventSet(events...)
		r.Conditions = nil
		if text := strings.TrimSpace(values.Get("conditions")); text != "" {
			r.Conditions = []byte(text)
		}
		r.Tags = readTags(values.Get("tags"))
		return nil
	}, nil
}

// readTags reads slugs with commas between them, sorted as they are stored.
func readTags(text string) []string {
	tags := []string{}
	for slug := range strings.SplitSeq(text, ",") {
		if slug = strings.TrimSpace(slug); slug != "" && !slices.Contains(tags, slug) {
			tags = append(tags, slug)
		}
	}
	slices.Sort(tags)
	return tags
}
