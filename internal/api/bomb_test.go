package api_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// bombs are documents made to cost much or to be read in two ways.
func bombs() map[string]string {
	deep := func(n int) string { return strings.Repeat(`{"a":[`, n) + "1" + strings.Repeat("]}", n) }
	return map[string]string{
		"nothing":                "",
		"null":                   "null",
		"NUL":                    "\x00",
		"half a text":            `{"name": "`,
		"half an escape":         `{"name": "\u12`,
		"byte order mark":        "\ufeff{}",
		"something after":        `{} {}`,
		"comment":                `{/* a */}`,
		"no number":              `{"name": NaN, "slug": Infinity, "timeout": -Infinity}`,
		"brackets":               strings.Repeat("[", 500_000),
		"closing brackets":       strings.Repeat("]", 500_000),
		"100,000 deep":           deep(50_000),
		"100 deep":               `{"data": ` + deep(49) + `, "conditions": ` + deep(49) + `}`,
		"brackets in a text":     `{"name": "` + strings.Repeat("[", 500_000) + `"}`,
		"empty list":             "[]",
		"list of lists":          "[" + strings.Repeat("[],", 100_000) + "[]]",
		"list of nothing":        "[" + strings.Repeat("{},", 100_000) + "{}]",
		"list of ids":            manyIDs(60_000),
		"list of nulls":          "[" + strings.Repeat("null,", 100_000) + "null]",
		"100,000 members":        manyMembers(100_000, func(i int) string { return `"k` + strconv.Itoa(i) + `":1` }),
		"one name 100,000 times": manyMembers(100_000, func(int) string { return `"name":1` }),
		"long name":              `{"` + strings.Repeat("n", 900_000) + `": 1}`,
		"long number":            `{"name": ` + strings.Repeat("9", 500_000) + `, "timeout": ` + strings.Repeat("9", 400_000) + `}`,
		"huge exponent":          `{"name": 1e999999999, "timeout": 1e999999999, "object_id": 1e999999999, "id": 1e999999999, "data": {"a": 1e999999999}}`,
		"tiny exponent":          `{"name": 1e-999999999, "timeout": 1e-999999999, "object_id": 1e-999999999, "data": {"a": -0.0}}`,
		"above 64 bits":          `{"id": 18446744073709551616, "object_id": -9223372036854775809, "timeout": 9223372036854775808}`,
		"invalid UTF-8":          "{\"name\": \"\xff\xfe\", \"slug\": \"\xc0\x80\", \"\xff\": 1}",
		"lone surrogates":        `{"name": "\ud800", "slug": "\udfff\ud800", "data": {"\ud800": "\udc00"}}`,
		"NUL in texts":           `{"name": "a\u0000b", "slug": "\u0000", "username": "\u0000", "data": {"\u0000": "\u0000"}}`,
		"everything wrong":       everywhere(`[{"a": [null, -1e5, "\u202e"]}]`),
		"everything null":        everywhere(`null`),
		"everything false":       everywhere(`false`),
		"everything long":        everywhere(`"` + strings.Repeat("x", 20_000) + `"`),
		"everything deep":        everywhere(strings.Repeat("[", 90) + strings.Repeat("]", 90)),
		"everything a number":    everywhere(`1e400`),
	}
}

func manyMembers(n int, member func(i int) string) string {
	var b strings.Builder
	b.WriteString("{")
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(member(i))
	}
	return b.String() + "}"
}

func manyIDs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`,{"id":` + strconv.Itoa(i) + "}")
	}
	return "[" + b.String()[1:] + "]"
}

// everywhere puts one value into every field that something has.
func everywhere(value string) string {
	names := []string{
		"id", "name", "slug", "description", "custom_fields", "tags", "color", "content_types", "object_types", "event_types",
		"type_create", "enabled", "payload_url", "http_method", "http_content_type", "additional_headers", "body_template", "secret",
		"conditions", "ssl_verification", "ca_file_path", "timeout", "max_attempts", "concurrency", "rate_limit", "ordered",
		"action_type", "action_object_type", "action_object_id", "object_type", "object_id", "event", "data", "request_id", "timestamp",
		"username", "password", "permissions", "groups", "is_superuser", "key", "expires", "allowed_ips", "app_label", "model", "plural", "fields",
		"snapshots", "prechange_data", "postchange_data", "status", "latitude", "asn", "region", "webhook", "template", "context",
	}
	members := make([]string, len(names))
	for i, name := range names {
		members[i] = `"` + name + `": ` + value
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// Whatever is sent to whatever operation is answered, in JSON, in bounds, and
// never as a fault of the server.
func TestBombs(t *testing.T) {
	t.Parallel()
	s := setup(t)
	all := bombs()
	for _, op := range s.api.Operations() {
		if op.Method == "GET" || op.Method == "DELETE" && !strings.HasSuffix(op.Path, "s/") {
			continue
		}
		path := strings.NewReplacer(
			"{app}/{plural}", "dcim/sites", "{app}", "dcim", "deliveries/{id}", "deliveries/0197d000-0000-7000-8000-000000000001",
			"tasks/{id}", "tasks/0197d000-0000-7000-8000-000000000001", "{id}", "4711", "{name}", "none",
		).Replace(op.Path)
		t.Run(op.Method+" "+op.Path, func(t *testing.T) {
			t.Parallel()
			for name, body := range all {
				got := s.do(t, request{method: op.Method, path: path, key: adminKey, body: body})
				if got.status >= 500 {
					t.Errorf("%s: status %d, body %.300s", name, got.status, got.body)
				}
				if got.body != "" && strings.HasPrefix(got.header.Get("Content-Type"), "application/json") && !json.Valid([]byte(got.body)) {
					t.Errorf("%s: status %d, no JSON: %.300q", name, got.status, got.body)
				}
				if n := len(got.body); n > 2<<20 {
					t.Errorf("%s: status %d, %d bytes answer a body of %d", name, got.status, n, len(body))
				}
			}
		})
	}
}
