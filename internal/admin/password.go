package admin

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Passwords are kept as Django keeps them, pbkdf2_sha256$iterations$salt$hash,
// so that users can come over from a NetBox with theirs.
const (
	passwordScheme     = "pbkdf2_sha256"
	passwordIterations = 600_000 // OWASP's figure for PBKDF2 with SHA-256
	maxIterations      = 10_000_000
	minPassword        = 8
	maxPassword        = 128 // characters; bounds the work of a check
	// maxLogins is how many passwords are checked at once: each costs about a
	// quarter of a second of a core.
	maxLogins = 2
)

// HashPassword checks a new password against the rules and returns what is
// stored of it. It takes about a quarter of a second; never call it in a
// transaction.
func HashPassword(password string) (string, error) {
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return "", fieldError("password", "This password is too short. It must contain at least %d characters.", minPassword)
	case n > maxPassword:
		return "", fieldError("password", "Ensure this field has no more than %d characters.", maxPassword)
	}
	salt := rand.Text()
	hash, err := passwordHash(password, salt, passwordIterations)
	if err != nil {
		return "", err
	}
	return strings.Join([]string{passwordScheme, strconv.Itoa(passwordIterations), salt, hash}, "$"), nil
}

func passwordHash(password, salt string, iterations int) (string, error) {
	hash, err := pbkdf2.Key(sha256.New, password, []byte(salt), iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return base64.StdEncoding.EncodeToString(hash), nil
}

// passwordMatches compares in constant time. A stored text of another form
// matches nothing.
func passwordMatches(stored, password string) bool {
	parts := strings.Split(stored, "$")
	if len(parts) != 4 || parts[0] != passwordScheme || utf8.RuneCountInString(password) > maxPassword {
		return false
	}
	iterations, err := strconv.Atoi(parts[1])
	if err != nil || iterations < 1 || iterations > maxIterations {
		return false
	}
	hash, err := passwordHash(password, parts[2], iterations)
	return err == nil && subtle.ConstantTimeCompare([]byte(hash), []byte(parts[3])) == 1
}

// nobody is what an unknown user's password is compared with, so that the time
// it takes does not tell who exists.
const nobody = passwordScheme + "$600000$nobody$" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

// Login returns whom a name and password stand for, or an error with
// [webhook.CodeUnauthorized] that does not say which of the two was wrong. Who
// has failed too often from an address gets [webhook.CodeRateLimited] for a
// while, whatever the password.
func (a *Admin) Login(ctx context.Context, username, password string, from netip.Addr) (*Identity, error) {
	if utf8.RuneCountInString(username) > MaxUsername {
		username = "" // nobody has it, and what is as long as a request must not be remembered
	}
	select {
	case a.logins <- struct{}{}:
		defer func() { <-a.logins }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	// Not before: of many guesses at once, none would have failed yet.
	if err := a.guesses.check(username, from, now()); err != nil {
		return nil, err
	}
	var user webhook.User
	var granted []webhook.Permission
	err := a.store.View(ctx, func(tx store.Tx) (err error) {
		user, err = tx.Users().Find("username", username)
		if errors.Is(err, store.ErrNotFound) {
			user = webhook.User{PasswordHash: nobody}
			return nil
		}
		if err == nil {
			granted, err = grantedTo(tx, user)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if !passwordMatches(user.PasswordHash, password) || !user.Active {
		a.guesses.failed(username, from, now())
		return nil, webhook.Errorf(webhook.CodeUnauthorized, "Invalid username/password.")
	}
	a.guesses.succeeded(username, from)
	return newIdentity(user, granted, false), nil
}
