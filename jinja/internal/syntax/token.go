package syntax

import "strconv"

type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokText
	tokPrintBegin // {{
	tokPrintEnd   // }}
	tokBlockBegin // {%
	tokBlockEnd   // %}
	tokName
	tokString
	tokInt
	tokFloat
	tokAdd
	tokSub
	tokMul
	tokDiv
	tokFloorDiv
	tokMod
	tokPow
	tokTilde
	tokEq
	tokNe
	tokLt
	tokLe
	tokGt
	tokGe
	tokAssign
	tokDot
	tokColon
	tokPipe
	tokComma
	tokSemicolon
	tokLParen
	tokRParen
	tokLBracket
	tokRBracket
	tokLBrace
	tokRBrace
)

// spelling holds how the kinds that have one spelling are written.
var spelling = [...]string{
	tokPrintBegin: "{{", tokPrintEnd: "}}", tokBlockBegin: "{%", tokBlockEnd: "%}",
	tokAdd: "+", tokSub: "-", tokMul: "*", tokDiv: "/", tokFloorDiv: "//", tokMod: "%", tokPow: "**",
	tokTilde: "~", tokEq: "==", tokNe: "!=", tokLt: "<", tokLe: "<=", tokGt: ">", tokGe: ">=",
	tokAssign: "=", tokDot: ".", tokColon: ":", tokPipe: "|", tokComma: ",", tokSemicolon: ";",
	tokLParen: "(", tokRParen: ")", tokLBracket: "[", tokRBracket: "]", tokLBrace: "{", tokRBrace: "}",
}

func (k tokenKind) String() string {
	switch k {
	case tokEOF:
		return "the end of the template"
	case tokText:
		return "text"
	case tokName:
		return "a name"
	case tokString:
		return "a string"
	case tokInt, tokFloat:
		return "a number"
	default:
		return "'" + spelling[k] + "'"
	}
}

// token is a value of 32 bytes. Its text is a part of the source wherever
// possible: the text itself, a name, a number as written, a string's value.
type token struct {
	kind tokenKind
	pos  Pos
	text string
}

func (t token) isName(name string) bool { return t.kind == tokName && t.text == name }

// String describes the token for an error message.
func (t token) String() string {
	switch t.kind {
	case tokName, tokInt, tokFloat:
		return "'" + brief(t.text) + "'"
	case tokString:
		return "string " + strconv.Quote(brief(t.text))
	default:
		return t.kind.String()
	}
}
