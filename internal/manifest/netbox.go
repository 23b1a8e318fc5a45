package manifest

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"bellhop/internal/client"
)

// Fetch returns the webhooks and event rules of a NetBox in a form that
// [NewPlan] reads. NetBox before 3.7 has no event rules. The token must be one
// that may see them; secrets come along as NetBox shows them.
func Fetch(ctx context.Context, netbox *client.Client) ([]byte, error) {
	all, err := client.List[entry](ctx, netbox, "extras/webhooks/")
	if err != nil {
		return nil, err
	}
	rules, err := client.List[entry](ctx, netbox, "extras/event-rules/")
	if answer, ok := errors.AsType[*client.Error](err); ok && answer.Status == http.StatusNotFound {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(append(all, rules...))
}

// translation turns entries as NetBox has them (REST in 3.2 to 4.7, or CSV) into
// sections of a file.
type translation struct {
	contents
	// webhooks are the names by NetBox's ids.
	webhooks map[int64]string
}

// translate takes a list of webhooks and event rules.
func translate(entries []entry) (*contents, error) {
	t := &translation{contents: contents{sections: map[string][]entry{}, fromNetBox: true}, webhooks: map[int64]string{}}
	for _, e := range entries {
		if name, ok := e["name"].(string); ok && !isRule(e) {
			t.webhooks[idOf(e)] = name
		}
	}
	var faults []error
	for at, e := range entries {
		if err := t.add(e); err != nil {
			faults = append(faults, fmt.Errorf("entry %d: %w", at+1, err))
		}
	}
	return &t.contents, errors.Join(faults...)
}

func isRule(e entry) bool {
	_, action := e["action_type"]
	_, events := e["event_types"]
	return action || events
}

// notOurs are fields that say nothing here: those that the server makes itself,
// and those of jobs, which are not objects that change.
var notOurs = []string{
	"id", "url", "display", "display_url", "created", "last_updated", "owner", "owner_group", "comments", "revision", "health",
	"action_is_available", "action_object", "action_data", "parameters", "type_job_start", "type_job_end",
}

// ours are the fields that mean here what they mean in NetBox, and Bellhop's own.
var ours = []string{
	"name", "description", "enabled", "tags", "custom_fields", "conditions",
	"content_types", "object_types", "event_types", "type_create", "type_update", "type_delete",
	"payload_url", "http_method", "http_content_type", "additional_headers", "body_template", "secret", "ssl_verification", "ca_file_path",
	"queue", "timeout", "max_attempts", "concurrency", "rate_limit", "ordered",
	"action_type", "action_object_type", actionField, webhookField,
}

func (t *translation) add(e entry) error {
	name, _ := e["name"].(string)
	if name == "" {
		return errors.New("name is missing")
	}
	translated := entry{}
	for _, field := range slices.Sorted(maps.Keys(e)) {
		value := written(e[field])
		switch {
		case isEmpty(value) || slices.Contains(notOurs, field):
		case slices.Contains(ours, field):
			translated[field] = value
		default:
			t.note("The field %s of %q has no place here.", field, name)
		}
	}
	if !isRule(e) {
		if e["type_job_start"] == true || e["type_job_end"] == true {
			t.note("Webhook %q also fires on jobs in NetBox; there are none here.", name)
		}
		t.sections["webhooks"] = append(t.sections["webhooks"], translated)
		return nil
	}
	return t.addRule(name, e, translated)
}

// ruleFields are what stands for its webhook in NetBox's rule.
var ruleFields = []string{"action_type", "action_object_type", actionField}

func (t *translation) addRule(name string, e, translated entry) error {
	if action := written(e["action_type"]); action != nil && action != "webhook" {
		t.note("Event rule %q is left out: it runs a %v, not a webhook.", name, action)
		return nil
	}
	if events, ok := translated["event_types"].([]any); ok {
		kept := slices.DeleteFunc(slices.Clone(events), func(event any) bool {
			text, _ := event.(string)
			return strings.HasPrefix(text, "job_")
		})
		if len(kept) < len(events) {
			t.note("Event rule %q also fires on jobs in NetBox; there are none here.", name)
		}
		if len(kept) == 0 {
			return nil
		}
		translated["event_types"] = kept
	}
	hook, _ := translated[webhookField].(string)
	if object, ok := e["action_object"].(map[string]any); ok {
		hook, _ = object["name"].(string)
	}
	if hook == "" {
		hook = t.webhooks[number(e[actionField])]
	}
	if hook == "" {
		return fmt.Errorf("event rule %q: its webhook is not in the file", name)
	}
	maps.DeleteFunc(translated, func(field string, _ any) bool { return slices.Contains(ruleFields, field) })
	translated[webhookField] = hook
	t.sections["event_rules"] = append(t.sections["event_rules"], translated)
	return nil
}

// leaveOutTypes takes the object types that the server does not have out of
// NetBox's webhooks and event rules, and those that want no other ones with
// them, which is noted. If the token may not see what types there are, all stay,
// for the server to judge.
func (c *contents) leaveOutTypes(ctx context.Context, server *client.Client) error {
	types, err := client.List[entry](ctx, server, kinds[0].path)
	if answer, ok := errors.AsType[*client.Error](err); ok && answer.Status == http.StatusForbidden {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", kinds[0].section, err)
	}
	known := make(map[string]bool, len(types))
	for _, e := range types {
		known[kinds[0].name(e)] = true
	}
	for _, k := range kinds[1:] {
		c.sections[k.section] = slices.DeleteFunc(c.sections[k.section], func(e entry) bool { return !c.keepTypes(e, k.noun, known) })
	}
	return nil
}

// keepTypes takes object types that are not known out of an entry. It reports
// whether the entry still has what to fire for.
func (c *contents) keepTypes(e entry, noun string, known map[string]bool) bool {
	for _, field := range []string{"content_types", "object_types"} {
		wanted, _ := e[field].([]any)
		if len(wanted) == 0 {
			continue
		}
		var kept []any
		for _, name := range wanted {
			if text, isText := name.(string); isText && !known[text] {
				c.note("The object type %s of %s %q is left out: there is none here.", text, noun, e["name"])
				continue
			}
			kept = append(kept, name)
		}
		if len(kept) == 0 {
			c.note("The %s %q is left out: it has no other object types.", noun, e["name"])
			return false
		}
		e[field] = kept
	}
	return true
}

// csvNames are the fields that NetBox's CSV calls otherwise: its tables have
// labels for people.
var csvNames = map[string]string{
	"create": "type_create", "update": "type_update", "delete": "type_delete", "job_start": "type_job_start", "job_end": "type_job_end",
	"url": "payload_url", "method": "http_method", "content_type": "http_content_type", "event_rule": "name", "types": "object_types",
}

// csvLists are the fields with several values in one cell.
var csvLists = []string{"content_types", "object_types", "event_types"}

// parseCSV reads NetBox's CSV export, or a file for its CSV import. ok is false
// for what does not begin with a line of field names.
func parseCSV(file []byte) (entries []entry, ok bool, err error) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil || len(header) < 2 {
		return nil, false, nil //nolint:nilerr // it is no CSV, but may be YAML
	}
	for i, label := range header {
		header[i] = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(label)), " ", "_")
		if header[i] == "content_type" && slices.Contains(header, "content_types") {
			header[i] = "http_content_type"
		}
		if name, other := csvNames[header[i]]; other {
			header[i] = name
		}
	}
	if !slices.Contains(header, "name") || !slices.Contains(header, "payload_url") && !slices.Contains(header, "event_types") {
		return nil, false, nil
	}
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, true, fmt.Errorf("CSV: %w", err)
	}
	for at, row := range rows {
		if len(row) != len(header) {
			return nil, true, fmt.Errorf("CSV: row %d has %d cells, the first line %d", at+2, len(row), len(header))
		}
		e := entry{}
		for i, text := range row {
			if value := csvValue(header[i], text); value != nil {
				e[header[i]] = value
			}
		}
		entries = append(entries, e)
	}
	return entries, true, nil
}

// csvValue is what a cell says; nil for nothing.
func csvValue(field, text string) any {
	text = strings.TrimSpace(text)
	switch {
	case text == "" || text == "—":
		return nil
	case slices.Contains(csvLists, field):
		list := []any{}
		for item := range strings.SplitSeq(text, ",") {
			list = append(list, strings.TrimSpace(item))
		}
		return list
	case field == "tags":
		list := []any{}
		for item := range strings.SplitSeq(text, ",") {
			list = append(list, map[string]any{"slug": strings.TrimSpace(item)})
		}
		return list
	case field == "conditions":
		var conditions any
		if json.Unmarshal([]byte(text), &conditions) == nil {
			return conditions
		}
	}
	switch strings.ToLower(text) {
	case "true", "yes":
		return true
	case "false", "no":
		return false
	}
	return text
}
