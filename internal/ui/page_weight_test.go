package ui_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// maxPage is how large a page with 50 rows may be, before it is compressed.
const maxPage = 50_000 // bytes

// weighed are the lists of things that come by the dozen.
var weighed = []string{
	"/extras/webhooks/", "/extras/event-rules/", "/extras/tags/", "/extras/deliveries/", "/core/background-tasks/", "/core/changelog/",
	"/core/audit-log/", "/core/background-workers/", "/dcim/sites/", "/dcim/devices/", "/ipam/ip-addresses/",
	"/users/users/", "/users/groups/", "/users/tokens/",
}

// A list of 50 rows as people have them is light, for somebody who may do
// everything; so are the other pages of the menu.
func TestPagesAreLight(t *testing.T) {
	t.Parallel()
	s := startSiteOn(t, t.TempDir(), 50)
	s.addUser(t, "root", true)
	fillLists(t, s, 60)
	b := s.signIn(t, "root")
	for _, path := range weighed {
		// The head is a row as well.
		if rows := strings.Count(b.get(t, path).body, "<tr") - 1; rows != 50 {
			t.Errorf("%s has %d rows, want 50", path, rows)
		}
	}
	menu := regexp.MustCompile(`<li><a href="([^"]+)"`).FindAllStringSubmatch(b.get(t, "/").body, -1)
	if len(menu) < len(weighed) {
		t.Fatalf("%d links in the menu", len(menu))
	}
	paths := []string{"/"}
	for _, link := range menu {
		paths = append(paths, link[1])
	}
	for _, path := range append(paths, weighed...) {
		page := b.get(t, path)
		if page.status != http.StatusOK || len(page.body) >= maxPage {
			t.Errorf("%s: status %d, %d bytes, want fewer than %d", path, page.status, len(page.body), maxPage)
		}
	}
}

// fillLists makes n of everything that is in lists, named as people name things.
func fillLists(t *testing.T, s *site, n int) {
	t.Helper()
	receivers := []*receiver{startReceiver(t, http.StatusOK), startReceiver(t, http.StatusServiceUnavailable)}
	who := admin.System(webhook.UUID{7})
	var (
		hooks  []webhook.Webhook
		rules  []webhook.EventRule
		tags   []webhook.Tag
		users  []webhook.User
		groups []webhook.Group
	)
	cities := []string{"Amsterdam", "Frankfurt am Main", "Kraków", "São Paulo", "New York"}
	for i := range n {
		city := fmt.Sprintf("%s %d", cities[i%len(cities)], i)
		slug := fmt.Sprintf("city-%d", i)
		wh := webhook.New()
		wh.Name = city + " to monitoring"
		wh.PayloadURL = receivers[i%len(receivers)].URL + "/api/v2/webhooks/netbox?site=" + slug
		wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.rack", "dcim.interface", "tenancy.tenant"}, Events: webhook.AllEvents}
		if i%2 == 0 {
			wh.Description = "Tells the monitoring in " + city + " which hosts to watch"
			wh.Events = webhook.EventSet(webhook.Created, webhook.Deleted)
		}
		if i < len(receivers) {
			wh.ObjectTypes = []string{"dcim.site"}
		}
		hooks = append(hooks, wh)
		tags = append(tags, webhook.Tag{Name: "Managed by " + city, Slug: slug, Color: "00aa00", Description: "Devices that the team in " + city + " looks after"})
		groups = append(groups, webhook.Group{Name: "Network operations " + city, Description: "May see and retry what goes to " + city})
		users = append(users, webhook.User{Username: "operator." + slug, Email: "operator." + slug + "@example.com", Active: true})
		rules = append(rules, webhook.EventRule{Name: "New prefixes in " + city, Enabled: true, WebhookID: 1, Trigger: webhook.Trigger{
			ObjectTypes: []string{"ipam.prefix", "ipam.vrf"}, Events: webhook.EventSet(webhook.Created),
		}})
	}
	_, err0 := s.Admin.Webhooks.Create(t.Context(), who, hooks)
	_, err1 := s.Admin.EventRules.Create(t.Context(), who, rules)
	_, err2 := s.Admin.Tags.Create(t.Context(), who, tags)
	_, err3 := s.Admin.Groups.Create(t.Context(), who, groups)
	people, err4 := s.Admin.Users.Create(t.Context(), who, users)
	if err0 != nil || err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		t.Fatal(err0, err1, err2, err3, err4)
	}
	var tokens []webhook.Token
	for i := range people {
		token := webhook.Token{UserID: people[i].ID, Description: "Ansible of " + people[i].Username, WriteEnabled: true}
		if err := admin.SetTokenKey(&token, fmt.Sprintf("%040x", i+1)); err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	if _, err := s.Admin.Tokens.Create(t.Context(), who, tokens); err != nil {
		t.Fatal(err)
	}
	s.addObject(t, "dcim.region", `{"name": "Europe", "slug": "europe"}`)
	s.addObject(t, "tenancy.tenant", `{"name": "Data centre operations", "slug": "dco"}`)
	s.addObject(t, "dcim.manufacturer", `{"name": "Juniper Networks", "slug": "juniper"}`)
	s.addObject(t, "dcim.devicetype", `{"manufacturer": 1, "model": "MX480 Universal Routing Platform", "slug": "mx480"}`)
	s.addObject(t, "dcim.devicerole", `{"name": "Provider edge router", "slug": "pe"}`)
	for i := range n {
		city, slug := fmt.Sprintf("%s %d", cities[i%len(cities)], i), fmt.Sprintf("city-%d", i)
		site := s.addObject(t, "dcim.site", fmt.Sprintf(`{"name": %q, "slug": %q, "region": 1, "tenant": 1, "facility": "Building %d",
			"time_zone": "Europe/Amsterdam", "tags": [{"slug": "city-1"}, {"slug": "city-2"}]}`, city, slug, i))
		s.addObject(t, "dcim.device", fmt.Sprintf(`{"name": "router-%s.example.net", "device_type": 1, "role": 1, "tenant": 1,
			"serial": "JN11F%06dAFA", "asset_tag": "DCO-%06d", "site": %d, "tags": [{"slug": "city-1"}]}`, slug, i, i, site.ID))
		s.addObject(t, "ipam.ipaddress", fmt.Sprintf(`{"address": "2001:db8:85a3::8a2e:370:%x/64", "status": "active", "role": "loopback",
			"tenant": 1, "dns_name": "lo0.router-%s.example.net", "description": "Loopback of the router"}`, i, slug))
	}
	s.deliveries(t, webhook.Finished, n+n/2-1) // of the sites, and of the tenant
}
