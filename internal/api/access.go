package api

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// identityKey is where a context holds who calls from within this process.
type identityKey struct{}

// As returns a context for calls from within this process, by somebody whom
// another surface has recognized. Headers are not looked at then.
func As(ctx context.Context, identity *admin.Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, identity)
}

// identify finds out who calls. Wrong credentials are refused even where none
// are needed.
func (c *call) identify() error {
	if identity, ok := c.ctx.Value(identityKey{}).(*admin.Identity); ok {
		c.identity = identity
		return nil
	}
	header := c.r.Header.Get("Authorization")
	if header == "" {
		return nil
	}
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Token") {
		return nil // another scheme is none of ours, as in Django REST framework
	}
	key = strings.TrimSpace(key)
	switch {
	case key == "":
		return webhook.Errorf(webhook.CodeUnauthorized, "Invalid token header. No credentials provided.")
	case strings.Contains(key, " "):
		return webhook.Errorf(webhook.CodeUnauthorized, "Invalid token header. Token string should not contain spaces.")
	}
	identity, err := c.api.options.Admin.Authenticate(c.ctx, key)
	if err != nil {
		return err
	}
	peer, err := c.peer()
	if err != nil {
		return err
	}
	if err := identity.CheckSource(peer); err != nil {
		return err
	}
	c.identity = identity
	return nil
}

// peer is the client's address. Headers do not count here: what a proxy says in
// them, anybody could.
func (c *call) peer() (netip.Addr, error) {
	peer, err := netip.ParseAddrPort(c.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("address of the client: %w", err)
	}
	return peer.Addr(), nil
}

// authorize refuses those who may not call an operation.
func (c *call) authorize(a access) error {
	if a.level == levelPublic {
		return nil
	}
	if c.identity == nil {
		return errAnonymous()
	}
	if c.identity.ReadOnly && !isSafe(c.r.Method) {
		return errForbidden()
	}
	allowed := false
	switch a.level {
	case levelSignedIn:
		allowed = true
	case levelSuperuser:
		allowed = c.identity.Superuser
	case levelPermitted:
		kind := a.kind
		if kind == "" {
			kind = c.objectType.Name()
		}
		allowed = c.identity.Allows(a.action, kind)
	}
	if !allowed {
		return errForbidden()
	}
	return nil
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// findObjectType looks up the type in the path of a route for objects.
func (c *call) findObjectType() error {
	plural := c.r.PathValue("plural")
	if plural == "" {
		return nil
	}
	c.objectType = c.api.options.Inventory.Types().ByPath(c.r.PathValue("app"), plural)
	if c.objectType == nil {
		return webhook.NotFound()
	}
	return nil
}
