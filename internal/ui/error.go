package ui

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

var (
	// errSignedOut sends people to sign in.
	errSignedOut = errors.New("not signed in")
	// errInternal is what a panic is answered with; it is logged already.
	errInternal = &webhook.Error{Code: webhook.CodeInternal, Message: "Something went wrong on the server."}
)

// statuses maps the codes of errors to HTTP.
var statuses = map[webhook.Code]int{
	webhook.CodeInvalid:      http.StatusUnprocessableEntity,
	webhook.CodeNotFound:     http.StatusNotFound,
	webhook.CodeConflict:     http.StatusConflict,
	webhook.CodeUnauthorized: http.StatusForbidden,
	webhook.CodeForbidden:    http.StatusForbidden,
	webhook.CodeTooLarge:     http.StatusRequestEntityTooLarge,
	webhook.CodeRateLimited:  http.StatusTooManyRequests,
	webhook.CodeUnavailable:  http.StatusServiceUnavailable,
	webhook.CodeInternal:     http.StatusInternalServerError,
}

// errorPage is the view model of an error.
type errorPage struct {
	Status        int
	Message, Help string
	Fields        map[string][]string
	RequestID     string
}

// fail answers with an error.
func (v *view) fail(err error) {
	if v.answered {
		v.ui.options.Log.ErrorContext(v.ctx, "error after the page began", "request_id", v.requestID, "error", err)
		return
	}
	if errors.Is(err, errSignedOut) {
		v.sendToSignIn()
		return
	}
	e := publicError(err)
	status := statuses[e.Code]
	if status == http.StatusInternalServerError && !errors.Is(err, errInternal) {
		v.ui.options.Log.ErrorContext(v.ctx, "page failed",
			"request_id", v.requestID, "method", v.r.Method, "path", v.r.URL.Path, "error", err)
	}
	page := errorPage{Status: status, Message: e.Message, Help: e.Help, Fields: e.Fields, RequestID: v.requestID.String()}
	switch {
	case page.Message == webhook.NotFound().Message:
		page.Message = "There is nothing at this address. What was here may have been deleted."
	case page.Message == "" && len(page.Fields) == 0:
		page.Message = http.StatusText(status)
	}
	if err := v.renderStatus(status, "error", http.StatusText(status), page); err != nil {
		v.ui.options.Log.ErrorContext(v.ctx, "error was not shown", "request_id", v.requestID, "error", err)
		http.Error(v.w, page.Message, status)
	}
}

// sendToSignIn remembers where somebody wanted to go. A write is not repeated
// after signing in.
func (v *view) sendToSignIn() {
	target := "/login/"
	if v.r.Method == http.MethodGet && v.r.URL.Path != "/" {
		target += "?next=" + url.QueryEscape(v.r.URL.RequestURI())
	}
	if v.partial() {
		// A fragment cannot show the sign-in page: the whole page goes there.
		v.w.Header().Set("HX-Redirect", v.ui.url(target))
		v.w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(v.w, v.r, v.ui.url(target), http.StatusSeeOther)
}

// publicError returns what people may read of an error.
func publicError(err error) *webhook.Error {
	// A list of one is how a single record is written.
	if bulk, ok := errors.AsType[*admin.BulkError](err); ok && len(bulk.Errors) == 1 {
		err = bulk.First()
	}
	if items, ok := errors.AsType[*inventory.ItemErrors](err); ok && len(items.Items) == 1 {
		err = items.Items[0]
	}
	e, known := errors.AsType[*webhook.Error](err)
	switch {
	case errors.Is(err, admin.ErrStale), errors.Is(err, inventory.ErrStale):
		return &webhook.Error{
			Code: webhook.CodeConflict, Message: "Somebody else has changed this in the meantime.",
			Help: "Your changes were not saved. Open it again, look at what changed, and make yours anew.",
		}
	case known:
		return e
	case errors.Is(err, store.ErrInvalidFilter):
		return webhook.Errorf(webhook.CodeInvalid, "The filter is not valid.")
	case errors.Is(err, store.ErrClosed):
		return webhook.Errorf(webhook.CodeUnavailable, "The server is shutting down.")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return webhook.Errorf(webhook.CodeUnavailable, "This took too long or was given up.")
	}
	return errInternal
}
