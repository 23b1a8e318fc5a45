package webhook

import "fmt"

// Reason says why an attempt failed. The list is closed; log, metric, API, UI
// filter and retry decision share it.
type Reason uint8

// The reasons. Stores keep these numbers, so they never change meaning. The
// zero value means success.
const (
	ReasonNone Reason = iota
	// ReasonStatus4xx is an answer 400-499 other than 408, 410, 425 and 429,
	// and every other answer below 300 that is not a 2xx.
	ReasonStatus4xx
	// ReasonStatus5xx is an answer of 500 or above.
	ReasonStatus5xx
	// ReasonRateLimited is 429.
	ReasonRateLimited
	// ReasonGone is 410: the receiver wants no more of it.
	ReasonGone
	// ReasonRedirect is 300-399; redirects are never followed.
	ReasonRedirect
	// ReasonTimeout is no complete answer in the webhook's time, or 408.
	ReasonTimeout
	// ReasonDNS is a name that did not resolve.
	ReasonDNS
	// ReasonConnect is a connection that was refused, reset or cut, or an
	// answer that is not HTTP.
	ReasonConnect
	// ReasonTLS is a failed handshake or a certificate that was not accepted.
	ReasonTLS
	// ReasonBlocked is an address that may not be called.
	ReasonBlocked
	// ReasonResponseTooLarge is an answer above the limits.
	ReasonResponseTooLarge
	// ReasonCanceled is an attempt that a person or the shutdown cut short.
	ReasonCanceled
	// ReasonInterrupted is an attempt whose process died.
	ReasonInterrupted
	// ReasonRender is a template or URL that gave no request.
	ReasonRender
	// ReasonInternal is a fault of Bellhop's own.
	ReasonInternal
)

var reasonNames = [...]string{
	ReasonNone:             "",
	ReasonStatus4xx:        "status_4xx",
	ReasonStatus5xx:        "status_5xx",
	ReasonRateLimited:      "rate_limited",
	ReasonGone:             "gone",
	ReasonRedirect:         "redirect",
	ReasonTimeout:          "timeout",
	ReasonDNS:              "dns",
	ReasonConnect:          "connect",
	ReasonTLS:              "tls",
	ReasonBlocked:          "blocked",
	ReasonResponseTooLarge: "response_too_large",
	ReasonCanceled:         "canceled",
	ReasonInterrupted:      "interrupted",
	ReasonRender:           "render_error",
	ReasonInternal:         "internal",
}

// Reasons returns every reason but [ReasonNone].
func Reasons() []Reason {
	list := make([]Reason, 0, len(reasonNames)-1)
	for r := ReasonStatus4xx; int(r) < len(reasonNames); r++ {
		list = append(list, r)
	}
	return list
}

// String returns the reason's word; it is empty for [ReasonNone].
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}

// ParseReason returns the reason with the given word.
func ParseReason(word string) (Reason, bool) {
	for r, name := range reasonNames {
		if name == word {
			return Reason(r), true
		}
	}
	return 0, false
}

// MarshalText writes the reason's word.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a reason's word.
func (r *Reason) UnmarshalText(text []byte) error {
	parsed, ok := ParseReason(string(text))
	if !ok {
		return fmt.Errorf("unknown reason %q", text)
	}
	*r = parsed
	return nil
}

// Retryable reports whether trying again by itself can help. It cannot when the
// receiver said "gone", when the template is wrong, and when the address is
// refused: each needs a person.
func (r Reason) Retryable() bool {
	switch r {
	case ReasonNone, ReasonGone, ReasonRender, ReasonBlocked:
		return false
	}
	return true
}

// Unreachable reports whether the reason speaks about the receiver's health
// rather than about this one request. Such failures put a receiver on probation.
func (r Reason) Unreachable() bool {
	switch r {
	case ReasonStatus5xx, ReasonRateLimited, ReasonTimeout, ReasonDNS, ReasonConnect, ReasonTLS:
		return true
	}
	return false
}

// ReasonForStatus classifies an HTTP status; 2xx gives [ReasonNone].
func ReasonForStatus(status int) Reason {
	switch {
	case status >= 200 && status < 300:
		return ReasonNone
	case status >= 300 && status < 400:
		return ReasonRedirect
	case status == 408:
		return ReasonTimeout
	case status == 410:
		return ReasonGone
	case status == 429:
		return ReasonRateLimited
	case status >= 500:
		return ReasonStatus5xx
	}
	return ReasonStatus4xx
}
