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
	// hook and standard hold the schemes' keyed hashes that nobody uses now.
	hook, standard sync.Pool
}

// NewSigner returns a signer for a secret.
func NewSigner(secret string) *Signer {
	s := &Signer{}
	hookKey, standardKey := []byte(secret), standardKey(secret)
	s.hook.New = func() any { return hmac.New(sha512.New, hookKey) }
	s.standard.New = func() any { return hmac.New(sha256.New, standardKey) }
	return s
}

// Hook returns what the function [Hook] does.
func (s *Signer) Hook(body []byte) string {
	var sum [sha512.Size]byte
	return hex.EncodeToString(digest(&s.hook, sum[:0], "", body))
}

// Standard returns what the function [Standard] does.
func (s *Signer) Standard(id string, at time.Time, body []byte) StandardHeaders {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	var sum [sha256.Size]byte
	return StandardHeaders{
		ID:        id,
		Timestamp: timestamp,
		Signature: version + base64.StdEncoding.EncodeToString(digest(&s.standard, sum[:0], id+"."+timestamp+".", body)),
	}
}

// digest appends the keyed hash of prefix and body to dst.
func digest(pool *sync.Pool, dst []byte, prefix string, body []byte) []byte {
	mac := pool.Get().(hash.Hash)
	defer pool.Put(mac)
	mac.Reset()
	mac.Write([]byte(prefix))
	mac.Write(body)
	return mac.Sum(dst)
}
