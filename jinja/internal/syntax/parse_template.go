package syntax

import "strings"

// parseMacro reads a macro. Its name cannot be that of a constant.
func (p *parser) parseMacro(opened tag) Stmt {
	s := &Macro{stmtNode: at(opened.pos)}
	s.Name, _ = p.parseNewName()
	s.Params = p.parseParams()
	s.Body, _ = p.parseInner(opened, "endmacro")
	return s
}

func (p *parser) parseCallBlock(opened tag) Stmt {
	s := &CallBlock{stmtNode: at(opened.pos)}
	if p.tok.kind == tokLParen {
		s.Params = p.parseParams()
	}
	pos := p.tok.pos
	call, ok := p.parseExpr().(*Call)
	if !ok {
		p.fail(pos, "write it as {% call name(...) %}", "expected a call")
		return nil
	}
	for _, keyword := range call.Args.Keywords {
		if keyword.Name == "caller" {
			p.fail(keyword.Pos, "", "keyword argument \"caller\" is given by the call block")
		}
	}
	s.Call = call
	s.Body, _ = p.parseInner(opened, "endcall")
	return s
}

// parseParams reads the parameters of a macro or call block.
func (p *parser) parseParams() []Param {
	var params []Param
	var names nameSet
	p.expect(tokLParen)
	for p.more(tokRParen) {
		if len(params) > 0 {
			p.expect(tokComma)
		}
		name, pos := p.parseNewName()
		if !names.add(name) {
			p.fail(pos, "", "parameter %q is declared twice", brief(name))
		}
		param := Param{Name: name, Pos: pos}
		if p.accept(tokAssign) {
			param.Default = p.parseExpr()
		} else if len(params) > 0 && params[len(params)-1].Default != nil {
			p.fail(pos, "", "parameter %q without a default follows one with a default", brief(name))
		}
		params = append(params, param)
		if p.tok.kind != tokComma && p.tok.kind != tokRParen {
			p.unexpected("',' or ')'")
		}
	}
	p.expect(tokRParen)
	return params
}

// parseNewName reads a name that the template binds.
func (p *parser) parseNewName() (string, Pos) {
	name := p.expect(tokName)
	if _, isConst := constant(name.text); isConst {
		p.fail(name.pos, "", "cannot assign to the constant '%s'", name.text)
	}
	return name.text, name.pos
}

// parseTarget reads what a statement assigns to: an item, or a tuple of items.
func (p *parser) parseTarget(item func(*parser) Expr, ctx NameContext) Expr {
	target := p.parseTuple(item, false)
	p.assign(target, ctx)
	return target
}

// assign makes an expression a target and fails if it cannot be one.
func (p *parser) assign(target Expr, ctx NameContext) {
	switch target := target.(type) {
	case nil: // after an error
	case *Name:
		target.Ctx = ctx
	case *NamespaceRef:
	case *Tuple:
		for _, item := range target.Items {
			p.assign(item, ctx)
		}
	default:
		p.fail(target.Pos(), "only names and tuples of names can be assigned to", "cannot assign to this expression")
	}
}

// parsePrimaryOrNamespace is parsePrimary with namespace attributes as targets.
func (p *parser) parsePrimaryOrNamespace() Expr {
	name := p.tok
	if name.kind == tokName && p.peek().kind == tokDot {
		if _, isConst := constant(name.text); !isConst {
			p.advance()
			p.advance()
			return &NamespaceRef{exprNode: here(name.pos), Name: name.text, Attr: p.expect(tokName).text}
		}
	}
	return p.parsePrimary()
}

func (p *parser) parseBlock(opened tag) Stmt {
	s := &Block{stmtNode: at(opened.pos)}
	s.Name = p.expect(tokName).text
	s.Scoped = p.acceptName("scoped")
	s.Required = p.acceptName("required")
	if p.tok.kind == tokSub {
		p.fail(p.tok.pos, "write '_' instead of '-'", "the name of a block cannot hold hyphens")
	}
	s.Body, _ = p.parseInner(opened, "endblock")
	if s.Required && !onlySpace(s.Body) {
		p.fail(s.pos, "", "required block %q can hold only comments and white space", brief(s.Name))
	}
	p.acceptName(s.Name)
	return s
}

func onlySpace(body []Stmt) bool {
	for _, stmt := range body {
		output, ok := stmt.(*Output)
		if !ok {
			return false
		}
		for _, item := range output.Items {
			if text, ok := item.(*Text); !ok || skipSpace(text.Data, 0) < len(text.Data) {
				return false
			}
		}
	}
	return true
}

func (p *parser) parseExtends(opened tag) Stmt {
	return &Extends{stmtNode: at(opened.pos), Template: p.parseExpr()}
}

func (p *parser) parseInclude(opened tag) Stmt {
	s := &Include{stmtNode: at(opened.pos), Template: p.parseExpr(), WithContext: true}
	if p.tok.isName("ignore") && p.peek().isName("missing") {
		s.IgnoreMissing = true
		p.advance()
		p.advance()
	}
	p.acceptContext(&s.WithContext)
	return s
}

func (p *parser) parseImport(opened tag) Stmt {
	s := &Import{stmtNode: at(opened.pos), Template: p.parseExpr()}
	p.expectName("as")
	s.Target, _ = p.parseNewName()
	p.acceptContext(&s.WithContext)
	return s
}

func (p *parser) parseFromImport(opened tag) Stmt {
	s := &FromImport{stmtNode: at(opened.pos), Template: p.parseExpr()}
	p.expectName("import")
	for p.err == nil && !p.acceptContext(&s.WithContext) {
		name, pos := p.parseNewName()
		if strings.HasPrefix(name, "_") {
			p.fail(pos, "", "name %q begins with an underscore and cannot be imported", brief(name))
		}
		imported := ImportedName{Name: name, Alias: name, Pos: pos}
		if p.acceptName("as") {
			imported.Alias, _ = p.parseNewName()
		}
		s.Names = append(s.Names, imported)
		if p.acceptContext(&s.WithContext) || !p.accept(tokComma) {
			break
		}
	}
	return s
}

// acceptContext skips "with context" or "without context" and reports whether
// it was there; it sets withContext then.
func (p *parser) acceptContext(withContext *bool) bool {
	with := p.tok.isName("with")
	if !with && !p.tok.isName("without") || !p.peek().isName("context") {
		return false
	}
	*withContext = with
	p.advance()
	p.advance()
	return true
}
