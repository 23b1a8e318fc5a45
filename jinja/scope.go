package jinja

import (
	"maps"
	"slices"
	"strings"

	"bellhop/jinja/internal/syntax"
)

// function is what becomes one frame at run time: a template's root, a block,
// a macro, a call block's body, a recursive loop or a loop's filter. Its slots
// hold the variables of all scopes in it. Inner functions reach the slots of
// outer ones through their frame's parent, as Python's closures do.
type function struct {
	parent *function
	slots  int
	// resolved lists the names that are only ever read in some scope of the
	// function: they are looked up in the context once, when it starts.
	resolved []resolvedName
}

type resolvedName struct {
	name string
	slot int
}

func (f *function) newSlot() int {
	f.slots++
	return f.slots - 1
}

// resolve gives the slot that holds a name of the context.
func (f *function) resolve(name string) int {
	for _, r := range f.resolved {
		if r.name == name {
			return r.slot
		}
	}
	slot := f.newSlot()
	f.resolved = append(f.resolved, resolvedName{name, slot})
	return slot
}

// loadKind says how a scope's variable gets its first value.
type loadKind uint8

const (
	loadParam     loadKind = iota // whoever enters the scope sets it
	loadResolve                   // from the context
	loadAlias                     // from an outer scope's variable of that name
	loadUndefined                 // it starts undefined
)

type load struct {
	kind loadKind
	name string // what loadResolve looks up
	from ref    // what loadAlias copies
}

// ref is a variable as seen from a function: the slot, and how many functions
// further out its frame is.
type ref struct {
	depth, slot int
}

// symbols is a scope's variables. The rules are Jinja2's: a name that is read
// before it is assigned comes from outside, one that is assigned first hides
// what is outside, and if, elif and else share the scope around them.
type symbols struct {
	parent *symbols
	fn     *function
	own    map[string]int // name → slot, shared by the copies made for branches
	refs   map[string]int // names seen so far → slot
	loads  map[int]load   // slot → how it starts
	stores map[string]bool
	// used tells which of the implicit variables are read.
	used map[string]bool
}

// implicit declares variables that the engine sets if anything reads them.
func (s *symbols) implicit(names ...string) {
	s.used = map[string]bool{}
	for _, name := range names {
		s.param(name)
	}
}

// implicitSlot is the slot of an implicit variable, or -1 if nothing reads it.
func (s *symbols) implicitSlot(name string) int {
	if !s.used[name] {
		return -1
	}
	return s.refs[name]
}

func newSymbols(parent *symbols, fn *function) *symbols {
	return &symbols{
		parent: parent, fn: fn, own: map[string]int{},
		refs: map[string]int{}, loads: map[int]load{}, stores: map[string]bool{},
	}
}

// find gives the slot of a name and the scope that holds it, or nil.
func (s *symbols) find(name string) (*symbols, int) {
	for ; s != nil; s = s.parent {
		if slot, ok := s.refs[name]; ok {
			return s, slot
		}
	}
	return nil, 0
}

// ref is find as seen from s.
func (s *symbols) ref(name string) (ref, bool) {
	owner, slot := s.find(name)
	if owner == nil {
		return ref{}, false
	}
	if owner.used != nil {
		owner.used[name] = true
	}
	return s.from(owner, slot), true
}

// from gives the place of an outer scope's slot as seen from s.
func (s *symbols) from(owner *symbols, slot int) ref {
	depth := 0
	for f := s.fn; f != owner.fn; f = f.parent {
		depth++
	}
	return ref{depth, slot}
}

func (s *symbols) define(name string, l load) int {
	slot, ok := s.own[name]
	if !ok {
		slot = s.fn.newSlot()
		s.own[name] = slot
	}
	s.refs[name] = slot
	s.loads[slot] = l
	return slot
}

func (s *symbols) param(name string) int {
	s.stores[name] = true
	return s.define(name, load{kind: loadParam})
}

func (s *symbols) load(name string) {
	if owner, _ := s.find(name); owner == nil {
		s.define(name, load{kind: loadResolve, name: name})
	}
}

func (s *symbols) store(name string) {
	s.stores[name] = true
	if _, seen := s.refs[name]; seen {
		return
	}
	s.define(name, s.outer(name, load{kind: loadUndefined}))
}

// outer is the load that copies an enclosing scope's variable, or other if no
// enclosing scope has one.
func (s *symbols) outer(name string, other load) load {
	if s.parent == nil {
		return other
	}
	owner, slot := s.parent.find(name)
	if owner == nil {
		return other
	}
	if owner.used != nil {
		owner.used[name] = true
	}
	return load{kind: loadAlias, from: s.from(owner, slot)}
}

func (s *symbols) copy() *symbols {
	c := newSymbols(s.parent, s.fn)
	c.own = s.own
	maps.Copy(c.refs, s.refs)
	maps.Copy(c.loads, s.loads)
	for k := range s.stores {
		c.stores[k] = true
	}
	return c
}

// merge takes over what the branches of an if statement did. A name that only
// some of them assign keeps its outer value where it is not assigned.
func (s *symbols) merge(branches ...*symbols) {
	counts := map[string]int{}
	for _, b := range branches {
		for name := range b.stores {
			if !s.stores[name] {
				counts[name]++
			}
		}
	}
	for _, b := range branches {
		maps.Copy(s.refs, b.refs)
		maps.Copy(s.loads, b.loads)
		for k := range b.stores {
			s.stores[k] = true
		}
	}
	for name, n := range counts {
		if n < len(branches) {
			s.loads[s.refs[name]] = s.outer(name, load{kind: loadResolve, name: name})
		}
	}
}

// hoist moves names that the scope only reads to the function's start, so that
// a loop does not look them up at every turn.
func (s *symbols) hoist() {
	for slot, l := range s.loads {
		if l.kind == loadResolve && !s.stores[l.name] {
			s.refs[l.name] = s.fn.resolve(l.name)
			delete(s.loads, slot)
		}
	}
}

// visible lists the assigned variables that a template included here can see.
func (s *symbols) visible() []namedRef {
	var out []namedRef
	seen := map[string]bool{}
	for at := s; at != nil; at = at.parent {
		for name := range at.stores {
			if seen[name] {
				continue
			}
			seen[name] = true
			if r, ok := s.ref(name); ok {
				out = append(out, namedRef{name, r})
			}
		}
	}
	slices.SortFunc(out, func(a, b namedRef) int { return strings.Compare(a.name, b.name) })
	return out
}

type namedRef struct {
	name string
	ref  ref
}

// walk notes the names of statements that share the scope s. It stops at
// statements that open a scope of their own.
func (s *symbols) walk(body []syntax.Stmt) {
	for _, st := range body {
		s.stmt(st)
	}
}

func (s *symbols) stmt(n syntax.Stmt) {
	switch n := n.(type) {
	case *syntax.Output:
		s.exprs(n.Items...)
	case *syntax.If:
		s.ifStmt(n.Branches, n.Else)
	case *syntax.For:
		s.expr(n.Iter)
	case *syntax.Macro:
		s.store(n.Name)
	case *syntax.CallBlock:
		s.expr(n.Call)
	case *syntax.FilterBlock:
		s.expr(n.Filter)
	case *syntax.With:
		for _, b := range n.Bindings {
			s.expr(b.Value)
		}
	case *syntax.Set:
		s.expr(n.Value)
		s.target(n.Target)
	case *syntax.SetBlock:
		s.target(n.Target)
	case *syntax.Extends:
		s.expr(n.Template)
	case *syntax.Include:
		s.expr(n.Template)
	case *syntax.Import:
		s.expr(n.Template)
		s.store(n.Target)
	case *syntax.FromImport:
		s.expr(n.Template)
		for _, name := range n.Names {
			s.store(name.Alias)
		}
	case *syntax.Do:
		s.expr(n.X)
	}
}

// ifStmt looks at the branches as Jinja2 does, which nests each elif in the
// place of an else: only two levels at a time are compared.
func (s *symbols) ifStmt(branches []syntax.IfBranch, orElse []syntax.Stmt) {
	s.expr(branches[0].Test)
	body, elifs, other := s.copy(), s.copy(), s.copy()
	body.walk(branches[0].Body)
	for _, b := range branches[1:] {
		elifs.ifStmt([]syntax.IfBranch{b}, nil)
	}
	other.walk(orElse)
	s.merge(body, elifs, other)
}

// target notes an assignment's target.
func (s *symbols) target(n syntax.Expr) {
	switch n := n.(type) {
	case *syntax.Name:
		s.store(n.ID)
	case *syntax.NamespaceRef:
		s.load(n.Name)
	case *syntax.Tuple:
		for _, item := range n.Items {
			s.target(item)
		}
	}
}

// params notes a loop's or with's target, which whoever enters the scope sets.
func (s *symbols) params(n syntax.Expr) {
	switch n := n.(type) {
	case *syntax.Name:
		s.param(n.ID)
	case *syntax.NamespaceRef:
		s.load(n.Name)
	case *syntax.Tuple:
		for _, item := range n.Items {
			s.params(item)
		}
	}
}

func (s *symbols) exprs(list ...syntax.Expr) {
	for _, e := range list {
		s.expr(e)
	}
}

// expr notes the names that an expression reads.
func (s *symbols) expr(n syntax.Expr) {
	switch n := n.(type) {
	case *syntax.Name:
		s.load(n.ID)
	case *syntax.List:
		s.exprs(n.Items...)
	case *syntax.Tuple:
		s.exprs(n.Items...)
	case *syntax.Dict:
		for _, p := range n.Items {
			s.exprs(p.Key, p.Value)
		}
	case *syntax.Cond:
		s.exprs(n.Test, n.Then)
		s.maybe(n.Else)
	case *syntax.Binary:
		s.exprs(n.Left, n.Right)
	case *syntax.And:
		s.exprs(n.Left, n.Right)
	case *syntax.Or:
		s.exprs(n.Left, n.Right)
	case *syntax.Not:
		s.expr(n.X)
	case *syntax.Neg:
		s.expr(n.X)
	case *syntax.Plus:
		s.expr(n.X)
	case *syntax.Concat:
		s.exprs(n.Items...)
	case *syntax.Compare:
		s.expr(n.Left)
		for _, c := range n.Ops {
			s.expr(c.Right)
		}
	case *syntax.Filter:
		s.maybe(n.X)
		s.args(n.Args)
	case *syntax.Test:
		s.expr(n.X)
		s.args(n.Args)
	case *syntax.Call:
		s.expr(n.Func)
		s.args(n.Args)
	case *syntax.Getattr:
		s.expr(n.X)
	case *syntax.Getitem:
		s.exprs(n.X, n.Key)
	case *syntax.Slice:
		s.maybe(n.Start)
		s.maybe(n.Stop)
		s.maybe(n.Step)
	}
}

func (s *symbols) maybe(n syntax.Expr) {
	if n != nil {
		s.expr(n)
	}
}

func (s *symbols) args(a syntax.Args) {
	s.exprs(a.Positional...)
	for _, k := range a.Keywords {
		s.expr(k.Value)
	}
	s.maybe(a.Star)
	s.maybe(a.StarStar)
}
