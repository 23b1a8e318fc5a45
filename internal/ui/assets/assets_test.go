package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

func newAssets(t *testing.T) *Assets {
	t.Helper()
	a, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(a *Assets, address, acceptEncoding, ifNoneMatch string) *http.Response {
	request := httptest.NewRequest(http.MethodGet, address, http.NoBody)
	request.Header.Set("Accept-Encoding", acceptEncoding)
	request.Header.Set("If-None-Match", ifNoneMatch)
	recorder := httptest.NewRecorder()
	a.ServeHTTP(recorder, request)
	return recorder.Result()
}

func TestServesEveryFile(t *testing.T) {
	t.Parallel()
	a := newAssets(t)
	types := map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
		".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
	}
	for name := range a.paths {
		plain, packed := get(a, a.Path(name), "", ""), get(a, a.Path(name), "gzip, br", "")
		for _, response := range []*http.Response{plain, packed} {
			if response.StatusCode != http.StatusOK {
				t.Fatalf("%s: status %d", name, response.StatusCode)
			}
			for header, want := range map[string]string{
				"Content-Type":           types[path.Ext(name)],
				"Cache-Control":          "public, max-age=31536000, immutable",
				"X-Content-Type-Options": "nosniff",
				"Vary":                   "Accept-Encoding",
			} {
				if got := response.Header.Get(header); got != want {
					t.Errorf("%s: %s is %q, want %q", name, header, got, want)
				}
			}
		}
		content, _ := io.ReadAll(plain.Body)
		reader, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		unpacked, err := io.ReadAll(reader)
		if err != nil || len(content) == 0 || !bytes.Equal(unpacked, content) {
			t.Errorf("%s: %d bytes plain, %d from gzip (%v)", name, len(content), len(unpacked), err)
		}
		if plain.Header.Get("ETag") == packed.Header.Get("ETag") {
			t.Errorf("%s: both forms have the tag %s", name, plain.Header.Get("ETag"))
		}
		again := get(a, a.Path(name), "gzip", packed.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: asked again with its tag: status %d", name, again.StatusCode)
		}
	}
}

func TestAddressFollowsContent(t *testing.T) {
	t.Parallel()
	a := &Assets{paths: map[string]string{}, files: map[string]*file{}}
	a.add("app.css", []byte("one"))
	before := a.Path("app.css")
	a.add("app.css", []byte("two"))
	if after := a.Path("app.css"); after == before || !regexp.MustCompile(`^/static/app\.[0-9a-f]{12}\.css$`).MatchString(after) {
		t.Errorf("first %s, then %s", before, after)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	a := newAssets(t)
	for _, address := range []string{"/static/", "/static/app.css", "/static/app.000000000000.css", "/static/../own/app.css"} {
		if status := get(a, address, "", "").StatusCode; status != http.StatusNotFound {
			t.Errorf("%s: status %d", address, status)
		}
	}
	recorder := httptest.NewRecorder()
	a.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, a.Path("app.css"), http.NoBody))
	if recorder.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", recorder.Code)
	}
}

func TestTakesGzip(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "GZIP": true,
		"*": true, "*, gzip;q=0": false, "identity": false, "gzip; q=0.0": false, "gzip;q=x": false,
	} {
		if got := TakesGzip(http.Header{"Accept-Encoding": {value}}); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

// Every folder of others' work says where it comes from, has its licence, and
// holds exactly the files whose hashes it lists.
func TestThirdPartyIsAccountedFor(t *testing.T) {
	t.Parallel()
	trees := map[string]fs.FS{"third_party": embedded, "testdata": os.DirFS("../../testkit/browser")}
	for tree, files := range trees {
		folders, err := fs.ReadDir(files, tree)
		if err != nil || len(folders) == 0 {
			t.Fatalf("%s: %d folders, %v", tree, len(folders), err)
		}
		for _, folder := range folders {
			t.Run(folder.Name(), func(t *testing.T) {
				t.Parallel()
				root, err := fs.Sub(files, path.Join(tree, folder.Name()))
				if err != nil {
					t.Fatal(err)
				}
				checkVendored(t, root)
			})
		}
	}
}

func checkVendored(t *testing.T, root fs.FS) {
	t.Helper()
	vendored, err := fs.ReadFile(root, "VENDOR.txt")
	if err != nil {
		t.Fatal(err)
	}
	head, sums, _ := strings.Cut(string(vendored), "sha512:\n")
	for _, fact := range []string{"origin: pkg:npm/", "home: https://", "licence: ", "changes: "} {
		if !strings.Contains(head, fact) {
			t.Errorf("VENDOR.txt has no %q", fact)
		}
	}
	listed := map[string]string{}
	for line := range strings.Lines(sums) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed[name] = sum
	}
	if listed["LICENSE"] == "" {
		t.Error("no licence")
	}
	entries, err := fs.ReadDir(root, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() == "VENDOR.txt" {
			continue
		}
		content, err := fs.ReadFile(root, entry.Name())
		sum := sha512.Sum512(content)
		if err != nil || listed[entry.Name()] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s is not what VENDOR.txt lists (%v)", entry.Name(), err)
		}
		delete(listed, entry.Name())
	}
	for name := range listed {
		t.Errorf("%s is listed and not there", name)
	}
}

// Pages may load from their own server only.
func TestFilesFetchNothing(t *testing.T) {
	t.Parallel()
	a := newAssets(t)
	fetch := regexp.MustCompile(`sourceMappingURL|url\(["']?(?:https?:|//)`)
	for name, address := range a.paths {
		content := a.files[address].content
		if found := fetch.Find(content); found != nil {
			t.Errorf("%s has %q", name, found)
		}
		if path.Ext(name) == ".css" && bytes.Contains(content, []byte("@import")) {
			t.Errorf("%s imports", name)
		}
	}
}

// What a first visit costs, compressed; the design allows about 110 KB, and twice
// as much again on pages with the editor.
func TestFirstVisitIsSmall(t *testing.T) {
	t.Parallel()
	a := newAssets(t)
	weigh := func(names ...string) (sum int) {
		for _, name := range names {
			sum += len(a.files[a.Path(name)].compressed())
		}
		return sum
	}
	if n := weigh("tabler.css", "app.css", "theme.js", "htmx.js", "hx-sse.js", "app.js", "icons.css", "favicon.svg"); n > 112_000 {
		t.Errorf("every page: %d bytes", n)
	}
	if n := weigh("editor.js"); n > 200_000 {
		t.Errorf("the editor: %d bytes", n)
	}
}
