package sign

import (
	"crypto/hmac"
	"encoding/hex"
)

// HookHeader is the header that carries NetBox's signature.
const HookHeader = "X-Hook-Signature"

// Hook returns the value of X-Hook-Signature for a body: the lower-case
// hexadecimal HMAC-SHA512, keyed with the secret's bytes. NetBox sends the
// header only when the secret is not empty; that decision is the caller's.
func Hook(secret string, body []byte) string {
	return NewSigner(secret).Hook(body)
}

// VerifyHook reports whether a received X-Hook-Signature belongs to the body.
// The error is nil, [ErrMissing] for an empty signature or [ErrMismatch].
func VerifyHook(secret, signature string, body []byte) error {
	if signature == "" {
		return ErrMissing
	}
	got, err := hex.DecodeString(signature)
	if err != nil || !hmac.Equal(got, newHookHash(secret).digest(body)) {
		return ErrMismatch
	}
	return nil
}
