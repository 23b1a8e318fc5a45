package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// addHook makes a webhook that fires for every change of a site.
func (s *server) addHook(t *testing.T, name, more string) {
	t.Helper()
	s.ask(t, "POST", "/api/extras/webhooks/", `{"name": "`+name+`", "content_types": ["dcim.site"], "type_create": true, "type_update": true, "payload_url": "http://127.0.0.1:9/"`+more+`}`, 201, nil)
}

const aChange = `{"object_type": "dcim.site", "object_id": 7, "event": "updated", "username": "jo", "timestamp": "2026-03-09T17:55:33.5Z",
	"request_id": "11111111-2222-4333-8444-555555555555", "data": {"id": 7, "display": "AMS1", "status": {"value": "active"}},
	"snapshots": {"prechange": {"status": "planned"}, "postchange": {"status": "active"}}}`

func TestChangesFromElsewhere(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.addHook(t, "always", "")
	s.addHook(t, "never", `, "conditions": {"attr": "status.value", "value": "retired"}`)
	var recorded map[string]any
	s.ask(t, "POST", "/api/core/object-changes/", aChange, 201, &recorded)
	deliveries, _ := recorded["deliveries"].([]any)
	if len(deliveries) != 1 || recorded["request_id"] != "11111111-2222-4333-8444-555555555555" {
		t.Fatalf("recorded %v", recorded)
	}
	got := s.ask(t, "GET", "/api/core/object-changes/1/", "", 200, nil)
	sameJSON(t, got.body, `{
		"id": 1, "url": "`+s.URL+`/api/core/object-changes/1/", "display": "dcim.site AMS1 updated by jo", "time": "2026-03-09T17:55:33.500000Z",
		"user": {"display": "jo", "username": "jo"}, "user_name": "jo", "request_id": "11111111-2222-4333-8444-555555555555",
		"action": {"value": "update", "label": "Updated"}, "changed_object_type": "dcim.site", "changed_object_id": 7,
		"changed_object": {"id": 7, "url": "`+s.URL+`/api/dcim/sites/7/", "display": "AMS1"}, "object_repr": "AMS1",
		"prechange_data": {"status": "planned"}, "postchange_data": {"status": "active"}}`)
	var verdicts page
	s.ask(t, "GET", "/api/core/object-changes/1/verdicts/", "", 200, &verdicts)
	if diff := cmp.Diff([]string{"always", "never"}, verdicts.names("name")); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"fired", "not fired"}, verdicts.names("outcome")); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	tree, _ := verdicts.Results[1]["explanation"].(map[string]any)
	if tree["seen"] != `"active"` || tree["expected"] != `"retired"` {
		t.Errorf("explanation %v", tree)
	}
	for query, count := range map[string]int{
		"": 1, "user=jo": 1, "user_name=me": 0, "action=update": 1, "action=create": 0, "changed_object_type=dcim.site": 1,
		"changed_object_id=7": 1, "changed_object_id=8": 0, "request_id=11111111-2222-4333-8444-555555555555": 1,
		"time__gte=2026-03-09T17:55:33Z": 1, "time__lt=2026-03-09T17:55:33Z": 0, "q=ams": 1,
	} {
		var list page
		s.ask(t, "GET", "/api/core/object-changes/?"+query, "", 200, &list)
		if list.Count != count {
			t.Errorf("%s: %d changes, want %d", query, list.Count, count)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.addHook(t, "always", "")
	post := func(body string) answer {
		return s.do(t, request{
			method: "POST", path: "/api/core/object-changes/", key: adminKey, body: body,
			header: map[string]string{"Idempotency-Key": "abc"},
		})
	}
	first := post(aChange)
	again := post(aChange)
	if first.status != 201 || again.status != 201 || again.body != first.body || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %d %s\nagain %d %s", first.status, first.body, again.status, again.body)
	}
	other := post(strings.Replace(aChange, `"object_id": 7`, `"object_id": 8`, 1))
	if other.status != 409 {
		t.Errorf("another request with the key: status %d, body %s", other.status, other.body)
	}
	var changes page
	s.ask(t, "GET", "/api/core/object-changes/", "", 200, &changes)
	if changes.Count != 1 {
		t.Errorf("%d changes, want 1", changes.Count)
	}
	// The same key at the same time is one change, too.
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got := s.do(t, request{
				method: "POST", path: "/api/core/object-changes/", key: adminKey, body: aChange,
				header: map[string]string{"Idempotency-Key": "race"},
			})
			if got.status != 201 {
				t.Errorf("status %d, body %s", got.status, got.body)
			}
		})
	}
	wg.Wait()
	s.ask(t, "GET", "/api/core/object-changes/", "", 200, &changes)
	if changes.Count != 2 {
		t.Errorf("%d changes, want 2", changes.Count)
	}
}

func TestManyChangesAreOneTransaction(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.addHook(t, "always", "")
	var recorded []map[string]any
	s.ask(t, "POST", "/api/core/object-changes/", "["+aChange+","+aChange+"]", 201, &recorded)
	if len(recorded) != 2 || recorded[1]["id"] != 2.0 {
		t.Errorf("recorded %v", recorded)
	}
	s.ask(t, "POST", "/api/core/object-changes/", "["+aChange+", {}]", 400, nil)
	var changes page
	s.ask(t, "GET", "/api/core/object-changes/", "", 200, &changes)
	if changes.Count != 2 {
		t.Errorf("%d changes, want 2", changes.Count)
	}
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.addHook(t, "high", `, "queue": "high"`)
	s.addHook(t, "low", `, "queue": "low"`)
	s.ask(t, "POST", "/api/dcim/sites/", `[{"name": "A", "slug": "a"}, {"name": "B", "slug": "b"}]`, 201, nil)
	var list page
	s.ask(t, "GET", "/api/extras/deliveries/?ordering=id", "", 200, &list)
	if list.Count != 4 {
		t.Fatalf("%d deliveries, want 4", list.Count)
	}
	first := list.Results[0]
	hook, _ := first["webhook"].(map[string]any)
	if first["state"] != "queued" || first["object_type"] != "dcim.site" || first["object_id"] != 1.0 || hook["name"] != "high" || first["ended"] != nil {
		t.Errorf("first %v", first)
	}
	url, _ := first["url"].(string)
	s.ask(t, "GET", url+"attempts/", "", 200, &list)
	if list.Count != 0 {
		t.Errorf("%d attempts, want none", list.Count)
	}

	var d map[string]any
	s.ask(t, "POST", url+"retry/", "", 409, nil) // it is queued
	s.ask(t, "POST", url+"cancel/", "", 200, &d)
	if d["state"] != "canceled" || d["ended"] == nil {
		t.Errorf("canceled %v", d)
	}
	s.ask(t, "POST", url+"cancel/", "", 409, nil)
	s.ask(t, "POST", url+"retry/", "", 200, &d)
	if d["state"] != "queued" || d["ended"] != nil {
		t.Errorf("retried %v", d)
	}
	for _, tt := range []struct {
		path  string
		count float64
	}{
		{"cancel/?webhook_id=1", 2}, {"retry/?state=canceled&object_id=1", 1}, {"cancel/?all=true", 3}, {"retry/?queue=low", 2},
	} {
		var done map[string]any
		s.ask(t, "POST", "/api/extras/deliveries/"+tt.path, "", 200, &done)
		if done["count"] != tt.count {
			t.Errorf("%s: %v, want %v", tt.path, done["count"], tt.count)
		}
	}
	for query, count := range map[string]int{
		"state=queued": 2, "state=canceled": 2, "state__n=queued": 2, "queue=high": 2, "webhook_id=2": 2, "change_id=1": 2,
		"state=queued&state=canceled": 4, "object_type=dcim.rack": 0, "created_after=2020-01-01": 4, "created_before=2020-01-01": 0,
	} {
		s.ask(t, "GET", "/api/extras/deliveries/?"+query, "", 200, &list)
		if list.Count != count {
			t.Errorf("%s: %d deliveries, want %d", query, list.Count, count)
		}
	}
	var queues page
	s.ask(t, "GET", "/api/core/background-queues/", "", 200, &queues)
	if diff := cmp.Diff([]string{"high", "default", "low"}, queues.names("name")); diff != "" {
		t.Errorf("queues (-want +got):\n%s", diff)
	}
	if queues.Results[2]["jobs"] != 2.0 || queues.Results[0]["canceled_jobs"] != 2.0 || queues.Results[2]["oldest_job_timestamp"] == "-" {
		t.Errorf("queues %v", queues.Results)
	}
	s.ask(t, "DELETE", url, "", 204, nil)
	s.ask(t, "GET", url, "", 404, nil)
	s.ask(t, "DELETE", "/api/extras/deliveries/?state=canceled", "", 204, nil)
	s.ask(t, "GET", "/api/extras/deliveries/", "", 200, &list)
	if list.Count != 2 {
		t.Errorf("%d deliveries, want 2", list.Count)
	}
	s.ask(t, "DELETE", "/api/extras/deliveries/", `[{"id": "`+list.Results[0]["id"].(string)+`"}]`, 204, nil)
	// A deleted webhook takes its waiting deliveries with it.
	s.ask(t, "DELETE", "/api/extras/webhooks/2/", "", 204, nil)
	s.ask(t, "GET", "/api/extras/deliveries/", "", 200, &list)
	if list.Count != 1 || list.Results[0]["state"] != "canceled" || list.Results[0]["webhook"] != nil {
		t.Errorf("deliveries %v", list.Results)
	}
}

func TestBackgroundTasks(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.addHook(t, "hook", "")
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "A", "slug": "a"}`, 201, nil)
	var list page
	s.ask(t, "GET", "/api/core/background-tasks/", "", 200, &list)
	if list.Count != 1 || list.Results[0]["status"] != "queued" || list.Results[0]["is_queued"] != true || list.Results[0]["origin"] != "default" {
		t.Fatalf("tasks %v", list.Results)
	}
	var found page
	for query, count := range map[string]int{"status=queued": 1, "status=failed": 0, "origin=default": 1, "origin=low": 0} {
		s.ask(t, "GET", "/api/core/background-tasks/?"+query, "", 200, &found)
		if found.Count != count {
			t.Errorf("%s: %d tasks, want %d", query, found.Count, count)
		}
	}
	s.ask(t, "GET", "/api/core/background-tasks/?status=bogus", "", 400, nil)
	s.ask(t, "GET", "/api/core/background-workers/", "", 200, &found)
	if found.Count == 0 {
		t.Error("there are no workers")
	}
	for _, worker := range found.names("url") {
		s.ask(t, "GET", worker, "", 200, nil)
	}
	url, _ := list.Results[0]["url"].(string)
	var task map[string]any
	s.ask(t, "POST", url+"stop/", "", 200, nil)
	s.ask(t, "GET", url, "", 200, &task)
	if task["status"] != "canceled" || task["is_canceled"] != true {
		t.Errorf("stopped %v", task)
	}
	s.ask(t, "POST", url+"requeue/", "", 200, nil)
	s.ask(t, "GET", url, "", 200, &task)
	if task["status"] != "queued" {
		t.Errorf("requeued %v", task)
	}
	s.ask(t, "POST", url+"delete/", "", 200, nil)
	s.ask(t, "GET", url, "", 404, nil)
}

func TestTrials(t *testing.T) { //nolint:tparallel // its parts build upon each other
	t.Parallel()
	s := setup(t)
	var got []string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Method+" "+r.URL.String()+" "+r.Header.Get("X-Hook-Signature"))
		_, _ = w.Write([]byte("thanks"))
	}))
	defer receiver.Close()
	s.ask(t, "POST", "/api/extras/webhooks/", `{"name": "hook", "content_types": ["dcim.site"], "type_create": true, "secret": "s",
		"payload_url": "`+receiver.URL+`/{{ data.name }}", "body_template": "{{ event }}",
		"conditions": {"attr": "status.value", "value": "active"}}`, 201, nil)

	t.Run("preview with a sample", func(t *testing.T) {
		var p map[string]any
		s.ask(t, "POST", "/api/extras/webhooks/preview/", `{"content_types": ["dcim.site"], "type_update": true, "payload_url": "http://r/", "body_template": "{{ data['name'] }} {{ model }}"}`, 200, &p)
		request, _ := p["request"].(map[string]any)
		if p["sample"] != true || p["fires"] != true || request["body"] != "Sample site" || request["url"] != "http://r/" {
			t.Errorf("preview %v", p)
		}
	})
	t.Run("preview that does not render", func(t *testing.T) {
		var p map[string]any
		s.ask(t, "POST", "/api/extras/webhooks/preview/", `{"content_types": ["dcim.site"], "type_update": true, "payload_url": "http://r/", "body_template": "{{ 1 / 0 }}"}`, 200, &p)
		if text, _ := p["error"].(string); p["request"] != nil || !strings.Contains(text, "division") {
			t.Errorf("preview %v", p)
		}
	})
	t.Run("preview of nonsense", func(t *testing.T) {
		got := s.ask(t, "POST", "/api/extras/webhooks/preview/", `{"content_types": ["dcim.site"], "type_update": true, "payload_url": "nowhere"}`, 400, nil)
		sameJSON(t, got.body, `{"payload_url": ["Enter a valid URL, beginning with http:// or https://."]}`)
	})
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1", "status": "planned"}`, 201, nil)
	t.Run("preview for a change", func(t *testing.T) {
		var p map[string]any
		s.ask(t, "POST", "/api/extras/webhooks/preview/", `{"id": 1, "change": 1}`, 200, &p)
		request, _ := p["request"].(map[string]any)
		if p["sample"] != false || p["fires"] != false || request["body"] != "created" {
			t.Errorf("preview %v", p)
		}
	})
	t.Run("preview for the last change that is wanted", func(t *testing.T) {
		var p map[string]any
		s.ask(t, "PATCH", "/api/dcim/sites/1/", `{"description": "d"}`, 200, nil)
		s.ask(t, "POST", "/api/extras/webhooks/preview/", `{"id": 1}`, 200, &p)
		if change, _ := p["change"].(map[string]any); change["id"] != 1.0 {
			t.Errorf("preview %v, want that of change 1, the site's creation", p)
		}
	})
	t.Run("preview by somebody who may not view the object", func(t *testing.T) {
		s.ask(t, "POST", "/api/dcim/racks/", `{"name": "R1", "site": 1}`, 201, nil)
		by := admin.System(webhook.UUID{})
		users, err := s.backend.Admin.Users.Create(t.Context(), by, []webhook.User{
			{Username: "hooks", Active: true, Permissions: []webhook.Permission{"extras.add_webhook", "dcim.view_site"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		const key = "00000000000000000000000000000000000000ff"
		token := webhook.Token{UserID: users[0].ID, WriteEnabled: true}
		if err := admin.SetTokenKey(&token, key); err != nil {
			t.Fatal(err)
		}
		if _, err := s.backend.Admin.Tokens.Create(t.Context(), by, []webhook.Token{token}); err != nil {
			t.Fatal(err)
		}
		preview := func(change string) answer {
			body := `{"payload_url": "http://r/", "content_types": ["dcim.rack"], "type_create": true` + change + `}`
			return s.do(t, request{method: "POST", path: "/api/extras/webhooks/preview/", key: key, body: body})
		}
		if got := preview(`, "change": 1`); got.status != 200 {
			t.Errorf("a site's change: status %d, body %s", got.status, got.body)
		}
		if got := preview(`, "change": 3`); got.status != 400 || strings.Contains(got.body, "R1") {
			t.Errorf("a rack's change: status %d, body %s", got.status, got.body)
		}
		if got := preview(`, "id": 1`); got.status != 403 {
			t.Errorf("a stored webhook, which they may not change: status %d, body %s", got.status, got.body)
		}
		if got := preview(""); got.status != 200 || !strings.Contains(got.body, `"sample":true`) {
			t.Errorf("the last change: status %d, body %s", got.status, got.body)
		}
	})
	t.Run("test", func(t *testing.T) {
		var p map[string]any
		s.ask(t, "POST", "/api/extras/webhooks/1/test/", "", 200, &p)
		attempt, _ := p["attempt"].(map[string]any)
		response, _ := attempt["response"].(map[string]any)
		if response["body"] != "thanks" || response["status"] != 200.0 || attempt["reason"] != nil {
			t.Errorf("attempt %v", attempt)
		}
		// The signature is that of openssl dgst -sha512 -hmac s of "created".
		if len(got) != 1 || !strings.HasPrefix(got[0], "POST /AMS1 ") || len(got[0]) != len("POST /AMS1 ")+128 {
			t.Errorf("received %q", got)
		}
	})
	t.Run("test of an unknown change", func(t *testing.T) {
		got := s.ask(t, "POST", "/api/extras/webhooks/1/test/", `{"change": 99}`, 400, nil)
		sameJSON(t, got.body, `{"change": ["Related object not found using the provided numeric ID: 99"]}`)
	})
	var audit page
	s.ask(t, "GET", "/api/extras/audit-log/?action=test", "", 200, &audit)
	if audit.Count != 1 {
		t.Errorf("%d tests in the audit log, want 1", audit.Count)
	}
}
