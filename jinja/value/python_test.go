package value

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The expectations in testdata come from the real Python, see gen.py there.

// newThread starts a thread with the default limits, but with time enough for
// a busy machine and the race detector.
func newThread(t testing.TB) *Thread {
	t.Helper()
	return NewThread(context.Background(), Limits{Time: time.Minute})
}

// load reads a file of expectations.
func load(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// pyText reads a JSON string in which lone surrogates may stand.
func pyText(t testing.TB, data json.RawMessage) string {
	t.Helper()
	v, err := ParseJSON(data)
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	s, ok := Text(v)
	if !ok {
		t.Fatalf("%s is no text", data)
	}
	return s
}

// pyValue is a value as gen.py encodes it. Each use of it decodes it anew, as
// the operation may change it.
type pyValue json.RawMessage

func (p *pyValue) UnmarshalJSON(data []byte) error {
	*p = append((*p)[:0], data...)
	return nil
}

func (p pyValue) decode(t testing.TB) Value {
	t.Helper()
	var pair [2]json.RawMessage
	if err := json.Unmarshal(p, &pair); err != nil {
		t.Fatalf("%s: %v", p, err)
	}
	kind, content := pyText(t, pair[0]), pair[1]
	switch kind {
	case "none":
		return None
	case "undefined":
		return &Undefined{Name: pyText(t, content)}
	case "bool":
		return Bool(string(content) == "true")
	case "int":
		n, _ := new(big.Int).SetString(pyText(t, content), 10)
		return NewInt(n)
	case "float":
		f, err := strconv.ParseFloat(pyText(t, content), 64)
		if err != nil {
			t.Fatal(err)
		}
		return Float(f)
	case "str":
		return Str(pyText(t, content))
	case "Markup":
		return Markup(pyText(t, content))
	case "bytes":
		var b []byte
		for _, r := range pyText(t, content) {
			b = append(b, byte(r))
		}
		return Bytes(b)
	case "range":
		var r [3]int64
		decodeInto(t, content, &r)
		return &Range{r[0], r[1], r[2]}
	case "list", "tuple":
		var parts []pyValue
		decodeInto(t, content, &parts)
		items := decodeAll(t, parts)
		if kind == "tuple" {
			return NewTuple(items...)
		}
		return NewList(items)
	case "dict":
		var pairs [][2]pyValue
		decodeInto(t, content, &pairs)
		th, d := newThread(t), NewDict(0)
		for _, pair := range pairs {
			d.Set(th, pair[0].decode(t), pair[1].decode(t))
		}
		return d
	case "dict_keys":
		return pyValue(content).decode(t).(*Dict).Keys()
	case "dict_values":
		return pyValue(content).decode(t).(*Dict).Values()
	case "dict_items":
		return pyValue(content).decode(t).(*Dict).ItemsView()
	}
	t.Fatalf("unknown kind %q", kind)
	return nil
}

func (p pyValue) String() string { return string(p) }

func decodeAll(t testing.TB, parts []pyValue) []Value {
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = p.decode(t)
	}
	return items
}

func decodeInto(t testing.TB, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

// result runs an operation and shows what it gives as gen.py does.
func result(th *Thread, f func() Value) (text string) {
	err := Try(func() { text = shown(th, f()) })
	e := &Error{}
	if errors.As(err, &e) {
		return "!" + string(e.Kind) + ": " + e.Message
	}
	return text
}

func shown(th *Thread, v Value) string {
	switch v := v.(type) {
	case *BoundMethod:
		return "<built-in method>"
	case *Set: // Python's order is that of its hashes
		var elems []string
		for k := range v.elems.All(th) {
			elems = append(elems, Repr(th, k))
		}
		slices.Sort(elems)
		return "{" + strings.Join(elems, ", ") + "}"
	}
	return Repr(th, v)
}

// agree tells whether a result is the one that Python gives. Of errors the kind
// counts; the messages of the built-in functions' argument checks vary between
// functions and versions of Python.
func agree(got, want string) bool {
	if strings.HasPrefix(want, "!") {
		kind, _, _ := strings.Cut(want, ":")
		return strings.HasPrefix(got, kind+":")
	}
	return got == want
}
