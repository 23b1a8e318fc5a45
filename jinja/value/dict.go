package value

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// indexFrom is the number of entries from which a dict keeps an index of its
// text keys; below it, looking through the entries is as fast.
const indexFrom = 64

// Dict is Python's dict: ordered by insertion, with any hashable keys.
type Dict struct {
	entries []entry
	live    int            // entries that are not deleted
	names   map[string]int // text keys → place in entries; nil while the dict is small
	others  map[any]int    // other keys, by hashKey → place in entries
	frozen  bool
}

// entry is one item. A deleted entry has no key.
type entry struct {
	key   Value
	name  string // the key's text
	text  bool   // the key is text
	value Value
}

// entrySize is what an entry is charged: itself, as much again for the room that
// growing leaves, and its place in an index.
const entrySize = 176

// NewDict makes an empty dict with room for n items.
func NewDict(n int) *Dict { return &Dict{entries: make([]entry, 0, n)} }

// TypeName implements [Value].
func (*Dict) TypeName() string { return "dict" }

// Len is the number of items as th sees the dict.
func (d *Dict) Len(th *Thread) int { return d.view(th).live }

// Lookup finds the value under a text key. It does not charge.
func (d *Dict) Lookup(th *Thread, name string) (Value, bool) {
	d = d.view(th)
	if i := d.findName(name); i >= 0 {
		return d.entries[i].value, true
	}
	return nil, false
}

// Get finds the value under any key. It raises a TypeError for a key that
// cannot be hashed.
func (d *Dict) Get(th *Thread, key Value) (Value, bool) {
	d = d.view(th)
	if i := d.find(th, key); i >= 0 {
		return d.entries[i].value, true
	}
	return nil, false
}

// Set puts a value under a key, in the place of an equal key if there is one.
func (d *Dict) Set(th *Thread, key, v Value) {
	th.Alloc(entrySize)
	d = d.own(th)
	if i := d.find(th, key); i >= 0 {
		d.entries[i].value = v
		return
	}
	d.add(th, key, v)
}

// SetName is Set for a text key, for callers outside a render: it neither
// charges nor copies, and panics on a frozen dict.
func (d *Dict) SetName(name string, v Value) {
	if d.frozen {
		panic("value: SetName on a frozen dict")
	}
	if i := d.findName(name); i >= 0 {
		d.entries[i].value = v
		return
	}
	d.addName(Str(name), name, v)
}

// Delete takes an item out and returns its value.
func (d *Dict) Delete(th *Thread, key Value) (Value, bool) {
	d = d.own(th)
	i := d.find(th, key)
	if i < 0 {
		return nil, false
	}
	e := d.entries[i]
	if e.text {
		delete(d.names, e.name)
	} else {
		delete(d.others, hashKey(th, e.key))
	}
	d.entries[i] = entry{}
	d.live--
	for n := len(d.entries); n > 0 && d.entries[n-1].key == nil; n-- {
		d.entries = d.entries[:n-1] // so that popitem need not look far
	}
	if d.live < len(d.entries)/2 {
		d.compact(th)
	}
	return e.value, true
}

// Clear takes everything out.
func (d *Dict) Clear(th *Thread) { *d.own(th) = Dict{} }

// Copy makes a dict of the same items.
func (d *Dict) Copy(th *Thread) *Dict {
	d = d.view(th)
	th.Alloc(entrySize * d.live)
	out := NewDict(d.live)
	for _, e := range d.entries {
		switch {
		case e.key == nil:
		case e.text:
			out.addName(e.key, e.name, e.value)
		default:
			out.add(th, e.key, e.value)
		}
	}
	return out
}

// All walks keys and values in order, as th sees the dict. The dict must not
// change meanwhile.
func (d *Dict) All(th *Thread) func(yield func(k, v Value) bool) {
	d = d.view(th)
	th.Charge(len(d.entries) - d.live)
	return func(yield func(k, v Value) bool) {
		for _, e := range d.entries {
			if e.key != nil && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Last is the item that was put in last.
func (d *Dict) Last(th *Thread) (k, v Value, ok bool) {
	d = d.view(th)
	for _, v := range slices.Backward(d.entries) {
		if e := v; e.key != nil {
			return e.key, e.value, true
		}
	}
	return nil, nil, false
}

func (d *Dict) findName(name string) int {
	if d.names != nil {
		if i, ok := d.names[name]; ok {
			return i
		}
		return -1
	}
	for i := range d.entries {
		if e := &d.entries[i]; e.name == name && e.text {
			return i
		}
	}
	return -1
}

func (d *Dict) find(th *Thread, key Value) int {
	if s, ok := Text(key); ok {
		return d.findName(s)
	}
	k := hashKey(th, key)
	if i, ok := d.others[k]; ok {
		return i
	}
	return -1
}

// add appends an item whose key is known to be new.
func (d *Dict) add(th *Thread, key, v Value) {
	if s, ok := Text(key); ok {
		d.addName(key, s, v)
		return
	}
	if d.others == nil {
		d.others = make(map[any]int)
	}
	d.others[hashKey(th, key)] = len(d.entries)
	d.entries = append(d.entries, entry{key: key, value: v})
	d.live++
}

func (d *Dict) addName(key Value, name string, v Value) {
	d.entries = append(d.entries, entry{key: key, name: name, text: true, value: v})
	d.live++
	switch {
	case d.names != nil:
		d.names[name] = len(d.entries) - 1
	case len(d.entries) > indexFrom:
		d.index()
	}
}

func (d *Dict) index() {
	d.names = make(map[string]int, 2*len(d.entries))
	for i, e := range d.entries {
		if e.text {
			d.names[e.name] = i
		}
	}
}

// compact drops deleted entries.
func (d *Dict) compact(th *Thread) {
	th.Charge(len(d.entries))
	kept := d.entries[:0]
	for _, e := range d.entries {
		if e.key == nil {
			continue
		}
		if !e.text {
			d.others[hashKey(th, e.key)] = len(kept)
		}
		kept = append(kept, e)
	}
	clear(d.entries[len(kept):])
	d.entries = kept
	if d.names != nil {
		d.index()
	}
}

// view is the dict to read: the thread's copy of a frozen dict if it has one.
func (d *Dict) view(th *Thread) *Dict {
	if d.frozen && th.private != nil {
		if own, ok := th.private[d]; ok {
			return own.(*Dict)
		}
	}
	return d
}

// own is the dict to change: for a frozen one the thread's copy, made now if
// need be.
func (d *Dict) own(th *Thread) *Dict {
	if !d.frozen {
		return d
	}
	if v := d.view(th); v != d {
		return v
	}
	own := d.Copy(th)
	th.keep(d, own)
	return own
}

// hashKey gives something comparable for a key that is not text, such that two
// keys are equal in Python exactly if theirs are: 1, 1.0 and True are one key.
// It raises a TypeError for lists and dicts.
func hashKey(th *Thread, key Value) any {
	switch k := key.(type) {
	case Str:
		return string(k)
	case Markup:
		return string(k)
	case Bool:
		if k {
			return int64(1)
		}
		return int64(0)
	case Int:
		return int64(k)
	case *BigInt:
		return bigKey(k.n.Text(62))
	case Float:
		return floatKey(float64(k))
	case Bytes:
		return k
	case *Tuple:
		return tupleKey(appendTupleKey(th, nil, k))
	case *List, *Dict, *Set:
		Raise(TypeError, "unhashable type: '%s'", key.TypeName())
	case *DictView:
		if k.kind != viewValues {
			Raise(TypeError, "unhashable type: '%s'", key.TypeName())
		}
	case *Range:
		return k.key()
	case *Undefined:
		k.mustPass(th)
		return undefinedKey{}
	}
	return key
}

// key is the same for two ranges that hold the same.
func (r *Range) key() rangeKey {
	switch n := r.Len(); n {
	case 0:
		return rangeKey{}
	case 1:
		return rangeKey{n: 1, start: r.Start}
	default:
		return rangeKey{n, r.Start, r.Step}
	}
}

type (
	bigKey       string
	tupleKey     string
	rangeKey     struct{ n, start, step int64 }
	undefinedKey struct{}
)

func floatKey(f float64) any {
	if f == math.Trunc(f) {
		if f >= -1<<63 && f < 1<<63 {
			return int64(f)
		}
		if !math.IsInf(f, 0) {
			return bigKey(bigFromFloat(f).Text(62))
		}
	}
	return f
}

// appendTupleKey writes the keys of a tuple's items one after the other, each
// with its type and length, so that different tuples never write the same.
func appendTupleKey(th *Thread, dst []byte, t *Tuple) []byte {
	th.Enter()
	defer th.Leave()
	for _, v := range t.items {
		th.Step()
		var tag byte
		var text string
		switch k := hashKey(th, v).(type) {
		case string:
			tag, text = 's', k
		case int64:
			tag, text = 'i', strconv.FormatInt(k, 36)
		case float64:
			tag, text = 'f', strconv.FormatFloat(k, 'g', -1, 64)
		case bigKey:
			tag, text = 'b', string(k)
		case Bytes:
			tag, text = 'y', string(k)
		case tupleKey:
			tag, text = 't', string(k)
		case rangeKey:
			tag, text = 'r', fmt.Sprint(k)
		case NoneType:
			tag = 'n'
		case undefinedKey:
			tag = 'u'
		default:
			tag, text = 'o', identity(k)
		}
		th.Alloc(len(text) + 8)
		dst = append(dst, tag)
		dst = strconv.AppendInt(dst, int64(len(text)), 36)
		dst = append(dst, ':')
		dst = append(dst, text...)
	}
	return dst
}
