package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// statusError is a refusal that is about HTTP itself.
type statusError struct {
	status int
	detail string
}

func (e *statusError) Error() string { return e.detail }

// Refusals with Django REST framework's texts. Missing credentials are a 403 and
// no 401, as in NetBox, which lists session authentication first.
func errAnonymous() error {
	return webhook.Errorf(webhook.CodeUnauthorized, "Authentication credentials were not provided.")
}

func errForbidden() error {
	return webhook.Errorf(webhook.CodeForbidden, "You do not have permission to perform this action.")
}

// statuses maps the codes of errors to HTTP.
var statuses = map[webhook.Code]int{
	webhook.CodeInvalid:      http.StatusBadRequest,
	webhook.CodeNotFound:     http.StatusNotFound,
	webhook.CodeConflict:     http.StatusConflict,
	webhook.CodeUnauthorized: http.StatusForbidden,
	webhook.CodeForbidden:    http.StatusForbidden,
	webhook.CodeTooLarge:     http.StatusRequestEntityTooLarge,
	webhook.CodeRateLimited:  http.StatusTooManyRequests,
	webhook.CodeUnavailable:  http.StatusServiceUnavailable,
	webhook.CodeInternal:     http.StatusInternalServerError,
}

// fail answers with an error.
func (c *call) fail(err error) {
	if c.answered {
		c.api.options.Log.ErrorContext(c.ctx, "error after the answer began", "request_id", c.requestID, "error", err)
		return
	}
	status, body := describeError(err, c.r.Method)
	if status == http.StatusInternalServerError {
		c.api.options.Log.ErrorContext(c.ctx, "request failed",
			"request_id", c.requestID, "method", c.r.Method, "path", c.r.URL.Path, "error", err)
		c.answerInternal()
		return
	}
	if err := c.sendJSON(status, body); err != nil {
		c.api.options.Log.ErrorContext(c.ctx, "error was not told", "request_id", c.requestID, "error", err)
	}
}

// answerInternal tells nothing but where to look.
func (c *call) answerInternal() {
	text := `{"detail":"Internal server error.","request_id":` + strconv.Quote(c.requestID.String()) + `}`
	_ = c.send(http.StatusInternalServerError, []byte(text)) // never fails
}

// describeError returns the status and body for an error of a request with the
// method. A list that was to be created gets one object for each item, other
// lists NetBox 4.7's report.
func describeError(err error, method string) (status int, body any) {
	if faults, ids, ok := faultsOf(err); ok {
		if method == http.MethodPost {
			return describeItems(faults)
		}
		return describeReport(faults, ids, method)
	}
	switch e, known := errors.AsType[*webhook.Error](err); {
	case known:
		return statuses[e.Code], describeOne(e)
	case errors.Is(err, admin.ErrStale), errors.Is(err, inventory.ErrStale):
		return http.StatusPreconditionFailed, detail("The object was changed in the meantime: the If-Match header names another version.")
	case errors.Is(err, store.ErrInvalidFilter):
		return http.StatusBadRequest, detail("The filter is not valid.")
	case errors.Is(err, store.ErrClosed):
		return http.StatusServiceUnavailable, detail("The server is shutting down.")
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable, detail("The request took too long or was given up.")
	}
	if e, ok := errors.AsType[*statusError](err); ok {
		return e.status, detail(e.detail)
	}
	return http.StatusInternalServerError, nil
}

// faultsOf returns the faults of a list's items.
func faultsOf(err error) (faults []error, ids []int64, ok bool) {
	if bulk, ok := errors.AsType[*admin.BulkError](err); ok {
		return bulk.Errors, bulk.IDs, true
	}
	if bulk, ok := errors.AsType[*itemsError](err); ok {
		return bulk.Items, bulk.ids, true
	}
	return nil, nil, false
}

func detail(text string) object { return object{{"detail", text}} }

// describeOne returns the fields' messages, or the message.
func describeOne(e *webhook.Error) any {
	if len(e.Fields) > 0 {
		return e.Fields
	}
	message := e.Message
	if e.Help != "" {
		message += " " + e.Help
	}
	return detail(message)
}

// describeItems returns one object for each item, empty for those without fault.
func describeItems(faults []error) (status int, body []any) {
	for _, fault := range faults {
		if fault == nil {
			body = append(body, struct{}{})
			continue
		}
		itemStatus, item := describeError(fault, http.MethodPost)
		status = max(status, itemStatus)
		body = append(body, item)
	}
	return status, body
}

// describeReport says which items are at fault, in the form of NetBox 4.7:
// earlier versions showed the first fault without saying whose it was.
func describeReport(faults []error, ids []int64, method string) (status int, body any) {
	type item struct {
		ID     int64 `json:"id,omitempty"`
		Index  *int  `json:"index,omitempty"`
		Errors any   `json:"errors"`
	}
	var items []item
	for i, fault := range faults {
		if fault == nil {
			continue
		}
		itemStatus, errs := describeError(fault, method)
		status = max(status, itemStatus)
		if single, ok := errs.(object); ok {
			errs = map[string][]any{webhook.NonField: {single[0].value}}
		}
		it := item{Errors: errs}
		if i < len(ids) && ids[i] != 0 {
			it.ID = ids[i]
		} else {
			it.Index = &i
		}
		items = append(items, it)
	}
	if status == http.StatusNotFound {
		// The list itself is there.
		status = http.StatusBadRequest
	}
	verb := "updated"
	if method == http.MethodDelete {
		verb = "deleted"
	}
	return status, object{
		{"detail", fmt.Sprintf("%d of %d objects could not be %s.", len(items), len(faults), verb)},
		{"errors", items},
	}
}
