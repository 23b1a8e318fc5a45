package webhook

import "time"

// Delivery is one change for one webhook: the unit of retry and status, and the
// background task of the UI.
type Delivery struct {
	// ID is a version 7 UUID, the same in every attempt's webhook-id header.
	ID        UUID
	WebhookID int64
	// RuleID is the event rule that fired, or 0 for the webhook's own trigger.
	RuleID   int64
	ChangeID int64
	Queue    Queue
	State    State
	// Attempts counts all attempts made; Spent those of the present schedule,
	// which a retry by hand begins anew.
	Attempts int
	Spent    int
	Created  time.Time
	// Retried is when a person last retried it; zero for never.
	Retried time.Time
	// Due is when the next attempt may begin; meaningless in a final state.
	Due time.Time
	// Ended is when a final state was reached; zero before.
	Ended time.Time
	// Reason and StatusCode are those of the last attempt.
	Reason     Reason
	StatusCode int
}

// Began returns when the present retry schedule began.
func (d *Delivery) Began() time.Time {
	if d.Retried.IsZero() {
		return d.Created
	}
	return d.Retried
}

// Header is one HTTP header line.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Timing says where an attempt's time went. Parts that did not take place, such
// as DNS and TLS on a connection that was kept alive, are zero.
type Timing struct {
	DNS       time.Duration `json:"dns"`
	Connect   time.Duration `json:"connect"`
	TLS       time.Duration `json:"tls"`
	FirstByte time.Duration `json:"first_byte"`
	Total     time.Duration `json:"total"`
}

// SentRequest is a request as it was sent, with masked header values.
type SentRequest struct {
	Method string   `json:"method"`
	URL    string   `json:"url"`
	Header []Header `json:"header"`
	// Body is the exact body. BodyIsContext true means that it was the
	// change's context; stores then keep the context's bytes only once.
	Body          []byte `json:"body"`
	BodyIsContext bool   `json:"-"`
}

// ReceivedResponse is a response as it was received, cut to what is kept.
type ReceivedResponse struct {
	// Status is 0 when no answer came.
	Status int      `json:"status"`
	Header []Header `json:"header"`
	// Body is at most the first 4 KiB; Truncated says that there was more.
	Body      []byte `json:"body"`
	Truncated bool   `json:"truncated"`
}

// Attempt is one HTTP exchange, written once and never altered.
type Attempt struct {
	DeliveryID UUID
	// Number counts from 1 within the delivery.
	Number int
	Start  time.Time
	// WebhookRevision is the revision of the webhook that was rendered.
	WebhookRevision int64
	// Worker names the process that sent it.
	Worker   string
	Timing   Timing
	Request  SentRequest
	Response ReceivedResponse
	// Reason is [ReasonNone] for a success; Error is the text for people.
	Reason Reason
	Error  string
}
