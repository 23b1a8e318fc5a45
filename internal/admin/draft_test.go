package admin_test

import (
	"fmt"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/inventory"
	"bellhop/internal/webhook"
)

// addSites makes sites with the given states, the first one first.
func addSites(t *testing.T, b *app.Backend, states ...string) {
	t.Helper()
	for i, state := range states {
		request := inventory.Request{ID: webhook.UUID{byte(i + 1)}, UserName: "ann", Method: "POST", Path: "/api/dcim/sites/"}
		err := b.Inventory.Do(t.Context(), request, func(s *inventory.Session) error {
			_, err := s.Create("dcim.site", fmt.Appendf(nil, `{"name": "AMS%d", "slug": "ams%d", "status": %q}`, i, i, state))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// draft is a webhook that is complete but for what a test changes.
func draft() webhook.Webhook {
	wh := webhook.New()
	wh.Name, wh.PayloadURL = "draft", "https://example.com/hook"
	wh.ObjectTypes, wh.Events = []string{"dcim.site"}, webhook.AllEvents
	return wh
}

func TestDraftProblemsHaveTheirPlaces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	addSites(t, b, "active")
	for _, tt := range []struct {
		name   string
		change func(*webhook.Webhook)
		want   admin.Problem // its message is a part of what is said
	}{
		{"syntax", func(wh *webhook.Webhook) { wh.BodyTemplate = "{\n  {{ data.name }" }, admin.Problem{Field: "body_template", Line: 2, Message: "syntax"}},
		{"unknown filter", func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ data.name | uper }}" }, admin.Problem{Field: "body_template", Line: 1, Message: "uper"}},
		{"undefined while rendering", func(wh *webhook.Webhook) { wh.BodyTemplate = "\n\n{{ data.no.such }}" }, admin.Problem{Field: "body_template", Line: 3, Message: "undefined"}},
		{"header template", func(wh *webhook.Webhook) { wh.AdditionalHeaders = "X-A: 1\nX-B: {{" }, admin.Problem{Field: "additional_headers", Line: 2, Message: "syntax"}},
		{"header value", func(wh *webhook.Webhook) { wh.AdditionalHeaders = "X-A: {{ '\x01' }}" }, admin.Problem{Field: "additional_headers", Message: "control character"}},
		{"URL template", func(wh *webhook.Webhook) { wh.PayloadURL = "https://{{ data.name" }, admin.Problem{Field: "payload_url", Line: 1, Message: "syntax"}},
		{"URL scheme", func(wh *webhook.Webhook) { wh.PayloadURL = "ftp://example.com" }, admin.Problem{Field: "payload_url", Message: "http://"}},
		{"no URL", func(wh *webhook.Webhook) { wh.PayloadURL = "" }, admin.Problem{Field: "payload_url", Message: "may not be blank"}},
		{"conditions that are no JSON", func(wh *webhook.Webhook) { wh.Conditions = []byte("{\n \"and\": [,]}") }, admin.Problem{Field: "conditions", Line: 2, Column: 10, Message: "not JSON"}},
		{"conditions that cannot work", func(wh *webhook.Webhook) {
			wh.Conditions = []byte(`{"and": [{"attr": "name", "op": "gt", "value": "x"}]}`)
		}, admin.Problem{Field: "conditions", Message: "conditions.and[0].value"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wh := draft()
			tt.change(&wh)
			got, err := b.Admin.PreviewDraft(t.Context(), admin.System(webhook.UUID{9}), wh, admin.Source{})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Problems) != 1 {
				t.Fatalf("problems %+v, want one", got.Problems)
			}
			p := got.Problems[0]
			if p.Field != tt.want.Field || p.Line != tt.want.Line || tt.want.Column != 0 && p.Column != tt.want.Column || !strings.Contains(p.Message, tt.want.Message) {
				t.Errorf("problem %+v, want %+v", p, tt.want)
			}
			if sends := got.Request != nil; sends != (p.Field == "conditions") {
				t.Errorf("a request: %v", sends)
			}
		})
	}
}

func TestDraftSuggestsNames(t *testing.T) {
	t.Parallel()
	wh := draft()
	wh.BodyTemplate = "{{ data.name | uper }}"
	got, err := setup(t).Admin.PreviewDraft(t.Context(), admin.System(webhook.UUID{9}), wh, admin.Source{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Problems) != 1 || len(got.Problems[0].Suggestions) == 0 || got.Problems[0].Suggestions[0] != "upper" {
		t.Errorf("problems %+v, want the suggestion upper", got.Problems)
	}
}

func TestDraftWarnings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, tt := range []struct {
		name        string
		change      func(*webhook.Webhook)
		field, text string // empty: no warning
	}{
		{"nothing", func(*webhook.Webhook) {}, "", ""},
		{"JSON", func(wh *webhook.Webhook) { wh.BodyTemplate = `{"name": "{{ data.name }}"}` }, "", ""},
		{"no JSON", func(wh *webhook.Webhook) { wh.BodyTemplate = `{"name": {{ data.name }}}` }, "body_template", "the body is none"},
		{"text that says so", func(wh *webhook.Webhook) { wh.BodyTemplate, wh.HTTPContentType = "hello", "text/plain" }, "", ""},
		{"header without a colon", func(wh *webhook.Webhook) { wh.AdditionalHeaders = "X-A: 1\nX-B 2" }, "additional_headers", "no colon"},
		{"header of ours", func(wh *webhook.Webhook) { wh.AdditionalHeaders = "x-hook-signature: 1" }, "additional_headers", "is set by Bellhop"},
		{"header from a value", func(wh *webhook.Webhook) { wh.AdditionalHeaders = `X-A: {{ "a\nX-Evil: 1" }}` }, "", ""}, // it is written there
		{"header from a value", func(wh *webhook.Webhook) { wh.AdditionalHeaders = `X-A: {{ "a\nX-" ~ "Evil: 1" }}` }, "additional_headers", "X-Evil is not written"},
		{"password in the URL", func(wh *webhook.Webhook) { wh.PayloadURL = "https://jo:pw@example.com/" }, "payload_url", "before the host"},
		{"token in the URL", func(wh *webhook.Webhook) { wh.PayloadURL = "https://example.com/?access_token=x" }, "payload_url", `"access_token"`},
		{"empty token in the URL", func(wh *webhook.Webhook) { wh.PayloadURL = "https://example.com/?token=" }, "", ""},
		{"body of a GET", func(wh *webhook.Webhook) { wh.HTTPMethod, wh.BodyTemplate = "GET", "{}" }, "body_template", "GET"},
		{"undefined name", func(wh *webhook.Webhook) { wh.BodyTemplate = `"{{ data.nme }}"` }, "body_template", "data.nme is undefined in this change and prints nothing. There are: id, "},
		{"no object types", func(wh *webhook.Webhook) { wh.ObjectTypes = nil }, "content_types", "Nothing fires"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wh := draft()
			tt.change(&wh)
			got, err := b.Admin.PreviewDraft(t.Context(), admin.System(webhook.UUID{9}), wh, admin.Source{Sample: true})
			if err != nil {
				t.Fatal(err)
			}
			if got.Request == nil || len(got.Problems) > 0 {
				t.Fatalf("no request: %+v", got.Problems)
			}
			switch {
			case tt.text == "":
				if len(got.Warnings) > 0 {
					t.Errorf("warnings %+v, want none", got.Warnings)
				}
			case len(got.Warnings) != 1 || got.Warnings[0].Field != tt.field || !strings.Contains(got.Warnings[0].Message, tt.text):
				t.Errorf("warnings %+v, want %s: %s", got.Warnings, tt.field, tt.text)
			}
		})
	}
}

func TestDraftIsComparedWithWhatIsSaved(t *testing.T) {
	t.Parallel()
	b := setup(t)
	addSites(t, b, "active")
	by := admin.System(webhook.UUID{9})
	wh := draft()
	wh.BodyTemplate, wh.Secret = "old {{ data.name }}", "s3cret"
	saved, err := b.Admin.Webhooks.Create(t.Context(), by, []webhook.Webhook{wh})
	if err != nil {
		t.Fatal(err)
	}
	edited := saved[0]
	edited.BodyTemplate, edited.Secret = "new {{ data.name }}", webhook.MaskedSecret
	got, err := b.Admin.PreviewDraft(t.Context(), by, edited, admin.Source{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Saved == nil || string(got.Saved.Body) != "old AMS0" || string(got.Request.Body) != "new AMS0" {
		t.Errorf("saved %+v, draft %+v", got.Saved, got.Request)
	}
	// The mask stands for the stored secret: the signature is there.
	signed := false
	for _, h := range got.Request.Header {
		signed = signed || h.Name == "X-Hook-Signature"
	}
	if !signed {
		t.Errorf("header %v has no signature", got.Request.Header)
	}
}

func TestNobodyTriesWhatTheyMayNotView(t *testing.T) {
	t.Parallel()
	b := setup(t)
	addUser(t, b.Admin, webhook.User{Username: "root", Superuser: true})
	addSites(t, b, "active")
	editor := addUser(t, b.Admin, webhook.User{Username: "editor", Permissions: []webhook.Permission{"extras.add_webhook"}})
	ctx := t.Context()
	got, err := b.Admin.PreviewDraft(ctx, editor, draft(), admin.Source{})
	if err != nil || !got.Sample {
		t.Errorf("change %+v, error %v; want a made-up one", got.Change, err)
	}
	if _, err := b.Admin.PreviewDraft(ctx, editor, draft(), admin.Source{ChangeID: 1}); webhook.CodeOf(err) != webhook.CodeInvalid {
		t.Errorf("a change by its id: error %v", err)
	}
	trial, err := b.Admin.TryConditions(ctx, editor, draft().Trigger, 200)
	if err != nil || len(trial.Rows) != 0 {
		t.Errorf("rows %+v, error %v; want none", trial.Rows, err)
	}
}

func TestTryConditions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	addSites(t, b, "active", "planned", "active")
	by := admin.System(webhook.UUID{9})
	trigger := draft().Trigger
	trigger.Conditions = []byte(`{"attr": "status.value", "value": "active"}`)
	trial, err := b.Admin.TryConditions(t.Context(), by, trigger, 200)
	if err != nil {
		t.Fatal(err)
	}
	if trial.Matched != 2 || len(trial.Rows) != 3 || trial.Unresolved != 0 || trial.Cut {
		t.Fatalf("trial %+v", trial)
	}
	// The newest is first.
	if row := trial.Rows[1]; row.Change.ObjectRepr != "AMS1" || row.Outcome != webhook.NotFired || !strings.Contains(row.Reason, `seen "planned"`) {
		t.Errorf("row %+v", row)
	}
	trigger.Conditions = []byte(`{"attr": "no.such", "value": 1}`)
	if trial, err = b.Admin.TryConditions(t.Context(), by, trigger, 2); err != nil || len(trial.Rows) != 2 || trial.Unresolved != 2 {
		t.Errorf("trial %+v, error %v; want 2 unresolved", trial, err)
	}
	trigger.Conditions = []byte(`{"nor": []}`)
	if _, err := b.Admin.TryConditions(t.Context(), by, trigger, 2); webhook.CodeOf(err) != webhook.CodeInvalid {
		t.Errorf("error %v, want a refusal", err)
	}
	// What the trigger does not want is not tried; nothing chosen stands for all.
	trigger = webhook.Trigger{Events: webhook.EventSet(webhook.Deleted)}
	if trial, err = b.Admin.TryConditions(t.Context(), by, trigger, 200); err != nil || len(trial.Rows) != 0 {
		t.Errorf("trial %+v, error %v; want nothing", trial, err)
	}
	if trial, err = b.Admin.TryConditions(t.Context(), by, webhook.Trigger{}, 200); err != nil || trial.Matched != 3 {
		t.Errorf("trial %+v, error %v; want 3", trial, err)
	}
}

// A context that somebody pastes stands in for a change's.
func TestPastedContext(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	wh := draft()
	wh.BodyTemplate = "{{ data.name }}"
	pasted := []byte(`{"data": {"name": "pasted"}, "snapshots": null}`)
	got, err := a.PreviewDraft(t.Context(), admin.System(webhook.UUID{9}), wh, admin.Source{Sample: true, Context: pasted})
	if err != nil || got.Request == nil || string(got.Request.Body) != "pasted" {
		t.Errorf("preview %+v, error %v", got, err)
	}
	for _, bad := range []string{"{", "[]", `"x"`, "{}"} {
		_, err = a.PreviewDraft(t.Context(), admin.System(webhook.UUID{9}), wh, admin.Source{Sample: true, Context: []byte(bad)})
		if webhook.CodeOf(err) != webhook.CodeInvalid {
			t.Errorf("context %s: error %v", bad, err)
		}
	}
}
