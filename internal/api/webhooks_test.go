package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A webhook in the fields of NetBox 3.6.
func TestWebhook36(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/extras/tags/", `{"name": "Ops", "slug": "ops"}`, 201, nil)
	got := s.ask(t, "POST", "/api/extras/webhooks/", `{
		"name": "Site changes", "content_types": ["dcim.site", "dcim.rack"], "type_create": true, "type_update": true,
		"payload_url": "https://hooks.example/in?id={{ data.id }}", "additional_headers": "X-Event: {{ event }}", "body_template": " {} ",
		"secret": "s3cret", "conditions": {"and": [{"attr": "status.value", "value": "active"}]}, "tags": [{"slug": "ops"}]}`, 201, nil)
	var created map[string]any
	s.ask(t, "GET", "/api/extras/webhooks/1/", "", 200, &created)
	delete(created, "created")
	delete(created, "last_updated")
	want := map[string]any{
		"id": 1.0, "url": s.URL + "/api/extras/webhooks/1/", "display": "Site changes",
		"content_types": []any{"dcim.rack", "dcim.site"}, "name": "Site changes",
		"type_create": true, "type_update": true, "type_delete": false, "type_job_start": false, "type_job_end": false,
		"payload_url": "https://hooks.example/in?id={{ data.id }}", "enabled": true, "http_method": "POST",
		"http_content_type": "application/json", "additional_headers": "X-Event: {{ event }}", "body_template": " {} ",
		"secret":           "********",
		"conditions":       map[string]any{"and": []any{map[string]any{"attr": "status.value", "value": "active"}}},
		"ssl_verification": true, "ca_file_path": nil, "description": "",
		"queue": "default", "timeout": 10.0, "max_attempts": 8.0, "concurrency": 16.0, "rate_limit": nil, "ordered": false,
		"health": map[string]any{ // nothing was sent
			"state": "unknown", "since": nil, "failures": 0.0, "reason": nil, "last_success": nil, "last_failure": nil,
			"next_probe": nil, "gives_up": nil, "used_up": 0.0,
		},
		"custom_fields": map[string]any{},
		"tags": []any{map[string]any{
			"id": 1.0, "url": s.URL + "/api/extras/tags/1/", "display": "Ops", "name": "Ops", "slug": "ops", "color": "9e9e9e",
		}},
	}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("webhook (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(got.body, `{"id":1,"url":`) || got.header.Get("ETag") != `"1"` {
		t.Errorf("ETag %s, body %s", got.header.Get("ETag"), got.body)
	}
	sameJSON(t, s.ask(t, "GET", "/api/extras/webhooks/1/?brief=true", "", 200, nil).body,
		`{"id": 1, "url": "`+s.URL+`/api/extras/webhooks/1/", "display": "Site changes", "name": "Site changes", "description": ""}`)
}

// What is read can be written back, and changes nothing.
func TestWebhookRoundTrip(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/extras/webhooks/", `{"name": "a", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://r/", "secret": "s3cret", "rate_limit": 2.5}`, 201, nil)
	before := s.ask(t, "GET", "/api/extras/webhooks/1/", "", 200, nil)
	after := s.ask(t, "PUT", "/api/extras/webhooks/1/", before.body, 200, nil)
	sameJSON(t, after.body, before.body)
	wh, err := s.backend.Admin.Webhooks.Get(t.Context(), 1)
	if err != nil || wh.Secret != "s3cret" || wh.Revision != 1 {
		t.Errorf("secret %q, revision %d, error %v; want it untouched", wh.Secret, wh.Revision, err)
	}
	s.ask(t, "PATCH", "/api/extras/webhooks/1/", `{"secret": ""}`, 200, nil)
	if wh, err = s.backend.Admin.Webhooks.Get(t.Context(), 1); err != nil || wh.Secret != "" {
		t.Errorf("secret %q, error %v; want none", wh.Secret, err)
	}
}

func TestWebhooksMany(t *testing.T) {
	t.Parallel()
	s := setup(t)
	hook := func(name, more string) string {
		return `{"name": "` + name + `", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://r/` + name + `"` + more + `}`
	}
	s.ask(t, "POST", "/api/extras/webhooks/", "["+hook("a", "")+","+hook("b", `, "http_method": "PUT"`)+","+hook("c", `, "enabled": false, "type_delete": true`)+"]", 201, nil)
	for query, want := range map[string][]string{
		"":                           {"a", "b", "c"},
		"http_method=PUT":            {"b"},
		"enabled=false":              {"c"},
		"enabled=true":               {"a", "b"},
		"type_delete=true":           {"c"},
		"type_delete=false":          {"a", "b"},
		"content_types=dcim.site":    {"a", "b", "c"},
		"content_types=dcim.rack":    {},
		"payload_url__iew=/b":        {"b"},
		"q=r/c":                      {"c"},
		"ordering=-name":             {"c", "b", "a"},
		"name__n=a&enabled=true":     {"b"},
		"secret=x":                   {"a", "b", "c"}, // unlike NetBox: nobody can guess secrets by filters
		"ssl_verification=true&id=2": {"b"},
		"type_job_start=true":        {},
		"type_job_end=false&id=2":    {"b"},
	} {
		var list page
		s.ask(t, "GET", "/api/extras/webhooks/?"+query, "", 200, &list)
		if diff := cmp.Diff(want, list.names("name")); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", query, diff)
		}
	}
	var updated []map[string]any
	s.ask(t, "PATCH", "/api/extras/webhooks/", `[{"id": 1, "enabled": false}, {"id": 2, "enabled": false}]`, 200, &updated)
	if updated[0]["enabled"] != false || updated[1]["enabled"] != false {
		t.Errorf("updated %v", updated)
	}
	// One at fault, none is written.
	s.ask(t, "PATCH", "/api/extras/webhooks/", `[{"id": 1, "enabled": true}, {"id": 2, "http_method": "FOO"}]`, 400, nil)
	var first map[string]any
	s.ask(t, "GET", "/api/extras/webhooks/1/", "", 200, &first)
	if first["enabled"] != false {
		t.Error("a refused list was written in part")
	}
	s.ask(t, "DELETE", "/api/extras/webhooks/", `[{"id": 1}, {"id": 2}]`, 204, nil)
	s.ask(t, "DELETE", "/api/extras/webhooks/3/", "", 204, nil)
}

// A client of NetBox 4.x makes a webhook without triggers and an event rule.
func TestEventRules(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/extras/webhooks/", `{"name": "hook", "payload_url": "http://r/", "description": "d"}`, 201, nil)
	var rule map[string]any
	s.ask(t, "POST", "/api/extras/event-rules/", `{
		"name": "rule", "object_types": ["dcim.site"], "event_types": ["object_created", "object_updated"],
		"action_type": "webhook", "action_object_type": "extras.webhook", "action_object_id": 1}`, 201, &rule)
	delete(rule, "created")
	delete(rule, "last_updated")
	want := map[string]any{
		"id": 1.0, "url": s.URL + "/api/extras/event-rules/1/", "display": "rule", "object_types": []any{"dcim.site"}, "name": "rule",
		"enabled": true, "event_types": []any{"object_created", "object_updated"}, "conditions": nil,
		"action_type": map[string]any{"value": "webhook", "label": "Webhook"}, "action_object_type": "extras.webhook", "action_object_id": 1.0,
		"action_object": map[string]any{
			"id": 1.0, "url": s.URL + "/api/extras/webhooks/1/", "display": "hook", "name": "hook", "description": "d",
		},
		"description": "", "custom_fields": map[string]any{}, "tags": []any{},
	}
	if diff := cmp.Diff(want, rule); diff != "" {
		t.Errorf("rule (-want +got):\n%s", diff)
	}
	for query, count := range map[string]int{
		"action_type=webhook": 1, "action_type=script": 0, "action_type__n=script": 1, "action_object_type=extras.webhook": 1,
		"action_object_type=extras.script": 0, "event_type=object_created": 1, "event_type=object_deleted": 0, "object_type=dcim.site": 1, "object_type=dcim.rack": 0,
		"action_object_id=1": 1, "enabled=true": 1,
	} {
		var list page
		s.ask(t, "GET", "/api/extras/event-rules/?"+query, "", 200, &list)
		if list.Count != count {
			t.Errorf("%s: %d rules, want %d", query, list.Count, count)
		}
	}
	// It fires, and the verdict names the rule.
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1"}`, 201, nil)
	var verdicts page
	s.ask(t, "GET", "/api/core/object-changes/1/verdicts/", "", 200, &verdicts)
	if len(verdicts.Results) != 1 || verdicts.Results[0]["name"] != "rule" || verdicts.Results[0]["outcome"] != "fired" {
		t.Errorf("verdicts %v", verdicts.Results)
	}
	// The rules of a deleted webhook go with it.
	s.ask(t, "DELETE", "/api/extras/webhooks/1/", "", 204, nil)
	s.ask(t, "GET", "/api/extras/event-rules/1/", "", 404, nil)
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/extras/tags/", `{"name": "One", "slug": "one"}`, 201, nil)
	patch := func(match string) answer {
		return s.do(t, request{
			method: "PATCH", path: "/api/extras/tags/1/", key: adminKey, body: `{"description": "after ` + match[1:2] + `"}`,
			header: map[string]string{"If-Match": match},
		})
	}
	if got := patch(`"1"`); got.status != 200 || got.header.Get("ETag") != `"2"` {
		t.Errorf("present revision: status %d, ETag %s", got.status, got.header.Get("ETag"))
	}
	for _, stale := range []string{`"1"`, `"x"`} {
		if got := patch(stale); got.status != 412 {
			t.Errorf("If-Match %s: status %d, want 412", stale, got.status)
		}
	}
}

func TestAuditLog(t *testing.T) {
	t.Parallel()
	s := setup(t)
	var before page
	s.ask(t, "GET", "/api/extras/audit-log/", "", 200, &before)
	made := s.ask(t, "POST", "/api/extras/webhooks/", `{"name": "a", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://r/", "secret": "s3cret"}`, 201, nil)
	s.ask(t, "PATCH", "/api/extras/webhooks/1/", `{"name": "b", "secret": "other"}`, 200, nil)
	s.ask(t, "PATCH", "/api/extras/webhooks/1/", `{"name": "b"}`, 200, nil) // changes nothing
	s.ask(t, "DELETE", "/api/extras/webhooks/1/", "", 204, nil)
	var after page
	got := s.ask(t, "GET", "/api/extras/audit-log/?object_type=extras.webhook&ordering=id", "", 200, &after)
	if diff := cmp.Diff([]string{"create", "update", "delete"}, after.names("action")); diff != "" {
		t.Fatalf("actions (-want +got):\n%s", diff)
	}
	if strings.Contains(got.body, "s3cret") || strings.Contains(got.body, "other") {
		t.Errorf("a secret is in the audit log: %s", got.body)
	}
	first := after.Results[0]
	if first["user_name"] != "admin" || first["request_id"] != made.header.Get("X-Request-ID") || first["object_repr"] != "a" || first["before"] != nil {
		t.Errorf("first entry %v", first)
	}
	second, _ := after.Results[1]["after"].(map[string]any)
	if second["name"] != "b" {
		t.Errorf("second entry's after %v", second)
	}
}
