package api_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// document reads the server's OpenAPI document and checks it.
func (s *server) document(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	text := s.do(t, request{method: "GET", path: "/api/schema/"})
	doc, err := openapi3.NewLoader().LoadFromData([]byte(text.body))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// Every operation is in the document, and nothing else.
func TestSchemaIsComplete(t *testing.T) {
	t.Parallel()
	s := setup(t)
	doc, _ := s.document(t)
	want := make(map[string]bool)
	for _, op := range s.api.Operations() {
		if !strings.Contains(op.Path, "{plural}") {
			want[op.Method+" "+op.Path] = true
			continue
		}
		for _, objectType := range s.backend.Inventory.Types().List() {
			path := strings.NewReplacer("{app}", objectType.AppLabel, "{plural}", objectType.Plural).Replace(op.Path)
			want[op.Method+" "+path] = true
		}
	}
	ids := make(map[string]string)
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			name := method + " " + path
			if !want[name] {
				t.Errorf("%s is in the document but no operation", name)
			}
			delete(want, name)
			if other, taken := ids[operation.OperationID]; taken {
				t.Errorf("%s and %s share the operation id %s", name, other, operation.OperationID)
			}
			ids[operation.OperationID] = name
		}
	}
	for name := range want {
		t.Errorf("%s is not in the document", name)
	}
}

// Real requests and answers of every route are what the document says.
func TestAnswersMatchSchema(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.addHook(t, "hook", `, "tags": []`)
	_, router := s.document(t)
	delivery := func() string {
		var list page
		s.ask(t, "GET", "/api/extras/deliveries/?ordering=-id&limit=1", "", 200, &list)
		return list.Results[0]["id"].(string)
	}
	covered := make(map[string]bool)
	check := func(method, path, body string, status int) {
		t.Helper()
		covered[s.holds(t, router, request{method: method, path: path, body: body, key: adminKey}, status)] = true
	}
	s.ask(t, "POST", "/api/extras/tags/", `{"name": "Kept", "slug": "kept"}`, 201, nil)
	s.ask(t, "POST", "/api/users/groups/", `{"name": "kept"}`, 201, nil)
	site, hook := `{"name": "N", "slug": "n"}`, `{"name": "N", "content_types": ["dcim.site"], "type_create": true, "payload_url": "http://r/"}`
	rule := `{"name": "N", "object_types": ["dcim.site"], "event_types": ["object_created"], "action_type": "webhook", "action_object_type": "extras.webhook", "action_object_id": 1}`
	for _, tt := range []struct{ list, one, many, update string }{
		{"/api/extras/tags/", site, `[{"name": "M", "slug": "m"}]`, `{"description": "d"}`},
		{"/api/dcim/sites/", `{"name": "N", "slug": "n", "tags": [{"slug": "kept"}], "status": "active"}`, `[{"name": "M", "slug": "m"}]`, `{"status": "retired"}`},
		{"/api/extras/webhooks/", hook, "[" + strings.Replace(hook, `"N"`, `"M"`, 1) + "]", `{"conditions": {"attr": "name", "value": "x"}, "tags": [1]}`},
		{"/api/extras/event-rules/", rule, "[" + strings.Replace(rule, `"N"`, `"M"`, 1) + "]", `{"description": "d"}`},
		{"/api/users/groups/", `{"name": "N", "permissions": ["dcim.view_site"]}`, `[{"name": "M"}]`, `{"description": "d"}`},
		{"/api/users/users/", `{"username": "N", "password": "long enough", "groups": [1]}`, `[{"username": "M", "password": "long enough"}]`, `{"email": "n@example.org"}`},
		{"/api/users/tokens/", `{"description": "N"}`, `[{"user": 1}]`, `{"expires": "2040-01-01T00:00:00Z"}`},
		{
			"/api/core/object-types/", `{"app_label": "lab", "model": "probe", "plural": "probes", "fields": [{"name": "name", "kind": "text"}]}`,
			`[{"app_label": "lab", "model": "thing", "plural": "things", "schemaless": true}]`, `{"group": "Lab"}`,
		},
	} {
		var made map[string]any
		got := s.do(t, request{method: "POST", path: tt.list, body: tt.many, key: adminKey})
		if got.status != 201 {
			t.Fatalf("POST %s: status %d, body %s", tt.list, got.status, got.body)
		}
		check("POST", tt.list, tt.one, 201)
		var list page
		s.ask(t, "GET", tt.list+"?ordering=-id&limit=1", "", 200, &list)
		made = list.Results[0]
		url := strings.TrimPrefix(made["url"].(string), s.URL)
		id := strings.TrimSuffix(strings.TrimPrefix(url, tt.list), "/")
		keyed := func(members string) string { return `[{"id": ` + id + `, ` + strings.TrimPrefix(members, "{") + `]` }
		check("GET", tt.list, "", 200)
		check("GET", tt.list+"?brief=true&limit=1", "", 200)
		check("GET", url, "", 200)
		check("PATCH", url, tt.update, 200)
		check("PATCH", tt.list, keyed(tt.update), 200)
		check("PUT", url, tt.one, 200)
		check("PUT", tt.list, keyed(tt.one), 200)
		check("POST", tt.list, `[1]`, 400)
		check("GET", tt.list+"4711/", "", 404)
		if strings.Contains(tt.list, "sites") {
			continue // changes of sites are looked at below
		}
		check("DELETE", url, "", 204)
		s.ask(t, "GET", tt.list+"?ordering=-id&limit=1", "", 200, &list)
		check("DELETE", tt.list, `[{"id": `+strings.TrimSuffix(strings.TrimPrefix(list.Results[0]["url"].(string), s.URL+tt.list), "/")+`}]`, 204)
	}
	check("POST", "/api/core/object-changes/", aChange, 201)
	check("GET", "/api/core/object-changes/", "", 200)
	check("GET", "/api/core/object-changes/1/", "", 200)
	check("GET", "/api/core/object-changes/1/verdicts/", "", 200)
	check("POST", "/api/extras/webhooks/preview/", hook, 200)
	check("POST", "/api/extras/webhooks/1/test/", `{}`, 200)
	check("GET", "/api/extras/audit-log/", "", 200)
	check("GET", "/api/extras/audit-log/1/", "", 200)
	check("GET", "/api/users/permissions/", "", 200)
	s.addHook(t, "again", "")
	for range 2 {
		s.ask(t, "POST", "/api/core/object-changes/", aChange, 201, nil)
	}
	id := delivery()
	check("GET", "/api/extras/deliveries/", "", 200)
	check("GET", "/api/extras/deliveries/"+id+"/", "", 200)
	check("GET", "/api/extras/deliveries/"+id+"/attempts/", "", 200)
	check("POST", "/api/extras/deliveries/"+id+"/cancel/", "", 200)
	check("POST", "/api/extras/deliveries/"+id+"/retry/", "", 200)
	check("POST", "/api/extras/deliveries/cancel/?webhook_id=1", "", 200)
	check("POST", "/api/extras/deliveries/retry/?all=true", "", 200)
	check("GET", "/api/core/background-tasks/", "", 200)
	check("GET", "/api/core/background-tasks/"+id+"/", "", 200)
	check("POST", "/api/core/background-tasks/"+id+"/stop/", "", 200)
	check("POST", "/api/core/background-tasks/"+id+"/requeue/", "", 200)
	check("POST", "/api/core/background-tasks/"+id+"/stop/", "", 200)
	check("POST", "/api/core/background-tasks/"+id+"/enqueue/", "", 200)
	check("POST", "/api/core/background-tasks/"+id+"/delete/", "", 200)
	check("DELETE", "/api/extras/deliveries/"+delivery()+"/", "", 204)
	check("DELETE", "/api/extras/deliveries/?state=canceled", "", 204)
	for _, path := range []string{"queues/", "queues/high/", "workers/"} {
		check("GET", "/api/core/background-"+path, "", 200)
	}
	worker := s.backend.Admin.Workers()[0].Name
	check("GET", "/api/core/background-workers/"+url.PathEscape(worker)+"/", "", 200)
	check("DELETE", "/api/dcim/sites/2/", "", 204)
	check("DELETE", "/api/dcim/sites/", `[{"id": 1}]`, 204)
	for _, path := range []string{"/api/", "/api/dcim/", "/api/status/", "/api/schema/", "/api/docs/"} {
		check("GET", path, "", 200)
	}
	s.ask(t, "PATCH", "/api/users/users/1/", `{"password": "correct horse"}`, 200, nil)
	check("POST", "/api/users/tokens/provision/", `{"username": "admin", "password": "correct horse"}`, 201)

	for _, op := range s.api.Operations() {
		name := op.Method + " " + strings.NewReplacer("{app}", "dcim", "{plural}", "sites").Replace(op.Path)
		if op.Path == "/api/{app}/" {
			name = op.Method + " " + op.Path
		}
		if !covered[name] {
			t.Errorf("no answer of %s was held against the document", name)
		}
	}
}

// holds sends a request and holds it and its answer against the document. It
// returns the operation.
func (s *server) holds(t *testing.T, router routers.Router, r request, status int) string {
	t.Helper()
	got := s.do(t, r)
	if got.status != status {
		t.Errorf("%s %s %s: status %d, want %d; body %s", r.method, r.path, r.body, got.status, status, got.body)
	}
	req, err := http.NewRequestWithContext(t.Context(), r.method, s.URL+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token "+r.key)
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	route, params, err := router.FindRoute(req)
	if err != nil {
		t.Errorf("%s %s: %v", r.method, r.path, err)
		return ""
	}
	input := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if status < 400 {
		if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil {
			t.Errorf("%s %s: request: %v", r.method, r.path, err)
		}
	}
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: got.status, Header: got.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, ExcludeResponseBody: r.path == "/api/docs/"},
	}
	output.SetBodyBytes(bytes.Clone([]byte(got.body)))
	if err := openapi3filter.ValidateResponse(t.Context(), output); err != nil {
		t.Errorf("%s %s: answer: %v", r.method, r.path, err)
	}
	return r.method + " " + route.Path
}

// The page shows every operation and asks nobody else for anything.
func TestDocsPage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.do(t, request{method: "GET", path: "/api/docs/"})
	if got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		t.Fatalf("status %d, headers %v", got.status, got.header)
	}
	for _, op := range s.api.Operations() {
		line := op.Method + " " + strings.NewReplacer("{app}/{plural}", "dcim/sites").Replace(op.Path)
		if !strings.Contains(got.body, line) {
			t.Errorf("%s is not on the page", line)
		}
	}
	for _, foreign := range []string{"http://", "https://", "<script"} {
		if strings.Contains(got.body, foreign) {
			t.Errorf("the page has %q", foreign)
		}
	}
}
