package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed own third_party
var embedded embed.FS

// Prefix is the path below which ServeHTTP answers.
const Prefix = "/static/"

// files maps the names that pages use to the files behind them. Pages name no
// versions: those change in this table only.
var files = map[string]string{
	"app.css":         "own/app.css",
	"app.js":          "own/app.js",
	"conditions.js":   "own/conditions.js",
	"webhook-form.js": "own/webhook-form.js",
	"theme.js":        "own/theme.js",
	"editor.js":       "third_party/codemirror@6.43.15/editor.min.js",
	"favicon.svg":     "own/favicon.svg",
	"htmx.js":         "third_party/htmx.org@4.0.1/htmx.min.js",
	"hx-sse.js":       "third_party/htmx.org@4.0.1/hx-sse.min.js",
	"tabler.css":      "third_party/tabler-core@1.6.1/tabler.min.css",
}

// icons is where pictures come from: a file of symbols, of which "icons.css" is
// made.
const icons = "third_party/tabler-icons@3.51.0/icons.svg"

// licences is the name of the page with the licences of all files of others.
// Most of them ask that their text comes with every copy.
const licences = "licences.txt"

// contentTypes is our own table: what the mime package knows depends on the
// machine.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

// Assets are the embedded files under their addresses. Its methods may be called
// at the same time.
type Assets struct {
	paths map[string]string // name → address
	files map[string]*file  // address → file
}

// file is one embedded file.
type file struct {
	content     []byte
	contentType string
	hash        string
	// compressed makes the gzip form when the first browser asks, so that commands
	// and tests that serve no page do not pay for it.
	compressed func() []byte
}

// New reads the embedded files. An error means that the program was built
// without one of them.
func New() (*Assets, error) {
	a := &Assets{paths: map[string]string{}, files: map[string]*file{}}
	for name, source := range files {
		content, err := embedded.ReadFile(source)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		a.add(name, content)
	}
	symbols, err := embedded.ReadFile(icons)
	if err != nil {
		return nil, fmt.Errorf("icons: %w", err)
	}
	a.add("icons.css", iconStyles(symbols))
	text, err := allLicences()
	if err != nil {
		return nil, err
	}
	a.add(licences, text)
	return a, nil
}

// add gives a file its address: app.css becomes /static/app.0123456789ab.css.
func (a *Assets) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:6])
	extension := path.Ext(name)
	address := Prefix + strings.TrimSuffix(name, extension) + "." + hash + extension
	a.paths[name] = address
	a.files[address] = &file{
		content:     content,
		contentType: contentTypes[extension],
		hash:        hash,
		compressed:  sync.OnceValue(func() []byte { return compress(content) }),
	}
}

// Path returns the address of a file by its name ("app.css"), below the path that
// the server as a whole is mounted at. It panics when there is no such file: that
// is a misspelt name in a template or in code, which any test that runs it finds.
// (Templates turn the panic into an error of their execution.)
func (a *Assets) Path(name string) string {
	address, found := a.paths[name]
	if !found {
		panic("assets: there is no file " + strconv.Quote(name))
	}
	return address
}

// ServeHTTP answers GET and HEAD below Prefix, with gzip for those who take it.
// What is not there is a 404, a hash of an older version included.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, found := a.files[r.URL.Path]
	if !found {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Vary", "Accept-Encoding")
	content, tag := f.content, f.hash
	if TakesGzip(r.Header) {
		header.Set("Content-Encoding", "gzip")
		content, tag = f.compressed(), f.hash+"-gzip"
	}
	header.Set("ETag", strconv.Quote(tag))
	// No time of change: the tag says it exactly.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// compress returns the gzip form of a file.
func compress(content []byte) []byte {
	var buffer bytes.Buffer
	// Neither the level nor a write to memory can be wrong.
	writer, _ := gzip.NewWriterLevel(&buffer, gzip.BestCompression)
	_, _ = writer.Write(content)
	_ = writer.Close()
	return buffer.Bytes()
}

// TakesGzip reads Accept-Encoding (RFC 9110, section 12.5.3): gzip counts when it
// is named with a weight above 0, or not named while "*" is.
func TakesGzip(header http.Header) bool {
	values := header.Values("Accept-Encoding")
	star := false
	for entry := range strings.SplitSeq(strings.Join(values, ","), ",") {
		coding, parameters, _ := strings.Cut(entry, ";")
		accepted := true
		if weight, isWeight := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameters)), "q="); isWeight {
			number, err := strconv.ParseFloat(weight, 64)
			accepted = err == nil && number > 0
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return accepted
		case "*":
			star = accepted
		}
	}
	return star
}

// allLicences joins the licences of third_party to one text.
func allLicences() ([]byte, error) {
	folders, err := fs.ReadDir(embedded, "third_party")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, folder := range folders {
		licence, err := embedded.ReadFile(path.Join("third_party", folder.Name(), "LICENSE"))
		if err != nil {
			return nil, fmt.Errorf("licence of %s: %w", folder.Name(), err)
		}
		fmt.Fprintf(&text, "%s\n\n%s\n", folder.Name(), licence)
	}
	return text.Bytes(), nil
}
