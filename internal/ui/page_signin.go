package ui

import (
	"net/http"
	"net/url"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// sessionCookie carries the key of a session.
const sessionCookie = "bellhop_session"

// signInPages are for people without a session.
func signInPages() []page {
	return []page{
		{"GET /login/{$}", public, (*view).showSignIn},
		{"POST /login/{$}", public, (*view).signIn},
		{"POST /logout/{$}", public, (*view).signOut},
		{"GET /setup/{$}", public, (*view).showSetup},
		{"POST /setup/{$}", public, (*view).setUp},
	}
}

// identify finds out who asks by the session's cookie. A session that has ended
// is the same as none.
func (v *view) identify() error {
	cookie, err := v.r.Cookie(sessionCookie)
	if err != nil || cookie.Value == "" {
		return nil //nolint:nilerr // no cookie: somebody who is not signed in
	}
	identity, err := v.ui.options.Admin.Resume(v.ctx, cookie.Value)
	if webhook.CodeOf(err) == webhook.CodeUnauthorized {
		v.endCookie()
		return nil
	}
	if err != nil {
		return err
	}
	v.identity = identity
	return nil
}

func (v *view) setSession(key string) {
	v.setCookie(sessionCookie, key, int(admin.SessionLife.Seconds()))
}

func (v *view) endCookie() { v.setCookie(sessionCookie, "", -1) }

// signInPage is the view model of the sign-in form.
type signInPage struct {
	Form *form
	// Next is where to go afterwards, a path of this server.
	Next string
}

func newSignInPage(next string) signInPage {
	return signInPage{Next: next, Form: &form{Sections: []section{{Fields: []*field{
		{Name: "username", Label: "User name", Kind: fieldText, Required: true, MaxLength: admin.MaxUsername, Autocomplete: "username"},
		{Name: "password", Label: "Password", Kind: fieldPassword, Required: true, Autocomplete: "current-password"},
	}}}}}
}

func (v *view) showSignIn() error {
	next := localPath(v.r.URL.Query().Get("next"))
	if v.identity != nil {
		return v.redirect(next)
	}
	return v.render("login", "Sign in", newSignInPage(next))
}

func (v *view) signIn() error {
	values, err := v.form()
	if err != nil {
		return err
	}
	page := newSignInPage(localPath(values.Get("next")))
	from, err := v.origin()
	if err != nil {
		return err
	}
	username := strings.TrimSpace(values.Get("username"))
	key, _, err := v.ui.options.Admin.SignIn(v.ctx, username, values.Get("password"), from)
	if err != nil {
		if err := page.Form.refuse(err); err != nil {
			return err
		}
		page.Form.fields()[0].Value = username
		return v.renderStatus(statuses[webhook.CodeOf(err)], "login", "Sign in", page)
	}
	v.setSession(key)
	return v.redirect(page.Next)
}

func (v *view) origin() (admin.Origin, error) {
	address, err := v.peer()
	return admin.Origin{Address: address, Agent: v.r.UserAgent()}, err
}

func (v *view) signOut() error {
	if cookie, err := v.r.Cookie(sessionCookie); err == nil {
		if err := v.ui.options.Admin.SignOut(v.ctx, cookie.Value); err != nil {
			return err
		}
	}
	v.endCookie()
	return v.redirect("/login/")
}

// localPath returns a path of this server, "/" for anything else: a link must
// not lead people elsewhere after they signed in.
func localPath(next string) string {
	target, err := url.Parse(next)
	if err != nil || target.Scheme != "" || target.Host != "" || target.User != nil ||
		!strings.HasPrefix(target.Path, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return "/"
	}
	return target.RequestURI()
}

// setupPage is the view model of the first administrator's first page.
type setupPage struct {
	Form          *form
	Key, UserName string
}

func newSetupPage(key, userName string) setupPage {
	return setupPage{Key: key, UserName: userName, Form: &form{Sections: []section{{Fields: passwordFields("Password")}}}}
}

// passwordFields are a new password, twice.
func passwordFields(label string) []*field {
	return []*field{
		{Name: "password", Label: label, Kind: fieldPassword, Required: true, Autocomplete: "new-password", Help: "At least 8 characters."},
		{Name: "again", Label: "The same again", Kind: fieldPassword, Required: true, Autocomplete: "new-password"},
	}
}

// newPassword reads what passwordFields were filled with.
func newPassword(values url.Values) (string, error) {
	if values.Get("password") != values.Get("again") {
		return "", &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{"again": {"The two are not the same."}}}
	}
	return values.Get("password"), nil
}

func (v *view) showSetup() error {
	key := v.r.URL.Query().Get("key")
	user, err := v.ui.options.Admin.SetupUser(v.ctx, key)
	if err != nil {
		return err
	}
	return v.render("setup", "Welcome", newSetupPage(key, user.Username))
}

func (v *view) setUp() error {
	values, err := v.form()
	if err != nil {
		return err
	}
	key := values.Get("key")
	user, err := v.ui.options.Admin.SetupUser(v.ctx, key)
	if err != nil {
		return err
	}
	from, err := v.origin()
	if err != nil {
		return err
	}
	password, err := newPassword(values)
	session := ""
	if err == nil {
		session, err = v.ui.options.Admin.SetUp(v.ctx, key, password, from, v.requestID)
	}
	if err != nil {
		page := newSetupPage(key, user.Username)
		if err := page.Form.refuse(err); err != nil {
			return err
		}
		return v.renderStatus(http.StatusUnprocessableEntity, "setup", "Welcome", page)
	}
	v.setSession(session)
	return v.redirect("/")
}
