package pyre

import (
	"fmt"
	"strings"
)

// Error refuses a pattern. The text is Python's where Python refuses it too.
type Error struct {
	Message  string
	Position int // in characters, from 0
}

// Error returns the message with the position, as Python prints it.
func (e *Error) Error() string { return fmt.Sprintf("%s at position %d", e.Message, e.Position) }

// maxNesting bounds the depth of groups, and so the depth of recursion.
const maxNesting = 100

// flags are the inline flags that change how a pattern is read.
type flags struct {
	ignoreCase, multiLine, dotAll, verbose, ascii bool
}

// parser reads a pattern by the rules of Python's re module.
type parser struct {
	src     []rune
	pos     int
	flags   flags
	depth   int
	groups  int            // number of the group opened last
	names   map[string]int // of named groups
	widths  map[int][2]int // of closed groups; a group not in here is open
	pending []pendingRef   // conditionals on groups that may come later
}

// pendingRef is a reference to check when all groups are known.
type pendingRef struct{ index, pos int }

// fail stops parsing; parse turns it into an error. A recursive parser with an
// error check after every step would hide the grammar.
func (p *parser) fail(pos int, format string, args ...any) {
	panic(&Error{Message: fmt.Sprintf(format, args...), Position: pos})
}

// parse returns the tree of a pattern, or an [Error].
func parse(pattern string) (tree node, err error) {
	p := &parser{src: []rune(pattern), names: map[string]int{}, widths: map[int][2]int{}}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			err = r
		default:
			panic(r)
		}
	}()
	tree = p.alternatives(true)
	if p.pos < len(p.src) {
		p.fail(p.pos, "unbalanced parenthesis")
	}
	for _, ref := range p.pending {
		if ref.index > p.groups {
			p.fail(ref.pos, "invalid group reference %d", ref.index)
		}
	}
	return tree, nil
}

// peek returns the next character, or -1 at the end.
func (p *parser) peek() rune {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return -1
}

// take consumes the text if it comes next.
func (p *parser) take(text string) bool {
	end := p.pos + len(text) // ASCII only
	if end > len(p.src) || string(p.src[p.pos:end]) != text {
		return false
	}
	p.pos = end
	return true
}

// alternatives reads branches up to a closing parenthesis or the end. Global
// flags may open the first branch of the whole pattern.
func (p *parser) alternatives(whole bool) node {
	branches := alternation{p.branch(whole)}
	for p.take("|") {
		branches = append(branches, p.branch(false))
	}
	if len(branches) == 1 {
		return branches[0]
	}
	return branches
}

// branch reads items up to the next | or ) or the end. A repetition changes the
// item before it, so it is handled here and not in item.
func (p *parser) branch(first bool) node {
	items := sequence{}
	for {
		at := p.pos
		c := p.peek()
		switch {
		case c == -1 || c == '|' || c == ')':
			return items
		case p.flags.verbose && strings.ContainsRune(" \t\n\r\v\f", c):
			p.pos++
		case p.flags.verbose && c == '#':
			for p.peek() != -1 && p.peek() != '\n' {
				p.pos++
			}
		case c == '*' || c == '+' || c == '?' || c == '{':
			if low, high, ok := p.count(); ok {
				items = p.repeatLast(items, at, low, high)
			} else {
				p.pos++
				items = append(items, p.literal(c))
			}
		default:
			if item := p.item(first && len(items) == 0); item != nil {
				items = append(items, item)
			}
		}
	}
}

// item reads one character, class, assertion or group. It returns nil for what
// leaves nothing behind: comments and global flags.
func (p *parser) item(flagsAllowed bool) node {
	c := p.src[p.pos]
	switch c {
	case '(':
		return p.parenthesis(flagsAllowed)
	case '[':
		return p.set()
	case '\\':
		return p.escape()
	}
	p.pos++
	switch c {
	case '.':
		if p.flags.dotAll {
			return charset{negated: true}
		}
		return charset{ranges: []rune{'\n', '\n'}, negated: true}
	case '^':
		if p.flags.multiLine {
			return assertion{kind: lineStart}
		}
		return assertion{kind: textStart}
	case '$':
		if p.flags.multiLine {
			return assertion{kind: lineEnd}
		}
		return assertion{kind: finalEnd}
	}
	return p.literal(c)
}

// literal returns a character that stands for itself, under the flags in force
// where it stands.
func (p *parser) literal(c rune) node {
	return charset{ranges: []rune{c, c}, fold: p.flags.ignoreCase, ascii: p.flags.ascii}
}

// count reads *, +, ? or a count in braces. Braces that hold no count are
// ordinary characters, and nothing is consumed.
func (p *parser) count() (low, high int, ok bool) {
	start := p.pos
	p.pos++
	switch p.src[start] {
	case '*':
		return 0, maxRepeat, true
	case '+':
		return 1, maxRepeat, true
	case '?':
		return 0, 1, true
	}
	if p.peek() == '}' { // {} is literal, {,} is not
		p.pos = start
		return 0, 0, false
	}
	low = p.number(0)
	high = low
	if p.take(",") {
		high = p.number(maxRepeat)
	}
	if !p.take("}") {
		p.pos = start
		return 0, 0, false
	}
	if low >= maxRepeat || high > maxRepeat {
		p.fail(start, "the repetition number is too large")
	}
	if high < low {
		p.fail(start+1, "min repeat greater than max repeat")
	}
	return low, high, true
}

// number reads decimal digits; without any it returns the default. Everything
// too large is maxRepeat + 1.
func (p *parser) number(otherwise int) int {
	start, n := p.pos, 0
	for ; p.peek() >= '0' && p.peek() <= '9'; p.pos++ {
		n = min(n*10+int(p.peek()-'0'), maxRepeat+1)
	}
	if p.pos == start {
		return otherwise
	}
	return n
}

// repeatLast puts a repetition around the last item.
func (p *parser) repeatLast(items sequence, at, low, high int) sequence {
	if len(items) == 0 {
		p.fail(at, "nothing to repeat")
	}
	last := len(items) - 1
	switch items[last].(type) {
	case assertion:
		p.fail(at, "nothing to repeat")
	case repeat:
		p.fail(at, "multiple repeat")
	}
	r := repeat{body: items[last], min: low, max: high}
	switch {
	case p.take("?"):
		r.lazy = true
	case p.take("+"):
		r.possessive = true
	}
	items[last] = r
	return items
}
