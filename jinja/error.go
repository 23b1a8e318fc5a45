package jinja

import (
	"errors"
	"fmt"
	"strings"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// Kind classes errors as Jinja2 and Python class their exceptions.
type Kind = value.Kind

// The kinds of errors.
const (
	KindSyntax           = value.Syntax
	KindUndefined        = value.UndefinedError
	KindSecurity         = value.Security
	KindType             = value.TypeError
	KindValue            = value.ValueError
	KindTemplateNotFound = value.TemplateNotFound
	KindOverflow         = value.Overflow
	KindLimit            = value.Limit
	KindOther            = value.Other
)

// Phase says when an error was found.
type Phase string

// The phases.
const (
	PhaseCompile Phase = "compile"
	PhaseRender  Phase = "render"
)

// Error is what compiling or rendering a template can fail with. All its texts
// may be shown to the template's author; they may quote values of the data.
type Error struct {
	Kind    Kind
	Phase   Phase
	Message string
	// Template names the template where a loader gave it; it is empty for one
	// compiled from a string.
	Template string
	// Line and Column count from 1, columns in code points. They are 0 where
	// no place can be named.
	Line, Column int
	// Snippet is the source line at fault.
	Snippet string
	// Suggestions are known names close to an unknown one, best first.
	Suggestions []string
	// Err is the cause where there is one: a context's error, a filter's.
	Err error
}

// Error implements error: "kind: text (line L)".
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Kind, e.Message)
	if len(e.Suggestions) > 0 {
		fmt.Fprintf(&b, "; did you mean '%s'?", strings.Join(e.Suggestions, "' or '"))
	}
	switch {
	case e.Line > 0 && e.Template != "":
		fmt.Fprintf(&b, " (%s, line %d)", e.Template, e.Line)
	case e.Line > 0:
		fmt.Fprintf(&b, " (line %d)", e.Line)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// located makes the public error of a raised one. That of a template that was
// loaded and does not compile has its place in there.
func (t *Template) located(phase Phase, pos syntax.Pos, raised *value.Error) *Error {
	broken := &brokenTemplate{}
	if errors.As(raised.Err, &broken) {
		inner := *broken.err
		inner.Phase = phase
		return &inner
	}
	e := &Error{
		Kind: raised.Kind, Phase: phase, Message: raised.Message, Err: raised.Err,
		Template: t.name, Line: int(pos.Line), Column: int(pos.Column),
		Snippet: snippet(t.source, int(pos.Line)),
	}
	if unknown, ok := errors.AsType[*unknownName](raised.Err); ok {
		e.Suggestions, e.Err = unknown.known, nil
	}
	return e
}

// snippetLen bounds a snippet, in bytes.
const snippetLen = 200

// snippet gives the text of a line, cut where it is long.
func snippet(source string, line int) string {
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	for i := 1; i < line; i++ {
		_, rest, found := strings.Cut(source, "\n")
		if !found {
			return ""
		}
		source = rest
	}
	text, _, _ := strings.Cut(source, "\n")
	if len(text) > snippetLen {
		text = strings.ToValidUTF8(text[:snippetLen], "") + "…"
	}
	return text
}
