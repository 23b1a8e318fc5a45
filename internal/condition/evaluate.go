package condition

import (
	"errors"
	"fmt"
	"time"

	"bellhop/internal/condition/pyre"
	"bellhop/jinja/value"
)

// Limits of one evaluation. A regular expression has a limit of its own; the
// steps it is charged keep many of them from adding up unnoticed.
const (
	maxTime    = time.Second
	maxSteps   = 2_000_000
	regexSteps = 2_000
)

// newThread gives an evaluation its budget. Nobody waits for an evaluation by way
// of a context: it ends by its own limits.
func newThread() *value.Thread {
	return value.Detached(value.Limits{Time: maxTime, Steps: maxSteps})
}

// group is an "and" or "or".
type group struct {
	path    string
	any     bool // "or"
	members []rule
}

// leaf is a single condition.
type leaf struct {
	path     string
	attr     string
	keys     []string // attr, split
	op       operator
	value    value.Value // nil for changed and unchanged
	expected string      // value for people
	pattern  *pyre.Pattern
	negate   bool
}

// evaluation is one run of a set.
type evaluation struct {
	th        *value.Thread
	data      value.Value
	snapshots *value.Dict // nil if there are none
	nodes     int         // nodes that may still be recorded
}

// Evaluate answers for one change: data is its data, snapshots the object with
// its prechange and postchange. Either may be nil or None, as in a change that
// has none. Neither is modified; both must be frozen if they are shared.
func (s *Set) Evaluate(data, snapshots value.Value) Verdict {
	if s.root == nil {
		return Verdict{Result: Fired}
	}
	e := &evaluation{th: newThread(), data: data, nodes: maxNodes - 1}
	e.snapshots, _ = snapshots.(*value.Dict)
	if e.data == nil {
		e.data = value.None
	}
	tree := &Node{}
	s.root.describe(tree)
	tree.Result = s.root.evaluate(e, tree)
	return Verdict{Result: tree.Result, Reason: tree.sentence(), Tree: tree}
}

func (g *group) describe(n *Node) {
	n.Path, n.Op = g.path, "and"
	if g.any {
		n.Op = "or"
	}
}

// evaluate goes from left to right and stops at the first member that settles
// the result, or that cannot be evaluated.
func (g *group) evaluate(e *evaluation, n *Node) Result {
	settles := NotFired
	if g.any {
		settles = Fired
	}
	result := Fired + NotFired - settles
	n.Members = make([]Node, 0, min(len(g.members), e.nodes))
	for _, r := range g.members {
		node := e.node(n)
		r.describe(node)
		if result == settles || result == Unresolved {
			continue // described as not evaluated
		}
		node.Result = r.evaluate(e, node)
		if node.Result == settles || node.Result == Unresolved {
			result = node.Result
			n.Reason = node.sentence()
		}
	}
	if n.Reason == "" && g.any && result == NotFired {
		n.Reason = "none of the alternatives is met"
	}
	return result
}

// node returns a place for a member's explanation. When the tree is full, it is
// a place that nobody will see.
func (e *evaluation) node(parent *Node) *Node {
	if e.nodes == 0 {
		parent.Omitted++
		return &Node{}
	}
	e.nodes--
	parent.Members = append(parent.Members, Node{})
	return &parent.Members[len(parent.Members)-1]
}

func (l *leaf) describe(n *Node) {
	n.Path, n.Op, n.Attr, n.Negate, n.Expected = l.path, string(l.op), clip(l.attr), l.negate, l.expected
}

// evaluate answers for a single condition. What the operator cannot do with what
// was found makes it unresolved, and negate does not change that.
func (l *leaf) evaluate(e *evaluation, n *Node) Result {
	if e.data == value.None {
		// NetBox 4.7: no payload is a non-match, and negate does not turn it.
		n.Reason = "the change has no data"
		return NotFired
	}
	var matched bool
	var err error
	raised := value.Try(func() {
		if l.op == changed || l.op == unchanged {
			matched, err = l.compareSnapshots(e, n)
		} else {
			matched, err = l.compareValue(e, n)
		}
	})
	if err = errors.Join(err, raised); err != nil {
		n.Reason = explain(err)
		return Unresolved
	}
	if matched == l.negate {
		return NotFired
	}
	return Fired
}

// explain words an error for people.
func explain(err error) string {
	if raised, ok := errors.AsType[*value.Error](err); ok {
		if raised.Kind == value.Limit {
			return fmt.Sprintf("the conditions take more than %v or %d steps", maxTime, maxSteps)
		}
		return raised.Message
	}
	return err.Error()
}

// compareValue applies an ordinary operator.
func (l *leaf) compareValue(e *evaluation, n *Node) (bool, error) {
	seen, absent, err := l.resolve(e)
	if err != nil {
		return false, err
	}
	n.Seen = brief(e.th, seen)
	if absent && l.op != eq && l.op != in {
		return false, nil // as NetBox 4.7: a snapshot that is null matches nothing
	}
	return l.apply(e.th, seen)
}

// resolve finds what the path leads to. absent is true for null found in place
// of a snapshot that the event does not have.
func (l *leaf) resolve(e *evaluation) (seen value.Value, absent bool, err error) {
	if l.keys[0] != snapshotsKey || e.snapshots == nil {
		seen, err = resolve(e.th, e.data, l.keys)
		return seen, false, err
	}
	if len(l.keys) == 1 {
		return e.snapshots, false, nil
	}
	opposite, isSnapshot := opposites[l.keys[1]]
	own, _ := e.snapshots.Lookup(e.th, l.keys[1])
	if isSnapshot && own == value.None {
		// The path must make sense in the other snapshot, so that a misspelt
		// name is noticed on create and delete too.
		other, _ := e.snapshots.Lookup(e.th, opposite)
		if other != nil && other != value.None {
			if _, err := resolve(e.th, other, l.keys[2:]); err != nil {
				return nil, false, err
			}
			return value.None, true, nil
		}
	}
	seen, err = resolve(e.th, e.snapshots, l.keys[1:])
	return seen, false, err
}

const (
	prechange  = "prechange"
	postchange = "postchange"
)

var opposites = map[string]string{prechange: postchange, postchange: prechange}

// compareSnapshots is changed and unchanged: it compares what the path leads to
// before and after the change.
func (l *leaf) compareSnapshots(e *evaluation, n *Node) (bool, error) {
	if e.snapshots == nil {
		return false, errors.New("the change has no snapshots")
	}
	before, err := l.inSnapshot(e, prechange)
	if err != nil {
		return false, err
	}
	after, err := l.inSnapshot(e, postchange)
	if err != nil {
		return false, err
	}
	if before == nil && after == nil {
		return false, fmt.Errorf("%s is in neither snapshot", quote(l.attr))
	}
	n.Seen = clip(describeSide(e, before) + " → " + describeSide(e, after))
	differs := before == nil || after == nil || !value.Equal(e.th, before, after)
	return differs == (l.op == changed), nil
}

// inSnapshot returns nil if the snapshot is null or does not have the path.
func (l *leaf) inSnapshot(e *evaluation, name string) (value.Value, error) {
	snapshot, ok := e.snapshots.Lookup(e.th, name)
	if !ok || snapshot == value.None {
		return nil, nil
	}
	found, err := resolve(e.th, snapshot, l.keys)
	if missing, ok := errors.AsType[*resolveError](err); ok && missing.missing {
		return nil, nil
	}
	return found, err
}

// describeSide shows one snapshot's value, or that there is none.
func describeSide(e *evaluation, v value.Value) string {
	if v == nil {
		return "(absent)"
	}
	return brief(e.th, v)
}

// sentence says in one line why a rule has its result.
func (n *Node) sentence() string {
	if n.Op == "and" || n.Op == "or" {
		if n.Reason != "" {
			return n.Reason
		}
		return "all conditions are met"
	}
	if n.Result == Unresolved {
		return fmt.Sprintf("%s cannot be evaluated: %s", n.summary(), n.Reason)
	}
	if n.Seen == "" {
		return fmt.Sprintf("%s is %s: %s", n.summary(), n.Result, n.Reason)
	}
	return fmt.Sprintf("%s is %s: seen %s", n.summary(), n.Result, n.Seen)
}
