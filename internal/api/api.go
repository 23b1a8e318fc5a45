package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/webhook"
)

// Version is the version of NetBox's REST API that clients are told, for those
// that choose their ways by it: background tasks have their place since 4.2.
const Version = "4.2"

// Defaults of [Options].
const (
	DefaultMaxBody = 16 << 20
	DefaultTimeout = 60 * time.Second
)

// Options say what an [API] works with.
type Options struct {
	Admin     *admin.Admin
	Inventory *inventory.Service
	IDs       *webhook.IDs
	Log       *slog.Logger
	// Version is Bellhop's own.
	Version string
	// BaseURL begins every URL that is given out, such as "https://bellhop.example";
	// empty means whatever the client called.
	BaseURL string
	// MaxBody bounds a request's body in bytes; 0 means [DefaultMaxBody].
	MaxBody int64
	// Timeout bounds a request but for test sends, which have their webhook's;
	// 0 means [DefaultTimeout].
	Timeout time.Duration
}

// API answers everything under /api/. It is safe for concurrent use.
type API struct {
	options Options
	mux     *http.ServeMux
	gate    gate
	routes  []route
	// static are the descriptions of Bellhop's own resources; those of objects
	// come from the object types of the moment.
	static []*description
}

// New returns the API.
func New(options Options) (*API, error) {
	if options.Admin == nil || options.Inventory == nil || options.IDs == nil || options.Log == nil {
		return nil, errors.New("api: an option is missing")
	}
	if options.MaxBody <= 0 {
		options.MaxBody = DefaultMaxBody
	}
	if options.Timeout <= 0 {
		options.Timeout = DefaultTimeout
	}
	options.BaseURL = strings.TrimSuffix(options.BaseURL, "/")
	a := &API{options: options, mux: http.NewServeMux(), gate: newGate()}
	a.addRoutes()
	for i := range a.routes {
		rt := &a.routes[i]
		if !strings.HasSuffix(rt.path, "/") {
			return nil, fmt.Errorf("api: path %s has no slash at its end", rt.path)
		}
		a.mux.Handle(rt.path+"{$}", a.handler(rt))
	}
	a.mux.Handle("/api/", http.HandlerFunc(a.serveUnknown))
	return a, nil
}

// addRoutes lists everything that can be called.
func (a *API) addRoutes() {
	for _, res := range []interface {
		describe() *description
		routes() []route
	}{
		a.webhooks(), a.eventRules(), a.tags(), a.deliveries(), a.auditLog(),
		a.objectTypes(), a.objectChanges(),
		a.users(), a.groups(), a.permissions(), a.tokens(),
	} {
		a.static = append(a.static, res.describe())
		a.routes = append(a.routes, res.routes()...)
	}
	a.routes = append(a.routes, a.webhookTrialRoutes()...)
	a.routes = append(a.routes, a.backgroundRoutes()...)
	a.routes = append(a.routes, a.objectRoutes()...)
	a.routes = append(a.routes, a.rootRoutes()...)
	a.routes = append(a.routes, a.schemaRoutes()...)
}
