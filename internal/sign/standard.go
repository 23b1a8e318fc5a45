package sign

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks 1.0, spelled as its text does.
const (
	IDHeader        = "webhook-id"
	TimestampHeader = "webhook-timestamp"
	SignatureHeader = "webhook-signature"
)

// Tolerance is how far the timestamp of a request may lie from the receiver's
// clock, in either direction, in the reference libraries of Standard Webhooks.
const Tolerance = 5 * time.Minute

// secretPrefix marks a secret whose rest is the key in base64.
const secretPrefix = "whsec_"

// version is the symmetric scheme; v1a, the asymmetric one, is not offered.
const version = "v1,"

var (
	// ErrMissing says that a header the check needs is absent or empty.
	ErrMissing = errors.New("signature header is missing")
	// ErrMismatch says that no signature belongs to this body and secret.
	ErrMismatch = errors.New("signature does not match")
	// ErrTimestamp says that the timestamp is no number of seconds, or lies
	// outside the tolerance.
	ErrTimestamp = errors.New("timestamp is not acceptable")
)

// StandardHeaders are the values of the three headers of Standard Webhooks.
type StandardHeaders struct {
	ID        string
	Timestamp string // Unix seconds in decimal
	Signature string // one or more "version,signature", separated by spaces
}

// Standard returns the header values for one attempt: id is the delivery's and
// stays the same over all attempts, at is the attempt's own moment. The id
// should contain no full stop, which separates it from the timestamp.
func Standard(secret, id string, at time.Time, body []byte) StandardHeaders {
	return NewSigner(secret).Standard(id, at, body)
}

// VerifyStandard checks received headers against the body. One matching v1
// signature among several is enough, which lets a sender rotate its secret;
// signatures of unknown versions are passed over. The error is nil or wraps
// [ErrMissing], [ErrTimestamp] or [ErrMismatch].
func VerifyStandard(secret string, h StandardHeaders, body []byte, now time.Time, tolerance time.Duration) error {
	if err := checkPresent(h); err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(h.Timestamp, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: %q is not a number of seconds", ErrTimestamp, h.Timestamp)
	}
	// The window is compared in whole seconds: a difference of times far apart
	// would overflow time.Duration and pass.
	limit := int64(tolerance / time.Second)
	if seconds < now.Unix()-limit {
		return fmt.Errorf("%w: older than %s", ErrTimestamp, tolerance)
	}
	if seconds > now.Unix()+limit {
		return fmt.Errorf("%w: more than %s ahead", ErrTimestamp, tolerance)
	}
	want := newStandardHash(secret).standard(h.ID, h.Timestamp, body)
	for signature := range strings.FieldsSeq(h.Signature) {
		encoded, ok := strings.CutPrefix(signature, version)
		if !ok {
			continue
		}
		got, err := base64.StdEncoding.DecodeString(encoded)
		if err == nil && hmac.Equal(got, want) {
			return nil
		}
	}
	return ErrMismatch
}

func checkPresent(h StandardHeaders) error {
	switch {
	case h.ID == "":
		return fmt.Errorf("%w: %s", ErrMissing, IDHeader)
	case h.Timestamp == "":
		return fmt.Errorf("%w: %s", ErrMissing, TimestampHeader)
	case h.Signature == "":
		return fmt.Errorf("%w: %s", ErrMissing, SignatureHeader)
	}
	return nil
}

// standardKey returns the decoded bytes of a whsec_ secret. Any other secret,
// and one that only looks like it, is used as it is: signing must not be able
// to fail for a webhook whose secret was chosen for X-Hook-Signature.
func standardKey(secret string) []byte {
	if encoded, ok := strings.CutPrefix(secret, secretPrefix); ok {
		if key, err := base64.StdEncoding.DecodeString(encoded); err == nil && len(key) > 0 {
			return key
		}
	}
	return []byte(secret)
}
