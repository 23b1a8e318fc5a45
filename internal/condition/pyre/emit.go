package pyre

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// writer turns a tree back into a pattern, for Go's regexp or for regexp2.
type writer struct {
	strings.Builder
	backtracking bool // for regexp2
	unsupported  bool // a part needs regexp2 and this is not it
}

// write writes a node. last says that nothing follows it, up to the end of the
// pattern.
func (w *writer) write(n node, last bool) {
	switch n := n.(type) {
	case sequence:
		for i, part := range n {
			w.write(part, last && i == len(n)-1)
		}
	case alternation:
		w.WriteString("(?:")
		for i, branch := range n {
			if i > 0 {
				w.WriteByte('|')
			}
			w.write(branch, last)
		}
		w.WriteByte(')')
	case charset:
		w.charset(n)
	case assertion:
		w.assertion(n, last)
	case repeat:
		w.repeat(n)
	case group:
		w.group(n, last)
	default:
		w.beyondLinear(n)
	}
}

// assertion writes a place between characters. None is left to the engines' own
// ideas of lines and words where these differ from Python's.
func (w *writer) assertion(a assertion, last bool) {
	switch a.kind {
	case textStart:
		w.WriteString(`\A`)
	case lineStart:
		w.WriteString(`(?m:^)`)
	case textEnd:
		w.WriteString(`\z`)
	case lineEnd:
		w.WriteString(`(?m:$)`)
	case finalEnd:
		switch {
		case w.backtracking:
			w.WriteString(`(?=\n?\z)`)
		default:
			// Without look-ahead the newline has to be consumed, which is the
			// same only if nothing comes after it.
			w.WriteString(`(?:\n?\z)`)
			w.unsupported = w.unsupported || !last
		}
	case wordBoundary:
		if a.ascii && !w.backtracking {
			w.WriteString(`\b`)
			return
		}
		w.boundary(a, "(?:(?<=%[1]s)(?!%[1]s)|(?<!%[1]s)(?=%[1]s))")
	case notWordBoundary:
		// To Python before 3.14 the empty text has no place that is none.
		w.boundary(a, `(?:(?<=%[1]s)(?=%[1]s)|(?<!%[1]s)(?!%[1]s)(?!\A\z))`)
	}
}

// boundary writes \b or \B by look-around: Go's know ASCII only, and regexp2's
// know other letters than Python's.
func (w *writer) boundary(a assertion, format string) {
	if !w.backtracking {
		w.unsupported = true
		return
	}
	word := charset{classes: []class{{letter: 'w', ascii: a.ascii}}}
	set := writer{backtracking: true}
	set.charset(word)
	fmt.Fprintf(w, format, set.String())
}

// repeat always puts its body in a group, so that it need not be known whether
// the body is a single item.
func (w *writer) repeat(r repeat) {
	if r.possessive {
		w.beyondLinear(r)
		return
	}
	w.WriteString("(?:")
	w.write(r.body, false)
	w.WriteByte(')')
	w.quantifier(r)
}

// quantifier writes how often. Counts are always in braces: the engines read
// them alike, and {0,1} cannot be taken for a lazy mark.
func (w *writer) quantifier(r repeat) {
	switch {
	case r.max == maxRepeat:
		w.WriteString("{" + strconv.Itoa(r.min) + ",}")
	default:
		w.WriteString("{" + strconv.Itoa(r.min) + "," + strconv.Itoa(r.max) + "}")
	}
	if r.lazy && w.backtracking {
		w.WriteByte('?') // decides what a group holds for a reference to it
	}
}

// group writes a capturing group. Only regexp2 needs to remember what it held.
func (w *writer) group(g group, last bool) {
	switch {
	case g.index == 0:
		w.beyondLinear(g)
		return
	case w.backtracking:
		// Python numbers named groups like all others, regexp2 after them; so
		// every group gets its number as a name.
		fmt.Fprintf(w, "(?<%d>", g.index)
	default:
		w.WriteString("(?:") // no references, so nothing to capture
	}
	w.write(g.body, last)
	w.WriteByte(')')
}

// beyondLinear writes what only a backtracking engine can do.
func (w *writer) beyondLinear(n node) {
	w.unsupported = w.unsupported || !w.backtracking
	if w.unsupported {
		return
	}
	switch n := n.(type) {
	case repeat:
		n.possessive = false
		w.WriteString("(?>")
		w.repeat(n)
	case group:
		w.WriteString("(?>")
		w.write(n.body, false)
	case look:
		w.WriteString("(?")
		if n.behind {
			w.WriteByte('<')
		}
		w.WriteString(map[bool]string{true: "!", false: "="}[n.negated])
		w.write(n.body, false)
	case backref:
		w.WriteString("(?")
		if n.fold {
			w.WriteByte('i')
		}
		fmt.Fprintf(w, `:\k<%d>`, n.index)
	case conditional:
		fmt.Fprintf(w, "(?(%d)", n.index)
		w.write(n.yes, false)
		w.WriteByte('|')
		w.write(n.no, false)
	}
	w.WriteByte(')')
}

// charset writes one character or a class. Both engines read the result alike:
// case is folded here, not by their flags.
func (w *writer) charset(set charset) {
	ranges := set.ranges
	if set.fold {
		ranges = fold(ranges, set.ascii)
	}
	if len(set.classes) == 0 && !set.negated && len(ranges) == 2 && ranges[0] == ranges[1] {
		w.WriteString(regexp.QuoteMeta(string(ranges[0])))
		return
	}
	if len(set.classes) == 0 && len(ranges) == 0 {
		w.WriteString(`[\s\S]`)
		return
	}
	w.WriteByte('[')
	if set.negated {
		w.WriteByte('^')
	}
	for _, c := range set.classes {
		w.class(c)
	}
	w.ranges(ranges)
	w.WriteByte(']')
}

// ranges writes pairs of characters within brackets.
func (w *writer) ranges(pairs []rune) {
	for i := 0; i+1 < len(pairs); i += 2 {
		w.member(pairs[i])
		if pairs[i] != pairs[i+1] {
			w.WriteByte('-')
			w.member(pairs[i+1])
		}
	}
}

// member writes a character within brackets, where few have a meaning.
func (w *writer) member(r rune) {
	if strings.ContainsRune(`\]^[-`, r) {
		w.WriteByte('\\')
	}
	w.WriteRune(r)
}

// class writes a category within brackets.
func (w *writer) class(c class) {
	if !c.not {
		w.WriteString(classMembers(c))
		return
	}
	// Neither engine can complement a list inside brackets.
	w.ranges(parseRanges("[^" + classMembers(c) + "]"))
}
