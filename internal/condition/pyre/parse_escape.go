package pyre

import (
	"strings"
	"unicode/utf8"
)

// controls are the escapes of single characters.
var controls = map[rune]rune{'a': '\a', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\'}

// escape reads a backslash and what belongs to it, outside of a class.
func (p *parser) escape() node {
	start := p.pos
	p.pos++
	c := p.peek()
	if c == -1 {
		p.fail(start, "bad escape (end of pattern)")
	}
	p.pos++
	switch c {
	case 'A':
		return assertion{kind: textStart}
	case 'Z':
		return assertion{kind: textEnd}
	case 'b':
		return assertion{kind: wordBoundary, ascii: p.flags.ascii}
	case 'B':
		return assertion{kind: notWordBoundary, ascii: p.flags.ascii}
	case '0':
		p.pos--
		return p.literal(p.octal(start))
	}
	if category, ok := p.category(c); ok {
		return charset{classes: []class{category}}
	}
	if c >= '1' && c <= '9' {
		p.pos--
		return p.reference(start)
	}
	return p.literal(p.character(start, c))
}

// category returns the class that a letter stands for.
func (p *parser) category(c rune) (class, bool) {
	if !strings.ContainsRune("dDsSwW", c) {
		return class{}, false
	}
	return class{letter: byte(c | 0x20), not: c < 'a', ascii: p.flags.ascii}, true
}

// reference reads \1 to \99, or three octal digits.
func (p *parser) reference(start int) node {
	if p.pos+2 < len(p.src) && isOctal(p.src[p.pos]) && isOctal(p.src[p.pos+1]) && isOctal(p.src[p.pos+2]) {
		return p.literal(p.octal(start))
	}
	index := int(p.peek() - '0')
	p.pos++
	if c := p.peek(); c >= '0' && c <= '9' {
		index = index*10 + int(c-'0')
		p.pos++
	}
	if index > p.groups {
		p.fail(start+1, "invalid group reference %d", index)
	}
	return p.backref(index, start)
}

// backref refers to a group that must be closed: Python cannot refer to a group
// from within it.
func (p *parser) backref(index, pos int) node {
	if _, closed := p.widths[index]; !closed {
		p.fail(pos, "cannot refer to an open group")
	}
	return backref{index: index, fold: p.flags.ignoreCase}
}

func isOctal(c rune) bool { return c >= '0' && c <= '7' }

// octal reads up to three octal digits.
func (p *parser) octal(start int) rune {
	n, digits := rune(0), 0
	for ; digits < 3 && isOctal(p.peek()); digits++ {
		n = n*8 + p.peek() - '0'
		p.pos++
	}
	if n > 0o377 {
		p.fail(start, "octal escape value \\%s outside of range 0-0o377", string(p.src[start+1:p.pos]))
	}
	return n
}

// character reads the escapes that mean the same in and out of a class; c has
// been consumed.
func (p *parser) character(start int, c rune) rune {
	if r, ok := controls[c]; ok {
		return r
	}
	switch c {
	case 'x':
		return p.hex(start, 2)
	case 'u':
		return p.hex(start, 4)
	case 'U':
		return p.hex(start, 8)
	case 'N':
		p.fail(start, "character names are not supported: write \\uXXXX")
	}
	if c < utf8.RuneSelf && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
		p.fail(start, "bad escape \\%c", c)
	}
	return c
}

// hex reads exactly so many hexadecimal digits.
func (p *parser) hex(start, digits int) rune {
	n := int64(0)
	for range digits {
		value := strings.IndexRune("0123456789abcdef", p.peek()|0x20)
		if p.peek() < '0' || value < 0 { // |0x20 would turn other characters into digits
			p.fail(start, "incomplete escape %s", string(p.src[start:p.pos]))
		}
		n = n*16 + int64(value)
		p.pos++
	}
	if n > utf8.MaxRune {
		p.fail(start, "bad escape %s", string(p.src[start:p.pos]))
	}
	return rune(n)
}

// set reads a class in brackets.
func (p *parser) set() node {
	start := p.pos
	p.pos++
	set := charset{negated: p.take("^"), fold: p.flags.ignoreCase, ascii: p.flags.ascii}
	for first := true; ; first = false {
		at := p.pos
		if !first && p.take("]") {
			return set
		}
		low, category := p.member(start)
		if !p.take("-") {
			set.add(low, low, category)
			continue
		}
		if p.take("]") {
			set.add(low, low, category)
			set.add('-', '-', nil)
			return set
		}
		high, other := p.member(start)
		if category != nil || other != nil || high < low {
			p.fail(at, "bad character range %s", string(p.src[at:p.pos]))
		}
		set.add(low, high, nil)
	}
}

// add puts a category, or else a range of characters, into the set.
func (s *charset) add(low, high rune, category *class) {
	if category != nil {
		s.classes = append(s.classes, *category)
	} else {
		s.ranges = append(s.ranges, low, high)
	}
}

// member reads one character or category of a class.
func (p *parser) member(start int) (rune, *class) {
	at := p.pos
	c := p.peek()
	if c == -1 {
		p.fail(start, "unterminated character set")
	}
	p.pos++
	if c != '\\' {
		return c, nil
	}
	c = p.peek()
	if c == -1 {
		p.fail(at, "bad escape (end of pattern)")
	}
	if isOctal(c) {
		return p.octal(at), nil
	}
	p.pos++
	if c == 'b' {
		return '\b', nil
	}
	if category, ok := p.category(c); ok {
		return 0, &category
	}
	return p.character(at, c), nil
}
