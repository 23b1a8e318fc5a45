package send

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"

	"bellhop/internal/webhook"
)

// maxErrorText bounds the text of a failure: net/http quotes what a receiver
// sent.
const maxErrorText = 500

// classify gives every failure its reason.
func classify(ctx context.Context, err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	cause := context.Cause(ctx)
	switch {
	case errors.Is(cause, errTimeout):
		return &Error{Reason: webhook.ReasonTimeout, Err: errTimeout}
	case cause != nil:
		return &Error{Reason: webhook.ReasonCanceled, Err: cause}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &Error{Reason: webhook.ReasonTimeout, Err: errTimeout}
	}
	return &Error{Reason: reasonOf(err), Err: shorten(err)}
}

func reasonOf(err error) webhook.Reason {
	if _, ok := errors.AsType[*blockedError](err); ok {
		return webhook.ReasonBlocked
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return webhook.ReasonDNS
	}
	if isTLS(err) {
		return webhook.ReasonTLS
	}
	if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() {
		return webhook.ReasonTimeout
	}
	// net/http has no types for these; the first is HTTP/1.1's.
	for _, text := range []string{"server response headers exceeded", "header list larger than advertised limit", "header list too large"} {
		if strings.Contains(err.Error(), text) {
			return webhook.ReasonResponseTooLarge
		}
	}
	return webhook.ReasonConnect
}

func isTLS(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	// What is left of crypto/tls has no types, only this prefix.
	return errors.Is(err, http.ErrSchemeMismatch) || strings.Contains(err.Error(), "tls: ")
}

// shortError is an error whose text was cut; the cause stays for the log.
type shortError struct {
	text  string
	cause error
}

func (e *shortError) Error() string { return e.text }
func (e *shortError) Unwrap() error { return e.cause }

func shorten(err error) error {
	text := err.Error()
	if len(text) <= maxErrorText {
		return err
	}
	return &shortError{strings.ToValidUTF8(text[:maxErrorText], "") + "…", err}
}
