package syntax

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// walk calls f for every node of a tree, in the order of the fields, with the
// number of nodes above it.
func walk(t *Template, f func(n Node, depth int)) {
	var visit func(v reflect.Value, depth int)
	visit = func(v reflect.Value, depth int) {
		switch v.Kind() {
		case reflect.Interface, reflect.Pointer:
			if v.IsNil() {
				return
			}
			if v.Kind() == reflect.Pointer {
				if n, ok := reflect.TypeAssert[Node](v); ok {
					f(n, depth)
					depth++
				}
			}
			visit(v.Elem(), depth)
		case reflect.Slice:
			for i := range v.Len() {
				visit(v.Index(i), depth)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					visit(v.Field(i), depth)
				}
			}
		}
	}
	visit(reflect.ValueOf(t.Body), 0)
}

// positions lists the nodes of a tree as "Type line:column".
func positions(t *Template) []string {
	var list []string
	walk(t, func(n Node, _ int) {
		name := strings.TrimPrefix(fmt.Sprintf("%T", n), "*syntax.")
		list = append(list, fmt.Sprintf("%s %d:%d", name, n.Pos().Line, n.Pos().Column))
	})
	return list
}

func TestPositions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, source string
		want         []string
	}{
		{"text and names", "é\r\n\r{{ x }}", []string{"Output 1:1", "Text 1:1", "Name 3:4"}},
		{"text stripped", "{{ x -}} \n b", []string{"Output 1:1", "Name 1:4", "Text 2:2"}},
		{"print after a tag", "{% set a = 1 %}é{{a}}", []string{"Set 1:1", "Name 1:8", "Const 1:12", "Output 1:16", "Text 1:16", "Name 1:19"}},
		{"postfix", "{{ x.y[0](1)\n|f is t }}", []string{
			"Output 1:1", "Test 2:4", "Filter 2:2", "Call 1:10", "Getitem 1:7", "Getattr 1:5", "Name 1:4", "Const 1:8", "Const 1:11",
		}},
		{"infix", "{{ 1 + 2\n* 3 ~ 'é' ~ 4 }}", []string{
			"Output 1:1", "Binary 1:6", "Const 1:4", "Concat 2:5", "Binary 2:1", "Const 1:8", "Const 2:3", "Const 2:7", "Const 2:13",
		}},
		{"logic", "{{ not a and b or c if d == 1 < 2 else e }}", []string{
			"Output 1:1", "Cond 1:21", "Compare 1:26", "Name 1:24", "Const 1:29", "Const 1:33",
			"Or 1:16", "And 1:10", "Not 1:4", "Name 1:8", "Name 1:14", "Name 1:19", "Name 1:40",
		}},
		{"displays", "{{ [(1, 2), {'a': -x}] }}", []string{
			"Output 1:1", "List 1:4", "Tuple 1:6", "Const 1:6", "Const 1:9", "Dict 1:13", "Const 1:14", "Neg 1:19", "Name 1:20",
		}},
		{"slice", "{{ x[1:2] }}", []string{"Output 1:1", "Getitem 1:5", "Name 1:4", "Slice 1:7", "Const 1:6", "Const 1:8"}},
		{"statements", "{%- for a in b -%}\n{% if a %}{% elif b %} {% endif %}{% endfor %}", []string{
			"For 1:1", "Name 1:9", "Name 1:14", "If 2:1", "Name 2:7", "Name 2:19", "Output 2:23", "Text 2:23",
		}},
		{"comment and raw", "{# \n #}\n{% raw %}\n {{ {% endraw %}{{ x }}", []string{
			"Output 2:4", "Text 2:4", "Text 3:10", "Name 4:20",
		}},
		{"string over lines", "{{ 'a\nb' ~ x }}", []string{"Output 1:1", "Concat 2:4", "Const 1:4", "Name 2:6"}},
		{"lone surrogate is one column", "\xed\xa0\x80{{ x }}", []string{"Output 1:1", "Text 1:1", "Name 1:5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tpl, err := Parse(tt.source, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, positions(tpl)); diff != "" {
				t.Errorf("positions in %q (-want +got):\n%s", tt.source, diff)
			}
		})
	}
}
