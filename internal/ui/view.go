package ui

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// view is one request on its way to a page. It belongs to one goroutine.
type view struct {
	ui        *UI
	w         http.ResponseWriter
	r         *http.Request
	ctx       context.Context
	requestID webhook.UUID
	// identity is nil for somebody who is not signed in.
	identity *admin.Identity
	// objectType is the one in the path of pages for objects.
	objectType *webhook.ObjectType
	// live is the stream that the page listens to; see listen.
	live string
	// nonce allows the editor's style sheet; empty on pages without an editor.
	nonce string
	// once is what is shown only now, such as the key of a new token.
	once     string
	answered bool
}

// ServeHTTP answers everything that is not the REST API's. Writes that another
// site's page has a browser send are refused.
func (u *UI) ServeHTTP(w http.ResponseWriter, r *http.Request) { u.mux.ServeHTTP(w, r) }

// handler runs a page.
func (u *UI) handler(p page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := u.options.IDs.Next(time.Now())
		if err != nil {
			u.options.Log.ErrorContext(r.Context(), "no request id", "error", err)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		// Live updates and test sends have a time of their own and use the
		// request's context.
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		v := &view{ui: u, w: w, r: r, ctx: ctx, requestID: id}
		v.setHeaders()
		defer v.recoverPanic()
		if err := v.run(p); err != nil {
			v.fail(err)
		}
	})
}

// setHeaders sets what every answer has.
func (v *view) setHeaders() {
	h := v.w.Header()
	h.Set("X-Request-Id", v.requestID.String())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding, Cookie, HX-Request, HX-Request-Type, HX-Target")
	h.Set("Content-Security-Policy", policy(""))
}

// policy allows nothing but the server's own files. Tabler's style sheet has its
// small pictures as data.
func policy(styleNonce string) string {
	style := ""
	if styleNonce != "" {
		style = "; style-src 'self' 'nonce-" + styleNonce + "'"
	}
	return "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'" + style
}

// allowEditor lets the page's code editor bring its style sheet.
func (v *view) allowEditor() {
	v.nonce = rand.Text()
	v.w.Header().Set("Content-Security-Policy", policy(v.nonce))
}

// run finds out who asks, whether they may, and makes the page.
func (v *view) run(p page) error {
	if err := v.ui.protect.Check(v.r); err != nil {
		return &webhook.Error{
			Code: webhook.CodeForbidden, Message: "This request came from another site and was refused.",
			Help: "If you reach Bellhop through a proxy, the setting base-url must say by what address.", Err: err,
		}
	}
	if err := v.identify(); err != nil {
		return err
	}
	if err := v.findObjectType(p.access); err != nil {
		return err
	}
	if err := v.authorize(p.access); err != nil {
		return err
	}
	return p.handle(v)
}

// findObjectType looks up the type in the path of pages for objects. Who is not
// signed in does not learn which there are.
func (v *view) findObjectType(a access) error {
	plural := v.r.PathValue("plural")
	if plural == "" || v.identity == nil && a.level != levelPublic {
		return nil
	}
	v.objectType = v.ui.options.Inventory.Types().ByPath(v.r.PathValue("app"), plural)
	if v.objectType == nil {
		return webhook.NotFound()
	}
	return nil
}

// actor is who does what a form asks for.
func (v *view) actor() admin.Actor {
	return admin.Actor{Identity: *v.identity, RequestID: v.requestID}
}

// may reports whether the person has a permission.
func (v *view) may(action webhook.Action, kind string) bool {
	return v.identity != nil && v.identity.Allows(action, kind)
}

// id returns the number in the path. What is none cannot be found.
func (v *view) id() (int64, error) {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, webhook.NotFound()
	}
	return id, nil
}

// uuid returns the UUID in the path.
func (v *view) uuid() (webhook.UUID, error) {
	id, err := webhook.ParseUUID(v.r.PathValue("id"))
	if err != nil {
		return id, webhook.NotFound()
	}
	return id, nil
}

// form reads the request's form.
func (v *view) form() (url.Values, error) {
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseMultipartForm(maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, webhook.Errorf(webhook.CodeTooLarge, "The form is larger than %d bytes.", maxForm)
		}
		return nil, &webhook.Error{Code: webhook.CodeInvalid, Message: "The form cannot be read.", Err: err}
	}
	return v.r.PostForm, nil
}

// peer is the client's address. Headers do not count here: what a proxy says in
// them, anybody could.
func (v *view) peer() (netip.Addr, error) {
	peer, err := netip.ParseAddrPort(v.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("address of the client: %w", err)
	}
	return peer.Addr(), nil
}

// base begins absolute URLs of this server, as the browser calls it.
func (v *view) base() string {
	if base := v.ui.options.BaseURL; base != "" {
		return strings.TrimSuffix(base, "/")
	}
	scheme := "http://"
	if v.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + v.r.Host
}

// redirect sends the browser to a page with GET.
func (v *view) redirect(path string) error {
	v.answered = true
	http.Redirect(v.w, v.r, v.ui.url(path), http.StatusSeeOther)
	return nil
}

// recoverPanic answers a panic with a 500.
func (v *view) recoverPanic() {
	reason := recover()
	if reason == nil {
		return
	}
	if reason == http.ErrAbortHandler { //nolint:errorlint // a sentinel that is panicked as it is
		panic(reason)
	}
	v.ui.options.Log.ErrorContext(v.ctx, "panic in a page",
		"request_id", v.requestID, "method", v.r.Method, "path", v.r.URL.Path, "panic", reason, "stack", string(debug.Stack()))
	if !v.answered {
		v.fail(errInternal)
	}
}
