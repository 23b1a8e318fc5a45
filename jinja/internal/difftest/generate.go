package difftest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Generator makes random templates. It is not safe for concurrent use.
type Generator struct {
	rnd   *rand.Rand
	paths []string // expressions that reach into the context
	names []string // variables that the template has set so far
	depth int
	loops int // how many loops are around the present place
	macro int
}

// NewGenerator makes a generator of templates over a context, whose values the
// given expressions reach.
func NewGenerator(seed uint64, paths []string) *Generator {
	return &Generator{rnd: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)), paths: paths}
}

// Template makes a template.
func (g *Generator) Template() string {
	g.names, g.loops, g.macro = nil, 0, 0
	return g.body(1 + g.rnd.IntN(2))
}

func (g *Generator) chance(percent int) bool { return g.rnd.IntN(100) < percent }

func (g *Generator) pick(list []string) string { return list[g.rnd.IntN(len(list))] }

// open and shut give a tag's delimiters, sometimes with white space control.
func (g *Generator) open() string {
	if g.chance(12) {
		return "{%- "
	}
	return "{% "
}

func (g *Generator) shut() string {
	switch {
	case g.chance(12):
		return " -%}"
	case g.chance(5):
		return "+%}"
	}
	return " %}"
}

func (g *Generator) tag(format string, args ...any) string {
	return g.open() + fmt.Sprintf(format, args...) + g.shut()
}

// body makes n pieces of a template.
func (g *Generator) body(n int) string {
	g.depth++
	defer func() { g.depth-- }()
	var b strings.Builder
	for range n {
		switch k := g.rnd.IntN(100); {
		case k < 18:
			b.WriteString(g.pick(texts))
		case k < 62 || g.depth > 3:
			b.WriteString(g.output())
		default:
			b.WriteString(g.statement())
		}
	}
	return b.String()
}

func (g *Generator) output() string {
	open, shut := "{{ ", " }}"
	if g.chance(10) {
		open = "{{- "
	}
	if g.chance(10) {
		shut = " -}}"
	}
	return open + g.expr(1+g.rnd.IntN(3)) + shut
}

func (g *Generator) statement() string {
	switch g.rnd.IntN(14) {
	case 0, 1, 2:
		return g.ifStmt()
	case 3, 4, 5:
		return g.forStmt()
	case 6, 7:
		s := g.tag("set %s = %s", g.newName(), g.expr(3))
		return s
	case 8:
		name, filter := g.newName(), ""
		if g.chance(40) {
			filter = " | " + g.filter()
		}
		return g.tag("set %s%s", name, filter) + g.body(2) + g.tag("endset")
	case 9:
		name, value := g.newName(), g.expr(2)
		return g.tag("with %s = %s", name, value) + g.body(2) + g.tag("endwith")
	case 10:
		return g.macroStmt()
	case 11:
		return g.tag("filter %s", g.filter()) + g.body(2) + g.tag("endfilter")
	case 12:
		return g.namespaceStmt()
	}
	switch g.rnd.IntN(4) {
	case 0:
		return "{# " + g.pick(texts) + " #}"
	case 1:
		return g.tag("raw") + g.pick(texts) + "{{ x }}" + g.tag("endraw")
	case 2:
		return g.tag("autoescape %s", g.pick([]string{"true", "false", "data"})) + g.body(2) + g.tag("endautoescape")
	}
	return g.tag("block b%d", g.rnd.IntN(1_000_000)) + g.body(2) + g.tag("endblock")
}

func (g *Generator) newName() string {
	name := g.pick([]string{"a", "b", "c", "x", "y", "item", "data", "_t"})
	g.names = append(g.names, name)
	return name
}

func (g *Generator) ifStmt() string {
	s := g.tag("if %s", g.expr(2)) + g.body(2)
	if g.chance(30) {
		s += g.tag("elif %s", g.expr(2)) + g.body(1)
	}
	if g.chance(50) {
		s += g.tag("else") + g.body(1)
	}
	return s + g.tag("endif")
}

func (g *Generator) forStmt() string {
	target := g.newName()
	iter := g.iterable()
	if g.chance(25) {
		target = target + ", " + g.newName()
		iter = g.pick([]string{"data.items()", "data|dictsort", "snapshots.postchange.items()", "[(1, 2), ('a', 'b')]", iter})
	}
	filter := ""
	if g.chance(25) {
		filter = " if " + g.expr(2)
	}
	s := g.tag("for %s in %s%s", target, iter, filter)
	g.loops++
	s += g.body(2)
	g.loops--
	if g.chance(25) {
		s += g.tag("else") + g.body(1)
	}
	return s + g.tag("endfor")
}

func (g *Generator) iterable() string {
	switch g.rnd.IntN(8) {
	case 0:
		return fmt.Sprintf("range(%d)", g.rnd.IntN(6))
	case 1:
		return g.list(1)
	case 2:
		return g.expr(2)
	case 3:
		return g.expr(1) + "|list"
	case 4:
		return "'" + g.pick([]string{"abc", "Ærø", "", "a b"}) + "'"
	}
	return g.path()
}

func (g *Generator) macroStmt() string {
	g.macro++
	name := fmt.Sprintf("m%d", g.macro)
	params := g.pick([]string{"", "p", "p, q=1", "p=none, q='z'", "p, q=p"})
	before := g.names
	g.names = append(g.names, "p", "q")
	body := g.body(2)
	if g.chance(15) {
		body += "{{ varargs }}"
	}
	if g.chance(15) {
		body += "{{ kwargs|dictsort }}"
	}
	if g.chance(20) {
		body += "{{ caller() }}"
	}
	g.names = before
	s := g.tag("macro %s(%s)", name, params) + body + g.tag("endmacro")
	call := name + "(" + g.args(2) + ")"
	if g.chance(25) {
		return s + g.tag("call %s", call) + g.body(1) + g.tag("endcall")
	}
	return s + "{{ " + call + " }}"
}

func (g *Generator) namespaceStmt() string {
	g.names = append(g.names, "ns")
	s := g.tag("set ns = namespace(%s)", g.pick([]string{"", "n=0", "n=[], first=true", "{'n': 1}"}))
	if g.chance(60) {
		s += g.tag("for i in %s", g.iterable()) + g.tag("set ns.n = %s", g.expr(2)) + g.tag("endfor")
	}
	return s + "{{ ns.n }}"
}

func (g *Generator) args(n int) string {
	var parts []string
	for range g.rnd.IntN(n + 1) {
		parts = append(parts, g.expr(1))
	}
	if g.chance(15) {
		parts = append(parts, g.pick([]string{"q", "p", "other"})+"="+g.expr(1))
	}
	return strings.Join(parts, ", ")
}
