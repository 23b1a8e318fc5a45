package pyjson

import "bytes"

// member says where a member of an object was written: its name begins at name,
// its value at value, and it ends at end.
type member struct{ name, value, end int }

// fewMembers is up to how many names comparing each with each is cheaper than a
// map. Most objects have no more.
const fewMembers = 24

// dropRepeated ends an object whose first member is w.members[first] and was
// written at start: it takes out the repetitions of names, if there are any.
func (w *writer) dropRepeated(first, start int) {
	members := w.members[first:]
	w.members = w.members[:first]
	if !w.repeats(members) {
		return
	}
	last := make(map[string]member, len(members)) // by name, as it is written
	for _, m := range members {
		last[w.nameOf(m)] = m
	}
	var kept []byte
	for _, m := range members {
		name := w.nameOf(m)
		value, left := last[name]
		if !left {
			continue // written at its first place
		}
		if len(kept) > 0 {
			kept = append(kept, ", "...)
		}
		kept = append(append(kept, name...), w.dst[value.value:value.end]...)
		delete(last, name)
	}
	w.dst = append(w.dst[:start], kept...)
}

// repeats reports whether two members have the same name.
func (w *writer) repeats(members []member) bool {
	if len(members) > fewMembers {
		seen := make(map[string]struct{}, len(members))
		for _, m := range members {
			seen[w.nameOf(m)] = struct{}{}
		}
		return len(seen) < len(members)
	}
	for i, m := range members {
		name := w.dst[m.name:m.value]
		for _, other := range members[:i] {
			if bytes.Equal(name, w.dst[other.name:other.value]) {
				return true
			}
		}
	}
	return false
}

// nameOf returns a member's name with quotes and colon.
func (w *writer) nameOf(m member) string { return string(w.dst[m.name:m.value]) }
