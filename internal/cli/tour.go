package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"bellhop/internal/client"
)

// tour makes the demo's objects and webhooks through the REST API, as a user
// would, and says what to try next.
type tour struct {
	out              io.Writer
	server, receiver string // URLs
	token            string
	// setup is the link with which a browser gets in.
	setup string
}

// The tour's webhooks. The second one is the example of NetBox's documentation.
func (t *tour) webhooks() []map[string]any {
	return []map[string]any{
		{
			"name": "Active sites", "content_types": []string{"dcim.site"},
			"type_create": true, "type_update": true, "type_delete": true,
			"payload_url": t.receiver + "sites", "secret": demoSecret,
			"conditions": map[string]any{"and": []map[string]any{{"attr": "status.value", "value": "active"}}},
		},
		{
			"name": "New IP addresses to Slack", "content_types": []string{"ipam.ipaddress"}, "type_create": true,
			"payload_url": t.receiver + "slack", "secret": demoSecret,
			"body_template": `{"text": "IP address {{ data['address'] }} was created by {{ username }}!"}`,
		},
	}
}

// show runs the tour. arrived gets a value when the receiver has printed a
// request.
func (t *tour) show(ctx context.Context, arrived <-chan struct{}) error {
	api, err := client.New(t.server, t.token)
	if err != nil {
		return err
	}
	defer api.Close()
	if err := api.Do(ctx, http.MethodPost, "extras/webhooks/", t.webhooks(), nil); err != nil {
		return err
	}
	region := map[string]any{"name": "Europe", "slug": "europe"}
	if err := api.Do(ctx, http.MethodPost, "dcim/regions/", region, nil); err != nil {
		return err
	}
	site := map[string]any{
		"name": "Berlin", "slug": "berlin", "status": "active", "region": map[string]string{"slug": "europe"},
		"tags": []any{}, "description": "Head office",
	}
	t.say("A site is created: POST /api/dcim/sites/. Its webhook, as the receiver gets it:\n")
	var created struct{ ID int64 }
	if err := api.Do(ctx, http.MethodPost, "dcim/sites/", site, &created); err != nil {
		return err
	}
	select {
	case <-arrived:
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(demoArrival):
		return errors.New("the webhook did not arrive")
	}
	t.suggest(created.ID)
	return nil
}

func (t *tour) say(format string, args ...any) { fmt.Fprintf(t.out, format+"\n", args...) }

// suggest prints what to try next.
func (t *tour) suggest(site int64) {
	sitePath := fmt.Sprintf("/api/dcim/sites/%d/", site)
	t.say(`
Now you, in another terminal. First the token:

  export TOKEN=%s

1. Change the site. The webhook fires, with both snapshots:

%s

2. Take the site out of service. The webhook has a condition (status is active),
   so nothing arrives. The verdicts on the last change say why:

%s
  LAST=$(curl -s '%s/api/core/object-changes/?ordering=-id&limit=1' \
    -H "Authorization: Token $TOKEN" | grep -o '"id":[0-9]*' | head -n 1 | cut -d: -f2)
  curl -s %s/api/core/object-changes/$LAST/verdicts/ -H "Authorization: Token $TOKEN"

3. Create an IP address. Another webhook writes a text for Slack with a template:

%s

Or look at all this in a browser: choose a password at
%s

Read on at %s/api/docs/. Stop with CONTROL-C.
`,
		t.token,
		t.curl("PATCH", sitePath, `{"description": "Two floors"}`),
		t.curl("PATCH", sitePath, `{"status": "planned"}`), t.server, t.server,
		t.curl("POST", "/api/ipam/ip-addresses/", `{"address": "192.0.2.10/24"}`),
		t.setup, t.server)
}

// curl returns a command for a terminal.
func (t *tour) curl(method, path, body string) string {
	return fmt.Sprintf("  curl -s -X %s %s%s -H \"Authorization: Token $TOKEN\" \\\n    -H 'Content-Type: application/json' -d '%s'",
		method, t.server, path, body)
}
