package ui_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// webhookForm is the form of a new webhook as a browser sends it, with some
// fields altered; an empty value leaves a field out.
func webhookForm(altered ...string) url.Values {
	values := url.Values{
		"id": {"0"}, "name": {"Sites"}, "enabled": {"true"}, "content_types": {"dcim.site"}, "events": {"created", "updated"},
		"http_method": {"POST"}, "payload_url": {"https://receiver.example/hook"}, "http_content_type": {"application/json"},
		"ssl_verification": {"true"}, "queue": {"default"}, "timeout": {"10"}, "max_attempts": {"8"}, "concurrency": {"16"},
	}
	for i := 0; i < len(altered); i += 2 {
		values[altered[i]] = []string{altered[i+1]}
		if altered[i+1] == "" {
			delete(values, altered[i])
		}
	}
	return values
}

// webhook returns a webhook as it is stored.
func (s *site) webhook(t *testing.T, id int64) webhook.Webhook {
	t.Helper()
	wh, err := s.Admin.Webhooks.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return wh
}

func TestCreateWebhook(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	b := s.signIn(t, "ann")
	b.get(t, "/extras/webhooks/add/").shows(t, "<title>Add a webhook", "Give a URL to see the request.", "Create the webhook")
	b.post(t, "/extras/webhooks/add/", webhookForm(
		"name", "Sites to chat", "body_template", "a\r\n b ", "additional_headers", "X-A: 1\r\nX-B: 2", "secret", "s3cret",
		"conditions", `{"attr": "name", "value": "AMS1"}`, "rate_limit", "2.5", "ordered", "true", "queue", "high",
	)).redirects(t, "/extras/webhooks/1/")
	wh := s.webhook(t, 1)
	if wh.BodyTemplate != "a\n b " || wh.AdditionalHeaders != "X-A: 1\nX-B: 2" {
		t.Errorf("lines of browsers were kept: %q, %q", wh.BodyTemplate, wh.AdditionalHeaders)
	}
	if wh.Secret != "s3cret" || wh.RateLimit != 2.5 || !wh.Ordered || wh.Queue != webhook.QueueHigh || !wh.Enabled ||
		wh.Events != webhook.EventSet(webhook.Created, webhook.Updated) || string(wh.Conditions) != `{"attr":"name","value":"AMS1"}` {
		t.Errorf("webhook %+v", wh)
	}
}

func TestWebhookFormRefusesAtTheFields(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addWebhook(t, "Sites", func(wh *webhook.Webhook) { wh.Name = "Taken" })
	b := s.signIn(t, "ann")
	for _, tt := range []struct{ field, value, text string }{
		{"name", "", `id="id_name_errors"><div>This field may not be blank.`},
		{"name", "Taken", `id="id_name_errors"`},
		{"content_types", "", `id="id_content_types_errors"><div>This field is required.`},
		{"content_types", "no.such", "Invalid content type: no.such"},
		{"events", "", "At least one event type must be selected"},
		{"conditions", "{", `id="id_conditions_errors"><div>Conditions are not valid JSON`},
		{"payload_url", "ftp://x", `id="id_payload_url_errors"><div>Enter a valid URL`},
		{"body_template", "{{ data.name }", `id="id_body_template_errors"><div>Invalid template: `},
		{"additional_headers", "X: {{", `id="id_additional_headers_errors"><div>Invalid template: `},
		{"timeout", "abc", `id="id_timeout_errors"><div>A valid integer is required.`},
		{"timeout", "301", `id="id_timeout_errors"><div>Ensure this value is less than or equal to 300.`},
		{"rate_limit", "fast", `id="id_rate_limit_errors"><div>A valid number is required.`},
		{"ca_file_path", "/no/such/file", `id="id_ca_file_path_errors"`},
		{"queue", "none", `id="id_queue_errors"`},
	} {
		answer := b.post(t, "/extras/webhooks/add/", webhookForm("description", "keep this", tt.field, tt.value))
		answer.is(t, http.StatusUnprocessableEntity, "Not saved", tt.text, `value="keep this"`)
	}
	if found, err := s.Admin.Webhooks.List(t.Context(), store.Query{Limit: 10}); err != nil || found.Count != 1 {
		t.Errorf("%d webhooks, error %v; want one", found.Count, err)
	}
}

func TestWebhookSecretIsKeptReplacedRemoved(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	id := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) { wh.Secret = "first-secret" }).ID
	b := s.signIn(t, "ann")
	path := fmt.Sprintf("/extras/webhooks/%d/edit/", id)
	for _, step := range []struct{ action, typed, want string }{
		{"keep", "", "first-secret"},
		{"keep", "ignored", "first-secret"},
		{"replace", "second-secret", "second-secret"},
		{"remove", "", ""},
	} {
		if page := b.get(t, path); strings.Contains(page.body, "-secret") && strings.Contains(page.body, s.webhook(t, id).Secret+`"`) {
			t.Errorf("the page has the secret")
		}
		b.post(t, path, webhookForm("id", strconv.FormatInt(id, 10), "secret_action", step.action, "secret", step.typed)).redirects(t, fmt.Sprintf("/extras/webhooks/%d/", id))
		if got := s.webhook(t, id).Secret; got != step.want {
			t.Errorf("%s: secret %q, want %q", step.action, got, step.want)
		}
	}
	// What was typed does not come back.
	answer := b.post(t, path, webhookForm("id", strconv.FormatInt(id, 10), "secret", "third-secret", "name", ""))
	if answer.is(t, http.StatusUnprocessableEntity); strings.Contains(answer.body, "third-secret") {
		t.Error("a typed secret came back")
	}
}

func TestTagsOfAWebhook(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	for _, name := range []string{"one", "two"} {
		_, err := s.Admin.Tags.Create(t.Context(), admin.System(webhook.UUID{1}), []webhook.Tag{{Name: name, Slug: name, Color: admin.DefaultTagHue}})
		if err != nil {
			t.Fatal(err)
		}
	}
	wh := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) { wh.Tags = []string{"one"} })
	b := s.signIn(t, "ann")
	path := fmt.Sprintf("/extras/webhooks/%d/edit/", wh.ID)
	b.get(t, path).shows(t, `name="tags" value="one" checked>`, `name="tags" value="two">`)
	for _, tags := range [][]string{{"one", "two"}, nil} {
		form := webhookForm("id", strconv.FormatInt(wh.ID, 10))
		form["tags"] = tags
		b.post(t, path, form).redirects(t, fmt.Sprintf("/extras/webhooks/%d/", wh.ID))
		if got := s.webhook(t, wh.ID).Tags; !slices.Equal(got, tags) {
			t.Errorf("tags %v, want %v", got, tags)
		}
	}
}

func TestNewWebhookBeginsWithTheQuery(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	wh := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) {
		wh.Name, wh.Secret, wh.BodyTemplate = "Original", "s3cret", "cloned body"
	})
	b := s.signIn(t, "ann")
	b.get(t, "/extras/webhooks/add/?object_type=dcim.device&event=deleted").shows(t,
		`value="dcim.device" checked`, `value="deleted" checked`, `value="created">`)
	clone := b.get(t, fmt.Sprintf("/extras/webhooks/add/?clone=%d", wh.ID))
	clone.shows(t, `value="Original (copy)"`, "cloned body", `value="dcim.site" checked`)
	if strings.Contains(clone.body, "s3cret") || strings.Contains(clone.body, "X-Hook-Signature</span>") {
		t.Error("the secret was cloned")
	}
	b.get(t, "/extras/webhooks/add/?clone=99").is(t, http.StatusNotFound)
}

// part asks as htmx does for what is swapped into an element.
func (b *browser) part(t *testing.T, path, target string, form url.Values) answer {
	t.Helper()
	return b.do(t, http.MethodPost, path, form, http.Header{
		"Hx-Request": {"true"}, "Hx-Request-Type": {"partial"}, "Hx-Target": {"div#" + target},
	})
}

func TestPreview(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	s.addObject(t, "dcim.site", `{"name": "AMS2", "slug": "ams2"}`)
	b := s.signIn(t, "ann")
	const path = "/extras/webhooks/preview/"
	for _, tt := range []struct {
		name    string
		altered []string
		texts   []string
	}{
		{"newest change", []string{"body_template", "It is {{ data.name }}."}, []string{"It is AMS2.", "POST /hook HTTP/1.1", "receiver.example", "change 2"}},
		{"chosen change", []string{"body_template", "It is {{ data.name }}.", "change", "1"}, []string{"It is AMS1.", "change 1"}},
		{"button of a row", []string{"body_template", "It is {{ data.name }}.", "change", "2", "try", "1"}, []string{"It is AMS1."}},
		{"made up", []string{"body_template", "It is {{ data.name }}.", "change", "sample"}, []string{"It is Sample.", "a made-up change"}},
		{"signed", []string{"secret", "s3cret"}, []string{"X-Hook-Signature</span>"}},
		{"no name yet", []string{"name", ""}, []string{"POST /hook"}},
		{"syntax error", []string{"body_template", "a\n{{ data.name }"}, []string{`data-field="body_template" data-line="2"`, "Nothing would be sent"}},
		{"suggestion", []string{"body_template", "{{ data.name|uper }}"}, []string{"; did you mean upper?"}},
		{"warning", []string{"body_template", "{"}, []string{`data-severity="warning" data-field="body_template"`, "the body is none"}},
		{"verdict", []string{"conditions", `{"attr": "name", "value": "AMS9"}`}, []string{"Not fired", "seen"}},
		{"context", nil, []string{`data-insert="data.name"`, `<script type="application/json" id="preview-context">{"event":`}},
		{"odd numbers", []string{"timeout", "x"}, []string{"POST /hook"}},
	} {
		b.part(t, path, "preview", webhookForm(tt.altered...)).shows(t, append(tt.texts, `<div class="tab-panel`)...)
		// Without scripts it is the whole page, with the form as it was.
		whole := b.post(t, path, webhookForm(append(tt.altered, "description", "keep this")...))
		whole.shows(t, append(tt.texts, "<title>Add a webhook", `value="keep this"`)...)
	}
	if part := b.part(t, path, "preview", webhookForm("secret", "s3cret")); strings.Contains(part.body, "s3cret") || strings.Contains(part.body, "<html") {
		t.Errorf("part:\n%s", part.body)
	}
	b.part(t, path, "preview-change", webhookForm()).shows(t, `<option value="2">#2 dcim.site AMS2 created`, `<option value="sample">`)
	b.part(t, path, "retry-schedule", webhookForm("max_attempts", "3")).shows(t, "at once", "5 s later", "1 min 5 s later")
	b.part(t, path, "preview", webhookForm("change", "99")).shows(t, "There is no change 99", "change 2")
	b.part(t, path, "preview", webhookForm("change", "x")).is(t, http.StatusUnprocessableEntity)
	b.part(t, path, "preview", webhookForm("id", "99")).is(t, http.StatusNotFound)
}

func TestPreviewComparesWithTheSavedWebhook(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	wh := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) { wh.BodyTemplate, wh.Secret = "old {{ event }}", "s3cret" })
	b := s.signIn(t, "ann")
	form := webhookForm("id", strconv.FormatInt(wh.ID, 10), "payload_url", wh.PayloadURL, "secret_action", "keep", "body_template", "new {{ event }}")
	b.part(t, "/extras/webhooks/preview/", "preview", form).shows(t, "− old created", "+ new created", "X-Hook-Signature</span>")
	form.Set("body_template", "old {{ event }}")
	b.part(t, "/extras/webhooks/preview/", "preview", form).shows(t, "The request is the same as that of the saved webhook.")
}

func TestConditionsAreTriedOnRecentChanges(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	for i, state := range []string{"active", "planned", "active"} {
		s.addObject(t, "dcim.site", fmt.Sprintf(`{"name": "AMS%[1]d", "slug": "ams%[1]d", "status": %[2]q}`, i, state))
	}
	b := s.signIn(t, "ann")
	const path = "/extras/webhooks/conditions/"
	form := webhookForm("conditions", `{"attr": "status.value", "value": "active"}`)
	b.part(t, path, "conditions-trial", form).shows(t, "Matches 2 of 3", "Does not match", "seen &#34;planned&#34;", `data-try-change`)
	b.post(t, path, form).shows(t, "<title>Add a webhook", "Matches 2 of 3")
	form.Set("conditions", `{"attr": "no.such", "value": 1}`)
	b.part(t, path, "conditions-trial", form).shows(t, "Matches 0 of 3", "On 3 the conditions cannot be evaluated", "there is no key")
	form.Set("conditions", `{"nor": []}`)
	b.part(t, path, "conditions-trial", form).shows(t, "Invalid logic type")
	form.Del("conditions")
	b.part(t, path, "conditions-trial", form).shows(t, "Matches 3 of 3", "Without conditions every change matches.")
	form.Set("content_types", "dcim.device")
	b.part(t, path, "conditions-trial", form).shows(t, "No stored change is of these object types")
}

func TestTestSend(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Answer", "<b>")
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("<script>alert(1)</script>"))
	}))
	t.Cleanup(receiver.Close)
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	wh := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) { wh.PayloadURL = receiver.URL + "/in" })
	b := s.signIn(t, "ann")
	path := fmt.Sprintf("/extras/webhooks/%d/test/", wh.ID)
	b.get(t, path).shows(t, "Test Sites", "POST /in HTTP/1.1", "change 1", "Send it for real")
	b.get(t, path+"?change=sample").shows(t, "a made-up change")
	b.get(t, path+"?change=77").shows(t, "There is no change 77")
	sent := b.post(t, path, url.Values{"change": {"1"}})
	sent.shows(t, "418 I&#39;m a teapot", "The receiver refused the request", "&lt;script&gt;alert(1)&lt;/script&gt;", receiver.URL+"/in")
	if strings.Contains(sent.body, "<script>alert") {
		t.Error("the response is live in the page")
	}
}

func TestLab(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	b := s.signIn(t, "ann")
	b.get(t, "/extras/lab/").shows(t, "<title>Lab", "AMS1", "Make a webhook from this")
	form := url.Values{"body_template": {"It is {{ data.name }}."}, "conditions": {`{"attr": "name", "value": "AMS2"}`}}
	b.part(t, "/extras/lab/", "lab-result", form).shows(t, "It is AMS1.", "Not fired", "seen &#34;AMS1&#34;")
	b.post(t, "/extras/lab/", form).shows(t, "<title>Lab", "It is AMS1.")
	form.Set("context", `{"data": {"name": "AMS2"}, "snapshots": {}}`)
	b.post(t, "/extras/lab/", form).shows(t, "It is AMS2.", "Fired", "the context that you gave")
	form.Set("context", `{"data": {"name": "x", "a-b": {"c'd": 12345678901234567890}, "list": [{"x": null}]}, "snapshots": {}}`)
	b.post(t, "/extras/lab/", form).shows(t, `data-insert="data[&#39;a-b&#39;][&#39;c\&#39;d&#39;]"`, ">12345678901234567890<", `data-insert="data.list[0].x"`)
	form.Set("context", "{")
	b.post(t, "/extras/lab/", form).is(t, http.StatusUnprocessableEntity, "This is not the context of a change", "It is AMS1.")
	form.Del("context")
	b.post(t, "/extras/lab/webhook/", form).shows(t, "<title>Add a webhook", "It is {{ data.name }}.", "AMS2")
	form.Set("body_template", "{{ data.name ")
	b.post(t, "/extras/lab/", form).shows(t, `data-field="body_template" data-line="1"`)
}

func TestWebhookFormNeedsPermission(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "root", true)
	s.addUser(t, "viewer", false, "extras.view_webhook", "core.view_objectchange")
	s.addUser(t, "adder", false, "extras.add_webhook")
	wh := s.addWebhook(t, "Sites", nil)
	edit, test := fmt.Sprintf("/extras/webhooks/%d/edit/", wh.ID), fmt.Sprintf("/extras/webhooks/%d/test/", wh.ID)
	viewer := s.signIn(t, "viewer")
	for _, path := range []string{"/extras/webhooks/add/", edit, test, "/extras/lab/"} {
		viewer.get(t, path).is(t, http.StatusForbidden)
		viewer.post(t, path, webhookForm()).is(t, http.StatusForbidden)
	}
	stored := webhookForm("id", strconv.FormatInt(wh.ID, 10))
	for _, path := range []string{"/extras/webhooks/preview/", "/extras/webhooks/conditions/"} {
		viewer.post(t, path, webhookForm()).is(t, http.StatusForbidden)
		viewer.post(t, path, stored).is(t, http.StatusForbidden)
	}
	if got := s.webhook(t, wh.ID); got.Revision != wh.Revision {
		t.Error("a viewer changed a webhook")
	}
	// Who may add may try new ones, but sees neither stored ones nor changes.
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	adder := s.signIn(t, "adder")
	adder.post(t, "/extras/webhooks/preview/", stored).is(t, http.StatusForbidden)
	adder.get(t, fmt.Sprintf("/extras/webhooks/add/?clone=%d", wh.ID)).is(t, http.StatusNotFound)
	part := adder.part(t, "/extras/webhooks/preview/", "preview", webhookForm())
	if part.shows(t, "a made-up change"); strings.Contains(part.body, "AMS1") {
		t.Error("a change is shown to somebody who may not view it")
	}
	chosen := adder.part(t, "/extras/webhooks/preview/", "preview", webhookForm("change", "1"))
	if chosen.shows(t, "There is no change 1", "a made-up change"); strings.Contains(chosen.body, "AMS1") {
		t.Error("a change is shown by its id to somebody who may not view it")
	}
}

// Whatever people write into a webhook or an object is text in every page.
func TestWebhookFormEscapes(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	const evil = `</script></textarea><script>alert("x")</script>'"<img src=x onerror=alert(1)>` + "\u202e"
	s.addObject(t, "dcim.site", fmt.Sprintf(`{"name": %q, "slug": "evil", "description": %q}`, evil, evil))
	wh := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) {
		wh.Name, wh.Description, wh.BodyTemplate = evil, evil, evil+"{{ data.name }}"
		wh.AdditionalHeaders = "X-A: " + evil
		wh.PayloadURL = "https://receiver.example/{{ data.name }}"
	})
	b := s.signIn(t, "ann")
	altered := webhookForm("id", strconv.FormatInt(wh.ID, 10), "name", evil, "body_template", "{{"+evil, "conditions", evil, "content_types", evil, "queue", evil)
	for name, page := range map[string]answer{
		"edit":       b.get(t, fmt.Sprintf("/extras/webhooks/%d/edit/", wh.ID)),
		"refused":    b.post(t, fmt.Sprintf("/extras/webhooks/%d/edit/", wh.ID), altered),
		"preview":    b.part(t, "/extras/webhooks/preview/", "preview", altered),
		"conditions": b.part(t, "/extras/webhooks/conditions/", "conditions-trial", webhookForm("conditions", `{"attr": "name", "value": "x"}`)),
		"test":       b.get(t, fmt.Sprintf("/extras/webhooks/%d/test/", wh.ID)),
		"lab":        b.post(t, "/extras/lab/", url.Values{"body_template": {evil}, "conditions": {evil}, "context": {evil}}),
	} {
		for _, live := range []string{"<script>alert", "<img src=x", "</script></textarea>"} {
			if strings.Contains(page.body, live) {
				t.Errorf("%s: %s is live in the page", name, live)
			}
		}
	}
}
