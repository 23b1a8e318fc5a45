package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// who names the least of those who may call an operation.
type who int

const (
	everybody who = iota
	anyToken
	viewers
	editors
	admins
)

// wantAccess has an entry for every operation of the API. A new route needs one
// here, or the test below fails.
var wantAccess = map[string]map[string]who{
	"/api/":        {"GET": anyToken},
	"/api/status/": {"GET": anyToken},
	"/api/{app}/":  {"GET": anyToken},
	"/api/schema/": {"GET": everybody},
	"/api/docs/":   {"GET": everybody},

	"/api/{app}/{plural}/":      {"GET": viewers, "POST": editors, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/{app}/{plural}/{id}/": {"GET": viewers, "PUT": editors, "PATCH": editors, "DELETE": editors},

	"/api/extras/webhooks/":           {"GET": viewers, "POST": editors, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/extras/webhooks/{id}/":      {"GET": viewers, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/extras/webhooks/preview/":   {"POST": editors},
	"/api/extras/webhooks/{id}/test/": {"POST": editors},
	"/api/extras/event-rules/":        {"GET": viewers, "POST": editors, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/extras/event-rules/{id}/":   {"GET": viewers, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/extras/tags/":               {"GET": viewers, "POST": editors, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/extras/tags/{id}/":          {"GET": viewers, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/extras/audit-log/":          {"GET": viewers},
	"/api/extras/audit-log/{id}/":     {"GET": viewers},

	"/api/extras/deliveries/":               {"GET": viewers, "DELETE": editors},
	"/api/extras/deliveries/retry/":         {"POST": editors},
	"/api/extras/deliveries/cancel/":        {"POST": editors},
	"/api/extras/deliveries/{id}/":          {"GET": viewers, "DELETE": editors},
	"/api/extras/deliveries/{id}/retry/":    {"POST": editors},
	"/api/extras/deliveries/{id}/cancel/":   {"POST": editors},
	"/api/extras/deliveries/{id}/attempts/": {"GET": viewers},

	"/api/core/object-types/":                  {"GET": viewers, "POST": editors, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/core/object-types/{id}/":             {"GET": viewers, "PUT": editors, "PATCH": editors, "DELETE": editors},
	"/api/core/object-changes/":                {"GET": viewers, "POST": editors},
	"/api/core/object-changes/{id}/":           {"GET": viewers},
	"/api/core/object-changes/{id}/verdicts/":  {"GET": viewers},
	"/api/core/background-queues/":             {"GET": admins},
	"/api/core/background-queues/{name}/":      {"GET": admins},
	"/api/core/background-workers/":            {"GET": admins},
	"/api/core/background-workers/{name}/":     {"GET": admins},
	"/api/core/background-tasks/":              {"GET": admins},
	"/api/core/background-tasks/{id}/":         {"GET": admins},
	"/api/core/background-tasks/{id}/delete/":  {"POST": admins},
	"/api/core/background-tasks/{id}/requeue/": {"POST": admins},
	"/api/core/background-tasks/{id}/enqueue/": {"POST": admins},
	"/api/core/background-tasks/{id}/stop/":    {"POST": admins},

	"/api/users/users/":            {"GET": viewers, "POST": admins, "PUT": admins, "PATCH": admins, "DELETE": admins},
	"/api/users/users/{id}/":       {"GET": viewers, "PUT": admins, "PATCH": admins, "DELETE": admins},
	"/api/users/groups/":           {"GET": viewers, "POST": admins, "PUT": admins, "PATCH": admins, "DELETE": admins},
	"/api/users/groups/{id}/":      {"GET": viewers, "PUT": admins, "PATCH": admins, "DELETE": admins},
	"/api/users/permissions/":      {"GET": viewers},
	"/api/users/tokens/":           {"GET": viewers, "POST": admins, "PUT": admins, "PATCH": admins, "DELETE": admins},
	"/api/users/tokens/{id}/":      {"GET": viewers, "PUT": admins, "PATCH": admins, "DELETE": admins},
	"/api/users/tokens/provision/": {"POST": everybody},
}

func TestAccess(t *testing.T) {
	t.Parallel()
	s := setup(t)
	callers := []struct {
		name, key string
		may       func(least who, method string) bool
		refusal   string
	}{
		{"anonymous", "", func(least who, _ string) bool { return least == everybody }, "Authentication credentials were not provided."},
		{"nobody", nobodyKey, func(least who, _ string) bool { return least <= anyToken }, "You do not have permission to perform this action."},
		{"viewer", viewerKey, func(least who, _ string) bool { return least <= viewers }, "You do not have permission to perform this action."},
		{"editor", editorKey, func(least who, _ string) bool { return least <= editors }, "You do not have permission to perform this action."},
		{"admin", adminKey, func(who, string) bool { return true }, ""},
		{
			"read-only token of admin", readOnlyKey,
			func(least who, method string) bool { return method == http.MethodGet || least == everybody },
			"You do not have permission to perform this action.",
		},
	}
	seen := 0
	for _, op := range s.api.Operations() {
		least, known := wantAccess[op.Path][op.Method]
		if !known {
			t.Errorf("%s %s: no entry in wantAccess", op.Method, op.Path)
			continue
		}
		seen++
		path := strings.NewReplacer(
			"{app}/{plural}", "dcim/sites", "{app}", "dcim", "deliveries/{id}", "deliveries/0197d000-0000-7000-8000-000000000001",
			"tasks/{id}", "tasks/0197d000-0000-7000-8000-000000000001", "{id}", "4711", "{name}", "none",
		).Replace(op.Path)
		for _, caller := range callers {
			got := s.do(t, request{method: op.Method, path: path, key: caller.key})
			refused := got.status == http.StatusForbidden
			if may := caller.may(least, op.Method); may == refused {
				t.Errorf("%s %s as %s: status %d, may call it: %v; %s", op.Method, path, caller.name, got.status, may, got.body)
			} else if refused && !strings.Contains(got.body, caller.refusal) {
				t.Errorf("%s %s as %s: body %s, want %q", op.Method, path, caller.name, got.body, caller.refusal)
			}
			if got.status >= 500 {
				t.Errorf("%s %s as %s: status %d, body %s", op.Method, path, caller.name, got.status, got.body)
			}
		}
	}
	entries := 0
	for _, methods := range wantAccess {
		entries += len(methods)
	}
	if seen != entries {
		t.Errorf("%d entries in wantAccess, but only %d such operations", entries, seen)
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, tt := range []struct {
		name, header string
		status       int
		body         string
	}{
		{"none", "", 403, `{"detail":"Authentication credentials were not provided."}`},
		{"another scheme", "Basic YWRtaW46YWRtaW4=", 403, `{"detail":"Authentication credentials were not provided."}`},
		{"no key", "Token ", 403, `{"detail":"Invalid token header. No credentials provided."}`},
		{"spaces", "Token a b", 403, `{"detail":"Invalid token header. Token string should not contain spaces."}`},
		{"unknown key", "Token ffffffffffffffffffffffffffffffffffffffff", 403, `{"detail":"Invalid token"}`},
		{"user not active", "Token " + inactiveKey, 403, `{"detail":"User inactive"}`},
		{"lower case", "token " + adminKey, 200, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := s.do(t, request{method: "GET", path: "/api/dcim/sites/", header: map[string]string{"Authorization": tt.header}})
			if got.status != tt.status {
				t.Fatalf("status %d, want %d; %s", got.status, tt.status, got.body)
			}
			if tt.body != "" {
				sameJSON(t, got.body, tt.body)
			}
		})
	}
}

// A token with networks is of use from these only.
func TestTokenFromNetworks(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, tt := range []struct {
		networks string
		status   int
	}{
		{`["10.0.0.0/8", "192.0.2.1"]`, 403}, {`["10.0.0.0/8", "127.0.0.0/8"]`, 200}, {`[]`, 200}, {`null`, 200},
	} {
		var made map[string]any
		s.ask(t, "POST", "/api/users/tokens/", `{"allowed_ips": `+tt.networks+`}`, 201, &made)
		key, _ := made["key"].(string)
		for range 2 { // as read, and as remembered
			got := s.do(t, request{method: "GET", path: "/api/dcim/sites/", key: key})
			if got.status != tt.status {
				t.Errorf("%s: status %d, want %d", tt.networks, got.status, tt.status)
			}
			if got.status == 403 {
				sameJSON(t, got.body, `{"detail": "Source IP 127.0.0.1 is not permitted to authenticate using this token."}`)
			}
		}
	}
	s.ask(t, "POST", "/api/users/tokens/", `{"allowed_ips": ["nowhere"]}`, 400, nil)
}

// A token counts no more as soon as it is deleted, whatever was remembered of it.
func TestDeletedTokenIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := setup(t)
	var made map[string]any
	s.ask(t, "POST", "/api/users/tokens/", `{"description": "short-lived"}`, 201, &made)
	key, _ := made["key"].(string)
	id := made["url"].(string)
	if got := s.do(t, request{method: "GET", path: "/api/", key: key}); got.status != 200 {
		t.Fatalf("status %d with a new token: %s", got.status, got.body)
	}
	s.ask(t, "DELETE", id, "", 204, nil)
	if got := s.do(t, request{method: "GET", path: "/api/", key: key}); got.status != 403 {
		t.Errorf("status %d with a deleted token", got.status)
	}
}
