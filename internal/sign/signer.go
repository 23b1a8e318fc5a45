package sign

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strconv"
	"sync"
	"time"
)

// Signer signs with one secret. Whoever signs often keeps one: it derives the
// keys once. It is safe for concurrent use.
type Signer struct {
	// hook and standard hold the schemes' hashes, each a *keyed, that nobody uses now.
	hook, standard sync.Pool
}

// NewSigner returns a signer for a secret.
func NewSigner(secret string) *Signer {
	s := &Signer{}
	s.hook.New = func() any { return newHookHash(secret) }
	s.standard.New = func() any { return newStandardHash(secret) }
	return s
}

// Hook returns what the function [Hook] does.
func (s *Signer) Hook(body []byte) string {
	k := s.hook.Get().(*keyed)
	defer s.hook.Put(k)
	return hex.EncodeToString(k.digest(body))
}

// Standard returns what the function [Standard] does.
func (s *Signer) Standard(id string, at time.Time, body []byte) StandardHeaders {
	k := s.standard.Get().(*keyed)
	defer s.standard.Put(k)
	timestamp := strconv.FormatInt(at.Unix(), 10)
	return StandardHeaders{
		ID: id, Timestamp: timestamp, Signature: version + base64.StdEncoding.EncodeToString(k.standard(id, timestamp, body)),
	}
}

// keyed is a keyed hash with the memory that it needs for each use.
type keyed struct {
	mac         hash.Hash
	prefix, sum []byte
}

func newHookHash(secret string) *keyed {
	return &keyed{mac: hmac.New(sha512.New, []byte(secret))}
}

func newStandardHash(secret string) *keyed {
	return &keyed{mac: hmac.New(sha256.New, standardKey(secret))}
}

// standard returns the digest of what Standard Webhooks signs.
func (k *keyed) standard(id, timestamp string, body []byte) []byte {
	k.prefix = append(append(append(append(k.prefix[:0], id...), '.'), timestamp...), '.')
	return k.digest(body)
}

// digest returns the keyed hash of prefix and body, valid until the next use.
func (k *keyed) digest(body []byte) []byte {
	k.mac.Reset()
	k.mac.Write(k.prefix)
	k.mac.Write(body)
	k.sum = k.mac.Sum(k.sum[:0])
	return k.sum
}
