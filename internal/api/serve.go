package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"bellhop/internal/webhook"
)

// moved are lists by their paths in earlier versions of NetBox: the change log before
// 4.1, object types before 4.0 and before 4.4.
var moved = map[string]string{
	"/api/extras/object-changes/": "/api/core/object-changes/",
	"/api/extras/content-types/":  "/api/core/object-types/",
	"/api/extras/object-types/":   "/api/core/object-types/",
}

// ServeHTTP answers a request under /api/.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for old, path := range moved {
		if rest, ok := strings.CutPrefix(r.URL.Path, old); ok {
			there := *r.URL
			there.Path, there.RawPath = path+rest, ""
			r = r.WithContext(r.Context()) // a copy
			r.URL = &there
			break
		}
	}
	if !strings.HasSuffix(r.URL.Path, "/") {
		a.serveUnknown(w, r) // the mux would redirect writes, too
		return
	}
	a.mux.ServeHTTP(w, r)
}

// errTimeout is the cause of a context that ended because a request took too
// long.
var errTimeout = errors.New("the request took too long")

// handler runs a route's operations.
func (a *API) handler(rt *route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, ok := a.begin(w, r)
		if !ok {
			return
		}
		c.route = rt
		defer c.recoverPanic()
		timeout := a.options.Timeout
		if op := rt.operation(r.Method); op != nil && op.timeout > 0 {
			timeout = op.timeout
		}
		ctx, cancel := context.WithTimeoutCause(r.Context(), timeout, errTimeout)
		defer cancel()
		c.ctx = ctx
		if err := c.run(); err != nil {
			c.fail(err)
		}
	})
}

// begin gives a request its id and sets the headers that every answer has.
func (a *API) begin(w http.ResponseWriter, r *http.Request) (*call, bool) {
	id, err := a.options.IDs.Next(time.Now())
	if err != nil {
		a.options.Log.ErrorContext(r.Context(), "no request id", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return nil, false
	}
	header := w.Header()
	header.Set("X-Request-Id", id.String()) // NetBox's X-Request-ID, in Go's spelling
	header.Set("Api-Version", Version)
	header.Set("Vary", "Accept, Authorization")
	header.Set("X-Content-Type-Options", "nosniff")
	return &call{api: a, w: w, r: r, ctx: r.Context(), requestID: id}, true
}

// run finds out who calls, whether they may, and does what they ask for.
func (c *call) run() error {
	if err := c.identify(); err != nil {
		return err
	}
	if err := c.findObjectType(); err != nil {
		return err
	}
	if c.r.Method == http.MethodOptions {
		return c.options()
	}
	op := c.route.operation(c.r.Method)
	if op == nil {
		if c.identity == nil {
			return errAnonymous()
		}
		c.w.Header().Set("Allow", strings.Join(c.route.methods(), ", "))
		return &statusError{http.StatusMethodNotAllowed, fmt.Sprintf("Method %q not allowed.", c.r.Method)}
	}
	if err := c.authorize(op.access); err != nil {
		return err
	}
	return op.handle(c)
}

// recoverPanic answers a panic with a 500.
func (c *call) recoverPanic() {
	reason := recover()
	if reason == nil {
		return
	}
	if reason == http.ErrAbortHandler { //nolint:errorlint // a sentinel that is panicked as it is
		panic(reason)
	}
	c.api.options.Log.ErrorContext(c.ctx, "panic in a request",
		"request_id", c.requestID, "method", c.r.Method, "path", c.r.URL.Path, "panic", reason, "stack", string(debug.Stack()))
	if !c.answered {
		c.answerInternal()
	}
}

// serveUnknown answers paths that are no route. One that lacks only the slash at
// its end is sent there, as Django's APPEND_SLASH does, unless it is a write:
// clients turn a redirected POST into a GET and lose its body.
func (a *API) serveUnknown(w http.ResponseWriter, r *http.Request) {
	c, ok := a.begin(w, r)
	if !ok {
		return
	}
	if strings.HasSuffix(r.URL.Path, "/") || !a.known(r, r.URL.Path+"/") {
		c.fail(webhook.NotFound())
		return
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		target := *r.URL
		target.Path += "/"
		target.RawPath = ""
		http.Redirect(w, r, target.RequestURI(), http.StatusMovedPermanently)
		return
	}
	c.fail(webhook.Errorf(webhook.CodeNotFound, "Not found. Paths end with a slash: %s/", r.URL.Path))
}

// known reports whether a path is a route. Paths of objects are only if there
// is such a type.
func (a *API) known(r *http.Request, path string) bool {
	probe := *r.URL
	probe.Path, probe.RawPath = path, ""
	_, pattern := a.mux.Handler(&http.Request{Method: r.Method, URL: &probe, Host: r.Host})
	parts := strings.Split(strings.TrimPrefix(path, "/api/"), "/")
	switch {
	case strings.Contains(pattern, "{plural}"):
		return a.options.Inventory.Types().ByPath(parts[0], parts[1]) != nil
	case strings.Contains(pattern, "{app}"):
		return len(a.places()[parts[0]]) > 0
	}
	return pattern != "" && pattern != "/api/"
}
