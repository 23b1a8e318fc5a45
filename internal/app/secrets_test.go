package app_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/receiver"
)

// Secrets that can be recognized wherever they appear.
const (
	hookSecret    = "hooksecretTheWatchword"
	urlPassword   = "urlpasswordTheWatchword"
	headerSecret  = "headersecretTheWatchword"
	loginPassword = "loginpasswordTheWatchword"
	encryptionKey = "5ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4"
	adminToken    = "70ce70ce70ce70ce70ce70ce70ce70ce70ce70ce"
)

// TestSecretsAreNowhere delivers in several ways that go wrong, logs as much as
// there is, and then reads all that the server says to people and programs.
func TestSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	p := params(t)
	p.Log = app.NewLog(&log, config.Log{Format: "json", Level: slog.LevelDebug})
	p.Options.Database.EncryptionKey = encryptionKey
	p.Options.Server.AdminToken = adminToken
	a := start(t, p)
	site := newVisitor(t, a.URL())
	failing, failed := listen(t, receiver.Options{Status: http.StatusInternalServerError})
	fine, arrived := listen(t, receiver.Options{})
	site.rest("POST", "/api/users/users/", `{"username": "ann", "password": "`+loginPassword+`", "is_superuser": true}`, http.StatusCreated)
	for name, target := range map[string]string{
		"fails": failing, "works": fine, "nobody": "http://127.0.0.1:1/", "no name": "http://no-such-host.invalid/",
		"blocked": "http://169.254.169.254/", "no TLS": strings.Replace(fine, "http:", "https:", 1), "bad template": fine + "{{ data.name.nothing.at.all }}",
	} {
		target = strings.Replace(target, "://", "://user:"+urlPassword+"@", 1)
		site.rest("POST", "/api/extras/webhooks/", `{"name": "`+name+`", "content_types": ["dcim.site"], "type_create": true,
			"payload_url": "`+target+`", "secret": "`+hookSecret+`", "additional_headers": "Authorization: Bearer `+headerSecret+`\nX-Api-Key: `+headerSecret+`"}`, http.StatusCreated)
	}
	site.rest("POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1"}`, http.StatusCreated)
	receive(t, failed)
	used := false // by the request that arrives
	for _, field := range receive(t, arrived).Header {
		used = used || field.Value == "Bearer "+headerSecret
	}
	if !used {
		t.Fatal("the receiver did not get the secret header")
	}
	site.awaitAttempts(6)
	session := site.signIn("ann", loginPassword)

	secrets := []string{hookSecret, loginPassword, encryptionKey, adminToken, session}
	site.crawl(func(place, text string) {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %q", place, secret)
			}
		}
	})
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(p.Options.Database.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text := read(t, filepath.Join(p.Options.Database.Data, file.Name()))
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s, which a backup copies, has %q", file.Name(), secret)
			}
		}
	}
	// URL and headers are shown to those who may see webhooks, as in NetBox, but
	// are not for the log either.
	for _, secret := range append(secrets, urlPassword, headerSecret) {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log shows %q", secret)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// visitor goes through a server with a token or a session.
type visitor struct {
	t      *testing.T
	url    string
	client *http.Client
}

func newVisitor(t *testing.T, url string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &visitor{t, url, &http.Client{Jar: jar, Transport: transport}}
}

// do makes a request; a token is used for the REST API.
func (v *visitor) do(method, path, body string) (status int, text string) {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if strings.HasPrefix(path, "/api/") {
		request.Header.Set("Authorization", "Token "+adminToken)
	} else {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, string(read)
}

func (v *visitor) rest(method, path, body string, want int) string {
	v.t.Helper()
	status, text := v.do(method, path, body)
	if status != want {
		v.t.Fatalf("%s %s: status %d, want %d: %s", method, path, status, want, text)
	}
	return text
}

// awaitAttempts waits until so many deliveries have been tried.
func (v *visitor) awaitAttempts(n int) {
	v.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 400 {
		if strings.Count(v.rest("GET", "/api/extras/deliveries/?limit=0", "", http.StatusOK), `"attempts":0`) <= 7-n {
			return
		}
		<-tick.C
	}
	v.t.Fatalf("not all deliveries were tried: %s", v.rest("GET", "/api/extras/deliveries/", "", http.StatusOK))
}

// signIn returns the session's key.
func (v *visitor) signIn(name, password string) string {
	v.t.Helper()
	v.do("POST", "/login/", url.Values{"username": {name}, "password": {password}}.Encode())
	base, err := url.Parse(v.url)
	if err != nil {
		v.t.Fatal(err)
	}
	cookies := v.client.Jar.Cookies(base)
	if len(cookies) != 1 || len(cookies[0].Value) < 20 {
		v.t.Fatalf("cookies %v after signing in, want a session", cookies)
	}
	return cookies[0].Value
}

// crawl reads every page, answer, export and metric that links lead to.
func (v *visitor) crawl(read func(place, text string)) {
	v.t.Helper()
	link := regexp.MustCompile(`(?:href="|"(?:url|next)": ?"(?:http://[^/"]*)?)(/[^"#]*)`)
	queue := []string{"/", "/metrics", "/healthz", "/readyz", "/api/", "/api/status/", "/extras/webhooks/export/", "/core/configuration/"}
	for _, list := range []string{"extras/webhooks", "extras/deliveries", "extras/event-rules", "core/object-changes", "core/background-tasks", "users/users", "users/tokens", "extras/audit-entries"} {
		queue = append(queue, "/api/"+list+"/")
	}
	seen := map[string]bool{}
	for len(queue) > 0 && len(seen) < 500 {
		path := strings.ReplaceAll(queue[0], "&amp;", "&")
		queue = queue[1:]
		bare, query, _ := strings.Cut(path, "?")
		if seen[path] || strings.Contains(path, "logout") || strings.HasPrefix(bare, "/live/") || strings.HasPrefix(bare, "/assets/") || strings.Contains(query, "sort=") {
			continue
		}
		seen[path] = true
		status, text := v.do("GET", path, "")
		if status >= http.StatusInternalServerError {
			v.t.Errorf("%s: status %d", path, status)
		}
		read(path, text)
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			queue = append(queue, match[1])
		}
	}
	for _, must := range []string{"/extras/webhooks/", "/extras/webhooks/1/", "/extras/deliveries/", "/core/changelog/", "/core/configuration/"} {
		if !seen[must] {
			v.t.Errorf("%s was not read", must)
		}
	}
	if len(seen) < 60 {
		v.t.Errorf("only %d places were read", len(seen))
	}
}
