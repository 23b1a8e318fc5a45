package syntax

import "slices"

// parseBody reads text and tags up to one of the tags that end it, whose name is
// then the current token, or up to the end of the template.
func (p *parser) parseBody(ends ...string) []Stmt {
	var body []Stmt
	var output *Output
	write := func(pos Pos, x Expr) {
		if output == nil {
			output = &Output{stmtNode: at(pos)}
			body = append(body, output)
		}
		output.Items = append(output.Items, x)
	}
	for p.err == nil {
		tok := p.tok
		switch tok.kind {
		case tokText:
			write(tok.pos, &Text{exprNode: here(tok.pos), Data: tok.text})
			p.advance()
		case tokPrintBegin:
			p.advance()
			write(tok.pos, p.parseTuple((*parser).parseExpr, false))
			p.expect(tokPrintEnd)
		case tokBlockBegin:
			output = nil
			p.advance()
			if p.tok.kind == tokName && slices.Contains(ends, p.tok.text) {
				return body
			}
			body = append(body, p.parseStatement(tok.pos))
			p.expect(tokBlockEnd)
		default:
			return body
		}
	}
	return nil
}

// tag is the tag whose statement is being read; pos is that of its "{%".
type tag struct {
	name string
	pos  Pos
}

// parseStatement reads a tag, from its name on, and the body that belongs to it.
// The "%}" of its last tag is left.
func (p *parser) parseStatement(begin Pos) Stmt {
	name := p.tok
	if name.kind != tokName {
		p.unexpected("the name of a tag")
		return nil
	}
	parse := p.statement(name.text)
	if parse == nil {
		p.unknownTag(name)
		return nil
	}
	if !p.enter(levelCost) {
		return nil
	}
	defer p.leave(levelCost)
	p.advance()
	return parse(p, tag{name: name.text, pos: begin})
}

// statement returns the function that reads what follows the name of a tag, or
// nil if there is no such tag.
func (p *parser) statement(name string) func(*parser, tag) Stmt {
	switch name {
	case "if":
		return (*parser).parseIf
	case "for":
		return (*parser).parseFor
	case "set":
		return (*parser).parseSet
	case "with":
		return (*parser).parseWith
	case "print":
		return (*parser).parsePrint
	case "macro":
		return (*parser).parseMacro
	case "call":
		return (*parser).parseCallBlock
	case "filter":
		return (*parser).parseFilterBlock
	case "autoescape":
		return (*parser).parseAutoescape
	case "block":
		return (*parser).parseBlock
	case "extends":
		return (*parser).parseExtends
	case "include":
		return (*parser).parseInclude
	case "import":
		return (*parser).parseImport
	case "from":
		return (*parser).parseFromImport
	}
	switch {
	case name == "do" && p.opts.Do:
		return (*parser).parseDo
	case name == "break" && p.opts.LoopControls:
		return (*parser).parseBreak
	case name == "continue" && p.opts.LoopControls:
		return (*parser).parseContinue
	}
	return nil
}

// parseInner reads the end of a tag (before which a colon may stand, as in
// Python) and the body after it, and returns the name of the tag that ends the
// body. The next token is what follows that name.
func (p *parser) parseInner(opened tag, ends ...string) (body []Stmt, end string) {
	p.accept(tokColon)
	p.expect(tokBlockEnd)
	p.open = append(p.open, openTag{tag: opened, ends: ends})
	body = p.parseBody(ends...)
	if p.tok.kind == tokEOF {
		p.fail(opened.pos, "expected "+alternatives(ends), "'%s' is never closed", opened.name)
		return nil, ""
	}
	p.open = p.open[:len(p.open)-1]
	end = p.tok.text
	p.advance()
	return body, end
}

func (p *parser) parseIf(opened tag) Stmt {
	s := &If{stmtNode: at(opened.pos)}
	for p.err == nil {
		test := p.parseTuple((*parser).parseOr, false)
		body, end := p.parseInner(opened, "elif", "else", "endif")
		s.Branches = append(s.Branches, IfBranch{Test: test, Body: body})
		if end == "elif" {
			continue
		}
		if end == "else" {
			s.Else, _ = p.parseInner(opened, "endif")
		}
		break
	}
	return s
}

func (p *parser) parseFor(opened tag) Stmt {
	s := &For{stmtNode: at(opened.pos)}
	s.Target = p.parseTarget((*parser).parsePrimary, Store)
	p.expectName("in")
	s.Iter = p.parseTuple((*parser).parseOr, false)
	if p.acceptName("if") {
		s.Filter = p.parseExpr()
	}
	s.Recursive = p.acceptName("recursive")
	body, end := p.parseInner(opened, "endfor", "else")
	s.Body = body
	if end == "else" {
		s.Else, _ = p.parseInner(opened, "endfor")
	}
	return s
}

func (p *parser) parseSet(opened tag) Stmt {
	target := p.parseTarget((*parser).parsePrimaryOrNamespace, Store)
	switch p.tok.kind {
	case tokAssign:
		p.advance()
		return &Set{stmtNode: at(opened.pos), Target: target, Value: p.parseTuple((*parser).parseExpr, false)}
	case tokPipe, tokColon, tokBlockEnd:
	default:
		p.unexpected("'=' or '%}'")
		return nil
	}
	s := &SetBlock{stmtNode: at(opened.pos), Target: target}
	s.Filter, _ = p.parseFilters(nil).(*Filter)
	s.Body, _ = p.parseInner(opened, "endset")
	return s
}

func (p *parser) parseWith(opened tag) Stmt {
	s := &With{stmtNode: at(opened.pos)}
	for p.more(tokBlockEnd) {
		if len(s.Bindings) > 0 {
			p.expect(tokComma)
		}
		target := p.parseTarget((*parser).parsePrimary, Bind)
		p.expect(tokAssign)
		s.Bindings = append(s.Bindings, Binding{Target: target, Value: p.parseExpr()})
	}
	s.Body, _ = p.parseInner(opened, "endwith")
	return s
}

func (p *parser) parsePrint(opened tag) Stmt {
	s := &Output{stmtNode: at(opened.pos)}
	for p.more(tokBlockEnd) {
		if len(s.Items) > 0 {
			p.expect(tokComma)
		}
		s.Items = append(s.Items, p.parseExpr())
	}
	return s
}

func (p *parser) parseFilterBlock(opened tag) Stmt {
	s := &FilterBlock{stmtNode: at(opened.pos)}
	s.Filter, _ = p.parseFilters(p.parseFilter(nil)).(*Filter)
	s.Body, _ = p.parseInner(opened, "endfilter")
	return s
}

func (p *parser) parseAutoescape(opened tag) Stmt {
	s := &Autoescape{stmtNode: at(opened.pos), Enabled: p.parseExpr()}
	s.Body, _ = p.parseInner(opened, "endautoescape")
	return s
}

func (p *parser) parseDo(opened tag) Stmt {
	return &Do{stmtNode: at(opened.pos), X: p.parseTuple((*parser).parseExpr, false)}
}

func (p *parser) parseBreak(opened tag) Stmt { return &Break{stmtNode: at(opened.pos)} }

func (p *parser) parseContinue(opened tag) Stmt { return &Continue{stmtNode: at(opened.pos)} }
