package ui

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bellhop/internal/admin"
	"bellhop/internal/send"
	"bellhop/internal/sign"
	"bellhop/internal/webhook"
	"bellhop/internal/wire"
)

// maxBodyOnPage is how much of a body a page shows; all of it can be downloaded.
const maxBodyOnPage = 32 << 10

// attemptView is one attempt for the component "attempt".
type attemptView struct {
	Number int
	Path   string
	Start  time.Time
	Worker string
	Result string
	// Failure explains what went wrong; nil after a success.
	Failure *explanation
	Error   string
	// Sent says that there was a request at all.
	Sent     bool
	Method   string
	URL      string
	Headers  []headerView
	Body     bodyView
	Curl     string
	Signed   string // what is known of the signatures, in words
	Revision string

	// Status is 0 when there was no answer.
	Status          int
	StatusText      string
	ResponseHeaders []headerView
	ResponseBody    bodyView
	Truncated       bool

	Timing []phase
	Total  string
	// Others are what it can be compared with; OwnPage says that the result has
	// a place on the same page.
	Others  []choice
	OwnPage bool
}

// headerView is a header line.
type headerView struct {
	Name, Value string
	Masked      bool
}

// bodyView is a body: as text, indented if it is JSON, or in hexadecimal.
type bodyView struct {
	Size int64
	// Pretty is the JSON indented; empty when it is none.
	Pretty, Raw, Hex string
	// Cut says that the page shows only the beginning.
	Cut bool
	// DownloadPath has all that is kept; empty for no body.
	DownloadPath string
}

// phase is a part of an attempt's time, as parts of a thousand.
type phase struct {
	Name, Class, Took string
	From, Width       int
}

func viewHeaders(list []webhook.Header) []headerView {
	shown := make([]headerView, len(list))
	for i, h := range list {
		shown[i] = headerView{h.Name, h.Value, h.Value == webhook.MaskedSecret && send.Secret(h.Name)}
	}
	return shown
}

func viewBody(body []byte, download string) bodyView {
	b := bodyView{Size: int64(len(body))}
	if len(body) == 0 {
		return b
	}
	b.DownloadPath = download
	shown := body
	if len(shown) > maxBodyOnPage {
		shown, b.Cut = shown[:maxBodyOnPage], true
	}
	text := strings.ToValidUTF8(string(shown), "") // the cut may split a character
	switch {
	case !isText(body):
		b.Hex = hex.Dump(shown[:min(len(shown), maxBodyOnPage/8)])
		b.Cut = len(body) > maxBodyOnPage/8
	default:
		b.Raw = text
		if pretty := prettyJSON(body); pretty != string(body) {
			b.Pretty = pretty
			if len(pretty) > 2*maxBodyOnPage {
				b.Pretty = strings.ToValidUTF8(pretty[:2*maxBodyOnPage], "")
				b.Cut = true
			}
		}
	}
	return b
}

// isText reports whether a body can be shown as text: UTF-8 without control
// characters other than white space.
func isText(body []byte) bool {
	return utf8.Valid(body) && bytes.IndexFunc(body, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f
	}) < 0
}

// viewAttempt makes one of a delivery's attempts presentable.
func (v *view) viewAttempt(d *admin.DeliveryDetail, attempts []webhook.Attempt, index int) attemptView {
	a := &attempts[index]
	path := attemptPath(a.DeliveryID, a.Number)
	shown := attemptView{
		Number: a.Number, Path: path, Start: a.Start, Worker: a.Worker, Result: result(a.Reason, a.Response.Status, 1), Error: a.Error,
		Sent: a.Request.Method != "", Method: a.Request.Method, URL: a.Request.URL, Headers: viewHeaders(a.Request.Header),
		Body: viewBody(a.Request.Body, path+"request-body/"), Signed: signedWords(d, a),
		Status: a.Response.Status, StatusText: http.StatusText(a.Response.Status), ResponseHeaders: viewHeaders(a.Response.Header),
		ResponseBody: viewBody(a.Response.Body, path+"response-body/"), Truncated: a.Response.Truncated,
		Timing: phases(a.Timing), Total: shortDuration(a.Timing.Total), Revision: strconv.FormatInt(a.WebhookRevision, 10),
	}
	if shown.Sent {
		shown.Curl = wire.Curl(&a.Request)
	}
	if d.Webhook != nil && d.Webhook.Revision != a.WebhookRevision {
		shown.Revision += fmt.Sprintf(", by now it is %d", d.Webhook.Revision)
	}
	if e, failed := explanations[a.Reason]; failed {
		shown.Failure = &e
	}
	for i, other := range slices.Backward(attempts) {
		if i != index {
			n := strconv.Itoa(other.Number)
			shown.Others = append(shown.Others, choice{Value: n, Label: "Attempt " + n})
		}
	}
	if d.Webhook != nil && d.Change != nil {
		shown.Others = append(shown.Others, choice{Value: compareNow, Label: "What would be sent now"})
	}
	return shown
}

// signedWords says what is known of a request's signatures. Their values are not
// kept, so nobody can check them later; what can be said is by which secret.
func signedWords(d *admin.DeliveryDetail, a *webhook.Attempt) string {
	has := func(name string) bool {
		for _, h := range a.Request.Header {
			if strings.EqualFold(h.Name, name) {
				return true
			}
		}
		return false
	}
	switch {
	case a.Request.Method == "":
		return "Nothing was sent."
	case !has(sign.HookHeader) && !has(sign.SignatureHeader):
		return "Not signed: the webhook had no secret."
	case d.Webhook == nil:
		return "Signed in X-Hook-Signature and webhook-signature, with the secret of a webhook that was deleted since."
	case d.Webhook.Revision == a.WebhookRevision:
		return "Signed in X-Hook-Signature and webhook-signature, with the secret that the webhook has now."
	}
	return "Signed in X-Hook-Signature and webhook-signature. The webhook was changed since: its secret may have been another one."
}

// phases takes an attempt's time apart. Parts that did not take place, such as a
// connection that was kept, are left out.
func phases(t webhook.Timing) []phase {
	total := max(t.Total, time.Microsecond)
	var list []phase
	at := time.Duration(0)
	add := func(name, class string, d time.Duration) {
		if d <= 0 {
			return
		}
		list = append(list, phase{
			Name: name, Class: class, Took: shortDuration(d),
			From: int(1000 * at / total), Width: max(2, int(1000*d/total)),
		})
		at += d
	}
	add("Name look-up", "dns", t.DNS)
	add("Connecting", "connect", t.Connect)
	add("TLS handshake", "tls", t.TLS)
	if t.FirstByte > 0 {
		add("Waiting for the answer", "wait", t.FirstByte-at)
		add("Reading the answer", "read", t.Total-at)
	} else {
		add("Without an answer", "lost", t.Total-at)
	}
	return list
}

// attemptPage is the view model of an attempt's own page.
type attemptPage struct {
	attemptView
	DeliveryPath, DeliveryID string
	Previous, Next           string
	Comparison               *comparison
}

// comparison is what tells the attempt from another request.
type comparison struct {
	// With is the choice; Old and New name the two sides.
	With, Old, New string
	// Problem says why there is nothing to compare with.
	Problem string
	Equal   bool
	wire.Difference
}

// compareNow is the choice of what would be sent now.
const compareNow = "now"

// attempt finds the attempt in the path.
func (v *view) attempt() (detail admin.DeliveryDetail, attempts []webhook.Attempt, index int, err error) {
	id, err := v.uuid()
	if err != nil {
		return detail, nil, 0, err
	}
	if detail, err = v.ui.options.Admin.Delivery(v.ctx, id); err != nil {
		return detail, nil, 0, err
	}
	if attempts, err = v.ui.options.Admin.Attempts(v.ctx, id); err != nil {
		return detail, nil, 0, err
	}
	for i := range attempts {
		if strconv.Itoa(attempts[i].Number) == v.r.PathValue("n") {
			return detail, attempts, i, nil
		}
	}
	return detail, nil, 0, webhook.NotFound()
}

func (v *view) showAttempt() error {
	detail, attempts, i, err := v.attempt()
	if err != nil {
		return err
	}
	data := attemptPage{
		attemptView: v.viewAttempt(&detail, attempts, i), DeliveryPath: deliveryPath(detail.ID), DeliveryID: detail.ID.String(),
	}
	data.OwnPage = true
	if i > 0 {
		data.Previous = attemptPath(detail.ID, attempts[i-1].Number)
	}
	if i+1 < len(attempts) {
		data.Next = attemptPath(detail.ID, attempts[i+1].Number)
	}
	if with := v.r.URL.Query().Get("with"); with != "" {
		if data.Comparison, err = v.compare(attempts, i, with); err != nil {
			return err
		}
	}
	return v.render("attempt", fmt.Sprintf("Attempt %d of delivery %s", data.Number, shortID(detail.ID)), data)
}

// compare holds an attempt against another one, the older one first, or against
// what would be sent now.
func (v *view) compare(attempts []webhook.Attempt, index int, with string) (*comparison, error) {
	this := &attempts[index]
	c := &comparison{With: with, Old: "Attempt " + strconv.Itoa(this.Number), New: "Now"}
	old := &this.Request
	var next *webhook.SentRequest
	if with == compareNow {
		request, err := v.ui.options.Admin.Prospect(v.ctx, this.DeliveryID)
		if webhook.CodeOf(err) == webhook.CodeConflict {
			c.Problem = publicError(err).Message
			return c, nil
		}
		if err != nil {
			return nil, err
		}
		next = &request
	} else {
		other := -1
		for i := range attempts {
			if strconv.Itoa(attempts[i].Number) == with {
				other = i
			}
		}
		if other < 0 {
			return nil, webhook.NotFound()
		}
		next, c.New = &attempts[other].Request, "Attempt "+with
		if other < index {
			old, next, c.Old, c.New = next, old, c.New, c.Old
		}
	}
	if old.Method == "" || next.Method == "" {
		c.Problem = "One of the two was not sent: its request could not be made."
		return c, nil
	}
	c.Difference = wire.Compare(old, next)
	c.Equal = c.Difference.Equal()
	return c, nil
}

func (v *view) downloadRequest() error {
	_, attempts, i, err := v.attempt()
	if err != nil {
		return err
	}
	return v.download(fmt.Sprintf("%s-%d-request", attempts[i].DeliveryID, attempts[i].Number), attempts[i].Request.Body)
}

func (v *view) downloadResponse() error {
	_, attempts, i, err := v.attempt()
	if err != nil {
		return err
	}
	return v.download(fmt.Sprintf("%s-%d-response", attempts[i].DeliveryID, attempts[i].Number), attempts[i].Response.Body)
}

// download sends a foreign body as a file, so that no browser runs it.
func (v *view) download(name string, body []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.bin"`)
	v.answered = true
	_, _ = v.w.Write(body) // the browser is gone: nobody is left to tell
	return nil
}
