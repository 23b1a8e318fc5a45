package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The calls that pynetbox makes for sites: create, create many, get, filter,
// update, update many, delete, delete many.
func TestObjectsAsPynetboxDoes(t *testing.T) {
	t.Parallel()
	s := setup(t)
	var site map[string]any
	got := s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1", "status": "planned"}`, 201, &site)
	if want := s.URL + "/api/dcim/sites/1/"; site["url"] != want || got.header.Get("Location") != want {
		t.Errorf("url %v, Location %q; want both %s", site["url"], got.header.Get("Location"), want)
	}
	if diff := cmp.Diff(map[string]any{"value": "planned", "label": "Planned"}, site["status"]); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	var many []map[string]any
	s.ask(t, "POST", "/api/dcim/sites/", `[{"name": "BRU1", "slug": "bru1"}, {"name": "CDG1", "slug": "cdg1"}]`, 201, &many)
	if len(many) != 2 || many[1]["name"] != "CDG1" {
		t.Errorf("created %v", many)
	}
	var list page
	s.ask(t, "GET", "/api/dcim/sites/?name=AMS1&limit=0", "", 200, &list)
	if list.Count != 1 || list.Results[0]["slug"] != "ams1" {
		t.Errorf("by name: %+v", list)
	}
	s.ask(t, "PATCH", "/api/dcim/sites/1/", `{"status": "active"}`, 200, &site)
	if diff := cmp.Diff(map[string]any{"value": "active", "label": "Active"}, site["status"]); diff != "" {
		t.Errorf("status after PATCH (-want +got):\n%s", diff)
	}
	s.ask(t, "PATCH", "/api/dcim/sites/", `[{"id": 2, "description": "two"}, {"id": 3, "description": "three"}]`, 200, &many)
	if many[0]["description"] != "two" || many[1]["description"] != "three" {
		t.Errorf("updated %v", many)
	}
	s.ask(t, "PUT", "/api/dcim/sites/1/", `{"name": "AMS2", "slug": "ams2"}`, 200, &site)
	if site["name"] != "AMS2" {
		t.Errorf("after PUT: %v", site)
	}
	if got := s.ask(t, "DELETE", "/api/dcim/sites/1/", "", 204, nil); got.body != "" {
		t.Errorf("delete answered %q", got.body)
	}
	s.ask(t, "DELETE", "/api/dcim/sites/", `[{"id": 2}, {"id": 3}]`, 204, nil)
	s.ask(t, "GET", "/api/dcim/sites/", "", 200, &list)
	if list.Count != 0 {
		t.Errorf("%d sites left", list.Count)
	}
	s.ask(t, "GET", "/api/dcim/sites/1/", "", 404, nil)
}

// A write that names a version is refused once there is another.
func TestObjectsIfMatch(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if got := s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1"}`, 201, nil); got.header.Get("ETag") != `"1"` {
		t.Errorf("ETag %s after POST", got.header.Get("ETag"))
	}
	write := func(method, match, body string) answer {
		return s.do(t, request{
			method: method, path: "/api/dcim/sites/1/", key: adminKey, body: body, header: map[string]string{"If-Match": match},
		})
	}
	if got := write("PATCH", `"1"`, `{"description": "one"}`); got.status != 200 || got.header.Get("ETag") != `"2"` {
		t.Errorf("present version: status %d, ETag %s", got.status, got.header.Get("ETag"))
	}
	for _, stale := range []string{`"1"`, `"3"`, `"bogus"`} {
		if got := write("PATCH", stale, `{"description": "two"}`); got.status != 412 {
			t.Errorf("PATCH If-Match %s: status %d, want 412", stale, got.status)
		}
		if got := write("DELETE", stale, ""); got.status != 412 {
			t.Errorf("DELETE If-Match %s: status %d, want 412", stale, got.status)
		}
	}
	var site map[string]any
	if got := s.ask(t, "GET", "/api/dcim/sites/1/", "", 200, &site); got.header.Get("ETag") != `"2"` || site["description"] != "one" {
		t.Errorf("ETag %s, description %v", got.header.Get("ETag"), site["description"])
	}
	if got := write("DELETE", "*", ""); got.status != 204 {
		t.Errorf("DELETE If-Match *: status %d", got.status)
	}
}

func TestObjectsReferenced(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/dcim/regions/", `{"name": "Europe", "slug": "europe"}`, 201, nil)
	var site map[string]any
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1", "region": {"slug": "europe"}}`, 201, &site)
	region := map[string]any{
		"id": 1.0, "url": s.URL + "/api/dcim/regions/1/", "display": "Europe", "name": "Europe", "slug": "europe",
	}
	if diff := cmp.Diff(region, site["region"]); diff != "" {
		t.Errorf("region (-want +got):\n%s", diff)
	}
	got := s.ask(t, "DELETE", "/api/dcim/regions/1/", "", 409, nil)
	sameJSON(t, got.body, `{"detail": "Unable to delete object. 1 dependent objects were found: AMS1 (1)"}`)
}

func TestLists(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/dcim/regions/", `[{"name": "Europe", "slug": "europe"}, {"name": "Asia", "slug": "asia"}]`, 201, nil)
	s.ask(t, "POST", "/api/extras/tags/", `{"name": "Core", "slug": "core"}`, 201, nil)
	s.ask(t, "POST", "/api/dcim/sites/", `[
		{"name": "AMS1", "slug": "ams1", "region": 1, "status": "active", "tags": [{"slug": "core"}], "description": "north"},
		{"name": "BRU1", "slug": "bru1", "region": 1, "status": "planned", "latitude": 50.8},
		{"name": "HND1", "slug": "hnd1", "region": 2, "status": "active"},
		{"name": "XXX1", "slug": "xxx1", "status": "retired"}]`, 201, nil)
	for query, want := range map[string][]string{
		"":                               {"AMS1", "BRU1", "HND1", "XXX1"},
		"ordering=-name":                 {"XXX1", "HND1", "BRU1", "AMS1"},
		"ordering=-name,name,-id":        {"XXX1", "HND1", "BRU1", "AMS1"},
		"ordering=nonsense":              {"AMS1", "BRU1", "HND1", "XXX1"},
		"name=AMS1":                      {"AMS1"},
		"name=AMS1&name=HND1":            {"AMS1", "HND1"},
		"name__n=AMS1&name__n=HND1":      {"BRU1", "XXX1"},
		"name__ic=s1":                    {"AMS1"},
		"name__nic=1":                    {},
		"name__isw=b":                    {"BRU1"},
		"name__nisw=b":                   {"AMS1", "HND1", "XXX1"},
		"slug__iew=S1":                   {"AMS1"},
		"slug__niew=S1":                  {"BRU1", "HND1", "XXX1"},
		"name__ie=ams1":                  {"AMS1"},
		"name__nie=ams1":                 {"BRU1", "HND1", "XXX1"},
		"name__regex=^[AB]":              {"AMS1", "BRU1"},
		"name__iregex=^[ab]":             {"AMS1", "BRU1"},
		"description__empty=false":       {"AMS1"},
		"latitude__gte=50":               {"BRU1"},
		"latitude__empty=true":           {"AMS1", "HND1", "XXX1"},
		"id__gt=2&id__lte=3":             {"HND1"},
		"id=1&id=4":                      {"AMS1", "XXX1"},
		"status=active":                  {"AMS1", "HND1"},
		"status__n=active":               {"BRU1", "XXX1"},
		"region=europe":                  {"AMS1", "BRU1"},
		"region__n=europe":               {"HND1", "XXX1"},
		"region_id=2":                    {"HND1"},
		"region_id=2&region_id=1":        {"AMS1", "BRU1", "HND1"},
		"region_id__n=2":                 {"AMS1", "BRU1", "XXX1"},
		"region_id=null":                 {"XXX1"},
		"tag=core":                       {"AMS1"},
		"tag__n=core":                    {"BRU1", "HND1", "XXX1"},
		"tag=null":                       {"BRU1", "HND1", "XXX1"},
		"q=north":                        {"AMS1"},
		"q=bru":                          {"BRU1"},
		"created__gte=2020-01-01":        {"AMS1", "BRU1", "HND1", "XXX1"},
		"created__lt=2020-01-01":         {},
		"no_such_filter=1":               {"AMS1", "BRU1", "HND1", "XXX1"},
		"name__nonsense=1":               {"AMS1", "BRU1", "HND1", "XXX1"},
		"name=&limit=2":                  {},
		"limit=2&offset=1&ordering=name": {"BRU1", "HND1"},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			var list page
			s.ask(t, "GET", "/api/dcim/sites/?"+query, "", 200, &list)
			if diff := cmp.Diff(want, list.names("name")); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

// A value that nothing has is no choice, in the words of NetBox's form for filters; its
// filter by tags wants all of them (conjoined).
func TestFilterByWhatThereIs(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/extras/tags/", `[{"name": "A", "slug": "a"}, {"name": "B", "slug": "b"}]`, 201, nil)
	s.ask(t, "POST", "/api/dcim/regions/", `[{"name": "Europe", "slug": "europe"}, {"name": "7", "slug": "seven"}]`, 201, nil)
	s.ask(t, "POST", "/api/dcim/sites/", `[{"name": "S1", "slug": "s1", "region": 1, "tags": [1]}, {"name": "S2", "slug": "s2", "tags": [1, 2]}]`, 201, nil)
	for query, bad := range map[string]string{
		"region=nope": "nope", "region=europe&region=nope": "nope", "region__n=nope": "nope", "region=EUROPE": "EUROPE",
		"region_id=999": "999", "region_id=1&region_id=7": "7", "region_id__n=999": "999", "tag=nope": "nope", "tag__n=nope": "nope", "tag_id=77": "77",
	} {
		param, _, _ := strings.Cut(query, "=")
		var refused map[string][]string
		s.ask(t, "GET", "/api/dcim/sites/?"+query, "", 400, &refused)
		want := map[string][]string{param: {"Select a valid choice. " + bad + " is not one of the available choices."}}
		if diff := cmp.Diff(want, refused); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	s.ask(t, "GET", "/api/extras/webhooks/?tag=nope", "", 400, nil)
	for query, want := range map[string][]string{
		"region=europe&region=null": {"S1", "S2"}, "region=seven": {}, "region=7": {}, "region_id=2": {}, "tag=a": {"S1", "S2"},
		"tag=a&tag=b": {"S2"}, "tag_id=1&tag_id=2": {"S2"}, "tag__n=b": {"S1"}, "tag__n=a&tag__n=b": {}, "tag=null": {},
	} {
		var list page
		s.ask(t, "GET", "/api/dcim/sites/?ordering=id&"+query, "", 200, &list)
		if diff := cmp.Diff(want, list.names("name")); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", query, diff)
		}
	}
}

// Clients of earlier versions of NetBox find lists where those had them.
func TestMovedLists(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "S1", "slug": "s1"}`, 201, nil)
	for before, now := range map[string]string{
		"/api/extras/object-changes/?action=create&limit=1": "/api/core/object-changes/?action=create&limit=1",
		"/api/extras/object-changes/1/":                     "/api/core/object-changes/1/",
		"/api/extras/content-types/?model=site":             "/api/core/object-types/?model=site",
		"/api/extras/object-types/1/":                       "/api/core/object-types/1/",
	} {
		sameJSON(t, s.ask(t, "GET", before, "", 200, nil).body, s.ask(t, "GET", now, "", 200, nil).body)
	}
	if got := s.do(t, request{method: "GET", path: "/api/extras/object-changes/"}); got.status != 403 {
		t.Errorf("without a token: status %d", got.status)
	}
}

// References by attributes, also by those of what is referred to: a model's name is
// one among those of its manufacturer only.
func TestReferenceByNestedAttributes(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/dcim/manufacturers/", `[{"name": "One", "slug": "one"}, {"name": "Two", "slug": "two"}]`, 201, nil)
	s.ask(t, "POST", "/api/dcim/device-types/", `[{"manufacturer": {"slug": "one"}, "model": "X1", "slug": "one-x1"}, {"manufacturer": 2, "model": "X1", "slug": "two-x1"}]`, 201, nil)
	s.ask(t, "POST", "/api/dcim/device-roles/", `{"name": "Leaf", "slug": "leaf"}`, 201, nil)
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1"}`, 201, nil)
	for i, tt := range []struct {
		deviceType string
		want       float64
		message    string
	}{
		{deviceType: `{"manufacturer": {"slug": "two"}, "model": "X1"}`, want: 2},
		{deviceType: `{"model": "X1", "manufacturer": {"name": "One"}}`, want: 1},
		{deviceType: `{"model": "X1", "manufacturer": {"id": 2, "url": "/api/dcim/manufacturers/2/", "display": "Two"}}`, want: 2},
		{deviceType: `{"model": "X1", "manufacturer": 1}`, want: 1},
		{deviceType: `{"model": "X1"}`, message: "Multiple objects match the provided attributes: "},
		{deviceType: `{"manufacturer": {"slug": "three"}, "model": "X1"}`, message: "Related object not found using the provided attributes: "},
		{deviceType: `{"manufacturer": [1]}`, message: "Related objects must be referenced by numeric ID or by dictionary of attributes. "},
		{deviceType: `{"manufacturer": {"nope": 1}}`, message: "Related object not found using the provided attributes: "},
	} {
		body := fmt.Sprintf(`{"name": "d%d", "role": {"slug": "leaf"}, "site": {"name": "AMS1"}, "device_type": %s}`, i, tt.deviceType)
		if tt.message != "" {
			var refused map[string][]string
			s.ask(t, "POST", "/api/dcim/devices/", body, 400, &refused)
			if texts := refused["device_type"]; len(refused) != 1 || len(texts) != 1 || !strings.HasPrefix(texts[0], tt.message) {
				t.Errorf("%s: refused with %v, want %q", tt.deviceType, refused, tt.message)
			}
			continue
		}
		var device map[string]any
		s.ask(t, "POST", "/api/dcim/devices/", body, 201, &device)
		if got := device["device_type"].(map[string]any)["id"]; got != tt.want {
			t.Errorf("%s: type %v, want %v", tt.deviceType, got, tt.want)
		}
	}
}

// A reference that is described by what that refers to, and so on, is refused where
// that goes too far.
func TestReferenceTooDeep(t *testing.T) {
	t.Parallel()
	s := setup(t)
	region := func(parents int) string {
		return `{"name": "R", "slug": "r", "parent": ` + strings.Repeat(`{"parent": `, parents) + `{"slug": "x"}` + strings.Repeat("}", parents) + `}`
	}
	for parents, want := range map[int]string{
		5:  "Related object not found using the provided attributes: ",
		6:  "Related objects must be referenced by numeric ID or by dictionary of attributes. ",
		90: "Related objects must be referenced by numeric ID or by dictionary of attributes. ",
	} {
		var refused map[string][]string
		s.ask(t, "POST", "/api/dcim/regions/", region(parents), 400, &refused)
		if texts := refused["parent"]; len(texts) != 1 || !strings.HasPrefix(texts[0], want) {
			t.Errorf("%d parents: refused with %v, want %q", parents, refused, want)
		}
	}
}

// What has no schema can be filtered by whatever it holds, and everything by its
// custom fields.
func TestFiltersWithoutSchema(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/core/object-types/", `{"app_label": "lab", "model": "thing", "plural": "things", "schemaless": true}`, 201, nil)
	s.ask(t, "POST", "/api/lab/things/", `[
		{"name": "a", "size": 3, "spare": true, "rack": {"unit": "4"}, "custom_fields": {"owner": "jo"}}, {"name": "b", "size": 4.5, "spare": false}]`, 201, nil)
	for query, want := range map[string][]string{
		"size=3": {"a"}, "size=4.5": {"b"}, "size__gt=3": {"b"}, "size__lte=3.5": {"a"}, "size__n=3": {"b"}, "spare=true": {"a"}, "name__isw=B": {"b"}, "rack.unit=4": {"a"},
		"color=red": {}, "cf_owner=jo": {"a"}, "cf_owner__n=jo": {"b"}, "cf_owner__empty=true": {"b"}, "size__empty=false": {"a", "b"},
	} {
		var list page
		s.ask(t, "GET", "/api/lab/things/?ordering=id&"+query, "", 200, &list)
		if diff := cmp.Diff(want, list.names("name")); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", query, diff)
		}
	}
}

// NetBox's filters of networks: a host without its mask, what is in a prefix, and
// what is around it.
func TestNetworkFilters(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/ipam/ip-addresses/", `[{"address": "10.0.0.1/24"}, {"address": "10.0.0.1/32"}, {"address": "10.1.0.1/24"}, {"address": "2001:db8::1/64"}]`, 201, nil)
	s.ask(t, "POST", "/api/ipam/prefixes/", `[{"prefix": "10.0.0.0/8"}, {"prefix": "10.0.0.0/24"}, {"prefix": "2001:db8::/32"}]`, 201, nil)
	for query, want := range map[string][]string{
		"ip-addresses/?address=10.0.0.1":               {"10.0.0.1/24", "10.0.0.1/32"},
		"ip-addresses/?address=10.0.0.1/24":            {"10.0.0.1/24"},
		"ip-addresses/?address=2001:db8:0::1":          {"2001:db8::1/64"},
		"ip-addresses/?address=10.0.0.9":               {},
		"ip-addresses/?address__n=10.0.0.1":            {"10.1.0.1/24", "2001:db8::1/64"},
		"ip-addresses/?address__isw=10.1":              {"10.1.0.1/24"},
		"ip-addresses/?parent=10.0.0.0/16":             {"10.0.0.1/24", "10.0.0.1/32"},
		"ip-addresses/?parent=10.1.0.0/16&parent=::/0": {"10.1.0.1/24", "2001:db8::1/64"},
		"ip-addresses/?family=6":                       {"2001:db8::1/64"},
		"prefixes/?family=4":                           {"10.0.0.0/8", "10.0.0.0/24"},
		"prefixes/?contains=10.0.0.7":                  {"10.0.0.0/8", "10.0.0.0/24"},
		"prefixes/?contains=10.9.0.0/16":               {"10.0.0.0/8"},
		"prefixes/?within=10.0.0.0/8":                  {"10.0.0.0/24"},
		"prefixes/?within_include=10.0.0.0/8":          {"10.0.0.0/8", "10.0.0.0/24"},
	} {
		var list page
		s.ask(t, "GET", "/api/ipam/"+query+"&ordering=id", "", 200, &list)
		if diff := cmp.Diff(want, list.names("display")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	for _, query := range []string{"ip-addresses/?address=nowhere", "ip-addresses/?parent=10.0.0.0/99", "prefixes/?family=5", "prefixes/?within=x"} {
		s.ask(t, "GET", "/api/ipam/"+query, "", 400, nil)
	}
}

// Objects by the request that made or changed them, and by the ids of tags.
func TestRequestAndTagFilters(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/extras/tags/", `[{"name": "Core", "slug": "core"}, {"name": "Edge", "slug": "edge"}]`, 201, nil)
	made := s.ask(t, "POST", "/api/dcim/sites/", `{"name": "A", "slug": "a", "tags": [{"slug": "edge"}]}`, 201, nil).header.Get("X-Request-ID")
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "B", "slug": "b"}`, 201, nil)
	changed := s.ask(t, "PATCH", "/api/dcim/sites/2/", `{"description": "d"}`, 200, nil).header.Get("X-Request-ID")
	for query, want := range map[string][]string{
		"created_by_request=" + made: {"A"}, "created_by_request=" + changed: {}, "updated_by_request=" + changed: {"B"},
		"modified_by_request=" + made: {"A"}, "modified_by_request=" + changed: {"B"},
		"modified_by_request__n=" + made: {"B"}, "tag_id=2": {"A"}, "tag_id=1": {}, "tag_id__n=2": {"B"}, "tag_id=1&tag_id=2": {},
	} {
		var list page
		s.ask(t, "GET", "/api/dcim/sites/?"+query, "", 200, &list)
		if diff := cmp.Diff(want, list.names("name")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	s.ask(t, "GET", "/api/dcim/sites/?created_by_request=abc", "", 400, nil)
	s.ask(t, "GET", "/api/dcim/sites/?tag_id=core", "", 400, nil)
}

func TestBadFilters(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for query, want := range map[string]string{
		"id=x":               `{"id": ["Enter a whole number."]}`,
		"status=nonsense":    `{"status": ["Select a valid choice. nonsense is not one of the available choices."]}`,
		"created__gte=x":     `{"created__gte": ["Enter a valid date/time."]}`,
		"latitude__lt=x":     `{"latitude__lt": ["Enter a number."]}`,
		"name__regex=(":      `{"name__regex": ["Enter a valid regular expression."]}`,
		"name__empty=x":      `{"name__empty": ["Must be a valid boolean."]}`,
		"region_id=x":        `{"region_id": ["Select a valid choice. x is not one of the available choices."]}`,
		"id=x&status=broken": `{"id": ["Enter a whole number."], "status": ["Select a valid choice. broken is not one of the available choices."]}`,
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			got := s.ask(t, "GET", "/api/dcim/sites/?"+query, "", 400, nil)
			sameJSON(t, got.body, want)
		})
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := setup(t)
	var bodies []string
	for i := range 120 {
		bodies = append(bodies, fmt.Sprintf(`{"name": "S%03d", "slug": "s%03d"}`, i, i))
	}
	s.ask(t, "POST", "/api/dcim/sites/", "["+strings.Join(bodies, ",")+"]", 201, nil)
	url := func(query string) *string {
		text := s.URL + "/api/dcim/sites/?" + query
		return &text
	}
	for _, tt := range []struct {
		query          string
		n              int
		next, previous *string
	}{
		{"", 50, url("limit=50&offset=50"), nil},
		{"?limit=50&offset=50", 50, url("limit=50&offset=100"), url("limit=50")},
		{"?limit=50&offset=100", 20, nil, url("limit=50&offset=50")},
		{"?limit=30&offset=10&q=S", 30, url("limit=30&offset=40&q=S"), url("limit=30&q=S")},
		{"?limit=0", 120, nil, nil},
		{"?limit=5000", 120, nil, nil},
		{"?limit=-1", 50, url("limit=50&offset=50"), nil},
		{"?limit=x&offset=y", 50, url("limit=50&offset=50"), nil},
		{"?offset=500", 0, nil, url("limit=50&offset=450")},
		{"?offset=9223372036854775807", 0, nil, url("limit=50&offset=9223372036854774757")},
	} {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			var list page
			s.ask(t, "GET", "/api/dcim/sites/"+tt.query, "", 200, &list)
			if list.Count != 120 || len(list.Results) != tt.n {
				t.Errorf("count %d, results %d; want 120, %d", list.Count, len(list.Results), tt.n)
			}
			if diff := cmp.Diff(tt.next, list.Next); diff != "" {
				t.Errorf("next (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.previous, list.Previous); diff != "" {
				t.Errorf("previous (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("following next", func(t *testing.T) {
		t.Parallel()
		seen, next := 0, s.URL+"/api/dcim/sites/?limit=7"
		for next != "" {
			var list page
			s.ask(t, "GET", next, "", 200, &list)
			seen += len(list.Results)
			next = ""
			if list.Next != nil {
				next = *list.Next
			}
		}
		if seen != 120 {
			t.Errorf("%d sites on the way, want 120", seen)
		}
	})
}

func TestSelection(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1"}`, 201, nil)
	brief := `{"id": 1, "url": "` + s.URL + `/api/dcim/sites/1/", "display": "AMS1", "name": "AMS1", "slug": "ams1"}`
	sameJSON(t, s.ask(t, "GET", "/api/dcim/sites/1/?brief=true", "", 200, nil).body, brief)
	sameJSON(t, s.ask(t, "GET", "/api/dcim/sites/?brief=1", "", 200, nil).body,
		`{"count": 1, "next": null, "previous": null, "results": [`+brief+`]}`)
	if got := s.ask(t, "GET", "/api/dcim/sites/1/?fields=name,id", "", 200, nil); got.body != `{"id":1,"name":"AMS1"}` {
		t.Errorf("fields=name,id gave %s", got.body)
	}
	var site map[string]any
	s.ask(t, "GET", "/api/dcim/sites/1/?omit=name,slug", "", 200, &site)
	if site["name"] != nil || site["slug"] != nil || site["status"] == nil {
		t.Errorf("omit=name,slug gave %v", site)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	s := setup(t)
	var meta struct {
		Name    string
		Renders []string
		Actions map[string]map[string]map[string]any
	}
	got := s.ask(t, "OPTIONS", "/api/dcim/sites/", "", 200, &meta)
	if meta.Name != "Site List" || got.header.Get("Allow") != "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" {
		t.Errorf("name %q, Allow %q", meta.Name, got.header.Get("Allow"))
	}
	post := meta.Actions["POST"]
	wantName := map[string]any{"type": "string", "required": true, "read_only": false, "label": "Name", "max_length": 100.0}
	if diff := cmp.Diff(wantName, post["name"]); diff != "" {
		t.Errorf("name (-want +got):\n%s", diff)
	}
	wantStatus := map[string]any{
		"type": "choice", "required": false, "read_only": false, "label": "Status", "choices": []any{
			map[string]any{"value": "planned", "display_name": "Planned"},
			map[string]any{"value": "staging", "display_name": "Staging"},
			map[string]any{"value": "active", "display_name": "Active"},
			map[string]any{"value": "decommissioning", "display_name": "Decommissioning"},
			map[string]any{"value": "retired", "display_name": "Retired"},
		},
	}
	if diff := cmp.Diff(wantStatus, post["status"]); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	// Those who may not write are told no fields to write.
	if got := s.do(t, request{method: "OPTIONS", path: "/api/dcim/sites/", key: viewerKey}); got.status != 200 || strings.Contains(got.body, "actions") {
		t.Errorf("as viewer: status %d, body %s", got.status, got.body)
	}
	if got := s.do(t, request{method: "OPTIONS", path: "/api/dcim/sites/"}); got.status != 403 {
		t.Errorf("as nobody: status %d", got.status)
	}
}

func TestSlashes(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.do(t, request{method: "GET", path: "/api/dcim/sites?name=AMS1", key: adminKey})
	if got.status != http.StatusMovedPermanently || got.header.Get("Location") != "/api/dcim/sites/?name=AMS1" {
		t.Errorf("GET without slash: status %d, Location %q", got.status, got.header.Get("Location"))
	}
	got = s.do(t, request{method: "POST", path: "/api/dcim/sites", key: adminKey, body: `{"name": "AMS1", "slug": "ams1"}`})
	if got.status != 404 {
		t.Errorf("POST without slash: status %d", got.status)
	}
	sameJSON(t, got.body, `{"detail": "Not found. Paths end with a slash: /api/dcim/sites/"}`)
	for _, path := range []string{"/api/no/such/thing/", "/api/no/such", "/api/no-such-app/", "/api/dcim/sites/x/", "/api/dcim/sites/0/"} {
		if got := s.do(t, request{method: "GET", path: path, key: adminKey}); got.status != 404 {
			t.Errorf("GET %s: status %d, body %s", path, got.status, got.body)
		} else {
			sameJSON(t, got.body, `{"detail": "Not found."}`)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	s := setup(t)
	got := s.ask(t, "GET", "/api/", "", 200, nil)
	if len(got.header.Get("X-Request-ID")) != 36 || got.header.Get("API-Version") != "4.2" || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", got.header)
	}
	var site map[string]any
	created := s.ask(t, "POST", "/api/dcim/sites/", `{"name": "AMS1", "slug": "ams1"}`, 201, &site)
	var changes page
	s.ask(t, "GET", "/api/core/object-changes/", "", 200, &changes)
	if id := created.header.Get("X-Request-ID"); len(changes.Results) != 1 || changes.Results[0]["request_id"] != id {
		t.Errorf("changes %v, want one of request %s", changes.Results, id)
	}
	head := s.ask(t, "HEAD", "/api/dcim/sites/", "", 200, nil)
	if head.body != "" || head.header.Get("Content-Length") == "" {
		t.Errorf("HEAD: body %q, headers %v", head.body, head.header)
	}
	// The roots are what pynetbox begins with.
	var root, app, status map[string]any
	s.ask(t, "GET", "/api/", "", 200, &root)
	s.ask(t, "GET", "/api/dcim/", "", 200, &app)
	s.ask(t, "GET", "/api/status/", "", 200, &status)
	if root["dcim"] != s.URL+"/api/dcim/" || app["sites"] != s.URL+"/api/dcim/sites/" || status["netbox-version"] != "4.2.0" {
		t.Errorf("root %v\napp %v\nstatus %v", root, app, status)
	}
}

// Lists answer whatever part of them is asked for, in whatever words, or say what is
// too much.
func TestListsAnswerAnyQuery(t *testing.T) {
	t.Parallel()
	s := setup(t)
	many := func(format string, n int) string {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, format, i)
		}
		return text.String()
	}
	for _, tc := range []struct {
		path string
		want int
	}{
		{"/api/users/permissions/?offset=9223372036854775807", 200},
		{"/api/core/background-workers/?offset=9223372036854775807", 200},
		{"/api/core/background-tasks/?offset=9223372036854775807&limit=1000", 200},
		{"/api/dcim/sites/?ordering=" + strings.Repeat("name,-id,", 3000), 200},
		{"/api/dcim/sites/?" + strings.Repeat("name__ic=a&", 5000), 200},
		{"/api/dcim/sites/?" + many("name=a%d&", 5000), 200},
		{"/api/extras/deliveries/?" + many("webhook_id=%d&", 3000), 200},
		{"/api/extras/deliveries/?" + many("webhook_id__n=%d&", 3000), 200},
		{"/api/extras/deliveries/?" + many("object_id=%d&", 3000), 200},
		{"/api/core/object-changes/?" + many("changed_object_id=%d&", 2000), 200},
		{"/api/dcim/sites/?" + many("name__ic=a%d&", 200), 200},
		{"/api/dcim/sites/?" + many("name__ic=a%d&", 201), 400},
		{"/api/dcim/sites/?" + many("cf_a%[1]d__ic=a%[1]d&", 1000), 400},
	} {
		if got := s.do(t, request{method: "GET", path: tc.path, key: adminKey}); got.status != tc.want {
			t.Errorf("%.60s: status %d, want %d, body %.200s", tc.path, got.status, tc.want, got.body)
		}
	}
}
