package syntax

import (
	"fmt"
	"unicode/utf8"
)

// Kind says what an [Error] is about.
type Kind uint8

// The kinds of error.
const (
	// KindSyntax: the template is no valid Jinja2.
	KindSyntax Kind = iota
	// KindLimit: the template exceeds a limit of [Options].
	KindLimit
	// KindValue: a literal has no value. The one such literal is a decimal
	// integer of more than 4300 digits, for which Python raises ValueError.
	KindValue
)

// Error is the only type of error that [Parse] returns.
type Error struct {
	Kind    Kind
	Pos     Pos
	Message string // what is wrong, in lower case, without the position
	Hint    string // what to do about it; may be empty
}

// Error returns the position, the message and the hint in one line.
func (e *Error) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("%s: %s", e.Pos, e.Message)
	}
	return fmt.Sprintf("%s: %s; %s", e.Pos, e.Message, e.Hint)
}

// brief cuts names of a template, which may be as long as the template, to a
// length that a message can hold.
func brief(name string) string {
	const maxShown = 40
	if len(name) <= maxShown {
		return name
	}
	end := maxShown
	for end > 0 && !utf8.RuneStart(name[end]) {
		end--
	}
	return name[:end] + "..."
}
