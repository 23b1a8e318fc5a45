package syntax

// The functions of this file follow Jinja2's levels of precedence, loosest
// first: inline if, or, and, not, comparison, + -, ~, * / // %, **, and the
// unary operators with what may follow an operand (parse_operand.go).

// parseExpr reads any expression but a tuple without parentheses.
func (p *parser) parseExpr() Expr {
	x := p.parseOr()
	for p.tok.isName("if") {
		cond := &Cond{exprNode: here(p.tok.pos), Then: x}
		p.advance()
		cond.Test = p.parseOr()
		if p.acceptName("else") {
			cond.Else = p.nested(linkCost, (*parser).parseExpr)
		}
		x = cond
	}
	return x
}

func (p *parser) parseOr() Expr {
	x := p.parseAnd()
	for p.tok.isName("or") {
		or := &Or{exprNode: here(p.tok.pos), Left: x}
		p.advance()
		or.Right = p.parseAnd()
		x = or
	}
	return x
}

func (p *parser) parseAnd() Expr {
	x := p.parseNot()
	for p.tok.isName("and") {
		and := &And{exprNode: here(p.tok.pos), Left: x}
		p.advance()
		and.Right = p.parseNot()
		x = and
	}
	return x
}

func (p *parser) parseNot() Expr {
	if !p.tok.isName("not") {
		return p.parseCompare()
	}
	not := &Not{exprNode: here(p.tok.pos)}
	p.advance()
	not.X = p.nested(linkCost, (*parser).parseNot)
	return not
}

func (p *parser) parseCompare() Expr {
	x := p.parseSum()
	var compare *Compare
	for {
		pos := p.tok.pos
		op, ok := p.acceptCompareOp()
		if !ok {
			break
		}
		if compare == nil {
			compare = &Compare{exprNode: here(pos), Left: x}
		}
		compare.Ops = append(compare.Ops, Comparison{Op: op, Right: p.parseSum(), Pos: pos})
	}
	if compare == nil {
		return x
	}
	return compare
}

func (p *parser) acceptCompareOp() (op CompareOp, ok bool) {
	switch p.tok.kind {
	case tokEq:
		op = Equal
	case tokNe:
		op = NotEqual
	case tokLt:
		op = Less
	case tokLe:
		op = LessEqual
	case tokGt:
		op = Greater
	case tokGe:
		op = GreaterEqual
	case tokName:
		switch {
		case p.tok.text == "in":
			op = In
		case p.tok.text == "not" && p.peek().isName("in"):
			op = NotIn
			p.advance()
		default:
			return 0, false
		}
	default:
		return 0, false
	}
	p.advance()
	return op, true
}

// parseChain reads operands that are joined by left-associative operators.
func (p *parser) parseChain(operand func(*parser) Expr, operator func(tokenKind) (BinaryOp, bool)) Expr {
	x := operand(p)
	for {
		op, ok := operator(p.tok.kind)
		if !ok {
			return x
		}
		binary := &Binary{exprNode: here(p.tok.pos), Op: op, Left: x}
		p.advance()
		binary.Right = operand(p)
		x = binary
	}
}

func (p *parser) parseSum() Expr {
	return p.parseChain((*parser).parseConcat, func(kind tokenKind) (BinaryOp, bool) {
		switch kind {
		case tokAdd:
			return Add, true
		case tokSub:
			return Sub, true
		}
		return 0, false
	})
}

func (p *parser) parseConcat() Expr {
	x := p.parseProduct()
	if p.tok.kind != tokTilde {
		return x
	}
	concat := &Concat{exprNode: here(p.tok.pos), Items: []Expr{x}}
	for p.accept(tokTilde) {
		concat.Items = append(concat.Items, p.parseProduct())
	}
	return concat
}

func (p *parser) parseProduct() Expr {
	return p.parseChain((*parser).parsePower, func(kind tokenKind) (BinaryOp, bool) {
		switch kind {
		case tokMul:
			return Mul, true
		case tokDiv:
			return Div, true
		case tokFloorDiv:
			return FloorDiv, true
		case tokMod:
			return Mod, true
		}
		return 0, false
	})
}

// parsePower differs from Python: ** is left-associative and binds looser than
// an unary minus on its left.
func (p *parser) parsePower() Expr {
	return p.parseChain((*parser).parseFiltered, func(kind tokenKind) (BinaryOp, bool) {
		return Pow, kind == tokPow
	})
}

// parseTuple reads expressions separated by commas. One expression without a
// comma is no tuple. The end of a tag or ")" ends the tuple, so a comma may be
// last. Nothing at all is an empty tuple only in parentheses.
func (p *parser) parseTuple(item func(*parser) Expr, inParens bool) Expr {
	pos := p.tok.pos
	var items []Expr
	isTuple := false
	for p.err == nil {
		if len(items) > 0 {
			p.expect(tokComma)
		}
		if p.tok.kind == tokPrintEnd || p.tok.kind == tokBlockEnd || p.tok.kind == tokRParen {
			break
		}
		items = append(items, item(p))
		if p.tok.kind != tokComma {
			break
		}
		isTuple = true
	}
	if !isTuple {
		if len(items) == 1 {
			return items[0]
		}
		if !inParens {
			p.unexpected("an expression")
			return nil
		}
	}
	return &Tuple{exprNode: here(pos), Items: items}
}
