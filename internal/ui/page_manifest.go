package ui

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/client"
	"bellhop/internal/manifest"
	"bellhop/internal/webhook"
)

// manifestPages bring webhooks in from files and out into files.
func manifestPages() []page {
	add := may(webhook.ActionAdd, admin.KindWebhook)
	return []page{
		{"GET /extras/webhooks/export/{$}", add, (*view).exportAll},
		{"GET /extras/webhooks/import/{$}", add, (*view).showImport},
		{"POST /extras/webhooks/import/{$}", add, (*view).planImport},
		{"POST /extras/webhooks/import/apply/{$}", add, (*view).applyImport},
	}
}

// rest is the REST API as the person who asks.
func (v *view) rest() *client.Client { return client.Over(v.ui.options.REST.As(v.identity)) }

func (v *view) exportAll() error { return v.exportManifest(nil) }

// exportManifest answers with a file of the webhooks of these names, of
// everything for nil.
func (v *view) exportManifest(webhooks []string) error {
	if !v.mayExport() {
		return errForbidden()
	}
	file, err := manifest.Export(v.ctx, v.rest(), webhooks)
	if err != nil {
		return manifestError(err)
	}
	v.answered = true
	v.w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="bellhop.yaml"`)
	_, _ = v.w.Write(file) // the browser is gone: nobody is left to tell
	return nil
}

// mayExport reports whether a file can be made for the person. It has object types
// and event rules too, and of each what can be written, which the REST API tells
// those only who may add.
func (v *view) mayExport() bool {
	for _, kind := range []string{admin.KindObjectType, admin.KindWebhook, admin.KindEventRule} {
		if !v.may(webhook.ActionView, kind) || !v.may(webhook.ActionAdd, kind) {
			return false
		}
	}
	return true
}

// manifestError words what was wrong with a file or what the REST API refused.
// All that packages manifest and client say is about the person's own file and
// request.
func manifestError(err error) error {
	if answer, ok := errors.AsType[*client.Error](err); ok && answer.Status >= http.StatusInternalServerError {
		return err
	}
	return &webhook.Error{Code: webhook.CodeInvalid, Message: err.Error()}
}

// importPage is the view model of the import, in both of its steps.
type importPage struct {
	Form *form
	// Planned says that Steps are what the file would do; none is a file that
	// says what is there already.
	Planned bool
	Steps   []string
	// Notes say what of the file has no place here.
	Notes []string
	File  string
}

func newImportPage(text string) importPage {
	return importPage{Form: &form{
		Action: "/extras/webhooks/import/", Submit: "Show what it does", Cancel: webhooksPath,
		Sections: []section{{Fields: []*field{{
			Name: "file", Label: "or its text", Kind: fieldArea, Rows: 16, Value: text, Editor: "json",
			Help: "YAML or JSON as exported here, or webhooks and event rules as NetBox's REST API or CSV export gives them.",
		}}}},
	}}
}

func (v *view) showImport() error {
	return v.render("webhook_import", "Import webhooks", newImportPage(""))
}

// planImport says what a file would do. Nothing is changed yet.
func (v *view) planImport() error {
	text, err := v.importedText()
	if err != nil {
		return err
	}
	page := newImportPage(text)
	plan, err := v.plan(text)
	if err != nil {
		if err := page.Form.refuse(err); err != nil {
			return err
		}
		return v.renderStatus(http.StatusUnprocessableEntity, "webhook_import", "Import webhooks", page)
	}
	page.Planned, page.File, page.Notes = true, text, plan.Notes
	for i := range plan.Steps {
		page.Steps = append(page.Steps, webhook.Capitalize(plan.Steps[i].String()))
	}
	return v.render("webhook_import", "Import webhooks", page)
}

// importedText is what was pasted, or the content of the file that was chosen.
func (v *view) importedText() (string, error) {
	values, err := v.form()
	if err != nil {
		return "", err
	}
	if text := strings.TrimSpace(values.Get("file")); text != "" {
		return text, nil
	}
	upload, _, err := v.r.FormFile("upload")
	if err != nil {
		return "", nil // no file was chosen: an empty text is refused like any other
	}
	defer upload.Close()
	content, err := io.ReadAll(upload)
	return string(content), err
}

func (v *view) plan(text string) (*manifest.Plan, error) {
	if text == "" {
		return nil, &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{"file": {"Choose a file or paste its text."}}}
	}
	plan, err := manifest.NewPlan(v.ctx, v.rest(), []byte(text))
	if err != nil {
		if _, refused := errors.AsType[*client.Error](err); !refused {
			return nil, &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{"file": {err.Error()}}}
		}
		return nil, manifestError(err)
	}
	return plan, nil
}

// applyImport does what the plan said. The plan is made anew, so that it fits
// what is there now.
func (v *view) applyImport() error {
	text, err := v.importedText()
	if err != nil {
		return err
	}
	page := newImportPage(text)
	plan, err := v.plan(text)
	done := 0
	if err == nil {
		if err = plan.Apply(v.ctx, v.rest(), func(*manifest.Step) { done++ }); err != nil {
			err = manifestError(err)
		}
	}
	if err != nil {
		if done > 0 {
			page.Form.Errors = append(page.Form.Errors, plural(done, "step was", "steps were")+" done before this one failed; they stay done.")
		}
		if err := page.Form.refuse(err); err != nil {
			return err
		}
		return v.renderStatus(http.StatusUnprocessableEntity, "webhook_import", "Import webhooks", page)
	}
	v.say("success", "Imported: "+plural(done, "change", "changes")+".")
	return v.redirect(webhooksPath)
}
