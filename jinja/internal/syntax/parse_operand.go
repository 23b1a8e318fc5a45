package syntax

import "strings"

// parseFiltered reads an operand with unary operators, postfixes, filters and
// tests. Filters and tests apply to the operand with its unary operators:
// -5|abs is 5.
func (p *parser) parseFiltered() Expr {
	x := p.parseUnary()
	for {
		switch {
		case p.tok.kind == tokPipe:
			x = p.parseFilters(x)
		case p.tok.isName("is"):
			x = p.parseTest(x)
		case p.tok.kind == tokLParen:
			x = p.parseCall(x)
		default:
			return x
		}
	}
}

func (p *parser) parseUnary() Expr {
	pos := p.tok.pos
	switch p.tok.kind {
	case tokSub:
		p.advance()
		return p.parsePostfix(&Neg{exprNode: here(pos), X: p.nested(linkCost, (*parser).parseUnary)})
	case tokAdd:
		p.advance()
		return p.parsePostfix(&Plus{exprNode: here(pos), X: p.nested(linkCost, (*parser).parseUnary)})
	default:
		return p.parsePostfix(p.parsePrimary())
	}
}

// parsePrimary reads a name, a literal, a display or parentheses. Every name is
// a variable here, keywords too: {{ if }} prints the variable if.
func (p *parser) parsePrimary() Expr {
	tok := p.tok
	switch tok.kind {
	case tokName:
		p.advance()
		if value, ok := constant(tok.text); ok {
			return &Const{exprNode: here(tok.pos), Value: value}
		}
		return &Name{exprNode: here(tok.pos), ID: tok.text}
	case tokString:
		return p.parseStrings()
	case tokInt, tokFloat:
		return p.parseNumber()
	case tokLParen:
		return p.nested(levelCost, (*parser).parseParens)
	case tokLBracket:
		return p.nested(levelCost, (*parser).parseList)
	case tokLBrace:
		return p.nested(levelCost, (*parser).parseDict)
	default:
		p.unexpected("an expression")
		return nil
	}
}

// constant returns the value of a name that is a literal.
func constant(name string) (value any, ok bool) {
	switch name {
	case "true", "True":
		return true, true
	case "false", "False":
		return false, true
	case "none", "None":
		return nil, true
	}
	return nil, false
}

// parseStrings reads one or more strings side by side, which are one.
func (p *parser) parseStrings() Expr {
	first := p.expect(tokString)
	value := first.text
	if p.tok.kind == tokString {
		var all strings.Builder
		all.WriteString(value)
		for p.tok.kind == tokString {
			all.WriteString(p.tok.text)
			p.advance()
		}
		value = all.String()
	}
	return &Const{exprNode: here(first.pos), Value: value}
}

func (p *parser) parseNumber() Expr {
	tok := p.tok
	p.advance()
	if tok.kind == tokFloat {
		value, ok := floatValue(tok.text)
		if !ok {
			p.fail(tok.pos, "", "invalid digit in the number %s", brief(tok.text))
		}
		return &Const{exprNode: here(tok.pos), Value: value}
	}
	value, ok := intValue(tok.text)
	if !ok && p.err == nil {
		p.stop(&Error{Kind: KindValue, Pos: tok.pos, Message: "integer has more than 4300 digits"})
	}
	return &Const{exprNode: here(tok.pos), Value: value}
}

func (p *parser) parseParens() Expr {
	p.expect(tokLParen)
	x := p.parseTuple((*parser).parseExpr, true)
	p.expect(tokRParen)
	return x
}

func (p *parser) parseList() Expr {
	list := &List{exprNode: here(p.tok.pos)}
	p.advance()
	for p.more(tokRBracket) {
		if len(list.Items) > 0 {
			p.expect(tokComma)
			if p.tok.kind == tokRBracket {
				break
			}
		}
		list.Items = append(list.Items, p.parseExpr())
		if p.tok.kind != tokComma && p.tok.kind != tokRBracket {
			p.unexpected("',' or ']'")
		}
	}
	p.expect(tokRBracket)
	return list
}

func (p *parser) parseDict() Expr {
	dict := &Dict{exprNode: here(p.tok.pos)}
	p.advance()
	for p.more(tokRBrace) {
		if len(dict.Items) > 0 {
			p.expect(tokComma)
			if p.tok.kind == tokRBrace {
				break
			}
		}
		key := p.parseExpr()
		if p.tok.kind == tokRBrace {
			p.fail(p.tok.pos, "a dict is written {key: value}; {{ }} cannot stand inside of a tag", "expected ':', found '}'")
		}
		p.expect(tokColon)
		dict.Items = append(dict.Items, Pair{Key: key, Value: p.parseExpr()})
		if p.tok.kind != tokComma && p.tok.kind != tokRBrace {
			p.unexpected("',' or '}'")
		}
	}
	p.expect(tokRBrace)
	return dict
}

// parsePostfix reads attributes, items and calls.
func (p *parser) parsePostfix(x Expr) Expr {
	for {
		switch p.tok.kind {
		case tokDot:
			x = p.parseAttr(x)
		case tokLBracket:
			item := &Getitem{exprNode: here(p.tok.pos), X: x}
			item.Key = p.nested(levelCost, (*parser).parseKey)
			x = item
		case tokLParen:
			x = p.parseCall(x)
		default:
			return x
		}
	}
}

// parseAttr reads ".name" or, as an item, ".0".
func (p *parser) parseAttr(x Expr) Expr {
	pos := p.expect(tokDot).pos
	switch p.tok.kind {
	case tokName:
		attr := &Getattr{exprNode: here(pos), X: x, Name: p.tok.text}
		p.advance()
		return attr
	case tokInt:
		return &Getitem{exprNode: here(pos), X: x, Key: p.parseNumber()}
	default:
		p.unexpected("a name or an integer after '.'")
		return nil
	}
}

// parseKey reads what stands in the brackets of an item. Several keys, or none,
// are a tuple.
func (p *parser) parseKey() Expr {
	pos := p.expect(tokLBracket).pos
	var keys []Expr
	var slice *Slice
	for p.more(tokRBracket) {
		if len(keys) > 0 {
			p.expect(tokComma)
		}
		key := p.parseSubscript()
		if s, ok := key.(*Slice); ok && slice == nil {
			slice = s
		}
		keys = append(keys, key)
		if p.tok.kind != tokComma && p.tok.kind != tokRBracket {
			p.unexpected("',' or ']'")
		}
	}
	p.expect(tokRBracket)
	if len(keys) == 1 {
		return keys[0]
	}
	if slice != nil {
		// Jinja2 writes Python that does not compile here.
		p.fail(slice.pos, "", "a slice cannot be one of several subscripts")
	}
	return &Tuple{exprNode: here(pos), Items: keys}
}

// parseSubscript reads an expression or start:stop:step, all parts optional.
func (p *parser) parseSubscript() Expr {
	var start Expr
	if p.tok.kind != tokColon {
		start = p.parseExpr()
		if p.tok.kind != tokColon {
			return start
		}
	}
	slice := &Slice{exprNode: here(p.tok.pos), Start: start}
	p.expect(tokColon)
	part := func() Expr {
		switch p.tok.kind {
		case tokColon, tokRBracket, tokComma:
			return nil
		}
		return p.parseExpr()
	}
	slice.Stop = part()
	if p.accept(tokColon) && p.tok.kind != tokColon {
		slice.Step = part()
	}
	return slice
}
