// Package rawjson takes JSON apart without building values: the members of an
// object and the elements of a list, each as the bytes that stand in the text.
//
// Every change that comes in is taken apart, and most of its bytes are only
// passed on, so the text is walked once and nothing is copied. The text must be
// valid, which [Check] tells; on anything else the functions end early, but never
// read beyond it.
package rawjson

import (
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// Members yields the members of an object in their order. Their names are
// decoded; they are bytes because most callers only compare them. Of anything
// but an object it yields nothing.
func Members(text []byte) iter.Seq2[[]byte, json.RawMessage] {
	return func(yield func([]byte, json.RawMessage) bool) {
		i := space(text, 0)
		if at(text, i) != '{' {
			return
		}
		for i = space(text, i+1); at(text, i) == '"'; {
			end := skip(text, i)
			name, ok := decode(text[i:end])
			start := space(text, end)
			if !ok || at(text, start) != ':' {
				return
			}
			start = space(text, start+1)
			end = skip(text, start)
			if end == start || !yield(name, text[start:end:end]) {
				return
			}
			if i = space(text, end); at(text, i) != ',' {
				return
			}
			i = space(text, i+1)
		}
	}
}

// Elements yields the elements of a list in their order. Of anything but a list
// it yields nothing.
func Elements(text []byte) iter.Seq[json.RawMessage] {
	return func(yield func(json.RawMessage) bool) {
		i := space(text, 0)
		if at(text, i) != '[' {
			return
		}
		for i = space(text, i+1); i < len(text); {
			end := skip(text, i)
			if end == i || !yield(text[i:end:end]) {
				return
			}
			if i = space(text, end); at(text, i) != ',' {
				return
			}
			i = space(text, i+1)
		}
	}
}

// Text decodes a string; ok is false for every other value.
func Text(value []byte) (text string, ok bool) {
	decoded, ok := decode(value)
	return string(decoded), ok
}

// decode returns the content of a string, which shares its memory when nothing
// in it is escaped.
func decode(value []byte) (content []byte, ok bool) {
	if len(value) < 2 || value[0] != '"' {
		return nil, false
	}
	content = value[1 : len(value)-1]
	for _, c := range content {
		if c == '\\' || c >= utf8.RuneSelf {
			var text string
			err := json.Unmarshal(value, &text)
			return []byte(text), err == nil
		}
	}
	return content, true
}

// at returns a byte of the text, or 0 behind its end.
func at(text []byte, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0
}

// space returns where white space that begins at i ends.
func space(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// skip returns where the value that begins at i ends.
func skip(text []byte, i int) int {
	depth := 0
	for start := i; i < len(text); {
		switch text[i] {
		case '"':
			i = skipText(text, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			if depth == 0 {
				return i // of the container that the value is in
			}
			depth--
			i++
		case ',', ' ', '\n', '\t', '\r', ':':
			if depth == 0 {
				return i
			}
			i++
			continue
		default: // a part of a number or word
			i++
			continue
		}
		if depth == 0 && i > start {
			return i
		}
	}
	return len(text)
}

// skipText returns where the string that begins at i ends.
func skipText(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}
