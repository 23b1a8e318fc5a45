// Package jinja renders Jinja2 templates exactly as the real Jinja2 3.1 does in
// its sandbox with default options: the same bytes, or the same kind of error.
//
// An [Environment] holds filters, tests, globals and limits and never changes
// once made. It compiles sources to templates; a [Template] may be rendered by
// any number of goroutines at once, over values that they share:
//
//	env, err := jinja.New()
//	tpl, err := env.Compile("{{ data.name }} is {{ data.status.value }}")
//	vars, err := value.ParseJSON([]byte(`{"data": {"name": "ams1", "status": {"value": "active"}}}`))
//	text, err := tpl.RenderString(ctx, vars.(*value.Dict))
//
// Every render runs under [Limits]: time, steps, memory, output and depth. No
// template and no input makes it hang, panic or take memory without bound.
//
// # How it works
//
// Package syntax turns the source into a tree. The compiler (compile*.go)
// settles scopes as Jinja2 does (scope.go) and turns the tree into closures
// over a frame of slots; filter and test names, argument positions and
// attribute names are looked up then, not when rendering. Package value has
// Python's types and operations. A failing operation panics with a
// *value.Error, which Render recovers and returns as an [*Error].
//
// What differs from the real Jinja2, and why, stands in docs/templates.md.
package jinja
