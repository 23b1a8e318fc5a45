package pytext

import "strings"

// WrapOptions are the arguments of Jinja2's filter wordwrap.
type WrapOptions struct {
	Width         int    // code points a line may have, at least 1
	Fraction      bool   // a line may have a fraction of a code point more, which Python takes as a width, too
	BreakWords    bool   // cut words that are longer than a line
	BreakOnHyphen bool   // lines may end behind a hyphen within a word
	LineEnd       string // text between the lines
}

// WordWrap is Jinja2's filter wordwrap: each line of s for itself through
// textwrap.wrap, which drops white space where it breaks. A width of nothing is
// a ValueError, a word to cut at a fraction a TypeError.
func WordWrap(s string, o WrapOptions, charge Charge) (string, error) {
	out := builder{charge: charge}
	for first := true; s != ""; first = false {
		if o.Width < 0 || o.Width == 0 && !o.Fraction {
			return "", valueError("invalid width %d (must be > 0)", o.Width)
		}
		line, _, rest := cutLine(s)
		s = rest
		if !first {
			out.write(o.LineEnd)
		}
		c := chunker{text: line, hyphens: o.BreakOnHyphen}
		c.advance()
		for started := false; c.more(); {
			part, err := nextWrapped(&c, o, started)
			if err != nil {
				return "", err
			}
			if part == "" {
				continue
			}
			if started {
				out.write(o.LineEnd)
			}
			out.write(part)
			started = true
		}
	}
	return out.String(), nil
}

// nextWrapped takes the chunks of one line off c. A line is a part of the text,
// since its chunks follow one another. It may be empty: all white space.
func nextWrapped(c *chunker, o WrapOptions, started bool) (string, error) {
	if started && isBlank(c.chunk()) {
		c.advance()
	}
	begin, last, length := c.start, c.start, 0
	for c.more() && c.runes <= o.Width-length {
		last = c.start
		length += c.runes
		c.advance()
	}
	if c.more() && c.runes > o.Width {
		switch {
		case o.BreakWords && o.Fraction && o.Width > 0:
			return "", typeError("slice indices must be integers or None or have an __index__ method")
		case o.BreakWords:
			// Where no place is left this takes an empty piece, and that one is
			// dropped below instead of white space before it, as in Python.
			last = c.start
			c.take(breakAt(c.chunk(), max(o.Width, 1)-length, o.BreakOnHyphen))
		case length == 0:
			last = c.start
			c.advance()
		}
	}
	end := c.start
	if isBlank(c.text[last:end]) {
		end = last
	}
	return c.text[begin:end], nil
}

// breakAt returns how many code points of a word that is too long stay on the
// line that has place for that many: up to the last hyphen, if there is
// anything else before it.
func breakAt(word string, place int, onHyphen bool) int {
	if !onHyphen {
		return place
	}
	head := truncateRunes(word, place)
	hyphen := strings.LastIndexByte(head, '-')
	if hyphen > 0 && strings.Trim(head[:hyphen], "-") != "" {
		return RuneCount(head[:hyphen]) + 1
	}
	return place
}

// isBlank reports whether s has nothing but white space.
func isBlank(s string) bool { return indexFunc(s, func(r rune) bool { return !IsSpace(r) }) == len(s) }

// chunker splits text into the chunks between which textwrap may break: white
// space and words, words also at hyphens and dashes if hyphens is set.
type chunker struct {
	text       string
	hyphens    bool
	start, end int // the current chunk
	runes      int // its length in code points
}

func (c *chunker) more() bool { return c.start < len(c.text) }

func (c *chunker) chunk() string { return c.text[c.start:c.end] }

// advance goes to the next chunk.
func (c *chunker) advance() {
	c.start = c.end
	c.end = c.chunkEnd()
	c.runes = RuneCount(c.chunk())
}

// take removes n code points from the current chunk.
func (c *chunker) take(n int) {
	c.start += runeOffset(c.chunk(), n)
	if c.runes -= n; c.runes <= 0 {
		c.advance()
	}
}

// chunkEnd returns the end of the chunk that begins at c.start.
func (c *chunker) chunkEnd() int {
	at := c.start
	if at == len(c.text) {
		return at
	}
	if isWrapSpace(c.text[at]) {
		for at < len(c.text) && isWrapSpace(c.text[at]) {
			at++
		}
		return at
	}
	if end, ok := c.dash(at); ok {
		return end
	}
	for at++; at < len(c.text) && !isWrapSpace(c.text[at]); at++ {
		if c.text[at] != '-' || !c.hyphens {
			continue
		}
		if c.hyphenBreaks(at) {
			return at + 1
		}
		if _, ok := c.dash(at); ok {
			return at
		}
	}
	return at
}

// isWrapSpace reports whether textwrap breaks at c: ASCII white space only.
func isWrapSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// dash reports whether a dash of two or more hyphens between words begins at
// the offset at, and where it ends.
func (c *chunker) dash(at int) (end int, ok bool) {
	if !c.hyphens || !strings.HasPrefix(c.text[at:], "--") {
		return at, false
	}
	before, size := DecodeLastRune(c.text[:at])
	if size == 0 || !IsWord(before) && !strings.ContainsRune(`!"'&.,?`, before) {
		return at, false
	}
	end = at
	for end < len(c.text) && c.text[end] == '-' {
		end++
	}
	after, size := DecodeRune(c.text[end:])
	return end, size > 0 && IsWord(after)
}

// hyphenBreaks reports whether a line may end behind the hyphen at the offset
// at: two letters, or letter, hyphen, letter, stand before it ("e-" does not
// come off "e-mail") and two letters, perhaps with a hyphen between, behind it.
func (c *chunker) hyphenBreaks(at int) bool {
	before, after := c.text[:at], c.text[at+1:]
	before, ok := cutLastLetter(before)
	if !ok {
		return false
	}
	if _, ok = cutLastLetter(strings.TrimSuffix(before, "-")); !ok {
		return false
	}
	if after, ok = cutLetter(after); !ok {
		return false
	}
	_, ok = cutLetter(strings.TrimPrefix(after, "-"))
	return ok
}

// cutLastLetter cuts a letter, in the sense of \w without \d, off the end of s.
func cutLastLetter(s string) (string, bool) {
	r, size := DecodeLastRune(s)
	return s[:len(s)-size], size > 0 && IsWord(r) && !isDecimal(r)
}

// cutLetter cuts a letter, in the sense of \w without \d, off the start of s.
func cutLetter(s string) (string, bool) {
	r, size := DecodeRune(s)
	return s[size:], size > 0 && IsWord(r) && !isDecimal(r)
}
