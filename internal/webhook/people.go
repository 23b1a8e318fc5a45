package webhook

import (
	"net/netip"
	"slices"
	"time"
)

// User is somebody who may sign in or hold tokens.
type User struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	Email    string `json:"email"`
	// PasswordHash is a salted hash in its own encoding; empty for no password.
	PasswordHash string `json:"password_hash"`
	Active       bool   `json:"is_active"`
	// Superuser has every permission.
	Superuser bool `json:"is_superuser"`
	// Groups are ids; Permissions are granted beside those of the groups.
	Groups      []int64      `json:"groups"`
	Permissions []Permission `json:"permissions"`
	Created     time.Time    `json:"date_joined"`
	LastLogin   time.Time    `json:"last_login,omitzero"`
	Revision    int64        `json:"revision"`
}

// Group gives its permissions to its users.
type Group struct {
	ID          int64        `json:"id"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Permissions []Permission `json:"permissions"`
	Revision    int64        `json:"revision"`
}

// Permission names an action on a kind of thing, as NetBox does:
// "extras.add_webhook". "*" alone stands for all.
type Permission string

// Action is what a permission allows.
type Action string

// The actions.
const (
	ActionView   Action = "view"
	ActionAdd    Action = "add"
	ActionChange Action = "change"
	ActionDelete Action = "delete"
)

// PermissionFor returns the permission for an action on, say, "extras" and
// "webhook".
func PermissionFor(appLabel string, action Action, model string) Permission {
	return Permission(appLabel + "." + string(action) + "_" + model)
}

// Token lets a program act as a user. Only a hash of its key is kept.
type Token struct {
	ID     int64 `json:"id"`
	UserID int64 `json:"user"`
	// KeyHash is the lower-case hex SHA-256 of the key. The key has 160 random
	// bits, so a fast hash without salt is enough.
	KeyHash string `json:"key_hash"`
	// KeyHint is the end of the key, to tell tokens apart.
	KeyHint      string `json:"key_hint"`
	Description  string `json:"description"`
	WriteEnabled bool   `json:"write_enabled"`
	// AllowedIPs are the networks from which the token may be used, in CIDR
	// notation; none means from everywhere.
	AllowedIPs []netip.Prefix `json:"allowed_ips,omitempty"`
	// Expires is zero for never.
	Expires  time.Time `json:"expires,omitzero"`
	Created  time.Time `json:"created"`
	LastUsed time.Time `json:"last_used,omitzero"`
	Revision int64     `json:"revision"`
}

// AllowsFrom reports whether the token may be used from an address.
func (t *Token) AllowsFrom(address netip.Addr) bool {
	return len(t.AllowedIPs) == 0 ||
		slices.ContainsFunc(t.AllowedIPs, func(p netip.Prefix) bool { return p.Contains(address.Unmap()) })
}

// Expired reports whether the token may no longer be used at the moment now.
func (t *Token) Expired(now time.Time) bool {
	return !t.Expires.IsZero() && !now.Before(t.Expires)
}

// Tag is a label that people put on things.
type Tag struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	Slug        string    `json:"slug"`
	Color       string    `json:"color"`
	Description string    `json:"description"`
	Created     time.Time `json:"created"`
	LastUpdated time.Time `json:"last_updated"`
	Revision    int64     `json:"revision"`
}

// Retag returns sorted slugs of tags with to in the place of from; an empty to
// takes from out.
func Retag(slugs []string, from, to string) []string {
	kept := []string{}
	for _, slug := range slugs {
		if slug == from {
			slug = to
		}
		if slug != "" {
			kept = append(kept, slug)
		}
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

// AuditEntry records what a person did to webhooks, object types, users or
// settings. Secrets are masked in Before and After.
type AuditEntry struct {
	ID        int64     `json:"id"`
	Time      time.Time `json:"time"`
	UserName  string    `json:"user_name"`
	RequestID UUID      `json:"request_id"`
	// Action is "create", "update", "delete" or a verb such as "retry".
	Action string `json:"action"`
	// Kind and TargetID name the thing ("extras.webhook", 7); Target is its
	// name at that time.
	Kind     string  `json:"kind"`
	TargetID int64   `json:"target_id"`
	Target   string  `json:"target"`
	Before   RawJSON `json:"before,omitempty"`
	After    RawJSON `json:"after,omitempty"`
}
