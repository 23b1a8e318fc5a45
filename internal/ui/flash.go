package ui

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// flashCookie carries a message over a redirect.
const flashCookie = "flash"

// maxFlash bounds the message in characters, so that the cookie is not refused.
const maxFlash = 500

// flash is what is said once at the top of the next page.
type flash struct {
	// Kind is success, warning or danger.
	Kind string `json:"kind"`
	Text string `json:"text"`
	// LinkText and Path, if any, lead to what came of it.
	LinkText string `json:"link,omitempty"`
	Path     string `json:"path,omitempty"`
}

// say shows a message on the next page: what was done, or why it was not.
func (v *view) say(kind, text string) { v.sayFlash(flash{Kind: kind, Text: text}) }

// sayFlash is say for messages with a link.
func (v *view) sayFlash(f flash) {
	f.Text = cutText(maxFlash, f.Text)
	document, err := json.Marshal(f)
	if err != nil {
		return // strings always encode
	}
	v.setCookie(flashCookie, base64.RawURLEncoding.EncodeToString(document), 60)
}

// takeFlash returns the message for this page, if there is one, and forgets it.
func (v *view) takeFlash() *flash {
	cookie, err := v.r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	v.setCookie(flashCookie, "", -1)
	var f flash
	document, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(document, &f) != nil {
		return nil
	}
	// The cookie may be anybody's who can set one: it leads nowhere else.
	if f.Path != "" {
		f.Path = localPath(f.Path)
	}
	switch f.Kind {
	case "success", "warning", "danger":
		return &f
	}
	return nil
}

// setCookie sets a cookie that scripts cannot read and other sites' requests do
// not carry. maxAge is in seconds.
func (v *view) setCookie(name, value string, maxAge int) {
	http.SetCookie(v.w, &http.Cookie{ //nolint:gosec // Secure wherever the browser came by https
		Name: name, Value: value, Path: v.ui.prefix + "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.ui.secure || v.r.TLS != nil,
	})
}
