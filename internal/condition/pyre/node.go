package pyre

// node is a part of a parsed pattern.
type node interface{ isNode() }

type (
	// sequence matches its parts one after the other.
	sequence []node
	// alternation matches one of its branches.
	alternation []node
	// charset matches one character.
	charset struct {
		ranges  []rune  // pairs of first and last character
		classes []class // \d, \W, ...
		negated bool
		fold    bool // ignore case
		ascii   bool // for fold: only A-Z and a-z have case
	}
	// repeat matches its body at least min and at most max times.
	repeat struct {
		body       node
		min, max   int // max is unlimited where it is maxRepeat
		lazy       bool
		possessive bool
	}
	// group is a capturing group, or an atomic one if index is 0.
	group struct {
		index int
		body  node
	}
	// look is a look-ahead or look-behind.
	look struct {
		body    node
		behind  bool
		negated bool
	}
	// backref matches what a group has matched.
	backref struct {
		index int
		fold  bool
	}
	// conditional chooses by whether a group has matched.
	conditional struct {
		index   int
		yes, no node
	}
	// assertion matches a place between characters.
	assertion struct {
		kind  assertionKind
		ascii bool // of word boundaries
	}
)

func (sequence) isNode()    {}
func (alternation) isNode() {}
func (charset) isNode()     {}
func (repeat) isNode()      {}
func (group) isNode()       {}
func (look) isNode()        {}
func (backref) isNode()     {}
func (conditional) isNode() {}
func (assertion) isNode()   {}

type assertionKind int

const (
	textStart       assertionKind = iota // \A, and ^ without (?m)
	lineStart                            // ^ with (?m)
	textEnd                              // \Z
	finalEnd                             // $ without (?m): the end, or before a final newline
	lineEnd                              // $ with (?m)
	wordBoundary                         // \b
	notWordBoundary                      // \B
)

// class is a category of characters.
type class struct {
	letter byte // d, s or w
	not    bool // \D, \S or \W
	ascii  bool
}

// maxRepeat stands for an unlimited number of repetitions; no smaller bound
// reaches it.
const maxRepeat = 1<<31 - 1

// width returns how few and how many characters a node can match. groups has
// the widths of the groups that are complete.
func width(n node, groups map[int][2]int) (low, high int) {
	switch n := n.(type) {
	case charset:
		return 1, 1
	case sequence:
		for _, part := range n {
			l, h := width(part, groups)
			low, high = capped(low+l), capped(high+h)
		}
		return low, high
	case alternation:
		return spread(groups, n...)
	case conditional:
		return spread(groups, n.yes, n.no)
	case repeat:
		l, h := width(n.body, groups)
		return capped(l * n.min), capped(h * n.max)
	case group:
		return width(n.body, groups)
	case backref:
		w := groups[n.index]
		return w[0], w[1]
	}
	return 0, 0 // assertion, look
}

// spread returns the widths of the narrowest and the widest of some nodes.
func spread(groups map[int][2]int, nodes ...node) (low, high int) {
	low = maxRepeat
	for _, n := range nodes {
		l, h := width(n, groups)
		low, high = min(low, l), max(high, h)
	}
	return low, high
}

// capped keeps sums and products of two widths from overflowing.
func capped(n int) int {
	return min(n, maxRepeat)
}
