package pyre

import (
	"strings"
	"unicode"
)

// parenthesis reads everything that starts with one.
func (p *parser) parenthesis(flagsAllowed bool) node {
	start := p.pos
	p.pos++
	switch {
	case p.take("?P<"):
		return p.capture(start, p.name('>', "?P<"))
	case p.take("?P="):
		return p.namedBackref()
	case p.take("?P"):
		p.fail(start+1, "unknown extension ?P%s", p.nextText())
	case p.take("?:"):
		return p.grouped(start)
	case p.take("?>"):
		return group{body: p.grouped(start)}
	case p.take("?#"):
		for !p.take(")") {
			if p.peek() == -1 {
				p.fail(start, "missing ), unterminated comment")
			}
			p.pos++
		}
		return nil
	case p.take("?="):
		return look{body: p.grouped(start)}
	case p.take("?!"):
		return look{body: p.grouped(start), negated: true}
	case p.take("?<="):
		return p.lookBehind(start, false)
	case p.take("?<!"):
		return p.lookBehind(start, true)
	case p.take("?<"):
		p.fail(start+1, "unknown extension ?<%s", p.nextText())
	case p.take("?("):
		return p.conditional(start)
	case p.take("?"):
		return p.inlineFlags(start, flagsAllowed)
	}
	return p.capture(start, "")
}

// nextText returns the next character for a message.
func (p *parser) nextText() string {
	if p.peek() == -1 {
		return ""
	}
	return string(p.peek())
}

// grouped reads branches and the closing parenthesis.
func (p *parser) grouped(start int) node {
	return p.enclosed(start, func() node { return p.alternatives(false) })
}

// enclosed reads a body and the closing parenthesis; flags set within end.
func (p *parser) enclosed(start int, read func() node) node {
	p.depth++
	if p.depth > maxNesting {
		p.fail(start, "groups nested more than %d levels deep", maxNesting)
	}
	outer := p.flags
	body := read()
	p.flags = outer
	p.depth--
	if !p.take(")") {
		p.fail(start, "missing ), unterminated subpattern")
	}
	return body
}

// capture reads a capturing group. Groups are numbered by their opening
// parentheses, named ones too.
func (p *parser) capture(start int, name string) node {
	p.groups++
	index := p.groups
	if name != "" {
		if earlier, taken := p.names[name]; taken {
			p.fail(start+4, "redefinition of group name '%s' as group %d; was group %d", name, index, earlier)
		}
		p.names[name] = index
	}
	body := p.grouped(start)
	low, high := width(body, p.widths)
	p.widths[index] = [2]int{low, high}
	return group{index: index, body: body}
}

// name reads a group's name and the character that ends it.
func (p *parser) name(end rune, after string) string {
	start := p.pos
	for p.peek() != end {
		if p.peek() == -1 {
			if p.pos == start {
				p.fail(start, "missing group name")
			}
			p.fail(start, "missing %c, unterminated name", end)
		}
		p.pos++
	}
	name := string(p.src[start:p.pos])
	p.pos++
	if name == "" {
		p.fail(start, "missing group name")
	}
	if !isIdentifier(name) && !(after == "?(" && isNumber(name)) {
		p.fail(start, "bad character in group name '%s'", name)
	}
	return name
}

// isIdentifier is close to Python's str.isidentifier.
func isIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.In(r, unicode.N, unicode.Mn, unicode.Mc)) {
			return false
		}
	}
	return true
}

func isNumber(name string) bool {
	return strings.Trim(name, "0123456789") == ""
}

// namedBackref reads the rest of (?P=name).
func (p *parser) namedBackref() node {
	start := p.pos
	name := p.name(')', "?P=")
	index, ok := p.names[name]
	if !ok {
		p.fail(start, "unknown group name '%s'", name)
	}
	return p.backref(index, start)
}

// lookBehind insists on a fixed width, as Python does.
func (p *parser) lookBehind(start int, negated bool) node {
	body := p.grouped(start)
	if low, high := width(body, p.widths); low != high {
		p.fail(start, "look-behind requires fixed-width pattern")
	}
	return look{body: body, behind: true, negated: negated}
}

// conditional reads the rest of (?(group)yes|no). A number may be that of a group
// that comes later; that is checked at the end.
func (p *parser) conditional(start int) node {
	at := p.pos
	name := p.name(')', "?(")
	index, ok := p.names[name]
	if isNumber(name) {
		index = 0
		for _, digit := range name {
			index = min(index*10+int(digit-'0'), maxRepeat)
		}
		if index == 0 {
			p.fail(at, "bad group number")
		}
		p.pending = append(p.pending, pendingRef{index: index, pos: at})
	} else if !ok {
		p.fail(at, "unknown group name '%s'", name)
	}
	return p.enclosed(start, func() node {
		choice := conditional{index: index, yes: p.branch(false), no: sequence{}}
		if p.take("|") {
			choice.no = p.branch(false)
		}
		if p.peek() == '|' {
			p.fail(p.pos, "conditional backref with more than two branches")
		}
		return choice
	})
}

// inlineFlags reads (?flags), which holds for the whole pattern and must open
// it, or (?flags-flags:...), which holds for the group.
func (p *parser) inlineFlags(start int, allowed bool) node {
	changed := p.flags
	on := p.readFlags(&changed, true)
	if on != "" && p.take(")") {
		if !allowed {
			p.fail(start, "global flags not at the start of the expression")
		}
		p.flags = changed
		return nil
	}
	expected := "-, : or )"
	if p.take("-") {
		if off := p.readFlags(&changed, false); off == "" {
			p.flagExpected("flag")
		}
		expected = ":"
	} else if on == "" {
		if p.peek() == -1 {
			p.fail(p.pos, "unexpected end of pattern")
		}
		p.fail(start+1, "unknown extension ?%s", p.nextText())
	}
	if !p.take(":") {
		p.flagExpected(expected)
	}
	outer := p.flags
	p.flags = changed
	body := p.grouped(start)
	p.flags = outer
	return body
}

// flagExpected refuses what comes instead of a flag or the end of flags.
func (p *parser) flagExpected(what string) {
	if unicode.IsLetter(p.peek()) {
		p.fail(p.pos, "unknown flag")
	}
	p.fail(p.pos, "missing %s", what)
}

// readFlags switches flags on or off and returns their letters.
func (p *parser) readFlags(f *flags, on bool) string {
	start := p.pos
	for ; strings.ContainsRune("aiLmsux", p.peek()); p.pos++ {
		switch p.peek() {
		case 'i':
			f.ignoreCase = on
		case 'm':
			f.multiLine = on
		case 's':
			f.dotAll = on
		case 'x':
			f.verbose = on
		case 'L':
			p.fail(p.pos+1, "bad inline flags: cannot use 'L' flag with a str pattern")
		default: // a, u
			if !on {
				p.fail(p.pos+1, "bad inline flags: cannot turn off flags 'a', 'u' and 'L'")
			}
			f.ascii = p.peek() == 'a'
			letters := string(p.src[start : p.pos+1])
			if strings.Contains(letters, "a") && strings.Contains(letters, "u") {
				p.fail(p.pos+1, "bad inline flags: flags 'a', 'u' and 'L' are incompatible")
			}
		}
	}
	return string(p.src[start:p.pos])
}
