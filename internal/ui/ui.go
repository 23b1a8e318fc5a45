package ui

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/ui/assets"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

const (
	// timeout bounds a request for a page but for live updates and test sends.
	timeout = 60 * time.Second
	// maxForm bounds the body of a form.
	maxForm = 4 << 20
)

// Options say what a [UI] works with.
type Options struct {
	Admin     *admin.Admin
	Inventory *inventory.Service
	IDs       *webhook.IDs
	Log       *slog.Logger
	Version   string
	// BaseURL is where browsers reach the server, such as
	// "https://bellhop.example/below"; its path begins all links. Empty means
	// whatever the browser called, without a path.
	BaseURL string
	// REST is the REST API, for what pages do through it.
	REST REST
	// Live tells open pages what has changed. Whoever has it publishes, and closes
	// it before the server drains.
	Live *live.Hub
	// Settings are shown to administrators; see [Setting].
	Settings []Setting
	// DiskSize returns how many bytes the database has on disk.
	DiskSize func() (int64, error)
	// KeepDeliveries and KeepChanges are how long past ones are kept.
	KeepDeliveries, KeepChanges time.Duration
}

// REST is the REST API of the same process.
type REST interface {
	// As returns the way to call it as somebody.
	As(identity *admin.Identity) http.RoundTripper
}

// Setting is one setting in force, as the pages show it.
type Setting struct {
	// Section and Name say which; Value is masked for secrets.
	Section, Name, Value string
	// Origin is where the value comes from: flag, environment, file or default.
	Origin string
	Help   string
}

// UI answers the pages. It is safe for concurrent use.
type UI struct {
	options   Options
	prefix    string // begins every path, "" or "/below"
	secure    bool   // cookies are for https only
	templates *templates
	// compressors are idle compressors of pages.
	compressors sync.Pool
	assets      *assets.Assets
	mux         *http.ServeMux
	// objects has the pages of objects, whose paths are data. They are a set of
	// their own, since their wildcards would overlap with other pages.
	objects *http.ServeMux
	protect *http.CrossOriginProtection
}

// New returns the pages.
func New(options Options) (*UI, error) {
	if options.Admin == nil || options.Inventory == nil || options.IDs == nil || options.Log == nil || options.REST == nil || options.Live == nil || options.DiskSize == nil {
		return nil, errors.New("ui: an option is missing")
	}
	base, err := url.Parse(options.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("ui: base URL: %w", err)
	}
	u := &UI{
		options: options, prefix: strings.TrimSuffix(base.Path, "/"), secure: base.Scheme == "https",
		mux: http.NewServeMux(), objects: http.NewServeMux(), protect: http.NewCrossOriginProtection(),
		compressors: sync.Pool{New: newCompressor},
	}
	if options.BaseURL != "" {
		// A proxy may call the server by another host name than the browser does.
		if err := u.protect.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			return nil, fmt.Errorf("ui: base URL: %w", err)
		}
	}
	if u.assets, err = assets.New(); err != nil {
		return nil, err
	}
	if u.templates, err = readTemplates(u); err != nil {
		return nil, err
	}
	for _, p := range u.pages() {
		mux := u.mux
		if strings.Contains(p.pattern, " /{") {
			mux = u.objects
		}
		mux.Handle(p.pattern, u.handler(p))
	}
	u.mux.Handle("/static/", u.assets)
	u.objects.Handle("/", u.handler(page{access: public, handle: (*view).unknown}))
	u.mux.Handle("/", u.objects)
	return u, nil
}

// url returns the path of a page or file as browsers call it.
func (u *UI) url(path string) string { return u.prefix + path }
