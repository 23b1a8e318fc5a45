package admin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

const (
	// SessionLife is how long somebody stays signed in: the default of NetBox's
	// LOGIN_TIMEOUT. Use does not prolong it (LOGIN_PERSISTENCE).
	SessionLife = 14 * 24 * time.Hour
	// maxSessions bounds the sessions of one user; the oldest ends for a new one.
	maxSessions = 50
	// maxAgent bounds what is kept of a browser's description of itself.
	maxAgent = 200
)

// Origin is where somebody signs in from.
type Origin struct {
	Address netip.Addr
	Agent   string
}

// SignIn begins a session for a name and password. It returns the key for the
// browser's cookie; only its hash is kept. Wrong credentials are an error with
// [webhook.CodeUnauthorized], too many of them one with
// [webhook.CodeRateLimited].
func (a *Admin) SignIn(ctx context.Context, username, password string, from Origin) (key string, identity *Identity, err error) {
	identity, err = a.Login(ctx, username, password, from.Address)
	if err != nil {
		return "", nil, err
	}
	key, err = a.beginSession(ctx, identity.UserID, from)
	return key, identity, err
}

// beginSession stores a new session and clears away what has ended.
func (a *Admin) beginSession(ctx context.Context, userID int64, from Origin) (key string, err error) {
	key = rand.Text()
	now := now()
	session := webhook.Session{
		UserID: userID, KeyHash: hashKey(key), Created: now, Expires: now.Add(SessionLife),
		Address: from.Address.Unmap().String(), Agent: from.Agent[:min(len(from.Agent), maxAgent)],
	}
	return key, a.store.Update(ctx, func(tx store.Tx) error {
		if err := endSessions(tx, store.Compare{Path: "expires", Op: store.Lte, Value: now.Format(time.RFC3339Nano)}, 0); err != nil {
			return err
		}
		if err := endSessions(tx, ofUser(userID), maxSessions-1); err != nil {
			return err
		}
		user, err := tx.Users().Get(userID)
		if err != nil {
			return err
		}
		user.LastLogin = now
		if err := tx.Users().Update(&user); err != nil {
			return err
		}
		fresh := session // a transaction may run again
		return tx.Sessions().Create(&fresh)
	})
}

func ofUser(id int64) store.Filter { return store.Compare{Path: "user", Op: store.Eq, Value: id} }

// endSessions deletes the sessions that match but the newest keep.
func endSessions(tx store.Tx, which store.Filter, keep int) error {
	page, err := tx.Sessions().List(store.Query{
		Where: which, Order: []store.Order{{Path: "id", Desc: true}}, Offset: keep, Limit: maxCascade, NoCount: true,
	})
	if err != nil {
		return err
	}
	for i := range page.Items {
		if err := tx.Sessions().Delete(page.Items[i].ID); err != nil {
			return err
		}
	}
	return nil
}

// Resume returns whose session a key is for, or an error with
// [webhook.CodeUnauthorized].
func (a *Admin) Resume(ctx context.Context, key string) (*Identity, error) {
	now := now()
	of := credential{session: true, hash: sha256.Sum256([]byte(key))}
	entry, generation := a.identities.get(of, now)
	if entry.identity != nil {
		return entry.identity, nil
	}
	var session webhook.Session
	var user webhook.User
	var granted []webhook.Permission
	err := a.store.View(ctx, func(tx store.Tx) (err error) {
		if session, err = tx.Sessions().Find("key_hash", hashKey(key)); err != nil {
			return err
		}
		if user, err = tx.Users().Get(session.UserID); err != nil {
			return err
		}
		granted, err = grantedTo(tx, user)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && (!now.Before(session.Expires) || !user.Active):
		return nil, webhook.Errorf(webhook.CodeUnauthorized, "You are signed out.")
	case err != nil:
		return nil, err
	}
	until := now.Add(identityLife)
	if session.Expires.Before(until) {
		until = session.Expires
	}
	identity := newIdentity(user, granted, false)
	a.identities.put(of, cachedIdentity{identity: identity, until: until, touch: until}, generation)
	return identity, nil
}

// SignOut ends a session. One that is not there is fine.
func (a *Admin) SignOut(ctx context.Context, key string) error {
	err := a.store.Update(ctx, func(tx store.Tx) error {
		session, err := tx.Sessions().Find("key_hash", hashKey(key))
		if err != nil {
			return err
		}
		return tx.Sessions().Delete(session.ID)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	a.identities.clear()
	return err
}

// ChangePassword sets somebody's own password, for which they give the present
// one, and ends all their sessions.
func (a *Admin) ChangePassword(ctx context.Context, by Actor, present, next string, from netip.Addr) error {
	if _, err := a.Login(ctx, by.UserName, present, from); err != nil {
		if webhook.CodeOf(err) == webhook.CodeUnauthorized {
			return fieldError("present", "This is not your present password.")
		}
		return err
	}
	hash, err := HashPassword(next)
	if err != nil {
		return err
	}
	_, err = a.Users.Update(ctx, by, []Edit[webhook.User]{{ID: by.UserID, Apply: func(u *webhook.User) error {
		u.PasswordHash = hash
		return nil
	}}})
	return err
}

// hashKey is what is kept of a random key.
func hashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
