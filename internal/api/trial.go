package api

import (
	"net/http"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// testTimeout bounds a test send: the longest that a webhook may wait, and some
// time to render.
const testTimeout = (webhook.MaxTimeout + 30) * time.Second

// webhookTrialRoutes are test sends and previews. Both take an optional change,
// the id of a stored one; without it they take the last that the webhook wants,
// or make one up.
//
// A preview asks for the permission to add webhooks, one of a stored webhook and
// a test for that to change them: each makes the server do what only webhooks can.
func (a *API) webhookTrialRoutes() []route {
	return []route{
		{path: "/api/extras/webhooks/preview/", about: nil, operations: []operation{{method: http.MethodPost, summary: "Show what an unsaved webhook would send", access: may(webhook.ActionAdd, admin.KindWebhook), handle: a.preview, takes: shapeFree, takesNamed: namedDraft, gives: shapeFree, givesNamed: namedPreview, status: http.StatusOK}}},
		{path: "/api/extras/webhooks/{id}/test/", about: nil, operations: []operation{{method: http.MethodPost, summary: "Send a real request for a webhook", access: may(webhook.ActionChange, admin.KindWebhook), handle: a.test, takes: shapeFree, takesNamed: namedTrial, gives: shapeFree, givesNamed: namedTest, status: http.StatusOK, timeout: testTimeout}}},
	}
}

// trialDocument reads the body and takes the change's id out of it.
func (c *call) trialDocument() (document, int64, error) {
	docs, isList, err := c.documents()
	switch {
	case err != nil:
		return nil, 0, err
	case isList:
		return nil, 0, errNoList()
	}
	doc := docs[0]
	raw, given := doc["change"]
	delete(doc, "change")
	if !given || isNull(raw) {
		return doc, 0, nil
	}
	id, err := decodeInteger(raw)
	if err != nil || id <= 0 {
		return nil, 0, fieldFault("change", msgInteger)
	}
	return doc, id, nil
}

// preview renders a definition. One with the id of a stored webhook begins with
// that one's fields.
func (a *API) preview(c *call) error {
	doc, changeID, err := c.trialDocument()
	if err != nil {
		return err
	}
	res := a.webhooks()
	wh := res.fresh()
	wh.Name = "preview"
	full := true
	if raw, given := doc["id"]; given && !isNull(raw) {
		id, err := decodeInteger(raw)
		if err != nil {
			return fieldFault("id", msgInteger)
		}
		if !c.identity.Allows(webhook.ActionChange, admin.KindWebhook) {
			return errForbidden() // it shows the webhook's headers, and signs with its secret
		}
		if wh, err = a.options.Admin.Webhooks.Get(c.ctx, id); err != nil {
			return err
		}
		full = false
	} else if _, given := doc["name"]; !given {
		doc["name"] = []byte(`"preview"`)
	}
	if err := res.prepare(c, doc); err != nil {
		return err
	}
	if err := res.apply(doc, &wh, full); err != nil {
		return err
	}
	preview, err := a.options.Admin.Preview(c.ctx, c.actor(), wh, admin.Source{ChangeID: changeID})
	if err != nil {
		return err
	}
	shown := c.showPreview(&preview)
	var request any
	if preview.Request != nil {
		request = object{
			{"method", preview.Request.Method},
			{"url", preview.Request.URL},
			{"headers", notNil(preview.Request.Header)},
			{"body", showBody(preview.Request.Body)},
		}
	}
	shown = append(shown, member{"request", request}, member{"error", emptyIsNull(preview.RenderError)})
	return c.sendJSON(http.StatusOK, shown)
}

// showPreview shows what a preview and a test have in common.
func (c *call) showPreview(p *admin.Preview) object {
	verdicts := make([]object, len(p.Verdicts))
	fires := false
	for i := range p.Verdicts {
		verdicts[i] = c.showVerdict(&p.Verdicts[i])
		fires = fires || p.Verdicts[i].Outcome == webhook.Fired
	}
	var change any
	if p.Change.ID != 0 {
		change = c.briefChange(&p.Change)
	}
	return object{{"change", change}, {"sample", p.Sample}, {"fires", fires}, {"verdicts", verdicts}}
}

func (a *API) test(c *call) error {
	id, err := c.id()
	if err != nil {
		return err
	}
	_, changeID, err := c.trialDocument()
	if err != nil {
		return err
	}
	preview, attempt, err := a.options.Admin.Test(c.ctx, c.actor(), id, admin.Source{ChangeID: changeID})
	if err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, append(c.showPreview(&preview), member{"attempt", showAttempt(&attempt)}))
}

func emptyIsNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
