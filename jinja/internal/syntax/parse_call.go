package syntax

import (
	"slices"
	"strings"
)

// parseCall reads the arguments of a call of x.
func (p *parser) parseCall(x Expr) Expr {
	call := &Call{exprNode: here(p.tok.pos), Func: x}
	call.Args = p.parseArgs()
	return call
}

// parseFilters reads a chain of filters, each after a "|". It returns x if there
// is none.
func (p *parser) parseFilters(x Expr) Expr {
	for p.accept(tokPipe) {
		x = p.parseFilter(x)
	}
	return x
}

// parseFilter reads a filter's name and arguments.
func (p *parser) parseFilter(x Expr) *Filter {
	filter := &Filter{exprNode: here(p.tok.pos), X: x}
	filter.Name = p.parseDottedName("the name of a filter")
	if p.tok.kind == tokLParen {
		filter.Args = p.parseArgs()
	}
	return filter
}

func (p *parser) parseDottedName(what string) string {
	if p.tok.kind != tokName {
		p.unexpected(what)
		return ""
	}
	first := p.tok.text
	p.advance()
	if p.tok.kind != tokDot {
		return first
	}
	var name strings.Builder
	name.WriteString(first)
	for p.accept(tokDot) {
		name.WriteByte('.')
		name.WriteString(p.expect(tokName).text)
	}
	return name.String()
}

// parseTest reads "is [not] name" with arguments in parentheses or with a single
// argument without them, which has no operators.
func (p *parser) parseTest(x Expr) Expr {
	pos := p.tok.pos
	p.advance()
	negated := p.acceptName("not")
	test := &Test{exprNode: here(pos), X: x}
	test.Name = p.parseDottedName("the name of a test")
	switch p.tok.kind {
	case tokLParen:
		test.Args = p.parseArgs()
	case tokName, tokString, tokInt, tokFloat, tokLBracket, tokLBrace:
		if p.tok.isName("else") || p.tok.isName("or") || p.tok.isName("and") {
			break
		}
		if p.tok.isName("is") {
			p.fail(p.tok.pos, "join them with 'and'", "tests with 'is' cannot be chained")
			return nil
		}
		test.Args.Positional = []Expr{p.parsePostfix(p.parsePrimary())}
	}
	if negated {
		return &Not{exprNode: here(pos), X: test}
	}
	return test
}

// parseArgs reads arguments in parentheses. Their order follows Jinja2, which is
// stricter than Python: nothing positional after a keyword or *args, *args
// before **kwargs, nothing after **kwargs, each at most once.
func (p *parser) parseArgs() Args {
	var args Args
	if !p.enter(levelCost) {
		return args
	}
	defer p.leave(levelCost)
	p.expect(tokLParen)
	var names nameSet
	for first := true; p.more(tokRParen); first = false {
		if !first {
			p.expect(tokComma)
			if p.tok.kind == tokRParen {
				break
			}
		}
		p.parseArg(&args, &names)
		if p.tok.kind != tokComma && p.tok.kind != tokRParen {
			p.unexpected("',' or ')'")
		}
	}
	p.expect(tokRParen)
	return args
}

func (p *parser) parseArg(args *Args, names *nameSet) {
	pos := p.tok.pos
	if args.StarStar != nil {
		p.fail(pos, "", "no argument can follow **")
		return
	}
	switch {
	case p.tok.kind == tokMul:
		if args.Star != nil {
			p.fail(pos, "", "only one argument can have *")
			return
		}
		p.advance()
		args.Star = p.parseExpr()
	case p.tok.kind == tokPow:
		p.advance()
		args.StarStar = p.parseExpr()
	case p.tok.kind == tokName && p.peek().kind == tokAssign:
		name := p.tok.text
		p.advance()
		p.advance()
		if !names.add(name) {
			p.fail(pos, "", "keyword argument %q is given twice", brief(name))
			return
		}
		args.Keywords = append(args.Keywords, Keyword{Name: name, Value: p.parseExpr(), Pos: pos})
	default:
		if args.Star != nil || len(args.Keywords) > 0 {
			p.fail(pos, "", "a positional argument cannot follow a keyword argument or *")
			return
		}
		args.Positional = append(args.Positional, p.parseExpr())
	}
}

// nameSet is a set of names, nearly always a very small one.
type nameSet struct {
	few  []string
	many map[string]bool
}

// add reports whether the name is new.
func (s *nameSet) add(name string) bool {
	const maxFew = 8
	if s.many == nil {
		if slices.Contains(s.few, name) {
			return false
		}
		if s.few = append(s.few, name); len(s.few) > maxFew {
			s.many = make(map[string]bool)
			for _, n := range s.few {
				s.many[n] = true
			}
		}
		return true
	}
	if s.many[name] {
		return false
	}
	s.many[name] = true
	return true
}
