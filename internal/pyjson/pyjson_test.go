package pyjson_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"bellhop/internal/pyjson"
)

// dump is a document and what Python's json.dumps made of it
// (testdata/gen.py).
type dump struct{ Document, Want string }

func dumps(t testing.TB) []dump {
	t.Helper()
	data, err := os.ReadFile("testdata/dumps.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []dump
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAppendAsPython(t *testing.T) {
	t.Parallel()
	for _, c := range dumps(t) {
		got, err := pyjson.Append([]byte("x"), []byte(c.Document))
		if err != nil || string(got) != "x"+c.Want {
			t.Errorf("%s: got %s, error %v; want %s", c.Document, got, err, c.Want)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	t.Parallel()
	for _, document := range []string{
		"", " ", "{", "[", "]", `{"a"}`, `{"a":}`, `{"a":1,}`, "[1,]", "[1 2]", `{a:1}`, `{1:1}`, `"a`, `"\x"`, `"\u12"`,
		`"\u12g4"`, "\"a\nb\"", "01", "-", "1.", ".5", "1e", "+1", "NaN", "Infinity", "nul", "truex", "1 1", `"a"b`, "\x00",
	} {
		_, err := pyjson.Append(nil, []byte(document))
		if _, ok := errors.AsType[*pyjson.SyntaxError](err); !ok {
			t.Errorf("%q: error %v, want a syntax error", document, err)
		}
	}
	deep := strings.Repeat("[", pyjson.MaxDepth+1)
	if _, err := pyjson.Append(nil, []byte(deep)); !errors.Is(err, pyjson.ErrTooDeep) {
		t.Errorf("deep nesting: error %v", err)
	}
}

// What templates see and what the body says must be the same, so repeated names
// end as in Python: json.dumps(json.loads(document)).
func TestRepeatedNames(t *testing.T) {
	t.Parallel()
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf(`"%d": %d`, i, i)
	}
	long := strings.Join(many, ", ")
	for document, want := range map[string]string{
		`{"a": 1, "b": 2, "a": {"x": 1, "x": [{"y":0,"y":1}]}, "\u0062": 3}`: `{"a": {"x": [{"y": 1}]}, "b": 3}`,
		`[{"a": 1, "a": 2, "a": 3}, {"a": 1}]`:                               `[{"a": 3}, {"a": 1}]`,
		`{"": 1, "a": {"": 2}, "": 3}`:                                       `{"": 3, "a": {"": 2}}`,
		`{` + long + `, "0": "x"}`:                                           `{` + strings.Replace(long, `"0": 0`, `"0": "x"`, 1) + `}`,
	} {
		got, err := pyjson.Append([]byte("before "), []byte(document))
		if err != nil || string(got) != "before "+want {
			t.Errorf("%s: got %s, error %v; want %s", document, got, err, want)
		}
	}
}

func TestNumbersAsTheyCame(t *testing.T) {
	t.Parallel()
	const document = "[1.10, 1E5, 1e-7, -0, 0.0, 1.0]"
	if got, err := pyjson.Append(nil, []byte(document)); err != nil || string(got) != document {
		t.Errorf("got %s, error %v", got, err)
	}
}

func TestAppendString(t *testing.T) {
	t.Parallel()
	got := string(pyjson.AppendString(nil, "Zü\"\\\n\x7f😀\xff"))
	if want := `"Z\u00fc\"\\\n\u007f\ud83d\ude00\ufffd"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzAppend checks against encoding/json: the same documents are accepted (but
// for depth), they mean the same, and writing again changes nothing.
func FuzzAppend(f *testing.F) {
	for _, c := range dumps(f) {
		f.Add([]byte(c.Document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		got, err := pyjson.Append(nil, document)
		if valid := json.Valid(document); valid != (err == nil) && !errors.Is(err, pyjson.ErrTooDeep) {
			t.Fatalf("%q: valid %v, error %v", document, valid, err)
		}
		if err != nil || !utf8.Valid(document) {
			return
		}
		again, err := pyjson.Append(nil, got)
		if err != nil || string(again) != string(got) {
			t.Fatalf("%q: %q, then %q, error %v", document, got, again, err)
		}
	})
}
