package value

import (
	"encoding/hex"
	"strings"
)

// bytesMethods are the methods of bytes that deal with ASCII and whole bytes.
var bytesMethods = tableOf(
	named("decode", bytesDecode, optional("encoding", Str("utf-8")), optional("errors", Str("strict"))),
	positional("hex", bytesHex),
	bytesMapping("lower", 'A', 'Z'),
	bytesMapping("upper", 'a', 'z'),
	bytesMatch("startswith", strings.HasPrefix),
	bytesMatch("endswith", strings.HasSuffix),
	bytesSearch("count", strings.Count),
	bytesSearch("find", strings.Index),
	bytesSearch("rfind", strings.LastIndex),
	bytesStrip("strip", strings.Trim),
	bytesStrip("lstrip", strings.TrimLeft),
	bytesStrip("rstrip", strings.TrimRight),
	positional("join", bytesJoin, required("iterable")),
	positional("replace", bytesReplace, required("old"), required("new"), optional("count", Int(-1))),
	named("split", bytesSplit, optional("sep", None), optional("maxsplit", Int(-1))),
)

// bytesSpace is the white space of bytes.
const bytesSpace = " \t\n\r\v\f"

func bytesArg(v Value) string {
	b, ok := v.(Bytes)
	if !ok {
		Raise(TypeError, "a bytes-like object is required, not '%s'", v.TypeName())
	}
	return string(b)
}

// selfBytes is the bytes that a method was called on. Reading them is charged.
func selfBytes(th *Thread, self Value) string {
	b := string(self.(Bytes))
	th.Charge(len(b) >> 10)
	return b
}

func bytesHex(th *Thread, self Value, _ Bound) Value {
	b := selfBytes(th, self)
	th.Alloc(2 * len(b))
	return Str(hex.EncodeToString([]byte(b)))
}

// bytesMapping makes a method that changes the case of ASCII letters.
func bytesMapping(name string, from, to byte) *Method {
	return positional(name, func(th *Thread, self Value, _ Bound) Value {
		b := []byte(selfBytes(th, self))
		th.Alloc(len(b))
		for i, c := range b {
			if from <= c && c <= to {
				b[i] = c ^ ' '
			}
		}
		return Bytes(b)
	})
}

// bytesMatch makes startswith or endswith, without tuples and bounds.
func bytesMatch(name string, f func(s, affix string) bool) *Method {
	return positional(name, func(th *Thread, self Value, c Bound) Value {
		return Bool(f(selfBytes(th, self), bytesArg(c.Values[0])))
	}, required("affix"))
}

// bytesSearch makes a method that looks for bytes in all of others.
func bytesSearch(name string, f func(s, sub string) int) *Method {
	return positional(name, func(th *Thread, self Value, c Bound) Value {
		s, sub := selfBytes(th, self), bytesArg(c.Values[0])
		if sub == "" && name == "count" {
			return Int(len(s) + 1) // strings.Count counts code points here
		}
		return Int(f(s, sub))
	}, required("sub"))
}

// bytesStrip makes a method that strips white space, or the given ASCII.
func bytesStrip(name string, f func(s, cutset string) string) *Method {
	return positional(name, func(th *Thread, self Value, c Bound) Value {
		cutset := bytesSpace
		if c.Values[0] != None {
			cutset = bytesArg(c.Values[0])
		}
		if strings.IndexFunc(cutset, func(r rune) bool { return r > '~' }) >= 0 {
			Raise(ValueError, "templates strip ASCII from bytes only")
		}
		th.Charge(len(cutset) >> 6)
		return Bytes(f(selfBytes(th, self), cutset))
	}, optional("bytes", None))
}

// bytesJoin is bytes.join.
func bytesJoin(th *Thread, self Value, c Bound) Value {
	sep := string(self.(Bytes))
	items := Collect(th, c.Values[0])
	parts := make([]string, len(items))
	size := 0
	for i, v := range items {
		b, ok := v.(Bytes)
		if !ok {
			Raise(TypeError, "sequence item %d: expected a bytes-like object, %s found", i, v.TypeName())
		}
		parts[i] = string(b)
		size += len(b) + len(sep)
	}
	th.Alloc(size)
	return Bytes(strings.Join(parts, sep))
}

// bytesReplace is bytes.replace but for an empty text to replace.
func bytesReplace(th *Thread, self Value, c Bound) Value {
	s, old, with := selfBytes(th, self), bytesArg(c.Values[0]), bytesArg(c.Values[1])
	if old == "" {
		Raise(ValueError, "templates replace no empty bytes")
	}
	n := strings.Count(s, old)
	th.Alloc(times(n, len(with)))
	th.Alloc(len(s))
	return Bytes(strings.Replace(s, old, with, mustIndex(c.Values[2])))
}

// bytesSplit is bytes.split. A bound without a separator is not supported,
// and a TypeError.
func bytesSplit(th *Thread, self Value, c Bound) Value {
	s, most := selfBytes(th, self), mustIndex(c.Values[1])
	var parts []string
	if c.Values[0] == None && most < 0 {
		th.Alloc(valueSize * len(s))
		parts = strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(bytesSpace, r) })
	} else {
		sep := bytesArg(c.Values[0])
		if sep == "" {
			Raise(ValueError, "empty separator")
		}
		if most >= 0 {
			most++
		}
		th.Alloc(times(strings.Count(s, sep)+1, valueSize))
		parts = strings.SplitN(s, sep, most)
	}
	th.Alloc(2 * valueSize * len(parts))
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = Bytes(p)
	}
	return NewList(items)
}
