// Package sign computes and verifies the signatures of webhook requests.
//
// Two schemes are known, and a request carries both:
//
//   - NetBox's X-Hook-Signature: the lower-case hexadecimal HMAC-SHA512 of the
//     body, keyed with the secret's UTF-8 bytes (NetBox 2.4 to 4.7). It covers
//     neither the time nor the identity of the request.
//   - Standard Webhooks 1.0: HMAC-SHA256 of "id.timestamp.body" in the headers
//     webhook-id, webhook-timestamp and webhook-signature, so that a receiver
//     can refuse what is old or already seen.
//
// The package is pure: it reads no clock, so the caller says what time it is.
// Every comparison of signatures takes constant time. All functions may be
// called concurrently.
package sign
