package admin

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const (
	// SetupLife is how long a setup link may be used.
	SetupLife = 24 * time.Hour
	// setupSetting is where what is kept of the link is.
	setupSetting = "setup"
)

// setup is what is kept of a setup link.
type setup struct {
	KeyHash string    `json:"key_hash"`
	UserID  int64     `json:"user"`
	Expires time.Time `json:"expires"`
}

// NewSetupKey makes the key of a link with which a user may set a password
// once, and keeps its hash in tx. An earlier link ends.
func NewSetupKey(tx store.Tx, userID int64) (key string, err error) {
	key = rand.Text()
	document, err := json.Marshal(setup{KeyHash: hashKey(key), UserID: userID, Expires: now().Add(SetupLife)})
	if err != nil {
		return "", fmt.Errorf("setup link: %w", err)
	}
	return key, tx.PutSetting(setupSetting, document)
}

// SetupUser returns whose password a setup link may set, or an error with
// [webhook.CodeNotFound].
func (a *Admin) SetupUser(ctx context.Context, key string) (user webhook.User, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		user, err = setupUser(tx, key)
		return err
	})
	return user, err
}

func setupUser(tx store.Tx, key string) (user webhook.User, err error) {
	document, err := tx.Setting(setupSetting)
	var kept setup
	if err == nil {
		if err := json.Unmarshal(document, &kept); err != nil {
			return user, fmt.Errorf("setup link: %w", err)
		}
		if kept.KeyHash == hashKey(key) && now().Before(kept.Expires) {
			user, err = tx.Users().Get(kept.UserID)
			if err == nil {
				return user, nil
			}
		} else {
			err = store.ErrNotFound
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		return user, &webhook.Error{
			Code: webhook.CodeNotFound, Message: "This setup link was used already or is too old.",
			Help: `Set a password with "bellhop user" on the server, or sign in.`,
		}
	}
	return user, err
}

// SetUp sets the password that a setup link allows to set, uses the link up,
// and begins a session.
func (a *Admin) SetUp(ctx context.Context, key, password string, from Origin, requestID webhook.UUID) (session string, err error) {
	if _, err := a.SetupUser(ctx, key); err != nil {
		return "", err
	}
	hash, err := HashPassword(password)
	if err != nil {
		return "", err
	}
	var user webhook.User
	err = a.store.Update(ctx, func(tx store.Tx) (err error) {
		if user, err = setupUser(tx, key); err != nil {
			return err
		}
		op := operation{admin: a, tx: tx, by: System(requestID), now: now()}
		op.by.UserName = user.Username
		if _, err = a.Users.update(op, Edit[webhook.User]{ID: user.ID, Apply: func(u *webhook.User) error {
			u.PasswordHash, u.Active = hash, true
			return nil
		}}); err != nil {
			return err
		}
		return tx.PutSetting(setupSetting, nil)
	})
	if err != nil {
		return "", err
	}
	a.identities.clear()
	return a.beginSession(ctx, user.ID, from)
}
