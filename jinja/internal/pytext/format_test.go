package pytext

import (
	"errors"
	"strings"
	"testing"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	formatStr := func(s, specText, typeName string) (any, error) {
		spec, err := ParseSpec(specText, typeName)
		if err != nil {
			return nil, err
		}
		return FormatStr(s, spec, nil)
	}
	testPython(t, "formats.json", map[string]function{
		"str": func(r row) (any, error) { return formatStr(r.text(0), r.text(1), "str") },
		"int": func(r row) (any, error) {
			spec, err := ParseSpec(r.text(1), "int")
			if err != nil {
				return nil, err
			}
			return FormatInt(r.intArg(0), spec, nil)
		},
		"bool": func(r row) (any, error) {
			spec, err := ParseSpec(r.text(0), "bool")
			if err != nil {
				return nil, err
			}
			return FormatInt(row{"1"}.intArg(0), spec, nil)
		},
		"float": func(r row) (any, error) {
			spec, err := ParseSpec(r.text(1), "float")
			if err != nil {
				return nil, err
			}
			return FormatFloatSpec(r.floatArg(0), spec, nil)
		},
		"percent int": func(r row) (any, error) {
			c := onlyConversion(t, r.text(0))
			switch {
			case c.Verb == 'c':
				return c.FormatChar(r.intArg(1), nil)
			case !strings.ContainsRune("diuoxXeEfFgG", c.Verb):
				return nil, c.UnsupportedVerb()
			}
			return c.FormatInt(r.intArg(1), nil)
		},
		"percent float": func(r row) (any, error) { return onlyConversion(t, r.text(0)).FormatFloat(r.floatArg(1), nil), nil },
		"percent text": func(r row) (any, error) {
			c, s := onlyConversion(t, r.text(0)), r.text(1)
			switch c.Verb {
			case 'r':
				s = Repr(s)
			case 'a':
				s = ASCII(s)
			}
			return c.FormatText(s, nil), nil
		},
		"percent pieces": func(r row) (any, error) { return percentSeen(r.text(0), r.flag(1)), nil },
		"fields":         func(r row) (any, error) { return fieldsSeen(r.text(0)), nil },
		"field name": func(r row) (any, error) {
			first, rest, err := SplitFieldName(r.text(0))
			if err != nil {
				return nil, err
			}
			seen := []any{plainNumber(first), first.IsIndex}
			for key, err := range rest {
				if err != nil {
					return append(seen, err.Error()), nil
				}
				seen = append(seen, []any{plainNumber(key), key.IsIndex, key.IsAttr})
			}
			return seen, nil
		},
	})
}

// plainNumber returns the key as Python's str of it.
func plainNumber(k FieldKey) string {
	if k.IsIndex {
		return itoa(k.Index)
	}
	return k.Name
}

// onlyConversion returns the conversion that a format consists of.
func onlyConversion(t *testing.T, format string) *Conversion {
	t.Helper()
	var only *Conversion
	for piece, err := range PercentPieces(format, false) {
		if err != nil || only != nil || piece.Conversion == nil {
			t.Fatalf("%q is not one conversion (%v)", format, err)
		}
		only = piece.Conversion
	}
	return only
}

// percentSeen formats values that print as "v" and records what is asked for,
// as percent_pieces of testdata/gen.py does.
func percentSeen(format string, mapping bool) []any {
	var out strings.Builder
	log := []any{}
	fail := func(class string, err error) []any { return []any{class + ": " + err.Error(), log} }
	for piece, err := range PercentPieces(format, mapping) {
		c := piece.Conversion
		if c != nil && c.HasKey {
			log = append(log, "key "+c.Key)
		}
		switch {
		case err != nil:
			refused, _ := errors.AsType[*Error](err)
			return fail(refused.Class, err)
		case c == nil:
			out.WriteString(piece.Literal)
		case c.Verb != 's':
			return fail("ValueError", c.UnsupportedVerb())
		default:
			log = append(log, "value")
			out.WriteString(c.FormatText("v", nil))
		}
	}
	return []any{out.String(), log}
}

// fieldsSeen lists pieces as Python's formatter_parser does.
func fieldsSeen(format string) []any {
	out := []any{}
	for piece, err := range FormatPieces(format) {
		if err != nil {
			return append(out, err.Error())
		}
		if piece.Field == nil {
			out = append(out, []any{piece.Literal, nil, nil, nil})
			continue
		}
		var conversion any
		if piece.Field.Conversion != 0 {
			conversion = RuneString(piece.Field.Conversion)
		}
		out = append(out, []any{piece.Literal, piece.Field.Name, piece.Field.Spec, conversion})
	}
	return out
}
