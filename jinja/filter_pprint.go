package jinja

import (
	"regexp"
	"slices"
	"strings"

	"bellhop/jinja/internal/pytext"
	"bellhop/jinja/value"
)

// pprintWidth is the line length of Python's pprint.
const pprintWidth = 80

func filterPprint(st *state, v value.Value, _ value.Bound) value.Value {
	p := &prettyPrinter{st: st}
	p.format(v, 0, 0, 0)
	return value.Str(p.out.String())
}

// prettyPrinter lays values out as Python's pprint.pformat does: a container
// that does not fit its line gets a line for each element, a long text is cut
// at white space. Dicts are sorted by key.
type prettyPrinter struct {
	st   *state
	out  strings.Builder
	path []value.Value // the containers that are being printed, outermost first
}

func (p *prettyPrinter) write(s string) {
	p.st.th.Alloc(len(s))
	p.out.WriteString(s)
}

// format prints v at a column; allowance is the room that closing brackets
// need after it, level the depth of v.
func (p *prettyPrinter) format(v value.Value, column, allowance, level int) {
	th := &p.st.th
	th.Enter()
	defer th.Leave()
	if p.recursive(v) {
		p.write(recursion(v))
		return
	}
	rep := p.repr(v)
	if pytext.RuneCount(rep) <= pprintWidth-column-allowance {
		p.write(rep)
		return
	}
	p.path = append(p.path, v)
	defer p.leave()
	switch v := v.(type) {
	case *value.Dict:
		p.write("{")
		p.dict(v, column+1, allowance+1, level)
		p.write("}")
	case *value.List:
		p.write("[")
		p.items(v.Items(th), column+1, allowance+1, level)
		p.write("]")
	case *value.Tuple:
		end := ")"
		if len(v.Items()) == 1 {
			end = ",)"
		}
		p.write("(")
		p.items(v.Items(), column+1, allowance+len(end), level)
		p.write(end)
	case *value.Set:
		p.write("{")
		p.items(p.sortedSet(v), column+1, allowance+1, level)
		p.write("}")
	case value.Str:
		p.text(string(v), column, allowance, level+1)
	case value.Bytes:
		p.bytes(string(v), column, allowance, level+1)
	default:
		p.write(rep)
	}
}

// recursive tells whether a container is inside itself.
func (p *prettyPrinter) recursive(v value.Value) bool { return slices.Contains(p.path, v) }

func (p *prettyPrinter) leave() { p.path = p.path[:len(p.path)-1] }

// recursion stands for a container inside itself. Python's has an address, too.
func recursion(v value.Value) string { return "<Recursion on " + v.TypeName() + ">" }

func (p *prettyPrinter) newline(column int) { p.write(",\n" + strings.Repeat(" ", column)) }

func (p *prettyPrinter) items(items []value.Value, column, allowance, level int) {
	for i, item := range items {
		if i > 0 {
			p.newline(column)
		}
		room := 1
		if i == len(items)-1 {
			room = allowance
		}
		p.format(item, column, room, level+1)
	}
}

func (p *prettyPrinter) dict(d *value.Dict, column, allowance, level int) {
	pairs := p.sorted(d)
	for i, pair := range pairs {
		if i > 0 {
			p.newline(column)
		}
		key := p.repr(pair[0]) + ": "
		p.write(key)
		room := 1
		if i == len(pairs)-1 {
			room = allowance
		}
		p.format(pair[1], column+pytext.RuneCount(key), room, level+1)
	}
}

// pair is a dict's item while it is sorted.
type pair [2]value.Value

// TypeName implements [value.Value].
func (*pair) TypeName() string { return "pair" }

// sorted gives a dict's items by key; keys that have no order go by the names
// of their types.
func (p *prettyPrinter) sorted(d *value.Dict) []*pair {
	th := &p.st.th
	th.Alloc(64 * d.Len(th))
	items := make([]value.Value, 0, d.Len(th))
	for k, v := range d.All(th) {
		items = append(items, &pair{k, v})
	}
	value.Sort(th, items, func(a, b value.Value) bool { return p.before(a.(*pair)[0], b.(*pair)[0]) })
	out := make([]*pair, len(items))
	for i, item := range items {
		out[i] = item.(*pair)
	}
	return out
}

func (p *prettyPrinter) sortedSet(s *value.Set) []value.Value {
	items := value.Collect(&p.st.th, s)
	value.Sort(&p.st.th, items, p.before)
	return items
}

func (p *prettyPrinter) before(a, b value.Value) (less bool) {
	if convertible(func() { less = value.Order(&p.st.th, value.LT, a, b) }) {
		return less
	}
	return a.TypeName() < b.TypeName()
}

// repr is Python's repr with dicts sorted.
func (p *prettyPrinter) repr(v value.Value) string {
	th := &p.st.th
	switch v.(type) {
	case *value.Dict, *value.List, *value.Tuple:
	default:
		return value.Repr(th, v)
	}
	if p.recursive(v) {
		return recursion(v)
	}
	th.Enter()
	defer th.Leave()
	p.path = append(p.path, v)
	defer p.leave()
	var b strings.Builder
	write := func(s string) {
		th.Alloc(len(s))
		b.WriteString(s)
	}
	switch v := v.(type) {
	case *value.Dict:
		write("{")
		for i, pair := range p.sorted(v) {
			if i > 0 {
				write(", ")
			}
			write(p.repr(pair[0]) + ": " + p.repr(pair[1]))
		}
		write("}")
	case *value.List:
		write("[")
		p.reprItems(v.Items(th), write)
		write("]")
	case *value.Tuple:
		write("(")
		p.reprItems(v.Items(), write)
		if len(v.Items()) == 1 {
			write(",")
		}
		write(")")
	}
	return b.String()
}

func (p *prettyPrinter) reprItems(items []value.Value, write func(string)) {
	for i, item := range items {
		if i > 0 {
			write(", ")
		}
		write(p.repr(item))
	}
}

// words splits a line into words, each with the white space behind it.
var words = regexp.MustCompile(`[^\s\v\x1c-\x1f\x{85}\p{Z}]*[\s\v\x1c-\x1f\x{85}\p{Z}]*`)

// text prints a long text as several literals, in parentheses where nothing
// else surrounds them.
func (p *prettyPrinter) text(s string, column, allowance, level int) {
	if level == 1 {
		column++
		allowance++
	}
	var chunks []string
	lines := pytext.SplitLines(s, true, p.st.alloc)
	for i, line := range lines {
		width, last := pprintWidth-column, i == len(lines)-1
		rep := pytext.Repr(line)
		fits := width
		if last {
			fits -= allowance
		}
		if pytext.RuneCount(rep) <= fits {
			chunks = append(chunks, rep)
			continue
		}
		chunks = append(chunks, p.chunks(line, width, allowance, last)...)
	}
	if len(chunks) == 1 {
		p.write(chunks[0])
		return
	}
	p.literals(chunks, column, level)
}

// literals prints the parts of a text or of bytes.
func (p *prettyPrinter) literals(parts []string, column, level int) {
	if level == 1 {
		p.write("(")
	}
	p.write(strings.Join(parts, "\n"+strings.Repeat(" ", column)))
	if level == 1 {
		p.write(")")
	}
}

// bytes prints long bytes as several literals, cut at multiples of four.
func (p *prettyPrinter) bytes(b string, column, allowance, level int) {
	if level == 1 {
		column++
		allowance++
	}
	width, last := pprintWidth-column, len(b)/4*4
	var parts []string
	start := 0 // of the present literal
	for i := 0; i < len(b); i += 4 {
		if i == last {
			width -= allowance
		}
		end := min(i+4, len(b))
		p.st.th.Alloc(4 * (end - start))
		if i > start && len(pytext.ReprBytes([]byte(b[start:end]))) > width {
			parts = append(parts, pytext.ReprBytes([]byte(b[start:i])))
			start = i
		}
	}
	p.literals(append(parts, pytext.ReprBytes([]byte(b[start:]))), column, level)
}

// chunks cuts a line into literals of at most width, where words allow it.
func (p *prettyPrinter) chunks(line string, width, allowance int, last bool) []string {
	var out []string
	parts := words.FindAllString(line, -1)
	for len(parts) > 0 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	current, size := "", 2
	for i, part := range parts {
		p.st.th.Alloc(len(part))
		if i == len(parts)-1 && last {
			width -= allowance
		}
		// The quotes depend on the whole chunk, so only a short one is printed
		// to be measured; beyond the width a lower bound decides.
		candidate := current + part
		if size += pytext.RuneCount(part); size <= width {
			size = max(size, pytext.RuneCount(pytext.Repr(candidate)))
		}
		if size <= width {
			current = candidate
			continue
		}
		if current != "" {
			out = append(out, pytext.Repr(current))
		}
		current, size = part, 2+pytext.RuneCount(part)
	}
	if current != "" {
		out = append(out, pytext.Repr(current))
	}
	return out
}
