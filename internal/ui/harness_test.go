package ui_test

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/inventory"
	"bellhop/internal/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// password is that of every user of the tests.
const password = "correct horse battery"

// site is a server with pages, on a database of its own.
type site struct {
	*app.App
	// setupURL is the link of the first start.
	setupURL string
}

// startSite runs a server with an administrator "admin" until the test ends.
func startSite(t testing.TB) *site {
	t.Helper()
	return startSiteOn(t, t.TempDir(), 4)
}

// startSiteOn is startSite on a data directory that may be there already. Without
// workers it sends nothing.
func startSiteOn(t testing.TB, dir string, workers int) *site {
	t.Helper()
	a, err := app.New(t.Context(), app.Params{
		Options: config.Options{
			Database: config.Database{Data: dir},
			Server: config.Server{
				Listen: "127.0.0.1:0", MaxBody: 1 << 20, Drain: 5 * time.Second,
				AdminToken: "0123456789abcdef0123456789abcdef01234567",
			},
			Delivery: config.Delivery{Workers: workers},
		},
		Log:       slog.New(slog.NewTextHandler(t.Output(), nil)),
		LookupEnv: func(string) (string, bool) { return "", false },
		Version:   "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := &site{App: a}
	if first := a.FirstStart(); first != nil {
		s.setupURL = first.SetupURL
	}
	return s
}

// passwordHash is of one iteration, in Django's form: signing in is not what most
// tests are about.
var passwordHash = sync.OnceValues(func() (string, error) {
	key, err := pbkdf2.Key(sha256.New, password, []byte("salt"), 1, sha256.Size)
	return "pbkdf2_sha256$1$salt$" + base64.StdEncoding.EncodeToString(key), err
})

// addUser makes a user with the password of the tests.
func (s *site) addUser(t testing.TB, name string, superuser bool, permissions ...webhook.Permission) {
	t.Helper()
	hash, err := passwordHash()
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Admin.Users.Create(t.Context(), admin.System(webhook.UUID{1}), []webhook.User{{
		Username: name, PasswordHash: hash, Active: true, Superuser: superuser, Permissions: permissions,
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// addObject makes an object, as a request to the REST API would, and returns it.
func (s *site) addObject(t testing.TB, objectType, body string) inventory.Object {
	t.Helper()
	var made inventory.Object
	request := inventory.Request{ID: webhook.UUID{2}, UserName: "ann", Method: "POST", Path: "/api/"}
	err := s.Inventory.Do(t.Context(), request, func(session *inventory.Session) (err error) {
		made, err = session.Create(objectType, []byte(body))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// browser is somebody's HTTP client: it keeps cookies and follows no redirects.
type browser struct {
	site   *site
	client *http.Client
}

// anonymous is somebody who has not signed in.
func (s *site) anonymous(t testing.TB) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{s, &http.Client{
		Jar:           jar,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signIn is somebody who has signed in with the password of the tests.
func (s *site) signIn(t testing.TB, name string) *browser {
	t.Helper()
	b := s.anonymous(t)
	b.post(t, "/login/", url.Values{"username": {name}, "password": {password}}).redirects(t, "/")
	return b
}

// answer is what a page was answered with.
type answer struct {
	status int
	header http.Header
	body   string
}

func (b *browser) get(t testing.TB, path string) answer {
	t.Helper()
	return b.do(t, http.MethodGet, path, nil, nil)
}

func (b *browser) post(t testing.TB, path string, form url.Values) answer {
	t.Helper()
	return b.do(t, http.MethodPost, path, form, nil)
}

func (b *browser) do(t testing.TB, method, path string, form url.Values, header http.Header) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.site.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// shows fails unless the page is fine and has all the texts, as HTML.
func (a answer) shows(t testing.TB, texts ...string) {
	t.Helper()
	a.is(t, http.StatusOK, texts...)
}

// is fails unless the answer has the status and all the texts.
func (a answer) is(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d; page:\n%s", a.status, status, a.main())
		return
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page lacks %q:\n%s", text, a.main())
		}
	}
}

// main is the page without what all pages have.
func (a answer) main() string {
	_, after, found := strings.Cut(a.body, "<main")
	if !found {
		return a.body
	}
	before, _, _ := strings.Cut(after, "</main>")
	return "<main" + before
}

// redirects fails unless the answer leads to a path with GET.
func (a answer) redirects(t testing.TB, path string) {
	t.Helper()
	if location := a.header.Get("Location"); a.status != http.StatusSeeOther || location != path {
		t.Errorf("status %d to %q, want 303 to %q; page:\n%s", a.status, location, path, a.main())
	}
}

// waitFor returns once a condition holds, which it asks for again and again.
func waitFor(t testing.TB, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	ticks := time.NewTicker(10 * time.Millisecond)
	defer ticks.Stop()
	for !holds() {
		select {
		case <-ticks.C:
		case <-deadline.C:
			t.Fatal("waited for a minute in vain")
		}
	}
}
