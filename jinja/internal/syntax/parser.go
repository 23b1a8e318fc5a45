package syntax

import (
	"fmt"
	"strings"
)

// The limits that a zero field of [Options] stands for.
const (
	DefaultMaxSource = 256 << 10
	DefaultMaxTokens = 100_000
	DefaultMaxDepth  = 100
)

// Options say what a template may hold. The zero value is what NetBox uses, with
// default limits.
type Options struct {
	// LoopControls allows break and continue, Do allows do: Jinja2's extensions
	// of these names.
	LoopControls, Do bool
	// MaxSource is the most bytes a source may have, MaxTokens the most tokens.
	MaxSource, MaxTokens int
	// MaxDepth is how deep brackets and tags may nest. The tree may be four
	// times as deep, because chains of operators, filters or attributes make it
	// deep without nesting. Jinja2 itself gives up at about 75 nested brackets,
	// 97 nested tags and 190 links of a chain.
	MaxDepth int
}

// What recursion into brackets and tags and into the operand of a prefix costs,
// in quarter levels.
const (
	levelCost = 4
	linkCost  = 1
)

// Parse reads a template. An error is always an *[Error]. Parse may be called by
// any number of goroutines.
func Parse(source string, opts Options) (*Template, error) {
	if opts.MaxSource <= 0 {
		opts.MaxSource = DefaultMaxSource
	}
	if opts.MaxTokens <= 0 {
		opts.MaxTokens = DefaultMaxTokens
	}
	if opts.MaxDepth <= 0 {
		opts.MaxDepth = DefaultMaxDepth
	}
	if len(source) > opts.MaxSource {
		return nil, &Error{
			Kind: KindLimit, Pos: Pos{Line: 1, Column: 1},
			Message: fmt.Sprintf("template has %d bytes, more than %d", len(source), opts.MaxSource),
		}
	}
	p := &parser{lex: newLexer(source, opts.MaxTokens), opts: opts}
	p.advance()
	body := p.parseBody()
	if p.err != nil {
		return nil, p.err
	}
	c := checker{maxDepth: opts.MaxDepth}
	c.stmts(body, scope{toplevel: true})
	if c.err != nil {
		return nil, c.err
	}
	return &Template{Body: body, Blocks: c.blocks}, nil
}

// parser is a recursive descent parser. Its first error sticks: from then on
// the current token is the end of the template and no token is read, so that
// code need not look at err after every step. Nodes made after an error may be
// incomplete, even nil; nobody gets to see them. Loops that wait for a token
// must also end at an error.
type parser struct {
	lex  *lexer
	opts Options
	tok  token // the current one
	// The token after tok, if it has been looked at.
	ahead    token
	hasAhead bool
	err      *Error
	depth    int       // in quarter levels
	open     []openTag // the tags whose end is awaited, innermost last
}

// openTag is a tag whose body is being read.
type openTag struct {
	tag
	ends []string // the tags that end this part of its body
}

// advance makes the next token current.
func (p *parser) advance() {
	if p.err != nil {
		return
	}
	if p.hasAhead {
		p.tok, p.hasAhead = p.ahead, false
		return
	}
	p.tok = p.read()
}

// peek returns the token after the current one.
func (p *parser) peek() token {
	if !p.hasAhead && p.err == nil {
		p.ahead = p.read()
		p.hasAhead = p.err == nil
	}
	return p.ahead
}

func (p *parser) read() token {
	tok, err := p.lex.next()
	if err != nil {
		p.stop(err)
	}
	return tok
}

// stop records the first error and ends the token stream.
func (p *parser) stop(err *Error) {
	if p.err == nil {
		p.err = err
	}
	p.tok = token{kind: tokEOF, pos: err.Pos}
	p.ahead, p.hasAhead = token{}, false
}

func (p *parser) fail(pos Pos, hint, format string, args ...any) {
	if p.err == nil {
		p.stop(&Error{Pos: pos, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
}

// unexpected fails at the current token.
func (p *parser) unexpected(expected string) {
	p.fail(p.tok.pos, p.tokenHint(), "expected %s, found %s", expected, p.tok)
}

// tokenHint knows why people write tokens where they cannot stand.
func (p *parser) tokenHint() string {
	switch {
	case p.tok.kind == tokAssign:
		return "write '==' to compare, {% set %} to assign"
	case p.tok.kind == tokPipe && strings.HasSuffix(p.lex.src[:p.lex.off], "||"):
		return "write 'or' for a logical or"
	}
	return ""
}

// accept skips the current token if it is of the kind.
func (p *parser) accept(kind tokenKind) bool {
	if p.tok.kind != kind {
		return false
	}
	p.advance()
	return p.err == nil
}

// acceptName skips the current token if it is that name.
func (p *parser) acceptName(name string) bool {
	if !p.tok.isName(name) {
		return false
	}
	p.advance()
	return p.err == nil
}

// expect skips and returns a token of the kind, which must be current.
func (p *parser) expect(kind tokenKind) token {
	tok := p.tok
	if tok.kind != kind {
		p.unexpected(kind.String())
		return token{pos: tok.pos}
	}
	p.advance()
	return tok
}

// expectName skips that name, which must be current.
func (p *parser) expectName(name string) {
	if !p.tok.isName(name) {
		p.unexpected("'" + name + "'")
		return
	}
	p.advance()
}

// more reports whether a list that ends with the kind goes on.
func (p *parser) more(end tokenKind) bool { return p.err == nil && p.tok.kind != end }

// enter counts a step of recursion; leave takes it back. If enter reports false
// the template is nested too deep and the caller must not go on.
func (p *parser) enter(cost int) bool {
	if p.err == nil && p.depth+cost > p.opts.MaxDepth*levelCost {
		p.stop(tooDeep(p.tok.pos, p.opts.MaxDepth))
	}
	if p.err != nil {
		return false
	}
	p.depth += cost
	return true
}

func (p *parser) leave(cost int) { p.depth -= cost }

// nested calls parse one step deeper.
func (p *parser) nested(cost int, parse func(*parser) Expr) Expr {
	if !p.enter(cost) {
		return nil
	}
	defer p.leave(cost)
	return parse(p)
}

func tooDeep(pos Pos, limit int) *Error {
	return &Error{
		Kind: KindLimit, Pos: pos,
		Message: fmt.Sprintf("template is nested more than %d levels deep", limit),
		Hint:    "each operator, filter, attribute or call in a chain counts as a quarter of a level",
	}
}

func at(pos Pos) stmtNode   { return stmtNode{node{pos}} }
func here(pos Pos) exprNode { return exprNode{node{pos}} }
