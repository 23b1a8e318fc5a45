package ui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestFirstStartToSignedIn(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	b := s.anonymous(t)
	b.get(t, "/").redirects(t, "/login/")
	b.get(t, "/user/?x=1").redirects(t, "/login/?next=%2Fuser%2F%3Fx%3D1")
	path := strings.TrimPrefix(s.setupURL, s.URL())
	b.get(t, path).shows(t, "A password for admin")
	_, key, _ := strings.Cut(path, "key=")
	short := b.post(t, "/setup/", url.Values{"key": {key}, "password": {"short"}, "again": {"short"}})
	short.is(t, http.StatusUnprocessableEntity, "This password is too short")
	b.post(t, "/setup/", url.Values{"key": {key}, "password": {password}, "again": {"other"}}).
		is(t, http.StatusUnprocessableEntity, "The two are not the same")
	b.post(t, "/setup/", url.Values{"key": {key}, "password": {password}, "again": {password}}).redirects(t, "/")
	b.get(t, "/user/").shows(t, "<dd>admin</dd>")
	// The link works once.
	b.get(t, path).is(t, http.StatusNotFound, "used already")
	b.post(t, "/setup/", url.Values{"key": {key}, "password": {password}, "again": {password}}).is(t, http.StatusNotFound)
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", false)
	b := s.anonymous(t)
	b.post(t, "/login/", url.Values{"username": {"ann"}, "password": {"wrong"}}).
		is(t, http.StatusForbidden, "Invalid username/password.", `value="ann"`)
	// Only this server's pages can be next.
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)"} {
		b.post(t, "/login/", url.Values{"username": {"ann"}, "password": {password}, "next": {next}}).redirects(t, "/")
	}
	b.post(t, "/login/", url.Values{"username": {"ann"}, "password": {password}, "next": {"/user/?a=b"}}).redirects(t, "/user/?a=b")
	if cookie := b.post(t, "/login/", url.Values{"username": {"ann"}, "password": {password}}).header.Get("Set-Cookie"); !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
		t.Errorf("cookie %q", cookie)
	}
	b.post(t, "/logout/", nil).redirects(t, "/login/")
	b.get(t, "/user/").redirects(t, "/login/?next=%2Fuser%2F")
}

func TestSignInIsThrottled(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", false)
	b := s.anonymous(t)
	for range 5 {
		b.post(t, "/login/", url.Values{"username": {"ann"}, "password": {"wrong"}}).is(t, http.StatusForbidden)
	}
	// The right one is not even looked at.
	b.post(t, "/login/", url.Values{"username": {"ann"}, "password": {password}}).
		is(t, http.StatusTooManyRequests, "Too many wrong passwords.")
	// Nobody else is locked out.
	s.addUser(t, "bob", false)
	s.signIn(t, "bob")
}

func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", false)
	here, elsewhere := s.signIn(t, "ann"), s.signIn(t, "ann")
	next := "another horse entirely"
	here.post(t, "/user/password/", url.Values{"present": {"wrong"}, "password": {next}, "again": {next}}).
		is(t, http.StatusUnprocessableEntity, "This is not your present password.")
	here.post(t, "/user/password/", url.Values{"present": {password}, "password": {next}, "again": {next}}).redirects(t, "/user/")
	here.get(t, "/user/").shows(t, "The password was changed.")
	elsewhere.get(t, "/user/").redirects(t, "/login/?next=%2Fuser%2F")
}

// Another site's page cannot make a browser act for somebody.
func TestWritesFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", false)
	b := s.signIn(t, "ann")
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Origin": {"https://evil.example"}},
	} {
		b.do(t, http.MethodPost, "/user/theme/", url.Values{"theme": {"dark"}}, header).is(t, http.StatusForbidden, "came from another site")
	}
	b.do(t, http.MethodPost, "/user/theme/", url.Values{"theme": {"dark"}}, http.Header{"Origin": {s.URL()}}).redirects(t, "/")
	b.get(t, "/user/").shows(t, `data-bs-theme="dark"`)
}

func TestEveryAnswerHasThePolicy(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	for _, path := range []string{"/login/", "/nothing/", "/user/"} {
		header := s.anonymous(t).get(t, path).header
		if policy := header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self'; ") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: header %v", path, header)
		}
	}
}

func TestPagesAreCompressed(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", false)
	b := s.signIn(t, "ann")
	packed := b.do(t, http.MethodGet, "/user/", nil, http.Header{"Accept-Encoding": {"gzip"}})
	if encoding := packed.header.Get("Content-Encoding"); encoding != "gzip" {
		t.Fatalf("encoding %q", encoding)
	}
	reader, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(reader)
	if err != nil || !strings.Contains(string(page), "<dd>ann</dd>") {
		t.Errorf("error %v, page %s", err, page)
	}
	plain := b.do(t, http.MethodGet, "/user/", nil, http.Header{"Accept-Encoding": {"identity"}})
	if plain.header.Get("Content-Encoding") != "" || plain.body != string(page) {
		t.Error("the plain page is another one")
	}
}
