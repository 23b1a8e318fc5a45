package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keySize is that of AES-256.
const keySize = 32

// sealedPrefix marks sealed text, so that a later scheme can be told apart.
const sealedPrefix = "v1:"

// Sealer seals secrets before they are written to a database (AES-256-GCM with a
// random nonce). It is safe for concurrent use.
type Sealer struct {
	aead cipher.AEAD
}

// NewSealer returns the sealer for a key of 32 secret bytes.
func NewSealer(secret []byte) (*Sealer, error) {
	if len(secret) != keySize {
		return nil, fmt.Errorf("encryption key has %d bytes, want %d", len(secret), keySize)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead: aead}, nil
}

// ParseSealer returns the sealer for a key of 64 hex digits, as configuration and key file
// hold it.
func ParseSealer(text string) (*Sealer, error) {
	secret, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		// The cause would quote a piece of the key.
		return nil, errors.New("encryption key is not hexadecimal")
	}
	return NewSealer(secret)
}

// LoadSealer reads a key from a file, which it makes with mode 0600 and a
// random key if it is not there.
func LoadSealer(path string) (*Sealer, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createKeyFile(path)
	}
	if err != nil {
		return nil, err
	}
	key, err := ParseSealer(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// createKeyFile writes under another name first, so that a crash leaves no half
// key behind, and links that to the file's name, which fails if another process
// was quicker: then its key is the one.
func createKeyFile(path string) (*Sealer, error) {
	secret := make([]byte, keySize)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // a name too many does no harm
	_, err = file.WriteString(hex.EncodeToString(secret) + "\n")
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Link(file.Name(), path)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return LoadSealer(path)
	case err != nil:
		return nil, err
	}
	return NewSealer(secret)
}

// Seal encrypts a text. The empty text stays empty, so that "no secret" can be
// seen without the key.
func (s *Sealer) Seal(plain string) string {
	if plain == "" {
		return ""
	}
	return sealedPrefix + base64.RawStdEncoding.EncodeToString(s.aead.Seal(nil, nil, []byte(plain), nil))
}

// Open decrypts what Seal made.
func (s *Sealer) Open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	text, ok := strings.CutPrefix(sealed, sealedPrefix)
	if !ok {
		return "", errors.New("secret is not sealed in a known way")
	}
	box, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("sealed secret: %w", err)
	}
	plain, err := s.aead.Open(nil, nil, box, nil)
	if err != nil {
		return "", errors.New("secret was sealed with another key; give this database its own: the secret.key that it had, or the encryption-key")
	}
	return string(plain), nil
}
