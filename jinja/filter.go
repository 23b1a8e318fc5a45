package jinja

import (
	"slices"
	"strings"

	"bellhop/jinja/value"
)

// filter is a filter: its parameters after the filtered value, and its code.
// The slices in c are valid during the call only.
type filter struct {
	value.Signature
	// pure: the result depends on the arguments alone.
	pure  bool
	apply func(st *state, v value.Value, c value.Bound) value.Value
}

// test is a test: its parameters after the tested value, and its code.
type test struct {
	value.Signature
	pure bool // as for a filter
	is   func(st *state, v value.Value, c value.Bound) bool
}

// req and opt make parameters.
func req(name string) value.Param { return value.Param{Name: name} }

func opt(name string, def value.Value) value.Param { return value.Param{Name: name, Default: def} }

// names gives the names of a table.
func names[T any](table map[string]T) []string {
	out := make([]string, 0, len(table))
	for name := range table {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// nearest gives up to three known names that a misspelt or shortened one may
// stand for, nearest first.
func nearest(name string, known []string) []string {
	type candidate struct {
		name string
		far  int
	}
	var close []candidate
	for _, k := range known {
		d := distance(name, k)
		if d <= max(1, len(name)/3) || len(name) > 2 && strings.Contains(k, strings.ToLower(name)) {
			close = append(close, candidate{k, d})
		}
	}
	slices.SortStableFunc(close, func(a, b candidate) int { return a.far - b.far })
	var out []string
	for _, c := range close[:min(3, len(close))] {
		out = append(out, c.name)
	}
	return out
}

// distance is the number of single-byte edits between two names, of which the
// first may be of any length.
func distance(a, b string) int {
	if len(a) > 2*len(b)+3 {
		return len(a)
	}
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
