package ui

import (
	"fmt"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// searchPages look for a text or an id everywhere.
func searchPages() []page {
	return []page{{"GET /search/{$}", signedIn, (*view).search}}
}

// perKind is how many finds of one kind are shown.
const perKind = 5

// searchPage is the view model of the finds.
type searchPage struct {
	Q      string
	Groups []findGroup
}

type findGroup struct {
	Name string
	// AllPath is the list with the same search.
	AllPath string
	Finds   []find
}

type find struct{ Name, Path, Note string }

func (v *view) search() error {
	q := strings.TrimSpace(v.r.URL.Query().Get("q"))
	data := searchPage{Q: q}
	if q == "" {
		return v.render("search", "Search", data)
	}
	if id, err := webhook.ParseUUID(q); err == nil && v.may(webhook.ActionView, admin.KindDelivery) {
		// A receiver's log has the delivery's id: it leads straight there.
		if _, err := v.ui.options.Admin.Delivery(v.ctx, id); err == nil {
			return v.redirect(fmt.Sprintf("/extras/deliveries/%s/", id))
		}
	}
	if v.may(webhook.ActionView, admin.KindWebhook) {
		found, err := v.ui.options.Admin.Webhooks.List(v.ctx, store.Query{
			Where: mentions(q, "name", "description", "payload_url"), Limit: perKind, NoCount: true,
		})
		if err != nil {
			return err
		}
		var finds []find
		for _, wh := range found.Items {
			finds = append(finds, find{wh.Name, webhookPath(wh.ID), wh.HTTPMethod + " " + wh.PayloadURL})
		}
		data.add("Webhooks", webhooksPath, finds)
	}
	if err := v.searchObjects(&data); err != nil {
		return err
	}
	if v.may(webhook.ActionView, admin.KindUser) {
		found, err := v.ui.options.Admin.Users.List(v.ctx, store.Query{Where: mentions(q, "username", "email"), Limit: perKind, NoCount: true})
		if err != nil {
			return err
		}
		var finds []find
		for _, user := range found.Items {
			finds = append(finds, find{user.Username, fmt.Sprintf("/users/users/%d/", user.ID), user.Email})
		}
		data.add("Users", "/users/users/", finds)
	}
	return v.render("search", "Search", data)
}

// searchObjects looks through the objects that the person may view, by what they
// are shown as.
func (v *view) searchObjects(data *searchPage) error {
	return v.ui.options.Inventory.View(v.ctx, "", func(r *inventory.Reader) error {
		for _, t := range r.Types().List() {
			if !v.may(webhook.ActionView, t.Name()) {
				continue
			}
			field := t.DisplayField
			if field == "" {
				field = "name"
			}
			page, err := r.List(t.Name(), store.Query{Where: mentions(data.Q, field), Limit: perKind, NoCount: true}, true)
			if err != nil {
				return err
			}
			path := "/" + t.AppLabel + "/" + t.Plural + "/"
			var finds []find
			for _, object := range page.Items {
				finds = append(finds, find{object.Display, fmt.Sprintf("%s%d/", path, object.ID), ""})
			}
			data.add(webhook.Capitalize(t.LabelPlural), path, finds)
		}
		return nil
	})
}

func (p *searchPage) add(name, path string, finds []find) {
	if len(finds) > 0 {
		p.Groups = append(p.Groups, findGroup{name, path, finds})
	}
}

// mentions is true when one of the fields contains a text.
func mentions(text string, paths ...string) store.Filter {
	either := make(store.Or, len(paths))
	for i, path := range paths {
		either[i] = store.Compare{Path: path, Op: store.Ic, Value: text}
	}
	return either
}
