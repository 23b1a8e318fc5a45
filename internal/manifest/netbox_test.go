package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The forms are those of NetBox 3.6's and 4.6's serializers.
func TestParseNetBox(t *testing.T) {
	t.Parallel()
	hook := map[string][]entry{"webhooks": {{
		"name": "Sites", "content_types": []any{"dcim.site", "dcim.rack"}, "type_create": true, "type_update": false, "type_delete": true,
		"enabled": true, "payload_url": "http://x/", "http_method": "POST", "ssl_verification": true,
		"tags": []any{map[string]any{"slug": "ops"}},
	}}}
	split := map[string][]entry{
		"webhooks": {{"name": "Sites", "payload_url": "http://x/", "http_method": "PATCH"}},
		"event_rules": {{
			"name": "Site changes", "object_types": []any{"dcim.site"}, "enabled": false, "event_types": []any{"object_created"},
			"conditions": map[string]any{"attr": "a", "value": 1.0}, "webhook": "Sites",
		}},
	}
	cases := []struct {
		name, file string
		want       map[string][]entry
		notes      int
		fault      string
	}{
		{name: "REST 3.6", want: hook, notes: 1, file: `{"count": 1, "next": null, "previous": null, "results": [{
			"id": 7, "url": "http://netbox/api/extras/webhooks/7/", "display": "Sites", "content_types": ["dcim.site", "dcim.rack"], "name": "Sites",
			"type_create": true, "type_update": false, "type_delete": true, "type_job_start": true, "type_job_end": false,
			"payload_url": "http://x/", "enabled": true, "http_method": "POST", "additional_headers": "", "body_template": "", "secret": "",
			"conditions": null, "ssl_verification": true, "ca_file_path": null, "custom_fields": {},
			"tags": [{"id": 1, "url": "u", "display": "Ops", "name": "Ops", "slug": "ops", "color": "aabbcc"}],
			"created": "2023-01-01T00:00:00Z", "last_updated": "2023-01-01T00:00:00Z"}]}`},
		{name: "CSV with names of fields", want: hook, file: "\ufeffname,content_types,type_create,type_update,type_delete,enabled,payload_url,http_method,conditions,ssl_verification,tags\n" +
			`Sites,"dcim.site, dcim.rack",True,False,True,true,http://x/,POST,null,yes,ops` + "\n"},
		{name: "CSV with labels", want: hook, notes: 1, file: "ID,Name,Content Types,Create,Update,Delete,Job start,Enabled,URL,HTTP method,Conditions,SSL verification,Tags\n" +
			`7,Sites,"dcim.site,dcim.rack",True,False,True,True,True,http://x/,POST,null,True,ops` + "\n"},
		{name: "list of webhook and rule, 4.6", want: split, notes: 2, file: `[
			{"id": 7, "display_url": "d", "name": "Sites", "payload_url": "http://x/", "http_method": "PATCH", "secret": ""},
			{"id": 3, "name": "Site changes", "object_types": ["dcim.site"], "enabled": false, "event_types": ["object_created", "job_errored"],
			 "conditions": {"attr": "a", "value": 1}, "action_type": {"value": "webhook", "label": "Webhook"}, "action_object_type": "extras.webhook",
			 "action_object_id": 7, "action_object": {"id": 7, "name": "Sites"}, "owner": null, "tags": [], "from_a_plugin": 1}]`},
		{name: "rule that names its webhook by id", want: split, file: `
- {id: 7, name: Sites, payload_url: 'http://x/', http_method: PATCH}
- {name: Site changes, object_types: [dcim.site], enabled: false, event_types: [object_created], conditions: {attr: a, value: 1}, action_type: webhook, action_object_id: 7}
`},
		{name: "script", want: map[string][]entry{}, notes: 1, file: `[{"name": "s", "event_types": ["object_created"], "action_type": {"value": "script", "label": "Script"}}]`},
		{name: "rule of jobs only", want: map[string][]entry{}, notes: 1, file: `[{"name": "s", "event_types": ["job_started"], "action_type": "webhook", "action_object_id": 1}]`},
		{name: "rule without its webhook", file: `[{"name": "s", "event_types": ["object_created"], "action_type": "webhook", "action_object_id": 1}]`, fault: `entry 1: event rule "s": its webhook is not in the file`},
		{name: "nameless", file: `[{"payload_url": "x"}]`, fault: "entry 1: name is missing"},
		{name: "CSV cut short", file: "name,payload_url\na\n", fault: "row 2 has 1 cells"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := parse([]byte(tc.file))
			if tc.fault != "" {
				if err == nil || !strings.Contains(err.Error(), tc.fault) {
					t.Fatalf("error %v, want %q", err, tc.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.sections); diff != "" {
				t.Error(diff)
			}
			if len(got.notes) != tc.notes {
				t.Errorf("notes %q, want %d", got.notes, tc.notes)
			}
		})
	}
}
