package api_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Bad input, with the exact status and body.
func TestRefusals(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1"}`, 201, nil)
	s.ask(t, "POST", "/api/extras/webhooks/", `{"name": "taken", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://r/"}`, 201, nil)
	noCertificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noCertificate, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	hook := func(members string) string {
		return `{"name": "x", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://r/", ` + members + `}`
	}
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"no JSON", "POST", "/api/dcim/sites/", "{\n\"name\": }", 400, `{"detail": "JSON parse error - invalid character '}' looking for beginning of value: line 2 column 9 (char 10)"}`},
		{"no object", "POST", "/api/extras/tags/", `"x"`, 400, `{"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}`},
		{"too deep", "POST", "/api/dcim/sites/", strings.Repeat(`{"a":`, 101) + "1" + strings.Repeat("}", 101), 400, `{"detail": "JSON parse error - nested more than 100 levels deep"}`},
		{"unknown type", "POST", "/api/dcim/no-such-things/", `{}`, 404, `{"detail": "Not found."}`},
		{"unknown fields pass, as in NetBox", "PATCH", "/api/dcim/sites/1/", `{"no_such_field": 1}`, 200, ""},
		{"required", "POST", "/api/dcim/sites/", `{}`, 400, `{"name": ["This field is required."], "slug": ["This field is required."]}`},
		{"wrong types", "POST", "/api/dcim/sites/", `{"name": [], "slug": {}}`, 400, `{"name": ["Not a valid string."], "slug": ["Not a valid string."]}`},
		{"too long", "POST", "/api/extras/tags/", `{"name": "` + strings.Repeat("x", 101) + `", "slug": "x"}`, 400, `{"name": ["Ensure this field has no more than 100 characters."]}`},
		{"duplicate", "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "other"}`, 400, `{"name": ["site with this name already exists."]}`},
		{"unknown id", "PATCH", "/api/dcim/sites/77/", `{"name": "x"}`, 404, `{"detail": "Not found."}`},
		{"method", "POST", "/api/dcim/sites/1/", `{}`, 405, `{"detail": "Method \"POST\" not allowed."}`},
		{"bulk create", "POST", "/api/dcim/sites/", `[{"name": "B", "slug": "b"}, {"name": "C"}]`, 400, `[{}, {"slug": ["This field is required."]}]`},
		{"bulk update", "PATCH", "/api/dcim/sites/", `[{"id": 1, "name": "Z"}, {"id": 2, "name": "C"}]`, 400, `{"detail": "1 of 2 objects could not be updated.", "errors": [{"id": 2, "errors": {"__all__": ["Not found."]}}]}`},
		{"bulk update without ids", "PATCH", "/api/extras/tags/", `[{"name": "x"}]`, 400, `{"detail": "1 of 1 objects could not be updated.", "errors": [{"index": 0, "errors": {"id": ["This field is required."]}}]}`},
		{"bulk delete of one", "DELETE", "/api/dcim/sites/", `{"id": 1}`, 400, `{"non_field_errors": ["Expected a list of items but got type \"dict\"."]}`},

		{"webhook: required", "POST", "/api/extras/webhooks/", `{}`, 400, `{"name": ["This field is required."], "payload_url": ["This field is required."]}`},
		{"webhook: no event", "POST", "/api/extras/webhooks/", `{"name": "x", "content_types": ["dcim.site"], "payload_url": "http://r/"}`, 400, `{"__all__": ["At least one event type must be selected: create, update, and/or delete."]}`},
		{"webhook: no type", "POST", "/api/extras/webhooks/", `{"name": "x", "type_create": true, "payload_url": "http://r/"}`, 400, `{"content_types": ["This field is required."]}`},
		{"webhook: unknown type", "POST", "/api/extras/webhooks/", `{"name": "x", "content_types": ["dcim.nothing"], "type_create": true, "payload_url": "http://r/"}`, 400, `{"content_types": ["Invalid content type: dcim.nothing"]}`},
		{"webhook: no type name", "POST", "/api/extras/webhooks/", `{"name": "x", "content_types": ["site"], "type_create": true, "payload_url": "http://r/"}`, 400, `{"content_types": ["Invalid value. Specify a content type as '<app_label>.<model_name>'."]}`},
		{"webhook: name taken", "POST", "/api/extras/webhooks/", `{"name": "taken", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://r/"}`, 400, `{"name": ["webhook with this name already exists."]}`},
		{"webhook: URL", "POST", "/api/extras/webhooks/", `{"name": "x", "content_types": ["dcim.site"], "type_create": true, "payload_url": "ftp://r/"}`, 400, `{"payload_url": ["Enter a valid URL, beginning with http:// or https://."]}`},
		{"webhook: method", "POST", "/api/extras/webhooks/", hook(`"http_method": "FOO"`), 400, `{"http_method": ["\"FOO\" is not a valid choice."]}`},
		{"webhook: boolean", "POST", "/api/extras/webhooks/", hook(`"enabled": "perhaps"`), 400, `{"enabled": ["Must be a valid boolean."]}`},
		{"webhook: number", "POST", "/api/extras/webhooks/", hook(`"timeout": "soon"`), 400, `{"timeout": ["A valid integer is required."]}`},
		{"webhook: number too large", "POST", "/api/extras/webhooks/", hook(`"timeout": 301`), 400, `{"timeout": ["Ensure this value is less than or equal to 300."]}`},
		{"webhook: null", "POST", "/api/extras/webhooks/", hook(`"secret": null`), 400, `{"secret": ["This field may not be null."]}`},
		{"webhook: CA file missing", "POST", "/api/extras/webhooks/", hook(`"ca_file_path": "/no/such/file"`), 400, `{"ca_file_path": ["This file does not exist on the server or cannot be read."]}`},
		{"webhook: CA file is a folder", "POST", "/api/extras/webhooks/", hook(`"ca_file_path": "/"`), 400, `{"ca_file_path": ["This file does not exist on the server or cannot be read."]}`},
		{"webhook: CA file without certificate", "POST", "/api/extras/webhooks/", hook(`"ca_file_path": "` + noCertificate + `"`), 400, `{"ca_file_path": ["This file holds no certificate in PEM form."]}`},
		{"webhook: CA file unused", "POST", "/api/extras/webhooks/", hook(`"ca_file_path": "/x", "ssl_verification": false`), 400, `{"ca_file_path": ["Do not specify a CA certificate file if SSL verification is disabled."]}`},
		{"webhook: unknown tag", "POST", "/api/extras/webhooks/", hook(`"tags": [{"slug": "none"}]`), 400, `{"tags": ["Related object not found using the provided attributes: {\"slug\": \"none\"}"]}`},
		{"webhook: masked secret", "POST", "/api/extras/webhooks/", hook(`"secret": "********"`), 400, `{"secret": ["This is what stands for a secret when it is shown; give the secret itself."]}`},

		{"event rule: required", "POST", "/api/extras/event-rules/", `{}`, 400, `{
			"name": ["This field is required."], "object_types": ["This field is required."], "event_types": ["This field is required."],
			"action_type": ["This field is required."], "action_object_type": ["This field is required."]}`},
		{"event rule: choices", "POST", "/api/extras/event-rules/", `{"name": "r", "object_types": ["dcim.site"], "event_types": ["job_started"], "action_type": "script", "action_object_type": "extras.script"}`, 400, `{
			"event_types": ["\"job_started\" is not a valid choice."], "action_type": ["\"script\" is not a valid choice."],
			"action_object_type": ["Invalid content type: extras.script. The only action is extras.webhook."]}`},
		{"event rule: no webhook", "POST", "/api/extras/event-rules/", `{"name": "r", "object_types": ["dcim.site"], "event_types": ["object_created"], "action_type": "webhook", "action_object_type": "extras.webhook", "action_object_id": 99}`, 400, `{"action_object_id": ["Webhook with id 99 does not exist."]}`},

		{"change: required", "POST", "/api/core/object-changes/", `{}`, 400, `{
			"object_type": ["This field is required."], "object_id": ["This field is required."],
			"event": ["This field is required."], "data": ["This field is required."]}`},
		{"change: wrong", "POST", "/api/core/object-changes/", `{"object_type": "x.y", "object_id": 1, "event": "moved", "data": [], "request_id": "x", "timestamp": "x"}`, 400, `{
			"object_type": ["Invalid content type: x.y"], "event": ["\"moved\" is not a valid choice."],
			"data": ["Expected a dictionary, but got list."], "request_id": ["Must be a valid UUID."],
			"timestamp": ["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]}`},
		{"change: id is no number", "POST", "/api/core/object-changes/", `{"object_type": "dcim.site", "object_id": "one", "event": "created", "data": {}}`, 400, `{"object_id": ["A valid integer is required."]}`},
		{"change: list", "POST", "/api/core/object-changes/", `[{"object_type": "dcim.site", "object_id": 1, "event": "created", "data": {}}, 1]`, 400, `[{}, {"non_field_errors": ["Invalid data. Expected a dictionary, but got int."]}]`},

		{"retry with a filter that cannot be read", "POST", "/api/extras/deliveries/retry/?state=failed&webhook_id=%zz", ``, 400, `{"detail": "The query cannot be read: invalid URL escape \"%zz\"."}`},
		{"list with a filter that cannot be read", "GET", "/api/dcim/sites/?status=active;tag=a", ``, 400, `{"detail": "The query cannot be read: invalid semicolon separator in query."}`},
		{"retry of everything", "POST", "/api/extras/deliveries/retry/", ``, 400, `{"detail": "Give at least one filter, or all=true to mean every delivery."}`},
		{"retry with a misspelt filter", "POST", "/api/extras/deliveries/retry/?stat=failed", ``, 400, `{"stat": ["There is no filter of this name."]}`},
		{"delivery that is not there", "POST", "/api/extras/deliveries/0197d000-0000-7000-8000-000000000001/retry/", ``, 404, `{"detail": "Not found."}`},
		{"delivery that is none", "GET", "/api/extras/deliveries/1/", ``, 404, `{"detail": "Not found."}`},
		{"filter by request of what has none", "GET", "/api/extras/webhooks/?created_by_request=0f6c3e1e-0000-4000-8000-000000000000", ``, 400, `{"created_by_request": ["There is no filter of this name."]}`},

		{"user: password too short", "POST", "/api/users/users/", `{"username": "x", "password": "short"}`, 400, `{"password": ["This password is too short. It must contain at least 8 characters."]}`},
		{"user: unknown permission", "POST", "/api/users/groups/", `{"name": "g", "permissions": ["dcim.paint_site"]}`, 400, `{"permissions": ["There is no permission \"dcim.paint_site\"."]}`},
		{"user: last superuser", "DELETE", "/api/users/users/1/", ``, 409, `{"detail": "This is the last active superuser."}`},
		{"token: key", "POST", "/api/users/tokens/", `{"key": "abc"}`, 400, `{"key": ["A key has 40 hexadecimal digits (0-9, a-f)."]}`},
		{"token: wrong password", "POST", "/api/users/tokens/provision/", `{"username": "admin", "password": "wrong"}`, 403, `{"detail": "Invalid username/password."}`},

		{"object type: reserved", "POST", "/api/core/object-types/", `{"app_label": "extras", "model": "x", "plural": "xs"}`, 400, `{"app_label": ["\"extras\" is reserved."]}`},
		{"object type: misspelt rule", "POST", "/api/core/object-types/", `{"app_label": "lab", "model": "x", "plural": "xs", "fields": [{"name": "a", "kind": "text", "requird": true}]}`, 400, `{"fields": ["fields[0]: unknown field \"requird\""]}`},
		{"object type: choices of a file", "POST", "/api/core/object-types/", `{"app_label": "lab", "model": "x", "plural": "xs", "fields": [{"name": "a", "kind": "text"}, {"name": "b", "kind": "choice", "choices": {"a": "A"}}]}`, 400, `{"fields": ["fields[1].choices: Expected a list of {\"value\": ..., \"label\": ...}."]}`},
		{"object type: no fields", "POST", "/api/core/object-types/", `{"app_label": "lab", "model": "x", "plural": "xs", "fields": {}}`, 400, `{"fields": ["Expected a list of items but got type \"dict\"."]}`},
		{"object type: no field", "POST", "/api/core/object-types/", `{"app_label": "lab", "model": "x", "plural": "xs", "fields": [1]}`, 400, `{"fields": ["fields[0]: Expected a dictionary, but got int."]}`},
		{"object type: number for text", "POST", "/api/core/object-types/", `{"app_label": "lab", "model": "x", "plural": "xs", "fields": [{"name": 7}]}`, 400, `{"fields": ["fields[0].name: A number does not go here."]}`},
		{"object type: built in", "DELETE", "/api/core/object-types/1/", ``, 409, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := s.do(t, request{method: tt.method, path: tt.path, key: adminKey, body: tt.body})
			if got.status != tt.status {
				t.Fatalf("status %d, want %d; body %s", got.status, tt.status, got.body)
			}
			if tt.want != "" {
				sameJSON(t, got.body, tt.want)
			}
		})
	}
}

// Definitions that cannot work name the place of the fault.
func TestFaultsNameTheirPlace(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, tt := range []struct{ name, members, field, want string }{
		{"body", `"body_template": "one\n{% if %}"`, "body_template", "line 2"},
		{"unknown filter", `"body_template": "{{ data | no_such }}"`, "body_template", "no_such"},
		{"headers", `"additional_headers": "X: {{ data"`, "additional_headers", "line 1"},
		{"URL", `"payload_url": "http://r/{{ data | }}"`, "payload_url", "line 1"},
		{"conditions", `"conditions": {"and": [{"attr": "name", "value": "x"}, {"attr": "name", "value": 1, "op": "nope"}]}`, "conditions", "conditions.and[1]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := `{"name": "x", "content_types": ["dcim.site"], "type_create": true, ` + tt.members
			if tt.field != "payload_url" {
				body += `, "payload_url": "http://r/"`
			}
			var faults map[string][]string
			s.ask(t, "POST", "/api/extras/webhooks/", body+"}", 400, &faults)
			if len(faults) != 1 || len(faults[tt.field]) != 1 || !strings.Contains(faults[tt.field][0], tt.want) {
				t.Errorf("got %v, want one message for %s with %q", faults, tt.field, tt.want)
			}
		})
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.do(t, request{method: "POST", path: "/api/dcim/sites/", key: adminKey, body: `{"name": "` + strings.Repeat("x", 2<<20) + `"}`})
	if got.status != 413 {
		t.Errorf("large body: status %d", got.status)
	}
	sameJSON(t, got.body, `{"detail": "The request's body is larger than 1048576 bytes."}`)
	got = s.do(t, request{
		method: "POST", path: "/api/dcim/sites/", key: adminKey, body: "name=AMS1",
		header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
	})
	if got.status != 415 {
		t.Errorf("form: status %d", got.status)
	}
	sameJSON(t, got.body, `{"detail": "Unsupported media type \"application/x-www-form-urlencoded\" in request."}`)
	got = s.do(t, request{
		method: "POST", path: "/api/dcim/sites/", key: adminKey, body: `{"name": "AMS1", "slug": "ams1"}`,
		header: map[string]string{"Content-Type": "application/json; charset=utf-8"},
	})
	if got.status != 201 {
		t.Errorf("JSON with a charset: status %d, body %s", got.status, got.body)
	}
}
