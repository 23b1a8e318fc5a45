package api

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

//go:embed docs.html
var docsText string

// docsPage is what docs.html shows.
type docsPage struct {
	Version string
	Apps    []docsApp
}

type docsApp struct {
	Name      string
	Resources []docsResource
}

type docsResource struct {
	Title, Anchor string
	Operations    []docsOperation
	Fields        []docsField
	Filters       []string
}

type docsOperation struct {
	Method, Path, Summary, Access string
}

type docsField struct {
	Name, Type, Rules, Help string
}

// sendDocs answers with a page that shows the whole API. It needs nothing from
// anywhere else, not even scripts.
func (a *API) sendDocs(c *call) error {
	page, err := template.New("docs").Parse(docsText)
	if err != nil {
		return fmt.Errorf("docs page: %w", err)
	}
	var buf bytes.Buffer
	if err := page.Execute(&buf, a.docs()); err != nil {
		return fmt.Errorf("docs page: %w", err)
	}
	c.answered = true
	header := c.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Content-Length", strconv.Itoa(buf.Len()))
	c.w.WriteHeader(http.StatusOK)
	if _, err := buf.WriteTo(c.w); err != nil {
		c.api.options.Log.DebugContext(c.ctx, "page was not received", "request_id", c.requestID, "error", err)
	}
	return nil
}

// docs groups everything that can be called by app and by what it is about.
func (a *API) docs() docsPage {
	page := docsPage{Version: a.options.Version}
	for _, op := range a.documentedOperations() {
		app := at(&page.Apps, func(app docsApp) bool { return app.Name == op.tag }, docsApp{Name: op.tag})
		title, anchor := op.path, strings.Trim(strings.ReplaceAll(op.path, "/", "-"), "-")
		if op.about != nil {
			title, anchor = "/api/"+op.about.path+"/", op.about.schema
		}
		resource := at(&app.Resources, func(r docsResource) bool { return r.Title == title }, docsResource{Title: title, Anchor: anchor})
		resource.Operations = append(resource.Operations, docsOperation{
			op.operation.method, op.path, op.operation.summary, op.accessText(),
		})
		if op.about != nil && resource.Fields == nil {
			resource.Fields = docsFields(op.about)
			for _, f := range fieldFilters(op.about) {
				resource.Filters = append(resource.Filters, f.param)
			}
		}
	}
	return page
}

// at returns the element that matches, appended if there is none.
func at[T any](list *[]T, matches func(T) bool, fresh T) *T {
	i := slices.IndexFunc(*list, matches)
	if i < 0 {
		i = len(*list)
		*list = append(*list, fresh)
	}
	return &(*list)[i]
}

func (op *documented) accessText() string {
	switch op.operation.access.level {
	case levelPublic:
		return "open"
	case levelSignedIn:
		return "any token"
	case levelSuperuser:
		return "superuser"
	}
	return string(op.permission())
}

func docsFields(d *description) []docsField {
	var list []docsField
	for _, s := range d.fields {
		var rules []string
		for _, rule := range []struct {
			holds bool
			word  string
		}{
			{s.required, "required"},
			{s.readOnly, "read only"},
			{s.writeOnly, "write only"},
			{s.nullable && !s.readOnly, "may be null"},
			{s.maxLength > 0, fmt.Sprintf("at most %d characters", s.maxLength)},
		} {
			if rule.holds {
				rules = append(rules, rule.word)
			}
		}
		if s.min != nil && s.max != nil {
			rules = append(rules, fmt.Sprintf("%v to %v", *s.min, *s.max))
		}
		if len(s.choices) > 0 {
			var values []string
			for _, choice := range s.choices {
				values = append(values, choice.Value)
			}
			rules = append(rules, strings.Join(values, " · "))
		}
		list = append(list, docsField{s.name, kindNames[s.kind], strings.Join(rules, ", "), s.help})
	}
	return list
}
