package admin

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"bellhop/internal/send"
	"bellhop/internal/sign"
	"bellhop/internal/webhook"
)

// Prospect returns the request that a delivery's next attempt would send: its
// change, rendered with its webhook as that is now. Values are masked as those
// of attempts are. A fault of the template, and a webhook or change that is gone,
// are errors for people.
func (a *Admin) Prospect(ctx context.Context, id webhook.UUID) (request webhook.SentRequest, err error) {
	delivery, err := a.Delivery(ctx, id)
	switch {
	case err != nil:
		return request, err
	case delivery.Webhook == nil:
		return request, webhook.Errorf(webhook.CodeConflict, "The webhook was deleted, so nothing would be sent.")
	case delivery.Change == nil:
		return request, webhook.Errorf(webhook.CodeConflict, "The change is not kept any more, so nothing would be sent.")
	}
	change, err := a.Change(ctx, delivery.ChangeID)
	if err != nil {
		return request, err
	}
	request, err = a.options.Trial.Preview(ctx, delivery.Webhook, &change)
	switch {
	case ctx.Err() != nil:
		return request, context.Cause(ctx)
	case err != nil:
		return request, &webhook.Error{Code: webhook.CodeConflict, Message: err.Error(), Err: err}
	}
	for i := range request.Header {
		switch h := &request.Header[i]; {
		case send.Secret(h.Name):
			h.Value = webhook.MaskedSecret
		case strings.EqualFold(h.Name, sign.IDHeader): // a trial makes one up
			h.Value = id.String()
		}
	}
	// What the transport adds, as attempts have it.
	if u, err := url.Parse(request.URL); err == nil {
		request.Header = append(request.Header, webhook.Header{Name: "Host", Value: u.Host})
	}
	if len(request.Body) > 0 {
		request.Header = append(request.Header, webhook.Header{Name: "Content-Length", Value: strconv.Itoa(len(request.Body))})
	}
	return request, nil
}
