package value

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bellhop/jinja/internal/pytext"
)

// JSONOptions are the arguments of Python's json.dumps.
type JSONOptions struct {
	// SortKeys puts the items of dicts in the order of their keys.
	SortKeys bool
	// Indent is the number of spaces per level, with every item on a line of
	// its own. Zero puts all on one line, unless Lines is set.
	Indent int
	// Lines puts every item on a line of its own, whatever Indent is.
	Lines bool
	// Tab, if not empty, indents a level instead of spaces.
	Tab string
	// EscapeHTML writes <, >, & and ' as escapes, as Jinja2's tojson does.
	EscapeHTML bool
}

// AppendJSON appends v as Python's json.dumps writes it, byte for byte. It
// raises a TypeError for values and keys that JSON does not have and a
// ValueError for containers inside themselves.
func AppendJSON(th *Thread, dst []byte, v Value, o JSONOptions) []byte {
	w := jsonWriter{th: th, dst: dst, options: o, unit: o.Tab, lines: o.Lines || o.Indent > 0 || o.Tab != ""}
	if o.EscapeHTML && w.unit != "" {
		th.Alloc(len(w.unit) * len(`\u0026`))
		w.unit = htmlEscapes.Replace(w.unit)
	}
	if w.unit == "" {
		th.Alloc(max(o.Indent, 0))
		w.unit = strings.Repeat(" ", max(o.Indent, 0))
	}
	w.value(v)
	return w.dst
}

// DumpJSON writes v as Python's json.dumps(v) does, for callers outside a
// render, who bound the size of v themselves.
func DumpJSON(v Value) (data []byte, err error) {
	const unlimited = 1 << 60
	th := Detached(Limits{Time: time.Hour, Steps: unlimited, Memory: unlimited})
	err = Try(func() { data = AppendJSON(th, make([]byte, 0, 1024), v, JSONOptions{}) })
	return data, err
}

type jsonWriter struct {
	th      *Thread
	dst     []byte
	options JSONOptions
	unit    string // what indents one level
	lines   bool
	path    []Value // the containers that are being written
	order   []int   // places of the entries of the sorted dicts among them
}

func (w *jsonWriter) text(s string) {
	w.dst = append(w.th.grow(w.dst, len(s)), s...)
}

// value writes any value that JSON has; Markup is text, a tuple an array.
func (w *jsonWriter) value(v Value) {
	switch v := v.(type) {
	case NoneType:
		w.text("null")
	case Str:
		w.string(string(v))
	case Markup:
		w.string(string(v))
	case Int:
		w.dst = strconv.AppendInt(w.th.grow(w.dst, maxInt64), int64(v), 10)
	case Bool, Float, *BigInt:
		w.text(w.scalar(v))
	case *List:
		w.array(v, v.Items(w.th))
	case *Tuple:
		w.array(v, v.items)
	case *Dict:
		w.object(v)
	default:
		Raise(TypeError, "Object of type %s is not JSON serializable", typeName(w.th, v))
	}
}

// scalar is the text of a value that a key can be, too.
func (w *jsonWriter) scalar(v Value) string {
	switch v := v.(type) {
	case NoneType:
		return "null"
	case Bool:
		if v {
			return "true"
		}
		return "false"
	case Int:
		return strconv.FormatInt(int64(v), 10)
	case *BigInt:
		return bigText(w.th, v)
	case Float:
		return jsonFloat(float64(v))
	}
	Raise(TypeError, "keys must be str, int, float, bool or None, not %s", v.TypeName())
	return ""
}

// jsonFloat is Python's repr of a float, but for the names of what is no number.
func jsonFloat(f float64) string {
	switch text := pytext.FormatFloat(f); text {
	case "nan":
		return "NaN"
	case "inf":
		return "Infinity"
	case "-inf":
		return "-Infinity"
	default:
		return text
	}
}

func (w *jsonWriter) array(v Value, items []Value) {
	if len(items) == 0 {
		w.text("[]")
		return
	}
	w.enter(v)
	for i, e := range items {
		w.item('[', i)
		w.value(e)
	}
	w.leave(']')
}

func (w *jsonWriter) object(d *Dict) {
	if d.Len(w.th) == 0 {
		w.text("{}")
		return
	}
	w.enter(d)
	d = d.view(w.th)
	if w.options.SortKeys {
		w.sorted(d)
	} else {
		i := 0
		for k, v := range d.All(w.th) {
			w.pair(i, k, v)
			i++
		}
	}
	w.leave('}')
}

// sorted writes the items of a dict in the order of their keys.
func (w *jsonWriter) sorted(d *Dict) {
	base := len(w.order)
	w.th.Alloc(8 * d.live)
	w.th.Charge(d.live)
	text := true
	for i := range d.entries {
		if e := &d.entries[i]; e.key != nil {
			w.order = append(w.order, i)
			text = text && e.text
		}
	}
	if !text {
		w.sortedByValue(d)
	} else {
		// Bytes are in the order of the code points that they stand for.
		slices.SortFunc(w.order[base:], func(a, b int) int {
			return strings.Compare(d.entries[a].name, d.entries[b].name)
		})
		for i := range d.live { // by index: writing a value extends order for a while
			e := &d.entries[w.order[base+i]]
			w.pair(i, e.key, e.value)
		}
	}
	w.order = w.order[:base]
}

// sortedByValue is sorted for keys that are not all text: numbers have an order,
// too, a mixture raises a TypeError.
func (w *jsonWriter) sortedByValue(d *Dict) {
	keys := Collect(w.th, d)
	Sort(w.th, keys, func(a, b Value) bool { return Order(w.th, LT, a, b) })
	for i, k := range keys {
		v, _ := d.Get(w.th, k)
		w.pair(i, k, v)
	}
}

// pair writes the i-th item of a dict. Keys that are no text are written as
// their values are, in quotes.
func (w *jsonWriter) pair(i int, k, v Value) {
	w.item('{', i)
	if s, ok := Text(k); ok {
		w.string(s)
	} else {
		w.string(w.scalar(k))
	}
	w.text(": ")
	w.value(v)
}

// enter begins a container.
func (w *jsonWriter) enter(v Value) {
	for _, outer := range w.path {
		if outer == v {
			Raise(ValueError, "Circular reference detected")
		}
	}
	w.th.Enter()
	w.path = append(w.path, v)
}

// item begins the i-th item of the innermost container.
func (w *jsonWriter) item(bracket byte, i int) {
	w.th.Step()
	switch {
	case i == 0:
		w.dst = append(w.dst, bracket)
	case w.lines:
		w.dst = append(w.dst, ',')
	default:
		w.dst = append(w.dst, ", "...)
	}
	if w.lines {
		w.newline()
	}
}

// leave ends the innermost container.
func (w *jsonWriter) leave(bracket byte) {
	w.path = w.path[:len(w.path)-1]
	w.th.Leave()
	if w.lines {
		w.newline()
	}
	w.dst = append(w.dst, bracket)
}

// newline begins a line of the innermost container.
func (w *jsonWriter) newline() {
	w.dst = append(w.th.grow(w.dst, 1+times(len(w.path), len(w.unit))), '\n')
	for range w.path {
		w.dst = append(w.dst, w.unit...)
	}
}

// longestEscape is the length of a pair of surrogates.
const longestEscape = 12

// string writes a text in ASCII.
func (w *jsonWriter) string(s string) {
	w.dst = append(w.th.grow(w.dst, len(s)+2), '"')
	plain := &plainJSON
	if w.options.EscapeHTML {
		plain = &plainHTML
	}
	from := 0
	for i := 0; i < len(s); {
		if plain[s[i]] {
			i++
			continue
		}
		r, n := pytext.DecodeRune(s[i:])
		w.dst = w.th.grow(w.dst, len(s)-from+longestEscape)
		w.dst = append(w.dst, s[from:i]...)
		w.dst = appendJSONEscape(w.dst, r)
		i += n
		from = i
	}
	w.dst = append(w.dst, s[from:]...)
	w.dst = append(w.dst, '"')
}

// htmlEscapes escapes HTML where it stands outside of strings.
var htmlEscapes = strings.NewReplacer("&", `\u0026`, "<", `\u003c`, ">", `\u003e`, "'", `\u0027`)

// plainJSON are the bytes that stand for themselves in a string, plainHTML those
// that do so where HTML is escaped, too.
var (
	plainJSON = plainBytes("\"\\")
	plainHTML = plainBytes("\"\\<>&'")
)

// plainBytes is the printable ASCII without the given characters.
func plainBytes(without string) (plain [256]bool) {
	for c := byte(' '); c <= '~'; c++ {
		plain[c] = strings.IndexByte(without, c) < 0
	}
	return plain
}

// appendJSONEscape appends the escape of a character; beyond 16 bits it is a
// pair of surrogates.
func appendJSONEscape(dst []byte, r rune) []byte {
	if i := bytes.IndexByte([]byte("\"\\\b\f\n\r\t"), byte(r)); i >= 0 && r < utf8.RuneSelf {
		return append(dst, '\\', `"\bfnrt`[i])
	}
	if r > 0xFFFF {
		r -= 0x10000
		dst = appendJSONEscape(dst, 0xD800+r>>10)
		r = 0xDC00 + r&0x3FF
	}
	dst = append(dst, '\\', 'u')
	for shift := 12; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[r>>shift&0xF])
	}
	return dst
}
