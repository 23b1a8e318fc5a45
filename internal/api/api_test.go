package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/admin"
	"bellhop/internal/api"
	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/webhook"
)

// Keys of the tokens that every server of these tests has.
const (
	adminKey    = "00000000000000000000000000000000000000aa"
	readOnlyKey = "00000000000000000000000000000000000000bb"
	viewerKey   = "00000000000000000000000000000000000000cc"
	editorKey   = "00000000000000000000000000000000000000dd"
	inactiveKey = "00000000000000000000000000000000000000ee"
	nobodyKey   = "0000000000000000000000000000000000000011"
)

// server is the API on a database of its own, with nobody delivering.
type server struct {
	*httptest.Server
	api     *api.API
	backend *app.Backend
}

// setup starts a server with users: admin (superuser, with a second token that
// is read-only), viewer, editor and one who is not active.
func setup(t testing.TB) *server {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	backend, err := app.Open(t.Context(), app.Params{
		Options:   config.Options{Database: config.Database{Data: t.TempDir()}, Delivery: config.Delivery{Workers: 2, LoopRounds: 16}},
		Log:       log,
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
	a, err := api.New(api.Options{
		Admin: backend.Admin, Inventory: backend.Inventory, IDs: backend.IDs, Log: log, Version: "test", MaxBody: 1 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Server: httptest.NewServer(a), api: a, backend: backend}
	t.Cleanup(s.Close)
	s.addPeople(t)
	return s
}

// viewerPermissions and editorPermissions are what these two may do.
var (
	viewerPermissions = []webhook.Permission{
		"extras.view_webhook", "extras.view_eventrule", "extras.view_tag", "extras.view_delivery", "extras.view_auditentry",
		"core.view_objecttype", "core.view_objectchange", "users.view_user", "users.view_group", "users.view_permission", "users.view_token",
		"dcim.view_site",
	}
	editorPermissions = append([]webhook.Permission{
		"extras.add_webhook", "extras.change_webhook", "extras.delete_webhook",
		"extras.add_eventrule", "extras.change_eventrule", "extras.delete_eventrule",
		"extras.add_tag", "extras.change_tag", "extras.delete_tag", "extras.change_delivery", "extras.delete_delivery",
		"core.add_objecttype", "core.change_objecttype", "core.delete_objecttype", "core.add_objectchange",
		"dcim.add_site", "dcim.change_site", "dcim.delete_site",
	}, viewerPermissions...)
)

func (s *server) addPeople(t testing.TB) {
	t.Helper()
	by := admin.System(webhook.UUID{})
	users, err := s.backend.Admin.Users.Create(t.Context(), by, []webhook.User{
		{Username: "admin", Active: true, Superuser: true},
		{Username: "viewer", Active: true, Permissions: viewerPermissions},
		{Username: "editor", Active: true, Permissions: editorPermissions},
		{Username: "gone", Permissions: viewerPermissions},
		{Username: "nobody", Active: true}, // and may do nothing
	})
	if err != nil {
		t.Fatal(err)
	}
	tokens := []webhook.Token{
		{UserID: users[0].ID, WriteEnabled: true},
		{UserID: users[0].ID},
		{UserID: users[1].ID, WriteEnabled: true},
		{UserID: users[2].ID, WriteEnabled: true},
		{UserID: users[3].ID, WriteEnabled: true},
		{UserID: users[4].ID, WriteEnabled: true},
	}
	for i, key := range []string{adminKey, readOnlyKey, viewerKey, editorKey, inactiveKey, nobodyKey} {
		if err := admin.SetTokenKey(&tokens[i], key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.backend.Admin.Tokens.Create(t.Context(), by, tokens); err != nil {
		t.Fatal(err)
	}
}

// request is one request of a test.
type request struct {
	method, path string
	key          string // of a token; empty is none
	body         string
	header       map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends a request without following redirects.
func (s *server) do(t *testing.T, r request) answer {
	t.Helper()
	target := r.path
	if !strings.HasPrefix(target, "http") {
		target = s.URL + target
	}
	req, err := http.NewRequestWithContext(t.Context(), r.method, target, bytes.NewReader([]byte(r.body)))
	if err != nil {
		t.Fatal(err)
	}
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.key != "" {
		req.Header.Set("Authorization", "Token "+r.key)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	resp, err := s.Client().Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// ask sends a request as admin and fails the test unless the status is right.
// The answer's JSON goes to into, unless that is nil.
func (s *server) ask(t *testing.T, method, path, body string, status int, into any) answer {
	t.Helper()
	got := s.do(t, request{method: method, path: path, key: adminKey, body: body})
	if got.status != status {
		t.Fatalf("%s %s %s: status %d, want %d; body %s", method, path, body, got.status, status, got.body)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(got.body), into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, got.body)
		}
	}
	return got
}

// sameJSON compares two JSON texts.
func sameJSON(t *testing.T, got, want string) {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("got no JSON: %s", got)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("want no JSON: %s", want)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("body differs (-want +got):\n%s", diff)
	}
}

// page is the envelope of lists.
type page struct {
	Count    int              `json:"count"`
	Next     *string          `json:"next"`
	Previous *string          `json:"previous"`
	Results  []map[string]any `json:"results"`
}

// names returns one member of every result.
func (p *page) names(member string) []string {
	list := []string{}
	for _, result := range p.Results {
		name, _ := result[member].(string)
		list = append(list, name)
	}
	return list
}
