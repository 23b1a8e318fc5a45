package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// changeList is /api/core/object-changes/: NetBox's change log to read, and the
// way in for changes from elsewhere.
type changeList struct {
	*description
	api *API
}

func (a *API) objectChanges() changeList {
	read := func(name, label string, kind kind, path string, choices ...webhook.Choice) spec {
		return spec{name: name, label: label, kind: kind, readOnly: true, nullable: true, path: path, choices: choices}
	}
	return changeList{api: a, description: &description{
		kind: admin.KindChange, path: "core/object-changes", name: "change", plural: "changes", schema: "ObjectChange",
		fields: []spec{
			read("id", "ID", kindInteger, "id"), read("url", "Url", kindText, ""), read("display", "Display", kindText, ""),
			read("time", "Time", kindTime, "time"), read("user", "User", kindObject, ""),
			read("user_name", "User name", kindText, "user_name"), read("request_id", "Request ID", kindUUID, "request_id"),
			read("action", "Action", kindLabeled, "event", actions()...),
			read("changed_object_type", "Changed object type", kindText, "object_type"),
			read("changed_object_id", "Changed object ID", kindInteger, "object_id"),
			read("changed_object", "Changed object", kindObject, ""),
			read("object_repr", "Object", kindText, "object_repr"),
			read("prechange_data", "Pre-change data", kindJSON, ""), read("postchange_data", "Post-change data", kindJSON, ""),
		},
		filters: append([]filter{
			{param: "user", kind: kindText, path: "user_name"},
			timeFilter("time_before", "time", store.Lte), timeFilter("time_after", "time", store.Gte),
		}, a.changeTypeFilters()...),
		brief: []string{"id", "url", "display"}, order: "-id", search: []string{"user_name", "object_repr"},
	}}
}

// actions are the change log's words for events.
func actions() []webhook.Choice {
	return []webhook.Choice{
		{Value: "create", Label: "Created"}, {Value: "update", Label: "Updated"}, {Value: "delete", Label: "Deleted"},
	}
}

func (a *API) changeTypeFilters() []filter {
	return []filter{{param: "changed_object_type_id", kind: kindInteger, make: func(suffix, value string) (store.Filter, bool, error) {
		t, err := a.typeByID(value)
		if err != nil {
			return nil, true, err
		}
		return store.Compare{Path: "object_type", Op: store.Eq, Value: t.Name()}, suffix == "", nil
	}}}
}

func (l changeList) routes() []route {
	view, path := may(webhook.ActionView, l.kind), "/api/"+l.path+"/"
	return []route{
		{path: path, about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "List changes", access: view, handle: l.list, gives: shapePage, status: http.StatusOK},
			{method: http.MethodPost, summary: "Bring in changes from elsewhere", access: may(webhook.ActionAdd, l.kind), handle: l.create, takes: shapeFree, takesNamed: namedIncoming, gives: shapeFree, givesNamed: namedRecorded, status: http.StatusCreated},
		}},
		{path: path + "{id}/", about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "Show a change", access: view, handle: l.get, gives: shapeOne, status: http.StatusOK},
		}},
		{path: path + "{id}/verdicts/", about: l.description, operations: []operation{
			{method: http.MethodGet, summary: "Why webhooks fired for a change, or did not", access: view, handle: l.verdicts, gives: shapePage, givesNamed: namedVerdict, status: http.StatusOK},
		}},
	}
}

func (c *call) changeURL(id int64) string {
	return c.base() + "/api/core/object-changes/" + strconv.FormatInt(id, 10) + "/"
}

func (c *call) briefChange(change *webhook.Change) object {
	return object{
		{"id", change.ID},
		{"url", c.changeURL(change.ID)},
		{"display", displayChange(change)},
		{"action", showAction(change.Event)},
		{"object_repr", change.ObjectRepr},
	}
}

// displayChange is NetBox's text for a change: "dcim | site: AMS1 was updated by
// admin", in short.
func displayChange(change *webhook.Change) string {
	by := change.UserName
	if by == "" {
		by = "System"
	}
	return fmt.Sprintf("%s %s %s by %s", change.ObjectType, change.ObjectRepr, change.Event, by)
}

func showAction(event webhook.Event) object {
	choice := actions()[event-webhook.Created]
	return object{{"value", choice.Value}, {"label", choice.Label}}
}

func (l changeList) show(c *call, change *webhook.Change, sel selection) (json.RawMessage, error) {
	var snapshots struct {
		Snapshots struct {
			Prechange  json.RawMessage `json:"prechange"`
			Postchange json.RawMessage `json:"postchange"`
		} `json:"snapshots"`
	}
	if len(change.Context) > 0 {
		if err := json.Unmarshal(change.Context, &snapshots); err != nil {
			return nil, fmt.Errorf("context of change %d: %w", change.ID, err)
		}
	}
	var changed any
	if t := c.api.options.Inventory.Types().Get(change.ObjectType); t != nil && change.Event != webhook.Deleted {
		changed = object{
			{"id", change.ObjectID},
			{"url", c.base() + "/api/" + t.AppLabel + "/" + t.Plural + "/" + strconv.FormatInt(change.ObjectID, 10) + "/"},
			{"display", change.ObjectRepr},
		}
	}
	all := object{
		{"id", change.ID},
		{"url", c.changeURL(change.ID)},
		{"display", displayChange(change)},
		{"time", showTime(change.Time)},
		{"user", object{{"display", change.UserName}, {"username", change.UserName}}},
		{"user_name", change.UserName},
		{"request_id", change.RequestID},
		{"action", showAction(change.Event)},
		{"changed_object_type", change.ObjectType},
		{"changed_object_id", change.ObjectID},
		{"changed_object", changed},
		{"object_repr", change.ObjectRepr},
		{"prechange_data", showJSON(snapshots.Snapshots.Prechange)},
		{"postchange_data", showJSON(snapshots.Snapshots.Postchange)},
	}
	return encode(all.pick(l.description, sel))
}

func (l changeList) list(c *call) error {
	sel := c.selection()
	contexts := sel.shows("prechange_data", false) || sel.shows("postchange_data", false)
	return sendList(c, l.description, func(query store.Query) (store.Page[webhook.Change], error) {
		return c.api.options.Admin.Changes(c.ctx, query, contexts)
	}, func(change *webhook.Change) (json.RawMessage, error) { return l.show(c, change, sel) })
}

func (l changeList) get(c *call) error {
	change, err := l.change(c)
	if err != nil {
		return err
	}
	text, err := l.show(c, &change, c.selection())
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, text)
}

// change returns the change in the path.
func (l changeList) change(c *call) (webhook.Change, error) {
	id, err := c.id()
	if err != nil {
		return webhook.Change{}, err
	}
	return c.api.options.Admin.Change(c.ctx, id)
}

// verdicts answers "why did it not fire?".
func (l changeList) verdicts(c *call) error {
	change, err := l.change(c)
	if err != nil {
		return err
	}
	items := make([]json.RawMessage, len(change.Verdicts))
	for i := range change.Verdicts {
		if items[i], err = encode(c.showVerdict(&change.Verdicts[i])); err != nil {
			return err
		}
	}
	return c.sendPage(store.Query{Limit: max(len(items), 1)}, len(items), items)
}

func (c *call) showVerdict(v *webhook.Verdict) object {
	shown := object{
		{"webhook", object{
			{"id", v.WebhookID}, {"url", c.base() + "/api/extras/webhooks/" + strconv.FormatInt(v.WebhookID, 10) + "/"},
		}},
		{"event_rule", nil},
		{"name", v.Name},
		{"outcome", v.Outcome.String()},
		{"reason", v.Reason},
		{"explanation", showJSON(v.Tree)},
		{"delivery", nil},
		{"round", v.Round},
	}
	if v.RuleID != 0 {
		shown[1].value = object{
			{"id", v.RuleID}, {"url", c.base() + "/api/extras/event-rules/" + strconv.FormatInt(v.RuleID, 10) + "/"},
		}
	}
	if !v.DeliveryID.IsZero() {
		shown[6].value = object{
			{"id", v.DeliveryID}, {"url", c.base() + "/api/extras/deliveries/" + v.DeliveryID.String() + "/"},
		}
	}
	return shown
}
