package manifest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"bellhop/internal/client"
)

// kind is one section of a file, in the order in which entries may refer to one
// another.
type kind struct {
	section, path, noun string
	// key are the fields that name an entry.
	key []string
}

var kinds = []kind{
	{"object_types", "core/object-types/", "object type", []string{"app_label", "model"}},
	{"webhooks", "extras/webhooks/", "webhook", []string{"name"}},
	{"event_rules", "extras/event-rules/", "event rule", []string{"name"}},
}

// Fields with a treatment of their own.
const (
	webhookField = "webhook"          // of an event rule in a file: a name
	actionField  = "action_object_id" // the same in REST: an id
	typeFields   = "fields"           // of an object type
	secretField  = "secret"           // of a webhook; the server shows asterisks
)

// entry is one thing by its fields, as encoding/json decodes them.
type entry map[string]any

// name is what the entry is called.
func (k *kind) name(e entry) string {
	parts := make([]string, len(k.key))
	for i, field := range k.key {
		parts[i] = fmt.Sprint(e[field])
	}
	return strings.Join(parts, ".")
}

// server is what the server has of a kind.
type server struct {
	// entries are by name, names in the server's order.
	entries map[string]entry
	names   []string
	// writable are the fields that can be written, in the server's order.
	writable []string
}

// read gets everything of a kind.
func (k *kind) read(ctx context.Context, c *client.Client) (*server, error) {
	var options struct {
		Actions struct {
			POST orderedFields `json:"POST"`
		} `json:"actions"`
	}
	if err := c.Do(ctx, http.MethodOptions, k.path, nil, &options); err != nil {
		return nil, err
	}
	if len(options.Actions.POST) == 0 {
		return nil, fmt.Errorf("the token may not add to %s, and only who may is told what can be written", k.section)
	}
	list, err := client.List[entry](ctx, c, k.path)
	if err != nil {
		return nil, err
	}
	s := &server{entries: make(map[string]entry, len(list)), writable: options.Actions.POST}
	for _, e := range list {
		if e["built_in"] == true {
			continue
		}
		name := k.name(e)
		s.entries[name] = e
		s.names = append(s.names, name)
	}
	return s, nil
}

// orderedFields are the names of the fields of OPTIONS that are not read-only.
type orderedFields []string

// UnmarshalJSON reads an object of field descriptions.
func (o *orderedFields) UnmarshalJSON(text []byte) error {
	var described map[string]struct {
		ReadOnly bool `json:"read_only"`
	}
	if err := json.Unmarshal(text, &described); err != nil {
		return err
	}
	order, err := keysInOrder(text)
	if err != nil {
		return err
	}
	*o = slices.DeleteFunc(order, func(name string) bool { return described[name].ReadOnly })
	return nil
}
