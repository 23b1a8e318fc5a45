package ui_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// FuzzLists asks a list page for anything: filters, search, order, positions. It is
// answered with a page or a refusal, nothing that was asked for is markup, and the
// links to other pages of the list are answered, too.
func FuzzLists(f *testing.F) {
	lists := []string{
		"/extras/webhooks/", "/extras/deliveries/", "/extras/event-rules/", "/extras/tags/", "/core/changelog/", "/core/background-tasks/",
		"/dcim/sites/", "/ipam/ip-addresses/", "/core/object-types/", "/users/users/", "/users/groups/", "/extras/audit-log/", "/search/",
	}
	for i, query := range []string{
		"", "page=-1&per_page=25&sort=-name", "page=9223372036854775807&per_page=250", "q=%00%ff&sort=,", "before=x&after=y", "before=9999999999999999999&per_page=0",
		"after=00000000-0000-0000-0000-000000000000", "before=ffffffff-ffff-ffff-ffff-ffffffffffff&state=failed", "since=2026-13-45&until=", "status=5xx&webhook=1&event=created",
		"q=<script>alert(1)</script>&name=\"><img src=x onerror=alert(1)>", "enabled=true&enabled=false&failing=x", "tag=a&tag=b&object_type=dcim.site", "id=1'--&q=%25_", "q=a&q=b&page=1&page=2",
	} {
		f.Add(uint8(i), query)
		f.Add(uint8(i+1), query)
	}
	s := startSiteOn(f, f.TempDir(), 1)
	s.addUser(f, "root", true)
	for _, name := range []string{"alpha", "beta"} {
		wh := webhook.New()
		wh.Name, wh.PayloadURL, wh.Enabled = name, "http://127.0.0.1:1/", false
		wh.Trigger = webhook.Trigger{ObjectTypes: []string{"dcim.site"}, Events: webhook.AllEvents}
		if _, err := s.Admin.Webhooks.Create(f.Context(), admin.System(webhook.UUID{1}), []webhook.Webhook{wh}); err != nil {
			f.Fatal(err)
		}
		s.addObject(f, "dcim.site", `{"name": "`+name+`", "slug": "`+name+`"}`)
	}
	b := s.signIn(f, "root")
	link := regexp.MustCompile(`href="([^"]*)"`)
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		path := lists[int(which)%len(lists)]
		if _, err := url.Parse(path + "?" + query); err != nil || strings.ContainsAny(query, " #") || strings.ContainsFunc(query, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return // no request line can have it
		}
		page := b.get(t, path+"?"+query)
		if page.status != http.StatusOK && page.status != http.StatusUnprocessableEntity && page.status != http.StatusNotFound {
			t.Fatalf("%s?%s: status %d:\n%s", path, query, page.status, page.main())
		}
		for _, live := range []string{"<script>alert", "<img src=x"} {
			if strings.Contains(page.body, live) {
				t.Errorf("%s?%s: the page has live markup %s", path, query, live)
			}
		}
		for n, match := range link.FindAllStringSubmatch(page.main(), -1) {
			target := html.UnescapeString(match[1])
			if n > 40 || !strings.HasPrefix(target, path+"?") || page.status != http.StatusOK {
				continue
			}
			if other := b.get(t, target); other.status >= http.StatusInternalServerError || other.status == http.StatusBadRequest {
				t.Errorf("%s?%s: its link to %s has status %d", path, query, target, other.status)
			}
			break
		}
	})
}
