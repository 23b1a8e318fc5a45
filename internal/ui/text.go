package ui

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// article is a noun with its article: "a tag", "an event rule", and "a user",
// which begins with the sound of a consonant.
func article(noun string) string {
	if noun != "" && strings.Contains("aeio", noun[:1]) {
		return "an " + noun
	}
	return "a " + noun
}

// isolate keeps a name that is written from right to left from reordering the
// sentence in which it stands. In pages elements do that; this is for sentences
// that are made as text.
func isolate(name string) string {
	if !strings.ContainsFunc(name, isRightToLeft) {
		return name
	}
	const firstStrongIsolate, popDirectionalIsolate = "\u2068", "\u2069"
	return firstStrongIsolate + name + popDirectionalIsolate
}

// isRightToLeft reports whether a character is of a script that is written so, or
// one that changes the direction by itself.
func isRightToLeft(r rune) bool {
	switch {
	case r >= 0x590 && r <= 0x8ff, r >= 0xfb1d && r <= 0xfdff, r >= 0xfe70 && r <= 0xfeff, // Hebrew, Arabic and their neighbours
		r >= 0x10800 && r <= 0x10fff, r >= 0x1e800 && r <= 0x1efff, // old scripts, N'Ko's and Adlam's kin
		r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2068: // marks, embeddings, isolates
		return true
	}
	return false
}

// prettyJSON indents JSON for people and leaves numbers as they are; what is no
// JSON stays as it is.
func prettyJSON[T string | []byte | json.RawMessage](document T) string {
	var buf bytes.Buffer
	if err := json.Indent(&buf, []byte(document), "", "  "); err != nil {
		return string(document)
	}
	return readableJSON(buf.Bytes())
}

// readableJSON writes letters as themselves that valid JSON has as \u00fc: Python
// and so NetBox escape everything beyond ASCII. What cannot be seen stays escaped.
func readableJSON(document []byte) string {
	if !bytes.Contains(document, []byte(`\u`)) {
		return string(document)
	}
	var b strings.Builder
	b.Grow(len(document))
	for len(document) > 0 {
		next := bytes.IndexByte(document, '\\')
		if next < 0 {
			break
		}
		b.Write(document[:next])
		document = document[next:]
		r, size := escapedRune(document)
		if r > unicode.MaxASCII && unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.Write(document[:size])
		}
		document = document[size:]
	}
	b.Write(document)
	return b.String()
}

// escapedRune returns the character that an escape at the beginning of a text
// stands for, and the escape's length. It is 0 for those that are not \u…, and for
// halves of a pair.
func escapedRune(text []byte) (r rune, size int) {
	const long = len(`\u00fc`)
	first, ok := escapedUnit(text)
	if !ok {
		return 0, min(2, len(text))
	}
	if !utf16.IsSurrogate(first) {
		return first, long
	}
	if second, ok := escapedUnit(text[long:]); ok {
		if r := utf16.DecodeRune(first, second); r != unicode.ReplacementChar {
			return r, 2 * long
		}
	}
	return 0, long
}

// escapedUnit reads one \u and its four digits.
func escapedUnit(text []byte) (rune, bool) {
	digits, ok := bytes.CutPrefix(text, []byte(`\u`))
	if !ok || len(digits) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(digits[:4]), 16, 16)
	return rune(n), err == nil
}
