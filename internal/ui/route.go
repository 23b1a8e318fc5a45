package ui

import (
	"net/http"
	"strings"

	"bellhop/internal/webhook"
)

// page is one thing that a browser can ask for.
type page struct {
	// pattern is a method and path as [http.ServeMux] has them. Paths end in a
	// slash, as in NetBox; those of pages in "/{$}".
	pattern string
	access  access
	handle  func(*view) error
}

// pages lists everything there is, by area of the menu.
func (u *UI) pages() []page {
	var all []page
	for _, area := range [][]page{
		overviewPages(),
		livePages(),
		webhookPages(),
		deliveryPages(),
		backgroundPages(),
		webhookEditPages(),
		labPages(),
		manifestPages(),
		changeLogPages(),
		objectTypePages(),
		objectPages(),
		peoplePages(),
		recordPages(),
		auditPages(),
		configurationPages(),
		searchPages(),
		signInPages(),
		accountPages(),
	} {
		all = append(all, area...)
	}
	return all
}

// access says who may ask for a page.
type access struct {
	level  level
	action webhook.Action
	kind   string // of thing; empty is the object type in the path
}

type level uint8

const (
	levelPublic level = iota
	levelSignedIn
	levelSuperuser
	levelPermitted
)

var (
	public    = access{level: levelPublic}
	signedIn  = access{level: levelSignedIn}
	superuser = access{level: levelSuperuser}
)

// may is for those with a permission; an empty kind is the object type in the
// path.
func may(action webhook.Action, kind string) access {
	return access{level: levelPermitted, action: action, kind: kind}
}

// authorize refuses those who may not ask for a page.
func (v *view) authorize(a access) error {
	if a.level == levelPublic {
		return nil
	}
	if v.identity == nil {
		return errSignedOut
	}
	allowed := true
	switch a.level {
	case levelSuperuser:
		allowed = v.identity.Superuser
	case levelPermitted:
		kind := a.kind
		if kind == "" {
			kind = v.objectType.Name()
		}
		allowed = v.identity.Allows(a.action, kind)
	}
	if !allowed {
		return errForbidden()
	}
	return nil
}

func errForbidden() error {
	return &webhook.Error{
		Code: webhook.CodeForbidden, Message: "You do not have permission to do this.",
		Help: "Somebody who manages users can grant it to you or to one of your groups.",
	}
}

// unknown answers paths that are no page; who is not signed in does not learn
// which those are. One that lacks only the slash at its
// end is sent there, as Django's APPEND_SLASH does.
func (v *view) unknown() error {
	if v.identity == nil {
		return errSignedOut
	}
	path := v.r.URL.Path
	if v.r.Method == http.MethodGet && !strings.HasSuffix(path, "/") {
		probe := *v.r.URL
		probe.Path, probe.RawPath = path+"/", ""
		if v.ui.isPage(&http.Request{Method: v.r.Method, URL: &probe, Host: v.r.Host}) {
			http.Redirect(v.w, v.r, v.ui.url(probe.RequestURI()), http.StatusMovedPermanently)
			return nil
		}
	}
	return webhook.NotFound()
}

// isPage reports whether something other than [view.unknown] answers a request.
func (u *UI) isPage(r *http.Request) bool {
	_, pattern := u.mux.Handler(r)
	if pattern == "/" {
		_, pattern = u.objects.Handler(r)
	}
	return pattern != "/"
}
