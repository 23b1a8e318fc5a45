package api

import (
	"net/http"
	"strconv"
	"strings"

	"bellhop/internal/webhook"
)

// schemaRoutes are the OpenAPI document and a page to read it. They tell nobody
// anything that the objects' types do not, so they are open.
func (a *API) schemaRoutes() []route {
	open := func(path, summary string, handle func(*call) error, gives shape) route {
		return route{path: path, operations: []operation{{
			method: http.MethodGet, summary: summary, access: public, handle: handle, gives: gives, status: http.StatusOK,
		}}}
	}
	return []route{
		open("/api/schema/", "This API as an OpenAPI document", a.sendSchema, shapeFree),
		open("/api/docs/", "This API as a page", a.sendDocs, shapeText),
	}
}

func (a *API) sendSchema(c *call) error {
	return c.sendJSON(http.StatusOK, a.schema(c.base()))
}

// documented is an operation at a path without patterns of net/http.
type documented struct {
	path      string
	tag       string
	about     *description
	operation *operation
}

// documentedOperations lists everything that can be called, the routes for
// objects once for each object type.
func (a *API) documentedOperations() []documented {
	var list []documented
	for i := range a.routes {
		rt := &a.routes[i]
		if !strings.Contains(rt.path, "{plural}") {
			list = append(list, documentRoute(rt, rt.path, rt.about)...)
			continue
		}
		for _, t := range a.options.Inventory.Types().List() {
			path := strings.NewReplacer("{app}", t.AppLabel, "{plural}", t.Plural).Replace(rt.path)
			list = append(list, documentRoute(rt, path, a.describeObjects(t))...)
		}
	}
	return list
}

func documentRoute(rt *route, path string, about *description) []documented {
	tag, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/"), "/")
	if tag == "" || strings.HasPrefix(tag, "{") || strings.Count(path, "/") == 3 {
		tag = "api"
	}
	var list []documented
	for i := range rt.operations {
		list = append(list, documented{path, tag, about, &rt.operations[i]})
	}
	return list
}

// dict is a JSON object whose order does not matter.
type dict = map[string]any

// schema builds the OpenAPI document (version 3.0, which most tools read).
func (a *API) schema(base string) dict {
	paths := make(dict)
	schemas := namedSchemas()
	for _, op := range a.documentedOperations() {
		item, ok := paths[op.path].(dict)
		if !ok {
			item = make(dict)
			paths[op.path] = item
		}
		item[strings.ToLower(op.operation.method)] = describeOperation(&op)
		if op.about != nil && schemas[op.about.schema] == nil {
			schemas[op.about.schema] = op.about.readSchema()
			schemas[op.about.schema+"Request"] = op.about.writeSchema(true)
			schemas["Patched"+op.about.schema+"Request"] = op.about.writeSchema(false)
		}
	}
	return dict{
		"openapi": "3.0.3",
		"info": dict{
			"title": "Bellhop REST API", "version": a.options.Version,
			"description": "Webhooks, objects and deliveries in the conventions of NetBox's REST API.",
		},
		"servers": []dict{{"url": base}},
		"paths":   paths,
		"components": dict{
			"schemas": schemas,
			"securitySchemes": dict{"token": dict{
				"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <40 hexadecimal digits>",
			}},
		},
		"security": []dict{{"token": []string{}}},
	}
}

func describeOperation(op *documented) dict {
	o := op.operation
	described := dict{
		"operationId": operationID(op), "summary": o.summary, "tags": []string{op.tag},
		"responses": describeResponses(op),
	}
	if parameters := describeParameters(op); len(parameters) > 0 {
		described["parameters"] = parameters
	}
	if body := op.bodySchema(); body != nil {
		described["requestBody"] = dict{
			"required": o.takesNamed == "" && len(o.parameters) == 0, "content": dict{"application/json": dict{"schema": body}},
		}
	}
	switch o.access.level {
	case levelPublic:
		described["security"] = []dict{}
		described["description"] = "Open to everybody."
	case levelSignedIn:
		described["description"] = "Asks for a token."
	case levelSuperuser:
		described["description"] = "Asks for a superuser's token."
	case levelPermitted:
		described["description"] = "Asks for the permission " + string(op.permission()) + "."
	}
	return described
}

// permission is the one that the operation asks for.
func (op *documented) permission() webhook.Permission {
	kind := op.operation.access.kind
	if kind == "" {
		kind = op.about.kind
	}
	app, model, _ := strings.Cut(kind, ".")
	return webhook.PermissionFor(app, op.operation.access.action, model)
}

// operationID is made of the path's words, as NetBox's are:
// extras_webhooks_list_get.
func operationID(op *documented) string {
	words := strings.FieldsFunc(strings.TrimPrefix(op.path, "/api"), func(r rune) bool { return strings.ContainsRune("/-{}", r) })
	if len(words) == 0 {
		words = []string{"api"}
	}
	return strings.Join(append(words, strings.ToLower(op.operation.method)), "_")
}

func ref(name string) dict { return dict{"$ref": "#/components/schemas/" + name} }

func listOf(schema any) dict { return dict{"type": "array", "items": schema} }

// bodySchema describes what an operation takes; nil is nothing.
func (op *documented) bodySchema() any {
	o := op.operation
	if o.takesNamed != "" {
		return ref(o.takesNamed)
	}
	if o.takes == shapeKeys {
		return listOf(ref("Key"))
	}
	if o.takes == shapeNothing || o.takes == shapeFree {
		return nil
	}
	name := op.about.schema + "Request"
	if o.method == http.MethodPatch {
		name = "Patched" + name
	}
	switch o.takes {
	case shapeEither:
		return dict{"oneOf": []any{ref(name), listOf(ref(name))}}
	case shapeMany:
		return listOf(dict{"allOf": []any{ref("Key"), ref(name)}})
	}
	return ref(name)
}

func (op *documented) replySchema() any {
	o := op.operation
	if o.givesNamed != "" {
		schema := any(ref(o.givesNamed))
		if o.gives == shapePage {
			schema = pageOf(schema)
		}
		return schema
	}
	switch o.gives {
	case shapeOne:
		return ref(op.about.schema)
	case shapeMany:
		return listOf(ref(op.about.schema))
	case shapeEither:
		return dict{"oneOf": []any{ref(op.about.schema), listOf(ref(op.about.schema))}}
	case shapePage:
		return pageOf(ref(op.about.schema))
	case shapeFree:
		return dict{"type": "object"}
	}
	return nil
}

func pageOf(schema any) dict {
	link := dict{"type": "string", "format": "uri", "nullable": true}
	return dict{
		"type": "object", "required": []string{"count", "next", "previous", "results"},
		"properties": dict{"count": dict{"type": "integer"}, "next": link, "previous": link, "results": listOf(schema)},
	}
}

func describeResponses(op *documented) dict {
	success := dict{"description": http.StatusText(op.operation.status)}
	switch schema := op.replySchema(); {
	case op.path == "/api/docs/":
		success["content"] = dict{"text/html": dict{"schema": dict{"type": "string"}}}
	case schema != nil:
		success["content"] = dict{"application/json": dict{"schema": schema}}
	}
	responses := dict{strconv.Itoa(op.operation.status): success}
	fault := func(status int) {
		responses[strconv.Itoa(status)] = dict{
			"description": http.StatusText(status), "content": dict{"application/json": dict{"schema": ref("Fault")}},
		}
	}
	if op.operation.access.level != levelPublic {
		fault(http.StatusForbidden)
	}
	if op.operation.method != http.MethodGet || op.operation.gives == shapePage {
		fault(http.StatusBadRequest)
	}
	if op.operation.method != http.MethodGet {
		for _, status := range []int{http.StatusConflict, http.StatusPreconditionFailed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType} {
			fault(status)
		}
	}
	if strings.Contains(op.path, "{") {
		fault(http.StatusNotFound)
	}
	fault(http.StatusInternalServerError)
	fault(http.StatusServiceUnavailable)
	return responses
}

func describeParameters(op *documented) []dict {
	var list []dict
	for _, name := range []string{"app", "id", "name"} {
		if !strings.Contains(op.path, "{"+name+"}") {
			continue
		}
		schema := dict{"type": "string"}
		if name == "id" && op.about != nil && op.about.idKind != kindUUID {
			schema = dict{"type": "integer", "format": "int64"}
		}
		list = append(list, dict{"name": name, "in": "path", "required": true, "schema": schema})
	}
	query := func(name, help string, schema any) {
		list = append(list, dict{"name": name, "in": "query", "description": help, "schema": schema})
	}
	for _, p := range op.operation.parameters {
		query(p.name, p.help, p.schema())
	}
	selects := op.operation.gives == shapePage && op.operation.givesNamed == "" || len(op.operation.parameters) > 0
	if op.about == nil || !selects {
		return list
	}
	if op.operation.gives == shapePage {
		query("limit", "Size of a page; 50 unless given, at most 1000, which is also what 0 means.", dict{"type": "integer"})
		query("offset", "How many to pass over.", dict{"type": "integer"})
		query("ordering", "A field to order by; with a minus for descending; several with commas.", dict{"type": "string"})
		query("brief", "Show the short form.", dict{"type": "boolean"})
		query("fields", "Show only these, with commas.", dict{"type": "string"})
		query("omit", "Leave these out, with commas.", dict{"type": "string"})
	}
	query("q", "Search.", dict{"type": "string"})
	for _, f := range fieldFilters(op.about) {
		help := f.help
		if f.make == nil {
			help = strings.TrimSpace(help + " " + suffixHelp(f.kind))
		}
		list = append(list, dict{
			"name": f.param, "in": "query", "description": help, "explode": true,
			"schema": listOf(dict{"type": "string"}),
		})
	}
	return list
}

func (p *parameter) schema() dict {
	if p.kind == kindBoolean {
		return dict{"type": "boolean"}
	}
	return dict{"type": "string"}
}

// suffixHelp names the look-ups of a kind.
func suffixHelp(k kind) string {
	switch k {
	case kindText, kindJSON:
		return "Look-ups: __n, __ie, __nie, __ic, __nic, __isw, __nisw, __iew, __niew, __empty, __regex, __iregex."
	case kindInteger, kindNumber, kindTime, kindDate:
		return "Look-ups: __n, __lt, __lte, __gt, __gte, __empty."
	}
	return "Look-up: __n."
}
