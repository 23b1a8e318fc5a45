package jinja

import (
	"maps"

	"bellhop/jinja/value"
)

// renderContext is where a template finds the names that are no variables of
// its own: what the caller gave, the environment's globals, and what the top
// level has assigned so far, which is what blocks, includes and importers see.
type renderContext struct {
	tmpl *Template
	// parents are looked through in order, after vars.
	parents []layer
	// first is the room for a plain render's parents.
	first [2]layer
	// vars are the names assigned at the top level. They are kept only where
	// somebody can see them (Template.shares).
	vars map[string]value.Value
	// exported are the names of vars that an import gives out.
	exported map[string]bool
	// blocks are the versions of each block, the youngest child's first.
	blocks map[string][]*block
	// escape is shared by all frames of one template's rendering.
	escape *escaping
	own    escaping
}

// escaping is the part of Jinja2's evaluation context that we have.
type escaping struct{ on bool }

// layer is a set of variables of a context: either of the two.
type layer struct {
	vars  *value.Dict
	names map[string]value.Value
}

func (l *layer) lookup(th *value.Thread, name string) (value.Value, bool) {
	if l.vars != nil {
		return l.vars.Lookup(th, name)
	}
	v, ok := l.names[name]
	return v, ok
}

func (c *renderContext) resolve(th *value.Thread, name string) value.Value {
	if v, ok := c.vars[name]; ok {
		return v
	}
	for i := range c.parents {
		if v, ok := c.parents[i].lookup(th, name); ok {
			return v
		}
	}
	return nil
}

// set records a top-level assignment.
func (c *renderContext) set(th *value.Thread, name string, v value.Value, export bool) {
	th.Alloc(len(name) + 64)
	if c.vars == nil {
		c.vars = make(map[string]value.Value)
		c.exported = make(map[string]bool)
	}
	c.vars[name] = v
	if export && name[0] != '_' {
		c.exported[name] = true
	} else {
		delete(c.exported, name)
	}
}

// snapshot gives what is visible now, to look up later whatever c becomes.
func (c *renderContext) snapshot() []layer {
	if len(c.vars) == 0 {
		return c.parents
	}
	return append([]layer{{names: maps.Clone(c.vars)}}, c.parents...)
}

// child is the context of another template that sees what c sees, and locals.
func (c *renderContext) child(t *Template, locals map[string]value.Value) *renderContext {
	parents := c.snapshot()
	if len(locals) > 0 {
		parents = append([]layer{{names: locals}}, parents...)
	}
	return newContext(t, parents)
}

// derived is a context of the same template with more variables: what a scoped
// block sees.
func (c *renderContext) derived(locals map[string]value.Value) *renderContext {
	d := c.child(c.tmpl, locals)
	d.blocks, d.escape = maps.Clone(c.blocks), c.escape
	return d
}

func newContext(t *Template, parents []layer) *renderContext {
	c := new(renderContext)
	c.init(t, parents)
	return c
}

func (c *renderContext) init(t *Template, parents []layer) {
	c.tmpl, c.parents = t, parents
	c.own.on = t.env.autoescape
	c.escape = &c.own
	c.extend(t)
}

// initRoot makes c the context of a render: the given variables, then the
// environment's globals.
func (c *renderContext) initRoot(t *Template, vars *value.Dict) {
	c.first = [2]layer{{vars: vars}, {names: t.env.globals}}
	if vars == nil {
		c.init(t, c.first[1:])
	} else {
		c.init(t, c.first[:])
	}
}

// globalContext is the context of a template that sees only the globals.
func globalContext(t *Template) *renderContext {
	c := new(renderContext)
	c.initRoot(t, nil)
	return c
}

// extend adds a template's blocks behind those that are there.
func (c *renderContext) extend(t *Template) {
	if len(t.blocks) == 0 {
		return
	}
	if c.blocks == nil {
		c.blocks = make(map[string][]*block)
	}
	for _, b := range t.blocks {
		c.blocks[b.name] = append(c.blocks[b.name], b)
	}
}
