package admin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// setup returns the use cases on a database of their own.
func setup(t *testing.T) *app.Backend {
	t.Helper()
	backend, err := app.Open(t.Context(), app.Params{
		Options:   config.Options{Database: config.Database{Data: t.TempDir()}, Delivery: config.Delivery{Workers: 1}},
		Log:       slog.New(slog.NewTextHandler(t.Output(), nil)),
		LookupEnv: func(string) (string, bool) { return "", false },
		Version:   "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := backend.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return backend
}

// addUser makes a user with a token and returns who that is.
func addUser(t *testing.T, a *admin.Admin, user webhook.User) admin.Actor {
	t.Helper()
	by := admin.System(webhook.UUID{})
	user.Active = true
	users, err := a.Users.Create(t.Context(), by, []webhook.User{user})
	if err != nil {
		t.Fatal(err)
	}
	key, err := admin.NewTokenKey()
	if err != nil {
		t.Fatal(err)
	}
	token := webhook.Token{UserID: users[0].ID, WriteEnabled: true}
	if err := admin.SetTokenKey(&token, key); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Tokens.Create(t.Context(), by, []webhook.Token{token}); err != nil {
		t.Fatal(err)
	}
	identity, err := a.Authenticate(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return admin.Actor{Identity: *identity}
}

// Nobody gets more rights through managing people than they have.
func TestNobodyGrantsMoreThanTheyHave(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	ctx := t.Context()
	addUser(t, a, webhook.User{Username: "root", Superuser: true})
	clerk := addUser(t, a, webhook.User{Username: "clerk", Permissions: []webhook.Permission{
		"users.add_user", "users.change_user", "users.delete_user", "users.change_group", "users.add_token", "dcim.view_site",
	}})
	strong, err := a.Groups.Create(ctx, admin.System(webhook.UUID{}), []webhook.Group{
		{Name: "strong", Permissions: []webhook.Permission{"extras.add_webhook"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	edit := func(id int64, apply func(*webhook.User)) error {
		_, err := a.Users.Update(ctx, clerk, []admin.Edit[webhook.User]{{ID: id, Apply: func(u *webhook.User) error {
			apply(u)
			return nil
		}}})
		return err
	}
	addUser(t, a, webhook.User{Username: "strong", Permissions: []webhook.Permission{"extras.add_webhook"}}) // 3
	addUser(t, a, webhook.User{Username: "member", Groups: []int64{strong[0].ID}})                           // 4
	addUser(t, a, webhook.User{Username: "weak", Permissions: []webhook.Permission{"dcim.view_site"}})       // 5
	password := func(u *webhook.User) { u.PasswordHash = "x" }
	for _, tt := range []struct {
		name    string
		err     error
		refused bool
	}{
		{"the password of somebody with more", edit(3, password), true},
		{"the password of somebody in a group with more", edit(4, password), true},
		{"the password of somebody with no more", edit(5, password), false},
		{"one's own password", edit(2, password), false},
		{"a permission one has", edit(2, func(u *webhook.User) { u.Permissions = append(u.Permissions, "dcim.view_site") }), false},
		{"a permission one lacks", edit(2, func(u *webhook.User) { u.Permissions = append(u.Permissions, "extras.add_webhook") }), true},
		{"all permissions", edit(2, func(u *webhook.User) { u.Permissions = append(u.Permissions, "*") }), true},
		{"superuser", edit(2, func(u *webhook.User) { u.Superuser = true }), true},
		{"a group with more", edit(2, func(u *webhook.User) { u.Groups = []int64{strong[0].ID} }), true},
		{"a superuser's password", edit(1, func(u *webhook.User) { u.PasswordHash = "x" }), true},
		{"deleting a superuser", a.Users.Delete(ctx, clerk, []admin.Edit[webhook.User]{{ID: 1}}), true},
		{"another's token", func() error {
			token := webhook.Token{UserID: 1}
			if err := admin.SetTokenKey(&token, "0000000000000000000000000000000000000001"); err != nil {
				return err
			}
			_, err := a.Tokens.Create(ctx, clerk, []webhook.Token{token})
			return err
		}(), true},
		{"a group's permission one lacks", func() error {
			_, err := a.Groups.Update(ctx, clerk, []admin.Edit[webhook.Group]{{ID: strong[0].ID, Apply: func(g *webhook.Group) error {
				g.Permissions = append(g.Permissions, "extras.delete_webhook")
				return nil
			}}})
			return err
		}(), true},
	} {
		if _, isBulk := errors.AsType[*admin.BulkError](tt.err); isBulk != tt.refused {
			t.Errorf("%s: error %v, want a refusal: %v", tt.name, tt.err, tt.refused)
		}
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	// Made by Python: hashlib.pbkdf2_hmac("sha256", b"correct horse", b"salt", 1000), in Django's form.
	const hash = "pbkdf2_sha256$1000$salt$boRToEKoQr22LeDTyHDsEkHpDsDOTyWJq16HknEiweU="
	addUser(t, a, webhook.User{Username: "jo", PasswordHash: hash})
	addUser(t, a, webhook.User{Username: "none"})
	for _, tt := range []struct {
		name, user, password string
		ok                   bool
	}{
		{"right", "jo", "correct horse", true},
		{"wrong", "jo", "correct house", false},
		{"empty", "jo", "", false},
		{"no such user", "joe", "correct horse", false},
		{"user without password", "none", "", false},
	} {
		identity, err := a.Login(t.Context(), tt.user, tt.password, netip.MustParseAddr("192.0.2.1"))
		if tt.ok != (err == nil) || tt.ok && identity.UserName != tt.user {
			t.Errorf("%s: identity %v, error %v", tt.name, identity, err)
		}
		if !tt.ok && webhook.CodeOf(err) != webhook.CodeUnauthorized {
			t.Errorf("%s: code %s", tt.name, webhook.CodeOf(err))
		}
	}
	made, err := admin.HashPassword("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	addUser(t, a, webhook.User{Username: "mo", PasswordHash: made})
	if _, err := a.Login(t.Context(), "mo", "correct horse", netip.MustParseAddr("192.0.2.1")); err != nil {
		t.Errorf("with a hash of our own: %v", err)
	}
}

func TestExpiredToken(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	by := addUser(t, a, webhook.User{Username: "jo"})
	const key = "0000000000000000000000000000000000000001"
	token := webhook.Token{UserID: by.UserID, Expires: time.Now().Add(-time.Second)}
	if err := admin.SetTokenKey(&token, key); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Tokens.Create(t.Context(), by, []webhook.Token{token}); err != nil {
		t.Fatal(err)
	}
	_, err := a.Authenticate(t.Context(), key)
	if refused, ok := errors.AsType[*webhook.Error](err); !ok || refused.Message != "Token expired" {
		t.Errorf("error %v, want Token expired", err)
	}
}

// A token is no session and a session no token, also while they are remembered:
// a token's networks and its lack of rights count for its own use only.
func TestTokensAreNoSessions(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	const hash = "pbkdf2_sha256$1000$salt$boRToEKoQr22LeDTyHDsEkHpDsDOTyWJq16HknEiweU="
	by := addUser(t, a, webhook.User{Username: "jo", PasswordHash: hash})
	const key = "0000000000000000000000000000000000000001"
	token := webhook.Token{UserID: by.UserID, AllowedIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	if err := admin.SetTokenKey(&token, key); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Tokens.Create(t.Context(), by, []webhook.Token{token}); err != nil {
		t.Fatal(err)
	}
	session, _, err := a.SignIn(t.Context(), "jo", "correct horse", admin.Origin{Address: netip.MustParseAddr("192.0.2.1")})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // from the database, then as remembered
		if _, err := a.Authenticate(t.Context(), key); err != nil {
			t.Error(err)
		}
		if _, err := a.Resume(t.Context(), session); err != nil {
			t.Error(err)
		}
	}
	if got, err := a.Resume(t.Context(), key); webhook.CodeOf(err) != webhook.CodeUnauthorized {
		t.Errorf("a token as a session: identity %v, error %v", got, err)
	}
	if got, err := a.Authenticate(t.Context(), session); webhook.CodeOf(err) != webhook.CodeUnauthorized {
		t.Errorf("a session as a token: identity %v, error %v", got, err)
	}
}

// Whoever guesses at many passwords at once gets no more guesses than one after
// the other.
func TestManyGuessesAtOnce(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	var checked atomic.Int64
	var guessing sync.WaitGroup
	for range 24 {
		guessing.Go(func() {
			_, err := a.Login(t.Context(), "jo", "a guess", netip.MustParseAddr("192.0.2.1"))
			switch webhook.CodeOf(err) {
			case webhook.CodeUnauthorized:
				checked.Add(1)
			case webhook.CodeRateLimited:
			default:
				t.Errorf("error %v", err)
			}
		})
	}
	guessing.Wait()
	// Five, and as many as are checked beside the fifth.
	if n := checked.Load(); n < 5 || n > 6 {
		t.Errorf("%d of 24 guesses were checked, want 5 or 6", n)
	}
}

// The names that were guessed at take no room, however long they are. It is not
// parallel, because it looks at all the memory.
func TestLongNamesAreNotKept(t *testing.T) {
	a := setup(t).Admin
	inUse := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := inUse()
	for i := range 4 {
		name := strings.Repeat(strconv.Itoa(i), 10<<20)
		if _, err := a.Login(t.Context(), name, "a guess", netip.MustParseAddr("192.0.2.1")); webhook.CodeOf(err) != webhook.CodeUnauthorized {
			t.Errorf("error %v", err)
		}
	}
	if after := inUse(); after > before+10<<20 {
		t.Errorf("four names of 10 MB: %d bytes in use before, %d after", before, after)
	}
	runtime.KeepAlive(a)
}

// A token's last use is written, and not again within a minute.
func TestLastUsed(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	by := addUser(t, a, webhook.User{Username: "jo"})
	const key = "0000000000000000000000000000000000000001"
	token := webhook.Token{UserID: by.UserID}
	if err := admin.SetTokenKey(&token, key); err != nil {
		t.Fatal(err)
	}
	tokens, err := a.Tokens.Create(t.Context(), by, []webhook.Token{token})
	if err != nil {
		t.Fatal(err)
	}
	use := func() time.Time {
		t.Helper()
		if _, err := a.Authenticate(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		token, err := a.Tokens.Get(t.Context(), tokens[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return token.LastUsed
	}
	first := use()
	if first.IsZero() {
		t.Error("the first use was not written")
	}
	addUser(t, a, webhook.User{Username: "mo"}) // what was remembered of tokens is forgotten
	if again := use(); !again.Equal(first) {
		t.Errorf("last used %v, and %v a moment later", first, again)
	}
}

// A list is checked to its end, and none of it written.
func TestBulkFaults(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	by := addUser(t, a, webhook.User{Username: "root", Superuser: true})
	_, err := a.Tags.Create(t.Context(), by, []webhook.Tag{
		{Name: "A", Slug: "a"}, {Name: "B", Slug: "not a slug"}, {Name: "A", Slug: "c"},
	})
	bulk, ok := errors.AsType[*admin.BulkError](err)
	if !ok || bulk.Count() != 2 || bulk.Errors[0] != nil || bulk.Errors[1] == nil || bulk.Errors[2] == nil {
		t.Fatalf("error %v", err)
	}
	if fault, ok := errors.AsType[*webhook.Error](bulk.Errors[2]); !ok {
		t.Errorf("third fault %v", bulk.Errors[2])
	} else if diff := cmp.Diff(map[string][]string{"name": {"tag with this name already exists."}}, fault.Fields); diff != "" {
		t.Errorf("third fault (-want +got):\n%s", diff)
	}
	page, err := a.Tags.List(t.Context(), store.Query{})
	if err != nil || page.Count != 0 {
		t.Errorf("%d tags, error %v; want none", page.Count, err)
	}
}

func TestDeletedTagIsTakenOff(t *testing.T) {
	t.Parallel()
	a := setup(t).Admin
	ctx := t.Context()
	by := addUser(t, a, webhook.User{Username: "root", Superuser: true})
	tags, err := a.Tags.Create(ctx, by, []webhook.Tag{{Name: "A", Slug: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	wh := webhook.New()
	wh.Name, wh.PayloadURL, wh.Tags = "hook", "http://r/", []string{"a", "b"}
	hooks, err := a.Webhooks.Create(ctx, by, []webhook.Webhook{wh})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Tags.Delete(ctx, by, []admin.Edit[webhook.Tag]{{ID: tags[0].ID}}); err != nil {
		t.Fatal(err)
	}
	got, err := a.Webhooks.Get(ctx, hooks[0].ID)
	if diff := cmp.Diff([]string{"b"}, got.Tags); err != nil || diff != "" {
		t.Errorf("error %v, tags (-want +got):\n%s", err, diff)
	}
}

// A tag stays on what it is put on when its slug changes, and is taken off when
// it is deleted, as in NetBox.
func TestObjectsKeepRenamedTags(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	by := addUser(t, b.Admin, webhook.User{Username: "root", Superuser: true})
	tags, err := b.Admin.Tags.Create(ctx, by, []webhook.Tag{{Name: "A", Slug: "a"}, {Name: "M", Slug: "m"}})
	if err != nil {
		t.Fatal(err)
	}
	err = b.Inventory.Do(ctx, inventory.Request{}, func(s *inventory.Session) error {
		_, err := s.Create("dcim.site", []byte(`{"name": "AMS1", "slug": "ams1", "tags": [{"slug": "a"}, {"slug": "m"}]}`))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	shown := func() (slugs []string) {
		var site struct {
			Tags []webhook.Tag `json:"tags"`
		}
		err := b.Inventory.View(ctx, "", func(r *inventory.Reader) error {
			object, err := r.Get("dcim.site", 1)
			return errors.Join(err, json.Unmarshal(object.Data, &site))
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range site.Tags {
			slugs = append(slugs, fmt.Sprintf("%d %s", tag.ID, tag.Slug))
		}
		return slugs
	}
	rename := admin.Edit[webhook.Tag]{ID: tags[0].ID, Apply: func(tag *webhook.Tag) error {
		tag.Slug = "z"
		return nil
	}}
	if _, err := b.Admin.Tags.Update(ctx, by, []admin.Edit[webhook.Tag]{rename}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2 m", "1 z"}, shown()); diff != "" {
		t.Errorf("after a new slug (-want +got):\n%s", diff)
	}
	if err := b.Admin.Tags.Delete(ctx, by, []admin.Edit[webhook.Tag]{{ID: tags[0].ID}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2 m"}, shown()); diff != "" {
		t.Errorf("after deleting the tag (-want +got):\n%s", diff)
	}
}

// Retrying more than fits one transaction reaches all of it, and each part is in
// the audit log.
func TestManyDeliveries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := t.Context()
	by := addUser(t, b.Admin, webhook.User{Username: "root", Superuser: true})
	wh := webhook.New()
	wh.Name, wh.PayloadURL = "hook", "http://r/"
	wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
	if _, err := b.Admin.Webhooks.Create(ctx, by, []webhook.Webhook{wh}); err != nil {
		t.Fatal(err)
	}
	changes := make([]webhook.Change, 2100)
	for i := range changes {
		changes[i] = webhook.Change{
			Time: time.Now(), Event: webhook.Updated, ObjectType: "dcim.site", ObjectID: int64(i), Data: []byte(`{}`),
		}
	}
	_, err := b.Admin.Import(ctx, admin.Once{}, changes, func([]webhook.Change) (admin.Answer, error) { return admin.Answer{}, nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range []struct {
		verb string
		do   func(context.Context, admin.Actor, store.Filter) (int, error)
	}{{"cancel", b.Admin.Cancel}, {"retry", b.Admin.Retry}, {"delete", b.Admin.DeleteDeliveries}} {
		n, err := act.do(ctx, by, nil)
		if err != nil || n != len(changes) {
			t.Errorf("%s: %d, error %v; want %d", act.verb, n, err, len(changes))
		}
		log, err := b.Admin.AuditLog(ctx, store.Query{Where: store.Compare{Path: "action", Op: store.Eq, Value: act.verb}, Limit: 10})
		if err != nil || log.Count != 3 || !bytes.Contains(log.Items[0].Before, []byte("deliveries")) {
			t.Errorf("%s: %d entries, error %v; want 3", act.verb, log.Count, err)
		}
	}
}
