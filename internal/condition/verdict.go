package condition

import (
	"fmt"
	"strings"
)

// Result is the answer of a set, or of one rule in it.
type Result uint8

// The results.
const (
	// NotEvaluated is the result of a rule that did not matter any more.
	NotEvaluated Result = iota
	// Fired means that the conditions are met.
	Fired
	// NotFired means that they are not met.
	NotFired
	// Unresolved means that they cannot be evaluated on this change.
	Unresolved
)

var resultNames = [...]string{"not evaluated", "true", "false", "unresolved"}

// String returns "true", "false", "unresolved" or "not evaluated".
func (r Result) String() string {
	if int(r) < len(resultNames) {
		return resultNames[r]
	}
	return "unknown"
}

// MarshalText writes what String returns.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (r *Result) UnmarshalText(text []byte) error {
	for i, name := range resultNames {
		if name == string(text) {
			*r = Result(i)
			return nil
		}
	}
	return fmt.Errorf("unknown result %q", text)
}

// Verdict is the answer for one change.
type Verdict struct {
	Result Result
	// Reason is one sentence for people; empty if there are no conditions.
	Reason string
	// Tree explains the result rule by rule; nil if there are no conditions. It
	// has at most maxNodes nodes and no value longer than maxBrief bytes.
	Tree *Node
}

// Node is the explanation of one rule. It is kept with the change as JSON.
type Node struct {
	Path     string `json:"path"`               // in the definition: conditions.and[0]
	Op       string `json:"op"`                 // an operator, or "and", "or"
	Attr     string `json:"attr,omitempty"`     // of a single condition
	Negate   bool   `json:"negate,omitempty"`   // of a single condition
	Expected string `json:"expected,omitempty"` // the condition's value as JSON, perhaps cut short
	Seen     string `json:"seen,omitempty"`     // what was found as JSON, perhaps cut short
	Result   Result `json:"result"`
	Reason   string `json:"reason,omitempty"` // why a condition is false or unresolved
	Members  []Node `json:"members,omitempty"`
	// Omitted counts members that are left out of a large tree. They were
	// evaluated like all others.
	Omitted int `json:"omitted,omitempty"`
}

const (
	maxNodes = 100
	maxBrief = 200 // bytes
)

// String draws the tree, one rule a line, for a terminal.
func (n *Node) String() string {
	var b strings.Builder
	n.draw(&b, "")
	return b.String()
}

// draw writes the node and, indented below it, its members.
func (n *Node) draw(b *strings.Builder, indent string) {
	fmt.Fprintf(b, "%s%s: ", indent, n.Result)
	if n.Op == "and" || n.Op == "or" {
		b.WriteString(n.Op)
	} else {
		b.WriteString(n.summary())
	}
	switch {
	case n.Reason != "" && n.Result == Unresolved:
		fmt.Fprintf(b, " (%s)", n.Reason)
	case n.Seen != "":
		fmt.Fprintf(b, " (seen: %s)", n.Seen)
	}
	b.WriteByte('\n')
	for i := range n.Members {
		n.Members[i].draw(b, indent+"  ")
	}
	if n.Omitted > 0 {
		fmt.Fprintf(b, "%s  (%d more)\n", indent, n.Omitted)
	}
}

// summary returns a single condition in one line: status.value not eq "active".
func (n *Node) summary() string {
	parts := []string{n.Attr}
	if n.Negate {
		parts = append(parts, "not")
	}
	parts = append(parts, n.Op)
	if n.Expected != "" {
		parts = append(parts, n.Expected)
	}
	return strings.Join(parts, " ")
}
