package difftest

import (
	"fmt"
	"strconv"
	"strings"
)

// expr makes an expression of at most the given depth.
func (g *Generator) expr(depth int) string {
	if depth <= 0 {
		return g.leaf()
	}
	switch k := g.rnd.IntN(100); {
	case k < 22:
		return g.leaf()
	case k < 45:
		return g.operand(depth-1) + "|" + g.filter()
	case k < 55:
		return g.operand(depth-1) + "." + g.method()
	case k < 58:
		return g.operand(depth-1) + " ~ " + g.operand(depth-1)
	case k < 63:
		return g.operand(depth-1) + " " + g.pick(arithmetic) + " " + g.operand(depth-1)
	case k < 70:
		return g.operand(depth-1) + " " + g.pick(comparisons) + " " + g.operand(depth-1)
	case k < 76:
		return g.operand(depth-1) + " is " + g.pick([]string{"", "", "not "}) + g.test()
	case k < 81:
		return g.operand(depth-1) + " " + g.pick([]string{"and", "or"}) + " " + g.operand(depth-1)
	case k < 84:
		return g.pick([]string{"not ", "-", "+"}) + g.operand(depth-1)
	case k < 88:
		return g.operand(depth-1) + g.subscript()
	case k < 91:
		s := g.operand(depth-1) + " if " + g.operand(depth-1)
		if g.chance(70) {
			s += " else " + g.operand(depth-1)
		}
		return s
	case k < 94:
		return g.list(depth - 1)
	case k < 96:
		return g.dict(depth - 1)
	}
	return g.call(depth - 1)
}

// operand is an expression, in parentheses unless it is simple; sometimes
// without them, so that precedence is tried as well.
func (g *Generator) operand(depth int) string {
	s := g.expr(depth)
	if g.chance(25) || !strings.ContainsAny(s, " |") {
		return s
	}
	return "(" + s + ")"
}

func (g *Generator) leaf() string {
	switch k := g.rnd.IntN(100); {
	case k < 45:
		return g.path()
	case k < 60:
		return g.pick(numbers)
	case k < 78:
		return g.pick(strs)
	case k < 86 && len(g.names) > 0:
		return g.pick(g.names)
	case k < 90 && g.loops > 0:
		return "loop." + g.pick([]string{"index", "index0", "first", "last", "length", "revindex", "revindex0", "previtem", "nextitem", "depth", "cycle('a', 'b')", "changed(1)"})
	case k < 98:
		return g.pick([]string{"none", "true", "false", "[]", "{}", "()", "''"})
	}
	return g.pick([]string{"missing", "data.missing", "missing.x", "data['nope']"})
}

// path is an expression that reaches into the context.
func (g *Generator) path() string { return g.pick(g.paths) }

func (g *Generator) list(depth int) string {
	var items []string
	for range g.rnd.IntN(4) {
		items = append(items, g.expr(depth))
	}
	if g.chance(25) {
		return "(" + strings.Join(items, ", ") + ",)"
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func (g *Generator) dict(depth int) string {
	var items []string
	for range g.rnd.IntN(3) {
		key := g.pick(strs)
		if g.chance(25) {
			key = g.pick([]string{"1", "1.0", "true", "none", "(1, 2)", "-1"})
		}
		items = append(items, key+": "+g.expr(depth))
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func (g *Generator) subscript() string {
	i := func() string { return strconv.Itoa(g.rnd.IntN(9) - 4) }
	switch g.rnd.IntN(7) {
	case 0:
		return "[" + i() + "]"
	case 1:
		return "[" + i() + ":]"
	case 2:
		return "[:" + i() + "]"
	case 3:
		return "[" + i() + ":" + i() + ":" + g.pick([]string{"1", "2", "-1", "-2", "", "0"}) + "]"
	case 4:
		return "[" + g.pick(strs) + "]"
	case 5:
		return "." + g.pick([]string{"name", "value", "id", "0", "items", "keys", "__class__", "_x", "real", "start", "name.first"})
	}
	return "[" + g.expr(0) + "]"
}

func (g *Generator) call(depth int) string {
	switch g.rnd.IntN(6) {
	case 0:
		return fmt.Sprintf("range(%s)", g.pick([]string{"3", "1, 4", "5, 0, -2", "0", "1, 1", "2.5", "'3'", "1, 5, 0"}))
	case 1:
		return "dict(" + g.pick([]string{"a=1", "[('x', 1)]", "{'a': 2}, b=3", "", "[1]"}) + ")"
	case 2:
		return "cycler(" + g.args(2) + ").next()"
	case 3:
		return "joiner(" + g.pick([]string{"", "'; '"}) + ")()"
	case 4:
		return "namespace(" + g.pick([]string{"a=1", "{'k': 2}", ""}) + ")" + g.pick([]string{".a", ".k", ""})
	}
	return g.operand(depth) + "(" + g.args(1) + ")"
}

// filled replaces the marks in a filter's, test's or method's pattern: %e is
// an expression, %s a string, %n a small integer.
func (g *Generator) filled(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' || i+1 == len(pattern) {
			b.WriteByte(pattern[i])
			continue
		}
		i++
		switch pattern[i] {
		case 'e':
			b.WriteString(g.expr(1))
		case 's':
			b.WriteString(g.pick(strs))
		case 'n':
			b.WriteString(strconv.Itoa(g.rnd.IntN(14) - 2))
		default:
			b.WriteByte('%')
			b.WriteByte(pattern[i])
		}
	}
	return b.String()
}

func (g *Generator) filter() string {
	s := g.filled(g.pick(filters))
	if g.chance(20) {
		s += "|" + g.filled(g.pick(filters))
	}
	return s
}

func (g *Generator) test() string { return g.filled(g.pick(tests)) }

func (g *Generator) method() string { return g.filled(g.pick(methods)) }
