package jinja

import (
	"math/rand/v2"
	"strings"

	"bellhop/jinja/value"
)

// maxRange is the longest range that the sandbox allows, Jinja2's MAX_RANGE.
const maxRange = 100_000

// builtinGlobals are the variables that every template sees, those of
// jinja2.defaults.
var builtinGlobals = map[string]value.Value{
	"range":     global("function", value.Signature{Name: "range", Rest: true}, rangeGlobal),
	"dict":      value.DictType{},
	"namespace": global("class", value.Signature{Name: "namespace", Rest: true, RestNamed: true}, namespaceGlobal),
	"cycler":    global("class", value.Signature{Name: "cycler", Rest: true}, cyclerGlobal),
	"joiner": global("class", value.Signature{
		Name: "joiner", Params: []value.Param{opt("sep", value.Str(", "))},
	}, joinerGlobal),
	"lipsum": global("function", value.Signature{
		Name: "lipsum", Params: []value.Param{
			opt("n", value.Int(5)), opt("html", value.True), opt("min", value.Int(20)), opt("max", value.Int(100)),
		},
	}, lipsumGlobal),
}

func global(kind string, sig value.Signature, fn func(*value.Thread, value.Bound) value.Value) value.Value {
	return &funcValue{sig: sig, kind: kind, fn: fn}
}

// integer gives an argument that must be an integer of ordinary size.
func integer(v value.Value) int64 {
	switch v := v.(type) {
	case value.Int:
		return int64(v)
	case value.Bool:
		if v {
			return 1
		}
		return 0
	case *value.BigInt:
		value.Raise(value.Overflow, "Python int too large to convert to C ssize_t")
	}
	value.Raise(value.TypeError, "'%s' object cannot be interpreted as an integer", v.TypeName())
	return 0
}

func rangeGlobal(th *value.Thread, c value.Bound) value.Value {
	if len(c.Rest) == 0 || len(c.Rest) > 3 {
		value.Raise(value.TypeError, "range expected 1 to 3 arguments, got %d", len(c.Rest))
	}
	nums := [3]int64{0, 0, 1}
	if len(c.Rest) == 1 {
		nums[1] = integer(c.Rest[0])
	} else {
		for i, v := range c.Rest {
			nums[i] = integer(v)
		}
	}
	r := &value.Range{Start: nums[0], Stop: nums[1], Step: nums[2]}
	if r.Step == 0 {
		value.Raise(value.ValueError, "range() arg 3 must not be zero")
	}
	if n := r.Len(); n > maxRange || n < 0 {
		value.Raise(value.Overflow, "Range too big. The sandbox blocks ranges larger than MAX_RANGE (%d).", maxRange)
	}
	return r
}

// namespace is what namespace() gives: the one object whose attributes a
// template may set.
type namespace struct{ attrs *value.Dict }

func namespaceGlobal(th *value.Thread, c value.Bound) value.Value {
	d := value.DictType{}.Call(th, value.Args{Pos: c.Rest, Names: c.Names, Named: c.Named})
	return &namespace{attrs: d.(*value.Dict)}
}

// TypeName implements [value.Value].
func (*namespace) TypeName() string { return "Namespace" }

// Module implements [value.Moduled].
func (*namespace) Module() string { return "jinja2.utils" }

// Attr implements [value.Attributer].
func (n *namespace) Attr(th *value.Thread, name string) (value.Value, bool) {
	return n.attrs.Lookup(th, name)
}

// Print implements [value.Printer].
func (n *namespace) Print(th *value.Thread) string {
	return "<Namespace " + value.Repr(th, n.attrs) + ">"
}

// cycler is what cycler() gives.
type cycler struct {
	items []value.Value
	pos   int
}

func cyclerGlobal(th *value.Thread, c value.Bound) value.Value {
	if len(c.Rest) == 0 {
		value.Raise(value.Other, "at least one item has to be provided")
	}
	th.Alloc(16 * len(c.Rest))
	return &cycler{items: append([]value.Value(nil), c.Rest...)}
}

// TypeName implements [value.Value].
func (*cycler) TypeName() string { return "Cycler" }

// Module implements [value.Moduled].
func (*cycler) Module() string { return "jinja2.utils" }

// Attr implements [value.Attributer].
func (c *cycler) Attr(_ *value.Thread, name string) (value.Value, bool) {
	switch name {
	case "current":
		return c.items[c.pos], true
	case "items":
		return value.NewTuple(c.items...), true
	case "pos":
		return value.Int(c.pos), true
	case "next":
		return global("method", value.Signature{Name: "Cycler.next"}, func(*value.Thread, value.Bound) value.Value {
			v := c.items[c.pos]
			c.pos = (c.pos + 1) % len(c.items)
			return v
		}), true
	case "reset":
		return global("method", value.Signature{Name: "Cycler.reset"}, func(*value.Thread, value.Bound) value.Value {
			c.pos = 0
			return value.None
		}), true
	}
	return nil, false
}

// joiner is what joiner() gives: empty at the first call, its separator then.
type joiner struct {
	sep  value.Value
	used bool
}

func joinerGlobal(_ *value.Thread, c value.Bound) value.Value { return &joiner{sep: c.Values[0]} }

// TypeName implements [value.Value].
func (*joiner) TypeName() string { return "Joiner" }

// Module implements [value.Moduled].
func (*joiner) Module() string { return "jinja2.utils" }

// Attr implements [value.Attributer].
func (j *joiner) Attr(_ *value.Thread, name string) (value.Value, bool) {
	switch name {
	case "sep":
		return j.sep, true
	case "used":
		return value.Bool(j.used), true
	}
	return nil, false
}

// Call implements [value.Callable].
func (j *joiner) Call(_ *value.Thread, args value.Args) value.Value {
	sig := value.Signature{Name: "Joiner.__call__"}
	sig.Bind(args, nil)
	if !j.used {
		j.used = true
		return value.Str("")
	}
	return j.sep
}

// lorem are the words of the filler text that printers have used since the
// sixteenth century.
const lorem = `lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et
dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat
duis aute irure in reprehenderit voluptate velit esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat
non proident sunt culpa qui officia deserunt mollit anim id est laborum`

// lipsumGlobal makes n paragraphs of random words, each of min to max-1 words.
func lipsumGlobal(th *value.Thread, c value.Bound) value.Value {
	n, least, most := integer(c.Values[0]), integer(c.Values[2]), integer(c.Values[3])
	if n > 0 && most <= least {
		value.Raise(value.ValueError, "empty range for randrange() (%d, %d, %d)", least, most, most-least)
	}
	html := value.Truth(th, c.Values[1])
	words := strings.Fields(lorem)
	var b strings.Builder
	for i := range max(n, 0) {
		switch {
		case html && i > 0:
			b.WriteString("\n")
		case i > 0:
			b.WriteString("\n\n")
		}
		if html {
			b.WriteString("<p>")
		}
		paragraph(th, &b, words, least+rand.Int64N(most-least))
		if html {
			b.WriteString("</p>")
		}
	}
	if html {
		return value.Markup(b.String())
	}
	return value.Str(b.String())
}

// paragraph writes sentences of n words in all.
func paragraph(th *value.Thread, b *strings.Builder, words []string, n int64) {
	comma, stop := int64(0), int64(0)
	upper := true
	last := ""
	for i := range max(n, 0) {
		th.Alloc(16)
		th.Step()
		word := words[rand.IntN(len(words))]
		for word == last {
			word = words[rand.IntN(len(words))]
		}
		last = word
		if i > 0 {
			b.WriteByte(' ')
		}
		if upper {
			word = strings.ToUpper(word[:1]) + word[1:]
			upper = false
		}
		b.WriteString(word)
		switch {
		case i == n-1:
			b.WriteByte('.')
		case i-stop > 10+rand.Int64N(10):
			b.WriteByte('.')
			comma, stop, upper = i, i, true
		case i-comma > 3+rand.Int64N(5):
			b.WriteByte(',')
			comma = i
		}
	}
}
