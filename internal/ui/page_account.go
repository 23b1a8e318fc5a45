package ui

import (
	"net/http"

	"bellhop/internal/webhook"
)

// accountPages are what everybody can do with their own account.
func accountPages() []page {
	return []page{
		{"GET /user/{$}", signedIn, (*view).showAccount},
		{"POST /user/password/{$}", signedIn, (*view).changePassword},
		{"POST /user/theme/{$}", public, (*view).chooseTheme},
		{"GET /help/keyboard/{$}", signedIn, func(v *view) error { return v.render("keyboard", "Keyboard", nil) }},
	}
}

// accountPage is the view model of one's own account.
type accountPage struct {
	User webhook.User
	Form *form
}

func (v *view) newAccountPage() (accountPage, error) {
	user, err := v.ui.options.Admin.Users.Get(v.ctx, v.identity.UserID)
	fields := append([]*field{
		{Name: "present", Label: "Present password", Kind: fieldPassword, Required: true, Autocomplete: "current-password"},
	}, passwordFields("New password")...)
	return accountPage{User: user, Form: &form{
		Action: "/user/password/", Submit: "Change password",
		Sections: []section{{Title: "Password", Help: "You will be signed out everywhere else.", Fields: fields}},
	}}, err
}

func (v *view) showAccount() error {
	page, err := v.newAccountPage()
	if err != nil {
		return err
	}
	return v.render("account", "Account", page)
}

func (v *view) changePassword() error {
	values, err := v.form()
	if err != nil {
		return err
	}
	page, err := v.newAccountPage()
	if err != nil {
		return err
	}
	from, err := v.origin()
	if err != nil {
		return err
	}
	password, err := newPassword(values)
	key := ""
	if err == nil {
		err = v.ui.options.Admin.ChangePassword(v.ctx, v.actor(), values.Get("present"), password, from.Address)
	}
	if err == nil {
		key, _, err = v.ui.options.Admin.SignIn(v.ctx, v.identity.UserName, password, from)
	}
	if err != nil {
		if err := page.Form.refuse(err); err != nil {
			return err
		}
		return v.renderStatus(http.StatusUnprocessableEntity, "account", "Account", page)
	}
	v.setSession(key)
	v.say("success", "The password was changed. You were signed out everywhere else.")
	return v.redirect("/user/")
}

// chooseTheme is for browsers without scripts.
func (v *view) chooseTheme() error {
	values, err := v.form()
	if err != nil {
		return err
	}
	theme := values.Get("theme")
	switch theme {
	case "light", "dark", "system":
	default:
		return webhook.Errorf(webhook.CodeInvalid, "There is no theme %q.", cutText(20, theme))
	}
	http.SetCookie(v.w, &http.Cookie{ //nolint:gosec // scripts read it; it is no secret
		Name: "theme", Value: theme, Path: v.ui.prefix + "/", MaxAge: 365 * 24 * 60 * 60,
		SameSite: http.SameSiteLaxMode, Secure: v.ui.secure || v.r.TLS != nil,
	})
	return v.redirect(localPath(values.Get("next")))
}
