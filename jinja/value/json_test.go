package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestJSONIsWrittenAsPythonDoes(t *testing.T) {
	t.Parallel()
	var cases []struct {
		Value   pyValue
		Results [][3]json.RawMessage
	}
	load(t, "json_dumps.json", &cases)
	for _, c := range cases {
		for _, r := range c.Results {
			var o JSONOptions
			decodeInto(t, r[0], &o.SortKeys)
			if indent := string(r[1]); indent == `"--"` {
				o.Tab = "--"
			} else if indent != "null" {
				o.Lines = true
				decodeInto(t, r[1], &o.Indent)
			}
			th := newThread(t)
			want := pyText(t, r[2])
			got := result(th, func() Value { return Str(AppendJSON(th, nil, c.Value.decode(t), o)) })
			if got != want {
				t.Errorf("dumps(%s, %+v): got %s, want %s", c.Value, o, got, want)
			}
		}
	}
}

func TestJSONIsReadAsPythonDoes(t *testing.T) {
	t.Parallel()
	var cases [][2]json.RawMessage
	load(t, "json_loads.json", &cases)
	for _, c := range cases {
		text, want := pyText(t, c[0]), pyText(t, c[1])
		v, err := ParseJSON([]byte(text))
		switch th := newThread(t); {
		case strings.HasPrefix(want, "!"):
			if err == nil {
				t.Errorf("loads(%q): got %s, want an error", text, Repr(th, v))
			}
		case err != nil:
			t.Errorf("loads(%q): got %v, want %s", text, err, want)
		case Repr(th, v) != want:
			t.Errorf("loads(%q): got %s, want %s", text, Repr(th, v), want)
		}
	}
}

func TestJSONErrorsSayWhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"end", "", "line 1, column 1: expected a value, found the end"},
		{"line", "{\"a\": 1,\n  \"b\" 2}", "line 2, column 7: expected ':'"},
		{"comma", "[1,\n2\n3]", "line 3, column 1: expected ',' or ']'"},
		{"key", "{a: 1}", "line 1, column 2: expected a key in double quotes"},
		{"control", "[\"a\tb\"]", "line 1, column 4: control characters in strings must be escaped"},
		{"rest", "1 2", "line 1, column 3: expected the end, there is more after the value"},
		{"zero", "[-012]", "line 1, column 3: a number must not begin with 0"},
		{"utf-8", "[\"ab\xffc\"]", "line 1, column 5: the text is not UTF-8"},
		{"utf-8 after an escape", "[\"\\n\xed\xa0\x80\"]", "line 1, column 5: the text is not UTF-8"},
		{"digits", "[" + strings.Repeat("9", 4301) + "]", "line 1, column 2: an integer has more than 4300 digits"},
		{"depth", strings.Repeat("[", 201), "line 1, column 201: nested too deeply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseJSON([]byte(c.text))
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestJSONDepthIsAnOption(t *testing.T) {
	t.Parallel()
	text := []byte(strings.Repeat("[", 200) + strings.Repeat("]", 200))
	if _, err := ParseJSON(text); err != nil {
		t.Errorf("200 levels: %v", err)
	}
	if _, err := (ParseOptions{Depth: 199}).Parse(text); err == nil {
		t.Error("200 levels are read where 199 are allowed")
	}
	// Depth counts what is open, not what was.
	if _, err := (ParseOptions{Depth: 2}).Parse([]byte(`[[],[],{"a":[1]}]`)); err == nil {
		t.Error("three levels are read where two are allowed")
	}
	if _, err := (ParseOptions{Depth: 2}).Parse([]byte(`[[],[1],{},{"a":1},[]]`)); err != nil {
		t.Errorf("two levels: %v", err)
	}
}

func TestLargeObjectsKeepTheLastOfEqualKeys(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 3 * indexFrom {
		fmt.Fprintf(&text, `,"k%d":%d`, i%(2*indexFrom), i)
	}
	v, err := ParseJSON([]byte("{" + text.String()[1:] + "}"))
	if err != nil {
		t.Fatal(err)
	}
	th, d := newThread(t), v.(*Dict)
	if d.Len(th) != 2*indexFrom {
		t.Errorf("%d items, want %d", d.Len(th), 2*indexFrom)
	}
	for _, i := range []int{0, indexFrom - 1, indexFrom, 2*indexFrom - 1} {
		want := Int(i)
		if i < indexFrom {
			want += 2 * indexFrom
		}
		if got, _ := d.Lookup(th, fmt.Sprint("k", i)); got != want {
			t.Errorf("k%d is %v, want %v", i, got, want)
		}
	}
}

func TestDumpJSONReportsErrors(t *testing.T) {
	t.Parallel()
	if _, err := DumpJSON(NewList([]Value{&Range{0, 3, 1}})); err == nil {
		t.Error("a range has no JSON form")
	}
	l := NewList(nil)
	l.Append(newThread(t), l)
	_, err := DumpJSON(l)
	if e, ok := errors.AsType[*Error](err); !ok || e.Kind != ValueError {
		t.Errorf("a list in itself: got %v, want a value error", err)
	}
}

func TestTojsonEscapesHTML(t *testing.T) {
	t.Parallel()
	got := string(AppendJSON(newThread(t), nil, Str(`<a href='x'>&"`), JSONOptions{EscapeHTML: true}))
	if want := `"\u003ca href=\u0027x\u0027\u003e\u0026\""`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzParseJSON holds ParseJSON against encoding/json where the two agree on
// the language, and reads back what it writes.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.5,-0,1e5,"x\n\u00e9\ud83d\udc4d",null,true]}`, `[{}, [], ""]`, `{"a":1,"a":2}`, `"\ud800"`, `NaN`, `-Infinity`,
		`123456789012345678901234567890`, `[1,]`, "\"\xff\"", ` [ ] `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ParseJSON(data)
		var want any
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		standard := json.Valid(data) && dec.Decode(&want) == nil
		if err != nil {
			if standard && utf8.Valid(data) && !beyond(err) {
				t.Fatalf("%q is refused: %v", data, err)
			}
			return
		}
		if standard && !sameJSON(newThread(t), v, want) {
			t.Fatalf("%q: got %s, want %v", data, Repr(newThread(t), v), want)
		}
		if !standard && !bytes.ContainsAny(data, "NI") {
			t.Fatalf("%q is read, but not by encoding/json", data)
		}
		out, err := DumpJSON(v)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		again, err := ParseJSON(out)
		if err != nil {
			t.Fatalf("%q written as %q: %v", data, out, err)
		}
		if th := newThread(t); Repr(th, v) != Repr(th, again) {
			t.Fatalf("%q comes back as %s", data, Repr(th, again))
		}
	})
}

// beyond tells whether a text is refused for its size.
func beyond(err error) bool {
	return strings.Contains(err.Error(), "nested too deeply") || strings.Contains(err.Error(), "digits")
}

// sameJSON compares with what encoding/json read; lone surrogates are U+FFFD
// there.
func sameJSON(th *Thread, v Value, want any) bool {
	switch want := want.(type) {
	case nil:
		return v == None
	case bool:
		return v == Bool(want)
	case json.Number:
		if n, ok := new(big.Int).SetString(want.String(), 10); ok {
			return Equal(th, v, NewInt(n))
		}
		f, err := want.Float64()
		return err != nil || v == Float(f)
	case string:
		s, ok := Text(v)
		return ok && strings.ReplaceAll(s, "\ufffd", "") == strings.ReplaceAll(want, "\ufffd", "") || !utf8.ValidString(s)
	case []any:
		l, ok := v.(*List)
		if !ok || len(l.Items(th)) != len(want) {
			return false
		}
		for i, e := range l.Items(th) {
			if !sameJSON(th, e, want[i]) {
				return false
			}
		}
	case map[string]any:
		d, ok := v.(*Dict)
		if !ok {
			return false
		}
		for k, e := range d.All(th) {
			name, _ := Text(k)
			if w, ok := want[name]; utf8.ValidString(name) && (!ok || !sameJSON(th, e, w)) {
				return false
			}
		}
	}
	return true
}
