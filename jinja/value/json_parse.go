package value

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"bellhop/jinja/internal/pytext"
)

// JSONError says where and why a text is no JSON.
type JSONError struct {
	// Offset is the place in bytes from 0, Line and Column count from 1, the
	// column in bytes.
	Offset, Line, Column int
	// Message says what is wrong or was expected.
	Message string
}

// Error implements error.
func (e *JSONError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// ParseOptions bounds what [ParseOptions.Parse] takes.
type ParseOptions struct {
	// Depth is the deepest nesting of arrays and objects. Zero means 200.
	Depth int
}

// ParseJSON reads one JSON document as Python's json.loads does: the order of
// keys is kept, of equal keys the last value stays in the first one's place,
// integers of up to 4,300 digits are exact, NaN, Infinity and -Infinity are
// numbers, and a lone surrogate is kept. The text must be UTF-8.
//
// The value is frozen: it may be shared by any number of threads. It keeps a
// copy of the text, of which its strings are parts. An error is a [*JSONError].
func ParseJSON(data []byte) (Value, error) { return ParseOptions{}.Parse(data) }

// Parse is [ParseJSON] under these options.
func (o ParseOptions) Parse(data []byte) (Value, error) {
	if o.Depth == 0 {
		o.Depth = 200
	}
	p := parser{text: string(data), depth: o.Depth}
	v, ok := p.document()
	if !ok {
		return nil, p.err()
	}
	return v, nil
}

// parser reads JSON in one pass. Its methods report false after they have noted
// a failure.
type parser struct {
	text  string
	at    int
	depth int     // levels of nesting that are left
	stack []Value // the elements of the arrays that are being read
	keys  keyCache

	failedAt int
	failure  string
}

func (p *parser) fail(at int, message string) bool {
	p.failedAt, p.failure = at, message
	return false
}

func (p *parser) err() error {
	before := p.text[:p.failedAt]
	start := strings.LastIndexByte(before, '\n') + 1
	return &JSONError{
		Offset: p.failedAt, Line: strings.Count(before, "\n") + 1, Column: p.failedAt - start + 1,
		Message: p.failure,
	}
}

func (p *parser) document() (Value, bool) {
	p.space()
	v, ok := p.value()
	if !ok {
		return nil, false
	}
	p.space()
	if p.at < len(p.text) {
		return nil, p.fail(p.at, "expected the end, there is more after the value")
	}
	return v, true
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) value() (Value, bool) {
	if p.at == len(p.text) {
		return nil, p.fail(p.at, "expected a value, found the end")
	}
	switch c := p.text[p.at]; c {
	case '"':
		s, ok := p.string()
		return Str(s), ok
	case '{':
		return p.object()
	case '[':
		return p.array()
	case 't':
		return p.word("true", True)
	case 'f':
		return p.word("false", False)
	case 'n':
		return p.word("null", None)
	case 'N':
		return p.word("NaN", nan)
	case 'I':
		return p.word("Infinity", infinity)
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return p.number()
		}
		return nil, p.fail(p.at, "expected a value")
	}
}

func (p *parser) word(word string, v Value) (Value, bool) {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return nil, p.fail(p.at, "expected a value")
	}
	p.at += len(word)
	return v, true
}

func (p *parser) open() bool {
	if p.depth--; p.depth < 0 {
		return p.fail(p.at, "nested too deeply")
	}
	p.at++
	p.space()
	return true
}

// next reads what follows an element: a comma or the closing bracket.
func (p *parser) next(closing byte) (done, ok bool) {
	p.space()
	if p.at < len(p.text) {
		switch p.text[p.at] {
		case ',':
			p.at++
			p.space()
			return false, true
		case closing:
			p.at++
			p.depth++
			return true, true
		}
	}
	return false, p.fail(p.at, "expected ',' or '"+string(closing)+"'")
}

func (p *parser) closes(closing byte) bool {
	if p.at < len(p.text) && p.text[p.at] == closing {
		p.at++
		p.depth++
		return true
	}
	return false
}

func (p *parser) array() (Value, bool) {
	if !p.open() {
		return nil, false
	}
	if p.closes(']') {
		return &List{frozen: true}, true
	}
	mark := len(p.stack)
	for {
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		p.stack = append(p.stack, v)
		done, ok := p.next(']')
		if !ok {
			return nil, false
		}
		if done {
			items := append([]Value(nil), p.stack[mark:]...)
			p.stack = p.stack[:mark]
			return &List{items: items, frozen: true}, true
		}
	}
}

// roomForEntries is for how many items an object has room at first.
const roomForEntries = 4

func (p *parser) object() (Value, bool) {
	if !p.open() {
		return nil, false
	}
	if p.closes('}') {
		return &Dict{frozen: true}, true
	}
	d := NewDict(roomForEntries)
	for {
		if p.at == len(p.text) || p.text[p.at] != '"' {
			return nil, p.fail(p.at, "expected a key in double quotes")
		}
		name, ok := p.string()
		if !ok {
			return nil, false
		}
		p.space()
		if p.at == len(p.text) || p.text[p.at] != ':' {
			return nil, p.fail(p.at, "expected ':'")
		}
		p.at++
		p.space()
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		if i := d.findName(name); i >= 0 {
			d.entries[i].value = v
		} else {
			d.addName(p.keys.key(name), name, v)
		}
		done, ok := p.next('}')
		if !ok {
			return nil, false
		}
		if done {
			d.frozen = true
			return d, true
		}
	}
}

// keyCache remembers keys as values, as most keys of a document occur often.
type keyCache [64]Value

func (c *keyCache) key(name string) Value {
	h := len(name)
	if h > 0 {
		h += int(name[0])*7 + int(name[h-1])*31
	}
	slot := &c[h%len(c)]
	if k, ok := (*slot).(Str); ok && string(k) == name {
		return *slot
	}
	*slot = Str(name)
	return *slot
}

// string reads a string, which is a part of the text if it has no escapes.
func (p *parser) string() (string, bool) {
	start := p.at + 1
	ascii := true
	for i := start; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			s := p.text[start:i]
			if !ascii && !p.checkUTF8(start, i) {
				return "", false
			}
			p.at = i + 1
			return s, true
		case c == '\\':
			return p.escaped(start, i)
		case c < ' ':
			return "", p.fail(i, "control characters in strings must be escaped")
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", p.fail(len(p.text), "expected '\"', the string has no end")
}

func (p *parser) checkUTF8(start, end int) bool {
	if utf8.ValidString(p.text[start:end]) {
		return true
	}
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(p.text[i:end])
		if r == utf8.RuneError && n == 1 {
			return p.fail(i, "the text is not UTF-8")
		}
		i += n
	}
	return true
}

// escaped reads a string that has its first escape at i.
func (p *parser) escaped(start, i int) (string, bool) {
	var out []byte
	from := start
	for i < len(p.text) {
		switch c := p.text[i]; {
		case c == '"':
			if !p.checkUTF8(from, i) {
				return "", false
			}
			p.at = i + 1
			return string(append(out, p.text[from:i]...)), true
		case c < ' ':
			return "", p.fail(i, "control characters in strings must be escaped")
		case c != '\\':
			i++
		default:
			if !p.checkUTF8(from, i) {
				return "", false
			}
			out = append(out, p.text[from:i]...)
			r, n := p.escape(i)
			if n == 0 {
				return "", false
			}
			out = pytext.AppendRune(out, r)
			i += n
			from = i
		}
	}
	return "", p.fail(len(p.text), "expected '\"', the string has no end")
}

// escape reads the escape at i; a length of 0 reports a failure. A pair of
// surrogates is one character.
func (p *parser) escape(i int) (r rune, n int) {
	if i+1 == len(p.text) {
		p.fail(i+1, "expected '\"', the string has no end")
		return 0, 0
	}
	switch c := p.text[i+1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := p.hex4(i + 2)
		if !ok {
			p.fail(i, `expected four hexadecimal digits after \u`)
			return 0, 0
		}
		if r>>10 == 0xD800>>10 && strings.HasPrefix(p.text[i+6:], `\u`) {
			if low, ok := p.hex4(i + 8); ok && low>>10 == 0xDC00>>10 {
				return (r-0xD800)<<10 + (low - 0xDC00) + 0x10000, 12
			}
		}
		return r, 6
	}
	p.fail(i, "expected a valid escape")
	return 0, 0
}

func (p *parser) hex4(i int) (rune, bool) {
	if i+4 > len(p.text) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.text[i : i+4]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|' ' && c|' ' <= 'f':
			c = c | ' ' - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

func (p *parser) digits(i int) int {
	for i < len(p.text) && '0' <= p.text[i] && p.text[i] <= '9' {
		i++
	}
	return i
}

func (p *parser) number() (Value, bool) {
	start, i := p.at, p.at
	if p.text[i] == '-' {
		i++
		if strings.HasPrefix(p.text[i:], "Infinity") {
			p.at = i
			return p.word("Infinity", negativeInfinity)
		}
	}
	first := i
	i = p.digits(i)
	switch {
	case i == first:
		return nil, p.fail(i, "expected a digit")
	case p.text[first] == '0' && i > first+1:
		return nil, p.fail(first, "a number must not begin with 0")
	}
	integer := i
	if i < len(p.text) && p.text[i] == '.' {
		end := p.digits(i + 1)
		if end == i+1 {
			return nil, p.fail(end, "expected a digit")
		}
		i = end
	}
	if i < len(p.text) && p.text[i]|' ' == 'e' {
		exp := i + 1
		if exp < len(p.text) && (p.text[exp] == '+' || p.text[exp] == '-') {
			exp++
		}
		if i = p.digits(exp); i == exp {
			return nil, p.fail(i, "expected a digit")
		}
	}
	p.at = i
	if i > integer {
		// What is too large is infinite, as in Python.
		f, _ := strconv.ParseFloat(p.text[start:i], 64)
		return Float(f), true
	}
	return p.integer(start, first, i)
}

// integer makes the integer text[start:end], whose digits begin at first.
func (p *parser) integer(start, first, end int) (Value, bool) {
	if end-first <= 18 {
		n := int64(0)
		for _, c := range []byte(p.text[first:end]) {
			n = n*10 + int64(c-'0')
		}
		if first > start {
			n = -n
		}
		return Int(n), true
	}
	if end-first > pytext.MaxIntDigits {
		return nil, p.fail(start, fmt.Sprintf("an integer has more than %d digits", pytext.MaxIntDigits))
	}
	n, _ := new(big.Int).SetString(p.text[start:end], 10)
	return NewInt(n), true
}
