package pytext

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// row is one case out of testdata: the arguments of a function and, last, what
// Python makes of them.
type row []any

// text, num, flag return argument i; optNum is nil for None.
func (r row) text(i int) string { s, _ := r[i].(string); return s }
func (r row) flag(i int) bool   { b, _ := r[i].(bool); return b }
func (r row) num(i int) int     { return *r.optNum(i) }

func (r row) optNum(i int) *int {
	var digits string
	switch v := r[i].(type) {
	case nil:
		return nil
	case json.Number:
		digits = v.String()
	case string: // beyond what JSON can hold exactly
		digits = v
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		panic(err)
	}
	return &n
}

// texts returns argument i, a list of strings.
func (r row) texts(i int) []string {
	list, _ := r[i].([]any)
	out := make([]string, len(list))
	for j, v := range list {
		out[j], _ = v.(string)
	}
	return out
}

// function calls one of the package's functions with the arguments of a row.
type function func(r row) (any, error)

// testPython runs the functions on all rows of a file of testdata, each of
// which must have its function.
func testPython(t *testing.T, file string, functions map[string]function) {
	t.Helper()
	groups := make(map[string][]row)
	readTestdata(t, file, &groups)
	for name := range functions {
		if len(groups[name]) == 0 {
			t.Errorf("%s has no cases of %q", file, name)
		}
	}
	for name, rows := range groups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call, ok := functions[name]
			if !ok {
				t.Fatalf("no function for %q", name)
			}
			for _, r := range rows {
				args := asText(r).(row)
				got, err := call(args)
				if want := args[len(args)-1]; !reflect.DeepEqual(result(got, err), want) {
					t.Errorf("%s(%#v)\n got %#v\nwant %#v", name, args[:len(args)-1], result(got, err), want)
				}
			}
		})
	}
}

func readTestdata(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		t.Fatal(err)
	}
}

// asText restores the surrogates in a decoded value; see testdata/gen.py.
func asText(v any) any {
	switch v := v.(type) {
	case string:
		var out []byte
		for _, r := range v {
			if r >= 0x10D800 && r <= 0x10DFFF {
				r -= 0x100000
			}
			out = AppendRune(out, r)
		}
		return string(out)
	case row:
		for i := range v {
			v[i] = asText(v[i])
		}
	case []any:
		for i := range v {
			v[i] = asText(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = asText(v[k])
		}
	}
	return v
}

// result turns what a function returns into what JSON decodes to.
func result(v any, err error) any {
	if pyErr, ok := errors.AsType[*Error](err); ok {
		return map[string]any{"class": pyErr.Class, "message": pyErr.Message}
	}
	switch v := v.(type) {
	case int:
		return json.Number(strconv.Itoa(v))
	case []string:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		return list
	case [3]string:
		return []any{v[0], v[1], v[2]}
	}
	return v
}

// onText makes a function of one that maps a text.
func onText[T any](f func(string) T) function {
	return func(r row) (any, error) { return f(r.text(0)), nil }
}

// TestCodePoints compares checksums over all code points, one per 4,096.
func TestCodePoints(t *testing.T) {
	t.Parallel()
	want := make(map[string][]uint32)
	readTestdata(t, "code_points.json", &want)
	predicate := func(f func(string) bool) func(string) string {
		return func(s string) string { return strconv.Itoa(strings.Count(strconv.FormatBool(f(s)), "true")) }
	}
	functions := map[string]func(string) string{
		"isalpha": predicate(IsAlpha), "isalnum": predicate(IsAlnum), "isdecimal": predicate(IsDecimal),
		"isdigit": predicate(IsDigit), "isnumeric": predicate(IsNumeric), "isspace": predicate(IsSpaceText),
		"isprintable": predicate(IsPrintable), "islower": predicate(IsLower), "isupper": predicate(IsUpper),
		"istitle": predicate(IsTitle), "isidentifier": predicate(IsIdentifier),
		"identifier part": predicate(func(s string) bool { return IsIdentifier("a" + s) }),
		"upper":           Upper, "lower": Lower, "title": Title, "capitalize": Capitalize, "swapcase": SwapCase, "casefold": CaseFold,
		"sigma after":              func(s string) string { return Lower(s + "Σ") },
		"sigma after a letter and": func(s string) string { return Lower("A" + s + "Σ") },
		"sigma before":             func(s string) string { return Lower("AΣ" + s + "A") },
		"repr":                     Repr, "ascii": ASCII,
		"float": func(s string) string {
			if !IsDecimal(s) {
				return ""
			}
			f, err := ParseFloat(s)
			if err != nil {
				return err.Error()
			}
			return strconv.Itoa(int(f))
		},
	}
	for name, sums := range want {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, ok := functions[name]
			if !ok {
				t.Fatalf("no function for %q", name)
			}
			for block, sum := range sums {
				var all []byte
				for r := rune(block) << 12; r < rune(block+1)<<12; r++ {
					all = append(append(all, f(RuneString(r))...), '\n')
				}
				if crc32.ChecksumIEEE(all) != sum {
					t.Errorf("differs somewhere in U+%04X to U+%04X", block<<12, (block+1)<<12-1)
				}
			}
		})
	}
}
