package ui

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"bellhop/internal/admin"
	"bellhop/internal/ui/assets"
	"bellhop/internal/webhook"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages by name. Each has the layout and the components beside its
// own blocks, which takes half a megabyte, so it is parsed when it is first asked for:
// who only uses the REST API does not pay for pages.
type templates struct {
	pages map[string]func() (*template.Template, error)
	// components are those blocks alone.
	components *template.Template
}

// readTemplates parses what all pages have.
func readTemplates(u *UI) (*templates, error) {
	base := template.New("").Funcs(u.functions()).Option("missingkey=error")
	base, err := base.ParseFS(templateFiles, "templates/layout.html", "templates/components/*.html")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	files, err := fs.Glob(templateFiles, "templates/pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	t := &templates{pages: make(map[string]func() (*template.Template, error), len(files))}
	// The base itself is never executed: then it could not be cloned any more.
	if t.components, err = base.Clone(); err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		t.pages[name] = sync.OnceValues(func() (*template.Template, error) {
			own, err := base.Clone()
			if err != nil {
				return nil, err
			}
			return own.ParseFS(templateFiles, file)
		})
	}
	return t, nil
}

// page returns a page's template.
func (t *templates) page(name string) (*template.Template, error) {
	parse, ok := t.pages[name]
	if !ok {
		return nil, fmt.Errorf("no template for page %s", name)
	}
	tpl, err := parse()
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return tpl, nil
}

// frame is what every page's template gets; what is the page's own is in Page.
type frame struct {
	Title string
	// Theme is light, dark or system.
	Theme string
	// Path is where the page is, for the menu and for coming back.
	Path string
	// User is nil for somebody who is not signed in.
	User      *admin.Identity
	Menu      []menuGroup
	Flash     *flash
	Nonce     string
	Version   string
	RequestID string
	// Live is the stream of live updates that the page listens to, if any.
	Live string
	Page any
}

// May reports whether the person has a permission.
func (f *frame) May(action webhook.Action, kind string) bool {
	return f.User != nil && f.User.Allows(action, kind)
}

// render answers with a page, or with the part of it that htmx asked for.
func (v *view) render(name, title string, data any) error {
	return v.renderStatus(http.StatusOK, name, title, data)
}

// renderStatus is render for pages that are not 200, such as refused forms.
func (v *view) renderStatus(status int, name, title string, data any) error {
	tpl, err := v.ui.templates.page(name)
	if err != nil {
		return err
	}
	f := &frame{
		Title: title, Theme: v.theme(), Path: v.r.URL.Path, User: v.identity, Nonce: v.nonce,
		Version: v.ui.options.Version, RequestID: v.requestID.String(), Page: data,
		Live: v.live,
	}
	block := v.wantedPart(tpl)
	if block == "" {
		block = "layout"
		f.Menu = v.menu()
		f.Flash = v.takeFlash()
	}
	// Into memory first, so that a fault in the middle still gives an error page.
	var buf bytes.Buffer
	if err := tpl.ExecuteTemplate(&buf, block, f); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	v.sendHTML(status, buf.Bytes())
	return nil
}

// renderBlock answers with one block of the components alone, for what is no
// part of a page.
func (v *view) renderBlock(block string, data any) error {
	var buf bytes.Buffer
	if err := v.ui.templates.components.ExecuteTemplate(&buf, block, data); err != nil {
		return fmt.Errorf("component %s: %w", block, err)
	}
	v.sendHTML(http.StatusOK, buf.Bytes())
	return nil
}

// minCompressed is the size from which compressing pays.
const minCompressed = 1400 // bytes: one packet

// sendHTML answers with a page or a part, compressed for browsers that take it:
// tables shrink to a tenth. No page that a stranger can put text into has a secret
// in it, which is what compression could betray (BREACH).
func (v *view) sendHTML(status int, page []byte) {
	v.answered = true
	header := v.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	if len(page) < minCompressed || !assets.TakesGzip(v.r.Header) {
		v.w.WriteHeader(status)
		_, _ = v.w.Write(page) // the browser is gone: nobody is left to tell
		return
	}
	header.Set("Content-Encoding", "gzip")
	v.w.WriteHeader(status)
	writer := v.ui.compressors.Get().(*gzip.Writer)
	defer v.ui.compressors.Put(writer)
	writer.Reset(v.w)
	_, _ = writer.Write(page)
	_ = writer.Close()
}

// newCompressor returns a *[gzip.Writer], which has more than a megabyte of tables.
func newCompressor() any {
	writer, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid one
	return writer
}

// partial reports whether htmx asks for a part of a page.
func (v *view) partial() bool {
	return v.r.Header.Get("HX-Request") == "true" && v.r.Header.Get("HX-Request-Type") != "full"
}

// wantedPart returns the block that htmx wants to swap in, or "" for the whole
// page. HX-Target is an id, or a tag and an id ("div#rows").
func (v *view) wantedPart(tpl *template.Template) string {
	if !v.partial() {
		return ""
	}
	target := v.r.Header.Get("HX-Target")
	if _, id, ok := strings.Cut(target, "#"); ok {
		target = id
	}
	if block := "part:" + target; target != "" && tpl.Lookup(block) != nil {
		return block
	}
	return ""
}

// theme is what the person chose in the browser.
func (v *view) theme() string {
	if cookie, err := v.r.Cookie("theme"); err == nil {
		switch cookie.Value {
		case "light", "dark":
			return cookie.Value
		}
	}
	return "system"
}
