package dispatch

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime/debug"
	"time"

	"bellhop/internal/render"
	"bellhop/internal/send"
	"bellhop/internal/sign"
	"bellhop/internal/webhook"
)

// Sender makes one HTTP exchange; package send's Client is one.
type Sender interface {
	Send(ctx context.Context, req *send.Request) (send.Result, error)
}

// Exchange renders, signs and sends. It is the one way in which requests are
// made: by first attempts, retries, test sends and, without the sending,
// previews. It is safe for concurrent use.
type Exchange struct {
	Engine *render.Engine
	Sender Sender
	// Worker names this process in attempts.
	Worker string
}

// Task is what one exchange is about.
type Task struct {
	// DeliveryID is the value of webhook-id.
	DeliveryID webhook.UUID
	// Number is the attempt's.
	Number int
	Input  *render.Input
}

// Outcome is what came of an exchange.
type Outcome struct {
	Attempt *webhook.Attempt
	// RetryAfter is what the receiver asked for; 0 when it did not.
	RetryAfter time.Duration
	// Wrote says that a part of the request may have left this host.
	Wrote bool
	// Panic is the stack, for the log, of a fault of Bellhop's own.
	Panic []byte
}

// Try makes an exchange with a webhook that need not be saved.
func (x *Exchange) Try(ctx context.Context, wh webhook.Webhook, task Task) Outcome {
	return x.perform(ctx, compileHook(x.Engine, wh), task)
}

// Preview renders and signs the request that Try would send at the moment now.
// The error is a *[render.Error] for a fault of the webhook.
func (x *Exchange) Preview(ctx context.Context, wh webhook.Webhook, task Task, now time.Time) (*render.Request, error) {
	return prepare(ctx, compileHook(x.Engine, wh), task, now)
}

// prepare renders and signs.
func prepare(ctx context.Context, h *hook, task Task, now time.Time) (*render.Request, error) {
	if h.broken != nil {
		return nil, h.broken
	}
	request, err := h.plan.Request(ctx, task.Input)
	if err != nil {
		return nil, err
	}
	if h.Secret != "" {
		request.Header = append(request.Header, webhook.Header{Name: sign.HookHeader, Value: h.signer.Hook(request.Body)})
	}
	standard := h.signer.Standard(task.DeliveryID.String(), now, request.Body)
	request.Header = append(request.Header,
		webhook.Header{Name: sign.IDHeader, Value: standard.ID},
		webhook.Header{Name: sign.TimestampHeader, Value: standard.Timestamp})
	if h.Secret != "" {
		request.Header = append(request.Header, webhook.Header{Name: sign.SignatureHeader, Value: standard.Signature})
	}
	return request, nil
}

// perform never fails: what goes wrong is the attempt's reason. A panic of a
// template engine or transport ends the attempt, not the process.
func (x *Exchange) perform(ctx context.Context, h *hook, task Task) (outcome Outcome) {
	start := time.Now().UTC()
	attempt := &webhook.Attempt{
		DeliveryID: task.DeliveryID, Number: task.Number, Start: start.Truncate(time.Microsecond),
		WebhookRevision: h.Revision, Worker: x.Worker,
	}
	outcome.Attempt = attempt
	defer func() {
		if value := recover(); value != nil {
			attempt.Reason = webhook.ReasonInternal
			attempt.Error = fmt.Sprintf("internal fault: %v", value)
			outcome.Panic = debug.Stack()
			attempt.Timing.Total = time.Since(start)
		}
	}()
	request, err := prepare(ctx, h, task, start)
	if err != nil {
		attempt.Timing.Total = time.Since(start)
		attempt.Reason, attempt.Error = renderReason(ctx, err), err.Error()
		return outcome
	}
	attempt.Request = webhook.SentRequest{
		Method: request.Method, URL: redacted(request.URL), Body: request.Body, BodyIsContext: request.BodyIsContext,
	}
	result, err := x.Sender.Send(ctx, &send.Request{
		Method: request.Method, URL: request.URL, Header: request.Header, Body: request.Body,
		Timeout: h.RequestTimeout(), SkipVerify: !h.SSLVerification, CAFile: h.CAFilePath,
	})
	attempt.Request.Header, attempt.Response, attempt.Timing = result.Sent, result.Response, result.Timing
	outcome.Wrote = result.Wrote
	if err != nil {
		attempt.Reason, attempt.Error = webhook.ReasonInternal, err.Error()
		if failure, ok := errors.AsType[*send.Error](err); ok {
			attempt.Reason, outcome.RetryAfter = failure.Reason, failure.RetryAfter
		}
	}
	return outcome
}

// renderReason tells a template's fault from a shutdown that came in between.
func renderReason(ctx context.Context, err error) webhook.Reason {
	if ctx.Err() != nil {
		return webhook.ReasonCanceled
	}
	if _, ok := errors.AsType[*render.Error](err); ok {
		return webhook.ReasonRender
	}
	return webhook.ReasonInternal
}

// redacted returns the URL without a password.
func redacted(u *url.URL) string {
	if u.User == nil {
		return u.String()
	}
	return u.Redacted()
}
