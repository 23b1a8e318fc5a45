// Package jsondiff compares two JSON documents and says what differs, path by
// path, as people read it: "status", "tags", "custom_fields.owner".
//
// Objects are compared member by member, whatever their order. A list of plain
// values is one value, because people read it as one; other lists are compared
// place by place. Numbers are the same when they are written the same, so that
// none is rounded.
//
// The package is pure and knows nothing of what the documents mean.
package jsondiff

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"

	"bellhop/internal/rawjson"
)

// Kind says what became of a value.
type Kind uint8

// The kinds.
const (
	Added Kind = iota + 1
	Removed
	Changed
)

// String returns "added", "removed" or "changed".
func (k Kind) String() string {
	switch k {
	case Added:
		return "added"
	case Removed:
		return "removed"
	case Changed:
		return "changed"
	}
	return "unknown"
}

// Sign returns "+", "-" or "~", which say the kind without colour.
func (k Kind) Sign() string {
	switch k {
	case Added:
		return "+"
	case Removed:
		return "-"
	case Changed:
		return "~"
	}
	return "?"
}

// Difference is one value that differs.
type Difference struct {
	// Path leads to it; empty is the document itself. A name that is no word is
	// quoted: custom_fields["a.b"].
	Path string
	Kind Kind
	// Before and After are compact JSON; nil where there is none.
	Before, After json.RawMessage
}

// errInvalid means a document that is no JSON.
var errInvalid = errors.New("document is not valid JSON")

// Compare returns what differs between two documents, in the order of after;
// what was removed stands before what followed it. An empty document and null
// are both no document: then everything in the other one was added or removed.
func Compare(before, after []byte) ([]Difference, error) {
	before, err := compact(before)
	if err != nil {
		return nil, err
	}
	if after, err = compact(after); err != nil {
		return nil, err
	}
	var c comparison
	switch {
	case before == nil && after == nil:
	case before == nil:
		c.whole("", after, Added)
	case after == nil:
		c.whole("", before, Removed)
	default:
		c.compare("", before, after)
	}
	return c.found, nil
}

// compact writes a document without white space; null is nil.
func compact(document []byte) ([]byte, error) {
	if len(bytes.TrimSpace(document)) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, document); err != nil {
		return nil, errInvalid
	}
	if b.String() == "null" {
		return nil, nil
	}
	return b.Bytes(), nil
}

// comparison collects what differs.
type comparison struct{ found []Difference }

// compare adds what differs between two values.
func (c *comparison) compare(path string, before, after json.RawMessage) {
	switch {
	case bytes.Equal(before, after):
	case before[0] == '{' && after[0] == '{':
		c.compareObjects(path, before, after)
	case nested(before) && nested(after):
		c.compareLists(path, before, after)
	default:
		c.found = append(c.found, Difference{Path: path, Kind: Changed, Before: before, After: after})
	}
}

// member is one member of an object.
type member struct {
	name  string
	value json.RawMessage
}

// compareObjects walks both objects' members side by side. Most often they come
// in the same order, and then this is one pass.
func (c *comparison) compareObjects(path string, before, after json.RawMessage) {
	old, index := membersOf(before)
	current, now := membersOf(after)
	next := 0 // of old, up to which what was removed has been told
	removedUntil := func(end int) {
		for ; next < end; next++ {
			if _, still := now[old[next].name]; !still {
				c.whole(join(path, old[next].name), old[next].value, Removed)
			}
		}
	}
	for _, m := range current {
		at, was := index[m.name]
		if !was {
			c.whole(join(path, m.name), m.value, Added)
			continue
		}
		removedUntil(at)
		c.compare(join(path, m.name), old[at].value, m.value)
	}
	removedUntil(len(old))
}

// membersOf lists an object's members and where each name stands. Of a name that
// comes twice the last counts, as everywhere.
func membersOf(object json.RawMessage) ([]member, map[string]int) {
	var list []member
	index := map[string]int{}
	for raw, value := range rawjson.Members(object) {
		name := string(raw)
		if at, twice := index[name]; twice {
			list[at].value = value
			continue
		}
		index[name] = len(list)
		list = append(list, member{name, value})
	}
	return list, index
}

// nested reports whether a value is a list with an object or a list in it.
func nested(value json.RawMessage) bool {
	for element := range rawjson.Elements(value) {
		if element[0] == '{' || element[0] == '[' {
			return true
		}
	}
	return false
}

// compareLists compares place by place.
func (c *comparison) compareLists(path string, before, after json.RawMessage) {
	var old, now []json.RawMessage
	for element := range rawjson.Elements(before) {
		old = append(old, element)
	}
	for element := range rawjson.Elements(after) {
		now = append(now, element)
	}
	for i := range max(len(old), len(now)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(old):
			c.whole(at, now[i], Added)
		case i >= len(now):
			c.whole(at, old[i], Removed)
		default:
			c.compare(at, old[i], now[i])
		}
	}
}

// whole adds all that a value holds, which is on one side only.
func (c *comparison) whole(path string, value json.RawMessage, kind Kind) {
	before := len(c.found)
	switch {
	case value[0] == '{':
		for name, inner := range rawjson.Members(value) {
			c.whole(join(path, string(name)), inner, kind)
		}
	case nested(value):
		i := 0
		for element := range rawjson.Elements(value) {
			c.whole(path+"["+strconv.Itoa(i)+"]", element, kind)
			i++
		}
	}
	if len(c.found) > before {
		return
	}
	d := Difference{Path: path, Kind: kind}
	if kind == Added {
		d.After = value
	} else {
		d.Before = value
	}
	c.found = append(c.found, d)
}

// word is a name that needs no quotes in a path.
var word = regexp.MustCompile(`^[\pL_][\pL\pN_-]*$`)

func join(path, name string) string {
	switch {
	case !word.MatchString(name):
		return path + "[" + strconv.Quote(name) + "]"
	case path == "":
		return name
	}
	return path + "." + name
}
