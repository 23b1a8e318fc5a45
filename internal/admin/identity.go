package admin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Identity is somebody who was recognized, with what they may do.
type Identity struct {
	UserID   int64
	UserName string
	// Superuser may do everything.
	Superuser bool
	// ReadOnly is somebody who came with a token that may not write.
	ReadOnly bool
	token    webhook.Token // zero for a login by password
	granted  map[webhook.Permission]struct{}
}

// Allows reports whether an action is permitted on a kind of thing, such as
// "extras.webhook" or "dcim.site".
func (id *Identity) Allows(action webhook.Action, kind string) bool {
	if id.ReadOnly && action != webhook.ActionView {
		return false
	}
	if id.Superuser {
		return true
	}
	app, model, _ := strings.Cut(kind, ".")
	return id.has(webhook.PermissionFor(app, action, model))
}

func (id *Identity) has(wanted webhook.Permission) bool {
	if id.Superuser {
		return true
	}
	if _, all := id.granted["*"]; all {
		return true
	}
	_, ok := id.granted[wanted]
	return ok
}

// CheckSource refuses an address from which the token may not be used.
func (id *Identity) CheckSource(from netip.Addr) error {
	if id.token.AllowsFrom(from) {
		return nil
	}
	return webhook.Errorf(webhook.CodeUnauthorized, "Source IP %s is not permitted to authenticate using this token.", from.Unmap())
}

// Refusals of a login, with NetBox's texts.
var (
	errInvalidToken = webhook.Error{Code: webhook.CodeUnauthorized, Message: "Invalid token"}
	errTokenExpired = webhook.Error{Code: webhook.CodeUnauthorized, Message: "Token expired"}
	errUserInactive = webhook.Error{Code: webhook.CodeUnauthorized, Message: "User inactive"}
)

func refusal(e webhook.Error) error { return &e }

const (
	// identityLife bounds how long a change made by another process (a token
	// deleted, a permission taken away) goes unnoticed. Changes made through
	// this process count at once.
	identityLife = 5 * time.Second
	// maxIdentities bounds the memory of the cache.
	maxIdentities = 10_000
	// lastUsedEvery is how precise a token's last use is, as in NetBox.
	lastUsedEvery = time.Minute
)

// identityCache keeps who a token or a session stands for, so that a request need
// not read three records. The zero value is empty.
type identityCache struct {
	mu      sync.RWMutex
	entries map[credential]cachedIdentity
	// generation grows when the cache is cleared, so that what was read before
	// is not put in afterwards.
	generation uint64
}

// credential is a key and what it is the key of: a token is no session and a
// session no token, for each is checked in its own way.
type credential struct {
	session bool
	hash    [sha256.Size]byte
}

type cachedIdentity struct {
	identity *Identity
	until    time.Time
	// touch is when the token's last use is to be written next.
	touch time.Time
}

func (c *identityCache) get(of credential, now time.Time) (cachedIdentity, uint64) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	entry := c.entries[of]
	if !now.Before(entry.until) || !now.Before(entry.touch) {
		return cachedIdentity{}, c.generation
	}
	return entry, c.generation
}

func (c *identityCache) put(of credential, entry cachedIdentity, generation uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation != c.generation {
		return
	}
	if c.entries == nil || len(c.entries) >= maxIdentities {
		c.entries = make(map[credential]cachedIdentity)
	}
	c.entries[of] = entry
}

func (c *identityCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = nil
	c.generation++
}

// Authenticate returns whom a token's key stands for, or an error with
// [webhook.CodeUnauthorized]. It notes the token's use at most once a minute.
// Whoever knows where the call comes from asks [Identity.CheckSource], too.
func (a *Admin) Authenticate(ctx context.Context, key string) (*Identity, error) {
	now := now()
	of := credential{hash: sha256.Sum256([]byte(key))}
	entry, generation := a.identities.get(of, now)
	if entry.identity != nil {
		return entry.identity, nil
	}
	token, user, granted, err := a.lookUp(ctx, hex.EncodeToString(of.hash[:]))
	if err != nil {
		return nil, err
	}
	switch {
	case token.Expired(now):
		return nil, refusal(errTokenExpired)
	case !user.Active:
		return nil, refusal(errUserInactive)
	}
	if now.Sub(token.LastUsed) >= lastUsedEvery {
		token.LastUsed = now
		a.touch(ctx, token.ID, now)
	}
	identity := newIdentity(user, granted, !token.WriteEnabled)
	identity.token = token
	entry = cachedIdentity{
		identity: identity,
		until:    now.Add(identityLife), touch: token.LastUsed.Add(lastUsedEvery),
	}
	if !token.Expires.IsZero() && token.Expires.Before(entry.until) {
		entry.until = token.Expires
	}
	a.identities.put(of, entry, generation)
	return entry.identity, nil
}

func newIdentity(user webhook.User, granted []webhook.Permission, readOnly bool) *Identity {
	id := &Identity{
		UserID: user.ID, UserName: user.Username, Superuser: user.Superuser, ReadOnly: readOnly,
		granted: make(map[webhook.Permission]struct{}, len(granted)),
	}
	for _, p := range granted {
		id.granted[p] = struct{}{}
	}
	return id
}

// lookUp reads a token, its user and all that the user is granted.
func (a *Admin) lookUp(ctx context.Context, hash string) (token webhook.Token, user webhook.User, granted []webhook.Permission, err error) {
	err = a.store.View(ctx, func(tx store.Tx) (err error) {
		if token, err = tx.Tokens().Find("key_hash", hash); err != nil {
			return err
		}
		if user, err = tx.Users().Get(token.UserID); err != nil {
			return err
		}
		granted, err = grantedTo(tx, user)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		err = refusal(errInvalidToken)
	}
	return token, user, granted, err
}

// grantedTo returns a user's own permissions and those of the user's groups.
func grantedTo(tx store.Tx, user webhook.User) ([]webhook.Permission, error) {
	granted := slices.Clip(user.Permissions)
	for _, id := range user.Groups {
		group, err := tx.Groups().Get(id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		granted = append(granted, group.Permissions...)
	}
	return granted, nil
}

// touch writes a token's last use. That it cannot be written is no reason to
// refuse a request.
func (a *Admin) touch(ctx context.Context, id int64, at time.Time) {
	err := a.store.Update(ctx, func(tx store.Tx) error {
		token, err := tx.Tokens().Get(id)
		if err != nil {
			return err
		}
		token.LastUsed = at
		return tx.Tokens().Update(&token)
	})
	if err != nil {
		a.log.WarnContext(ctx, "last use of a token was not written", "token", id, "error", err)
	}
}
