package ui

import (
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// menuGroup is a heading of the menu with its entries.
type menuGroup struct {
	Name, Icon string
	Items      []menuItem
	// Open says that the page is one of the group's.
	Open bool
}

type menuItem struct {
	Name, Path string
	Active     bool
	// AddPath leads to a form for a new one; empty for those who may not.
	AddPath string
	// Key is what leads here after "g" on the keyboard.
	Key string
}

// menuKeys are the letters that lead to the pages of most use.
var menuKeys = map[string]string{
	"/extras/webhooks/": "w", "/extras/deliveries/": "d", "/core/changelog/": "c", "/core/background-queues/": "t",
}

// menu is what the person may see, in NetBox's order: objects first, then
// Logging, then System.
func (v *view) menu() []menuGroup {
	if v.identity == nil {
		return nil
	}
	groups := v.inventoryMenu()
	logging := v.menuItems(
		entry{"Webhooks", "/extras/webhooks/", admin.KindWebhook, true},
		entry{"Event rules", "/extras/event-rules/", admin.KindEventRule, true},
		entry{"Deliveries", "/extras/deliveries/", admin.KindDelivery, false},
		entry{"Change log", "/core/changelog/", admin.KindChange, false},
	)
	if v.may(webhook.ActionAdd, admin.KindWebhook) {
		logging = append(logging, menuItem{Name: "Lab", Path: "/extras/lab/"})
	}
	groups = append(groups,
		menuGroup{Name: "Logging", Icon: "list-details", Items: logging},
		menuGroup{Name: "System", Icon: "settings", Items: v.menuItems(
			entry{"Background Tasks", "/core/background-queues/", admin.KindDelivery, false},
			entry{"Workers", "/core/background-workers/", admin.KindDelivery, false},
			entry{"Object types", "/core/object-types/", admin.KindObjectType, true},
			entry{"Tags", "/extras/tags/", admin.KindTag, true},
			entry{"Users", "/users/users/", admin.KindUser, true},
			entry{"Groups", "/users/groups/", admin.KindGroup, true},
			entry{"API tokens", "/users/tokens/", admin.KindToken, true},
			entry{"Audit log", "/core/audit-log/", admin.KindAuditEntry, false},
			entry{"Configuration", "/core/configuration/", "", false},
		)})
	kept := groups[:0]
	for _, group := range groups {
		if len(group.Items) == 0 {
			continue
		}
		for i := range group.Items {
			item := &group.Items[i]
			item.Active = strings.HasPrefix(v.r.URL.Path, item.Path)
			group.Open = group.Open || item.Active
		}
		kept = append(kept, group)
	}
	return kept
}

// entry is a possible entry of the menu. An empty kind is for superusers.
type entry struct {
	name, path, kind string
	add              bool
}

func (v *view) menuItems(entries ...entry) []menuItem {
	var items []menuItem
	for _, e := range entries {
		visible := v.identity.Superuser
		if e.kind != "" {
			visible = v.may(webhook.ActionView, e.kind)
		}
		if !visible {
			continue
		}
		item := menuItem{Name: e.name, Path: e.path, Key: menuKeys[e.path]}
		if e.add && v.may(webhook.ActionAdd, e.kind) {
			item.AddPath = e.path + "add/"
		}
		items = append(items, item)
	}
	return items
}

// inventoryMenu has the object types by their groups, in the order in which
// the types come.
func (v *view) inventoryMenu() []menuGroup {
	var groups []menuGroup
	at := map[string]int{}
	for _, t := range v.ui.options.Inventory.Types().List() {
		items := v.menuItems(entry{webhook.Capitalize(t.LabelPlural), "/" + t.AppLabel + "/" + t.Plural + "/", t.Name(), true})
		if len(items) == 0 {
			continue
		}
		name := groupName(t)
		i, known := at[name]
		if !known {
			i = len(groups)
			at[name] = i
			groups = append(groups, menuGroup{Name: name, Icon: "database"})
		}
		groups[i].Items = append(groups[i].Items, items...)
	}
	return groups
}
