package syntax

// bracket is an open bracket and what closes it.
type bracket struct {
	open, end byte
	pos       Pos
}

// operator reads an operator or bracket; r is the character it begins with.
func (l *lexer) operator(tok token, r rune) (token, *Error) {
	kind, size := operatorAt(l.src[l.off:])
	if size == 0 {
		return token{}, l.errorf(l.off, charHint(r), "unexpected character %q", r)
	}
	switch kind {
	case tokLParen:
		l.brackets = append(l.brackets, bracket{'(', ')', tok.pos})
	case tokLBracket:
		l.brackets = append(l.brackets, bracket{'[', ']', tok.pos})
	case tokLBrace:
		l.brackets = append(l.brackets, bracket{'{', '}', tok.pos})
	case tokRParen, tokRBracket, tokRBrace:
		if err := l.closeBracket(l.src[l.off]); err != nil {
			return token{}, err
		}
	}
	tok.kind = kind
	l.off += size
	return tok, nil
}

func (l *lexer) closeBracket(end byte) *Error {
	last := len(l.brackets) - 1
	if last < 0 {
		hint := ""
		if end == '}' && l.mode == modePrint {
			hint = "write '}}' to end the tag"
		}
		return l.errorf(l.off, hint, "unexpected '%c': no bracket is open", end)
	}
	if open := l.brackets[last]; open.end != end {
		return l.errorf(l.off, "", "unexpected '%c': '%c' at %s has to be closed first", end, open.open, open.pos)
	}
	l.brackets = l.brackets[:last]
	return nil
}

// operatorAt returns the longest operator that s begins with and its size, or 0.
func operatorAt(s string) (tokenKind, int) {
	if len(s) > 1 {
		switch s[:2] {
		case "**":
			return tokPow, 2
		case "//":
			return tokFloorDiv, 2
		case "==":
			return tokEq, 2
		case "!=":
			return tokNe, 2
		case "<=":
			return tokLe, 2
		case ">=":
			return tokGe, 2
		}
	}
	for kind := tokAdd; int(kind) < len(spelling); kind++ {
		if op := spelling[kind]; len(op) == 1 && op[0] == s[0] {
			return kind, 1
		}
	}
	return 0, 0
}

// charHint knows what people mean by characters of other languages.
func charHint(r rune) string {
	switch r {
	case '&':
		return "write 'and' for a logical and"
	case '!':
		return "write 'not' for a logical not"
	case '?':
		return "write the inline if as 'a if condition else b'"
	case '\u2018', '\u2019', '\u201c', '\u201d':
		return "write straight quotes around a string"
	}
	return ""
}
