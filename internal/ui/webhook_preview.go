package ui

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/sign"
	"bellhop/internal/webhook"
	"bellhop/internal/wire"
)

// previewView is what a webhook would send, for the component "preview".
type previewView struct {
	// Problems keep it from sending; Warnings do not.
	Problems, Warnings []problemView
	// Incomplete says that there is no URL yet, so nothing is wrong so far.
	Incomplete bool
	Request    *rawRequest
	Verdicts   []verdictView
	// Fires says that a delivery would come of the change.
	Fires bool
	// HasSaved says that there is a stored version; Comparison is with its
	// request, if both can be made.
	HasSaved    bool
	Comparison  *comparison
	Context     []jsonNode
	ContextJSON json.RawMessage
	// Change is what it is rendered for; Sample says that it is made up.
	Change     webhook.Change
	Sample     bool
	ChangePath string
	// chosen is the picker's value.
	chosen string
}

// problemView is a problem with the name of its field.
type problemView struct {
	admin.Problem
	Label string
	// Path leads to the field.
	Path string
}

// problemLabels are the names of the fields that problems are about.
var problemLabels = map[string]string{
	"content_types": "Object types", "conditions": "Conditions", "http_method": "Method", "payload_url": "URL",
	"http_content_type": "Content type", "additional_headers": "Additional headers", "body_template": "Body template",
	"change": "Try it with",
}

// viewProblems makes problems presentable; form is the path of the page with the
// fields, empty for the present one.
func viewProblems(form string, problems []admin.Problem) []problemView {
	list := make([]problemView, len(problems))
	for i, p := range problems {
		list[i] = problemView{Problem: p, Label: problemLabels[p.Field], Path: form + "#id_" + p.Field}
	}
	return list
}

// Choices of the picker beside the ids of changes.
const (
	changeNewest = ""
	changeSample = "sample"
)

// chosenChange is the picker's value, unless a button names another change.
func chosenChange(values url.Values) string {
	if try := values.Get("try"); try != "" {
		return try
	}
	return values.Get("change")
}

// source reads what a webhook is to be tried with.
func source(values url.Values) (admin.Source, error) {
	switch text := chosenChange(values); text {
	case changeNewest:
		return admin.Source{}, nil
	case changeSample:
		return admin.Source{Sample: true}, nil
	default:
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id <= 0 {
			return admin.Source{}, webhook.Errorf(webhook.CodeInvalid, "%q is no change.", cutText(40, text))
		}
		return admin.Source{ChangeID: id}, nil
	}
}

// preview renders a webhook for the change that the form or query names; form is
// the path of the page with the webhook's fields.
func (v *view) preview(form string, wh *webhook.Webhook, values url.Values) (*previewView, error) {
	from, err := source(values)
	if err != nil {
		return nil, err
	}
	found, err := v.ui.options.Admin.PreviewDraft(v.ctx, v.actor(), *wh, from)
	gone := from.ChangeID != 0 && webhook.CodeOf(err) == webhook.CodeInvalid
	if gone {
		// It was pruned, or never there: what is being written still shows.
		found, err = v.ui.options.Admin.PreviewDraft(v.ctx, v.actor(), *wh, admin.Source{})
	}
	if err != nil {
		return nil, err
	}
	shown, err := v.viewPreview(form, &found)
	if err != nil {
		return nil, err
	}
	if gone {
		lost := admin.Problem{Field: "change", Message: fmt.Sprintf("There is no change %d that you may view; this is the newest one that fits.", from.ChangeID)}
		shown.Warnings = append(shown.Warnings, viewProblems(form, []admin.Problem{lost})...)
	}
	if shown.chosen = chosenChange(values); gone {
		shown.chosen = changeNewest
	}
	if shown.Incomplete = wh.PayloadURL == "" && len(found.Problems) == 1; shown.Incomplete {
		shown.Problems = nil
	}
	return shown, nil
}

func (v *view) viewPreview(form string, p *admin.Preview) (*previewView, error) {
	shown := &previewView{
		Problems: viewProblems(form, p.Problems), Warnings: viewProblems(form, p.Warnings), Change: p.Change, Sample: p.Sample,
		HasSaved: p.Saved != nil, Context: jsonTree(p.Change.Context), ContextJSON: p.Change.Context,
	}
	shown.Change.Context = nil
	if !p.Sample {
		shown.ChangePath = fmt.Sprintf("/core/changelog/%d/", p.Change.ID)
	}
	if p.Request != nil {
		shown.Request = viewRequest(p.Request)
		if p.Saved != nil {
			c := &comparison{Old: "Saved", New: "Yours", Difference: wire.Compare(withoutMoment(p.Saved), withoutMoment(p.Request))}
			c.Equal = c.Difference.Equal()
			shown.Comparison = c
		}
	}
	for i := range p.Verdicts {
		shown.Fires = shown.Fires || p.Verdicts[i].Outcome == webhook.Fired
	}
	var err error
	shown.Verdicts, err = v.viewVerdicts(p.Verdicts, nil)
	return shown, err
}

// withoutMoment leaves out the headers that are new in every request.
func withoutMoment(r *webhook.SentRequest) *webhook.SentRequest {
	own := *r
	own.Header = slices.DeleteFunc(slices.Clone(r.Header), func(h webhook.Header) bool {
		switch strings.ToLower(h.Name) {
		case sign.IDHeader, sign.TimestampHeader, sign.SignatureHeader, strings.ToLower(sign.HookHeader):
			return true
		}
		return false
	})
	return &own
}

// rawRequest is a request as it goes over the wire, for the component
// "raw-request".
type rawRequest struct {
	// Start is the first line: method, path and version.
	Start  string
	Header []webhook.Header
	// Body is as sent, Indented the same for people; empty when it is no JSON.
	Body, Indented string
	Size           int64
	// Cut says that not all of the body is shown.
	Cut bool
	URL string
}

// maxShownBody is how much of a body a page shows.
const maxShownBody = 128 << 10

func viewRequest(r *webhook.SentRequest) *rawRequest {
	shown := &rawRequest{Start: r.Method + " " + r.URL + " HTTP/1.1", Header: r.Header, Size: int64(len(r.Body)), URL: r.URL}
	if u, err := url.Parse(r.URL); err == nil {
		shown.Start = r.Method + " " + u.RequestURI() + " HTTP/1.1"
		shown.Header = append([]webhook.Header{{Name: "Host", Value: u.Host}}, r.Header...)
	}
	body := r.Body
	if shown.Cut = len(body) > maxShownBody; shown.Cut {
		body = body[:maxShownBody]
	} else {
		if indented := prettyJSON(body); indented != string(body) {
			shown.Indented = indented
		}
	}
	shown.Body = strings.ToValidUTF8(string(body), "\ufffd")
	return shown
}

// changePicker is the list of changes that a webhook can be tried with.
type changePicker struct {
	Field *field
	// None says that no change of the kind is stored yet.
	None bool
}

// maxPicked is how many changes the picker lists.
const maxPicked = 25

func (v *view) changePicker(t webhook.Trigger, p *previewView) (changePicker, error) {
	recent, err := v.ui.options.Admin.RecentChanges(v.ctx, v.actor(), t, maxPicked)
	if err != nil {
		return changePicker{}, err
	}
	f := &field{
		Name: "change", Label: "Try it with", Kind: fieldSelect, Value: p.chosen,
		Choices: []choice{{Value: changeNewest, Label: "The newest change that fits"}, {Value: changeSample, Label: "A made-up change"}},
	}
	listed := p.chosen == changeNewest || p.chosen == changeSample
	for i := range recent {
		c := changeChoice(&recent[i])
		listed = listed || c.Value == p.chosen
		f.Choices = append(f.Choices, c)
	}
	if !listed && !p.Sample {
		f.Choices = append(f.Choices, changeChoice(&p.Change))
	}
	return changePicker{Field: f, None: len(recent) == 0}, nil
}

func changeChoice(c *webhook.Change) choice {
	return choice{
		Value: strconv.FormatInt(c.ID, 10),
		Label: fmt.Sprintf("#%d %s %s %s, %s", c.ID, c.ObjectType, cutText(40, c.ObjectRepr), c.Event, ago(c.Time)),
	}
}

// conditionTrialView is what conditions say to recent changes.
type conditionTrialView struct {
	admin.ConditionTrial
	Rows []triedRow
	// Problem says why they could not be tried.
	Problem []string
	// None says that there are no conditions.
	None bool
}

type triedRow struct {
	admin.TriedChange
	Path string
	// Icon, Class and Word show the outcome.
	Icon, Class, Word string
}

func (v *view) conditionTrial(t webhook.Trigger) (*conditionTrialView, error) {
	trial, err := v.ui.options.Admin.TryConditions(v.ctx, v.actor(), t, admin.MaxConditionTrial)
	if err != nil {
		e := publicError(err)
		if e.Code != webhook.CodeInvalid {
			return nil, err
		}
		return &conditionTrialView{Problem: e.Fields["conditions"]}, nil
	}
	shown := &conditionTrialView{ConditionTrial: trial, None: len(t.Conditions) == 0}
	for i := range trial.Rows {
		row := triedRow{TriedChange: trial.Rows[i], Path: fmt.Sprintf("/core/changelog/%d/", trial.Rows[i].Change.ID)}
		switch row.Outcome {
		case webhook.Fired:
			row.Icon, row.Class, row.Word = "check", "state-ok", "Matches"
		case webhook.NotFired:
			row.Icon, row.Class, row.Word = "x", "", "Does not match"
		default:
			row.Icon, row.Class, row.Word = "alert-triangle", "state-warning", "Cannot be evaluated"
		}
		shown.Rows = append(shown.Rows, row)
	}
	return shown, nil
}
