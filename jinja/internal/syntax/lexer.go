package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// lexMode says how the lexer reads on.
type lexMode uint8

const (
	modeText  lexMode = iota // template text, up to the next delimiter
	modePrint                // inside {{ }}
	modeBlock                // inside {% %}
)

// lexer cuts a source into tokens, one per call of next. Comments, raw tags and
// white space inside of tags do not become tokens.
type lexer struct {
	src       string
	off       int
	mode      lexMode
	brackets  []bracket // the open ones, innermost last
	left      int       // tokens still allowed
	maxTokens int

	// Where mark, an offset of src, is; see pos.
	mark   int
	marked Pos
}

// newLexer makes every line end a \n, as Jinja2 does even inside of string
// literals, and drops one trailing newline.
func newLexer(source string, maxTokens int) *lexer {
	if strings.IndexByte(source, '\r') >= 0 {
		source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	}
	return &lexer{
		src:       strings.TrimSuffix(source, "\n"),
		left:      maxTokens,
		maxTokens: maxTokens,
		marked:    Pos{Line: 1, Column: 1},
	}
}

// pos returns the place of an offset. Offsets must not go down from call to
// call: that keeps the cost of all calls together linear.
func (l *lexer) pos(off int) Pos {
	passed := l.src[l.mark:off]
	if n := strings.Count(passed, "\n"); n > 0 {
		l.marked.Line += int32(n)
		l.marked.Column = 1
		passed = passed[strings.LastIndexByte(passed, '\n')+1:]
	}
	l.marked.Column += int32(countRunes(passed))
	l.mark = off
	return l.marked
}

func (l *lexer) errorf(off int, hint, format string, args ...any) *Error {
	return &Error{Pos: l.pos(off), Message: fmt.Sprintf(format, args...), Hint: hint}
}

// next returns the next token; at the end it returns tokEOF again and again.
func (l *lexer) next() (token, *Error) {
	if l.left--; l.left < 0 {
		return token{}, &Error{
			Kind: KindLimit, Pos: l.pos(l.off),
			Message: fmt.Sprintf("template has more than %d tokens", l.maxTokens),
		}
	}
	if l.mode == modeText {
		return l.text()
	}
	return l.code()
}

// text reads template text up to the next tag, or that tag's beginning.
func (l *lexer) text() (token, *Error) {
	for l.off < len(l.src) {
		begin := l.findTag()
		text := l.src[l.off:begin]
		sign := l.signAt(begin + 2)
		if sign == '-' {
			text = trimSpaceRight(text)
		}
		if text != "" {
			tok := token{kind: tokText, pos: l.pos(l.off), text: text}
			l.off = begin
			return tok, nil
		}
		if begin == len(l.src) {
			l.off = begin
			break
		}
		l.off = begin + 2
		if sign != 0 {
			l.off++
		}
		switch l.src[begin+1] {
		case '{':
			l.mode = modePrint
			return token{kind: tokPrintBegin, pos: l.pos(begin)}, nil
		case '%':
			body, isRaw := l.rawBegin()
			if !isRaw {
				l.mode = modeBlock
				return token{kind: tokBlockBegin, pos: l.pos(begin)}, nil
			}
			tok, err := l.raw(begin, body)
			if err != nil || tok.text != "" {
				return tok, err
			}
		case '#':
			if err := l.comment(begin); err != nil {
				return token{}, err
			}
		}
	}
	return token{kind: tokEOF, pos: l.pos(len(l.src))}, nil
}

// findTag returns the offset of the next "{{", "{%" or "{#", or the source's end.
func (l *lexer) findTag() int {
	for off := l.off; ; off++ {
		i := strings.IndexByte(l.src[off:], '{')
		if i < 0 || off+i+1 >= len(l.src) {
			return len(l.src)
		}
		off += i
		switch l.src[off+1] {
		case '{', '%', '#':
			return off
		}
	}
}

// signAt returns the white space mark at off, or 0.
func (l *lexer) signAt(off int) byte {
	if off < len(l.src) && (l.src[off] == '-' || l.src[off] == '+') {
		return l.src[off]
	}
	return 0
}

// comment skips a comment whose text begins at l.off. A comment that nothing
// follows ("text{#") is no error: Jinja2 stops reading before it would notice.
func (l *lexer) comment(begin int) *Error {
	if l.off == len(l.src) {
		return nil
	}
	i := strings.Index(l.src[l.off:], "#}")
	if i < 0 {
		return l.errorf(begin, "close it with '#}'", "comment is never closed")
	}
	end := l.off + i
	strip := i > 0 && l.src[end-1] == '-'
	l.off = end + 2
	if strip {
		l.off = skipSpace(l.src, l.off)
	}
	return nil
}

// rawBegin reports whether the tag whose content begins at l.off is a raw tag,
// and where the raw text begins. A raw tag cannot end with "+%}".
func (l *lexer) rawBegin() (body int, ok bool) {
	off, ok := l.word(l.off, "raw")
	if !ok {
		return 0, false
	}
	rest := l.src[off:]
	switch {
	case strings.HasPrefix(rest, "%}"):
		return off + 2, true
	case strings.HasPrefix(rest, "-%}"):
		return skipSpace(l.src, off+3), true
	}
	return 0, false
}

// word skips white space, the word and more white space.
func (l *lexer) word(off int, word string) (end int, ok bool) {
	off = skipSpace(l.src, off)
	if !strings.HasPrefix(l.src[off:], word) {
		return off, false
	}
	return skipSpace(l.src, off+len(word)), true
}

// raw reads the text of a raw block, which begins at body, and skips its end
// tag. Like a comment, a raw block at the very end of the source needs none.
func (l *lexer) raw(begin, body int) (token, *Error) {
	l.off = body
	for search := body; search < len(l.src); {
		i := strings.Index(l.src[search:], "{%")
		if i < 0 {
			break
		}
		tag := search + i
		search = tag + 2
		sign := l.signAt(search)
		if sign != 0 {
			search++
		}
		end, ok := l.word(search, "endraw")
		if !ok {
			continue
		}
		if end, ok = l.blockEnd(end); !ok {
			continue
		}
		text := l.src[body:tag]
		if sign == '-' {
			text = trimSpaceRight(text)
		}
		tok := token{kind: tokText, pos: l.pos(body), text: text}
		l.off = end
		return tok, nil
	}
	if body < len(l.src) {
		return token{}, l.errorf(begin, "close it with '{% endraw %}'", "raw block is never closed")
	}
	return token{kind: tokText, pos: l.pos(body)}, nil
}

// blockEnd reports whether "%}", "-%}" or "+%}" is at off, and what follows it
// and the white space it strips.
func (l *lexer) blockEnd(off int) (end int, ok bool) {
	rest := l.src[off:]
	switch {
	case strings.HasPrefix(rest, "%}"):
		return off + 2, true
	case strings.HasPrefix(rest, "+%}"):
		return off + 3, true
	case strings.HasPrefix(rest, "-%}"):
		return skipSpace(l.src, off+3), true
	}
	return off, false
}

// printEnd is blockEnd for "}}" and "-}}".
func (l *lexer) printEnd(off int) (end int, ok bool) {
	rest := l.src[off:]
	switch {
	case strings.HasPrefix(rest, "}}"):
		return off + 2, true
	case strings.HasPrefix(rest, "-}}"):
		return skipSpace(l.src, off+3), true
	}
	return off, false
}

// code reads a token inside of a tag. The tag's end is looked for only outside
// of brackets, so that {{ {'a': {}}}} is one dict.
func (l *lexer) code() (token, *Error) {
	l.off = skipSpace(l.src, l.off)
	if l.off == len(l.src) {
		return token{kind: tokEOF, pos: l.pos(l.off)}, nil
	}
	start := l.off
	tok := token{pos: l.pos(start)}
	if len(l.brackets) == 0 {
		var end int
		var ok bool
		if l.mode == modePrint {
			tok.kind = tokPrintEnd
			end, ok = l.printEnd(start)
		} else {
			tok.kind = tokBlockEnd
			end, ok = l.blockEnd(start)
		}
		if ok {
			l.off, l.mode = end, modeText
			return tok, nil
		}
	}
	c := l.src[start]
	r := rune(c)
	if c >= utf8.RuneSelf {
		r, _ = decodeRune(l.src[start:])
	}
	switch {
	case '0' <= c && c <= '9':
		return l.number(tok)
	case isNameStart(r):
		l.off = nameEnd(l.src, start)
		tok.kind, tok.text = tokName, l.src[start:l.off]
		return tok, nil
	case c == '\'' || c == '"':
		return l.str(tok)
	default:
		return l.operator(tok, r)
	}
}
