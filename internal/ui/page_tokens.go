package ui

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

func tokenSpec() *recordSpec[webhook.Token] {
	return &recordSpec[webhook.Token]{
		Kind: admin.KindToken, Path: "/users/tokens/", One: "token", Many: "tokens", Title: "API tokens",
		Empty: "A token lets a program use the REST API as a user: Authorization: Token <key>.",
		List: func(v *view) *listSpec {
			spec := &listSpec{
				Sort: "key", Search: []string{"description", "key_hint"},
				Columns: []column{
					{Name: "key", Label: "Key", Sort: "key_hint", Class: "name"},
					{Name: "user", Label: "User", Sort: "user", Class: "short"},
					{Name: "description", Label: "Description"},
					{Name: "write", Label: "May write", Sort: "write_enabled"},
					{Name: "expires", Label: "Expires", Sort: "expires"},
					{Name: "used", Label: "Last used", Sort: "last_used"},
				},
				Filters: []listFilter{{Name: "write_enabled", Label: "May write", Choices: yesNo(), Path: "write_enabled"}},
			}
			if !v.identity.Superuser {
				spec.Always = store.Compare{Path: "user", Op: store.Eq, Value: v.identity.UserID}
			}
			return spec
		},
		Records:  func(a *admin.Admin) *admin.Records[webhook.Token] { return a.Tokens },
		ID:       func(t *webhook.Token) int64 { return t.ID },
		Name:     func(t *webhook.Token) string { return "…" + t.KeyHint },
		Revision: func(t *webhook.Token) int64 { return t.Revision },
		Names:    (*view).userNames,
		Cells: func(_ *view, users map[int64]string, t *webhook.Token) []cell {
			return []cell{textCell(users[t.UserID]), textCell(t.Description), yesCell(t.WriteEnabled), expiryCell(t), timeCell(t.LastUsed)}
		},
		Visible: func(v *view, t *webhook.Token) bool { return v.identity.Superuser || t.UserID == v.identity.UserID },
		Facts: func(v *view, t *webhook.Token) ([]fact, error) {
			users, err := v.userNames()
			return []fact{
				{"User", textCell(users[t.UserID])},
				{"Description", textCell(t.Description)},
				{"May write", yesCell(t.WriteEnabled)},
				{"Only from", listCell(networkTexts(t.AllowedIPs))},
				{"Expires", expiryCell(t)},
				{"Created", timeCell(t.Created)},
				{"Last used", timeCell(t.LastUsed)},
			}, err
		},
		Sections: tokenSections,
		Read:     readToken,
		New:      func(v *view) webhook.Token { return webhook.Token{UserID: v.identity.UserID, WriteEnabled: true} },
		Losses: func(*view, *webhook.Token) ([]string, error) {
			return []string{"Programs that use it are refused from now on."}, nil
		},
		Created: func(v *view, t *webhook.Token) error {
			return v.render("token_made", "New token", tokenMadePage{Key: v.once, Path: fmt.Sprintf("/users/tokens/%d/", t.ID), URL: v.base()})
		},
	}
}

// tokenMadePage shows a new token's key, once.
type tokenMadePage struct{ Key, Path, URL string }

func expiryCell(t *webhook.Token) cell {
	if t.Expires.IsZero() {
		return textCell("never")
	}
	return timeCell(t.Expires)
}

func networkTexts(networks []netip.Prefix) []string {
	texts := make([]string, len(networks))
	for i, network := range networks {
		texts[i] = network.String()
	}
	return texts
}

// dateTimeForm is how browsers send a moment; it is UTC here.
const dateTimeForm = "2006-01-02T15:04"

func tokenSections(v *view, t *webhook.Token, isNew bool) ([]section, error) {
	fields := []*field{
		{Name: "description", Label: "Description", Kind: fieldText, Value: t.Description, MaxLength: webhook.MaxDescriptionLength, Help: "What uses it, so that you know later."},
		{Name: "write_enabled", Label: "May write", Kind: fieldCheck, Value: strconv.FormatBool(t.WriteEnabled)},
		{Name: "allowed_ips", Label: "Only from", Kind: fieldText, Value: strings.Join(networkTexts(t.AllowedIPs), ", "), Placeholder: "192.0.2.0/24, 2001:db8::/32", Help: "Networks from which it may be used. Empty: from everywhere."},
		{Name: "expires", Label: "Expires (UTC)", Kind: fieldDateTime, Help: "Empty: never."},
	}
	if !t.Expires.IsZero() {
		fields[3].Value = t.Expires.UTC().Format(dateTimeForm)
	}
	if isNew && v.identity.Superuser {
		users, err := v.ui.options.Admin.Users.List(v.ctx, store.Query{Limit: maxPeople, NoCount: true, Order: []store.Order{{Path: "username"}}})
		if err != nil {
			return nil, err
		}
		owner := &field{Name: "user", Label: "User", Kind: fieldSelect, Value: strconv.FormatInt(t.UserID, 10), Required: true, Help: "Whose permissions it has."}
		for _, user := range users.Items {
			owner.Choices = append(owner.Choices, choice{Value: strconv.FormatInt(user.ID, 10), Label: user.Username})
		}
		fields = append([]*field{owner}, fields...)
	}
	return []section{{Fields: fields}}, nil
}

func readToken(v *view, values url.Values, isNew bool) (func(*webhook.Token) error, error) {
	var errs webhook.FieldErrors
	var networks []netip.Prefix
	for text := range strings.FieldsFuncSeq(values.Get("allowed_ips"), func(r rune) bool { return r == ',' || r == ' ' }) {
		network, err := netip.ParsePrefix(text)
		if address, addressErr := netip.ParseAddr(text); addressErr == nil {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			errs.Add("allowed_ips", "%q is no network, such as 192.0.2.0/24.", cutText(60, text))
		}
		networks = append(networks, network)
	}
	var expires time.Time
	if text := values.Get("expires"); text != "" {
		var err error
		if expires, err = time.Parse(dateTimeForm, text); err != nil {
			errs.Add("expires", "%q is no date with a time, such as 2026-12-31T18:00.", cutText(60, text))
		}
	}
	if isNew {
		key, err := admin.NewTokenKey()
		if err != nil {
			return nil, err
		}
		v.once = key
	}
	owner := v.identity.UserID
	if text := values.Get("user"); text != "" && isNew {
		ids, err := readIDs("user", []string{text})
		if err != nil {
			return nil, err
		}
		owner = ids[0]
	}
	return func(t *webhook.Token) error {
		t.Description, t.WriteEnabled = strings.TrimSpace(values.Get("description")), values.Get("write_enabled") == "true"
		t.AllowedIPs, t.Expires = networks, expires
		if isNew {
			t.UserID = owner
			return admin.SetTokenKey(t, v.once)
		}
		return nil
	}, errs.Err()
}
