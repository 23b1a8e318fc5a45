package admin

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// secretBytes is the length of a new secret; Standard Webhooks asks for 24 to 64.
const secretBytes = 32

// NewSecret returns a new random secret for a webhook in the form of Standard
// Webhooks ("whsec_" and base64), which serves for X-Hook-Signature as it stands.
func NewSecret() (string, error) {
	key := make([]byte, secretBytes)
	if _, err := rand.Read(key); err != nil {
		return "", fmt.Errorf("secret: %w", err)
	}
	return "whsec_" + base64.StdEncoding.EncodeToString(key), nil
}
