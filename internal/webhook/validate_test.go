package webhook_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/webhook"
)

// checks accepts everything but what is named "bad".
func checks() webhook.Checks {
	bad := func(text string) error {
		if strings.Contains(text, "bad") {
			return errors.New("line 1: is bad")
		}
		return nil
	}
	return webhook.Checks{
		Template: bad, Headers: bad, CAFile: bad,
		Conditions: func(definition []byte) error { return bad(string(definition)) },
		ObjectType: func(name string) bool { return name == "dcim.site" },
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const noEvents = "At least one event type must be selected: create, update, and/or delete."
	const badURL = "Enter a valid URL, beginning with http:// or https://."
	for name, c := range map[string]struct {
		change func(*webhook.Webhook)
		want   map[string][]string
	}{
		"valid":               {func(*webhook.Webhook) {}, nil},
		"no trigger at all":   {func(wh *webhook.Webhook) { wh.Trigger = webhook.Trigger{} }, nil},
		"no object types":     {func(wh *webhook.Webhook) { wh.ObjectTypes = nil }, map[string][]string{"content_types": {"This field is required."}}},
		"no events":           {func(wh *webhook.Webhook) { wh.Events = 0 }, map[string][]string{"__all__": {noEvents}}},
		"unknown object type": {func(wh *webhook.Webhook) { wh.ObjectTypes = []string{"x.y"} }, map[string][]string{"content_types": {"Invalid content type: x.y"}}},
		"bad conditions":      {func(wh *webhook.Webhook) { wh.Conditions = webhook.RawJSON(`"bad"`) }, map[string][]string{"conditions": {"line 1: is bad"}}},
		"no name":             {func(wh *webhook.Webhook) { wh.Name = " " }, map[string][]string{"name": {"This field may not be blank."}}},
		"long name":           {func(wh *webhook.Webhook) { wh.Name = strings.Repeat("ü", 151) }, map[string][]string{"name": {"Ensure this field has no more than 150 characters."}}},
		"name of 150":         {func(wh *webhook.Webhook) { wh.Name = strings.Repeat("ü", 150) }, nil},
		"null in secret":      {func(wh *webhook.Webhook) { wh.Secret = "a\x00" }, map[string][]string{"secret": {"Null characters are not allowed."}}},
		"method":              {func(wh *webhook.Webhook) { wh.HTTPMethod = "FOO" }, map[string][]string{"http_method": {`"FOO" is not a valid choice.`}}},
		"no content type":     {func(wh *webhook.Webhook) { wh.HTTPContentType = "" }, map[string][]string{"http_content_type": {"This field may not be blank."}}},
		"content type breaks": {func(wh *webhook.Webhook) { wh.HTTPContentType = "a\r\nb" }, map[string][]string{"http_content_type": {"Control characters are not allowed."}}},
		"no URL":              {func(wh *webhook.Webhook) { wh.PayloadURL = "" }, map[string][]string{"payload_url": {"This field may not be blank."}}},
		"ftp":                 {func(wh *webhook.Webhook) { wh.PayloadURL = "ftp://h/" }, map[string][]string{"payload_url": {badURL}}},
		"no host":             {func(wh *webhook.Webhook) { wh.PayloadURL = "http:///x" }, map[string][]string{"payload_url": {badURL}}},
		"broken bracket":      {func(wh *webhook.Webhook) { wh.PayloadURL = "http://[::1" }, map[string][]string{"payload_url": {badURL}}},
		"port too large":      {func(wh *webhook.Webhook) { wh.PayloadURL = "http://h:99999/" }, map[string][]string{"payload_url": {badURL}}},
		"single label host":   {func(wh *webhook.Webhook) { wh.PayloadURL = "http://my_host" }, nil},
		"template URL":        {func(wh *webhook.Webhook) { wh.PayloadURL = "{{ data.url }}" }, nil},
		"template scheme":     {func(wh *webhook.Webhook) { wh.PayloadURL = "file:///{{ x }}" }, map[string][]string{"payload_url": {badURL}}},
		"bad template URL":    {func(wh *webhook.Webhook) { wh.PayloadURL = "http://h/{{ bad }}" }, map[string][]string{"payload_url": {"Invalid template: line 1: is bad"}}},
		"bad headers":         {func(wh *webhook.Webhook) { wh.AdditionalHeaders = "bad" }, map[string][]string{"additional_headers": {"Invalid template: line 1: is bad"}}},
		"bad body":            {func(wh *webhook.Webhook) { wh.BodyTemplate = "bad" }, map[string][]string{"body_template": {"Invalid template: line 1: is bad"}}},
		"CA without TLS": {
			func(wh *webhook.Webhook) { wh.CAFilePath, wh.SSLVerification = "/ca.pem", false },
			map[string][]string{"ca_file_path": {"Do not specify a CA certificate file if SSL verification is disabled."}},
		},
		"bad CA file": {func(wh *webhook.Webhook) { wh.CAFilePath = "/bad" }, map[string][]string{"ca_file_path": {"line 1: is bad"}}},
		"numbers": {func(wh *webhook.Webhook) {
			wh.Timeout, wh.MaxAttempts, wh.Concurrency, wh.RateLimit = 0, 101, 0, math.NaN()
		}, map[string][]string{
			"timeout":      {"Ensure this value is greater than or equal to 1."},
			"max_attempts": {"Ensure this value is less than or equal to 100."},
			"concurrency":  {"Ensure this value is greater than or equal to 1."},
			"rate_limit":   {"Ensure this value is between 0 and 100000."},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wh := webhook.New()
			wh.Name, wh.PayloadURL = "hook", "https://h.example/in"
			wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
			c.change(&wh)
			err := wh.Validate(checks())
			var got map[string][]string
			if refusal, ok := errors.AsType[*webhook.Error](err); ok {
				got = refusal.Fields
			}
			if diff := cmp.Diff(c.want, got); diff != "" || (err == nil) != (c.want == nil) {
				t.Errorf("error %v, fields (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestValidateRule(t *testing.T) {
	t.Parallel()
	exists := func(id int64) bool { return id == 7 }
	rule := webhook.EventRule{
		Name: "rule", WebhookID: 7, Trigger: webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents},
	}
	if err := rule.Validate(checks(), exists); err != nil {
		t.Errorf("a valid rule: %v", err)
	}
	rule.WebhookID, rule.Events, rule.ObjectTypes = 8, 0, []string{"x.y"}
	want := map[string][]string{
		"event_types": {"This list may not be empty."}, "object_types": {"Invalid content type: x.y"},
		"action_object_id": {"Webhook with id 8 does not exist."},
	}
	refusal, ok := errors.AsType[*webhook.Error](rule.Validate(checks(), exists))
	if !ok || cmp.Diff(want, refusal.Fields) != "" {
		t.Errorf("got %v", refusal)
	}
}

func TestErrorCodes(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	err := &webhook.Error{Code: webhook.CodeConflict, Message: "taken", Err: cause}
	if webhook.CodeOf(err) != webhook.CodeConflict || !errors.Is(err, cause) || webhook.CodeOf(cause) != webhook.CodeInternal {
		t.Errorf("codes %s, %s", webhook.CodeOf(err), webhook.CodeOf(cause))
	}
}
