package webhook

import (
	"encoding/json"
	"time"
)

// Limits and defaults of a webhook's fields: NetBox 3.6's for the fields that it
// has, Bellhop's own for the rest.
const (
	MaxNameLength        = 150
	MaxURLLength         = 500
	MaxContentTypeLength = 100
	MaxSecretLength      = 255
	MaxPathLength        = 4096
	MaxDescriptionLength = 200

	DefaultContentType = "application/json"
	DefaultTimeout     = 10 // seconds
	MaxTimeout         = 300
	DefaultMaxAttempts = 8
	MaxMaxAttempts     = 100
	DefaultConcurrency = 16
	MaxConcurrency     = 1000
	MaxRateLimit       = 100_000 // requests a second
)

// MaskedSecret stands for a secret wherever one would be shown. Writing it back
// changes nothing.
const MaskedSecret = "********"

// Methods are the HTTP methods that a webhook may use, NetBox's choices in
// NetBox's order.
var Methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// Trigger says which changes are wanted: those of some object types, some
// events, and, when there are conditions, only those that meet them.
type Trigger struct {
	// ObjectTypes are names such as "dcim.site".
	ObjectTypes []string `json:"object_types"`
	// Events are the wanted events.
	Events Events `json:"events"`
	// Conditions is a condition set as JSON; nil when there is none.
	Conditions json.RawMessage `json:"conditions,omitempty"`
}

// WantsNothing reports whether the trigger is unset, which is how a webhook
// says that only event rules fire it.
func (t Trigger) WantsNothing() bool {
	return len(t.ObjectTypes) == 0 && t.Events == 0 && len(t.Conditions) == 0
}

// Webhook is one request to be sent when something changes. JSON names are the
// REST names where REST has the field, so that filters and stored documents
// speak the API's words.
type Webhook struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	// Trigger is the webhook's own (NetBox 3.6); zero when only event rules
	// (NetBox 4.x) fire it.
	Trigger
	// Enabled false keeps the webhook from firing, through rules too.
	Enabled bool `json:"enabled"`

	HTTPMethod string `json:"http_method"`
	// PayloadURL, AdditionalHeaders and BodyTemplate are Jinja2 templates,
	// kept exactly as written.
	PayloadURL        string `json:"payload_url"`
	HTTPContentType   string `json:"http_content_type"`
	AdditionalHeaders string `json:"additional_headers"`
	BodyTemplate      string `json:"body_template"`
	// Secret is plain here and sealed in the store; empty means unsigned.
	Secret string `json:"secret"`

	SSLVerification bool `json:"ssl_verification"`
	// CAFilePath is empty for the system's certificates.
	CAFilePath string `json:"ca_file_path"`

	Queue Queue `json:"queue"`
	// Timeout bounds one attempt, in seconds.
	Timeout int `json:"timeout"`
	// MaxAttempts is how often a delivery is tried before it has failed.
	MaxAttempts int `json:"max_attempts"`
	// Concurrency is how many requests may be in flight to this webhook.
	Concurrency int `json:"concurrency"`
	// RateLimit is in requests a second; 0 means none.
	RateLimit float64 `json:"rate_limit"`
	// Ordered makes one object's changes go out one after the other, in order.
	Ordered bool `json:"ordered"`

	// Tags are slugs, sorted.
	Tags         []string        `json:"tags"`
	CustomFields json.RawMessage `json:"custom_fields,omitempty"`
	Created      time.Time       `json:"created"`
	LastUpdated  time.Time       `json:"last_updated"`
	// Revision grows with every write; attempts record it.
	Revision int64 `json:"revision"`
}

// New returns a webhook with every default set and nothing else.
func New() Webhook {
	return Webhook{
		Enabled:         true,
		HTTPMethod:      "POST",
		HTTPContentType: DefaultContentType,
		SSLVerification: true,
		Queue:           QueueDefault,
		Timeout:         DefaultTimeout,
		MaxAttempts:     DefaultMaxAttempts,
		Concurrency:     DefaultConcurrency,
	}
}

// RequestTimeout returns Timeout as a duration.
func (wh *Webhook) RequestTimeout() time.Duration {
	return time.Duration(wh.Timeout) * time.Second
}

// EventRule is NetBox 4.x's: a trigger that stands apart from the webhook it
// fires. Its only action is a webhook.
type EventRule struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Trigger
	Enabled bool `json:"enabled"`
	// WebhookID is the webhook to fire (action_object_id); 0 while there is
	// none, and then the rule never fires.
	WebhookID    int64           `json:"action_object_id"`
	Tags         []string        `json:"tags"`
	CustomFields json.RawMessage `json:"custom_fields,omitempty"`
	Created      time.Time       `json:"created"`
	LastUpdated  time.Time       `json:"last_updated"`
	Revision     int64           `json:"revision"`
}

// Queue is one of NetBox's three queues. Workers prefer the higher ones but
// never starve the lower ones.
type Queue uint8

// The queues. The zero value is the default queue.
const (
	QueueDefault Queue = iota
	QueueHigh
	QueueLow
)

// Queues lists the queues from the most to the least urgent.
var Queues = []Queue{QueueHigh, QueueDefault, QueueLow}

var queueNames = [...]string{QueueDefault: "default", QueueHigh: "high", QueueLow: "low"}

// String returns "high", "default" or "low".
func (q Queue) String() string {
	if int(q) < len(queueNames) {
		return queueNames[q]
	}
	return "unknown"
}

// ParseQueue returns the queue with the given name.
func ParseQueue(s string) (Queue, bool) {
	for q, name := range queueNames {
		if name == s {
			return Queue(q), true
		}
	}
	return 0, false
}

// MarshalText writes the queue's name.
func (q Queue) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalText reads a queue's name.
func (q *Queue) UnmarshalText(text []byte) error {
	parsed, ok := ParseQueue(string(text))
	if !ok {
		return Errorf(CodeInvalid, "unknown queue %q", text)
	}
	*q = parsed
	return nil
}
