package api

import (
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"

	"bellhop/internal/webhook"
)

// rootRoutes are the entrances that pynetbox and people begin at.
func (a *API) rootRoutes() []route {
	get := func(path, summary string, handle func(*call) error, named string) route {
		return route{path: path, operations: []operation{{
			method: http.MethodGet, summary: summary, access: signedIn, handle: handle, gives: shapeFree, givesNamed: named, status: http.StatusOK,
		}}}
	}
	return []route{
		get("/api/", "List the apps", a.root, namedPlaces),
		get("/api/status/", "What this server is", a.status, namedStatus),
		get("/api/{app}/", "List what an app has", a.appRoot, namedPlaces),
	}
}

// places returns the lists of every app by name: "dcim" to "sites".
func (a *API) places() map[string][]string {
	places := make(map[string][]string)
	add := func(path string) {
		if app, name, ok := strings.Cut(strings.Trim(strings.TrimPrefix(path, "/api/"), "/"), "/"); ok && !strings.ContainsAny(name, "{/") {
			places[app] = append(places[app], name)
		}
	}
	for _, rt := range a.routes {
		if !strings.HasPrefix(rt.path, "/api/{") {
			add(rt.path)
		}
	}
	for _, t := range a.options.Inventory.Types().List() {
		add(t.AppLabel + "/" + t.Plural)
	}
	return places
}

func (a *API) root(c *call) error {
	var shown object
	names := slices.Collect(maps.Keys(a.places()))
	names = append(names, "status", "schema", "docs")
	slices.Sort(names)
	for _, name := range names {
		shown = append(shown, member{name, c.base() + "/api/" + name + "/"})
	}
	return c.sendJSON(http.StatusOK, shown)
}

func (a *API) appRoot(c *call) error {
	app := c.r.PathValue("app")
	names := a.places()[app]
	if len(names) == 0 {
		return webhook.NotFound()
	}
	slices.Sort(names)
	var shown object
	for _, name := range names {
		shown = append(shown, member{name, c.base() + "/api/" + app + "/" + name + "/"})
	}
	return c.sendJSON(http.StatusOK, shown)
}

// status has the keys of NetBox's for clients that ask for its version, and
// Bellhop's own. What Bellhop does not have is null.
func (a *API) status(c *call) error {
	return c.sendJSON(http.StatusOK, object{
		{"django-version", nil},
		{"installed-apps", struct{}{}},
		{"netbox-version", Version + ".0"},
		{"netbox-full-version", Version + ".0"},
		{"plugins", struct{}{}},
		{"python-version", nil},
		{"rq-workers-running", len(a.options.Admin.Workers())},
		{"bellhop-version", a.options.Version},
		{"go-version", runtime.Version()},
	})
}
