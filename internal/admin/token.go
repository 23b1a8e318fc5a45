package admin

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const (
	// tokenDigits is how many hex digits a key has, NetBox's number.
	tokenDigits = 40
	// tokenHint is how much of a key's end is kept to tell tokens apart.
	tokenHint = 6
)

// NewTokenKey returns a new random key.
func NewTokenKey() (string, error) {
	key := make([]byte, tokenDigits/2)
	if _, err := rand.Read(key); err != nil {
		return "", err
	}
	return hex.EncodeToString(key), nil
}

// SetTokenKey puts what is kept of a key into a token. It refuses keys that are
// not 40 hex digits.
func SetTokenKey(token *webhook.Token, key string) error {
	if !isHex(key, tokenDigits) {
		return fieldError("key", "A key has %d hexadecimal digits (0-9, a-f).", tokenDigits)
	}
	hash := sha256.Sum256([]byte(key))
	token.KeyHash = hex.EncodeToString(hash[:])
	token.KeyHint = key[tokenDigits-tokenHint:]
	return nil
}

func tokenKind() kind[webhook.Token] {
	return kind[webhook.Token]{
		name: KindToken, noun: "token", table: store.Tx.Tokens,
		about: func(t *webhook.Token) about {
			return about{t.ID, strings.Repeat("*", 4) + t.KeyHint, t.Revision, &t.Created, nil}
		},
		check: checkToken,
		drop: func(op operation, t *webhook.Token) error {
			return op.checkTokenOwner(t.UserID)
		},
		masked: func(t webhook.Token) any {
			t.KeyHash = ""
			return t
		},
		forgets: true,
	}
}

func checkToken(op operation, before, t *webhook.Token) error {
	var errs webhook.FieldErrors
	limitText(&errs, "description", t.Description, webhook.MaxDescriptionLength)
	if t.KeyHash == "" {
		errs.Add("key", "This field is required.")
	}
	if before != nil {
		t.Created = before.Created
		if t.UserID != before.UserID {
			errs.Add("user", "A token cannot be given to another user.")
		}
		if t.KeyHash != before.KeyHash {
			errs.Add("key", "A token's key cannot be changed.")
		}
	}
	if _, err := op.tx.Users().Get(t.UserID); errors.Is(err, store.ErrNotFound) {
		errs.Add("user", "Related object not found using the provided numeric ID: %d", t.UserID)
	} else if err != nil {
		return err
	}
	if err := errs.Err(); err != nil {
		return err
	}
	return op.checkTokenOwner(t.UserID)
}

// checkTokenOwner lets only superusers handle the tokens of others, which would
// let them act as these.
func (op operation) checkTokenOwner(user int64) error {
	if op.by.Superuser || op.by.UserID == user {
		return nil
	}
	return webhook.Errorf(webhook.CodeForbidden, "Only a superuser may handle the tokens of other users.")
}
