package ui_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// editForm is the form of a stored webhook, altered.
func editForm(wh *webhook.Webhook, altered ...string) url.Values {
	return webhookForm(append([]string{
		"id", strconv.FormatInt(wh.ID, 10), "revision", strconv.FormatInt(wh.Revision, 10), "name", wh.Name,
		"description", wh.Description, "payload_url", wh.PayloadURL, "timeout", strconv.Itoa(wh.Timeout),
		"additional_headers", strings.ReplaceAll(wh.AdditionalHeaders, "\n", "\r\n"),
		"body_template", strings.ReplaceAll(wh.BodyTemplate, "\n", "\r\n"),
	}, altered...)...)
}

// Two people save the same webhook. What only one of them has changed is kept of
// both; where both have, the second one is asked, and nothing has to be typed again.
func TestConcurrentEditsAreMerged(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addUser(t, "bob", true)
	wh := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) {
		wh.BodyTemplate, wh.AdditionalHeaders, wh.Timeout = "a\nb", "X-A: 1\nX-B: 2", 10
	})
	ann, bob := s.signIn(t, "ann"), s.signIn(t, "bob")
	page, path := fmt.Sprintf("/extras/webhooks/%d/", wh.ID), fmt.Sprintf("/extras/webhooks/%d/edit/", wh.ID)
	mine := editForm(&wh, "name", "Mine", "body_template", "a\r\nmine", "description", "Only mine")
	bob.post(t, path, editForm(&wh, "name", "Theirs", "body_template", "a\r\ntheirs", "timeout", "20")).redirects(t, page)

	answer := ann.post(t, path, mine)
	answer.is(t, http.StatusConflict, "Somebody else has saved this webhook", "<bdi>bob</bdi> saved it",
		`name="take_name" value="theirs"`, `name="take_body_template" value="theirs"`, "− b", "+ theirs", "+ mine", "Both of you have changed this.",
		// Only theirs is in the form, only mine stays in it.
		`id="id_timeout" value="20"`, `id="id_description" value="Only mine"`, `id="id_name" value="Mine"`)
	// Browsers end lines in their own way; that is no difference.
	for _, text := range []string{"− X-A", "− a", "take_timeout", "take_description", "take_additional_headers"} {
		if strings.Contains(answer.body, text) {
			t.Errorf("the page has %q:\n%s", text, answer.main())
		}
	}
	if got := s.webhook(t, wh.ID).Name; got != "Theirs" {
		t.Errorf("name %q was overwritten", got)
	}

	// Saving again is on purpose, each field as it was chosen.
	present := s.webhook(t, wh.ID)
	again := maps.Clone(mine)
	maps.Copy(again, url.Values{
		"revision": {strconv.FormatInt(present.Revision, 10)}, "timeout": {"20"}, "take_name": {"mine"}, "take_body_template": {"theirs"},
	})
	ann.post(t, path, again).redirects(t, page)
	got := s.webhook(t, wh.ID)
	if got.Name != "Mine" || got.BodyTemplate != "a\ntheirs" || got.Description != "Only mine" || got.Timeout != 20 {
		t.Errorf("saved %+v", got)
	}
	// A choice that was made about another version does not count.
	again.Set("name", "Later")
	again.Set("take_name", "theirs")
	ann.post(t, path, again).is(t, http.StatusConflict, `id="id_name" value="Later"`)
}

// A former version fills the form, which is saved like any other; the secret stays.
func TestFormerVersionIsRestored(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addUser(t, "editor", false, "extras.view_webhook", "extras.change_webhook")
	s.addUser(t, "auditor", false, "extras.view_webhook", "extras.view_auditentry")
	wh := s.addWebhook(t, "Sites", func(wh *webhook.Webhook) {
		wh.BodyTemplate, wh.Secret, wh.Conditions = "old {{ data.name }}", "first secret", []byte(`{"attr": "name", "value": "AMS1"}`)
	})
	other := s.addWebhook(t, "Other", nil)
	b := s.signIn(t, "ann")
	page, path := fmt.Sprintf("/extras/webhooks/%d/", wh.ID), fmt.Sprintf("/extras/webhooks/%d/edit/", wh.ID)
	b.post(t, path, editForm(&wh, "body_template", "new", "conditions", "", "secret_action", "replace", "secret", "second secret")).redirects(t, page)
	entries, err := s.Admin.AuditLog(t.Context(), store.Query{Where: store.Compare{Path: "action", Op: store.Eq, Value: "update"}, Limit: 1})
	if err != nil || len(entries.Items) != 1 {
		t.Fatalf("%d entries, error %v", len(entries.Items), err)
	}
	entry := fmt.Sprintf("/core/audit-log/%d/", entries.Items[0].ID)
	restore := fmt.Sprintf("?restore=%d&amp;side=before", entries.Items[0].ID)
	shown := b.get(t, entry)
	shown.shows(t, "Restore what it was before", `href="`+path+restore+`"`)
	if strings.Contains(shown.body, "Restore this version") {
		t.Error("the present version can be restored")
	}
	query := strings.ReplaceAll(restore, "&amp;", "&")
	form := b.get(t, path+query)
	form.shows(t, "A former version", "<bdi>ann</bdi>", "old {{ data.name }}</textarea>", "− new", "+ old {{ data.name }}",
		"&#34;attr&#34;: &#34;name&#34;", `value="keep" selected`, fmt.Sprintf(`name="revision" value="%d"`, s.webhook(t, wh.ID).Revision))
	if strings.Contains(form.body, "first secret") || strings.Contains(form.body, "second secret") {
		t.Error("the page has a secret")
	}
	if got := s.webhook(t, wh.ID).BodyTemplate; got != "new" {
		t.Errorf("looking has changed the template to %q", got)
	}
	present := s.webhook(t, wh.ID)
	b.post(t, path, editForm(&present, "body_template", "old {{ data.name }}", "secret_action", "keep")).redirects(t, page)
	if got := s.webhook(t, wh.ID); got.BodyTemplate != "old {{ data.name }}" || got.Secret != "second secret" {
		t.Errorf("saved %q with the secret %q", got.BodyTemplate, got.Secret)
	}

	// An entry is of its webhook only, and for those who may see it and may write.
	b.get(t, fmt.Sprintf("/extras/webhooks/%d/edit/%s", other.ID, query)).is(t, http.StatusNotFound)
	b.get(t, path+"?restore=x").is(t, http.StatusNotFound)
	s.signIn(t, "editor").get(t, path+query).is(t, http.StatusForbidden)
	auditor := s.signIn(t, "auditor")
	if strings.Contains(auditor.get(t, entry).body, "Restore what") {
		t.Error("who may not write webhooks is offered to")
	}
	auditor.get(t, path+query).is(t, http.StatusForbidden)

	// What was deleted is made anew, without a secret.
	err = s.Admin.Webhooks.Delete(t.Context(), admin.System(webhook.UUID{4}), []admin.Edit[webhook.Webhook]{{ID: wh.ID}})
	if err != nil {
		t.Fatal(err)
	}
	b.get(t, entry).shows(t, `href="/extras/webhooks/add/`+restore+`"`, "Restore this version")
	b.get(t, "/extras/webhooks/add/"+query).shows(t, "A former version", "old {{ data.name }}</textarea>", `action="/extras/webhooks/add/"`)
}
