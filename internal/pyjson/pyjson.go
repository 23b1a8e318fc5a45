// Package pyjson writes JSON as Python's json.dumps does by default: ", " and
// ": " as separators, everything but printable ASCII escaped, keys in the order
// in which they came. It is how NetBox writes a webhook's body, and receivers
// compare signatures over these bytes.
//
// It works in one pass from JSON to JSON without building values, because every
// change goes through it. Numbers are copied as they came. Of equal names in an
// object the last value counts, at the place of the first, as in Python's dicts. It
// is pure and knows nothing of webhooks.
package pyjson

import (
	"errors"
	"fmt"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how deep objects and lists may be nested.
const MaxDepth = 200

// SyntaxError says where a document is not JSON.
type SyntaxError struct {
	// Offset is in bytes from the start.
	Offset  int
	Message string
}

// Error returns message and offset.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.Message)
}

// ErrTooDeep means a document nested deeper than [MaxDepth].
var ErrTooDeep = errors.New("JSON is nested too deeply")

// Append appends the one document in src to dst, written as json.dumps writes
// it. Errors are *[SyntaxError] and [ErrTooDeep]; dst is then of no use. NaN and
// Infinity are refused, as RFC 8259 does. Bytes that are not UTF-8 become U+FFFD.
func Append(dst, src []byte) ([]byte, error) {
	list := lists.Get().(*[]member)
	w := writer{src: src, dst: dst, members: (*list)[:0]}
	defer func() {
		*list = w.members
		lists.Put(list)
	}()
	w.space()
	if err := w.value(0); err != nil {
		return w.dst, err
	}
	w.space()
	if w.pos < len(src) {
		return w.dst, w.fault("more after the end")
	}
	return w.dst, nil
}

// lists holds lists of members for the next document: growing one for each would
// cost more memory than most documents have bytes.
var lists = sync.Pool{New: func() any { return new([]member) }}

type writer struct {
	src []byte
	pos int
	dst []byte
	// members are those of the objects that are open, the innermost's last.
	members []member
}

func (w *writer) fault(message string) error {
	return &SyntaxError{Offset: w.pos, Message: message}
}

func (w *writer) space() {
	for w.pos < len(w.src) {
		switch w.src[w.pos] {
		case ' ', '\t', '\n', '\r':
			w.pos++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0 at the end, where no value begins either.
func (w *writer) peek() byte {
	if w.pos < len(w.src) {
		return w.src[w.pos]
	}
	return 0
}

func (w *writer) value(depth int) error {
	switch c := w.peek(); {
	case c == '"':
		return w.text()
	case c == '{' || c == '[':
		if depth >= MaxDepth {
			return ErrTooDeep
		}
		return w.container(c, depth+1)
	case c == '-' || c >= '0' && c <= '9':
		return w.number()
	case c == 't':
		return w.word("true")
	case c == 'f':
		return w.word("false")
	case c == 'n':
		return w.word("null")
	}
	return w.fault("expected a value")
}

func (w *writer) word(word string) error {
	if end := w.pos + len(word); end > len(w.src) || string(w.src[w.pos:end]) != word {
		return w.fault("expected a value")
	}
	w.dst = append(w.dst, word...)
	w.pos += len(word)
	return nil
}

// container copies an object or a list.
func (w *writer) container(open byte, depth int) error {
	closing := open + 2 // as '{' to '}' and '[' to ']'
	first, start := len(w.members), len(w.dst)+1
	w.dst = append(w.dst, open)
	w.pos++
	w.space()
	if w.peek() == closing {
		w.dst = append(w.dst, closing)
		w.pos++
		return nil
	}
	for {
		m := member{name: len(w.dst)}
		if open == '{' {
			if err := w.key(); err != nil {
				return err
			}
		}
		m.value = len(w.dst)
		if err := w.value(depth); err != nil {
			return err
		}
		if m.end = len(w.dst); open == '{' {
			w.members = append(w.members, m)
		}
		w.space()
		switch w.peek() {
		case ',':
			w.dst = append(w.dst, ',', ' ')
			w.pos++
			w.space()
		case closing:
			w.dropRepeated(first, start)
			w.dst = append(w.dst, closing)
			w.pos++
			return nil
		default:
			return w.fault("expected ',' or '" + string(closing) + "'")
		}
	}
}

func (w *writer) key() error {
	if w.peek() != '"' {
		return w.fault("expected a name in quotes")
	}
	if err := w.text(); err != nil {
		return err
	}
	w.space()
	if w.peek() != ':' {
		return w.fault("expected ':'")
	}
	w.dst = append(w.dst, ':', ' ')
	w.pos++
	w.space()
	return nil
}

// number copies a number by the grammar of RFC 8259.
func (w *writer) number() error {
	start := w.pos
	if w.peek() == '-' {
		w.pos++
	}
	if w.peek() == '0' {
		w.pos++
	} else if !w.digits() {
		return w.fault("expected a digit")
	}
	if w.peek() == '.' {
		w.pos++
		if !w.digits() {
			return w.fault("expected a digit")
		}
	}
	if c := w.peek(); c == 'e' || c == 'E' {
		w.pos++
		if c := w.peek(); c == '+' || c == '-' {
			w.pos++
		}
		if !w.digits() {
			return w.fault("expected a digit")
		}
	}
	w.dst = append(w.dst, w.src[start:w.pos]...)
	return nil
}

func (w *writer) digits() bool {
	start := w.pos
	for c := w.peek(); c >= '0' && c <= '9'; c = w.peek() {
		w.pos++
	}
	return w.pos > start
}

// text copies a string; stretches of plain ASCII at once.
func (w *writer) text() error {
	w.dst = append(w.dst, '"')
	w.pos++
	for {
		start := w.pos
		for w.pos < len(w.src) && isPlain(w.src[w.pos]) {
			w.pos++
		}
		w.dst = append(w.dst, w.src[start:w.pos]...)
		if w.pos >= len(w.src) {
			return w.fault("a string without end")
		}
		switch c := w.src[w.pos]; {
		case c == '"':
			w.dst = append(w.dst, '"')
			w.pos++
			return nil
		case c == '\\':
			if err := w.escape(); err != nil {
				return err
			}
		case c < 0x20:
			return w.fault("a control character in a string")
		default:
			r, size := utf8.DecodeRune(w.src[w.pos:])
			w.dst = appendRune(w.dst, r)
			w.pos += size
		}
	}
}

// isPlain reports whether json.dumps writes a byte as it is.
func isPlain(c byte) bool { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' }

// escape reads one escape sequence and writes it as Python would.
func (w *writer) escape() error {
	w.pos++
	c := w.peek()
	switch c {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		w.dst = append(w.dst, '\\', c)
	case '/':
		w.dst = append(w.dst, '/')
	case 'u':
		unit, ok := hex4(w.src[w.pos+1:])
		if !ok {
			return w.fault("expected four hex digits")
		}
		w.pos += 4
		// A surrogate is half of a pair or stands alone, as a Python str may
		// have it; either way it is written as it came.
		w.dst = appendUnit(w.dst, unit)
	default:
		return w.fault("unknown escape")
	}
	w.pos++
	return nil
}

func hex4(src []byte) (uint16, bool) {
	if len(src) < 4 {
		return 0, false
	}
	var unit uint16
	for _, c := range src[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | uint16(c)
	}
	return unit, true
}

// AppendString appends text as a JSON string.
func AppendString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for start := 0; start < len(text); {
		end := start
		for end < len(text) && isPlain(text[end]) {
			end++
		}
		dst = append(dst, text[start:end]...)
		if end == len(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text[end:])
		dst = appendRune(dst, r)
		start = end + size
	}
	return append(dst, '"')
}

func appendRune(dst []byte, r rune) []byte {
	if r > 0xffff {
		high, low := utf16.EncodeRune(r)
		return appendUnit(appendUnit(dst, uint16(high)), uint16(low))
	}
	return appendUnit(dst, uint16(r))
}

// appendUnit appends one UTF-16 unit in the shortest way that json.dumps knows.
func appendUnit(dst []byte, unit uint16) []byte {
	switch unit {
	case '"', '\\':
		return append(dst, '\\', byte(unit))
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	if unit >= 0x20 && unit < 0x7f {
		return append(dst, byte(unit))
	}
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[unit>>12], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}
