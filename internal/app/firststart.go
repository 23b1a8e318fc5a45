package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/config"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// adminName is the user that the first start makes.
const adminName = "admin"

// FirstStart is what a first start made up and nobody can look up again.
type FirstStart struct {
	UserName string
	// Password and Token are empty when the settings gave a token.
	Password string
	Token    string
	// SetupURL is where the user may set a password once, without signing in.
	SetupURL string
}

// firstStart makes the first superuser, with a token, in a database that has
// none: the given token, or one that it makes up together with a password.
// Users that commands made before count only if they are superusers. baseURL
// begins the link.
func firstStart(ctx context.Context, b *Backend, given config.Secret, baseURL string) (*FirstStart, error) {
	users, err := b.Admin.Users.List(ctx, store.Query{
		Where: store.Compare{Path: "is_superuser", Op: store.Eq, Value: true}, Limit: 1, NoCount: true,
	})
	if err != nil || len(users.Items) > 0 {
		return nil, err
	}
	made := &FirstStart{UserName: adminName}
	key, hash := given.Reveal(), ""
	if key == "" {
		if key, err = admin.NewTokenKey(); err != nil {
			return nil, err
		}
		made.Password, made.Token = rand.Text(), key
		if hash, err = admin.HashPassword(made.Password); err != nil {
			return nil, err
		}
	}
	token := webhook.Token{WriteEnabled: true, Description: "first start"}
	if err := admin.SetTokenKey(&token, key); err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	user := webhook.User{Username: adminName, PasswordHash: hash, Active: true, Superuser: true, Created: now}
	token.Created = now
	setup := ""
	// All or none: a user without a token would be what the next start finds.
	err = b.Store.Update(ctx, func(tx store.Tx) error {
		if err := tx.Users().Create(&user); err != nil {
			return err
		}
		token.UserID = user.ID
		if err := tx.Tokens().Create(&token); err != nil {
			return err
		}
		setup, err = admin.NewSetupKey(tx, user.ID)
		return err
	})
	if _, taken := errors.AsType[*store.DuplicateError](err); taken {
		return nil, fmt.Errorf("nobody is superuser, and there is a user %[1]s already: run \"bellhop user change %[1]s --superuser\" first", adminName)
	}
	if err != nil {
		return nil, fmt.Errorf("make the first user: %w", err)
	}
	made.SetupURL = baseURL + "/setup/?key=" + setup
	return made, nil
}
