package value

import (
	"fmt"
	"strings"
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
	pairs []entry // the items of the objects that are being read
	keys  keyCache

	failedAt int
	failure  string
}

func (p *parser) fail(at int, message string) bool {
	p.failedAt, p.failure = at, message
	return false
}

// err makes an error of the failure that was noted. Lines are counted only now.
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

// word reads a name that stands for a value.
func (p *parser) word(word string, v Value) (Value, bool) {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return nil, p.fail(p.at, "expected a value")
	}
	p.at += len(word)
	return v, true
}

// open goes into an array or object.
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

// closes reads the closing bracket of an empty array or object.
func (p *parser) closes(closing byte) bool {
	if p.at < len(p.text) && p.text[p.at] == closing {
		p.at++
		p.depth++
		return true
	}
	return false
}

// array reads an array. Its elements wait on the parser's stack until their
// number is known, so that the list takes exactly the room it needs.
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

// object reads an object, whose items wait as those of an array do.
func (p *parser) object() (Value, bool) {
	if !p.open() {
		return nil, false
	}
	if p.closes('}') {
		return &Dict{frozen: true}, true
	}
	mark := len(p.pairs)
	for {
		name, ok := p.name()
		if !ok {
			return nil, false
		}
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		p.addPair(mark, name, v)
		done, ok := p.next('}')
		if !ok {
			return nil, false
		}
		if done {
			d := dictOf(p.pairs[mark:])
			clear(p.pairs[mark:])
			p.pairs = p.pairs[:mark]
			return d, true
		}
	}
}

// name reads a key and the colon behind it.
func (p *parser) name() (string, bool) {
	if p.at == len(p.text) || p.text[p.at] != '"' {
		return "", p.fail(p.at, "expected a key in double quotes")
	}
	name, ok := p.string()
	if !ok {
		return "", false
	}
	p.space()
	if p.at == len(p.text) || p.text[p.at] != ':' {
		return "", p.fail(p.at, "expected ':'")
	}
	p.at++
	p.space()
	return name, true
}

// addPair adds an item to the object whose items begin at mark. In a small
// object it finds an equal key; dictOf does in a large one.
func (p *parser) addPair(mark int, name string, v Value) {
	items := p.pairs[mark:]
	if len(items) <= indexFrom {
		for i := range items {
			if items[i].name == name {
				items[i].value = v
				return
			}
		}
	}
	p.pairs = append(p.pairs, entry{key: p.keys.key(name), name: name, text: true, value: v})
}

// dictOf makes the dict of the items of an object.
func dictOf(items []entry) *Dict {
	if len(items) <= indexFrom {
		return &Dict{entries: append([]entry(nil), items...), live: len(items), frozen: true}
	}
	d := NewDict(len(items))
	for _, e := range items {
		if i := d.findName(e.name); i >= 0 {
			d.entries[i].value = e.value
		} else {
			d.addName(e.key, e.name, e.value)
		}
	}
	d.frozen = true
	return d
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
