package pytext

import (
	"iter"
	"strings"
)

// FormatPiece is a part of a str.format text: literal text and the replacement
// field behind it, if any.
type FormatPiece struct {
	Literal string
	Field   *Field // nil if no field follows
}

// Field is a replacement field {name!conversion:spec}.
type Field struct {
	Name       string // see [SplitFieldName]
	Conversion rune   // 's', 'r', 'a' or, wrongly, another; 0 if there is none
	Spec       string // may hold fields that are replaced first
}

// FormatPieces parses the text of str.format piece by piece, as Python's
// string.Formatter.parse, so that errors come in Python's order. The sequence
// ends with the first error.
func FormatPieces(format string) iter.Seq2[FormatPiece, error] {
	return func(yield func(FormatPiece, error) bool) {
		for rest := format; rest != ""; {
			piece, after, err := cutPiece(rest)
			if !yield(piece, err) || err != nil {
				return
			}
			rest = after
		}
	}
}

// cutPiece cuts the first piece off format. A doubled brace ends a piece too.
func cutPiece(format string) (piece FormatPiece, rest string, err error) {
	brace := strings.IndexAny(format, "{}")
	if brace < 0 {
		return FormatPiece{Literal: format}, "", nil
	}
	literal, rest := format[:brace], format[brace+1:]
	doubled := rest != "" && rest[0] == format[brace]
	switch {
	case doubled:
		return FormatPiece{Literal: format[:brace+1]}, rest[1:], nil
	case format[brace] == '}':
		return FormatPiece{}, "", valueError("Single '}' encountered in format string")
	case rest == "":
		return FormatPiece{}, "", valueError("Single '{' encountered in format string")
	}
	field, rest, err := cutField(rest)
	return FormatPiece{Literal: literal, Field: field}, rest, err
}

// cutField cuts a field, whose opening brace is gone, off s.
func cutField(s string) (field *Field, rest string, err error) {
	end, inBrackets := 0, false
	for ; end < len(s); end++ {
		c := s[end]
		if c == '[' || c == ']' {
			inBrackets = c == '['
		}
		if !inBrackets && strings.IndexByte("{}:!", c) >= 0 {
			break
		}
	}
	if end == len(s) {
		return nil, "", valueError("expected '}' before end of string")
	}
	field = &Field{Name: s[:end]}
	terminator, rest := s[end], s[end+1:]
	switch terminator {
	case '}':
		return field, rest, nil
	case '{':
		return nil, "", valueError("unexpected '{' in field name")
	case '!':
		if rest == "" {
			return nil, "", valueError("end of string while looking for conversion specifier")
		}
		r, size := DecodeRune(rest)
		field.Conversion, rest = r, rest[size:]
		if after, ok := strings.CutPrefix(rest, "}"); ok {
			return field, after, nil
		}
		if rest != "" && rest[0] != ':' {
			return nil, "", valueError("expected ':' after conversion specifier")
		}
		rest = strings.TrimPrefix(rest, ":")
	}
	return cutFieldSpec(field, rest)
}

// cutFieldSpec reads the specification up to the brace that closes the field.
func cutFieldSpec(field *Field, s string) (*Field, string, error) {
	open := 1
	for i := range len(s) {
		switch s[i] {
		case '{':
			open++
		case '}':
			open--
		}
		if open == 0 {
			field.Spec = s[:i]
			return field, s[i+1:], nil
		}
	}
	return nil, "", valueError("unmatched '{' in format spec")
}

// FieldKey is one step from an argument to the value of a field.
type FieldKey struct {
	Name    string
	Index   int  // Name as a number
	IsIndex bool // Name is a number
	IsAttr  bool // an attribute, not an item; IsIndex is then false
}

// SplitFieldName splits the name of a field into the argument that it begins
// with and the attributes and items behind it, as Python does: the error of
// first comes before that argument is looked up, those of rest after it. rest
// ends with the first error. An empty first.Name asks for automatic numbering.
func SplitFieldName(name string) (first FieldKey, rest iter.Seq2[FieldKey, error], err error) {
	end := strings.IndexAny(name, ".[")
	if end < 0 {
		end = len(name)
	}
	first, err = keyOf(name[:end])
	return first, func(yield func(FieldKey, error) bool) {
		for s := name[end:]; s != ""; {
			key, after, err := cutKey(s)
			if !yield(key, err) || err != nil {
				return
			}
			s = after
		}
	}, err
}

// cutKey cuts the first ".name" or "[name]" off s.
func cutKey(s string) (key FieldKey, rest string, err error) {
	switch s[0] {
	case '.':
		s = s[1:]
		end := strings.IndexAny(s, ".[")
		if end < 0 {
			end = len(s)
		}
		key, rest = FieldKey{Name: s[:end], IsAttr: true}, s[end:]
	case '[':
		item, after, ok := strings.Cut(s[1:], "]")
		if !ok {
			return FieldKey{}, "", valueError("Missing ']' in format string")
		}
		rest = after
		if key, err = keyOf(item); err != nil {
			return FieldKey{}, "", err
		}
	default:
		return FieldKey{}, "", valueError("Only '.' or '[' may follow ']' in format field specifier")
	}
	if key.Name == "" {
		return FieldKey{}, "", valueError("Empty attribute in format string")
	}
	return key, rest, nil
}

// keyOf makes the key of a name that may be a number.
func keyOf(name string) (FieldKey, error) {
	key := FieldKey{Name: name}
	n, rest, err := cutInt(name)
	if n >= 0 && rest == "" {
		key.Index, key.IsIndex = n, true
	}
	return key, err
}
