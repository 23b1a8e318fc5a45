package rawjson

import "errors"

// What [Check] finds.
var (
	ErrSyntax  = errors.New("not valid JSON")
	ErrTooDeep = errors.New("nested too deeply")
)

// Check reports whether the text is one JSON value (RFC 8259) whose objects and
// lists are nested at most depth levels deep: nil, [ErrSyntax] or [ErrTooDeep],
// whichever comes first in the text. It accepts exactly what
// [encoding/json.Valid] does, in a fraction of the time.
func Check(text []byte, depth int) error {
	c := checker{text: text}
	i := c.value(space(text, 0), depth)
	if c.err == nil && space(text, i) != len(text) {
		c.err = ErrSyntax
	}
	return c.err
}

// checker walks through a text. Its methods take where something begins and
// return where it ends; after an error the position means nothing.
type checker struct {
	text []byte
	err  error
}

func (c *checker) fail(err error) int {
	if c.err == nil {
		c.err = err
	}
	return len(c.text)
}

func (c *checker) value(i, depth int) int {
	switch b := at(c.text, i); {
	case b == '"':
		return c.string(i)
	case b == '{' || b == '[':
		if depth == 0 {
			return c.fail(ErrTooDeep)
		}
		return c.container(i, b == '{', depth-1)
	case b == '-' || '0' <= b && b <= '9':
		return c.number(i)
	case b == 't':
		return c.word(i, "true")
	case b == 'f':
		return c.word(i, "false")
	case b == 'n':
		return c.word(i, "null")
	}
	return c.fail(ErrSyntax)
}

func (c *checker) word(i int, word string) int {
	if end := i + len(word); end <= len(c.text) && string(c.text[i:end]) == word {
		return end
	}
	return c.fail(ErrSyntax)
}

// container walks through an object or a list; both end with the bracket that
// stands two behind the one that opens it in ASCII.
func (c *checker) container(i int, isObject bool, depth int) int {
	closing := c.text[i] + 2
	i = space(c.text, i+1)
	if at(c.text, i) == closing {
		return i + 1
	}
	for {
		if isObject {
			if at(c.text, i) != '"' {
				return c.fail(ErrSyntax)
			}
			if i = space(c.text, c.string(i)); at(c.text, i) != ':' {
				return c.fail(ErrSyntax)
			}
			i = space(c.text, i+1)
		}
		i = space(c.text, c.value(i, depth))
		switch at(c.text, i) {
		case ',':
			i = space(c.text, i+1)
		case closing:
			return i + 1
		default:
			return c.fail(ErrSyntax)
		}
	}
}

func (c *checker) string(i int) int {
	for i++; i < len(c.text); i++ {
		switch b := c.text[i]; {
		case b == '"':
			return i + 1
		case b == '\\':
			if i++; !c.escape(&i) {
				return c.fail(ErrSyntax)
			}
		case b < ' ':
			return c.fail(ErrSyntax)
		}
	}
	return c.fail(ErrSyntax)
}

// escape moves to the last byte of what follows a backslash.
func (c *checker) escape(i *int) bool {
	switch at(c.text, *i) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			if *i++; !isHex(at(c.text, *i)) {
				return false
			}
		}
		return true
	}
	return false
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

func (c *checker) number(i int) int {
	if at(c.text, i) == '-' {
		i++
	}
	if at(c.text, i) == '0' {
		i++
	} else {
		i = c.digits(i)
	}
	if at(c.text, i) == '.' {
		i = c.digits(i + 1)
	}
	if at(c.text, i)|0x20 == 'e' {
		if i++; at(c.text, i) == '+' || at(c.text, i) == '-' {
			i++
		}
		i = c.digits(i)
	}
	return i
}

// digits walks through at least one digit.
func (c *checker) digits(i int) int {
	start := i
	for i < len(c.text) && '0' <= c.text[i] && c.text[i] <= '9' {
		i++
	}
	if i == start {
		return c.fail(ErrSyntax)
	}
	return i
}
